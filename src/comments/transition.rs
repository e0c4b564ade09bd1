//! A change of a comment's text or status, with all that follows from it.

use super::record::RecordChange;
use super::{Comment, Status, store};
use crate::app::Work;
use crate::kernel::{Timestamp, VerdictId};
use crate::storage::StorageError;
use crate::stories;

/// What changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The new status.
    pub status: Option<Status>,
    /// The new text and the verdict on it.
    pub text: Option<(String, VerdictId)>,
    /// Another verdict on the text that stands.
    pub verdict: Option<VerdictId>,
    /// Whether the open reports are decided with it.
    pub closes_reports: bool,
    /// How many of the author's reports count as upheld with it, or, below zero, no longer do.
    pub upheld_reports: i64,
    /// How the comment waited before, when a decision is undone.
    pub waiting: Option<Waiting>,
}

/// How a comment waits for a moderator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Since when; nothing when it does not wait.
    pub queued_at: Option<Timestamp>,
    /// How many of its reports are open.
    pub open_report_count: i64,
}

/// Makes `change` to `comment`, which the caller has locked (with its parent, after its author's subscriber) and read
/// under the lock: raises its revision and the story's, and keeps counts, queue and the author's record true.
///
/// # Errors
/// `Conflict` when the comment is not as it was read, which the lock rules out.
pub async fn move_to(work: &mut Work, comment: &Comment, change: Change) -> Result<Comment, StorageError> {
    let status = change.status.unwrap_or(comment.status);
    let counted = status.counted() - comment.status.counted();
    let story_revision = stories::bump(&mut work.tx, comment.story, counted).await?;
    let mut moved = comment.clone();
    moved.status = status;
    moved.revision += 1;
    moved.was_published |= status == Status::Published;
    if change.closes_reports {
        moved.open_report_count = 0;
    }
    moved.queued_at = match status {
        // What waited already, held or reported, keeps its place.
        Status::Held => comment.queued_at.or(Some(work.now)),
        Status::Published if moved.open_report_count > 0 => comment.queued_at.or(Some(work.now)),
        _ => None,
    };
    if let Some(waiting) = change.waiting {
        moved.open_report_count = waiting.open_report_count;
        moved.queued_at = match status {
            Status::Held => waiting.queued_at.or(moved.queued_at),
            Status::Published if waiting.open_report_count > 0 => waiting.queued_at.or(Some(work.now)),
            _ => None,
        };
    }
    moved.verdict = change.verdict.unwrap_or(comment.verdict);
    let is_rewritten = change.text.is_some();
    if let Some((body, verdict)) = change.text {
        moved.body = body;
        moved.verdict = verdict;
        moved.edited_at = Some(work.now);
    }
    if !store::update(&mut work.tx, &moved, comment.revision, story_revision).await? {
        return Err(StorageError::Conflict(format!("comment {} moved under its lock", comment.id)));
    }
    if is_rewritten {
        store::insert_text(&mut work.tx, &moved).await?;
    }
    if let Some(parent) = comment.parent
        && counted != 0
    {
        store::add_replies(&mut work.tx, parent, counted, story_revision).await?;
    }
    let removed = i64::from(status == Status::Removed) - i64::from(comment.status == Status::Removed);
    let record =
        RecordChange { published: counted, removed, upheld_reports: change.upheld_reports, ..RecordChange::default() };
    store::change_record(&mut work.tx, comment.subscriber, &comment.title, record).await?;
    Ok(moved)
}
