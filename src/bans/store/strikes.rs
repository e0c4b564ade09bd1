//! The table of strikes.

use crate::bans::Strike;
use crate::kernel::{ClauseId, DecisionId, StrikeId, SubscriberId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all};

#[derive(sqlx::FromRow)]
struct StrikeRow {
    id: StrikeId,
    subscriber: SubscriberId,
    title: TitleId,
    clause: ClauseId,
    clause_version: i64,
    points: i64,
    decision: DecisionId,
    created_at: Timestamp,
    taken_back_at: Option<Timestamp>,
}

impl From<StrikeRow> for Strike {
    fn from(row: StrikeRow) -> Self {
        Self {
            id: row.id,
            subscriber: row.subscriber,
            title: row.title,
            clause: row.clause,
            clause_version: row.clause_version,
            points: row.points,
            decision: row.decision,
            created_at: row.created_at,
            taken_back_at: row.taken_back_at,
        }
    }
}

pub(in crate::bans) async fn insert(tx: &mut Tx, strike: &Strike) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into strikes (id, subscriber, title, clause, clause_version, points, decision, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        strike.id,
        strike.subscriber,
        &strike.title,
        &strike.clause,
        strike.clause_version,
        strike.points,
        strike.decision,
        strike.created_at
    )?;
    Ok(())
}

pub(in crate::bans) async fn set_taken_back(
    tx: &mut Tx,
    decision: DecisionId,
    at: Option<Timestamp>,
) -> Result<(), StorageError> {
    execute!(tx, "update strikes set taken_back_at = $2 where decision = $1", decision, at)?;
    Ok(())
}

/// The strikes of the person of `subscriber` in `title` that were not taken back, faded ones too, newest first, at most
/// 1,000.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_standing(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
) -> Result<Vec<Strike>, StorageError> {
    let rows = fetch_all!(
        tx,
        StrikeRow,
        "select id, subscriber, title, clause, clause_version, points, decision, created_at, taken_back_at from strikes
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and title = $2 and taken_back_at is null
         order by created_at desc, id desc limit 1000",
        subscriber,
        title
    )?;
    Ok(rows.into_iter().map(Strike::from).collect())
}
