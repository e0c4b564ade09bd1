//! The tables of logins and of tokens that were used.

use super::Claims;
use crate::kernel::{AccountId, KeyId, SessionId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional};

/// The account that a login opens, and what its issuer last said of the person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Known {
    pub(super) account: AccountId,
    pub(super) told_name: Option<String>,
    pub(super) told_at: Timestamp,
}

/// The account that a login opens; nothing when it was deleted.
pub(super) async fn find_account(tx: &mut Tx, key: KeyId) -> Result<Option<Known>, StorageError> {
    let sql = "select i.account, i.told_name, i.told_at from identities i join accounts a on a.id = i.account
               where i.key = $1 and a.deleted_at is null";
    fetch_optional!(tx, Known, sql, key)
}

/// Lets a login open `account`.
pub(super) async fn set_account(
    tx: &mut Tx,
    key: KeyId,
    account: AccountId,
    claims: &Claims,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into identities (key, account, told_name, told_at, created_at) values ($1, $2, $3, $4, $5)
         on conflict (key) do update
         set account = excluded.account, told_name = excluded.told_name, told_at = excluded.told_at",
        key,
        account,
        &claims.name,
        claims.issued_at,
        now
    )?;
    Ok(())
}

/// Uses a token up; answers false when it was used before.
pub(super) async fn use_token(tx: &mut Tx, hash: &[u8], expires_at: Timestamp) -> Result<bool, StorageError> {
    let sql = "insert into used_tokens (hash, expires_at) values ($1, $2) on conflict do nothing";
    Ok(execute!(tx, sql, hash, expires_at)? == 1)
}

pub(super) async fn delete_used_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from used_tokens where expires_at < $1", before)
}

/// Forgets what logins told of the names of accounts that were deleted after `since`.
pub(super) async fn forget_names_of_deleted(tx: &mut Tx, since: Timestamp) -> Result<u64, StorageError> {
    let sql = "update identities set told_name = null
               where told_name is not null and account in (select id from accounts where deleted_at > $1)";
    execute!(tx, sql, since)
}

/// Notes which session at a provider's opened one of ours.
pub(super) async fn insert_session(
    tx: &mut Tx,
    session: SessionId,
    hash: &[u8],
    account: AccountId,
) -> Result<(), StorageError> {
    execute!(tx, "insert into identity_sessions (session, hash, account) values ($1, $2, $3)", session, hash, account)?;
    Ok(())
}

/// Our sessions that a session at a provider's opened.
pub(super) async fn list_sessions(tx: &mut Tx, hash: &[u8]) -> Result<Vec<(SessionId, AccountId)>, StorageError> {
    let sql = "select session, account from identity_sessions where hash = $1 order by session";
    fetch_all!(tx, (SessionId, AccountId), sql, hash)
}
