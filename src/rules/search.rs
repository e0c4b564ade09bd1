//! Looking for the words of a list in a text: plain words first, by hash; what nobody knows or what is written oddly
//! is then read in every way that the list knows.
//!
//! Every step looks at a bounded stretch, so that the time is linear in the text and hardly depends on the list.

use std::collections::{HashMap, HashSet};

use super::align::{MAX_LETTERS, cost, limit};
use super::ear::{AS_TYPED, HARD_C, sounds};
use super::key_table::{Spread, salted};
use super::letters::{self, class, is_letter, is_word};
use super::lexicon::{Lexicon, Standing};
use super::normalise::{Case, NormalisedText, Word};
use super::stretch::Stretch;
use super::vocabulary::{Item, Vocabulary, letter_sum, squeezed_key};

/// The most letters of a word in pieces.
pub(super) const MAX_JOINED_LETTERS: usize = 24;

/// How many strong words in disguise make a text certain to be held: what follows is only glanced at, since its outcome
/// would be the same and whoever writes so many wants the search to be slow.
const MAX_BENT: usize = 32;

/// A word of the list, read in some of the text's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The word's number in the vocabulary.
    pub(super) item: u32,
    /// The first word of the text that it is read in, and the one after the last.
    pub(super) first: usize,
    pub(super) end: usize,
    /// The codes that it is read in.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) cost: u8,
}

/// How much trouble a reading is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Stand-ins and repeated letters.
    Glance,
    /// And sounds, swaps and dropped vowels.
    Full,
}

/// A search through one text.
pub(super) struct Search<'a> {
    pub(super) text: &'a NormalisedText,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) lexicon: &'a Lexicon,
    pub(super) found: Vec<Found>,
    states: Vec<State>,
    readings: Vec<(u32, u8)>,
    /// In how many places strong words were found in disguise.
    bent: usize,
    /// How often something was held against a word of the list.
    pub(super) compared: usize,
    /// What was read with every effort so far: who writes it over and over does not slow the search.
    known: HashMap<u64, Vec<(u32, u8)>, Spread>,
    /// Words and clusters in which nothing was found.
    pub(super) barren: HashSet<u64, Spread>,
}

/// What is known about a word of the text.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) standing: Standing,
    /// Whether a strong word was found in it.
    pub(super) is_strong: bool,
}

/// Every word of `vocabulary` in `text`, by the first word it is read in.
pub(super) fn search(text: &NormalisedText, vocabulary: &Vocabulary) -> Vec<Found> {
    let mut search = Search {
        text,
        vocabulary,
        lexicon: Lexicon::shipped(),
        found: Vec::new(),
        states: Vec::with_capacity(text.words.len()),
        readings: Vec::new(),
        bent: 0,
        compared: 0,
        known: HashMap::default(),
        barren: HashSet::default(),
    };
    for at in 0..text.words.len() {
        search.word(at);
    }
    search.clusters();
    search.joined();
    let mut found = search.found;
    found.sort_by_key(|found| (found.first, found.end, found.cost));
    found.dedup_by_key(|found| (found.first, found.end, found.item, found.from));
    found
}

