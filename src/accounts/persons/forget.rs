//! Forgetting keys that nothing rests on any more.

use std::time::Duration;

use super::store;
use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;

/// How long a network or a browser is remembered after it was last seen.
///
/// # Source
/// GDPR 5(1)(e): what is kept of an address is kept no longer than it serves.
const PLACES_KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 3600);

/// How many links go in one transaction.
const BATCH: i64 = 1_000;

/// Deletes networks and browsers that were last seen 90 days ago, and every key of subscribers whose last account was
/// deleted `accounts.keys_kept_days` ago and against whom no ban is in force. Answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_links(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("links")).await?;
    let now = work.now;
    let kept_for = Duration::from_secs(u64::from(app.settings.accounts.keys_kept_days) * 24 * 3600);
    let count = store::delete_places(&mut work.tx, now.minus(PLACES_KEPT_FOR), BATCH).await?
        + store::delete_links_of_the_gone(&mut work.tx, now.minus(kept_for), now, BATCH).await?;
    work.commit().await?;
    Ok(count)
}
