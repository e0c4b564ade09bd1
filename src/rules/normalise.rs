//! From the text a person typed to the letters that words are looked for in, and back to where each was typed.
//!
//! Case, compatibility forms, combining marks, invisible characters, look-alikes, character references and markup are
//! seen through at once; what a digit or sign stands for is left open (see `letters.rs`). One pass, linear.

use super::glyphs::{Folded, folded};
use super::letters::{self, Key, MARKUP, SYMBOL, class, is_letter, is_stand_in, is_word};
use super::markup::{markup_len, reference};
use super::verdict::Span;

/// A text as codes, each with the place it was typed at, and the words among them.
#[derive(Clone, Debug, Default)]
pub struct NormalisedText {
    /// Letters, digits and signs; any run of blanks is one `b' '`.
    pub(super) codes: Vec<u8>,
    /// For every code, the bytes of the text where it begins and ends, with the marks that stand on it.
    places: Vec<(u32, u32)>,
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
        let start = usize::try_from(self.places.get(from)?.0).ok()?;
        let end = usize::try_from(self.places.get(to.checked_sub(1)?)?.1).ok()?;
        (start < end).then_some(Span { start, end })
    }

    /// Whether the words from `first` to before `end` are typed in plain letters and nothing else.
    pub(super) fn is_plain(&self, first: usize, end: usize) -> bool {
        let words = self.words.get(first..end).unwrap_or_default();
        words.iter().all(|word| {
            let span = self.span(word.from, word.to);
            !word.has_digit
                && word.case != Case::Mixed
                && span.is_some_and(|span| span.end - span.start == word.to - word.from)
        })
    }

    /// Whether a word is two drawn together by an apostrophe, as in "who're".
    pub(super) fn is_contraction(&self, word: &Word) -> bool {
        let codes = self.codes.get(word.from..word.to).unwrap_or_default();
        let is_ending = codes.ends_with(b"re") || codes.ends_with(b"ll") || codes.ends_with(b"ve");
        let place = |before_end: usize| word.to.checked_sub(before_end).and_then(|at| self.places.get(at));
        let apostrophe = place(3).zip(place(2)).map_or(0, |(before, after)| after.0.saturating_sub(before.1));
        let typed = self.span(word.from, word.to).map_or(0, |span| span.end - span.start);
        // Anything else that does not show would make more than one gap.
        is_ending
            && matches!(apostrophe, 1 | 3)
            && usize::try_from(apostrophe).is_ok_and(|gap| typed == codes.len() + gap)
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
        self.places.push((u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX)));
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

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
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
    open: Open,
}

/// The word that is being read.
#[derive(Clone, Copy, Default)]
struct Open {
    from: usize,
    /// How many codes it has; none, when no word is being read.
    codes: usize,
    exact: u64,
    squeezed: u64,
    length: usize,
    first: u8,
    last: u8,
    digits: usize,
    capitals: usize,
    begins_capital: bool,
}

impl Reader {
    fn new(text: &str) -> Self {
        let capacity = text.len().min(1 << 16) + 1;
        let done = NormalisedText {
            codes: Vec::with_capacity(capacity),
            places: Vec::with_capacity(capacity),
            words: Vec::with_capacity(capacity / 5 + 1),
        };
        Self { done, open: Open::default() }
    }

    #[inline]
    fn letter(&mut self, code: u8, start: usize, end: usize, is_capital: bool) -> usize {
        let class = class(code);
        let word = &mut self.open;
        if word.codes == 0 {
            word.from = self.done.codes.len();
            word.first = class;
            word.begins_capital = is_capital;
        }
        word.codes += 1;
        word.exact = Key::grown(word.exact, code);
        if class != word.last {
            word.squeezed = Key::grown(word.squeezed, class);
            word.length += 1;
            word.last = class;
        }
        word.digits += usize::from(code.is_ascii_digit());
        word.capitals += usize::from(is_capital);
        self.done.push(code, start, end);
        end
    }

    #[inline]
    fn gap(&mut self, code: u8, start: usize, end: usize) -> usize {
        if self.open.codes > 0 {
            self.finish_word();
        }
        if code != b' ' || self.done.codes.last() != Some(&b' ') {
            self.done.push(code, start, end);
        }
        end
    }

    fn finish_word(&mut self) {
        let open = std::mem::take(&mut self.open);
        let earlier = self.done.words.last().map_or(0, |before| before.to);
        let between = self.done.codes.get(earlier..open.from).unwrap_or_default();
        let case = match open.capitals {
            0 => Case::Lower,
            1 if open.begins_capital => Case::Title,
            capitals if capitals == open.codes => Case::Upper,
            _ => Case::Mixed,
        };
        let word = Word {
            from: open.from,
            to: open.from + open.codes,
            exact: Key::of(open.exact, open.codes),
            squeezed: Key::of(open.squeezed, open.length),
            length: open.length,
            first: open.first,
            last: open.last,
            has_digit: open.digits > 0,
            has_letter: open.digits < open.codes,
            case,
            is_apart: between.contains(&b' ') || earlier == 0,
            begins_sentence: earlier == 0
                || (between != [b' ']
                    && between.iter().any(|code| matches!(code, b'.' | b'!' | b'?' | b':' | b'"' | b'*'))),
        };
        if between.len() > 2 {
            self.lone_signs(earlier, open.from);
        }
        self.done.words.push(word);
    }

    /// A sign that stands for a letter and has neither letter nor its like beside it is a word of its own, as in
    /// `s.h.!.t`.
    fn lone_signs(&mut self, from: usize, to: usize) {
        for at in from + 1..to - 1 {
            let [before, code, after] = [at - 1, at, at + 1].map(|at| self.done.codes.get(at).copied().unwrap_or(b' '));
            let is_lone = matches!(code, b'!' | b'@' | b'$' | b'|' | letters::EURO)
                && [before, after].iter().all(|next| !is_word(*next) && !is_stand_in(*next));
            if is_lone {
                let class = class(code);
                let word = Word {
                    from: at,
                    to: at + 1,
                    exact: Key::EMPTY.with(code),
                    squeezed: Key::EMPTY.with(class),
                    length: 1,
                    first: class,
                    last: class,
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
        if self.open.codes > 0
            && let Some(last) = self.done.places.last_mut()
        {
            last.1 = u32::try_from(end).unwrap_or(u32::MAX);
        }
    }

    fn finish(mut self) -> NormalisedText {
        if self.open.codes > 0 {
            self.finish_word();
        }
        self.done
    }
}
