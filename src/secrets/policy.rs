//! Which passwords may be chosen.
//!
//! Long is good and nothing else is asked for: no digits, no signs, no change every month. Refused is what is tried
//! first: common words, walks over the keyboard, sequences, repeats, and what anybody knows of the person or the site.
//!
//! # Source
//! NIST SP 800-63B-4, 3.1.1.2: 15 characters where the password is the only factor, 8 beside a second one, a list of
//! common values, and the reason shown.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::kernel::char_count;

/// The most characters of a password.
pub const MAX_PASSWORD_CHARS: usize = 1_000;
/// The fewest characters beside a second factor.
const MIN_CHARS_WITH_SECOND_FACTOR: usize = 8;
/// What a word, a walk or a sequence is worth, in characters: whoever guesses tries those first.
const PIECE: usize = 2;
/// The longest piece that is looked for.
const MAX_PIECE_CHARS: usize = 32;
/// Words that stand in common passwords, one a line; the forms they take are found by [`plain`] and [`worth`].
const WORDS: &str = include_str!("common.txt");
/// Lines that fingers follow, forwards and backwards, four keys or more at a time.
const WALKS: [&str; 12] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qazwsxedcrfvtgbyhnujm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
];
/// Lines that everybody knows, three steps or more at a time.
const SEQUENCES: [&str; 2] = ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789"];

/// Why a password may not be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too few characters.
    #[error("fewer than {min_chars} characters")]
    TooShort {
        /// The fewest.
        min_chars: usize,
    },
    /// Too many characters.
    #[error("more than {MAX_PASSWORD_CHARS} characters")]
    TooLong,
    /// The same few characters over and over.
    #[error("repeats itself")]
    Repeated,
    /// Little besides common words, walks and sequences.
    #[error("common")]
    Common,
    /// Little besides what is known of the person or the site.
    #[error("made of names that others know")]
    Personal,
}

impl Refusal {
    /// The stable code, under which the words for it are found.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Repeated => "password_repeated",
            Self::Common => "password_common",
            Self::Personal => "password_personal",
        }
    }
}

/// The rules for one person's choice.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The fewest characters where the password is the only factor.
    pub min_chars: usize,
    /// Whether this person also has a second factor.
    pub has_second_factor: bool,
    /// What others know: the person's name and e-mail address, the titles' names and addresses.
    pub known: &'a [&'a str],
}

impl Policy<'_> {
    /// Whether `password` may be chosen. Counted and judged in the form in which it will be hashed.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check(&self, password: &str) -> Result<(), Refusal> {
        if char_count(password) > MAX_PASSWORD_CHARS {
            return Err(Refusal::TooLong);
        }
        let min_chars = if self.has_second_factor { MIN_CHARS_WITH_SECOND_FACTOR } else { self.min_chars };
        let password: Zeroizing<String> = Zeroizing::new(password.nfkc().collect());
        if char_count(&password) < min_chars {
            return Err(Refusal::TooShort { min_chars });
        }
        let chars: Zeroizing<Vec<char>> = Zeroizing::new(password.chars().flat_map(char::to_lowercase).collect());
        if is_repeated(&chars) {
            return Err(Refusal::Repeated);
        }
        // Three fifths of the length asked for: 9 of 15, 4 of 8.
        let needed = min_chars * 3 / 5;
        // So long that even the longest pieces alone are worth enough: spare the work.
        if chars.len() > needed * MAX_PIECE_CHARS {
            return Ok(());
        }
        let nobody = BTreeSet::new();
        if worth(&chars, &nobody) < needed {
            return Err(Refusal::Common);
        }
        let known = self.known.iter().flat_map(|text| names_in(text)).collect();
        if worth(&chars, &known) < needed { Err(Refusal::Personal) } else { Ok(()) }
    }
}

/// Whether the whole is one short block again and again, or made of three characters or fewer.
fn is_repeated(chars: &[char]) -> bool {
    let different: BTreeSet<char> = chars.iter().copied().collect();
    let has_period = |period| chars.iter().zip(chars.iter().skip(period)).all(|(a, b)| a == b);
    different.len() <= 3 || (1..=chars.len() / 2).any(has_period)
}

/// What `chars` is worth, in characters, when every common piece, and every one of `known`, counts as few.
fn worth(chars: &[char], known: &BTreeSet<Vec<char>>) -> usize {
    let words: BTreeSet<Vec<char>> = WORDS.lines().map(|word| word.chars().collect()).collect();
    let plain: Zeroizing<Vec<char>> = Zeroizing::new(chars.iter().copied().map(plain).collect());
    // least[n]: what the first n characters are worth.
    let mut least = vec![0];
    for (end, character) in (1_usize..).zip(chars) {
        let is_separator = matches!(character, ' ' | '-' | '_' | '.');
        let mut best = least.last().copied().unwrap_or(0) + usize::from(!is_separator);
        for start in end.saturating_sub(MAX_PIECE_CHARS)..end.saturating_sub(2) {
            let before = least.get(start).copied().unwrap_or(0) + PIECE;
            if before >= best {
                continue;
            }
            let (raw, plain) = (chars.get(start..end).unwrap_or_default(), plain.get(start..end).unwrap_or_default());
            let is_known = |piece: &[char]| words.contains(piece) || known.contains(piece);
            if is_known(raw) || is_known(plain) || is_line(raw) {
                best = before;
            }
        }
        least.push(best);
    }
    least.last().copied().unwrap_or(0)
}

