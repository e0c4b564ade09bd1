//! The part of a text that shows what a rule saw.

use crate::rules::Span;

/// The most characters that are shown.
const MAX_CHARS: usize = 300;

/// How many of them stand before the first place.
const BEFORE_CHARS: usize = 60;

/// The text, or the part of it around its first marked place, and the places within that part.
pub(super) fn excerpt(text: &str, spans: &[Span]) -> (String, Vec<Span>) {
    let first = spans.first().map_or(0, |span| span.start);
    let before = text.get(..first).unwrap_or_default();
    let start = before.char_indices().rev().nth(BEFORE_CHARS - 1).map_or(0, |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.char_indices().nth(MAX_CHARS).map_or(rest.len(), |(at, _)| at);
    let shown = text.get(start..end).unwrap_or_default();
    let (open, close) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    let within = |at: usize| at.clamp(start, end) - start + open.len();
    let spans = spans.iter().map(|span| Span { start: within(span.start), end: within(span.end) });
    (format!("{open}{shown}{close}"), spans.filter(|span| span.start < span.end).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, spans: &[Span]) -> Vec<String> {
        let (shown, spans) = excerpt(text, spans);
        spans.iter().map(|span| shown[span.start..span.end].to_owned()).collect()
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        let spans = [Span { start: 2, end: 5 }];
        assert_eq!(excerpt("a bad word", &spans), ("a bad word".to_owned(), spans.to_vec()));
        assert_eq!(excerpt("", &[]), (String::new(), Vec::new()));
    }

    #[test]
    fn a_long_one_around_its_first_place_with_whole_characters() {
        let text = format!("{}schlimm{}", "ä".repeat(1_000), "ö".repeat(1_000));
        let spans = [Span { start: 2_000, end: 2_007 }, Span { start: 3_000, end: 3_002 }];
        let (shown, _) = excerpt(&text, &spans);
        assert_eq!(shown.chars().count(), MAX_CHARS + 2);
        assert_eq!(marked(&text, &spans), ["schlimm"]);
    }

    #[test]
    fn a_place_that_reaches_beyond_is_cut() {
        let text = "x".repeat(1_000);
        let (shown, spans) = excerpt(&text, &[Span { start: 0, end: 1_000 }]);
        assert_eq!((shown.chars().count(), spans), (301, vec![Span { start: 0, end: 300 }]));
    }
}
