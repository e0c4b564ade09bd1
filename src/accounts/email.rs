//! E-mail addresses: the plain ones that real mailboxes have, and nothing that a mail server might read otherwise.

use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Serialize, Serializer};

/// The longest address, in bytes.
///
/// # Source
/// RFC 5321 §4.5.3.1.3: a path has at most 256 octets with its angle brackets.
const MAX_ADDRESS_BYTES: usize = 254;

/// The longest part before the `@`, in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// An address that mail can be sent to: a dotted ASCII local part and a domain in its ASCII form.
///
/// Two addresses are equal when they are [`canonical`](Self::canonical)ly so.
#[derive(Clone, Debug)]
pub struct EmailAddress {
    /// As it was typed before the `@`: a mailbox may tell case apart, so mail is sent to this form.
    local: String,
    domain: String,
}

/// Why a text is not an address that we send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EmailFault {
    /// It has a control character, such as a line break, which could start a header or a command.
    #[error("the address has a control character")]
    ControlCharacter,
    /// It is longer than mail servers take.
    #[error("the address is too long")]
    TooLong,
    /// It does not have exactly one `@`.
    #[error("the address does not have exactly one @")]
    NotOneAt,
    /// The part before the `@` is empty, quoted, or has characters that not every server reads alike.
    #[error("the part before the @ is not of the plain form")]
    LocalPart,
    /// The part after the `@` is not the name of a domain with a dot.
    #[error("the part after the @ is not a domain")]
    Domain,
}

impl EmailFault {
    /// A stable code. The message that people read is called the same, with hyphens.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ControlCharacter => "email_control_character",
            Self::TooLong => "email_too_long",
            Self::NotOneAt => "email_not_one_at",
            Self::LocalPart => "email_local_part",
            Self::Domain => "email_domain",
        }
    }
}

impl EmailAddress {
    /// Checks an address; spaces around it are a slip of the hand and are dropped.
    ///
    /// # Errors
    /// Every fault that can be told: without one `@` there are no parts to find fault with.
    pub fn parse(text: &str) -> Result<Self, Vec<EmailFault>> {
        let text = text.trim_matches(' ');
        let mut faults = Vec::new();
        if text.chars().any(char::is_control) {
            faults.push(EmailFault::ControlCharacter);
        }
        let parts = text.split_once('@').filter(|(_, domain)| !domain.contains('@'));
        let Some((local, domain)) = parts else {
            faults.push(EmailFault::NotOneAt);
            return Err(faults);
        };
        if !is_plain_local_part(local) {
            faults.push(EmailFault::LocalPart);
        }
        let ascii = ascii_domain(domain);
        if ascii.is_none() {
            faults.push(EmailFault::Domain);
        }
        let domain = ascii.unwrap_or_default();
        if local.len() + 1 + domain.len() > MAX_ADDRESS_BYTES || local.len() > MAX_LOCAL_BYTES {
            faults.push(EmailFault::TooLong);
        }
        if faults.is_empty() { Ok(Self { local: local.to_owned(), domain }) } else { Err(faults) }
    }