/// The letter that a digit or sign stands for in `p4$$w0rd`.
const fn plain(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether the piece follows a line of the keyboard or a sequence, or is one character again and again.
fn is_line(piece: &[char]) -> bool {
    let forwards: String = piece.iter().collect();
    let backwards: String = piece.iter().rev().collect();
    let follows = |line: &str| line.contains(&forwards) || line.contains(&backwards);
    let is_one = piece.iter().all(|character| Some(character) == piece.first());
    let is_year = piece.len() == 4 && (forwards.starts_with("19") || forwards.starts_with("20"));
    is_one
        || SEQUENCES.into_iter().any(follows)
        || (piece.len() >= 4 && WALKS.into_iter().any(follows))
        || (is_year && piece.iter().all(char::is_ascii_digit))
}

/// The whole of `text` without what separates its words, and each word of at least three letters.
fn names_in(text: &str) -> Vec<Vec<char>> {
    let lower = text.nfkc().collect::<String>().to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    let mut names: Vec<Vec<char>> = words.map(|word| word.chars().collect()).collect();
    names.push(names.concat());
    names.push(lower.chars().collect());
    names.retain(|name| name.len() >= 3);
    names
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KNOWN: &[&str] = &["Ann O'Example", "ann.example@harbourpost.example", "The Harbour Post"];

    fn check(password: &str) -> Result<(), Refusal> {
        Policy { min_chars: 15, has_second_factor: false, known: KNOWN }.check(password)
    }

    #[test]
    fn length_is_counted_in_the_form_that_is_hashed() {
        assert_eq!(check("zx9 Lm!r2 Kw7v"), Err(Refusal::TooShort { min_chars: 15 }));
        assert_eq!(check("zx9 Lm!r2 Kw7vb"), Ok(()));
        // Fourteen characters once the accent is composed, fifteen when a ligature is taken apart.
        assert_eq!(check("zx9 Lm!r2 Kwe\u{301}b"), Err(Refusal::TooShort { min_chars: 15 }));
        assert_eq!(check("zx9 Lm!r2 Kwv\u{fb01}"), Ok(()));
        assert_eq!(check(&"zx9 Lm!r2 Kw7vb".repeat(80)), Err(Refusal::TooLong));
    }

    #[test]
    fn eight_suffice_beside_a_second_factor() {
        let policy = Policy { min_chars: 15, has_second_factor: true, known: KNOWN };
        assert_eq!(policy.check("zx9 Lm!r"), Ok(()));
        assert_eq!(policy.check("zx9 Lm!"), Err(Refusal::TooShort { min_chars: 8 }));
        assert_eq!(policy.check("password"), Err(Refusal::Common));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        let common = [
            "Password123456789",
            "P4$$w0rd!Welcome1",
            "qwertyuiopasdfghjkl",
            "letmeinletmein123",
            "iloveyou20242024",
            "1qaz2wsx3edc4rfv",
            "abcdefghijklmno",
            "123456789012345",
            "987654321qwerty",
            "poiuytrewqlkjhgf",
            "monkeydragonfootball",
            "welcome to admin 1",
            "!@#$%^&*()qwerty",
        ];
        for password in common {
            assert_eq!(check(password), Err(Refusal::Common), "{password}");
        }
        for password in
            ["passwordpassword", "aaaaaaaaaaaaaaa", "abcabcabcabcabca", "x7Gk2m9QpLx7Gk2m9QpL", "abababababababab"]
        {
            assert_eq!(check(password), Err(Refusal::Repeated), "{password}");
        }
        for password in
            ["HarbourPost2024!", "ann.example@harbourpost.example", "AnnExample19841984", "harbour-post-ann"]
        {
            assert_eq!(check(password), Err(Refusal::Personal), "{password}");
        }
    }

    #[test]
    fn nothing_is_asked_of_a_long_password_but_to_be_ones_own() {
        let own = [
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "my aunt keeps bees in Leith",
            "ζωή και θάλασσα μαζί",
            "gulls over the breakwater",
            "829104756381920",
            "harbour lights at six tonight",
        ];
        for password in own {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn every_refusal_has_a_code_of_its_own() {
        let all = [
            Refusal::TooShort { min_chars: 15 },
            Refusal::TooLong,
            Refusal::Repeated,
            Refusal::Common,
            Refusal::Personal,
        ];
        let codes: BTreeSet<&str> = all.into_iter().map(Refusal::code).collect();
        assert_eq!(codes.len(), all.len());
    }

    #[test]
    fn the_words_are_sorted_lower_case_and_stand_there_once() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert!(words.iter().zip(&words[1..]).all(|(a, b)| a < b));
        assert!(words.iter().all(|word| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())));
    }

    proptest! {
        #[test]
        fn any_text_is_judged(password in ".{0,60}", known in ".{0,20}") {
            let _ = Policy { min_chars: 15, has_second_factor: false, known: &[&known] }.check(&password);
        }

        #[test]
        fn random_letters_are_always_taken(password in "[a-z]{24,40}") {
            prop_assert_eq!(check(&password), Ok(()));
        }
    }
}
