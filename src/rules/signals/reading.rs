//! One reading of a text, from which all its signals are taken; what costs is done when it is first asked for.

use std::cell::OnceCell;

use super::personal::{Personal, personal_in};
use super::tongue::language_of;
use crate::rules::links::links_in;
use crate::rules::verdict::Span;

/// A text, and what has been read from it so far.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    links: OnceCell<Vec<Span>>,
    shape: OnceCell<Shape>,
    personal: OnceCell<Personal>,
    language: OnceCell<&'static str>,
}

/// What one pass over the characters counts. Addresses of web pages count towards the length alone.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) chars: u32,
    pub(super) words: u32,
    pub(super) lines: u32,
    pub(super) longest_word: u32,
    pub(super) letters: u32,
    pub(super) capitals: u32,
    pub(super) digits: u32,
    pub(super) emoji: u32,
    /// The longest run of `!` and `?`.
    pub(super) punctuation: u32,
    /// The longest run of one letter.
    pub(super) same_letter: u32,
    /// Characters in quoted lines.
    pub(super) quoted: u32,
    /// Words in capitals, runs of `!` and `?`, runs of one letter, and emoji.
    pub(super) places: Places,
}

/// Where the things that are counted lie.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) capitals: Vec<Span>,
    pub(super) punctuation: Vec<Span>,
    pub(super) same_letter: Vec<Span>,
    pub(super) emoji: Vec<Span>,
    pub(super) quoted: Vec<Span>,
}

/// Words in capitals shorter than this are abbreviations as often as not.
const MIN_CAPITAL_LETTERS: u32 = 3;

/// From how many in a row `!` and `?` count as repeated.
const MIN_PUNCTUATION: u32 = 3;

/// From how many in a row a letter counts as repeated: no English word has three.
const MIN_SAME_LETTERS: u32 = 3;

impl<'a> Reading<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            links: OnceCell::new(),
            shape: OnceCell::new(),
            personal: OnceCell::new(),
            language: OnceCell::new(),
        }
    }

    pub(super) fn links(&self) -> &[Span] {
        self.links.get_or_init(|| links_in(self.text))
    }

    pub(super) fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| shape_of(self.text, self.links()))
    }

    pub(super) fn personal(&self) -> &Personal {
        self.personal.get_or_init(|| personal_in(self.text, self.links()))
    }

    pub(super) fn language(&self) -> &'static str {
        self.language.get_or_init(|| language_of(self.text))
    }
}

/// Whether a line repeats what somebody else said, as Markdown writes it.
pub(super) fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn shape_of(text: &str, links: &[Span]) -> Shape {
    let mut shape = Shape::default();
    let mut links = links.iter().copied().peekable();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let chars = u32::try_from(line.trim_end_matches(['\n', '\r']).chars().count()).unwrap_or(u32::MAX);
        shape.chars = shape.chars.saturating_add(u32::try_from(line.chars().count()).unwrap_or(u32::MAX));
        if !line.trim().is_empty() {
            shape.lines += 1;
        }
        if is_quoted(line) {
            shape.quoted += chars;
            shape.places.quoted.push(Span { start: at, end: at + line.trim_end().len() });
        }
        let mut from = at;
        while let Some(link) = links.next_if(|link| link.start < end) {
            read_stretch(&mut shape, text.get(from..link.start).unwrap_or_default(), from);
            from = link.end;
        }
        read_stretch(&mut shape, text.get(from..end).unwrap_or_default(), from);
        at = end;
    }
    shape
}

/// A word while it is read.
#[derive(Default)]
struct Word {
    start: usize,
    chars: u32,
    letters: u32,
    capitals: u32,
}

impl Word {
    fn end(&mut self, shape: &mut Shape, at: usize) {
        if self.chars > 0 {
            shape.words += 1;
            shape.longest_word = shape.longest_word.max(self.chars);
            if self.letters >= MIN_CAPITAL_LETTERS && self.capitals == self.letters {
                shape.places.capitals.push(Span { start: self.start, end: at });
            }
        }
        *self = Self::default();
    }
}

/// A run of equal things while it is read.
#[derive(Default)]
struct Run {
    of: Option<char>,
    start: usize,
    length: u32,
}

impl Run {
    fn end(&mut self, at: usize, min: u32, longest: &mut u32, places: &mut Vec<Span>) {
        *longest = (*longest).max(self.length);
        if self.length >= min {
            places.push(Span { start: self.start, end: at });
        }
        *self = Self::default();
    }

    fn grow(&mut self, of: char, at: usize) {
        if self.length == 0 {
            self.start = at;
        }
        self.of = Some(of);
        self.length += 1;
    }
}

