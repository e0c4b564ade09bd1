//! The tables of sweeps and of what they held.

use super::Sweep;
use crate::kernel::{AccountId, CommentId, SweepId, Timestamp, TitleId, VerdictId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional};

macro_rules! columns {
    () => {
        "s.id, s.title, s.since, s.rules, s.swept_by, s.swept_at, s.undone_at,
         (select count(*) from sweep_holds h where h.sweep = s.id) as held_count from sweeps s "
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: SweepId,
    title: TitleId,
    since: Timestamp,
    rules: String,
    swept_by: Option<AccountId>,
    swept_at: Timestamp,
    undone_at: Option<Timestamp>,
    held_count: i64,
}

impl TryFrom<Row> for Sweep {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            title: row.title,
            since: row.since,
            rules: serde_json::from_str(&row.rules).map_err(|_| StorageError::corrupt("sweeps", row.id))?,
            swept_by: row.swept_by,
            swept_at: row.swept_at,
            undone_at: row.undone_at,
            held_count: row.held_count,
        })
    }
}

/// What a sweep held.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Hold {
    pub(super) comment: CommentId,
    pub(super) revision: i64,
    pub(super) former_verdict: VerdictId,
}

pub(super) async fn insert(tx: &mut Tx, sweep: &Sweep) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sweeps (id, title, since, rules, swept_by, swept_at) values ($1, $2, $3, $4, $5, $6)",
        sweep.id,
        &sweep.title,
        sweep.since,
        serde_json::Value::from(sweep.rules.clone()).to_string(),
        sweep.swept_by,
        sweep.swept_at
    )?;
    Ok(())
}

pub(super) async fn insert_hold(
    tx: &mut Tx,
    sweep: SweepId,
    comment: CommentId,
    revision: i64,
    former_verdict: VerdictId,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sweep_holds (sweep, comment, revision, former_verdict) values ($1, $2, $3, $4)",
        sweep,
        comment,
        revision,
        former_verdict
    )?;
    Ok(())
}

pub(super) async fn list_holds(tx: &mut Tx, sweep: SweepId) -> Result<Vec<Hold>, StorageError> {
    fetch_all!(
        tx,
        Hold,
        "select comment, revision, former_verdict from sweep_holds where sweep = $1 order by comment",
        sweep
    )
}

/// The sweep `id`, if there is one. Who may see it is for the caller to ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: SweepId) -> Result<Option<Sweep>, StorageError> {
    fetch_optional!(tx, Row, concat!("select ", columns!(), "where s.id = $1"), id)?.map(Sweep::try_from).transpose()
}

/// The newest sweeps of `title`, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(tx: &mut Tx, title: &TitleId, count: i64) -> Result<Vec<Sweep>, StorageError> {
    let sql = concat!("select ", columns!(), "where s.title = $1 order by s.swept_at desc, s.id desc limit $2");
    fetch_all!(tx, Row, sql, title, count)?.into_iter().map(Sweep::try_from).collect()
}

/// Marks the sweep as undone; answers whether it was not yet.
pub(super) async fn mark_undone(
    tx: &mut Tx,
    id: SweepId,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update sweeps set undone_by = $2, undone_at = $3 where id = $1 and undone_at is null",
        id,
        by,
        now
    )?;
    Ok(count == 1)
}
