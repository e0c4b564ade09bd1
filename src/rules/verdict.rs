//! What the engine answers: an outcome, and everything that led to it.

use std::borrow::Cow;
use std::time::Duration;

use fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use super::classifier::Scores;
use crate::kernel::ClauseId;

/// Rises whenever the same rules and facts could lead to another verdict than before.
pub const ENGINE_VERSION: u32 = 5;

/// The rules that every title has.
pub(super) const BUILT_IN: [&str; 7] =
    ["length", "links", "repeat", "premoderation", "linked-to-banned", "word-list", "rules"];

/// Whether every title has a rule of this name; no rule of an editor's is called so.
#[must_use]
pub fn is_built_in(rule: &str) -> bool {
    BUILT_IN.contains(&rule)
}

/// What becomes of a comment, from the mildest to the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everyone may read it at once.
    #[default]
    Publish,
    /// Its author is asked to reconsider before it counts.
    Nudge,
    /// It waits for a moderator.
    Hold,
    /// It is stored, but never shown to others.
    Reject,
}

impl Outcome {
    /// The outcome as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Nudge => "nudge",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }

    /// The outcome for an author who was asked to reconsider and comes back.
    #[must_use]
    pub const fn heeded(self) -> Self {
        match self {
            Self::Nudge => Self::Publish,
            other => other,
        }
    }

    /// Reads an outcome as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Publish, Self::Nudge, Self::Hold, Self::Reject].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A stretch of the original text in UTF-8 bytes, the end exclusive; both ends lie between characters.
///
/// Written as `[start, end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "[usize; 2]", into = "[usize; 2]")]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl From<[usize; 2]> for Span {
    fn from([start, end]: [usize; 2]) -> Self {
        Self { start, end }
    }
}

impl From<Span> for [usize; 2] {
    fn from(span: Span) -> Self {
        [span.start, span.end]
    }
}

/// One thing a rule saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id, as in `word-list`.
    pub rule: Cow<'static, str>,
    /// Which version of the rule, or of its list, was asked.
    pub version: u32,
    /// What the rule alone would have decided.
    pub outcome: Outcome,
    /// The clause of the house rules that it stands for, when it stands for one.
    pub clause: Option<ClauseId>,
    /// How much it counts, from 0 to 100.
    pub weight: u8,
    /// Where it lies in the text, in order and apart from each other; empty when it is not about any place.
    pub spans: Vec<Span>,
    /// The entry of the list that was found, as the list writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What was counted, for rules that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// What the editor who wrote the rule tells the author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The word that the rule marks the comment with for moderators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The least time between two comments that the rule allows the author from then on, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_seconds: Option<u64>,
}

/// What a rule counted, and what it allows: characters, links or minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// What the text has.
    pub found: u64,
    /// What the rule allows.
    pub limit: u64,
}

impl Finding {
    /// Whether the rule is one that every title has, with words of its own; else an editor wrote it.
    fn is_built_in(&self) -> bool {
        is_built_in(&self.rule)
    }

    /// The Fluent message that tells the author, unless the rule's editor wrote a `message`. Both messages may mention
    /// `$rule`, `$tag`, `$found`, `$limit` and `$entry`.
    #[must_use]
    pub fn author_key(&self) -> String {
        if self.is_built_in() { format!("finding-{}", self.rule) } else { "finding-editors-rule".to_owned() }
    }

    /// The Fluent message that tells a moderator.
    #[must_use]
    pub fn moderator_key(&self) -> String {
        if self.is_built_in() {
            format!("finding-{}-moderator", self.rule)
        } else if self.tag.is_some() {
            "finding-editors-tag-moderator".to_owned()
        } else {
            "finding-editors-rule-moderator".to_owned()
        }
    }

    /// What those messages may mention, as far as the finding knows it.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&str, FluentValue<'_>)> {
        let mut arguments = vec![("rule", FluentValue::from(&*self.rule))];
        if let Some(figures) = self.figures {
            arguments.push(("found", FluentValue::from(figures.found)));
            arguments.push(("limit", FluentValue::from(figures.limit)));
        }
        if let Some(tag) = &self.tag {
            arguments.push(("tag", FluentValue::from(tag.as_str())));
        }
        if let Some(entry) = &self.entry {
            arguments.push(("entry", FluentValue::from(entry.as_str())));
        }
        arguments
    }
}

/// Why a rule could not be evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The text is longer than the rule set may spend time on.
    TooLongToJudge,
    /// It depends on a signal that nobody could fill.
    MissingSignal,
    /// It divides by nought.
    DivisionByZero,
    /// A number in it becomes too large.
    Overflow,
    /// There are no rules to judge by: the title's have not been read yet, or do not compile.
    NoRules,
}

/// A rule that could not be evaluated, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The rule's id.
    pub rule: Cow<'static, str>,
    /// Why.
    pub code: FaultCode,
}

/// What the engine decided about a text, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The strongest outcome of all findings; at least [`Outcome::Hold`] when a rule faulted.
    pub outcome: Outcome,
    /// Everything that was seen, in the order of the rules, then of the text.
    pub findings: Vec<Finding>,
    /// Rules that could not be evaluated.
    pub faults: Vec<Fault>,
    /// What rules on trial saw: they decide nothing.
    pub shadow: Vec<Finding>,
    /// What the classifier thinks, when it was asked.
    pub probabilities: Option<Scores>,
    /// The [`ENGINE_VERSION`] that judged.
    pub engine_version: u32,
    /// The [`version`](super::RuleSet::version) of the rule set that judged.
    pub rule_set_version: String,
}

impl Verdict {
    /// How long its author has to wait before the next comment, when a rule slows them down: the longest of all.
    #[must_use]
    pub fn pause(&self) -> Option<Duration> {
        self.findings.iter().filter_map(|finding| finding.every_seconds).max().map(Duration::from_secs)
    }

    /// The verdict on what cannot be judged because there are no rules: it waits for a moderator.
    #[must_use]
    pub fn without_rules() -> Self {
        Self::of(Vec::new(), vec![Fault { rule: Cow::Borrowed("rules"), code: FaultCode::NoRules }], "none")
    }

    /// The verdict that follows from what was seen and what failed.
    pub(super) fn of(findings: Vec<Finding>, faults: Vec<Fault>, rule_set_version: &str) -> Self {
        let strongest = findings.iter().map(|finding| finding.outcome).max().unwrap_or(Outcome::Publish);
        // INVARIANT: what could not be judged is not published unseen.
        let outcome = if faults.is_empty() { strongest } else { strongest.max(Outcome::Hold) };
        Self {
            outcome,
            findings,
            faults,
            shadow: Vec::new(),
            probabilities: None,
            engine_version: ENGINE_VERSION,
            rule_set_version: rule_set_version.to_owned(),
        }
    }
}
