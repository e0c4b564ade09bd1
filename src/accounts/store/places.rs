//! The table of places that people signed in from.

use crate::kernel::{AccountId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_optional};

/// Whether `account` signed in from `place` at `since` or later.
pub(in crate::accounts) async fn is_place_seen(
    tx: &mut Tx,
    account: AccountId,
    place: &[u8],
    since: Timestamp,
) -> Result<bool, StorageError> {
    let sql = "select account from sign_in_places where account = $1 and place = $2 and seen_at >= $3";
    Ok(fetch_optional!(tx, (AccountId,), sql, account, place, since)?.is_some())
}

/// Whether `account` has ever been seen to sign in.
pub(in crate::accounts) async fn has_places(tx: &mut Tx, account: AccountId) -> Result<bool, StorageError> {
    let sql = "select account from sign_in_places where account = $1 limit 1";
    Ok(fetch_optional!(tx, (AccountId,), sql, account)?.is_some())
}

/// Notes that `account` signed in from `place`.
pub(in crate::accounts) async fn put_place(
    tx: &mut Tx,
    account: AccountId,
    place: &[u8],
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sign_in_places (account, place, seen_at) values ($1, $2, $3)
         on conflict (account, place) do update set seen_at = excluded.seen_at",
        account,
        place,
        now
    )?;
    Ok(())
}

pub(in crate::accounts) async fn delete_places(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    execute!(tx, "delete from sign_in_places where account = $1", account)?;
    Ok(())
}

pub(in crate::accounts) async fn delete_places_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from sign_in_places where seen_at < $1", before)
}
