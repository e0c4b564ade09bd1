//! What reports and the queue need to know and to write of a comment.

use super::{Comment, store};
use crate::app::Work;
use crate::kernel::{CommentId, Cursor, Limit, Page, TitleId};
use crate::storage::{StorageError, Tx};

/// Counts one more open report of a comment and puts it into the queue, if it is not there.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_report(work: &mut Work, comment: CommentId) -> Result<(), StorageError> {
    store::add_open_report(&mut work.tx, comment, work.now).await
}

/// The comments of `titles` that wait for a moderator, the longest waiting first; `after` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn queue(
    tx: &mut Tx,
    titles: &[TitleId],
    after: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Comment>, StorageError> {
    store::list_queued(tx, titles, after, limit).await
}
