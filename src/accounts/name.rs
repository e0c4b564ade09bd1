//! What somebody is called on the page: readable, one line, and nobody else's.
//!
//! A name is compared by its [`skeleton`], so that two names that look alike cannot both exist, and nobody can look
//! like staff or the paper itself.

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

/// The fewest characters.
const MIN_CHARS: usize = 2;

/// The most characters.
const MAX_CHARS: usize = 40;

/// A bare name with fewer letters is like too many others to say anything.
const MIN_BARE_CHARS: usize = 5;

/// The longest run of combining marks; real languages need two or three.
const MAX_MARKS: usize = 3;

/// What nobody may call themselves, in any spelling that looks like it, alone or as a word of a longer name.
const RESERVED: [&str; 13] = [
    "deleted account",
    "moderation",
    "moderator",
    "moderators",
    "mod",
    "mods",
    "admin",
    "admins",
    "administrator",
    "editor",
    "editors",
    "staff",
    "belowline",
];

/// A name fit to be shown: NFKC, one line, single spaces, 2 to 40 characters of one script.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

/// Why a text is not fit to be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NameFault {
    /// Fewer than two characters.
    #[error("the name is too short")]
    TooShort,
    /// More than forty characters.
    #[error("the name is too long")]
    TooLong,
    /// A control character, such as a line break.
    #[error("the name has a control character")]
    ControlCharacter,
    /// A character that cannot be seen, or that turns the direction of writing.
    #[error("the name has an invisible character")]
    InvisibleCharacter,
    /// A character that is neither a letter or digit in use today nor one of `- ' . _`.
    #[error("the name has a character that names may not have")]
    ForbiddenCharacter,
    /// More than three combining marks in a row.
    #[error("the name has too many marks on one letter")]
    StackedMarks,
    /// Letters of scripts that are not written together.
    #[error("the name mixes scripts")]
    MixedScripts,
    /// Fewer than two letters or digits.
    #[error("the name has too few letters")]
    TooFewLetters,
    /// An e-mail address or a web address.
    #[error("the name is an address")]
    Address,
    /// It looks like staff, the paper or the software.
    #[error("the name is reserved")]
    Reserved,
}

impl NameFault {
    /// A stable code. The message that people read is called the same, with hyphens.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "name_too_short",
            Self::TooLong => "name_too_long",
            Self::ControlCharacter => "name_control_character",
            Self::InvisibleCharacter => "name_invisible_character",
            Self::ForbiddenCharacter => "name_forbidden_character",
            Self::StackedMarks => "name_stacked_marks",
            Self::MixedScripts => "name_mixed_scripts",
            Self::TooFewLetters => "name_too_few_letters",
            Self::Address => "name_address",
            Self::Reserved => "name_reserved",
        }
    }
}

impl DisplayName {
    /// Makes a name of what somebody typed; `titles` are the papers' own names, which are reserved too.
    ///
    /// # Errors
    /// Every fault at once, each kind once.
    pub fn parse(typed: &str, titles: &[&str]) -> Result<Self, Vec<NameFault>> {
        // Bounded first: nothing below needs to see more of a text that is far too long to be a name.
        if typed.chars().nth(MAX_CHARS * 8).is_some() {
            return Err(vec![NameFault::TooLong]);
        }
        let name = typed.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        let checks = [
            (NameFault::TooShort, name.chars().count() < MIN_CHARS),
            (NameFault::TooLong, name.chars().count() > MAX_CHARS),
            (NameFault::ControlCharacter, typed.trim_matches(' ').chars().any(char::is_control)),
            (NameFault::InvisibleCharacter, typed.chars().any(is_invisible)),
            (NameFault::ForbiddenCharacter, name.chars().any(is_forbidden)),
            (NameFault::StackedMarks, has_stacked_marks(&name) || has_stacked_marks(typed)),
            (NameFault::MixedScripts, mixes_scripts(&name)),
            (NameFault::TooFewLetters, name.chars().filter(|c| c.is_alphanumeric()).count() < 2),
            (NameFault::Address, is_address(&name)),
            (NameFault::Reserved, is_reserved(&name, titles)),
        ];
        let faults: Vec<NameFault> =
            checks.into_iter().filter_map(|(fault, applies)| applies.then_some(fault)).collect();
        if faults.is_empty() { Ok(Self(name)) } else { Err(faults) }
    }

