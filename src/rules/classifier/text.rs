//! From a comment to the characters that the classifier reads.
//!
//! Case, accents, invisible characters, look of the digits and long drawn letters say nothing about abuse, and neither
//! does punctuation other than `!`, `?` and `*`. Links, people spoken to and the neutral words for groups of people
//! become one sign each, so that whom a comment names does not make it abusive. Changing anything here makes every
//! model worthless: raise [`super::model::FEATURES_VERSION`] with it.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::emoji;
use super::identity;

/// Stands for a link.
pub(super) const LINK: char = '\u{E001}';
/// Stands for `@somebody`.
pub(super) const MENTION: char = '\u{E002}';
/// Stands for a neutral word for a group of people.
pub(super) const GROUP: char = '\u{E003}';

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;
const MAX_DIGITS: u32 = 4;
const MAX_STARS: usize = 3;

/// One token: where its characters lie in [`Reading::chars`], and their hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) hash: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    Word,
    Marks,
    Stars,
}

/// A text as its tokens; made once and filled anew for each text, so that reading allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The tokens with one space before, between and after.
    pub(super) chars: Vec<char>,
    pub(super) tokens: Vec<Token>,
    open: Open,
    start: usize,
    hash: u64,
    digits: u32,
    apostrophe_waits: bool,
}

