//! The tables of what titles learnt.

use super::{InForce, Learnt};
use crate::kernel::{AccountId, Timestamp, TitleId};
use crate::rules::classifier::Classifier;
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// How many models of a title are kept with their weights, to go back to.
const KEPT: i64 = 5;

#[derive(sqlx::FromRow)]
struct LearntRow {
    version: i64,
    is_promoted: bool,
    threshold: f64,
    report: String,
    learnt_at: Timestamp,
    reverted_at: Option<Timestamp>,
}

pub(super) async fn list(tx: &mut Tx, title: &TitleId, limit: i64) -> Result<Vec<Learnt>, StorageError> {
    let rows = fetch_all!(
        tx,
        LearntRow,
        "select version, is_promoted, threshold, report, learnt_at, reverted_at from title_models
         where title = $1 order by version desc limit $2",
        title,
        limit
    )?;
    let learnt = |row: LearntRow| {
        Ok(Learnt {
            title: title.clone(),
            version: row.version,
            is_promoted: row.is_promoted,
            threshold: row.threshold,
            report: serde_json::from_str(&row.report).map_err(|_| StorageError::corrupt("title_models", title))?,
            learnt_at: row.learnt_at,
            reverted_at: row.reverted_at,
        })
    };
    rows.into_iter().map(learnt).collect()
}

pub(super) async fn find_in_force_version(tx: &mut Tx, title: &TitleId) -> Result<Option<i64>, StorageError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "select version from title_models
         where title = $1 and is_promoted and reverted_at is null and model is not null
         order by version desc limit 1",
        title
    )?;
    Ok(row.map(|(version,)| version))
}

/// The model of `title` in force; none when it has none, or one that this release cannot read, which is logged.
pub(in crate::rulebook) async fn find_in_force(tx: &mut Tx, title: &TitleId) -> Result<Option<InForce>, StorageError> {
    let row = fetch_optional!(
        tx,
        (i64, Vec<u8>, f64),
        "select version, model, threshold from title_models
         where title = $1 and is_promoted and reverted_at is null and model is not null
         order by version desc limit 1",
        title
    )?;
    Ok(row.and_then(|(version, bytes, threshold)| match Classifier::from_bytes(&bytes) {
        Ok(classifier) => Some(InForce { version, classifier, threshold }),
        Err(error) => {
            tracing::error!(%title, version, %error, "the model of a title cannot be read; the shipped one judges");
            None
        }
    }))
}

pub(super) async fn next_version(tx: &mut Tx, title: &TitleId) -> Result<i64, StorageError> {
    let sql = "select cast(coalesce(max(version), 0) + 1 as bigint) from title_models where title = $1";
    Ok(fetch_one!(tx, (i64,), sql, title)?.0)
}

pub(super) async fn insert(tx: &mut Tx, learnt: &Learnt, model: Option<Vec<u8>>) -> Result<(), StorageError> {
    let report = serde_json::to_string(&learnt.report);
    execute!(
        tx,
        "insert into title_models (title, version, is_promoted, model, threshold, report, learnt_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &learnt.title,
        learnt.version,
        learnt.is_promoted,
        model,
        learnt.threshold,
        report.map_err(|_| StorageError::corrupt("title_models", &learnt.title))?,
        learnt.learnt_at
    )?;
    // Weights are large: only those that one may want to go back to are kept.
    execute!(
        tx,
        "update title_models set model = null
         where title = $1 and model is not null and version not in
             (select version from title_models where title = $1 and model is not null order by version desc limit $2)",
        &learnt.title,
        KEPT
    )?;
    Ok(())
}

pub(super) async fn revert(
    tx: &mut Tx,
    title: &TitleId,
    version: i64,
    now: Timestamp,
    by: Option<AccountId>,
) -> Result<(), StorageError> {
    let sql = "update title_models set reverted_at = $3, reverted_by = $4 where title = $1 and version = $2";
    execute!(tx, sql, title, version, now, by)?;
    Ok(())
}

/// Until when decisions have been learnt from.
pub(super) async fn learnt_until(tx: &mut Tx, title: &TitleId) -> Result<Timestamp, StorageError> {
    let row = fetch_optional!(tx, (Timestamp,), "select learnt_until from title_learning where title = $1", title)?;
    Ok(row.map_or(Timestamp::from_millis(0), |(until,)| until))
}

/// The title's own number of good comments in a thousand that may be flagged.
pub(super) async fn allowed(tx: &mut Tx, title: &TitleId) -> Result<Option<i64>, StorageError> {
    let sql = "select allowed_per_thousand from title_learning where title = $1";
    Ok(fetch_optional!(tx, (Option<i64>,), sql, title)?.and_then(|(allowed,)| allowed))
}

/// Takes the lease of `title` until `until`; answers false while somebody else has it.
pub(super) async fn take(tx: &mut Tx, title: &TitleId, until: Timestamp, now: Timestamp) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into title_learning (title, learnt_until, lease_until) values ($1, 0, $2)
         on conflict (title) do update set lease_until = $2 where title_learning.lease_until <= $3",
        title,
        until,
        now
    )?;
    Ok(count == 1)
}

/// Gives back the lease that was taken until `until`.
pub(super) async fn release(
    tx: &mut Tx,
    title: &TitleId,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StorageError> {
    let sql = "update title_learning set lease_until = $3 where title = $1 and lease_until = $2";
    execute!(tx, sql, title, until, now)?;
    Ok(())
}

pub(super) async fn allow(tx: &mut Tx, title: &TitleId, per_thousand: i64) -> Result<(), StorageError> {
    execute!(tx, "update title_learning set allowed_per_thousand = $2 where title = $1", title, per_thousand)?;
    Ok(())
}

pub(super) async fn note_learnt(tx: &mut Tx, title: &TitleId, until: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "update title_learning set learnt_until = $2 where title = $1", title, until)?;
    Ok(())
}
