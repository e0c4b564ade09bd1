//! Checking rules and making them quick.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::normalise::{Reading, normalise, normalise_as};
use super::source::{RuleSetSource, WordListEntry, WordListSource};
use super::word_list::{MAX_PHRASE_WORDS, WordList};

/// Rules that have been checked, ready to judge.
#[derive(Clone, Debug)]
pub struct RuleSet {
    pub(super) source: RuleSetSource,
    pub(super) word_list: WordList,
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
        Ok(Self { source, word_list, version })
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
    let digest: [u8; 32] = Sha256::digest(format!("{bare:?}").as_bytes()).into();
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
    let mut seen: HashMap<String, &WordListEntry> = HashMap::new();
    for entry in &list.entries {
        let words = normalise(&entry.text);
        if let Some(fault) = entry_fault(entry, &words.text, words.words.len()) {
            faults.push(fault);
            continue;
        }
        for exception in &entry.exceptions {
            faults.extend(exception_fault(entry, exception));
        }
        if let Some(first) = seen.get(&words.text) {
            let place = first.line.map_or_else(String::new, |line| format!(" in line {line}"));
            let message = format!("is the same as \"{}\"{place}: keep one of them", first.text);
            faults.push(fault(SourceFaultCode::DuplicateEntry, Some(entry), message));
        } else {
            seen.insert(words.text, entry);
        }
    }
}

fn entry_fault(entry: &WordListEntry, text: &str, word_count: usize) -> Option<SourceFault> {
    if text.is_empty() {
        return Some(fault(SourceFaultCode::EmptyEntry, Some(entry), "has no letter or digit to be found by"));
    }
    if text.chars().count() < 2 {
        let message = "a single letter would be found everywhere: write a longer word or a phrase";
        return Some(fault(SourceFaultCode::EntryTooShort, Some(entry), message));
    }
    (word_count > MAX_PHRASE_WORDS).then(|| {
        let message = format!("has {word_count} words; a phrase has at most {MAX_PHRASE_WORDS}");
        fault(SourceFaultCode::TooManyWords, Some(entry), message)
    })
}

fn exception_fault(entry: &WordListEntry, exception: &str) -> Option<SourceFault> {
    let own = normalise_as(&entry.text, Reading::Leet);
    let words = normalise_as(exception, Reading::Leet);
    if words.words.len() > MAX_PHRASE_WORDS {
        let message = format!("the exception \"{exception}\" has more than {MAX_PHRASE_WORDS} words");
        return Some(fault(SourceFaultCode::TooManyWords, Some(entry), message));
    }
    if words.text == own.text {
        let message = format!("the exception \"{exception}\" is the entry itself, which would never be found");
        return Some(fault(SourceFaultCode::ExceptionCancelsEntry, Some(entry), message));
    }
    let length = own.words.len();
    let contains = (0..words.words.len()).any(|first| words.phrase(first, length) == Some(own.text.as_str()));
    (!contains).then(|| {
        let message = format!("the exception \"{exception}\" does not contain the entry as whole words");
        fault(SourceFaultCode::UnrelatedException, Some(entry), message)
    })
}
