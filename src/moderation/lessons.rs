//! Decisions that teach: what moderators finally did with which text.

use super::store;
use crate::kernel::{AccountId, CommentId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};

/// A decision that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The comment.
    pub comment: CommentId,
    /// Its text as it was when it was decided.
    pub text: String,
    /// Whether it was removed; else it was approved.
    pub is_removal: bool,
    /// Who decided.
    pub moderator: AccountId,
    /// When.
    pub decided_at: Timestamp,
}

/// The newest decisions of `title`, oldest first, at most `limit`; of each comment its last alone, and none where that
/// restored it: what was reversed teaches nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn lessons(tx: &mut Tx, title: &TitleId, limit: i64) -> Result<Vec<Lesson>, StorageError> {
    let mut lessons = store::list_lessons(tx, title, limit).await?;
    lessons.reverse();
    Ok(lessons)
}

/// How many decisions were taken in `title` after `since`, and when the last one was.
///
/// # Errors
/// When the database cannot be read.
pub async fn decided_since(
    tx: &mut Tx,
    title: &TitleId,
    since: Timestamp,
) -> Result<(i64, Option<Timestamp>), StorageError> {
    store::count_decided(tx, title, since).await
}
