//! A story.

use crate::kernel::{StoryId, Timestamp, TitleId};

/// What may happen in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Comments appear when the rules let them.
    Open,
    /// Comments wait for a moderator.
    PreModerated,
    /// No new comments.
    Closed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::PreModerated, Self::Closed];

    /// The status as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PreModerated => "pre_moderated",
            Self::Closed => "closed",
        }
    }

    /// Reads a status as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// An article that carries a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its id.
    pub id: StoryId,
    /// The title it appeared in.
    pub title: TitleId,
    /// The newspaper's own id of it.
    pub key: String,
    /// Where it can be read.
    pub url: String,
    /// Its headline.
    pub headline: String,
    /// The section it stands in.
    pub section: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// What may happen in its thread.
    pub status: Status,
    /// When its thread closes by itself.
    pub closes_at: Option<Timestamp>,
    /// How many comments are published.
    pub comment_count: i64,
    /// Counts the changes in its thread.
    pub revision: i64,
}

impl Story {
    /// Whether a new comment may be written at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status != Status::Closed && self.closes_at.is_none_or(|closes_at| closes_at > now)
    }
}
