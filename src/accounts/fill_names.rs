//! Names of accounts from before their bare form was kept.

use super::name::bare;
use super::store;
use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;

/// How many names one run fills in.
pub const BATCH: u64 = 500;

/// Keeps the bare form of names that have none yet, a batch at a time; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn fill_names(app: &App) -> Result<u64, StorageError> {
    let limit = BATCH.cast_signed();
    let mut reading = app.read(Actor::Job("names")).await?;
    if store::list_unfilled(&mut reading.tx, 1).await?.is_empty() {
        return Ok(0);
    }
    drop(reading);
    let mut work = app.write(Actor::Job("names")).await?;
    let mut count = 0;
    for (account, name) in store::list_unfilled(&mut work.tx, limit).await? {
        store::set_bare(&mut work.tx, account, &bare(&name)).await?;
        count += 1;
    }
    work.commit().await?;
    Ok(count)
}
