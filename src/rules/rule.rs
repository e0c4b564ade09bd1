//! A rule as an editor wrote it: when it fires, and what follows.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::language::Program;
use super::verdict::Outcome;
use crate::kernel::{ClauseId, Timestamp, TitleId};

/// What follows when a rule fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "then", rename_all = "snake_case")]
pub enum Then {
    /// Nothing but a record that it fired.
    Publish,
    /// The comment is marked for moderators with a word.
    Tag {
        /// The word: 1 to 40 of `a`–`z`, `0`–`9` and inner hyphens.
        tag: String,
    },
    /// From then on the author may comment only so often.
    SlowDown {
        /// The least time between two comments.
        every: Duration,
    },
    /// The author is asked to reconsider first.
    Nudge,
    /// It waits for a moderator.
    Hold,
    /// It is never shown to others.
    Reject,
}

/// The consequences by the names that rule files use.
pub(super) const THENS: [&str; 6] = ["publish", "tag", "slow_down", "nudge", "hold", "reject"];

impl Then {
    /// The consequence as it is written.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Tag { .. } => "tag",
            Self::SlowDown { .. } => "slow_down",
            Self::Nudge => "nudge",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }

    /// What becomes of the comment itself.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Publish | Self::Tag { .. } | Self::SlowDown { .. } => Outcome::Publish,
            Self::Nudge => Outcome::Nudge,
            Self::Hold => Outcome::Hold,
            Self::Reject => Outcome::Reject,
        }
    }

    /// Whether it takes something from the author, who must be told under which clause.
    #[must_use]
    pub const fn is_restriction(&self) -> bool {
        !matches!(self, Self::Publish | Self::Tag { .. })
    }
}

/// How far a rule has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is tried on past comments alone.
    Draft,
    /// It records what it would have done.
    Shadow,
    /// It acts.
    Live,
}

impl Mode {
    /// Every mode, in the order in which a rule goes through them.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Shadow, Self::Live];

    /// The mode as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Shadow => "shadow",
            Self::Live => "live",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A checked rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique in its title: the form of a clause's.
    pub id: Arc<str>,
    /// Which version of it this is, from 1.
    pub version: u32,
    /// The clause of the house rules that it stands for; every rule that restricts has one.
    pub clause: Option<ClauseId>,
    /// The condition as it was written.
    pub source: String,
    /// The condition, checked.
    pub when: Program,
    /// What follows.
    pub then: Then,
    /// How far it has come.
    pub mode: Mode,
    /// What the author is told, where the title does not leave that to the clause.
    pub message: Option<String>,
    /// The only title it is for; every title when there is none.
    pub title: Option<TitleId>,
    /// The only section it is for.
    pub section: Option<String>,
    /// How often it may fire in a day before it drops to shadow.
    pub daily_cap: Option<u32>,
    /// From when on it is no longer asked.
    pub expires_at: Option<Timestamp>,
}

impl Rule {
    /// Whether it is for `title`.
    #[must_use]
    pub fn is_for(&self, title: &TitleId) -> bool {
        self.title.as_ref().is_none_or(|own| own == title)
    }
}