    /// The name as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name of our own making, which is fit by construction.
    pub(super) const fn neutral(name: String) -> Self {
        Self(name)
    }

    /// What the name looks like: two names with one skeleton cannot both exist.
    #[must_use]
    pub fn skeleton(&self) -> String {
        skeleton(&self.0)
    }
}

/// What is left of a name when what makes it another is taken away: figures at the ends of words, doubled letters, and
/// whatever its [`skeleton`] leaves out. Empty for names with under five letters, of which too many are alike.
pub(super) fn bare(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().map(|word| word.trim_matches(char::is_numeric)).collect();
    let mut letters: Vec<char> = skeleton(&words.join(" ")).chars().filter(|c| !c.is_numeric()).collect();
    letters.dedup();
    if letters.len() < MIN_BARE_CHARS { String::new() } else { letters.into_iter().collect() }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for DisplayName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What a name looks like, with spaces and punctuation left out. Never shown, only compared.
///
/// # Source
/// UTS 39 §4 skeletons of the case-folded NFKC form, further than the standard goes: a capital I, a small l and a 1
/// are one, and accents do not tell people apart.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let folded: String =
        name.nfkc().flat_map(char::to_lowercase).flat_map(unsharpened).nfkc().map(look_alike).collect();
    let prototype: String = unicode_security::skeleton(&folded).flat_map(char::to_lowercase).collect();
    let letters: String = prototype
        .nfkd()
        // Accents of the European scripts go; vowel signs elsewhere are letters and stay.
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}') && (c.is_alphanumeric() || is_combining_mark(*c)))
        .map(|c| match c {
            'i' | '1' => 'l',
            '0' => 'o',
            c => c,
        })
        .collect();
    // Drawn side by side, these pairs pass for one letter; the standard has only the first, and writes it this way.
    letters.replace("rn", "m").replace("vv", "w")
}

/// Full case folding where lower case falls short of it.
fn unsharpened(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'ς' => ('σ', None),
        c => (c, None),
    };
    std::iter::once(first).chain(second)
}

/// Look-alikes that UTS 39 keeps apart.
fn look_alike(c: char) -> char {
    match c {
        'ф' | 'ø' | 'θ' => 'o',
        '€' | 'є' | 'ε' => 'e',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'h',
        'т' | 'τ' => 't',
        'в' | 'β' => 'b',
        'г' => 'r',
        'п' => 'n',
        'ı' | 'ł' => 'l',
        'đ' => 'd',
        'ħ' => 'h',
        c => c,
    }
}

/// Format characters, fillers and whatever else takes no ink or turns the text around it.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether `c` has no place in a name. An allow-list (UTS 39 §3.1), so that private use, unassigned characters,
/// symbols and historic scripts need no list of their own.
fn is_forbidden(c: char) -> bool {
    let is_named_otherwise = c.is_control() || is_invisible(c);
    let is_allowed = matches!(c, ' ' | '’') || (c != ':' && c.identifier_allowed());
    !is_allowed && !is_named_otherwise
}

fn has_stacked_marks(text: &str) -> bool {
    let mut run = 0;
    text.nfd().any(|c| {
        run = if is_combining_mark(c) { run + 1 } else { 0 };
        run > MAX_MARKS
    })
}

/// Forbidden characters are complained about elsewhere, so only the others are compared.
fn mixes_scripts(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric() && c.identifier_allowed()).collect();
    !letters.as_str().check_restriction_level(RestrictionLevel::HighlyRestrictive)
}

/// Whether a name is an e-mail address or a web address, or ends like one.
fn is_address(name: &str) -> bool {
    let lower = name.to_lowercase();
    let has_mark = ["://", "www.", "@"].iter().any(|mark| lower.contains(mark));
    has_mark || lower.split(' ').any(is_host)
}

/// Whether a word reads as a host: labels joined by dots, each of two characters or more, the last of letters alone.
/// Initials ("J.R.Hartley") are too short for that; "St.Andrews" needs a space.
fn is_host(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or_default().trim_matches('.');
    let Some((labels, top)) = host.rsplit_once('.') else { return false };
    top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
        && labels.split('.').all(|label| label.chars().count() >= 2)
}

