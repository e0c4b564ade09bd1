//! Verdicts, with the facts that were judged.

use crate::comments::StoredVerdict;
use crate::kernel::{CommentId, TitleId, VerdictId};
use crate::rules::classifier::Scores;
use crate::rules::{Facts, Outcome, Verdict};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_optional};

pub(in crate::comments) async fn insert_verdict(
    tx: &mut Tx,
    id: VerdictId,
    title: &TitleId,
    comment: CommentId,
    facts: &Facts,
    verdict: &Verdict,
) -> Result<(), StorageError> {
    let json = |text: Result<String, serde_json::Error>| text.map_err(|_| StorageError::corrupt("verdicts", id));
    execute!(
        tx,
        "insert into verdicts (id, title, comment, is_edit, outcome, findings, faults, facts, rule_set_version,
                               engine_version, judged_at, shadow, abusive, hateful)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id,
        title,
        comment,
        facts.is_edit,
        verdict.outcome.as_str(),
        json(serde_json::to_string(&verdict.findings))?,
        json(serde_json::to_string(&verdict.faults))?,
        json(serde_json::to_string(facts))?,
        &verdict.rule_set_version,
        i64::from(verdict.engine_version),
        facts.now,
        json(serde_json::to_string(&verdict.shadow))?,
        verdict.probabilities.map(|scores| scores.abusive),
        verdict.probabilities.map(|scores| scores.hateful)
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct VerdictRow {
    id: VerdictId,
    outcome: String,
    findings: String,
    faults: String,
    facts: String,
    shadow: String,
    abusive: Option<f64>,
    hateful: Option<f64>,
    engine_version: i64,
    rule_set_version: String,
}

macro_rules! select {
    ($where:literal) => {
        concat!(
            "select id, outcome, findings, faults, facts, shadow, abusive, hateful, engine_version, rule_set_version
             from verdicts where ",
            $where
        )
    };
}

impl TryFrom<VerdictRow> for StoredVerdict {
    type Error = StorageError;

    fn try_from(row: VerdictRow) -> Result<Self, StorageError> {
        let corrupt = |_| StorageError::corrupt("verdicts", row.id);
        let facts: Facts = serde_json::from_str(&row.facts).map_err(corrupt)?;
        let outcome = Outcome::parse(&row.outcome).ok_or_else(|| StorageError::corrupt("verdicts", row.id))?;
        Ok(Self {
            text: facts.text,
            outcome,
            shadow: serde_json::from_str(&row.shadow).map_err(corrupt)?,
            probabilities: row.abusive.zip(row.hateful).map(|(abusive, hateful)| Scores {
                abusive,
                hateful,
                ..Scores::default()
            }),
            engine_version: row.engine_version,
            rule_set_version: row.rule_set_version,
            findings: serde_json::from_str(&row.findings).map_err(corrupt)?,
            faults: serde_json::from_str(&row.faults).map_err(corrupt)?,
        })
    }
}

pub(in crate::comments) async fn get_verdict(tx: &mut Tx, id: VerdictId) -> Result<StoredVerdict, StorageError> {
    fetch_optional!(tx, VerdictRow, select!("id = $1"), id)?
        .ok_or_else(|| StorageError::corrupt("verdicts", id))?
        .try_into()
}

/// The verdict that a comment was first judged by.
pub(in crate::comments) async fn get_first_verdict(
    tx: &mut Tx,
    comment: CommentId,
) -> Result<StoredVerdict, StorageError> {
    fetch_optional!(tx, VerdictRow, select!("comment = $1 order by judged_at, id limit 1"), comment)?
        .ok_or_else(|| StorageError::corrupt("verdicts", comment))?
        .try_into()
}
