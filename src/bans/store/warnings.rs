//! The table of reminders and warnings.

use crate::bans::{Warning, WarningKind};
use crate::kernel::{AccountId, ClauseId, SubscriberId, Timestamp, TitleId, WarningId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, text_column};

text_column! {
    WarningKind: |kind: &WarningKind| kind.as_str(), WarningKind::parse;
}

macro_rules! columns {
    () => {
        "id, subscriber, title, kind, clause, clause_version, note, warned_by, created_at, acknowledged_at
         from warnings "
    };
}

macro_rules! of_person {
    () => {
        "subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))"
    };
}

#[derive(sqlx::FromRow)]
struct WarningRow {
    id: WarningId,
    subscriber: SubscriberId,
    title: TitleId,
    kind: WarningKind,
    clause: ClauseId,
    clause_version: i64,
    note: Option<String>,
    warned_by: AccountId,
    created_at: Timestamp,
    acknowledged_at: Option<Timestamp>,
}

impl From<WarningRow> for Warning {
    fn from(row: WarningRow) -> Self {
        Self {
            id: row.id,
            subscriber: row.subscriber,
            title: row.title,
            kind: row.kind,
            clause: row.clause,
            clause_version: row.clause_version,
            note: row.note,
            warned_by: row.warned_by,
            created_at: row.created_at,
            acknowledged_at: row.acknowledged_at,
        }
    }
}

pub(in crate::bans) async fn insert(tx: &mut Tx, warning: &Warning) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into warnings (id, subscriber, title, kind, clause, clause_version, note, warned_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        warning.id,
        warning.subscriber,
        &warning.title,
        warning.kind,
        &warning.clause,
        warning.clause_version,
        &warning.note,
        warning.warned_by,
        warning.created_at
    )?;
    Ok(())
}

/// Marks the warning acknowledged, unless it is.
pub(in crate::bans) async fn set_acknowledged(
    tx: &mut Tx,
    id: WarningId,
    by: AccountId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let sql =
        "update warnings set acknowledged_at = $2, acknowledged_by = $3 where id = $1 and acknowledged_at is null";
    Ok(execute!(tx, sql, id, now, by)? == 1)
}

/// The warning `id`, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: WarningId) -> Result<Option<Warning>, StorageError> {
    let row = fetch_optional!(tx, WarningRow, concat!("select ", columns!(), "where id = $1"), id)?;
    Ok(row.map(Warning::from))
}

/// The warnings of the person of `subscriber` that wait to be acknowledged, in every title, oldest first; no reminders.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_open(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Warning>, StorageError> {
    let rows = fetch_all!(
        tx,
        WarningRow,
        concat!(
            "select ",
            columns!(),
            "where ",
            of_person!(),
            " and kind = 'warning' and acknowledged_at is null order by created_at, id"
        ),
        subscriber
    )?;
    Ok(rows.into_iter().map(Warning::from).collect())
}

/// Every reminder and warning of the person of `subscriber`, newest first, at most 100.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Warning>, StorageError> {
    let rows = fetch_all!(
        tx,
        WarningRow,
        concat!("select ", columns!(), "where ", of_person!(), " order by created_at desc, id desc limit 100"),
        subscriber
    )?;
    Ok(rows.into_iter().map(Warning::from).collect())
}
