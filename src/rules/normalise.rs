//! From the text a person typed to the words a list is matched with, and back to the places they were typed.
//!
//! Case, compatibility forms (NFKC), combining marks, invisible characters, look-alike letters and simple leetspeak
//! are seen through; everything that is not a letter or digit separates words. One pass, linear in the text.

use unicode_normalization::char::is_combining_mark;

use super::glyphs::{fold, is_ignorable};
use super::verdict::Span;

/// How digits and the signs `@` and `$` are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Digits are digits, signs separate words.
    Plain,
    /// `0 1 3 4 5 7 @ $` are o, i, e, a, s, t, a, s in words that also have letters.
    Leet,
    /// As [`Reading::Leet`], with `1` as l.
    LeetL,
}

/// A text as its words: lower case, one space between any two, nothing at the ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NormalisedText {
    /// The words.
    pub text: String,
    /// For every character of `text`, where it came from. A space came from whatever lies between the words.
    pub spans: Vec<Span>,
    /// For every word, where it lies.
    pub words: Vec<Word>,
    /// Whether another [`Reading`] could differ from this one.
    pub is_ambiguous: bool,
}

/// One word of a [`NormalisedText`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its first byte in the normalised text.
    pub start: usize,
    /// The byte after its last in the normalised text.
    pub end: usize,
    /// Where it came from.
    pub span: Span,
}

impl NormalisedText {
    /// `count` words from the word at `first`, as they stand in the text; `None` beyond its end.
    #[must_use]
    pub fn phrase(&self, first: usize, count: usize) -> Option<&str> {
        let last = self.words.get(first.checked_add(count)?.checked_sub(1)?)?;
        self.text.get(self.words.get(first)?.start..last.end)
    }

    /// Where those words came from.
    #[must_use]
    pub fn span(&self, first: usize, count: usize) -> Option<Span> {
        let last = self.words.get(first.checked_add(count)?.checked_sub(1)?)?;
        Some(Span { start: self.words.get(first)?.span.start, end: last.span.end })
    }
}

/// Reads `text` with leetspeak seen through.
#[must_use]
pub fn normalise(text: &str) -> NormalisedText {
    normalise_as(text, Reading::Leet)
}

/// Reads `text` in one particular way.
#[must_use]
pub fn normalise_as(text: &str, reading: Reading) -> NormalisedText {
    let mut builder = Builder { reading, done: NormalisedText::default(), token: Vec::new() };
    let mut folded = Vec::with_capacity(8);
    for (start, c) in text.char_indices() {
        let span = Span { start, end: start + c.len_utf8() };
        if is_ignorable(c) {
            continue;
        }
        if is_combining_mark(c) {
            builder.extend_to(span.end);
            continue;
        }
        folded.clear();
        fold(c, &mut folded);
        for part in &folded {
            builder.push(*part, span);
        }
    }
    builder.finish_token();
    builder.done
}

/// One character of the word that is being read, and where it came from.
#[derive(Clone, Copy)]
struct Piece {
    c: char,
    span: Span,
}

struct Builder {
    reading: Reading,
    done: NormalisedText,
    token: Vec<Piece>,
}

impl Builder {
    fn push(&mut self, c: char, span: Span) {
        if c.is_alphanumeric() || matches!(c, '@' | '$') {
            self.token.push(Piece { c, span });
        } else {
            self.finish_token();
        }
    }

    /// A mark belongs to the letter it stands on, so that a finding covers both.
    fn extend_to(&mut self, end: usize) {
        if let Some(last) = self.token.last_mut() {
            last.span.end = end;
        }
    }

    fn finish_token(&mut self) {
        let token = std::mem::take(&mut self.token);
        let has_stand_ins = token.iter().any(|piece| leet(piece.c, Reading::Leet).is_some());
        self.done.is_ambiguous |= has_stand_ins;
        if has_stand_ins && self.reading != Reading::Plain && is_leetspeak(&token) {
            let reading = self.reading;
            let read = token.iter().map(|piece| Piece { c: leet(piece.c, reading).unwrap_or(piece.c), ..*piece });
            self.add_word(read);
        } else {
            for word in token.split(|piece| matches!(piece.c, '@' | '$')).filter(|word| !word.is_empty()) {
                self.add_word(word.iter().copied());
            }
        }
        self.token = token;
        self.token.clear();
    }

