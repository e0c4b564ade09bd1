//! Rules and word lists as people write them, before they are checked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::compile::{SourceFault, SourceFaultCode};
use super::verdict::Outcome;
use crate::kernel::ClauseId;

/// Everything a title is judged by. [`RuleSet::compile`](super::RuleSet::compile) checks it and makes it quick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSetSource {
    /// How long a text may be.
    pub length: LengthRule,
    /// How many links it may have; without it, any number.
    pub links: Option<LinksRule>,
    /// How soon somebody may say the same again; without it, at once.
    pub repeat: Option<RepeatRule>,
    /// What happens on stories that wait for a moderator.
    pub premoderation: PremoderationRule,
    /// Words and phrases that are not published unseen.
    pub word_list: WordListSource,
    /// Rules that read the text fault above this many characters, which bounds what any text can cost.
    pub max_judged_chars: usize,
}

impl Default for RuleSetSource {
    fn default() -> Self {
        Self {
            length: LengthRule { max_chars: 5_000, clause: None },
            links: Some(LinksRule { max: 2, clause: None }),
            repeat: Some(RepeatRule { within: Duration::from_secs(60 * 60), min_chars: 10, clause: None }),
            premoderation: PremoderationRule { clause: None },
            word_list: WordListSource { version: 1, entries: Vec::new() },
            max_judged_chars: 20_000,
        }
    }
}

/// Longer texts are rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthRule {
    /// The longest text, in Unicode scalar values.
    pub max_chars: usize,
    /// The clause it stands for.
    pub clause: Option<ClauseId>,
}

/// Texts with more links are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinksRule {
    /// How many links are fine.
    pub max: usize,
    /// The clause it stands for.
    pub clause: Option<ClauseId>,
}

/// A text that its author posted already is rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatRule {
    /// For how long a text is remembered.
    pub within: Duration,
    /// Shorter texts may be repeated, since thanks are due more than once. Counted as typed.
    pub min_chars: usize,
    /// The clause it stands for.
    pub clause: Option<ClauseId>,
}

/// Every text on a pre-moderated story is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PremoderationRule {
    /// The clause it stands for.
    pub clause: Option<ClauseId>,
}

/// A list of words and phrases with what each leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordListSource {
    /// The list's version, from 1; findings name it.
    pub version: u32,
    /// The entries.
    #[serde(default, rename = "entry")]
    pub entries: Vec<WordListEntry>,
}

/// One word or phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EntryFields")]
pub struct WordListEntry {
    /// The word or phrase; matched as whole words, however it is disguised.
    pub text: String,
    /// Inflections and other spellings, which are found as the same entry.
    pub forms: Vec<String>,
    /// How bad it is, which decides what it leads to and through how many disguises it is looked for.
    pub severity: Severity,
    /// The clause it stands for.
    pub clause: Option<ClauseId>,
    /// Longer words and phrases in which it is innocent.
    pub exceptions: Vec<String>,
    /// The people it is meant to demean, as in `disability`.
    pub group: Option<String>,
    /// Whether it is somebody's name too, and so innocent where it is written as one.
    #[serde(rename = "name")]
    pub is_name: bool,
    /// Whether it is found only by itself, never grown together with its neighbours.
    #[serde(rename = "whole")]
    pub is_whole: bool,
    /// The line it stands on in its file, from 1.
    #[serde(skip_serializing)]
    pub line: Option<usize>,
}

impl WordListEntry {
    /// An entry with nothing but a text and a severity.
    #[must_use]
    pub fn new(text: impl Into<String>, severity: Severity) -> Self {
        Self {
            text: text.into(),
            forms: Vec::new(),
            severity,
            clause: None,
            exceptions: Vec::new(),
            group: None,
            is_name: false,
            is_whole: false,
            line: None,
        }
    }

    /// The text and every form.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.text).chain(&self.forms).map(String::as_str)
    }
}

/// How bad an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Rude, but printed: recorded with the verdict, and published.
    Mild,
    /// A moderator looks first. Sought through every disguise, as what is severe.
    Strong,
    /// Never shown to others.
    Severe,
}

impl From<Severity> for Outcome {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Mild => Self::Publish,
            Severity::Strong => Self::Hold,
            Severity::Severe => Self::Reject,
        }
    }
}

