//! Forgetting tokens that are over anyway.

use super::store;
use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;

/// Deletes the ids of tokens that nobody could use any more. Answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_tokens(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("tokens")).await?;
    let before = work.now.minus(std::time::Duration::from_secs(3_600));
    let count = store::delete_used_before(&mut work.tx, before).await?;
    work.commit().await?;
    Ok(count)
}
