//! A decision.

use crate::comments::{Status, Waiting};
use crate::kernel::{AccountId, BanId, ClauseId, CommentId, DecisionId, Timestamp, TitleId};

/// What a moderator does to a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Publishes what waited or was rejected; lets stand what was reported.
    Approve,
    /// Takes it down, or does not let it up.
    Remove,
    /// Puts back what was removed.
    Restore,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Approve, Self::Remove, Self::Restore];

    /// The action as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Remove => "remove",
            Self::Restore => "restore",
        }
    }

    /// Reads an action as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// What it makes of a comment of status `from`; nothing when it cannot be done to one.
    #[must_use]
    pub const fn leads_to(self, from: Status) -> Option<Status> {
        match (self, from) {
            (Self::Approve, Status::Held | Status::Rejected | Status::Published) => Some(Status::Published),
            (Self::Remove, Status::Held | Status::Published) => Some(Status::Removed),
            (Self::Restore, Status::Removed) => Some(Status::Published),
            _ => None,
        }
    }
}

/// A moderator's act on a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The title of the comment.
    pub title: TitleId,
    /// The comment.
    pub comment: CommentId,
    /// The revision that was judged.
    pub judged_revision: i64,
    /// The revision that the decision made.
    pub made_revision: i64,
    /// What was done.
    pub action: Action,
    /// What the comment was.
    pub from: Status,
    /// What it became.
    pub to: Status,
    /// The clause cited, and in which version of the house rules.
    pub clause: Option<(ClauseId, i64)>,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// Who decided.
    pub moderator: AccountId,
    /// The name they show.
    pub moderator_name: String,
    /// When.
    pub created_at: Timestamp,
    /// How the comment waited before; nothing when that was not kept.
    pub waited: Option<Waiting>,
    /// The ban that took the comment along, if one did.
    pub ban: Option<BanId>,
    /// When it was undone, if it was.
    pub undone_at: Option<Timestamp>,
}

/// The decision that another one comes too late for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winner {
    /// Who decided.
    pub name: String,
    /// What.
    pub action: Action,
}
