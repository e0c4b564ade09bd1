//! Running what judges a title now over what was published before: first counted, then held, and undone with one act.
//!
//! INVARIANT: a sweep holds and never rejects; it touches nothing that a moderator has decided in the text that stands; and
//! an undo puts back exactly what it held and nobody has moved since.

mod examine;
mod run;
mod store;
mod undo;

pub use examine::{Caught, Examined, examine};
pub use run::{Swept, sweep, sweep_with};
pub use store::{find, list};
pub use undo::{UndoError, Undone, undo};

use std::time::Duration;

use super::rule_set::RuleSetError;
use crate::kernel::{AccountId, SweepId, Timestamp, TitleId};
use crate::moderation::WhySecond;
use crate::storage::StorageError;

/// How far back a sweep may reach.
pub const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A sweep, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Its id.
    pub id: SweepId,
    /// The title.
    pub title: TitleId,
    /// Comments written from then on were judged.
    pub since: Timestamp,
    /// The rules that might hold; none named for all.
    pub rules: Vec<String>,
    /// Who ran it; nothing for the operator.
    pub swept_by: Option<AccountId>,
    /// When.
    pub swept_at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
    /// How many comments it held.
    pub held_count: i64,
}

/// Which comments to judge anew, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepForm {
    /// The title.
    pub title: TitleId,
    /// Comments written from then on.
    pub since: Timestamp,
    /// The rules that may hold, by id, `word-list` for the list; none named for all.
    pub rules: Vec<String>,
}

/// Why nothing can be swept.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// Only the title's editors may.
    #[error("only an editor of the title may do this")]
    Forbidden,
    /// It reaches too far back, or into the future.
    #[error("a sweep reaches back at most 30 days")]
    TooOld,
    /// None of the rules now in force has this id.
    #[error("no rule in force is called `{0}`")]
    NoRule(String),
    /// The title's own lists or rules cannot be read.
    #[error("what the title is judged by now cannot be read: {0}")]
    RuleSet(RuleSetError),
    /// A second person has to approve it.
    #[error("a second person is needed")]
    SecondPersonNeeded(WhySecond),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<RuleSetError> for SweepError {
    fn from(error: RuleSetError) -> Self {
        match error {
            RuleSetError::Storage(error) => Self::Storage(error),
            other => Self::RuleSet(other),
        }
    }
}
