//! The table of acts that ban many.

use crate::kernel::{AccountId, BatchId, ClauseId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_one, fetch_optional};

/// Bans made in one act.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// The clause's title, where they hold.
    pub title: TitleId,
    /// The clause broken.
    pub clause: ClauseId,
    /// Who made them; nothing from the command line.
    pub made_by: Option<AccountId>,
    /// How many were banned.
    pub affected_count: i64,
    /// How many were not, being staff or banned so already.
    pub protected_count: i64,
    /// When.
    pub created_at: Timestamp,
    /// When they were lifted together, if they were.
    pub undone_at: Option<Timestamp>,
}

/// Stores a new act.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut Tx, batch: &Batch) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into ban_batches (id, title, clause, made_by, affected_count, protected_count, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        batch.id,
        &batch.title,
        &batch.clause,
        batch.made_by,
        batch.affected_count,
        batch.protected_count,
        batch.created_at
    )?;
    Ok(())
}

/// The act `id`, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: BatchId) -> Result<Option<Batch>, StorageError> {
    fetch_optional!(
        tx,
        Batch,
        "select id, title, clause, made_by, affected_count, protected_count, created_at, undone_at
         from ban_batches where id = $1",
        id
    )
}

/// Marks the act undone, unless it is.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_undone(tx: &mut Tx, id: BatchId, by: Option<AccountId>, now: Timestamp) -> Result<bool, StorageError> {
    let sql = "update ban_batches set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null";
    Ok(execute!(tx, sql, id, now, by)? == 1)
}

/// How many were banned by such acts in `title` after `since`, undone or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_recent(tx: &mut Tx, title: &TitleId, since: Timestamp) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select cast(coalesce(sum(affected_count), 0) as bigint) from ban_batches where title = $1 and created_at > $2",
        title,
        since
    )?;
    Ok(count)
}
