//! Taking one's own comment back.

use super::{Change, Status, Viewer, move_to, store};
use crate::accounts;
use crate::app::App;
use crate::kernel::{Actor, CommentId, SignedIn};
use crate::storage::StorageError;

/// Why a comment cannot be withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// There is no such comment that the person may know of.
    #[error("there is no such comment")]
    NotFound,
    /// It is somebody else's.
    #[error("the comment is somebody else's")]
    NotYours,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes a comment back for good; a tombstone keeps its place where readers had seen it. Neither a ban nor a lapsed
/// subscription forbids it. What is withdrawn already, or was removed, stays as it is.
///
/// # Errors
/// When it is not there or not the person's own.
pub async fn withdraw(app: &App, person: &SignedIn, id: CommentId) -> Result<(), WithdrawError> {
    let actor = Actor::from(person.clone());
    let viewer = Viewer::new(&actor);
    let mut work = app.write(person.clone()).await?;
    accounts::lock_subscriber(&mut work.tx, person.subscriber).await?;
    let parent = store::find(&mut work.tx, id).await?.ok_or(WithdrawError::NotFound)?.parent;
    store::lock(&mut work.tx, id, parent).await?;
    let comment = store::find(&mut work.tx, id)
        .await?
        .filter(|comment| viewer.knows_of(comment))
        .ok_or(WithdrawError::NotFound)?;
    if !viewer.is_author(&comment) {
        return Err(WithdrawError::NotYours);
    }
    if matches!(comment.status, Status::Withdrawn | Status::Removed) {
        return Ok(());
    }
    let change = Change { status: Some(Status::Withdrawn), closes_reports: true, ..Change::default() };
    move_to(&mut work, &comment, change).await?;
    work.commit().await?;
    Ok(())
}
