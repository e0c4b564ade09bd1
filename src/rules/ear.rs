//! How a word sounds: its consonants, whichever way they are spelled.
//!
//! Two spellings of one word share their sounds, and so does a word without its vowels; that is enough to find what may
//! be meant, and [`super::align`] then tells whether it is.

use super::letters::{self, Key, is_vowel};

/// The sounds of a word. At most this many are told apart.
const MAX_SOUNDS: usize = 24;

/// How sounds are taken from an entry, so that several habits of spelling meet one of its keys.
#[derive(Clone, Copy)]
pub(super) struct Habit {
    /// `c` before e, i or y is k: so it looks once its vowel is gone.
    hard_c: bool,
    /// An r that no vowel follows is not heard.
    silent_r: bool,
}

/// As a text is heard.
pub(super) const AS_TYPED: Habit = Habit { hard_c: false, silent_r: false };

/// As a text may be heard besides.
pub(super) const HARD_C: Habit = Habit { hard_c: true, silent_r: false };

/// All ways an entry may be heard.
pub(super) const HABITS: [Habit; 4] =
    [AS_TYPED, HARD_C, Habit { hard_c: false, silent_r: true }, Habit { hard_c: true, silent_r: true }];

/// The key of the sounds of `codes`; `None` if there are fewer than two, or too many.
pub(super) fn sounds(codes: &[u8], habit: Habit) -> Option<Key> {
    let mut key = Key::EMPTY;
    let mut count = 0_usize;
    let mut last = 0;
    let mut at = 0;
    while at < codes.len() {
        let (sound, length) = sound_at(codes, at, habit);
        at += length;
        match sound {
            Sound::Vowel => last = 0,
            Sound::None => {}
            Sound::One(sound) => add(sound, &mut key, &mut last, &mut count),
            Sound::Two(first, second) => {
                add(first, &mut key, &mut last, &mut count);
                add(second, &mut key, &mut last, &mut count);
            }
        }
    }
    (2..=MAX_SOUNDS).contains(&count).then_some(key)
}

fn add(sound: u8, key: &mut Key, last: &mut u8, count: &mut usize) {
    if sound != *last {
        *key = key.with(sound);
        *last = sound;
        *count += 1;
    }
}

enum Sound {
    None,
    Vowel,
    One(u8),
    Two(u8, u8),
}

fn sound_at(codes: &[u8], at: usize, habit: Habit) -> (Sound, usize) {
    let code = |offset: usize| codes.get(at + offset).map_or(0, |code| letters::likely(*code));
    let is_first = at == 0;
    let before = at.checked_sub(1).and_then(|at| codes.get(at)).map_or(0, |code| letters::likely(*code));
    let one = |sound: u8, length: usize| (Sound::One(sound), length);
    match [code(0), code(1), code(2)] {
        [b'p', b'h', _] => one(b'f', 2),
        [b's', b'c', b'h'] => one(b'X', 3),
        [b't', b'c' | b's', b'h'] => one(b'C', 3),
        [b's' | b'z', b'h', _] => one(b'X', 2),
        [b'c', b'h', _] => one(b'C', 2),
        [b'g', b'h', _] => one(b'g', 2),
        [b'w', b'h', _] => one(b'w', 2),
        [b't', b'h', _] => one(b't', 2),
        [b'c', b'e' | b'i' | b'y', _] if !habit.hard_c => one(b's', 1),
        [b'c' | b'k' | b'q', _, _] => one(b'k', 1),
        [b'x', _, _] => (Sound::Two(b'k', b's'), 1),
        [b'z', _, _] => one(b's', 1),
        [b'y', _, _] if is_first => one(b'y', 1),
        [b'v', next, _] if !is_first && !is_vowel(before) && next != 0 && !is_vowel(next) => (Sound::Vowel, 1),
        [b'h', _, _] if !is_first => (Sound::None, 1),
        [b'r', next, _] if habit.silent_r && !is_vowel(next) => (Sound::None, 1),
        [c, _, _] if is_vowel(c) => (Sound::Vowel, 1),
        [c, _, _] => one(c, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_sound_alike() {
        for (typed, meant) in [
            ("phuk", "fuck"),
            ("fck", "fuck"),
            ("knt", "cunt"),
            ("bstrd", "bastard"),
            ("biatch", "bitch"),
            ("shyt", "shit"),
        ] {
            assert_eq!(sounds(typed.as_bytes(), AS_TYPED), sounds(meant.as_bytes(), AS_TYPED), "{typed}");
        }
        let without_r = Habit { hard_c: false, silent_r: true };
        assert_eq!(sounds(b"wanka", AS_TYPED), sounds(b"wanker", without_r));
        assert_ne!(sounds(b"duck", AS_TYPED), sounds(b"fuck", AS_TYPED));
        assert_eq!(sounds(b"aeiou", AS_TYPED), None);
    }
}
