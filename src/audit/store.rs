//! The log's tables.

use crate::kernel::{AccountId, AuditId, ClauseId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, lock_rows};

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct AuditRow {
    pub(super) id: AuditId,
    pub(super) at: Timestamp,
    pub(super) actor_kind: String,
    pub(super) actor: Option<AccountId>,
    pub(super) action: String,
    pub(super) title: Option<TitleId>,
    pub(super) subject: Option<String>,
    pub(super) clause: Option<ClauseId>,
    pub(super) clause_version: Option<i64>,
    pub(super) details: String,
    pub(super) private_hash: Option<Vec<u8>>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Head {
    pub(super) seq: i64,
    pub(super) hash: Vec<u8>,
    pub(super) at: Timestamp,
}

#[derive(Clone, Debug)]
pub(super) struct Private {
    pub(super) salt: Vec<u8>,
    pub(super) content: String,
}

#[derive(Clone, Debug)]
pub(super) struct Seal {
    pub(super) seq: i64,
    pub(super) hash: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct SealedRow {
    seq: i64,
    hash: Vec<u8>,
    #[sqlx(flatten)]
    row: AuditRow,
    salt: Option<Vec<u8>>,
    content: Option<String>,
}

pub(super) async fn insert(tx: &mut Tx, row: &AuditRow) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into audit_log (id, at, actor_kind, actor, action, title, subject, clause, clause_version, details,
                                private_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.id,
        row.at,
        &row.actor_kind,
        row.actor,
        &row.action,
        &row.title,
        &row.subject,
        &row.clause,
        row.clause_version,
        &row.details,
        &row.private_hash
    )?;
    Ok(())
}

pub(super) async fn insert_private(
    tx: &mut Tx,
    audit: AuditId,
    salt: &[u8],
    content: &str,
) -> Result<(), StorageError> {
    execute!(tx, "insert into audit_private (audit, salt, content) values ($1, $2, $3)", audit, salt, content)?;
    Ok(())
}

/// Makes sealing wait for any other sealing, on any node.
pub(super) async fn lock_chain(tx: &mut Tx) -> Result<(), StorageError> {
    execute!(tx, "insert into installation (key, value) values ('audit_chain', '') on conflict do nothing")?;
    lock_rows!(tx, "select key from installation where key = 'audit_chain'")
}

pub(super) async fn find_head(tx: &mut Tx) -> Result<Option<Head>, StorageError> {
    fetch_optional!(
        tx,
        Head,
        "select s.seq, s.hash, a.at from audit_seals s join audit_log a on a.id = s.audit order by s.seq desc limit 1"
    )
}

/// Rows without a seal dated `since` or later, oldest first.
pub(super) async fn list_unsealed(tx: &mut Tx, since: i64, limit: i64) -> Result<Vec<AuditRow>, StorageError> {
    fetch_all!(
        tx,
        AuditRow,
        "select a.id, a.at, a.actor_kind, a.actor, a.action, a.title, a.subject, a.clause, a.clause_version, a.details,
                a.private_hash
         from audit_log a left join audit_seals s on s.audit = a.id
         where a.at >= $1 and s.audit is null order by a.at, a.id limit $2",
        since,
        limit
    )
}

pub(super) async fn insert_seal(tx: &mut Tx, seq: i64, audit: AuditId, hash: &[u8]) -> Result<(), StorageError> {
    execute!(tx, "insert into audit_seals (seq, audit, hash) values ($1, $2, $3)", seq, audit, hash)?;
    Ok(())
}

/// Sealed rows after the seal `after`, in the chain's order.
pub(super) async fn list_sealed(
    tx: &mut Tx,
    after: i64,
    limit: i64,
) -> Result<Vec<(Seal, AuditRow, Option<Private>)>, StorageError> {
    let rows = fetch_all!(
        tx,
        SealedRow,
        "select s.seq, s.hash, a.id, a.at, a.actor_kind, a.actor, a.action, a.title, a.subject, a.clause,
                a.clause_version, a.details, a.private_hash, p.salt, p.content
         from audit_seals s join audit_log a on a.id = s.audit left join audit_private p on p.audit = a.id
         where s.seq > $1 order by s.seq limit $2",
        after,
        limit
    )?;
    Ok(rows
        .into_iter()
        .map(|sealed| {
            let private = sealed.salt.zip(sealed.content).map(|(salt, content)| Private { salt, content });
            (Seal { seq: sealed.seq, hash: sealed.hash }, sealed.row, private)
        })
        .collect())
}

pub(super) async fn find_unsealed_before(tx: &mut Tx, before: Timestamp) -> Result<Option<AuditId>, StorageError> {
    let row = fetch_optional!(
        tx,
        (AuditId,),
        "select a.id from audit_log a left join audit_seals s on s.audit = a.id
         where a.at < $1 and s.audit is null order by a.at, a.id limit 1",
        before
    )?;
    Ok(row.map(|(id,)| id))
}

/// When the newest row of the log is dated, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest_at(tx: &mut Tx) -> Result<Option<Timestamp>, StorageError> {
    let row = fetch_optional!(tx, (Timestamp,), "select at from audit_log order by at desc, id desc limit 1")?;
    Ok(row.map(|(at,)| at))
}
