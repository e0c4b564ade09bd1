//! The words of a list by everything that a disguised one may be found by.

use std::collections::{HashMap, HashSet};

use super::align::MAX_LETTERS;
use super::ear::{HABITS, sounds};
use super::key_table::{KeyFilter, KeyTable, Spread, salted};
use super::letters::{Key, class, exact_key, is_vowel, mixed};

/// Kinds of keys that share one table.
const BY_SOUND: u64 = 1;
const BY_LETTERS: u64 = 2;
const BY_ENDS: u64 = 3;

/// The shortest word that is looked for inside longer ones.
const MIN_GLUED: usize = 4;

/// How many squeezed letters of a word's beginning are remembered: after these, hardly a text goes on like a word.
const BEGINNINGS: std::ops::RangeInclusive<usize> = 1..=4;

/// One word of the list: an entry by itself, or part of a phrase.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub(super) letters: Box<[u8]>,
    /// The entries that it is a form of.
    pub(super) entries: Vec<u32>,
    /// Whether one of those entries is held or rejected.
    pub(super) is_strong: bool,
    /// Whether it is worth seeing through anything but repeats and stand-ins: for its own sake, or its phrases'.
    is_sought: bool,
    /// Whether it is also found inside a longer word that nobody knows.
    pub(super) is_glued: bool,
    /// Whether it is nothing but a phrase without its spaces.
    pub(super) is_closed: bool,
}

/// All words of a list, and the phrases they make.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    pub(super) items: Vec<Item>,
    numbers: HashMap<Box<[u8]>, u32>,
    by_class: KeyTable,
    by_disguise: KeyTable,
    /// The squeezed keys of what words begin with, of [`BEGINNINGS`] letters.
    beginnings: KeyFilter,
    /// The exact keys of strong entries of one word, in order.
    strong_words: Vec<u64>,
    /// The phrases as a tree: from a place in it and the next word, as of [`step_key`], to the place after.
    steps: HashMap<u64, u32, Spread>,
    ends: Vec<Vec<u32>>,
}

impl Vocabulary {
    /// The number of the word that is spelled `letters`, made if it is new.
    pub(super) fn number_of(&mut self, letters: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(letters) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.numbers.insert(letters.into(), number);
        self.items.push(Item { letters: letters.into(), ..Item::default() });
        number
    }

    /// Makes `letters` a form of `entry`.
    pub(super) fn add_word(&mut self, letters: &[u8], entry: u32, is_strong: bool, is_glued: bool) {
        let number = self.number_of(letters);
        if let Some(item) = usize::try_from(number).ok().and_then(|number| self.items.get_mut(number)) {
            if !item.entries.contains(&entry) {
                item.entries.push(entry);
            }
            item.is_strong |= is_strong;
            item.is_sought |= is_strong;
            item.is_glued |= is_glued && is_strong && letters.len() >= MIN_GLUED;
        }
    }

    /// Makes a phrase without its spaces a form of `entry`.
    pub(super) fn add_closed(&mut self, letters: &[u8], entry: u32, is_glued: bool) {
        let number = self.number_of(letters);
        let is_new = self.item(number).is_some_and(|item| item.entries.is_empty());
        self.add_word(letters, entry, true, is_glued);
        if let Some(item) = usize::try_from(number).ok().and_then(|number| self.items.get_mut(number)) {
            item.is_closed |= is_new;
        }
    }

    /// Makes several words in a row a form of `entry`.
    pub(super) fn add_phrase(&mut self, words: &[Box<[u8]>], entry: u32, is_strong: bool) {
        if self.ends.is_empty() {
            self.ends.push(Vec::new());
        }
        let mut place = 0;
        for word in words {
            let number = self.number_of(word);
            if let Some(item) = usize::try_from(number).ok().and_then(|number| self.items.get_mut(number)) {
                item.is_sought |= is_strong && word.len() > 3;
            }
            let next = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
            place = *self.steps.entry(step_key(place, number)).or_insert(next);
            if place == next {
                self.ends.push(Vec::new());
            }
        }
        if let Some(entries) = usize::try_from(place).ok().and_then(|place| self.ends.get_mut(place))
            && !entries.contains(&entry)
        {
            entries.push(entry);
        }
    }

    /// Makes the tables, once all words are in.
    pub(super) fn finish(&mut self) {
        let mut by_class = Vec::new();
        let mut by_disguise = Vec::new();
        let mut beginnings = HashSet::new();
        for (number, item) in (0_u32..).zip(&self.items) {
            by_class.push((squeezed_key(&item.letters).bits(), number));
            beginnings.extend(beginnings_of(&item.letters));
            if item.is_strong {
                self.strong_words.push(exact_key(&item.letters).bits());
            }
            if item.is_sought && (3..=MAX_LETTERS).contains(&item.letters.len()) {
                by_disguise.extend(disguise_keys(&item.letters).into_iter().map(|key| (key, number)));
            }
        }
        self.by_class = KeyTable::new(&by_class);
        self.by_disguise = KeyTable::new(&by_disguise);
        self.beginnings = KeyFilter::new(&beginnings);
        self.numbers = HashMap::new();
        self.strong_words.sort_unstable();
    }

