//! The entries of a list that a text holds, each with all its places.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::key_table::{Spread, salted};
use super::normalise::{Case, NormalisedText, Word, normalise};
use super::search::{Found, search};
use super::source::{Severity, WordListEntry, WordListSource};
use super::verdict::{Finding, Outcome, Span};
use super::vocabulary::Vocabulary;

/// The longest phrase. It bounds how many stretches are looked up from each word of a text.
pub(super) const MAX_PHRASE_WORDS: usize = 8;

/// The longest phrase, in letters, that is also looked for without its spaces.
const MAX_CLOSED_LETTERS: usize = 24;

/// A list made quick.
#[derive(Clone, Debug)]
pub(super) struct WordList {
    source: WordListSource,
    vocabulary: Vocabulary,
    exceptions: Exceptions,
}

/// An entry found.
#[derive(Clone, Copy)]
struct Hit {
    entry: u32,
    /// The words of the text, the end exclusive.
    first: usize,
    end: usize,
    span: Span,
    is_exact: bool,
    /// Whether it takes guessing to read the entry in it: by sound, by dropped or swapped letters, across or inside words.
    is_guess: bool,
}

impl WordList {
    /// Makes a checked list quick.
    pub(super) fn new(source: &WordListSource) -> Self {
        let mut vocabulary = Vocabulary::default();
        let mut exceptions = Exceptions::default();
        for (number, entry) in (0_u32..).zip(&source.entries) {
            for spelling in entry.spellings() {
                add(&mut vocabulary, number, entry, &words_of(spelling));
            }
            for exception in &entry.exceptions {
                exceptions.insert(number, &normalise(exception));
            }
        }
        vocabulary.finish();
        Self { source: source.clone(), vocabulary, exceptions }
    }

    /// One finding for every entry that occurs, with all its places; in the order of first places.
    pub(super) fn findings(&self, text: &str) -> Vec<Finding> {
        let text = normalise(text);
        let found = search(&text, &self.vocabulary);
        let mut hits_by_entry: BTreeMap<u32, (Vec<Span>, bool)> = BTreeMap::new();
        for hit in self.hits(&text, &found) {
            if !self.is_name(&text, hit) && !self.exceptions.excuse(&text, hit) {
                let (spans, is_certain) = hits_by_entry.entry(hit.entry).or_default();
                spans.push(hit.span);
                *is_certain |= !hit.is_guess;
            }
        }
        let mut findings: Vec<Finding> =
            hits_by_entry.into_iter().filter_map(|(entry, hits)| self.finding(entry, hits)).collect();
        findings.sort_by_key(|finding| finding.spans.first().copied());
        findings
    }

    fn hits(&self, text: &NormalisedText, found: &[Found]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, start) in found.iter().enumerate() {
            if let (Some(item), Some(span)) = (self.vocabulary.item(start.item), text.span(start.from, start.to)) {
                let (is_exact, is_guess) = (start.cost == 0, start.cost >= GUESSED);
                let Found { first, end, .. } = *start;
                hits.extend(item.entries.iter().map(|entry| Hit {
                    entry: *entry,
                    first,
                    end,
                    span,
                    is_exact,
                    is_guess,
                }));
            }
            if let Some(place) = self.vocabulary.step(0, start.item) {
                let rest = found.get(at..).unwrap_or_default();
                self.phrases(text, rest, start, (place, start.end, start.to), 1, &mut hits);
            }
        }
        hits
    }

    /// Follows the tree of phrases from `place`, reached after the word before `next`.
    fn phrases(
        &self,
        text: &NormalisedText,
        found: &[Found],
        start: &Found,
        (place, next, to): (u32, usize, usize),
        words: usize,
        hits: &mut Vec<Hit>,
    ) {
        if let Some(span) = text.span(start.from, to) {
            let (first, is_guess) = (start.first, start.cost >= GUESSED);
            let ends = self.vocabulary.ends_at(place).iter();
            hits.extend(ends.map(|entry| Hit { entry: *entry, first, end: next, span, is_exact: false, is_guess }));
        }
        if words >= MAX_PHRASE_WORDS {
            return;
        }
        let from = found.partition_point(|found| found.first < next);
        let rest = found.get(from..).unwrap_or_default();
        for step in rest.iter().take_while(|found| found.first == next).take(MAX_BRANCHES) {
            if let Some(place) = self.vocabulary.step(place, step.item) {
                self.phrases(text, rest, start, (place, step.end, step.to), words + 1, hits);
            }
        }
    }

    fn entry(&self, number: u32) -> Option<&WordListEntry> {
        self.source.entries.get(usize::try_from(number).ok()?)
    }

    /// Whether the hit is written as a name, with a capital where a sentence would not put one, or is a contraction.
    fn is_name(&self, text: &NormalisedText, hit: Hit) -> bool {
        if !hit.is_exact || hit.end != hit.first + 1 {
            return false;
        }
        if text.words.get(hit.first).is_some_and(|word| text.is_contraction(word)) {
            return true;
        }
        if !self.entry(hit.entry).is_some_and(|entry| entry.is_name) {
            return false;
        }
        let is_title = |word: usize| text.words.get(word).is_some_and(|word| word.case == Case::Title);
        let begins = text.words.get(hit.first).is_some_and(|word| word.begins_sentence);
        is_title(hit.first) && (!begins || is_title(hit.end))
    }

    /// What an entry leads to; one that was nowhere read for certain is left to a moderator at most.
    fn finding(&self, entry: u32, (spans, is_certain): (Vec<Span>, bool)) -> Option<Finding> {
        let entry = self.entry(entry)?;
        let severity = Outcome::from(entry.severity);
        let outcome = if is_certain { severity } else { severity.min(Outcome::Hold) };
        Some(Finding {
            rule: "word-list".into(),
            version: self.source.version,
            outcome,
            clause: entry.clause.clone(),
            weight: super::evaluate::weight_of(outcome),
            spans: merged(spans),
            entry: Some(entry.text.clone()),
            figures: None,
            message: None,
            tag: None,
            every_seconds: None,
        })
    }
}