impl<'a> Search<'a> {
    pub(super) fn codes(&self, from: usize, to: usize) -> &'a [u8] {
        self.text.codes.get(from..to).unwrap_or_default()
    }

    pub(super) fn add(&mut self, found: Found) {
        let is_new = self.found.last().is_none_or(|last| last.first != found.first);
        self.bent += usize::from(is_new && found.cost > 0 && self.strong(found.item).is_some());
        self.found.push(found);
    }

    pub(super) const fn is_certain(&self) -> bool {
        self.bent >= MAX_BENT
    }

    pub(super) fn state(&self, word: usize) -> State {
        self.states.get(word).copied().unwrap_or(State { standing: Standing::Common, is_strong: false })
    }

    /// Whether the lexicon has it, a plural of it, or it with the number of a footnote.
    pub(super) fn is_known(&self, codes: &[u8]) -> bool {
        let letters = codes.iter().rposition(|code| !code.is_ascii_digit()).map_or(0, |last| last + 1);
        let codes = codes.get(..letters).filter(|word| word.len() > 3).unwrap_or(codes);
        let is_in = |codes: &[u8]| {
            let key = letters::exact_key(codes);
            self.lexicon.standing(key) != Standing::Unknown && !self.vocabulary.is_strong_word(key)
        };
        is_in(codes) || codes.strip_suffix(b"s").is_some_and(is_in)
    }

    /// One word as it stands.
    fn word(&mut self, at: usize) {
        let Some(word) = self.text.words.get(at) else { return };
        let codes = self.codes(word.from, word.to);
        let mut standing = if is_lone(codes) { Standing::Unknown } else { self.lexicon.standing(word.exact) };
        let mut is_found = false;
        let mut is_suspect = false;
        for number in self.vocabulary.by_class(word.squeezed) {
            let Some(item) = self.vocabulary.item(number) else { continue };
            if *item.letters == *codes {
                is_found = true;
                self.found.push(whole(number, at, word, 0));
            } else {
                is_suspect = true;
            }
        }
        if standing == Standing::Unknown && !is_found && word.has_letter {
            if codes.len() > 2 && self.is_known(codes) {
                standing = Standing::Known;
            } else if codes.len() > 2 || is_suspect {
                is_found = self.unknown_word(at, word, codes);
            }
        }
        if word.has_digit && !word.has_letter {
            standing = Standing::Common;
        }
        let is_strong = is_found
            && self
                .found
                .iter()
                .rev()
                .take_while(|found| found.first == at)
                .any(|found| self.strong(found.item).is_some());
        self.states.push(State { standing, is_strong });
    }

    fn unknown_word(&mut self, at: usize, word: &Word, codes: &[u8]) -> bool {
        let is_name = word.case == Case::Title && !word.begins_sentence && !word.has_digit;
        let is_acronym = word.case == Case::Upper && codes.len() < 5 && !self.is_shouted(at);
        let effort = if is_name || is_acronym || self.is_certain() { Effort::Glance } else { Effort::Full };
        let key = salted(word.exact.bits(), (u64::from(effort == Effort::Full) << 1) | u64::from(is_name));
        if self.barren.contains(&key) {
            return false;
        }
        self.read(codes, effort);
        let readings = std::mem::take(&mut self.readings);
        let mut is_found = !readings.is_empty();
        readings.iter().for_each(|(number, cost)| self.add(whole(*number, at, word, (*cost).max(1))));
        self.readings = readings;
        if !self.has_entry() && !is_name && codes.len() > 4 && !self.is_certain() {
            let stretch = Stretch::of(self.text, word.from, word.to, is_word);
            is_found |= self.glued(&stretch, at, at + 1, Effort::Full);
        }
        if !is_found && !self.is_certain() {
            self.barren.insert(key);
        }
        is_found
    }

    /// Whether a longer word beside it is in capitals too.
    fn is_shouted(&self, at: usize) -> bool {
        let is_upper =
            |at: usize| self.text.words.get(at).is_some_and(|word| word.case == Case::Upper && word.to - word.from > 4);
        is_upper(at + 1) || at.checked_sub(1).is_some_and(is_upper)
    }

    /// Fills `readings` with the words that the whole of `codes` may be: the cheapest entries, and the cheapest words of
    /// phrases.
    pub(super) fn read(&mut self, codes: &[u8], effort: Effort) {
        self.readings.clear();
        if codes.len() > MAX_LETTERS || !reads_as_letters(codes) {
            return;
        }
        if effort == Effort::Glance {
            self.read_anew(codes, effort);
            return;
        }
        let key = letters::exact_key(codes).bits();
        if let Some(known) = self.known.get(&key) {
            self.readings.extend(known);
            return;
        }
        self.read_anew(codes, effort);
        self.known.insert(key, self.readings.clone());
    }

    fn read_anew(&mut self, codes: &[u8], effort: Effort) {
        let is_full = effort == Effort::Full;
        for number in self.vocabulary.by_class(squeezed_key(codes)) {
            self.consider(codes, number, if is_full { 2 } else { 0 });
        }
        if self.has_entry() || !is_full || distinct(codes) < 3 || codes.last().is_some_and(u8::is_ascii_digit) {
            self.keep_cheapest();
            return;
        }
        let heard = sounds(codes, AS_TYPED);
        let has_c = codes.iter().any(|code| class(*code) == b'c');
        let otherwise = if has_c { sounds(codes, HARD_C).filter(|sounds| Some(*sounds) != heard) } else { None };
        for sounds in [heard, otherwise].into_iter().flatten() {
            for number in self.vocabulary.by_sound(sounds) {
                self.consider(codes, number, u8::MAX);
            }
        }
        for number in self.vocabulary.by_letters(letter_sum(codes)) {
            self.consider(codes, number, 4);
        }
        self.keep_cheapest();
    }

    fn is_entry(&self, number: u32) -> bool {
        self.vocabulary.item(number).is_some_and(|item| !item.entries.is_empty())
    }

    fn has_entry(&self) -> bool {
        self.readings.iter().any(|(number, _)| self.is_entry(*number))
    }

    fn keep_cheapest(&mut self) {
        let mut readings = std::mem::take(&mut self.readings);
        let cheapest = |readings: &[(u32, u8)], is_entry: bool| {
            readings.iter().filter(|(number, _)| self.is_entry(*number) == is_entry).map(|(_, cost)| *cost).min()
        };
        let least = [cheapest(&readings, false), cheapest(&readings, true)];
        readings.retain(|(number, cost)| least.get(usize::from(self.is_entry(*number))) == Some(&Some(*cost)));
        self.readings = readings;
    }

    fn consider(&mut self, codes: &[u8], number: u32, bend: u8) {
        let Some(item) = self.vocabulary.item(number) else { return };
        let is_number = item.letters.iter().all(u8::is_ascii_digit);
        if is_number || (bend > 2 && item.is_closed) || self.readings.iter().any(|(known, _)| *known == number) {
            return;
        }
        // In three or four letters there is little to go by, unless they are just what is left without the vowels.
        let room = if is_bare(codes, &item.letters) {
            u8::MAX
        } else {
            match codes.len() {
                0..=3 => 2,
                length => u8::try_from(length).unwrap_or(u8::MAX),
            }
        };
        self.compared += 1;
        // Only the cheapest are kept.
        let is_entry = !item.entries.is_empty();
        let known = self.readings.iter().filter(|(known, _)| self.is_entry(*known) == is_entry);
        let least = known.map(|(_, cost)| *cost).min().unwrap_or(u8::MAX);
        if let Some(bent) = cost(codes, &item.letters, bend.min(limit(item.letters.len())).min(room).min(least)) {
            self.readings.push((number, bent.0));
        }
    }

    pub(super) fn readings(&self) -> &[(u32, u8)] {
        &self.readings
    }

    pub(super) fn take(&mut self, stretch: &Stretch<'_>, words: (usize, usize), effort: Effort) -> bool {
        if stretch.codes.len() < 2 {
            return false;
        }
        let is_known = self.is_known(&stretch.codes);
        self.read(&stretch.codes, if is_known { Effort::Glance } else { effort });
        if self.readings.is_empty() {
            return false;
        }
        let (from, to) = stretch.place(0, stretch.codes.len());
        // What is a word of its own stands for itself alone.
        let is_meant = |item: u32| self.vocabulary.item(item).is_some_and(|item| *item.letters == *stretch.codes);
        let found: Vec<_> = self
            .readings
            .iter()
            .filter(|(item, _)| !is_known || is_meant(*item))
            .map(|(item, cost)| Found { item: *item, first: words.0, end: words.1, from, to, cost: (*cost).max(1) })
            .collect();
        found.iter().for_each(|found| self.add(*found));
        let is_strong = found.iter().any(|found| self.strong(found.item).is_some());
        if is_strong {
            self.states.iter_mut().take(words.1).skip(words.0).for_each(|state| state.is_strong = true);
        }
        is_strong
    }

    pub(super) fn strong(&self, number: u32) -> Option<&'a Item> {
        self.vocabulary.item(number).filter(|item| item.is_strong)
    }
}