/// An entry's fields as its file has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFields {
    text: String,
    #[serde(default)]
    forms: Vec<String>,
    severity: Option<Severity>,
    /// The older way to tell the severity: `hold` is strong, `reject` severe.
    outcome: Option<Restriction>,
    clause: Option<ClauseId>,
    #[serde(default)]
    exceptions: Vec<String>,
    group: Option<String>,
    #[serde(default, rename = "name")]
    is_name: bool,
    #[serde(default, rename = "whole")]
    is_whole: bool,
}

impl TryFrom<EntryFields> for WordListEntry {
    type Error = &'static str;

    fn try_from(fields: EntryFields) -> Result<Self, Self::Error> {
        let severity = match (fields.severity, fields.outcome) {
            (Some(severity), None) => severity,
            (None, Some(Restriction::Hold)) => Severity::Strong,
            (None, Some(Restriction::Reject)) => Severity::Severe,
            (Some(_), Some(_)) => return Err("has both `severity` and `outcome`: keep the severity"),
            (None, None) => return Err("missing field `severity`: mild, strong or severe"),
        };
        let EntryFields { text, forms, clause, exceptions, group, is_name, is_whole, .. } = fields;
        Ok(Self { text, forms, severity, clause, exceptions, group, is_name, is_whole, line: None })
    }
}

/// What an entry of a list leads to, as lists before severities told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Restriction {
    Hold,
    Reject,
}

/// A word list's file before its entries are read: they are read one by one, so that each complains for itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordListFile {
    version: u32,
    #[serde(default, rename = "entry")]
    entries: Vec<Spanned<toml::Value>>,
}

impl WordListSource {
    /// Reads a word list from TOML: `version = 1`, then any number of `[[entry]]`.
    ///
    /// # Errors
    /// Every fault of form at once, each with its line; what the words themselves may be is checked by
    /// [`RuleSet::compile`](super::RuleSet::compile).
    pub fn from_toml(text: &str) -> Result<Self, Vec<SourceFault>> {
        let file: WordListFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            vec![SourceFault::unreadable(error.message(), line)]
        })?;
        let mut entries = Vec::with_capacity(file.entries.len());
        let mut faults = Vec::new();
        let mut lines = LineCounter::new(text);
        for spanned in file.entries {
            let line = Some(lines.line_of(spanned.span().start));
            match WordListEntry::deserialize(spanned.into_inner()) {
                Ok(entry) => entries.push(WordListEntry { line, ..entry }),
                Err(error) => faults.push(SourceFault::unreadable(error.message(), line)),
            }
        }
        if faults.is_empty() { Ok(Self { version: file.version, entries }) } else { Err(faults) }
    }
}

impl SourceFault {
    fn unreadable(message: &str, line: Option<usize>) -> Self {
        Self { code: SourceFaultCode::Unreadable, line, entry: None, message: message.trim().to_owned() }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    LineCounter::new(text).line_of(at)
}

/// Counts lines once, since entries come in the order of the file.
struct LineCounter<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    fn line_of(&mut self, at: usize) -> usize {
        if at < self.at {
            (self.at, self.line) = (0, 1);
        }
        let passed = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = at;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_malformed_entry_is_named_by_its_line() {
        let text = "version = 1\n\n[[entry]]\ntext = \"a\"\noutcome = \"explode\"\n\n[[entry]]\ntext = \"fine\"\noutcome = \"hold\"\n\n[[entry]]\noutcome = \"hold\"\ntext = \"x\"\nclause = \"Not A Slug\"\n";
        let faults = WordListSource::from_toml(text).unwrap_err();
        let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [Some(3), Some(11)]);
        assert!(faults[0].message.contains("explode"), "{}", faults[0]);
        assert!(faults[1].message.contains("short name"), "{}", faults[1]);
    }

    #[test]
    fn a_file_that_is_not_toml_or_has_strange_fields_is_refused_with_its_line() {
        for (text, line) in [("version = 1\nentry = [", 2), ("version = 1\nwords = 3\n", 2), ("version = -1", 1)] {
            let faults = WordListSource::from_toml(text).unwrap_err();
            assert_eq!(faults.len(), 1);
            assert_eq!(faults[0].line, Some(line), "{text:?}: {}", faults[0]);
        }
    }
}
