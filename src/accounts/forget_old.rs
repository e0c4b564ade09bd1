//! Forgetting what is over.

use std::time::Duration;

use super::{places, second_factor, store};
use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;

/// How long an ended session or a used link is kept, in case its owner asks what happened.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// Deletes sessions and links that have been over for 30 days: they tell where somebody was. Answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_old(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("sessions")).await?;
    let now = work.now;
    let before = now.minus(KEPT_FOR);
    let count = store::delete_sessions_before(&mut work.tx, before).await?
        + store::delete_tokens_before(&mut work.tx, before).await?
        + places::forget_old(&mut work).await?
        + second_factor::delete_ceremonies_before(&mut work.tx, now).await?;
    work.commit().await?;
    Ok(count)
}