/// How many runs of equal letters there are.
fn distinct(codes: &[u8]) -> usize {
    let runs = codes.windows(2).filter(|pair| matches!(pair, [a, b] if class(*a) != class(*b))).count();
    runs + usize::from(!codes.is_empty())
}

/// Whether `typed` is `meant` without its vowels, repeats counted once.
fn is_bare(typed: &[u8], meant: &[u8]) -> bool {
    let is_left = |at: usize, code: u8| at == 0 || code == b'y' || !letters::is_vowel(code);
    let mut bare = meant.iter().enumerate().filter(|(at, code)| is_left(*at, **code)).map(|(_, code)| class(*code));
    let (mut last_typed, mut last_bare) = (0, 0);
    for (at, code) in typed.iter().enumerate() {
        if !is_left(at, *code) {
            return false;
        }
        if class(*code) == last_typed {
            continue;
        }
        last_typed = class(*code);
        match bare.find(|code| *code != last_bare) {
            Some(next) if next == last_typed => last_bare = next,
            _ => return false,
        }
    }
    bare.all(|code| code == last_bare)
}

fn whole(item: u32, at: usize, word: &Word, cost: u8) -> Found {
    Found { item, first: at, end: at + 1, from: word.from, to: word.to, cost }
}

/// A single letter that is no word.
pub(super) fn is_lone(codes: &[u8]) -> bool {
    matches!(codes, [code] if !matches!(code, b'a' | b'i' | b'o'))
}

/// Whether the digits of a stretch may stand for letters. They do not in numbers, in roads (A55, M6) and in units or
/// ordinals (5s, 13th): one or two letters wholly before or after the digits.
fn reads_as_letters(codes: &[u8]) -> bool {
    let letters = codes.iter().filter(|code| is_letter(**code)).count();
    if letters == codes.len() {
        return true;
    }
    if letters == 0 {
        return false;
    }
    let number = codes.strip_prefix(b"$").unwrap_or(codes);
    let number = number.strip_prefix(&[letters::EURO]).or(number.strip_prefix(&[letters::POUND])).unwrap_or(number);
    let digits = number.iter().take_while(|code| code.is_ascii_digit()).count();
    if digits > 0 && number.len() - digits <= 2 && number.iter().skip(digits).all(|code| is_letter(*code)) {
        return false;
    }
    if letters > 2 || codes.iter().any(|code| matches!(code, b'@' | b'$')) || (letters == 2 && codes.len() == 4) {
        return true;
    }
    codes.windows(2).filter(|pair| matches!(pair, [a, b] if is_letter(*a) != is_letter(*b))).count() > 1
}

/// The class of a code, for buckets.
pub(super) fn class_at(codes: &[u8], at: usize) -> u8 {
    codes.get(at).map_or(0, |code| class(*code))
}
