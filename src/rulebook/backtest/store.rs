//! The table of backtests.

use uuid::Uuid;

use super::{Backtest, State};
use crate::comments::Period;
use crate::kernel::{AccountId, BacktestId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, text_column};

text_column! {
    State: |state: &State| state.as_str(), State::parse;
}

macro_rules! columns {
    () => {
        "id, title, source, since, until, state, total, tally, report, failure, lease_until, requested_by, requested_at,
         finished_at from backtests "
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: BacktestId,
    title: Option<TitleId>,
    source: String,
    since: Timestamp,
    until: Timestamp,
    state: State,
    total: i64,
    tally: Option<String>,
    report: Option<String>,
    failure: Option<String>,
    lease_until: Timestamp,
    requested_by: Option<AccountId>,
    requested_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl TryFrom<Row> for Backtest {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let corrupt = |_| StorageError::corrupt("backtests", row.id);
        Ok(Self {
            id: row.id,
            title: row.title,
            source: row.source,
            period: Period { since: row.since, until: row.until },
            state: row.state,
            total: u64::try_from(row.total).unwrap_or(0),
            tally: row.tally.as_deref().map(serde_json::from_str).transpose().map_err(corrupt)?,
            report: row.report.as_deref().map(serde_json::from_str).transpose().map_err(corrupt)?,
            failure: row.failure,
            lease_until: row.lease_until,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            finished_at: row.finished_at,
        })
    }
}

pub(super) async fn insert(tx: &mut Tx, backtest: &Backtest, lease: Option<Uuid>) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into backtests (id, title, source, since, until, state, total, lease, lease_until, requested_by,
                                requested_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        backtest.id,
        &backtest.title,
        &backtest.source,
        backtest.period.since,
        backtest.period.until,
        backtest.state,
        i64::try_from(backtest.total).unwrap_or(i64::MAX),
        lease,
        backtest.lease_until,
        backtest.requested_by,
        backtest.requested_at
    )?;
    Ok(())
}

/// The backtest `id`, if there is one. Who may see it is for the caller to ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: BacktestId) -> Result<Option<Backtest>, StorageError> {
    fetch_optional!(tx, Row, concat!("select ", columns!(), "where id = $1"), id)?.map(Backtest::try_from).transpose()
}

/// The newest backtests of `title`, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(tx: &mut Tx, title: &TitleId, count: i64) -> Result<Vec<Backtest>, StorageError> {
    let sql = concat!("select ", columns!(), "where title = $1 order by requested_at desc, id desc limit $2");
    fetch_all!(tx, Row, sql, title, count)?.into_iter().map(Backtest::try_from).collect()
}

/// An open backtest that nobody works on, whoever has waited longest first.
pub(super) async fn find_waiting(tx: &mut Tx, now: Timestamp) -> Result<Option<BacktestId>, StorageError> {
    let row = fetch_optional!(
        tx,
        (BacktestId,),
        "select id from backtests where state = 'open' and lease_until <= $1 order by lease_until, id limit 1",
        now
    )?;
    Ok(row.map(|(id,)| id))
}

/// Makes `lease` the one who works on it, unless somebody does; answers whether it is.
pub(super) async fn take(
    tx: &mut Tx,
    id: BacktestId,
    lease: Uuid,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update backtests set lease = $2, lease_until = $3 where id = $1 and state = 'open' and lease_until <= $4",
        id,
        lease,
        until,
        now
    )?;
    Ok(count == 1)
}

/// Keeps how far it has come, if `lease` still works on it; answers whether it does.
pub(super) async fn keep(
    tx: &mut Tx,
    id: BacktestId,
    lease: Uuid,
    tally: &str,
    lease_until: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update backtests set tally = $3, lease_until = $4 where id = $1 and lease = $2 and state = 'open'",
        id,
        lease,
        tally,
        lease_until
    )?;
    Ok(count == 1)
}

/// Ends it with a report or a failure, if `lease` still works on it; answers whether it did.
pub(super) async fn finish(
    tx: &mut Tx,
    id: BacktestId,
    lease: Uuid,
    outcome: Result<&str, &str>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let state = if outcome.is_ok() { State::Done } else { State::Failed };
    let count = execute!(
        tx,
        "update backtests set state = $3, report = $4, failure = $5, tally = null, finished_at = $6
         where id = $1 and lease = $2 and state = 'open'",
        id,
        lease,
        state,
        outcome.ok(),
        outcome.err(),
        now
    )?;
    Ok(count == 1)
}

/// Ends it without a report; answers whether it was open.
pub(super) async fn cancel(tx: &mut Tx, id: BacktestId, now: Timestamp) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update backtests set state = 'cancelled', tally = null, finished_at = $2 where id = $1 and state = 'open'",
        id,
        now
    )?;
    Ok(count == 1)
}

pub(super) async fn delete_before(tx: &mut Tx, moment: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from backtests where state <> 'open' and requested_at < $1", moment)
}

/// Prolongs the lease of whoever holds it; answers whether `lease` does.
pub(super) async fn keep_lease(
    tx: &mut Tx,
    id: BacktestId,
    lease: Uuid,
    until: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update backtests set lease_until = $3 where id = $1 and lease = $2 and state = 'open'",
        id,
        lease,
        until
    )?;
    Ok(count == 1)
}
