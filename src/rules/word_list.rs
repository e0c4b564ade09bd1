//! Finding the words of a list in a text: whole words and phrases, by hash, however long the list is.

use std::collections::{BTreeMap, HashMap};

use super::normalise::{NormalisedText, Reading, normalise_as};
use super::source::WordListSource;
use super::verdict::{Finding, Outcome, Span};

/// The longest phrase. It bounds how many stretches are looked up from each word of a text.
pub(super) const MAX_PHRASE_WORDS: usize = 8;

/// All readings; the first is the one that is always tried.
const READINGS: [Reading; 3] = [Reading::Leet, Reading::LeetL, Reading::Plain];

/// A list made quick.
#[derive(Clone, Debug)]
pub(super) struct WordList {
    source: WordListSource,
    phrases: PhraseIndex,
    exceptions: PhraseIndex,
}

/// Phrases by their text, and by their first word the lengths that are worth looking up.
#[derive(Clone, Debug, Default)]
struct PhraseIndex {
    entries_by_phrase: HashMap<Box<str>, Vec<usize>>,
    lengths_by_first_word: HashMap<Box<str>, u16>,
}

impl PhraseIndex {
    fn insert(&mut self, phrase: &NormalisedText, entry: usize) {
        let Some(first) = phrase.phrase(0, 1) else { return };
        let length = phrase.words.len().min(MAX_PHRASE_WORDS);
        *self.lengths_by_first_word.entry(first.into()).or_default() |= 1 << length;
        let entries = self.entries_by_phrase.entry(phrase.text.as_str().into()).or_default();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }

    /// Calls `found` with entry, first word and word count of every phrase in `text`, in the order of first words.
    fn each(&self, text: &NormalisedText, mut found: impl FnMut(usize, usize, usize)) {
        for first in 0..text.words.len() {
            let lengths = text.phrase(first, 1).and_then(|word| self.lengths_by_first_word.get(word));
            let Some(lengths) = lengths else { continue };
            for count in (1..=MAX_PHRASE_WORDS).filter(|count| lengths & (1 << count) != 0) {
                let entries = text.phrase(first, count).and_then(|phrase| self.entries_by_phrase.get(phrase));
                for entry in entries.into_iter().flatten() {
                    found(*entry, first, count);
                }
            }
        }
    }
}

impl WordList {
    /// Makes a checked list quick.
    pub(super) fn new(source: &WordListSource) -> Self {
        let mut list =
            Self { source: source.clone(), phrases: PhraseIndex::default(), exceptions: PhraseIndex::default() };
        for (number, entry) in source.entries.iter().enumerate() {
            for reading in READINGS {
                list.phrases.insert(&normalise_as(&entry.text, reading), number);
                for exception in &entry.exceptions {
                    list.exceptions.insert(&normalise_as(exception, reading), number);
                }
            }
        }
        list
    }

    /// One finding for every entry that occurs, with all its places; in the order of first places.
    pub(super) fn findings(&self, text: &str, first_reading: &NormalisedText) -> Vec<Finding> {
        let mut spans_by_entry: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        self.collect(first_reading, &mut spans_by_entry);
        if first_reading.is_ambiguous {
            for reading in READINGS.into_iter().skip(1) {
                self.collect(&normalise_as(text, reading), &mut spans_by_entry);
            }
        }
        let mut findings: Vec<Finding> =
            spans_by_entry.into_iter().filter_map(|(entry, spans)| self.finding(entry, spans)).collect();
        findings.sort_by_key(|finding| finding.spans.first().copied());
        findings
    }

    fn collect(&self, words: &NormalisedText, spans_by_entry: &mut BTreeMap<usize, Vec<Span>>) {
        let mut hits = Vec::new();
        self.phrases.each(words, |entry, first, count| hits.push((entry, first, count)));
        if hits.is_empty() {
            return;
        }
        let mut excused_until: HashMap<(usize, usize), usize> = HashMap::new();
        self.exceptions.each(words, |entry, first, count| {
            let until = excused_until.entry((entry, first)).or_default();
            *until = (first + count).max(*until);
        });
        for (entry, first, count) in hits {
            // INVARIANT: an exception that covers the hit begins less than the longest phrase before it.
            let earliest = first.saturating_sub(MAX_PHRASE_WORDS);
            let is_excused = (earliest..=first)
                .any(|start| excused_until.get(&(entry, start)).is_some_and(|until| *until >= first + count));
            if !is_excused {
                spans_by_entry.entry(entry).or_default().extend(words.span(first, count));
            }
        }
    }

    fn finding(&self, entry: usize, spans: Vec<Span>) -> Option<Finding> {
        let entry = self.source.entries.get(entry)?;
        let outcome = Outcome::from(entry.outcome);
        Some(Finding {
            rule: "word-list".into(),
            version: self.source.version,
            outcome,
            clause: entry.clause.clone(),
            weight: super::evaluate::weight_of(outcome),
            spans: merged(spans),
            entry: Some(entry.text.clone()),
            figures: None,
        })
    }
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