    /// Whether the word of this exact key is a strong entry.
    pub(super) fn is_strong_word(&self, key: Key) -> bool {
        self.strong_words.binary_search(&key.bits()).is_ok()
    }

    /// The place after `word` in the tree of phrases, from `place`; the root is 0.
    pub(super) fn step(&self, place: u32, word: u32) -> Option<u32> {
        self.steps.get(&step_key(place, word)).copied()
    }

    /// The entries whose phrase ends at `place`.
    pub(super) fn ends_at(&self, place: u32) -> &[u32] {
        usize::try_from(place).ok().and_then(|place| self.ends.get(place)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn item(&self, number: u32) -> Option<&Item> {
        self.items.get(usize::try_from(number).ok()?)
    }

    /// Words whose letters have these classes, repeats counted once; `key` as of [`squeezed_key`].
    pub(super) fn by_class(&self, key: Key) -> impl Iterator<Item = u32> {
        self.by_class.numbers(key.bits())
    }

    /// Whether a word may begin with the squeezed letters of `key`, of which there are `length`.
    pub(super) fn may_begin(&self, key: Key, length: usize) -> bool {
        !BEGINNINGS.contains(&length) || self.beginnings.may_have(key.bits())
    }

    /// Strong words of these sounds.
    pub(super) fn by_sound(&self, sounds: Key) -> impl Iterator<Item = u32> {
        self.by_disguise.numbers(salted(sounds.bits(), BY_SOUND))
    }

    /// Strong words of these letters in any order; `sum` as of [`letter_sum`].
    pub(super) fn by_letters(&self, sum: u64) -> impl Iterator<Item = u32> {
        self.by_disguise.numbers(salted(sum, BY_LETTERS))
    }

    /// Strong words of this length that begin, and unless it is zero end, with a letter of this class.
    pub(super) fn by_ends(&self, first: u8, length: usize, last: u8) -> impl Iterator<Item = u32> {
        self.by_disguise.numbers(ends_key(first, length, last))
    }
}

/// No two steps share one: the numbers are spread without loss.
const fn step_key(place: u32, word: u32) -> u64 {
    ((place as u64) << 32 | word as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_right(32)
}

/// The key of the classes of `codes`, repeats counted once.
pub(super) fn squeezed_key(codes: &[u8]) -> Key {
    let mut last = 0;
    codes.iter().fold(Key::EMPTY, |key, code| {
        let class = class(*code);
        if class == last {
            return key;
        }
        last = class;
        key.with(class)
    })
}

/// The squeezed keys of the beginnings of `codes`.
fn beginnings_of(codes: &[u8]) -> impl Iterator<Item = u64> {
    let mut key = Key::EMPTY;
    let mut last = 0;
    let classes =
        codes.iter().map(|code| class(*code)).filter(move |class| std::mem::replace(&mut last, *class) != *class);
    classes.take(*BEGINNINGS.end()).map(move |class| {
        key = key.with(class);
        key.bits()
    })
}

/// A number that any order of the same letters shares, repeats counted once.
pub(super) fn letter_sum(codes: &[u8]) -> u64 {
    let mut last = 0;
    codes.iter().fold(0, |sum: u64, code| {
        let class = class(*code);
        if class == last {
            return sum;
        }
        last = class;
        sum.wrapping_add(mixed(u64::from(class) + 1))
    })
}

fn ends_key(first: u8, length: usize, last: u8) -> u64 {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    salted((length << 16) | (u64::from(first) << 8) | u64::from(last), BY_ENDS)
}

fn disguise_keys(letters: &[u8]) -> Vec<u64> {
    let mut keys = Vec::new();
    let bare: Vec<u8> =
        letters.iter().enumerate().filter(|(at, code)| *at == 0 || !is_vowel(**code)).map(|(_, code)| *code).collect();
    for habit in HABITS {
        for spelling in [letters, bare.as_slice()] {
            keys.extend(sounds(spelling, habit).map(|key| salted(key.bits(), BY_SOUND)));
        }
    }
    // A swap may part two equal letters or bring them together, which changes what repeats.
    for at in 0..letters.len().saturating_sub(1) {
        let mut swapped = letters.to_vec();
        swapped.swap(at, at + 1);
        keys.push(salted(letter_sum(&swapped), BY_LETTERS));
    }
    let ends = (letters.first().copied(), letters.last().copied());
    if let (Some(first), Some(last)) = ends {
        keys.push(ends_key(class(first), letters.len(), class(last)));
        keys.push(ends_key(class(first), letters.len(), 0));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
