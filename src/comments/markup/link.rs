//! Where a link leads, and whether it says so.

use url::Url;

/// An address that may be linked, in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The whole address; ASCII.
    pub(super) href: String,
    /// Its host; an internationalised one in punycode, so that it cannot pass for another.
    pub(super) host: String,
}

/// Longer addresses are not linked.
const MAX_ADDRESS_BYTES: usize = 2_000;

impl Target {
    /// Reads an address; `None` unless it is a plain web address.
    ///
    /// # Source
    /// The WHATWG URL parser drops tabs, newlines and leading control characters, behind which scripts have been
    /// hidden: whatever has any is not linked at all. A user name before the host is only good for deception.
    pub(super) fn parse(address: &str) -> Option<Self> {
        if address.len() > MAX_ADDRESS_BYTES || address.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let has_slashes = ["http://", "https://"]
            .iter()
            .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let url = Url::parse(address).ok().filter(|_| has_slashes)?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let has_user = !url.username().is_empty() || url.password().is_some();
        let host = url.host_str().filter(|host| !host.is_empty())?;
        (is_web && !has_user).then(|| Self { href: url.as_str().to_owned(), host: host.to_owned() })
    }

    /// Whether `text` is itself an address of this host. A text that merely mentions the host may mention another too.
    pub(super) fn is_shown_by(&self, text: &str) -> bool {
        let text = text.trim();
        let bare = ["https://", "http://"]
            .iter()
            .find_map(|scheme| {
                let start = text.get(..scheme.len())?;
                if start.eq_ignore_ascii_case(scheme) { text.get(scheme.len()..) } else { None }
            })
            .unwrap_or(text);
        let (host, path) = bare.split_at(bare.find(['/', '?', '#', ':']).unwrap_or(bare.len()));
        host.eq_ignore_ascii_case(&self.host) && !path.contains(char::is_whitespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_are_linked() {
        for address in ["http://example.org", "HTTPS://EXAMPLE.org/A?b=c#d", "https://münchen.example/"] {
            assert!(Target::parse(address).is_some(), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "https:example.org",
            "//example.org",
            "/path",
            "https://a@example.org",
            "https://bank.example:x@evil.example",
            "https://exa\tmple.org",
            "https://",
            "http://[::1",
            "ftp://example.org",
            "https:\\\\example.org",
        ] {
            assert_eq!(Target::parse(address), None, "{address:?}");
        }
    }

    #[test]
    fn only_an_address_of_the_same_host_shows_the_host() {
        let target = Target::parse("https://example.org/page").unwrap();
        for text in ["example.org", "https://Example.org/x", " http://example.org:80/ "] {
            assert!(target.is_shown_by(text), "{text}");
        }
        for text in ["here", "example.org.evil.net", "evil-example.org", "see example.org", "example.org/ or evil.net"]
        {
            assert!(!target.is_shown_by(text), "{text}");
        }
        assert!(!Target::parse("https://exаmple.org").unwrap().is_shown_by("exаmple.org"));
    }
}