/// What a reading costs that is a guess: more than a letter's stand-in or one sound.
const GUESSED: u8 = 2;

/// How many readings of one place a phrase may go on with.
const MAX_BRANCHES: usize = 8;

fn add(vocabulary: &mut Vocabulary, number: u32, entry: &WordListEntry, words: &[Box<[u8]>]) {
    let is_strong = entry.severity > Severity::Mild;
    if let [word] = words {
        vocabulary.add_word(word, number, is_strong, !entry.is_whole);
        return;
    }
    vocabulary.add_phrase(words, number, is_strong);
    let closed = words.concat();
    if is_strong && closed.len() <= MAX_CLOSED_LETTERS {
        vocabulary.add_closed(&closed, number, !entry.is_whole);
    }
}

/// The words of an entry or exception as it is written, `$` and `@` read as letters.
pub(super) fn words_of(text: &str) -> Vec<Box<[u8]>> {
    let text = normalise(&text.replace('$', "s").replace('@', "a"));
    let words = text.words.iter().filter(|word| word.has_letter || word.has_digit);
    words.filter_map(|word| text.codes.get(word.from..word.to)).map(Into::into).collect()
}

/// Longer phrases in which entries are innocent.
#[derive(Clone, Debug, Default)]
struct Exceptions {
    /// Entry and words of each.
    keys: HashSet<u64, Spread>,
    /// How many words the longest exception of each entry has; none for entries that have none.
    longest: HashMap<u32, usize>,
}

impl Exceptions {
    fn insert(&mut self, entry: u32, exception: &NormalisedText) {
        let words = exception.words.len();
        let longest = self.longest.entry(entry).or_default();
        *longest = (*longest).max(words.min(MAX_PHRASE_WORDS));
        self.keys.insert(exception.words.iter().fold(u64::from(entry), grown));
    }

    /// Nobody who disguises a word means the innocent phrase.
    fn excuse(&self, text: &NormalisedText, hit: Hit) -> bool {
        let Some(longest) = self.longest.get(&hit.entry) else { return false };
        if !text.is_plain(hit.first, hit.end) {
            return false;
        }
        (hit.end.saturating_sub(*longest)..=hit.first).any(|start| {
            let words = text.words.get(start..text.words.len().min(start + longest)).unwrap_or_default();
            let mut key = u64::from(hit.entry);
            words.iter().zip(start + 1..).any(|(word, end)| {
                key = grown(key, word);
                end >= hit.end && self.keys.contains(&key)
            })
        })
    }
}

/// The key of an exception with one more word.
fn grown(key: u64, word: &Word) -> u64 {
    salted(word.squeezed.bits(), key)
}

/// The same places in order, those that touch the same characters joined.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}
