//! The tables of second factors and recovery codes.

use crate::kernel::{AccountId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_one, fetch_optional};

/// A second factor as it is kept.
#[derive(Clone, sqlx::FromRow)]
pub(super) struct FactorRow {
    pub(super) salt: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) last_step: i64,
    pub(super) confirmed_at: Option<Timestamp>,
}

pub(super) async fn find(tx: &mut Tx, account: AccountId) -> Result<Option<FactorRow>, StorageError> {
    let sql = "select salt, sealed, last_step, confirmed_at from second_factors where account = $1";
    fetch_optional!(tx, FactorRow, sql, account)
}

/// Whether `account` has a second factor of which a code was seen.
pub(in crate::accounts) async fn has_factor(tx: &mut Tx, account: AccountId) -> Result<bool, StorageError> {
    Ok(find(tx, account).await?.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Stores a factor that waits for its first code, instead of another such; one that is in use stays. Answers whether it is
/// stored.
pub(super) async fn put(
    tx: &mut Tx,
    account: AccountId,
    salt: &[u8],
    sealed: &[u8],
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into second_factors (account, salt, sealed, last_step, created_at) values ($1, $2, $3, $4, $5)
         on conflict (account) do update set salt = excluded.salt, sealed = excluded.sealed,
             last_step = excluded.last_step, created_at = excluded.created_at
         where second_factors.confirmed_at is null",
        account,
        salt,
        sealed,
        0_i64,
        now
    )?;
    Ok(count == 1)
}

/// Notes the step of a code that was taken; answers false when a newer one was taken before.
pub(super) async fn set_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool, StorageError> {
    let sql = "update second_factors set last_step = $2 where account = $1 and last_step < $2";
    Ok(execute!(tx, sql, account, step)? == 1)
}

pub(super) async fn set_confirmed(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update second_factors set confirmed_at = $2 where account = $1 and confirmed_at is null",
        account,
        now
    )?;
    Ok(())
}

/// Deletes the factor of `account` with its recovery codes and passkeys; answers whether there was one.
pub(in crate::accounts) async fn delete(tx: &mut Tx, account: AccountId) -> Result<bool, StorageError> {
    execute!(tx, "delete from recovery_codes where account = $1", account)?;
    super::passkeys::delete_all(tx, account).await?;
    Ok(execute!(tx, "delete from second_factors where account = $1", account)? == 1)
}

/// Puts these recovery codes in the place of all others.
pub(super) async fn replace_codes(tx: &mut Tx, account: AccountId, hashes: &[Vec<u8>]) -> Result<(), StorageError> {
    execute!(tx, "delete from recovery_codes where account = $1", account)?;
    for hash in hashes {
        let sql = "insert into recovery_codes (account, code_hash) values ($1, $2)";
        execute!(tx, sql, account, hash.as_slice())?;
    }
    Ok(())
}

/// Uses up the recovery code of this hash; answers whether it was there and unused.
pub(super) async fn use_code(
    tx: &mut Tx,
    account: AccountId,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool, StorageError> {
    let sql = "update recovery_codes set used_at = $3 where account = $1 and code_hash = $2 and used_at is null";
    Ok(execute!(tx, sql, account, hash, now)? == 1)
}

pub(super) async fn count_codes(tx: &mut Tx, account: AccountId) -> Result<i64, StorageError> {
    let sql = "select cast(count(*) as bigint) from recovery_codes where account = $1 and used_at is null";
    Ok(fetch_one!(tx, (i64,), sql, account)?.0)
}
