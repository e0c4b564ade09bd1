//! From the text a person typed to the letters that words are looked for in, and back to where each was typed.
//!
//! Case, compatibility forms, combining marks, invisible characters, look-alikes, character references and markup are
//! seen through at once; what a digit or sign stands for is left open (see [`super::letters`]). One pass, linear.

use super::glyphs::{Folded, folded};
use super::letters::{self, Key, MARKUP, SYMBOL, class, is_letter, is_stand_in, is_word};
use super::markup::{markup_len, reference};
use super::verdict::Span;

/// A text as codes, each with the place it was typed at, and the words among them.
#[derive(Clone, Debug, Default)]
pub struct NormalisedText {
    /// Letters, digits and signs; any run of blanks is one `b' '`.
    pub(super) codes: Vec<u8>,
    /// For every code, the byte of the text where it begins.
    starts: Vec<u32>,
    /// For every code, the byte after it, with the marks that stand on it.
    ends: Vec<u32>,
    pub(super) words: Vec<Word>,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    /// A capital, then small letters.
    Title,
    Upper,
    Mixed,
}

/// Letters and digits with nothing between them that shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Its first code, and the code after its last.
    pub(super) from: usize,
    pub(super) to: usize,
    /// As it is spelled.
    pub(super) exact: Key,
    /// By the classes of its letters, equal neighbours counted once.
    pub(super) squeezed: Key,
    /// How many codes `squeezed` has.
    pub(super) length: usize,
    /// The classes of its first and last code.
    pub(super) first: u8,
    pub(super) last: u8,
    pub(super) has_digit: bool,
    pub(super) has_letter: bool,
    pub(super) case: Case,
    /// Whether blank lies before it, or the text's beginning.
    pub(super) is_apart: bool,
    /// Whether a sentence may begin with it.
    pub(super) begins_sentence: bool,
}

impl NormalisedText {
    /// Where the codes from `from` to before `to` were typed.
    pub(super) fn span(&self, from: usize, to: usize) -> Option<Span> {
        let start = usize::try_from(*self.starts.get(from)?).ok()?;
        let end = usize::try_from(*self.ends.get(to.checked_sub(1)?)?).ok()?;
        (start < end).then_some(Span { start, end })
    }

    /// The words, lower case and apart by one space; digits as digits, signs left out.
    #[must_use]
    pub fn plain_words(&self) -> Vec<u8> {
        let mut plain = Vec::with_capacity(self.codes.len());
        for word in self.words.iter().filter(|word| word.has_letter || word.has_digit) {
            if !plain.is_empty() {
                plain.push(b' ');
            }
            plain.extend_from_slice(self.codes.get(word.from..word.to).unwrap_or_default());
        }
        plain
    }

    fn push(&mut self, code: u8, start: usize, end: usize) {
        self.codes.push(code);
        self.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
        self.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
    }
}

/// What the bytes of ASCII are to the reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
    Blank,
    Apostrophe,
    /// May begin markup or a character reference.
    Opening,
    Sign,
    Other,
}

const fn kinds() -> [Kind; 256] {
    let mut table = [Kind::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' => Kind::Small,
            b'A'..=b'Z' => Kind::Capital,
            b'0'..=b'9' => Kind::Digit,
            b'\'' => Kind::Apostrophe,
            b'<' | b'[' | b'&' => Kind::Opening,
            b'!'..=b'~' => Kind::Sign,
            _ => Kind::Blank,
        };
        byte += 1;
    }
    table
}

static KINDS: [Kind; 256] = kinds();

/// Reads `text`.
#[must_use]
pub fn normalise(text: &str) -> NormalisedText {
    let mut reader = Reader::new(text);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let kind = KINDS.get(usize::from(byte)).copied().unwrap_or(Kind::Other);
        at = match kind {
            Kind::Small => reader.letter(byte, at, at + 1, false),
            Kind::Capital => reader.letter(byte | 0x20, at, at + 1, true),
            Kind::Digit => reader.letter(byte, at, at + 1, false),
            Kind::Blank => reader.gap(b' ', at, at + 1),
            Kind::Apostrophe => at + 1,
            Kind::Sign => reader.gap(byte, at, at + 1),
            Kind::Opening => reader.opening(text, byte, at),
            Kind::Other => reader.other(text, at),
        };
    }
    reader.finish()
}

struct Reader {
    done: NormalisedText,
    /// The word that is being read.
    word: Option<Word>,
    capitals: usize,
}

impl Reader {
    fn new(text: &str) -> Self {
        let capacity = text.len().min(1 << 16) + 1;
        let done = NormalisedText {
            codes: Vec::with_capacity(capacity),
            starts: Vec::with_capacity(capacity),
            ends: Vec::with_capacity(capacity),
            words: Vec::with_capacity(capacity / 5 + 1),
        };
        Self { done, word: None, capitals: 0 }
    }

