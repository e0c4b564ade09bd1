//! The table of approvals.

use crate::kernel::{AccountId, ApprovalId, Scope, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// An approval as it is kept.
#[derive(Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: ApprovalId,
    pub(super) requester: AccountId,
    pub(super) scope: Scope,
    pub(super) reason: String,
    pub(super) act: String,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) outcome: Option<String>,
}

/// An approval to be stored.
pub(super) struct NewRow<'a> {
    pub(super) id: ApprovalId,
    pub(super) requester: AccountId,
    pub(super) scope: &'a Scope,
    pub(super) kind: &'a str,
    pub(super) reason: &'a str,
    pub(super) act: &'a str,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into approvals (id, requester, scope, kind, reason, act, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.id,
        row.requester,
        row.scope,
        row.kind,
        row.reason,
        row.act,
        row.created_at,
        row.expires_at
    )?;
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, id: ApprovalId) -> Result<Option<Row>, StorageError> {
    fetch_optional!(
        tx,
        Row,
        "select id, requester, scope, reason, act, created_at, expires_at, outcome from approvals where id = $1",
        id
    )
}

/// The same act that waits already, asked for by the same account.
pub(super) async fn find_same(
    tx: &mut Tx,
    requester: AccountId,
    act: &str,
    now: Timestamp,
) -> Result<Option<Row>, StorageError> {
    fetch_optional!(
        tx,
        Row,
        "select id, requester, scope, reason, act, created_at, expires_at, outcome from approvals
         where requester = $1 and act = $2 and outcome is null and expires_at > $3 order by created_at, id limit 1",
        requester,
        act,
        now
    )
}

pub(super) async fn count_open(tx: &mut Tx, requester: AccountId, now: Timestamp) -> Result<i64, StorageError> {
    let sql = "select cast(count(*) as bigint) from approvals
               where requester = $1 and outcome is null and expires_at > $2";
    Ok(fetch_one!(tx, (i64,), sql, requester, now)?.0)
}

/// What waits, oldest first.
pub(super) async fn list_open(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Row>, StorageError> {
    fetch_all!(
        tx,
        Row,
        "select id, requester, scope, reason, act, created_at, expires_at, outcome from approvals
         where outcome is null and expires_at > $1 order by created_at, id limit $2",
        now,
        limit
    )
}

/// Decides on what still waits; answers whether it did.
pub(super) async fn set_decided(
    tx: &mut Tx,
    id: ApprovalId,
    by: AccountId,
    outcome: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update approvals set decided_at = $2, decided_by = $3, outcome = $4
         where id = $1 and outcome is null and expires_at > $2",
        id,
        now,
        by,
        outcome
    )?;
    Ok(count == 1)
}

pub(super) async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from approvals where expires_at < $1", before)
}
