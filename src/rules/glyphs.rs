//! Characters that stand in for others: what a reader takes them for.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::letters::{CENT, EURO, MASK, POUND, SYMBOL};

/// Whether `c` leaves no mark on the page, or only one that word lists ignore: zero-width characters, bidirectional
/// controls, soft hyphens, variation selectors, tags, and apostrophes.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{ff07}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// What one character outside of ASCII is read as: up to three codes, or one of the constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folded(u32);

impl Folded {
    /// Leaves no mark on the page.
    pub(super) const NOTHING: Self = Self(0xff01);
    /// Stands on the letter before it.
    pub(super) const MARK: Self = Self(0xff02);
    /// Blank.
    pub(super) const SPACE: Self = Self(0xff03);
    /// A letter of another script, without a look-alike.
    pub(super) const OTHER: Self = Self(0xff04);

    fn of_codes(codes: &[u8]) -> Self {
        Self(codes.iter().rev().fold(0, |number, code| (number << 8) | u32::from(*code)))
    }

    /// The codes, if it is none of the constants.
    pub(super) fn codes(self) -> impl Iterator<Item = u8> {
        let [a, b, c, _] = self.0.to_le_bytes();
        [a, b, c].into_iter().take_while(|code| *code != 0)
    }
}

const PAGE: u32 = 256;
const PAGES: usize = 512;

/// What the characters of each block of 256 fold to, worked out when the first of them is met.
static FOLDED: [OnceLock<Box<[Folded]>>; PAGES] = [const { OnceLock::new() }; PAGES];

/// What `c` is read as.
pub(super) fn folded(c: char) -> Folded {
    let number = u32::from(c);
    let page = FOLDED.get(usize::try_from(number / PAGE).unwrap_or(usize::MAX));
    let Some(page) = page else { return work_out(c) };
    let first = number - number % PAGE;
    let page = page.get_or_init(|| {
        (first..first + PAGE).map(|number| char::from_u32(number).map_or(Folded::NOTHING, work_out)).collect()
    });
    usize::try_from(number % PAGE).ok().and_then(|at| page.get(at)).copied().unwrap_or(Folded::NOTHING)
}

fn work_out(c: char) -> Folded {
    if is_ignorable(c) {
        return Folded::NOTHING;
    }
    if is_combining_mark(c) {
        return Folded::MARK;
    }
    if c.is_whitespace() {
        return Folded::SPACE;
    }
    if let Some(code) = sign(c) {
        return Folded::of_codes(&[code]);
    }
    let mut parts = Vec::new();
    fold(c, &mut parts);
    let codes: Option<Vec<u8>> = parts.iter().map(|part| code_of(*part)).collect();
    match codes {
        None => Folded::OTHER,
        Some(codes) if codes.is_empty() => Folded::NOTHING,
        Some(codes) => Folded::of_codes(codes.get(..3).unwrap_or(&codes)),
    }
}

/// The code of a folded part: `None` for a letter without a look-alike.
fn code_of(part: char) -> Option<u8> {
    match u8::try_from(part) {
        Ok(byte) if byte.is_ascii_graphic() => Some(byte.to_ascii_lowercase()),
        _ if part.is_whitespace() => Some(b' '),
        _ if part.is_alphanumeric() => None,
        _ => Some(sign(part).unwrap_or(SYMBOL)),
    }
}

/// Signs that stand for letters, or hide them.
fn sign(c: char) -> Option<u8> {
    Some(match c {
        '€' => EURO,
        '£' => POUND,
        '¢' => CENT,
        '¥' => b'y',
        '©' => b'c',
        '®' => b'r',
        '¡' => b'!',
        '§' => b's',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => b'-',
        '∗' | '✱' | '✲' | '＊' | '•' | '●' | '○' | '◦' | '■' | '□' | '█' | '▓' | '▒' | '░' | '×' | '✕' | '✖' | '⬛'
        | '⬜' => MASK,
        _ => return None,
    })
}

/// Appends what `c` reads as to `into`: compatibility forms undone, marks dropped, lower case, look-alikes replaced.
fn fold(c: char, into: &mut Vec<char>) {
    for part in std::iter::once(c).nfkd() {
        for lower in part.to_lowercase() {
            fold_lower(lower, into);
        }
    }
}

fn fold_lower(c: char, into: &mut Vec<char>) {
    if is_combining_mark(c) || is_ignorable(c) {
        return;
    }
    if c.is_ascii() {
        into.push(c);
    } else if let Some(known) = look_alike(c) {
        into.push(known);
    } else if c == 'ß' {
        into.extend(['s', 's']);
    } else if !c.is_alphanumeric() {
        into.push(c);
    } else {
        fold_confusable(c, into);
    }
}

/// Takes the prototype of UTS 39 only where it is plain Latin: other prototypes gain nothing for a list of words.
fn fold_confusable(c: char, into: &mut Vec<char>) {
    // Full case folding joins the two small sigmas, which lower case keeps apart.
    let c = if c == 'ς' { 'σ' } else { c };
    let mut buffer = [0; 4];
    let before = into.len();
    for part in unicode_security::skeleton(c.encode_utf8(&mut buffer)) {
        if is_combining_mark(part) {
            continue;
        }
        if !part.is_ascii_alphanumeric() {
            into.truncate(before);
            break;
        }
        into.push(part.to_ascii_lowercase());
    }
    if into.len() == before {
        into.push(c);
    }
}

/// Look-alikes that UTS 39 does not know, because it compares print and people only need a resemblance.
fn look_alike(c: char) -> Option<char> {
    if let Some(letter) = squared(c) {
        return Some(letter);
    }
    Some(match c {
        'ᴀ' | 'Λ' | 'λ' | 'ɑ' => 'a',
        'ʙ' | 'в' | 'ь' | 'β' => 'b',
        'ᴄ' => 'c',
        'ᴅ' | 'ð' | 'đ' => 'd',
        'ᴇ' | 'є' | 'ε' | 'ɛ' => 'e',
        'ꜰ' | 'ƒ' => 'f',
        'ɢ' => 'g',
        'ʜ' | 'н' | 'ħ' => 'h',
        'ɪ' | 'ı' => 'i',
        'ᴊ' => 'j',
        'ᴋ' | 'к' | 'κ' => 'k',
        'ʟ' | 'ł' => 'l',
        'ᴍ' | 'м' => 'm',
        'ɴ' | 'п' | 'η' | 'и' => 'n',
        'ᴏ' | 'ф' | 'ø' | 'θ' => 'o',
        'ᴘ' | 'þ' => 'p',
        'ʀ' | 'я' | 'г' => 'r',
        'ꜱ' => 's',
        'ᴛ' | 'т' | 'τ' | 'ŧ' => 't',
        'ᴜ' | 'μ' => 'u',
        'ᴠ' => 'v',
        'ᴡ' | 'ш' | 'щ' | 'ω' => 'w',
        'χ' => 'x',
        'ʏ' | 'у' | 'γ' => 'y',
        'ᴢ' => 'z',
        _ => return None,
    })
}

/// The letter on a filled or circled tile, as in 🅰: these have no compatibility form.
fn squared(c: char) -> Option<char> {
    let first = match c {
        '\u{1f150}'..='\u{1f169}' => 0x1_f150,
        '\u{1f170}'..='\u{1f189}' => 0x1_f170,
        // Two of them make a flag; somebody who spells with them makes none.
        '\u{1f1e6}'..='\u{1f1ff}' => 0x1_f1e6,
        _ => return None,
    };
    char::from_u32(u32::from('a') + (u32::from(c) - first))
}
