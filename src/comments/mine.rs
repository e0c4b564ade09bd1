//! What one viewer alone sees.

use super::{Comment, store};
use crate::kernel::{AccountId, CommentId, Cursor, Limit, Page, SignedIn, StoryId};
use crate::storage::{StorageError, Tx};

/// A person's own part of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// Their comments that wait or were rejected, oldest first, at most 100.
    pub comments: Vec<Comment>,
    /// The comments they recommend.
    pub recommended: Vec<CommentId>,
}

/// What `person` alone sees of the thread of `story`.
///
/// # Errors
/// When the database cannot be read.
pub async fn mine(tx: &mut Tx, person: &SignedIn, story: StoryId) -> Result<Mine, StorageError> {
    Ok(Mine {
        comments: store::list_waiting_of(tx, person.account, story).await?,
        recommended: store::list_recommended(tx, person.subscriber, story).await?,
    })
}

/// The comments of `account` in every title, newest first; `before` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_account(
    tx: &mut Tx,
    account: AccountId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Comment>, StorageError> {
    store::list_of_account(tx, account, before, limit).await
}
