//! Where a place in a text of a TOML file stands in the file, escapes and all.

use std::ops::Range;

/// The place in the file of `inner`, a stretch of the text that is written at `literal` in `source`, quotes included.
pub(super) fn in_source(source: &str, literal: &Range<usize>, inner: &Range<usize>) -> Range<usize> {
    let written = source.get(literal.clone()).unwrap_or_default();
    let start = literal.start + offset(written, inner.start, true);
    let end = literal.start + offset(written, inner.end, false);
    start..end.max(start)
}

/// The byte of the literal `written` at which byte `target` of its text stands; as a `start` it lies behind line ends that
/// are no part of the text.
fn offset(written: &str, target: usize, is_start: bool) -> usize {
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| written.starts_with(quote)).unwrap_or("");
    let has_escapes = quote.starts_with('"');
    let is_long = quote.len() == 3;
    let mut at = quote.len();
    if is_long {
        at += ["\r\n", "\n"].iter().find(|end| starts(written, at, end)).map_or(0, |end| end.len());
    }
    let mut text_at = 0;
    let last = written.len().saturating_sub(quote.len());
    while at < last {
        let rest = written.get(at..).unwrap_or_default();
        let (raw, made) = match rest.strip_prefix('\\').filter(|_| has_escapes) {
            Some(escape) => escaped(escape, is_long),
            None => rest.chars().next().map_or((1, 1), |c| (c.len_utf8(), c.len_utf8())),
        };
        let is_wanted = text_at < target || (is_start && made == 0);
        if !is_wanted || text_at + made > target {
            break;
        }
        at += raw;
        text_at += made;
    }
    at.min(last)
}

fn starts(text: &str, at: usize, with: &str) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(with))
}

/// How many bytes an escape has in the file, its backslash included, and how many it makes.
fn escaped(escape: &str, is_long: bool) -> (usize, usize) {
    let digits = match escape.chars().next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        // A backslash at a line's end takes the white space that follows away.
        Some(c) if is_long && c.is_whitespace() => {
            return (1 + escape.len() - escape.trim_start().len(), 0);
        }
        Some(c) => return (1 + c.len_utf8(), 1),
        None => return (1, 0),
    };
    let number = escape.get(1..=digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    (2 + digits, number.and_then(char::from_u32).map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(literal: &str, wanted: &str) -> String {
        let source = format!("a = {literal} # end");
        let table: toml::Table = source.parse().unwrap();
        let text = table["a"].as_str().unwrap();
        let start = text.find(wanted).unwrap();
        let span = in_source(&source, &(4..4 + literal.len()), &(start..start + wanted.len()));
        source[span].to_owned()
    }

    #[test]
    fn every_kind_of_text_is_mapped_to_its_place() {
        for literal in [
            "\"é x.y == 1\"",
            "'é x.y == 1'",
            "'''\né x.y\n == 1'''",
            "\"\"\"\r\né \\\n   x.y == 1\"\"\"",
            "\"\\u00e9 \\\"q\\\" \\t x.y\"",
            "\"\\U0001F44D\\\\x.y\"",
        ] {
            assert_eq!(found(literal, "x.y"), "x.y", "{literal}");
        }
        assert_eq!(found("\"say \\\"no\\\" now\"", "\"no\""), "\\\"no\\\"");
    }

    #[test]
    fn places_that_are_not_there_end_with_the_text() {
        assert_eq!(in_source("a = 'x'", &(4..7), &(5..9)), 6..6);
        assert_eq!(in_source("", &(0..0), &(5..9)), 0..0);
    }
}