    #[inline]
    fn letter(&mut self, code: u8, start: usize, end: usize, is_capital: bool) -> usize {
        let from = self.done.codes.len();
        self.done.push(code, start, end);
        let class = class(code);
        let word = self.word.get_or_insert(Word {
            from,
            to: from,
            exact: Key::EMPTY,
            squeezed: Key::EMPTY,
            length: 0,
            first: class,
            last: 0,
            has_digit: false,
            has_letter: false,
            case: Case::Lower,
            is_apart: false,
            begins_sentence: false,
        });
        word.exact = word.exact.with(code);
        if class != word.last {
            word.squeezed = word.squeezed.with(class);
            word.length += 1;
            word.last = class;
        }
        if code.is_ascii_digit() {
            word.has_digit = true;
        } else {
            word.has_letter = true;
        }
        if is_capital {
            self.capitals += 1;
            if word.from == from {
                word.case = Case::Title;
            } else if word.case == Case::Lower || self.capitals == 1 {
                word.case = Case::Mixed;
            }
        }
        end
    }

    fn gap(&mut self, code: u8, start: usize, end: usize) -> usize {
        self.finish_word();
        if code != b' ' || self.done.codes.last() != Some(&b' ') {
            self.done.push(code, start, end);
        }
        end
    }

    fn finish_word(&mut self) {
        let Some(mut word) = self.word.take() else { return };
        word.to = self.done.codes.len();
        if word.case == Case::Title && self.capitals > 1 {
            word.case = if self.capitals == word.to - word.from { Case::Upper } else { Case::Mixed };
        }
        self.capitals = 0;
        let earlier = self.done.words.last().map_or(0, |before| before.to);
        let between = self.done.codes.get(earlier..word.from).unwrap_or_default();
        word.is_apart = between.contains(&b' ') || earlier == 0;
        word.begins_sentence =
            earlier == 0 || between.iter().any(|code| matches!(code, b'.' | b'!' | b'?' | b':' | b'"' | b'*'));
        self.lone_signs(earlier, word.from);
        self.done.words.push(word);
    }

    /// A sign that stands for a letter and has neither letter nor its like beside it is a word of its own, as in
    /// `s.h.!.t`.
    fn lone_signs(&mut self, from: usize, to: usize) {
        if to < from + 3 {
            return;
        }
        for at in from + 1..to - 1 {
            let [before, code, after] = [at - 1, at, at + 1].map(|at| self.done.codes.get(at).copied().unwrap_or(b' '));
            let is_lone = matches!(code, b'!' | b'@' | b'$' | b'|' | letters::EURO)
                && [before, after].iter().all(|next| !is_word(*next) && !is_stand_in(*next));
            if is_lone {
                let key = Key::EMPTY.with(class(code));
                let word = Word {
                    from: at,
                    to: at + 1,
                    exact: Key::EMPTY.with(code),
                    squeezed: key,
                    length: 1,
                    first: class(code),
                    last: class(code),
                    has_digit: false,
                    has_letter: false,
                    case: Case::Lower,
                    is_apart: before == b' ',
                    begins_sentence: false,
                };
                self.done.words.push(word);
            }
        }
    }

    fn opening(&mut self, text: &str, byte: u8, at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = markup_len(rest) {
            return self.gap(MARKUP, at, at + length);
        }
        if let Some((c, length)) = reference(rest) {
            return self.character(c, at, at + length);
        }
        self.gap(byte, at, at + 1)
    }

    fn other(&mut self, text: &str, at: usize) -> usize {
        let c = text.get(at..).and_then(|rest| rest.chars().next());
        let Some(c) = c else { return text.len() };
        self.character(c, at, at + c.len_utf8())
    }

    /// Any character; those of ASCII come here only by reference.
    fn character(&mut self, c: char, start: usize, end: usize) -> usize {
        if c.is_ascii() {
            let byte = u8::try_from(c).unwrap_or(b' ');
            return match byte {
                b'\'' => end,
                _ if byte.is_ascii_alphanumeric() => {
                    self.letter(byte.to_ascii_lowercase(), start, end, byte.is_ascii_uppercase())
                }
                _ => self.gap(if byte.is_ascii_graphic() { byte } else { b' ' }, start, end),
            };
        }
        match folded(c) {
            Folded::NOTHING => {}
            Folded::MARK => self.mark(end),
            Folded::SPACE => {
                self.gap(b' ', start, end);
            }
            Folded::OTHER => {
                let number = letters::mixed(u64::from(c)).to_le_bytes();
                let [high, low, ..] = number;
                self.letter(0x80 | high, start, end, false);
                self.letter(0x80 | low, start, end, false);
            }
            several => {
                for code in several.codes() {
                    if is_letter(code) || code.is_ascii_digit() {
                        self.letter(code, start, end, c.is_uppercase());
                    } else {
                        self.symbol(code, start, end);
                    }
                }
            }
        }
        end
    }

    /// A run of emoji is one symbol.
    fn symbol(&mut self, code: u8, start: usize, end: usize) {
        if code != SYMBOL || self.done.codes.last() != Some(&SYMBOL) {
            self.gap(code, start, end);
        }
    }

    /// A mark belongs to the letter it stands on, so that a finding covers both.
    fn mark(&mut self, end: usize) {
        if self.word.is_some()
            && let Some(last) = self.done.ends.last_mut()
        {
            *last = u32::try_from(end).unwrap_or(u32::MAX);
        }
    }

    fn finish(mut self) -> NormalisedText {
        self.finish_word();
        self.done
    }
}