    fn add_word(&mut self, pieces: impl Iterator<Item = Piece>) {
        let mut pieces = pieces.peekable();
        let Some(first) = pieces.peek().map(|piece| piece.span) else { return };
        if let Some(before) = self.done.words.last() {
            self.done.spans.push(Span { start: before.span.end, end: first.start.max(before.span.end) });
            self.done.text.push(' ');
        }
        let mut word = Word { start: self.done.text.len(), end: 0, span: first };
        for piece in pieces {
            self.done.text.push(piece.c);
            self.done.spans.push(piece.span);
            word.span.end = piece.span.end;
        }
        word.end = self.done.text.len();
        self.done.words.push(word);
    }
}

/// What a digit or sign stands for in leetspeak.
fn leet(c: char, reading: Reading) -> Option<char> {
    Some(match c {
        '0' => 'o',
        '1' if reading == Reading::LeetL => 'l',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => return None,
    })
}

/// Whether the digits of a word stand for letters. They do not in numbers, in roads (A55, M6) and in units or
/// ordinals (5s, 13th): one or two letters wholly before or after the digits.
fn is_leetspeak(token: &[Piece]) -> bool {
    let letters = token.iter().filter(|piece| piece.c.is_alphabetic()).count();
    if letters == 0 {
        return false;
    }
    if letters > 2 || token.iter().any(|piece| matches!(piece.c, '@' | '$')) {
        return true;
    }
    let changes =
        token.windows(2).filter(|pair| matches!(pair, [a, b] if a.c.is_alphabetic() != b.c.is_alphabetic())).count();
    changes > 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn reads_as(typed: &str, expected: &str) {
        assert_eq!(normalise(typed).text, expected, "{typed:?}");
    }

    #[test]
    fn disguises_are_seen_through() {
        reads_as("TWAT", "twat");
        reads_as("t\u{200b}w\u{ad}a\u{202e}t", "twat");
        reads_as("ｔｗａｔ 𝓽𝔀𝓪𝓽 ⓣⓦⓐⓣ", "twat twat twat");
        reads_as("tẃàt t\u{336}w\u{336}a\u{336}t", "twat twat");
        reads_as("тwаt", "twat");
        reads_as("tw4t tw@t a$$hole 5h1t", "twat twat asshole shit");
        reads_as("🅣🆆ᴀт", "twat");
        reads_as("you're Straße", "youre strasse");
    }

    #[test]
    fn numbers_roads_units_and_ordinals_stay_what_they_are() {
        reads_as("455 1984 £50 $100", "455 1984 50 100");
        reads_as("the A55, the M4 and 70s 13th 5s", "the a55 the m4 and 70s 13th 5s");
    }

    #[test]
    fn a_word_remembers_the_bytes_it_was_typed_with() {
        let typed = "¡So t\u{200b}ẃa\u{301}t!";
        let normalised = normalise(typed);
        let span = normalised.span(1, 1).unwrap();
        assert_eq!(normalised.phrase(1, 1), Some("twat"));
        assert_eq!(&typed[span.start..span.end], "t\u{200b}ẃa\u{301}t");
        assert_eq!(normalised.phrase(1, 2), None);
        assert_eq!(normalised.phrase(usize::MAX, usize::MAX), None);
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,60}|[a-zA-Z0-9@$' éßѕсօ①🅰]{0,40}") {
            for reading in [Reading::Plain, Reading::Leet, Reading::LeetL] {
                let once = normalise_as(&text, reading).text;
                prop_assert_eq!(&normalise_as(&once, reading).text, &once);
            }
        }

        #[test]
        fn every_span_lies_between_characters_and_in_order(text in any::<String>()) {
            let normalised = normalise(&text);
            prop_assert_eq!(normalised.spans.len(), normalised.text.chars().count());
            let mut before = 0;
            for span in &normalised.spans {
                prop_assert!(text.get(span.start..span.end).is_some());
                prop_assert!(span.start >= before || span.start < span.end);
                before = span.start;
            }
        }
    }
}
