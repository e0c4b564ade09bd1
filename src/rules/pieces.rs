//! Words in pieces: split by a space, parted by signs, or spelled out letter by letter.

use super::letters::{self, Key, is_word, power};
use super::lexicon::Standing;
use super::normalise::Word;
use super::search::{Effort, MAX_JOINED_LETTERS, Search, is_lone};
use super::stretch::Stretch;

/// The most words that are read as one.
const MAX_JOINED: usize = 14;

impl Search<'_> {
    /// Words in pieces: split by a space, spelled out, parted by signs.
    pub(super) fn joined(&mut self) {
        for first in 0..self.text.words.len() {
            if self.is_certain() {
                return;
            }
            self.joined_from(first);
        }
        self.spelled_out();
    }

    fn joined_from(&mut self, first: usize) {
        let Some(word) = self.text.words.get(first) else { return };
        let Some(next) = self.text.words.get(first + 1) else { return };
        let is_spelling = is_piece(word) && is_piece(next);
        let both_common = |a: usize, b: usize| {
            [a, b].iter().all(|word| self.state(*word).standing == Standing::Common && !self.is_lone_letter(*word))
        };
        if !is_spelling && next.is_apart && both_common(first, first + 1) {
            return;
        }
        let (mut key, mut last, mut length) = (word.squeezed, word.last, word.length);
        if !self.vocabulary.may_begin(key, length) {
            return;
        }
        let mut is_split = false;
        let mut all_pieces = is_piece(word);
        let mut all_plain = if next.is_apart {
            self.state(first).standing == Standing::Common && !self.is_lone_letter(first)
        } else {
            self.is_innocent(first)
        };
        for at in first + 1..self.text.words.len().min(first + MAX_JOINED) {
            let Some(next) = self.text.words.get(at) else { return };
            all_pieces &= is_piece(next);
            // Nobody sees markup, so that what it parts is one word.
            all_plain &= !self.is_hidden_gap(at);
            all_plain &= if next.is_apart { self.state(at).standing == Standing::Common } else { self.is_innocent(at) };
            if (is_split || next.is_apart) && !all_pieces && at > first + 1 {
                return;
            }
            // "Mon 6 May" is a day, and "sh, it" two words.
            if next.is_apart && ((!next.has_letter && !all_pieces) || (at == first + 1 && self.is_pause(first, at))) {
                return;
            }
            is_split |= next.is_apart;
            (key, length) = append(key, length, last, next);
            last = next.last;
            if length > MAX_JOINED_LETTERS || !self.vocabulary.may_begin(key, length) {
                return;
            }
            if length > 2 && !all_plain {
                self.joined_words(first, at + 1, key);
            }
        }
    }

    fn is_hidden_gap(&self, word: usize) -> bool {
        let gap = word
            .checked_sub(1)
            .and_then(|before| Some((self.text.words.get(before)?.to, self.text.words.get(word)?.from)));
        gap.is_some_and(|(from, to)| from < to && self.codes(from, to).iter().all(|code| *code == letters::MARKUP))
    }

    /// Whether a pause lies between two words of more than a letter: a comma or another stop, and blank.
    fn is_pause(&self, before: usize, after: usize) -> bool {
        let (Some(before), Some(after)) = (self.text.words.get(before), self.text.words.get(after)) else {
            return false;
        };
        let is_long = |word: &Word| word.to - word.from > 1;
        let is_stop = |code: &u8| matches!(code, b',' | b'.' | b';' | b':' | b'!' | b'?' | b'-' | b'"');
        after.is_apart && is_long(before) && is_long(after) && self.codes(before.to, after.from).iter().any(is_stop)
    }

    fn is_lone_letter(&self, word: usize) -> bool {
        self.text.words.get(word).is_some_and(|word| is_lone(self.codes(word.from, word.to)))
    }

    fn joined_words(&mut self, first: usize, end: usize, key: Key) {
        if self.vocabulary.by_class(key).next().is_none() {
            return;
        }
        let (Some(head), Some(tail)) = (self.text.words.get(first), self.text.words.get(end - 1)) else { return };
        let stretch = Stretch::of(self.text, head.from, tail.to, |code| {
            is_word(code) || code == b'!' || code == b'@' || code == b'$'
        });
        if !self.take(&stretch, (first, end), Effort::Glance) {
            let bare = Stretch::of(self.text, head.from, tail.to, is_word);
            self.take(&bare, (first, end), Effort::Glance);
        }
    }

    /// Runs of single letters or pairs, read as one word with every effort.
    fn spelled_out(&mut self) {
        let mut first = 0;
        while first < self.text.words.len() && !self.is_certain() {
            let end = (first..self.text.words.len())
                .find(|at| self.text.words.get(*at).is_none_or(|word| !is_piece(word)))
                .unwrap_or(self.text.words.len());
            if end > first + 1 {
                self.spelled_word(first, end);
            }
            first = end.max(first + 1);
        }
    }

    fn spelled_word(&mut self, first: usize, end: usize) {
        let is_word_by_itself = |at: &usize| self.state(*at).standing == Standing::Common && !self.is_lone_letter(*at);
        let Some(first) = (first..end).find(|at| !is_word_by_itself(at)) else { return };
        let Some(last) = (first..end).rev().find(|at| !is_word_by_itself(at)) else { return };
        if last - first < 1
            || last - first > MAX_JOINED_LETTERS
            || (first..=last).any(|word| self.state(word).is_strong)
        {
            return;
        }
        if last == first + 1 && self.is_pause(first, last) {
            return;
        }
        let (Some(head), Some(tail)) = (self.text.words.get(first), self.text.words.get(last)) else { return };
        if self.is_cluster(first, last + 1)
            && !self.codes(head.from, tail.to).iter().any(|code| letters::is_stand_in(*code))
        {
            return;
        }
        let stretch =
            Stretch::of(self.text, head.from, tail.to, |code| is_word(code) || matches!(code, b'!' | b'@' | b'$'));
        if stretch.codes.len() > 2 {
            let effort = if last - first > 1 { Effort::Full } else { Effort::Glance };
            self.take(&stretch, (first, last + 1), effort);
        }
    }
}

/// Whether a word is short enough to be a piece of one that is spelled out.
fn is_piece(word: &Word) -> bool {
    word.length <= 2 && (word.has_letter || word.length == 1)
}
/// The squeezed key of a stretch with `next` after it.
fn append(key: Key, length: usize, last: u8, next: &Word) -> (Key, usize) {
    if next.first != last {
        return (key.joined(next.squeezed), length + next.length);
    }
    if next.length <= 1 {
        return (key, length);
    }
    let first = Key::EMPTY.with(next.first);
    let scale = power(next.length - 1);
    (key.joined(next.squeezed.after(first, scale)), length + next.length - 1)
}