    /// The form that addresses are compared by: all lower case, the domain in ASCII.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{}@{}", self.local.to_ascii_lowercase(), self.domain)
    }

    /// The form in which one mailbox is one address: canonical, without what follows a `+`, and where the provider takes
    /// no notice of dots and has two domains, without dots and in one of them. Never an account's key.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let local = self.local.to_ascii_lowercase();
        let local = local.split_once('+').map_or(local.as_str(), |(local, _)| local);
        match self.domain.as_str() {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            domain => format!("{local}@{domain}"),
        }
    }

    /// The part after the `@`: ASCII, lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether the address belongs to `domain` or to a domain under it, compared by whole labels; never when `domain`
    /// is not a domain.
    #[must_use]
    pub fn is_in_domain(&self, domain: &str) -> bool {
        ascii_domain(domain).is_some_and(|domain| {
            self.domain.strip_suffix(&domain).is_some_and(|above| above.is_empty() || above.ends_with('.'))
        })
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Atoms with dots between them (RFC 5322 §3.2.3), without what shells, routes and old gateways give a meaning to.
fn is_plain_local_part(local: &str) -> bool {
    local.split('.').all(|atom| !atom.is_empty())
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_'~&=#".contains(&byte))
        && !local.starts_with('-')
}

/// The domain as mail servers write it; `None` unless it is a name with a dot whose last label is not a number.
fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
        .ok()?
        .into_owned();
    let (_, top) = ascii.rsplit_once('.')?;
    (!top.bytes().all(|byte| byte.is_ascii_digit())).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_addresses_pass_and_are_compared_without_case() {
        for (typed, canonical) in [
            ("Ann.Reader@Example.org", "ann.reader@example.org"),
            (" o'neill+news@mail.example.co.uk ", "o'neill+news@mail.example.co.uk"),
            ("jo@MÜNCHEN.example", "jo@xn--mnchen-3ya.example"),
            ("a@b.cd", "a@b.cd"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().canonical(), canonical);
        }
        let typed = EmailAddress::parse("Ann@Example.ORG").unwrap();
        assert_eq!(typed.to_string(), "Ann@example.org");
        assert_eq!(typed, EmailAddress::parse("aNN@example.org").unwrap());
    }

    #[test]
    fn vuln_c13_no_address_carries_a_header_or_a_command() {
        for text in [
            "a@example.org\r\nBcc: b@example.org",
            "a@example.org\n",
            "\ra@example.org",
            "a\0@example.org",
            "a@exa\0mple.org",
            "a\r\n@example.org",
            "a@example.org\u{85}",
        ] {
            assert!(EmailAddress::parse(text).unwrap_err().contains(&EmailFault::ControlCharacter), "{text:?}");
        }
        for text in [
            "a@example.org>, <b@example.org",
            "a b@example.org",
            "<a@example.org>",
            "a@example.org,b",
            "-oQ/tmp@example.org",
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn vuln_c23_odd_addresses_are_refused() {
        for (text, fault) in [
            ("\"a@b\"@example.org", EmailFault::NotOneAt),
            ("\"a b\"@example.org", EmailFault::LocalPart),
            ("a@b@example.org", EmailFault::NotOneAt),
            ("example.org", EmailFault::NotOneAt),
            ("@example.org", EmailFault::LocalPart),
            ("a..b@example.org", EmailFault::LocalPart),
            (".a@example.org", EmailFault::LocalPart),
            ("a%b@example.org", EmailFault::LocalPart),
            ("a!b@example.org", EmailFault::LocalPart),
            ("а@example.org", EmailFault::LocalPart),
            ("a(comment)@example.org", EmailFault::LocalPart),
            ("a@localhost", EmailFault::Domain),
            ("a@[127.0.0.1]", EmailFault::Domain),
            ("a@127.0.0.1", EmailFault::Domain),
            ("a@-example.org", EmailFault::Domain),
            ("a@exa mple.org", EmailFault::Domain),
            ("a@example..org", EmailFault::Domain),
            ("a@example.org.", EmailFault::Domain),
            ("a@xn--example-.org", EmailFault::Domain),
            ("a@exa_mple.org", EmailFault::Domain),
        ] {
            assert_eq!(EmailAddress::parse(text).unwrap_err(), [fault], "{text:?}");
        }
        let long = format!("{}@{}.example", "a".repeat(65), "b".repeat(60));
        assert_eq!(EmailAddress::parse(&long).unwrap_err(), [EmailFault::TooLong]);
    }

    #[test]
    fn vuln_c23_domains_are_compared_by_whole_labels() {
        let address = |text| EmailAddress::parse(text).unwrap();
        assert!(address("a@example.com").is_in_domain("EXAMPLE.com"));
        assert!(address("a@mail.example.com").is_in_domain("example.com"));
        assert!(!address("a@evil-example.com").is_in_domain("example.com"));
        assert!(!address("a@example.com.evil.net").is_in_domain("example.com"));
        assert!(!address("a@example.com").is_in_domain("com"));
        assert!(!address("a@example.com").is_in_domain(""));
        assert!(address("a@xn--mnchen-3ya.example").is_in_domain("münchen.example"));
    }

    #[test]
    fn every_fault_has_words() {
        let words = crate::kernel::Words::british();
        for fault in [
            EmailFault::ControlCharacter,
            EmailFault::TooLong,
            EmailFault::NotOneAt,
            EmailFault::LocalPart,
            EmailFault::Domain,
        ] {
            assert!(words.has(&fault.code().replace('_', "-")), "{}", fault.code());
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_plain_and_is_taken_again(text in "\\PC{0,12}@\\PC{0,12}|[a-z.+ü@\r\n\"-]{0,30}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                let canonical = address.canonical();
                prop_assert!(canonical.is_ascii() && canonical.matches('@').count() == 1);
                prop_assert!(!canonical.contains(|c: char| c.is_control() || c.is_whitespace() || c == '"'));
                prop_assert_eq!(EmailAddress::parse(&canonical).unwrap().canonical(), canonical);
            }
        }
    }
}
