//! Words that lie close together with signs between or beside them: the signs stand for letters, hide them, or part them.

use super::align::MAX_LETTERS;
use super::key_table::salted;
use super::letters::{self, is_word};
use super::lexicon::Standing;
use super::search::{Effort, MAX_JOINED_LETTERS, Search};
use super::stretch::Stretch;

impl Search<'_> {
    /// Words that lie close together, with signs between or beside them.
    pub(super) fn clusters(&mut self) {
        let mut at = 0;
        while at < self.text.words.len() && !self.is_certain() {
            let end = (at + 1..self.text.words.len())
                .find(|next| self.text.words.get(*next).is_none_or(|word| word.is_apart))
                .unwrap_or(self.text.words.len());
            self.cluster(at, end);
            at = end;
        }
    }

    fn cluster(&mut self, first: usize, end: usize) {
        let (Some(head), Some(tail)) = (self.text.words.get(first), self.text.words.get(end - 1)) else { return };
        let (from, to) = self.reach(head.from, tail.to);
        if (from, to) == (head.from, head.to) || (first..end).any(|word| self.state(word).is_strong) {
            return;
        }
        let is_plain = (first..end).all(|word| self.is_innocent(word));
        let codes = self.codes(from, to);
        let has_stand_in = codes.iter().any(|code| letters::is_stand_in(*code));
        let has_mask = codes.iter().any(|code| matches!(code, b'*' | b'#' | b'%'));
        if is_plain && !has_stand_in && !has_mask {
            return;
        }
        if to - from > MAX_LETTERS {
            let stretch = Stretch::of(self.text, from, to, |code| is_word(code) || letters::is_stand_in(code));
            self.glued(&stretch, first, end, Effort::Glance);
            return;
        }
        // Which of its words are known depends on nothing but the codes, the signs around them, and where they are capitals.
        let effort = (first..end).fold(u64::from(is_plain), |key, word| (key << 1) | u64::from(self.is_innocent(word)));
        let key = salted(letters::exact_key(codes).bits(), effort | (1 << 63));
        if self.barren.contains(&key) {
            return;
        }
        let before = self.found.len();
        self.odd_stretch(from, to, (first, end), is_plain);
        if self.found.len() == before {
            self.barren.insert(key);
        }
    }

    /// Whether the words are just those that [`Self::cluster`] has read as one already.
    pub(super) fn is_cluster(&self, first: usize, end: usize) -> bool {
        let is_apart = |at: usize| self.text.words.get(at).is_none_or(|word| word.is_apart);
        let length = self.text.words.get(first).zip(self.text.words.get(end - 1)).map_or(0, |(a, b)| b.to - a.from);
        length <= MAX_LETTERS && is_apart(first) && is_apart(end) && !(first + 1..end).any(is_apart)
    }

    pub(super) fn is_innocent(&self, word: usize) -> bool {
        let length = self.text.words.get(word).map_or(0, |word| word.to - word.from);
        length > 1 && self.state(word).standing != Standing::Unknown
    }

    /// The codes around a cluster that may belong to its word: signs that stand for letters or hide them.
    fn reach(&self, from: usize, to: usize) -> (usize, usize) {
        let code = |at: usize| self.text.codes.get(at).copied().unwrap_or(b' ');
        let mut start = from;
        while start > 1
            && from - start < 3
            && matches!(code(start - 1), b'$' | b'@' | b'|' | b'+')
            && matches!(code(start - 2), b'$' | b'@' | b'|' | b'+')
        {
            start -= 1;
        }
        if start > 0
            && matches!(code(start - 1), b'$' | b'@' | b'!' | b'|' | b'+' | 1..=3)
            && code(start - 1) != code(to)
        {
            start -= 1;
        }
        let mut end = to;
        let opener = if start == from && from > 0 { code(from - 1) } else { b' ' };
        while end < to + MAX_JOINED_LETTERS {
            let next = code(end);
            let is_part = match next {
                b'$' | b'@' | b'+' | 1..=3 => true,
                b'!' | b'|' => matches!(code(end + 1), b'$' | b'@' | b'+'),
                b'*' | b'#' | b'_' | b'-' => next != opener,
                _ => false,
            };
            if !is_part {
                break;
            }
            end += 1;
        }
        (start, end)
    }

    /// Reads a stretch with signs in it: the signs as letters, left out, and as masks.
    fn odd_stretch(&mut self, from: usize, to: usize, words: (usize, usize), is_plain: bool) -> bool {
        let as_letters = Stretch::of(self.text, from, to, |code| is_word(code) || letters::is_stand_in(code));
        if self.take(&as_letters, words, Effort::Full) {
            return true;
        }
        let bare = Stretch::of(self.text, from, to, is_word);
        let has_known = (words.0..words.1)
            .any(|word| self.is_innocent(word) && self.text.words.get(word).is_some_and(|word| word.length > 2));
        let effort = if has_known { Effort::Glance } else { Effort::Full };
        if !is_plain && bare.codes != as_letters.codes && self.take(&bare, words, effort) {
            return true;
        }
        let masked = Stretch::of(self.text, from, to, |code| is_word(code) || letters::is_mask(code));
        if self.masked(&masked, words) {
            return true;
        }
        // Signs between all letters and neighbours grown on are two disguises; a third is not looked for.
        let is_spelled = (words.0..words.1).all(|word| self.text.words.get(word).is_some_and(|word| word.length == 1));
        let effort = if is_spelled { Effort::Glance } else { effort };
        !is_plain && !has_known && as_letters.codes.len() > 4 && self.glued(&as_letters, words.0, words.1, effort)
    }
}
