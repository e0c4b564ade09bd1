//! A comment, and who may see what of it.

use crate::kernel::{AccountId, Actor, CommentId, StoryId, SubscriberId, Timestamp, TitleId, VerdictId};
use crate::rules::Outcome;

/// What has become of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Everyone reads it.
    Published,
    /// It waits for a moderator.
    Held,
    /// A rule refused it.
    Rejected,
    /// A moderator took it down.
    Removed,
    /// Its author took it back.
    Withdrawn,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Published, Self::Held, Self::Rejected, Self::Removed, Self::Withdrawn];

    /// The status as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a status as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// 1 when comments of this status are counted, else 0.
    #[must_use]
    pub const fn counted(self) -> i64 {
        if matches!(self, Self::Published) { 1 } else { 0 }
    }
}

impl From<Outcome> for Status {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            // Who was asked to reconsider and posts all the same is published.
            Outcome::Publish | Outcome::Nudge => Self::Published,
            Outcome::Hold => Self::Held,
            Outcome::Reject => Self::Rejected,
        }
    }
}

/// Who wrote it, as readers see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The account.
    pub id: AccountId,
    /// The name it shows.
    pub name: String,
    /// Whether it spoke for the paper.
    pub is_staff: bool,
}

/// A comment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The title it stands in.
    pub title: TitleId,
    /// The story it stands under.
    pub story: StoryId,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// The top-level comment of its branch; nothing for that comment itself.
    pub root: Option<CommentId>,
    /// Whom its author acts for.
    pub subscriber: SubscriberId,
    /// Its author.
    pub author: Author,
    /// The story's revision when it was written: the thread's order.
    pub seq: i64,
    /// Counts the changes of its text and status.
    pub revision: i64,
    /// What has become of it.
    pub status: Status,
    /// Whether readers ever saw it.
    pub was_published: bool,
    /// Its text, as typed.
    pub body: String,
    /// The verdict on the text that stands.
    pub verdict: VerdictId,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text last changed.
    pub edited_at: Option<Timestamp>,
    /// How many recommend it.
    pub recommendation_count: i64,
    /// How many published comments answer it.
    pub reply_count: i64,
    /// How many reports wait to be decided.
    pub open_report_count: i64,
    /// Since when it waits for a moderator.
    pub queued_at: Option<Timestamp>,
}

/// Who is looking.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a>(&'a Actor);

impl<'a> Viewer<'a> {
    /// Looks with the eyes of `actor`.
    #[must_use]
    pub const fn new(actor: &'a Actor) -> Self {
        Self(actor)
    }

    /// Whether the comment is the viewer's own.
    #[must_use]
    pub fn is_author(self, comment: &Comment) -> bool {
        self.0.account() == Some(comment.author.id)
    }

    /// Whether the viewer moderates where the comment stands.
    #[must_use]
    pub fn is_staff(self, comment: &Comment) -> bool {
        self.0.has_role(crate::kernel::Role::Moderator, &comment.title)
    }

    /// Whether the viewer may know that there is such a comment.
    #[must_use]
    pub fn knows_of(self, comment: &Comment) -> bool {
        match comment.status {
            Status::Published => true,
            Status::Removed | Status::Withdrawn if comment.was_published => true,
            Status::Held | Status::Rejected | Status::Removed | Status::Withdrawn => {
                self.is_author(comment) || self.is_staff(comment)
            }
        }
    }

    /// Whether the viewer may read its text and its author's name.
    #[must_use]
    pub fn reads(self, comment: &Comment) -> bool {
        match comment.status {
            Status::Published => true,
            Status::Held | Status::Rejected | Status::Removed => self.is_author(comment) || self.is_staff(comment),
            // What an author took back, nobody is shown again; reports and evidence keep their own copies.
            Status::Withdrawn => false,
        }
    }
}
