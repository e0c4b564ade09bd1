//! Lifting a ban.

use serde_json::json;

use super::{Ban, store};
use crate::accounts;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::BanId;
use crate::storage::StorageError;

/// Why a ban cannot be lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// There is no such ban.
    #[error("there is no such ban")]
    NotFound,
    /// It has ended or been lifted already.
    #[error("the ban is not in force any more")]
    NotInForce,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Ends the ban `id` before its time, with the reason why. Other bans of the subscriber stay.
///
/// # Errors
/// When there is no such ban, or it is over.
pub async fn lift(work: &mut Work, id: BanId, reason: &str) -> Result<Ban, LiftError> {
    let before = store::find(&mut work.tx, id).await?.ok_or(LiftError::NotFound)?;
    accounts::lock_subscriber(&mut work.tx, before.subscriber).await?;
    if !before.is_in_force(work.now)
        || !store::set_lifted(&mut work.tx, id, work.actor.account(), reason, work.now).await?
    {
        return Err(LiftError::NotInForce);
    }
    let entry = Entry::new(Action::BanLifted, id)
        .within(&before.clause_title)
        .citing(&before.clause, before.clause_version)
        .details(json!({ "subscriber": before.subscriber, "scope": before.scope }))
        .private(json!({ "reason": reason }));
    audit::record(work, entry).await?;
    accounts::tell_of_privileges(work, before.subscriber).await?;
    store::find(&mut work.tx, id).await?.ok_or(LiftError::NotFound)
}
