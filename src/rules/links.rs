//! Finding addresses of web pages in plain text. Whatever is counted as a link is what pages later turn into one.

use super::verdict::Span;

/// Every web address in `text`, in order: what begins with `http://`, `https://` or `www.`, in any case.
///
/// Punctuation that ends a sentence, and a bracket that was opened before the address, are not part of it.
#[must_use]
pub fn links_in(text: &str) -> Vec<Span> {
    let mut links = Vec::new();
    let mut from = 0;
    while let Some(start) = next_start(text, from) {
        let rest = text.get(start..).unwrap_or_default();
        let end = start + address_len(rest);
        let scheme_end = start + prefix_len(rest).unwrap_or(0);
        if end > scheme_end {
            links.push(Span { start, end });
        }
        from = end.max(scheme_end);
    }
    links
}

/// Where the next address begins, at or after `from`.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let is_start = |at: usize| text.get(at..).and_then(prefix_len).is_some();
    let is_after_word =
        |at: usize| text.get(..at).and_then(|done| done.chars().next_back()).is_some_and(char::is_alphanumeric);
    let mut pairs = text.as_bytes().windows(2).enumerate().skip(from);
    let found = pairs.find(|(at, pair)| match pair {
        [b'h' | b'H', b't' | b'T'] => is_start(*at),
        // "awww.example" is a word that was typed with feeling, not an address.
        [b'w' | b'W', b'w' | b'W'] => is_start(*at) && !is_after_word(*at),
        _ => false,
    });
    found.map(|(at, _)| at)
}

fn prefix_len(text: &str) -> Option<usize> {
    ["https://", "http://", "www."]
        .into_iter()
        .find_map(|prefix| text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix)).map(str::len))
}

/// How many bytes of `text`, which begins with an address, belong to it.
fn address_len(text: &str) -> usize {
    let end = text.find(ends_address).unwrap_or(text.len());
    let mut address = text.get(..end).unwrap_or_default();
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    while let Some(last) = address.chars().next_back() {
        if last == ')' && closed > opened {
            closed -= 1;
        } else if !is_trailing(last) {
            break;
        }
        address = address.get(..address.len() - last.len_utf8()).unwrap_or_default();
    }
    address.len()
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '[' | ']' | '{' | '}' | '|' | '\\' | '^' | '“' | '”' | '«' | '»' | '„')
}

fn is_trailing(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '*' | '_' | '~' | '\'' | '’' | '‘' | '…' | '。' | '、')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        links_in(text).into_iter().map(|span| &text[span.start..span.end]).collect()
    }

    #[test]
    fn addresses_are_found_without_the_sentence_around_them() {
        assert_eq!(
            found("See https://example.org/a_(b), (or HTTP://example.net)."),
            ["https://example.org/a_(b)", "HTTP://example.net"]
        );
        assert_eq!(
            found("[text](https://example.org/x) and **www.example.org**"),
            ["https://example.org/x", "www.example.org"]
        );
        assert_eq!(found("https:// http://. awww.example www."), [""; 0]);
    }

    #[test]
    fn many_beginnings_cost_no_more_than_their_length() {
        assert!(found(&"http://".repeat(5_000)).len() <= 5_000);
        assert_eq!(found(&"https://a.example ".repeat(1_000)).len(), 1_000);
    }
}
