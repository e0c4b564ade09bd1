//! Characters that stand in for others: what a reader takes them for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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

/// Appends what `c` reads as to `into`: compatibility forms undone, marks dropped, lower case, look-alikes replaced.
pub(super) fn fold(c: char, into: &mut Vec<char>) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
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
        'ᴀ' | 'Λ' | 'λ' | 'ʌ' => 'a',
        'ʙ' | 'в' | 'ь' | 'β' => 'b',
        '¢' | 'ᴄ' => 'c',
        'ᴅ' | 'ð' | 'đ' => 'd',
        '€' | 'ᴇ' | 'є' | 'ε' | 'ɛ' => 'e',
        'ꜰ' | 'ƒ' => 'f',
        'ɢ' => 'g',
        'ʜ' | 'н' | 'ħ' => 'h',
        'ɪ' | 'ı' | '¡' => 'i',
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
        'ʏ' | 'у' | 'γ' | '¥' => 'y',
        'ᴢ' => 'z',
        _ => return None,
    })
}

/// The letter on a filled or circled tile, as in 🅰: these have no compatibility form.
fn squared(c: char) -> Option<char> {
    let first = match c {
        '\u{1f150}'..='\u{1f169}' => 0x1_f150,
        '\u{1f170}'..='\u{1f189}' => 0x1_f170,
        _ => return None,
    };
    char::from_u32(u32::from('a') + (u32::from(c) - first))
}
