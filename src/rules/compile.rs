//! Checking rules and making them quick.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::classifier::{Classifier, Scores};
use super::letters::likely;
use super::rule::{Mode, Rule};
use super::rule_book::RuleBook;
use super::source::{RuleSetSource, WordListEntry, WordListSource};
use super::verdict::Outcome;
use super::word_list::{MAX_PHRASE_WORDS, WordList, words_of};

/// Rules that have been checked, ready to judge.
#[derive(Clone, Debug)]
pub struct RuleSet {
    pub(super) source: RuleSetSource,
    pub(super) word_list: WordList,
    pub(super) book: RuleBook,
    classifier: Option<Arc<Classifier>>,
    /// What [`Scores::threshold`] is.
    threshold: f64,
    version: String,
}

/// What is wrong with rules or a list as they were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFault {
    /// What kind of fault it is.
    pub code: SourceFaultCode,
    /// The line in the file, from 1, where that is known.
    pub line: Option<usize>,
    /// The entry as it is written, where the fault is about one.
    pub entry: Option<String>,
    /// The fault for whoever wrote the list, in English, with what to do about it.
    pub message: String,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFaultCode {
    /// The file cannot be read as what it should be.
    Unreadable,
    /// A number lies outside of what makes sense.
    OutOfRange,
    /// An entry has no letter or digit.
    EmptyEntry,
    /// An entry of one character would be found everywhere.
    EntryTooShort,
    /// An entry or exception has too many words.
    TooManyWords,
    /// Two entries are the same once disguises are seen through.
    DuplicateEntry,
    /// An exception does not contain its entry, so it could never apply.
    UnrelatedException,
    /// An exception equals its entry, so the entry could never apply.
    ExceptionCancelsEntry,
    /// An entry cites a clause that the title's house rules do not have.
    UnknownClause,
}

