//! The alphabet that texts are matched in: one byte for each letter, digit or sign, and what each may stand for.
//!
//! Letters are `a` to `z`; a letter of a script that has no look-alike in Latin is two bytes from 0x80. Digits and
//! signs keep their ASCII byte, so that whether a `1` is an i or an l is decided only beside the entry it is held to.

/// A stretch of symbols, emoji or other characters without a reading.
pub(super) const SYMBOL: u8 = 0x1f;
/// Markup between letters, which the page does not show.
pub(super) const MARKUP: u8 = 0x1e;
/// A sign drawn to stand for a letter or a currency, folded to a byte of its own.
pub(super) const EURO: u8 = 0x01;
/// `£`.
pub(super) const POUND: u8 = 0x02;
/// `¢`.
pub(super) const CENT: u8 = 0x03;
/// A block, bullet or other character that is drawn over a letter to hide it.
pub(super) const MASK: u8 = b'*';

const fn bit(letter: u8) -> u32 {
    1 << (letter - b'a')
}

const fn possible_of(code: u8) -> u32 {
    match code {
        b'a'..=b'z' => bit(code),
        b'0' => bit(b'o'),
        b'1' | b'!' | b'|' => bit(b'i') | bit(b'l'),
        b'2' => bit(b'z'),
        b'3' | EURO => bit(b'e'),
        b'4' | b'@' => bit(b'a'),
        b'5' | b'$' => bit(b's'),
        b'6' | b'9' => bit(b'g'),
        b'7' | b'+' => bit(b't'),
        b'8' => bit(b'b'),
        b'(' | b'<' | CENT => bit(b'c'),
        b'#' => bit(b'h'),
        POUND => bit(b'l') | bit(b'e'),
        _ => 0,
    }
}

const fn class_of(code: u8) -> u8 {
    match code {
        b'l' | b'1' | b'!' | b'|' | POUND => b'i',
        b'v' => b'u',
        _ => {
            let possible = possible_of(code);
            if possible == 0 { code } else { b'a' + possible.trailing_zeros() as u8 }
        }
    }
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn table_of_possible() -> [u32; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = possible_of(code as u8);
        code += 1;
    }
    // A v between consonants is a u ("fvck"), though never the other way round.
    table[b'v' as usize] |= bit(b'u');
    table
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn table_of_classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = class_of(code as u8);
        code += 1;
    }
    table
}

static POSSIBLE: [u32; 256] = table_of_possible();
static CLASS: [u8; 256] = table_of_classes();

/// What the letters that `code` may stand for share: equal for any two codes that may be the same letter.
pub(super) fn class(code: u8) -> u8 {
    CLASS.get(usize::from(code)).copied().unwrap_or(code)
}

/// The letters that `code` may stand for, a bit for each from `a`; none for letters of other scripts and for signs.
pub(super) fn possible(code: u8) -> u32 {
    POSSIBLE.get(usize::from(code)).copied().unwrap_or(0)
}

/// Whether `typed` may stand for `meant`, the code of an entry.
pub(super) fn may_be(typed: u8, meant: u8) -> bool {
    typed == meant || possible(typed) & possible(meant) != 0
}

/// Whether `code` is a letter, of whatever script.
pub(super) const fn is_letter(code: u8) -> bool {
    code.is_ascii_lowercase() || code >= 0x80
}

/// Whether `code` is a letter or digit.
pub(super) const fn is_word(code: u8) -> bool {
    is_letter(code) || code.is_ascii_digit()
}

/// Whether `code` is a sign that is read as a letter in the middle of a word.
pub(super) fn is_stand_in(code: u8) -> bool {
    !is_word(code) && possible(code) != 0
}

/// Whether `code` is a sign that hides a letter.
pub(super) const fn is_mask(code: u8) -> bool {
    matches!(
        code,
        MASK | b'#' | b'%' | b'&' | b'?' | b'-' | b'_' | b'.' | b'~' | b'^' | b'=' | b'@' | b'$' | b'!' | b'+'
    )
}

/// Whether `code` is a vowel; y counts, since people write it for i.
pub(super) const fn is_vowel(code: u8) -> bool {
    matches!(code, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// The letter that `code` most likely stands for.
pub(super) fn likely(code: u8) -> u8 {
    match code {
        _ if is_letter(code) => code,
        b'1' | b'!' | b'|' => b'i',
        POUND => b'l',
        _ => class(code),
    }
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash of codes that grows letter by letter and joins with another one: a polynomial modulo 2^64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    sum: u64,
    /// `BASE` to the power of how many codes there are.
    scale: u64,
}

impl Key {
    /// The key of nothing.
    pub(super) const EMPTY: Self = Self { sum: 0, scale: 1 };

    /// With one more code.
    #[must_use]
    pub(super) const fn with(self, code: u8) -> Self {
        Self { sum: self.sum.wrapping_mul(BASE).wrapping_add(code as u64 + 1), scale: self.scale.wrapping_mul(BASE) }
    }

    /// With all codes of `next` after its own.
    #[must_use]
    pub(super) const fn joined(self, next: Self) -> Self {
        Self {
            sum: self.sum.wrapping_mul(next.scale).wrapping_add(next.sum),
            scale: self.scale.wrapping_mul(next.scale),
        }
    }

    /// Without `first`, which it begins with.
    #[must_use]
    pub(super) const fn after(self, first: Self, rest_scale: u64) -> Self {
        Self { sum: self.sum.wrapping_sub(first.sum.wrapping_mul(rest_scale)), scale: rest_scale }
    }

    /// The key of `length` codes whose polynomial is `sum`.
    pub(super) fn of(sum: u64, length: usize) -> Self {
        Self { sum, scale: power(length) }
    }

    /// One more code on the polynomial of a key that is still growing.
    pub(super) const fn grown(sum: u64, code: u8) -> u64 {
        sum.wrapping_mul(BASE).wrapping_add(code as u64 + 1)
    }

    /// What tables are addressed by.
    pub(super) const fn bits(self) -> u64 {
        mixed(self.sum)
    }
}

/// `BASE` to the power of `length`.
pub(super) fn power(length: usize) -> u64 {
    static SCALES: [u64; 65] = scales();
    SCALES.get(length).copied().unwrap_or_else(|| (0..length).fold(1, |scale, _| BASE.wrapping_mul(scale)))
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn scales() -> [u64; 65] {
    let mut scales = [1_u64; 65];
    let mut power = 1;
    while power < 65 {
        scales[power] = scales[power - 1].wrapping_mul(BASE);
        power += 1;
    }
    scales
}

/// Spreads all bits of a number over all others.
pub(super) const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (number ^ (number >> 29)).wrapping_mul(0x9fb2_1c65_1e98_df25) ^ (number >> 31)
}

/// The key of a whole word as it is spelled.
pub(super) fn exact_key(codes: &[u8]) -> Key {
    codes.iter().fold(Key::EMPTY, |key, code| key.with(*code))
}
