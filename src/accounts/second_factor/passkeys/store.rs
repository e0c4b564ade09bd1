//! The tables of passkeys and ceremonies.

use crate::kernel::{AccountId, CeremonyId, PasskeyId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional};

/// A passkey as it is kept.
#[derive(Clone, sqlx::FromRow)]
pub(super) struct PasskeyRow {
    pub(super) id: PasskeyId,
    pub(super) passkey: String,
}

pub(super) async fn list(tx: &mut Tx, account: AccountId) -> Result<Vec<PasskeyRow>, StorageError> {
    let sql = "select id, passkey from passkeys where account = $1 order by id";
    fetch_all!(tx, PasskeyRow, sql, account)
}

/// Stores a passkey; answers false when its authenticator's name for it is taken.
pub(super) async fn insert(
    tx: &mut Tx,
    (id, account): (PasskeyId, AccountId),
    credential: &[u8],
    passkey: &str,
    label: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into passkeys (id, account, credential, passkey, label, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        id,
        account,
        credential,
        passkey,
        label,
        now
    )?;
    Ok(count == 1)
}

pub(super) async fn set_used(tx: &mut Tx, id: PasskeyId, passkey: &str, now: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "update passkeys set passkey = $2, used_at = $3 where id = $1", id, passkey, now)?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, account: AccountId, id: PasskeyId) -> Result<bool, StorageError> {
    Ok(execute!(tx, "delete from passkeys where id = $1 and account = $2", id, account)? == 1)
}

/// Deletes every passkey of `account`, and what it was asked.
pub(in crate::accounts::second_factor) async fn delete_all(
    tx: &mut Tx,
    account: AccountId,
) -> Result<(), StorageError> {
    execute!(tx, "delete from passkey_ceremonies where account = $1", account)?;
    execute!(tx, "delete from passkeys where account = $1", account)?;
    Ok(())
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// The passkeys of `account`, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_passkeys(tx: &mut Tx, account: AccountId) -> Result<Vec<Passkey>, StorageError> {
    let sql = "select id, label, created_at, used_at from passkeys where account = $1 order by id";
    fetch_all!(tx, Passkey, sql, account)
}

pub(super) async fn insert_ceremony(
    tx: &mut Tx,
    (id, account): (CeremonyId, AccountId),
    is_new: bool,
    state: &str,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into passkey_ceremonies (id, account, is_new, state, expires_at) values ($1, $2, $3, $4, $5)",
        id,
        account,
        is_new,
        state,
        expires_at
    )?;
    Ok(())
}

/// Takes a ceremony of `account` out, which is good once; nothing when there is none, or it is over.
pub(super) async fn take_ceremony(
    tx: &mut Tx,
    (id, account): (CeremonyId, AccountId),
    is_new: bool,
    now: Timestamp,
) -> Result<Option<String>, StorageError> {
    let sql = "delete from passkey_ceremonies where id = $1 and account = $2 and is_new = $3 and expires_at > $4
               returning state";
    Ok(fetch_optional!(tx, (String,), sql, id, account, is_new, now)?.map(|(state,)| state))
}

/// Deletes ceremonies that are over; answers how many.
pub(in crate::accounts) async fn delete_ceremonies_before(tx: &mut Tx, now: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from passkey_ceremonies where expires_at <= $1", now)
}