/// Whether any run of whole words looks like something reserved, or does so without the digits at its ends.
fn is_reserved(name: &str, titles: &[&str]) -> bool {
    // "Harbour Post" is no less the paper than "The Harbour Post"; "Times" alone is anybody's word.
    let short = titles.iter().filter_map(|title| {
        let (article, rest) = title.split_once(' ')?;
        (article.eq_ignore_ascii_case("the") && rest.contains(' ')).then_some(rest)
    });
    let reserved: Vec<String> =
        RESERVED.iter().chain(titles).copied().chain(short).map(skeleton).filter(|word| !word.is_empty()).collect();
    let is_listed = |words: &str| {
        let bare = words.trim_matches(|c: char| c.is_numeric() || !c.is_alphanumeric());
        [words, bare].into_iter().any(|form| reserved.contains(&skeleton(form)))
    };
    let starts = word_borders(name);
    starts.iter().enumerate().any(|(index, (start, _))| {
        starts.iter().skip(index).any(|(_, end)| name.get(*start..*end).is_some_and(is_listed))
    })
}

/// Where the words of a name begin and end.
fn word_borders(name: &str) -> Vec<(usize, usize)> {
    let mut borders: Vec<(usize, usize)> = Vec::new();
    let mut is_inside = false;
    for (at, c) in name.char_indices() {
        if !c.is_alphanumeric() && !is_combining_mark(c) {
            is_inside = false;
            continue;
        }
        let end = at + c.len_utf8();
        match borders.last_mut() {
            Some(last) if is_inside => last.1 = end,
            _ => borders.push((at, end)),
        }
        is_inside = true;
    }
    borders
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn faults(typed: &str) -> Vec<NameFault> {
        DisplayName::parse(typed, &["The Harbour Post"]).err().unwrap_or_default()
    }

    #[test]
    fn ordinary_names_pass() {
        for typed in [
            "Ann",
            "Mary-Jane O'Neill",
            "Seán Ó Sé",
            "J. R. Hartley",
            "J.R.Hartley",
            "grumpy_old_man",
            "Zoë 1963",
            "Łukasz",
            "Ελένη",
            "Наталья",
            "李小龍",
            "たなか 太郎",
            "김철수",
            "محمد",
            "अमित",
            "Nguyễn Văn An",
            "Modesty",
            "Edith",
            "St. Andrews",
            "Staffordshire Lad",
            "Harbour Pilot",
            "Dave O’Brien",
        ] {
            assert_eq!(faults(typed), [], "{typed}");
        }
        assert_eq!(DisplayName::parse("  Ａnn \u{3000} Reader ", &[]).unwrap().as_str(), "Ann Reader");
    }

    #[test]
    fn every_fault_is_named_and_all_at_once() {
        assert_eq!(faults("a"), [NameFault::TooShort, NameFault::TooFewLetters]);
        assert_eq!(faults(&"a".repeat(41)), [NameFault::TooLong]);
        assert_eq!(faults(&"ﷺ".repeat(5_000)), [NameFault::TooLong]);
        assert_eq!(faults("-- ."), [NameFault::TooFewLetters]);
        assert_eq!(faults("Ann ☭"), [NameFault::ForbiddenCharacter]);
        assert_eq!(faults("Ann \u{e000}"), [NameFault::ForbiddenCharacter]);
        assert_eq!(faults("Ann \u{378}"), [NameFault::ForbiddenCharacter]);
        assert_eq!(faults("ann@example.org"), [NameFault::ForbiddenCharacter, NameFault::Address]);
        assert_eq!(faults("https://x.example"), [NameFault::ForbiddenCharacter, NameFault::Address]);
        assert_eq!(faults("visit cheap-pills.example"), [NameFault::Address]);
        assert_eq!(
            faults("\u{202e}a☭\n"),
            [
                NameFault::ControlCharacter,
                NameFault::InvisibleCharacter,
                NameFault::ForbiddenCharacter,
                NameFault::TooFewLetters
            ]
        );
    }

    #[test]
    fn vuln_c11_invisible_and_turning_characters_are_refused() {
        for c in [
            "\u{200b}",
            "\u{200d}",
            "\u{200e}",
            "\u{202e}",
            "\u{2066}",
            "\u{ad}",
            "\u{feff}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{3164}",
            "\u{61c}",
        ] {
            assert_eq!(
                faults(&format!("An{c}n")).first(),
                Some(&NameFault::InvisibleCharacter),
                "{}",
                c.escape_unicode()
            );
        }
        assert!(faults(&format!("Ann{}", "\u{301}".repeat(4))).contains(&NameFault::StackedMarks));
    }

    #[test]
    fn vuln_c11_scripts_are_not_mixed() {
        for typed in ["Аnn", "Annа", "Αnn", "pаypal"] {
            assert_eq!(faults(typed), [NameFault::MixedScripts], "{typed}");
        }
    }

    #[test]
    fn vuln_c11_names_that_look_alike_have_one_skeleton() {
        for (one, other) in [
            ("Paul", "PauI"),
            ("Paul", "pau1"),
            ("Ann Reader", "ann_reader"),
            ("Bob", "B0b"),
            ("Tom", "Torn"),
            ("Will", "VViII"),
            ("саша", "cаша"),
            ("Oscar", "Оѕсаг"),
            ("José", "Jose"),
            ("Strauß", "STRAUSS"),
            ("Ｋate", "Kate"),
            ("O'Neill", "O’Neill"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("Ann"), skeleton("Anna"));
        assert_ne!(skeleton("Tom"), skeleton("Ton"));
        assert_ne!(skeleton("मीना"), skeleton("मन"));
    }

    #[test]
    fn figures_and_doubled_letters_do_not_make_a_bare_name_another() {
        for alike in ["Winifred Oakshott1", "winifred_oakshot", "W1nifred Oakshott 1962", "Winnifred Oakshott"] {
            assert_eq!(bare("Winifred Oakshott"), bare(alike), "{alike}");
        }
        assert_ne!(bare("Winifred Oakshott"), bare("Wilfred Oakshott"));
        for short in ["Anna", "Bob99", "1962"] {
            assert_eq!(bare(short), "", "{short}");
        }
    }

    #[test]
    fn vuln_c11_nobody_looks_like_staff_or_the_paper() {
        for typed in [
            "Moderator",
            "M0derat0r",
            "m.o.d.e.r.a.t.o.r",
            "moderator2",
            "The Moderator",
            "Moderator_Anna",
            "ADMlN",
            "adrnin",
            "Édítor",
            "Staff",
            "Below Line",
            "The Harbour Post",
            "Harbour Post",
            "Harbour Post Team",
            "Moderation",
            "Deleted account",
            "the-harbour-post",
            "Harbour Editors",
            "THE HARB0UR POST Official",
            "аdmin",
            "модератор moderator",
        ] {
            assert!(faults(typed).contains(&NameFault::Reserved), "{typed}");
        }
    }

    #[test]
    fn vuln_c13_no_name_carries_a_line_break() {
        for typed in ["Ann\r\nBcc: x", "Ann\nB", "Ann\0", "\tAnn", "Ann\u{85}B", "Ann\u{1b}[1m"] {
            assert!(faults(typed).contains(&NameFault::ControlCharacter), "{typed:?}");
        }
    }

    #[test]
    fn every_fault_has_words() {
        let words = crate::kernel::Words::british();
        for fault in [
            NameFault::TooShort,
            NameFault::TooLong,
            NameFault::ControlCharacter,
            NameFault::InvisibleCharacter,
            NameFault::ForbiddenCharacter,
            NameFault::StackedMarks,
            NameFault::MixedScripts,
            NameFault::TooFewLetters,
            NameFault::Address,
            NameFault::Reserved,
        ] {
            assert!(words.has(&fault.code().replace('_', "-")), "{}", fault.code());
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_taken_stays_the_same(typed in "\\PC{0,45}|[a-zA-Z .@éа-я'_-]{0,45}|[\u{0}-\u{2fff}]{0,10}") {
            if let Ok(name) = DisplayName::parse(&typed, &["Harbour Post"]) {
                prop_assert_eq!(&DisplayName::parse(name.as_str(), &["Harbour Post"]).unwrap(), &name);
                prop_assert!(!name.skeleton().is_empty());
                prop_assert!((2..=40).contains(&name.as_str().chars().count()));
                prop_assert!(!name.as_str().contains(|c: char| c.is_control() || is_invisible(c)));
            }
        }
    }
}
