//! Past comments with the facts that they were judged by, for judging them again.

use super::store;
pub use super::store::PastComment;
use crate::kernel::{CommentId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};

/// A stretch of a title's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub since: Timestamp,
    /// The moment after the last.
    pub until: Timestamp,
}

/// The comments of `title` written within `period` after the one named, oldest first, at most `count`.
///
/// # Errors
/// When the database cannot be read.
pub async fn past_comments(
    tx: &mut Tx,
    title: &TitleId,
    period: Period,
    after: Option<(Timestamp, CommentId)>,
    count: i64,
) -> Result<Vec<PastComment>, StorageError> {
    store::list_past(tx, title, period, after, count).await
}

/// The newest comments of `title` that their authors have not withdrawn, newest first, at most `count`.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest_comments(tx: &mut Tx, title: &TitleId, count: i64) -> Result<Vec<PastComment>, StorageError> {
    store::list_newest(tx, title, count).await
}

/// How many those of a period are.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_past_comments(tx: &mut Tx, title: &TitleId, period: Period) -> Result<i64, StorageError> {
    store::count_past(tx, title, period).await
}
