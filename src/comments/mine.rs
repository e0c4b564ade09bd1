//! What one viewer alone sees, and what moderators see of one subscriber.

use super::{Comment, store};
use crate::kernel::{AccountId, CommentId, Cursor, Limit, Page, SignedIn, StoryId, SubscriberId, TitleId};
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

/// The latest comments of `subscriber` in `titles`, newest first; those that their author took back are left out, since
/// nobody is shown them again.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_subscriber(
    tx: &mut Tx,
    subscriber: SubscriberId,
    titles: &[TitleId],
    limit: Limit,
) -> Result<Vec<Comment>, StorageError> {
    store::list_of_subscriber(tx, subscriber, titles, limit).await
}