/// Counts what a stretch without web addresses has; `offset` is where it begins in the text.
fn read_stretch(shape: &mut Shape, stretch: &str, offset: usize) {
    let (mut word, mut same, mut marks, mut emoji) =
        (Word::default(), Run::default(), Run::default(), Emoji::default());
    for (at, c) in stretch.char_indices() {
        let at = offset + at;
        let is_mark = matches!(c, '!' | '?');
        if !is_mark && marks.length > 0 {
            marks.end(at, MIN_PUNCTUATION, &mut shape.punctuation, &mut shape.places.punctuation);
        }
        let letter = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
        if same.of != Some(letter) && same.length > 0 {
            same.end(at, MIN_SAME_LETTERS, &mut shape.same_letter, &mut shape.places.same_letter);
        }
        if c.is_alphabetic() {
            same.grow(letter, at);
            shape.letters += 1;
            let is_capital = c.is_uppercase();
            shape.capitals += u32::from(is_capital);
            word.letters += 1;
            word.capitals += u32::from(is_capital);
        } else if is_mark {
            marks.grow(c, at);
        } else if c.is_numeric() {
            shape.digits += 1;
        }
        if c.is_alphanumeric() || (matches!(c, '\'' | '’' | '-') && word.chars > 0) {
            if word.chars == 0 {
                word.start = at;
            }
            word.chars += 1;
        } else {
            word.end(shape, at);
        }
        if !c.is_ascii() {
            emoji.read(c, at, shape);
        } else {
            emoji = Emoji::default();
        }
    }
    let end = offset + stretch.len();
    word.end(shape, end);
    marks.end(end, MIN_PUNCTUATION, &mut shape.punctuation, &mut shape.places.punctuation);
    same.end(end, MIN_SAME_LETTERS, &mut shape.same_letter, &mut shape.places.same_letter);
}

/// What was read of an emoji that several characters make up.
#[derive(Default)]
struct Emoji {
    /// A joiner came last: what follows belongs to the emoji before it.
    is_joined: bool,
    /// The first half of a flag came last.
    is_half_flag: bool,
}

impl Emoji {
    fn read(&mut self, c: char, at: usize, shape: &mut Shape) {
        let end = at + c.len_utf8();
        match c {
            '\u{200d}' => self.is_joined = shape.places.emoji.last().is_some_and(|last| last.end == at),
            // Skin tones and variation selectors dress the emoji before them.
            '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0f}' | '\u{20e3}' => {}
            '\u{1f1e6}'..='\u{1f1ff}' if self.is_half_flag => self.is_half_flag = false,
            _ if is_pictograph(c) => {
                if !self.is_joined {
                    shape.emoji += 1;
                    shape.places.emoji.push(Span { start: at, end });
                }
                *self = Self { is_joined: false, is_half_flag: matches!(c, '\u{1f1e6}'..='\u{1f1ff}') };
            }
            _ => {
                *self = Self::default();
                return;
            }
        }
        if let Some(last) = shape.places.emoji.last_mut().filter(|last| last.end == at) {
            last.end = end;
        }
    }
}

const fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f300}'..='\u{1faff}'
        | '\u{203c}' | '\u{2049}' | '\u{231a}' | '\u{231b}' | '\u{1f004}' | '\u{1f0cf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        shape_of(text, &links_in(text))
    }

    fn marked<'a>(text: &'a str, spans: &[Span]) -> Vec<&'a str> {
        spans.iter().map(|span| &text[span.start..span.end]).collect()
    }

    #[test]
    fn an_address_counts_towards_the_length_alone() {
        let text = "LOOK here: https://example.org/AAAA!!!BBB now";
        let shape = shape(text);
        assert_eq!((shape.chars, shape.words, shape.capitals, shape.punctuation), (45, 3, 4, 0));
        assert_eq!(marked(text, &shape.places.capitals), ["LOOK"]);
    }

    #[test]
    fn an_emoji_counts_once_however_many_characters_it_has() {
        let text = "yes 👍🏽 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇫🇷🇮🇪 ❤️";
        let shape = shape(text);
        assert_eq!(shape.emoji, 6, "{:?}", marked(text, &shape.places.emoji));
        assert_eq!(marked(text, &shape.places.emoji)[..2], ["👍🏽", "👩‍👩‍👧‍👦"]);
    }

    #[test]
    fn runs_are_found_at_the_end_of_the_text_too() {
        let text = "Noooo!? sooo GOOD!!!";
        let shape = shape(text);
        assert_eq!((shape.same_letter, shape.punctuation), (4, 3));
        assert_eq!(marked(text, &shape.places.same_letter), ["oooo", "ooo"]);
        assert_eq!(marked(text, &shape.places.punctuation), ["!!!"]);
    }

    #[test]
    fn quoted_lines_are_counted_and_marked() {
        let text = "> You said\r\nno\n  > this\n";
        let shape = shape(text);
        assert_eq!((shape.quoted, shape.lines), (18, 3));
        assert_eq!(marked(text, &shape.places.quoted), ["> You said", "  > this"]);
    }
}
