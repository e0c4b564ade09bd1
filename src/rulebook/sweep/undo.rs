//! Putting back what a sweep held.

use serde_json::json;

use super::{Sweep, store};
use crate::accounts;
use crate::app::App;
use crate::audit::{self, Entry};
use crate::comments::{self, Status};
use crate::kernel::{Actor, SweepId};
use crate::rulebook::publication::may_edit;
use crate::storage::StorageError;

/// Why a sweep cannot be undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such sweep.
    #[error("there is no such sweep")]
    NotFound,
    /// Only the title's editors may.
    #[error("only an editor of the title may undo a sweep")]
    Forbidden,
    /// It was undone before.
    #[error("the sweep was undone already")]
    AlreadyUndone,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What an undo came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    /// How many comments are published again.
    pub restored: u64,
    /// How many somebody has moved since: they stay as they are.
    pub left: u64,
}

/// Publishes again what the sweep held and nobody has moved since, under the verdict it was published by. Begun again
/// after a failure it does what is left.
///
/// # Errors
/// When there is no such sweep, it was undone before, or the database fails.
pub async fn undo(app: &App, actor: impl Into<Actor>, id: SweepId) -> Result<Undone, UndoError> {
    let actor = actor.into();
    let mut work = app.read(actor.clone()).await?;
    let found = store::find(&mut work.tx, id).await?.ok_or(UndoError::NotFound)?;
    if !may_edit(&mut work.tx, &work.actor, &found.title).await? {
        return Err(UndoError::Forbidden);
    }
    let sweep = open(found)?;
    let holds = store::list_holds(&mut work.tx, id).await?;
    drop(work);
    let mut undone = Undone { restored: 0, left: 0 };
    for hold in &holds {
        if let_up(app, &actor, hold).await? {
            undone.restored += 1;
        } else {
            undone.left += 1;
        }
    }
    let mut work = app.write(actor).await?;
    let by = work.actor.account();
    if !store::mark_undone(&mut work.tx, id, by, work.now).await? {
        return Err(UndoError::AlreadyUndone);
    }
    let details = json!({ "restored": undone.restored, "left": undone.left });
    let entry = Entry::new(audit::Action::SweepUndone, id).within(&sweep.title).details(details);
    audit::record(&mut work, entry).await?;
    work.commit().await?;
    Ok(undone)
}

fn open(sweep: Sweep) -> Result<Sweep, UndoError> {
    if sweep.undone_at.is_some() { Err(UndoError::AlreadyUndone) } else { Ok(sweep) }
}

async fn let_up(app: &App, actor: &Actor, hold: &store::Hold) -> Result<bool, StorageError> {
    let mut work = app.write(actor.clone()).await?;
    let Some(seen) = comments::find(&mut work.tx, hold.comment).await? else { return Ok(false) };
    accounts::lock_subscriber(&mut work.tx, seen.subscriber).await?;
    comments::lock(&mut work.tx, seen.id, seen.parent).await?;
    let comment = comments::find(&mut work.tx, hold.comment).await?;
    let is_ours = |comment: &comments::Comment| comment.revision == hold.revision && comment.status == Status::Held;
    let Some(comment) = comment.filter(is_ours) else { return Ok(false) };
    comments::let_up(&mut work, &comment, hold.former_verdict).await?;
    work.commit().await?;
    Ok(true)
}