impl Reading {
    /// Reads `text` in one pass.
    pub(super) fn read(&mut self, text: &str) {
        self.chars.clear();
        self.chars.reserve(text.len() + 2);
        self.tokens.clear();
        self.open = Open::Nothing;
        self.chars.push(' ');
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            rest = match c {
                'a'..='z' | 'A'..='Z' => match self.link(c, rest) {
                    Some(beyond) => beyond,
                    None => self.letters(rest),
                },
                ' ' => {
                    self.close();
                    after
                }
                '@' => self.mention(after),
                _ if c.is_ascii() => {
                    self.folded(c);
                    after
                }
                _ => {
                    self.beyond_ascii(c);
                    after
                }
            };
        }
        self.close();
    }

    /// Takes a link, if one begins here; answers with what follows it.
    fn link<'t>(&mut self, first: char, rest: &'t str) -> Option<&'t str> {
        let length = match first {
            _ if self.open == Open::Word => return None,
            'h' | 'H' => ["https://", "http://"].iter().find(|prefix| begins(rest, prefix)).map(|_| link_bytes(rest)),
            'w' | 'W' => begins(rest, "www.").then(|| link_bytes(rest)),
            'U' => is_masked_link(rest).then_some(3),
            _ => None,
        }?;
        self.sign(LINK);
        rest.get(length..)
    }

    fn mention<'t>(&mut self, after: &'t str) -> &'t str {
        let beyond = after.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        if beyond.len() == after.len() {
            self.close();
            return after;
        }
        self.close();
        let is_retweet = self.tokens.last().is_some_and(|token| self.slice(*token) == ['r', 't']);
        if is_retweet && let Some(token) = self.tokens.pop() {
            self.chars.truncate(token.start);
        }
        self.sign(MENTION);
        beyond
    }

    fn beyond_ascii(&mut self, c: char) {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' => return self.folded('\''),
            // Private use: ours to give a meaning to, not the comment's.
            '\u{E000}'..='\u{F8FF}' => return self.close(),
            _ => {}
        }
        if let Some(name) = emoji::name(c) {
            self.close();
            for word in name.split(' ') {
                word.chars().for_each(|letter| self.letter(letter));
                self.close();
            }
            return;
        }
        decompose_compatible(c, |part| {
            if is_silent(part) {
                return;
            }
            if part.is_ascii() {
                self.folded(part.to_ascii_lowercase());
            } else {
                part.to_lowercase().filter(|lower| !is_silent(*lower)).for_each(|lower| self.folded(lower));
            }
        });
    }

    /// Takes one folded character other than an ASCII capital.
    fn folded(&mut self, c: char) {
        match c {
            '0'..='9' => self.digit(),
            'a'..='z' => self.letter(c),
            '\'' if self.open == Open::Word => self.apostrophe_waits = true,
            '!' | '?' => self.mark(c),
            '*' => {
                self.open_as(Open::Stars);
                if self.chars.len() - self.start < MAX_STARS {
                    self.push(c);
                }
            }
            '^' | '`' => {}
            _ if c.is_ascii() => self.close(),
            _ if c.is_numeric() => self.digit(),
            _ if c.is_alphanumeric() => self.letter(c),
            _ => self.close(),
        }
    }

    /// Takes the ASCII letters that the text begins with, of which there is one at least; answers with what follows.
    fn letters<'t>(&mut self, text: &'t str) -> &'t str {
        self.in_word();
        self.digits = 0;
        let (mut before, mut last) = match self.chars.as_slice() {
            [.., before, last] => (*before, *last),
            _ => (' ', ' '),
        };
        let mut hash = self.hash;
        let mut taken = 0;
        for byte in text.bytes().take_while(u8::is_ascii_alphabetic) {
            taken += 1;
            let c = char::from(byte.to_ascii_lowercase());
            if c == last && c == before {
                continue;
            }
            hash = (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(FNV_PRIME);
            self.chars.push(c);
            (before, last) = (last, c);
        }
        self.hash = hash;
        text.get(taken..).unwrap_or_default()
    }

    fn letter(&mut self, c: char) {
        self.in_word();
        self.digits = 0;
        // INVARIANT: a word's first character is preceded by a space, so that two letters alike are of this word.
        let is_third = matches!(self.chars.as_slice(), [.., before, last] if *before == c && *last == c);
        if !is_third {
            self.push(c);
        }
    }

    fn digit(&mut self) {
        self.in_word();
        self.digits += 1;
        if self.digits <= MAX_DIGITS {
            self.push('0');
        }
    }

    fn in_word(&mut self) {
        let joins = self.apostrophe_waits;
        if self.open != Open::Word {
            self.close();
            self.begin(Open::Word);
        } else if joins {
            self.apostrophe_waits = false;
            self.push('\'');
            self.digits = 0;
        }
    }

    /// A run of marks is `!`, `!!`, `?`, `??` or, mixed, `!?`.
    fn mark(&mut self, c: char) {
        self.open_as(Open::Marks);
        match self.chars.get(self.start..).unwrap_or_default() {
            [] => self.push(c),
            [first] if *first == c => self.push(c),
            ['!', '?'] => {}
            [first, ..] if *first == c => {}
            _ => {
                self.chars.truncate(self.start);
                self.hash = FNV_START;
                self.push('!');
                self.push('?');
            }
        }
    }

    fn sign(&mut self, sign: char) {
        self.close();
        self.begin(Open::Word);
        self.push(sign);
        self.close();
    }

    fn open_as(&mut self, kind: Open) {
        if self.open != kind {
            self.close();
            self.begin(kind);
        }
    }

    fn begin(&mut self, kind: Open) {
        self.open = kind;
        self.start = self.chars.len();
        self.hash = FNV_START;
        self.digits = 0;
        self.apostrophe_waits = false;
    }

    #[inline]
    fn push(&mut self, c: char) {
        self.hash = (self.hash ^ u64::from(u32::from(c))).wrapping_mul(FNV_PRIME);
        self.chars.push(c);
    }

    fn close(&mut self) {
        self.apostrophe_waits = false;
        let was = std::mem::take(&mut self.open);
        if was == Open::Nothing {
            return;
        }
        let word = self.chars.get(self.start..).unwrap_or_default();
        if was == Open::Word && identity::is_neutral(self.hash, word) {
            self.chars.truncate(self.start);
            self.hash = FNV_START;
            self.push(GROUP);
        }
        self.tokens.push(Token { start: self.start, end: self.chars.len(), hash: self.hash });
        self.chars.push(' ');
    }

    /// The characters of a token.
    pub(super) fn slice(&self, token: Token) -> &[char] {
        self.chars.get(token.start..token.end).unwrap_or_default()
    }
}

