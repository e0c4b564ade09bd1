//! A comment's source in pieces, so that what the rules saw can be marked without ever becoming markup.

use crate::http::pages::views::Segment;
use crate::kernel::shortened;
use crate::rules::{Finding, Span};

/// `text` in pieces, in order and whole: what any of `findings` points at is marked.
///
/// Spans that overlap or touch become one mark. One that does not lie between characters of `text` marks nothing:
/// better a mark too few than a page that fails.
pub(super) fn segments(text: &str, findings: &[Finding]) -> Vec<Segment> {
    let spans: Vec<Span> = findings.iter().flat_map(|finding| finding.spans.iter().copied()).collect();
    marked(text, &spans)
}

/// The same for `spans` in any order.
pub(super) fn marked(text: &str, spans: &[Span]) -> Vec<Segment> {
    let mut spans = spans.to_vec();
    spans.retain(|span| span.start < span.end && text.get(span.start..span.end).is_some());
    spans.sort_unstable();
    let mut pieces = Vec::new();
    let mut push = |start: usize, end: usize, is_marked: bool| {
        if let Some(text) = text.get(start..end).filter(|text| !text.is_empty()) {
            pieces.push(Segment { text: text.to_owned(), is_marked });
        }
    };
    let mut at = 0;
    for span in joined(&spans) {
        push(at, span.start, false);
        push(span.start, span.end, true);
        at = span.end;
    }
    push(at, text.len(), false);
    pieces
}

/// The most different words that are named, and how long each may be.
const MAX_WORDS: usize = 8;
const MAX_WORD_CHARS: usize = 60;

/// The words that `findings` point at, as they were typed: each once, in the order of the text.
pub(super) fn words_of(text: &str, findings: &[Finding]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for segment in segments(text, findings).into_iter().filter(|segment| segment.is_marked) {
        let word = shortened(&segment.text, MAX_WORD_CHARS);
        if words.len() < MAX_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// `spans`, sorted by their start, with those that overlap or touch made one.
fn joined(spans: &[Span]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            Some(_) | None => joined.push(*span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::Outcome;

    fn finding(spans: &[(usize, usize)]) -> Finding {
        Finding {
            rule: "word-list".into(),
            version: 1,
            outcome: Outcome::Hold,
            clause: None,
            weight: 50,
            spans: spans.iter().map(|&(start, end)| Span { start, end }).collect(),
            entry: None,
            figures: None,
            message: None,
            tag: None,
            every_seconds: None,
        }
    }

    fn shown(text: &str, findings: &[Finding]) -> String {
        let pieces = segments(text, findings);
        pieces
            .iter()
            .map(|piece| if piece.is_marked { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    #[test]
    fn what_the_rules_saw_is_marked_once_however_many_saw_it() {
        let text = "You numpty, you great numpty.";
        assert_eq!(shown(text, &[]), text);
        assert_eq!(shown(text, &[finding(&[(22, 28)]), finding(&[(4, 10)])]), "You [numpty], you great [numpty].");
        assert_eq!(
            shown(text, &[finding(&[(0, 6), (4, 10)]), finding(&[(10, 12)])]),
            "[You numpty, ]you great numpty."
        );
        assert_eq!(shown(text, &[finding(&[(0, text.len())])]), format!("[{text}]"));
        assert_eq!(segments("", &[finding(&[(0, 1)])]).len(), 0);
    }

    #[test]
    fn each_word_is_named_once_as_it_was_typed() {
        let words = words_of("N.umpty, you numpty, N.umpty", &[finding(&[(21, 28), (13, 19)]), finding(&[(0, 7)])]);
        assert_eq!(words, ["N.umpty", "numpty"]);
        assert_eq!(words_of("é!", &[finding(&[(1, 2)])]), Vec::<String>::new());
    }

    #[test]
    fn a_span_inside_a_character_or_past_the_end_marks_nothing() {
        assert_eq!(shown("é!", &[finding(&[(1, 2), (0, 9), (2, 2)])]), "é!");
        assert_eq!(shown("é!", &[finding(&[(0, 2)])]), "[é]!");
    }

    proptest! {
        #[test]
        fn no_text_is_lost_whatever_the_spans(text in ".{0,60}", spans in prop::collection::vec((0_usize..90, 0_usize..90), 0..8)) {
            let pieces = segments(&text, &[finding(&spans)]);
            let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
