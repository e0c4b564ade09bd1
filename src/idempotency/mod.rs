//! Retries are safe: the key that came with a request, and what the request made.
//!
//! The row is written in the transaction of the act, with the id of what it made and not the answer: a repeated request
//! is told the same status, and shown the thing as its viewer may see it now. A key belongs to one account and is kept
//! for [`KEPT_FOR`].

mod store;

use std::time::Duration;

use crate::app::{App, Work};
use crate::kernel::{AccountId, Actor};
use crate::storage::{StorageError, Tx};

pub use store::Made;

/// How long a key is remembered.
pub const KEPT_FOR: Duration = Duration::from_secs(48 * 3600);

/// A key as it came with a request: what was asked, and of which route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The key: 1 to 255 visible ASCII characters.
    pub key: String,
    /// The route with the ids in it, so that one key cannot serve two objects.
    pub route: String,
    /// SHA-256 of the body's canonical form.
    pub digest: [u8; 32],
}

/// The key came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// With the same request, which made this.
    Same(Made),
    /// With another request.
    Other,
}

/// What became of `request` when it came before, if it did.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, account: AccountId, request: &Request) -> Result<Option<Earlier>, StorageError> {
    let row = store::find(tx, account, &request.key).await?;
    Ok(row.map(|row| {
        if row.route == request.route && row.digest == request.digest {
            Earlier::Same(Made { answer: row.answer, made: row.made })
        } else {
            Earlier::Other
        }
    }))
}

/// Remembers what `request` makes, in the transaction that makes it; answers false when its key is taken.
///
/// # Errors
/// When the database cannot be written.
pub async fn remember(
    work: &mut Work,
    account: AccountId,
    request: &Request,
    answer: &str,
    made: impl ToString,
) -> Result<bool, StorageError> {
    let made = Made { answer: answer.to_owned(), made: made.to_string() };
    store::insert(&mut work.tx, account, request, &made, work.now).await
}

/// Forgets keys that are too old; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_old(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("idempotency")).await?;
    let count = store::delete_before(&mut work.tx, work.now.minus(KEPT_FOR)).await?;
    work.commit().await?;
    Ok(count)
}