impl fmt::Display for SourceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(entry) = &self.entry {
            write!(f, "\"{entry}\": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceFault {}

impl RuleSet {
    /// Checks `source` and makes it quick.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn compile(source: RuleSetSource) -> Result<Self, Vec<SourceFault>> {
        let mut faults = Vec::new();
        for (name, number) in
            [("length.max_chars", source.length.max_chars), ("max_judged_chars", source.max_judged_chars)]
        {
            if number == 0 {
                faults.push(fault(SourceFaultCode::OutOfRange, None, format!("{name} must be at least 1")));
            }
        }
        check_word_list(&source.word_list, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let version = content_hash(&source);
        let word_list = WordList::new(&source.word_list);
        Ok(Self { source, word_list, book: RuleBook::default(), classifier: None, threshold: 1.0, version })
    }

    /// The same with what editors wrote: `source` is what the rules of `book` were read from.
    #[must_use]
    pub fn with_rules(mut self, book: RuleBook, source: &str) -> Self {
        self.version = mark(&[&self.version, source]);
        self.book = book;
        self
    }

    /// The same with a model of the title's own, instead of the one that Belowline comes with.
    #[must_use]
    pub fn with_classifier(mut self, classifier: Classifier) -> Self {
        self.version = mark(&[&self.version, &hex::encode(Sha256::digest(classifier.to_bytes()))]);
        self.classifier = Some(Arc::new(classifier));
        self
    }

    /// The editors' rules that are asked about new comments, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        self.book.rules()
    }

    /// The same with a model that the title's decisions taught, and the probability above which it flags comments.
    #[must_use]
    pub fn with_learnt(self, classifier: Classifier, threshold: f64) -> Self {
        let mut rules = self.with_classifier(classifier);
        rules.version = mark(&[&rules.version, &threshold.to_string()]);
        rules.threshold = threshold;
        rules
    }

    /// What the model says of `text`.
    #[must_use]
    pub fn score(&self, text: &str) -> Scores {
        Scores { threshold: self.threshold, ..self.classifier().score(text) }
    }

    /// Whether `id` names the list, or a live rule of the editors that holds or rejects.
    #[must_use]
    pub fn may_hold(&self, id: &str) -> bool {
        let holds = |rule: &Rule| rule.mode == Mode::Live && rule.then.outcome() >= Outcome::Hold;
        id == "word-list" || self.book.rules().iter().any(|rule| *rule.id == *id && holds(rule))
    }

    /// The model that judges.
    #[must_use]
    pub fn classifier(&self) -> &Classifier {
        self.classifier.as_deref().unwrap_or_else(|| Classifier::shipped())
    }

    /// Sixteen hexadecimal digits that change whenever any rule, number or entry does.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The debug form serves as the canonical one, since it names every field in order; only equality matters.
fn content_hash(source: &RuleSetSource) -> String {
    let mut bare = source.clone();
    bare.word_list.entries.iter_mut().for_each(|entry| entry.line = None);
    mark(&[&format!("{bare:?}")])
}

fn mark(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let digest: [u8; 32] = digest.finalize().into();
    hex::encode(digest).chars().take(16).collect()
}

fn fault(code: SourceFaultCode, entry: Option<&WordListEntry>, message: impl Into<String>) -> SourceFault {
    SourceFault {
        code,
        line: entry.and_then(|entry| entry.line),
        entry: entry.map(|entry| entry.text.clone()),
        message: message.into(),
    }
}

fn check_word_list(list: &WordListSource, faults: &mut Vec<SourceFault>) {
    if list.version == 0 {
        faults.push(fault(SourceFaultCode::OutOfRange, None, "version must be at least 1"));
    }
    let mut seen: HashMap<Vec<u8>, &WordListEntry> = HashMap::new();
    for entry in &list.entries {
        let before = faults.len();
        faults.extend(entry.spellings().filter_map(|spelling| spelling_fault(entry, spelling)));
        if faults.len() > before {
            continue;
        }
        faults.extend(entry.exceptions.iter().filter_map(|exception| exception_fault(entry, exception)));
        let mut own = Vec::new();
        for spelling in entry.spellings() {
            let words = read(spelling);
            if own.contains(&words) {
                continue;
            }
            if let Some(first) = seen.get(&words) {
                let place = first.line.map_or_else(String::new, |line| format!(" in line {line}"));
                let which = if spelling == entry.text { String::new() } else { format!("the form \"{spelling}\" ") };
                let message = format!("{which}is the same as \"{}\"{place}: keep one of them", first.text);
                faults.push(fault(SourceFaultCode::DuplicateEntry, Some(entry), message));
            } else {
                seen.insert(words.clone(), entry);
            }
            own.push(words);
        }
    }
}

/// The words of a spelling with stand-ins read as what they most likely mean, a space between any two.
fn read(spelling: &str) -> Vec<u8> {
    // Of digits only those that everybody reads alike make two entries one.
    let same = |code| if matches!(code, b'2' | b'6' | b'8' | b'9') { code } else { likely(code) };
    words_of(spelling).join(&b' ').into_iter().map(same).collect()
}

fn spelling_fault(entry: &WordListEntry, spelling: &str) -> Option<SourceFault> {
    let words = words_of(spelling);
    let letters: usize = words.iter().map(|word| word.len()).sum();
    if letters == 0 {
        return Some(fault(SourceFaultCode::EmptyEntry, Some(entry), "has no letter or digit to be found by"));
    }
    if letters < 2 {
        let message = "a single letter would be found everywhere: write a longer word or a phrase";
        return Some(fault(SourceFaultCode::EntryTooShort, Some(entry), message));
    }
    (words.len() > MAX_PHRASE_WORDS).then(|| {
        let message = format!("has {} words; a phrase has at most {MAX_PHRASE_WORDS}", words.len());
        fault(SourceFaultCode::TooManyWords, Some(entry), message)
    })
}

fn exception_fault(entry: &WordListEntry, exception: &str) -> Option<SourceFault> {
    if words_of(exception).len() > MAX_PHRASE_WORDS {
        let message = format!("the exception \"{exception}\" has more than {MAX_PHRASE_WORDS} words");
        return Some(fault(SourceFaultCode::TooManyWords, Some(entry), message));
    }
    let words = read(exception);
    let spellings: Vec<_> = entry.spellings().map(read).collect();
    if spellings.contains(&words) {
        let message = format!("the exception \"{exception}\" is the entry itself, which would never be found");
        return Some(fault(SourceFaultCode::ExceptionCancelsEntry, Some(entry), message));
    }
    let contains = spellings.iter().any(|own| words.windows(own.len().max(1)).any(|part| part == own.as_slice()));
    (!contains).then(|| {
        let message = format!("the exception \"{exception}\" does not contain the entry");
        fault(SourceFaultCode::UnrelatedException, Some(entry), message)
    })
}
