//! The keys' table.

use super::Request;
use crate::kernel::{AccountId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_optional};

/// What a request made, and what was answered then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What was answered, in the use case's own word.
    pub answer: String,
    /// The public id of what was made.
    pub made: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct KeyRow {
    pub(super) route: String,
    pub(super) digest: Vec<u8>,
    pub(super) answer: String,
    pub(super) made: String,
}

pub(super) async fn find(tx: &mut Tx, account: AccountId, key: &str) -> Result<Option<KeyRow>, StorageError> {
    fetch_optional!(
        tx,
        KeyRow,
        "select route, digest, answer, made from idempotency_keys where account = $1 and key = $2",
        account,
        key
    )
}

pub(super) async fn insert(
    tx: &mut Tx,
    account: AccountId,
    request: &Request,
    made: &Made,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into idempotency_keys (account, key, route, digest, answer, made, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        account,
        &request.key,
        &request.route,
        request.digest.as_slice(),
        &made.answer,
        &made.made,
        now
    )?;
    Ok(count == 1)
}

pub(super) async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from idempotency_keys where created_at < $1", before)
}
