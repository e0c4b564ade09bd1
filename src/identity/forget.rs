//! Forgetting tokens that are over anyway, and names of those who are gone.

use std::time::Duration;

use super::store;
use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;

/// How long after an account's deletion the name that its login told is sought for.
const SOUGHT_FOR: Duration = Duration::from_secs(30 * 24 * 3_600);

/// Deletes the ids of tokens that nobody could use any more, and the names that logins told of accounts deleted since. Answers
/// how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_tokens(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("tokens")).await?;
    let now = work.now;
    let count = store::delete_used_before(&mut work.tx, now.minus(Duration::from_secs(3_600))).await?
        + store::forget_names_of_deleted(&mut work.tx, now.minus(SOUGHT_FOR)).await?;
    work.commit().await?;
    Ok(count)
}
