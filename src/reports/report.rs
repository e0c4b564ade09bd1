//! A report.

use crate::kernel::{AccountId, ClauseId, CommentId, DecisionId, ReportId, SubscriberId, Timestamp, TitleId};

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The comment was taken down.
    Upheld,
    /// The comment stands.
    Dismissed,
    /// The comment's author took it back before anybody decided.
    Withdrawn,
}

impl Outcome {
    /// The outcome as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Dismissed => "dismissed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads an outcome as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Upheld, Self::Dismissed, Self::Withdrawn].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A reader's complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The title of the comment.
    pub title: TitleId,
    /// The comment complained of.
    pub comment: CommentId,
    /// Who complains.
    pub account: AccountId,
    /// Whom they act for.
    pub subscriber: SubscriberId,
    /// The clause they say is broken.
    pub clause: ClauseId,
    /// In which version of the house rules.
    pub clause_version: i64,
    /// What they add.
    pub note: Option<String>,
    /// The comment's revision then.
    pub comment_revision: i64,
    /// The comment's text then.
    pub body: String,
    /// What became of it; nothing while it waits.
    pub outcome: Option<Outcome>,
    /// The decision that closed it.
    pub decision: Option<DecisionId>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}