/// The hash that a token of these characters has.
pub(super) fn word_hash(chars: impl IntoIterator<Item = char>) -> u64 {
    chars.into_iter().fold(FNV_START, |hash, c| (hash ^ u64::from(u32::from(c))).wrapping_mul(FNV_PRIME))
}

fn begins(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn link_bytes(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// Collections of comments write links as this word.
fn is_masked_link(text: &str) -> bool {
    text.strip_prefix("URL").is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Marks on letters, signs that have no width and modifiers of other signs (categories M, Cf and Sk).
fn is_silent(c: char) -> bool {
    is_combining_mark(c)
        || matches!(u32::from(c),
            0xA8 | 0xAD | 0xAF | 0xB4 | 0xB8 | 0x2C2..=0x2C5 | 0x2D2..=0x2DF | 0x2E5..=0x2EB | 0x2ED | 0x2EF..=0x2FF
            | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F
            | 0x309B..=0x309C | 0xFEFF | 0xFFF9..=0xFFFB | 0x1F3FB..=0x1F3FF | 0xE0001 | 0xE0020..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of a text, with our signs as `L`, `M` and `G`.
    fn tokens(text: &str) -> Vec<String> {
        let mut reading = Reading::default();
        reading.read(text);
        let sign = |c: &char| match *c {
            LINK => 'L',
            MENTION => 'M',
            GROUP => 'G',
            other => other,
        };
        let tokens: Vec<String> =
            reading.tokens.iter().map(|token| reading.slice(*token).iter().map(sign).collect()).collect();
        let joined: String = reading.chars.iter().map(sign).collect();
        assert_eq!(joined.split_whitespace().collect::<Vec<_>>(), tokens);
        tokens
    }

    #[test]
    fn case_accents_and_invisible_characters_say_nothing() {
        assert_eq!(tokens("CAF\u{c9} na\u{ef}ve \u{ff26}\u{ff4f}\u{ff4f}l"), ["cafe", "naive", "fool"]);
        assert_eq!(tokens("fo\u{200b}ol fo\u{ad}ol"), ["fool", "fool"]);
    }

    #[test]
    fn drawn_out_letters_and_numbers_are_shortened() {
        assert_eq!(tokens("sooooo book 2024 1234567 a1"), ["soo", "book", "0000", "0000", "a0"]);
    }

    #[test]
    fn apostrophes_join_and_other_punctuation_parts() {
        assert_eq!(
            tokens("don\u{2019}t 'quoted' it's. snake_case a-b"),
            ["don't", "quoted", "it's", "snake", "case", "a", "b"]
        );
    }

    #[test]
    fn runs_of_marks_and_stars_are_one_token() {
        assert_eq!(
            tokens("no! no!!! no? no???? no?!?! f**k *****"),
            ["no", "!", "no", "!!", "no", "?", "no", "??", "no", "!?", "f", "**", "k", "***"]
        );
    }

    #[test]
    fn links_and_people_spoken_to_become_signs() {
        assert_eq!(tokens("see https://a.example/b?c www.x.example URL URLs"), ["see", "L", "L", "L", "urls"]);
        assert_eq!(tokens("RT @some_body: hi @ home"), ["M", "hi", "home"]);
        assert_eq!(tokens("art @a"), ["art", "M"]);
    }

    #[test]
    fn neutral_words_for_groups_become_one_sign() {
        assert_eq!(tokens("Muslims and a gay man's dog"), ["G", "and", "a", "G", "G", "dog"]);
        assert_eq!(tokens("\u{e003}x"), ["x"], "nobody can write our sign");
    }

    #[test]
    fn emoji_are_read_by_name() {
        assert_eq!(tokens("go \u{1F480}\u{1F3FD}!"), ["go", "skull", "!"]);
        assert_eq!(tokens("\u{1F468}\u{200d}\u{1F4BB}"), ["G", "personal", "computer"]);
    }

    #[test]
    fn a_reading_forgets_the_text_before() {
        let mut reading = Reading::default();
        reading.read("one two three*");
        reading.read("");
        assert!(reading.tokens.is_empty());
        assert_eq!(reading.chars, [' ']);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}|[a-z@!?*'0 ]{0,60}") {
            tokens(&text);
        }
    }
}
