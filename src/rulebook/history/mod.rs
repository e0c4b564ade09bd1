//! What a title was judged by before: every version of its rules and of its word list, what changed from one to another,
//! and putting an earlier one back.
//!
//! INVARIANT: history only grows. Putting a version back publishes its text as the newest one, checked like any other, and
//! the audit log says from which version it came.

mod diff;
mod revert;
mod store;

pub use diff::{Change, Line, changes, diff, with_context};
pub use revert::{RevertError, revert};
pub use store::{find_version, list_versions};

use crate::kernel::{AccountId, Timestamp};

/// What an editor publishes for a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Document {
    /// The rules.
    Rules,
    /// The word list.
    WordList,
}

impl Document {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rules, Self::WordList];

    /// The document as addresses have it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::WordList => "word-list",
        }
    }

    /// Reads a document as addresses have it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|document| document.as_str() == text)
    }
}

/// A version, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// Counts the publications, from 1.
    pub version: i64,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it; nothing for the operator.
    pub published_by: Option<AccountId>,
    /// How long its text is, in bytes.
    pub size_bytes: i64,
}

/// A version with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// When, by whom, how long.
    pub past: Past,
    /// The text, TOML.
    pub source: String,
}
