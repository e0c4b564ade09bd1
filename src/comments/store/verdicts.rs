//! Verdicts, with the facts that were judged.

use std::time::Duration;

use crate::comments::StoredVerdict;
use crate::kernel::{CommentId, SubscriberId, Timestamp, TitleId, VerdictId};
use crate::rules::{Facts, VelocityFacts, Verdict};
use crate::storage::{StorageError, Tx};
use crate::stories::Story;
use crate::{execute, fetch_one, fetch_optional};

const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);
const HOUR: Duration = Duration::from_secs(3600);

/// How fast `subscriber` has been writing in the story's title, leaving one comment out.
pub(in crate::comments) async fn velocity_of(
    tx: &mut Tx,
    subscriber: SubscriberId,
    story: &Story,
    except: Option<CommentId>,
    now: Timestamp,
) -> Result<VelocityFacts, StorageError> {
    let (in_story,) = fetch_one!(
        tx,
        (i64,),
        "select cast(count(*) as bigint) from comments where story = $1 and subscriber = $2 and ($3 is null or id <> $3)",
        story.id,
        subscriber,
        except
    )?;
    let (in_hour, in_10_minutes) = fetch_one!(
        tx,
        (i64, i64),
        "select cast(count(*) as bigint), cast(coalesce(sum(case when created_at > $5 then 1 else 0 end), 0) as bigint)
         from comments where subscriber = $1 and title = $2 and created_at > $3 and ($4 is null or id <> $4)",
        subscriber,
        &story.title,
        now.minus(HOUR),
        except,
        now.minus(TEN_MINUTES)
    )?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(VelocityFacts {
        in_story_count: count(in_story),
        in_10_minutes_count: count(in_10_minutes),
        in_hour_count: count(in_hour),
    })
}

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
    findings: String,
    faults: String,
    facts: String,
}

impl TryFrom<VerdictRow> for StoredVerdict {
    type Error = StorageError;

    fn try_from(row: VerdictRow) -> Result<Self, StorageError> {
        let corrupt = |_| StorageError::corrupt("verdicts", row.id);
        let facts: Facts = serde_json::from_str(&row.facts).map_err(corrupt)?;
        Ok(Self {
            text: facts.text,
            findings: serde_json::from_str(&row.findings).map_err(corrupt)?,
            faults: serde_json::from_str(&row.faults).map_err(corrupt)?,
        })
    }
}

pub(in crate::comments) async fn get_verdict(tx: &mut Tx, id: VerdictId) -> Result<StoredVerdict, StorageError> {
    fetch_optional!(tx, VerdictRow, "select id, findings, faults, facts from verdicts where id = $1", id)?
        .ok_or_else(|| StorageError::corrupt("verdicts", id))?
        .try_into()
}

/// The verdict that a comment was first judged by.
pub(in crate::comments) async fn get_first_verdict(
    tx: &mut Tx,
    comment: CommentId,
) -> Result<StoredVerdict, StorageError> {
    fetch_optional!(
        tx,
        VerdictRow,
        "select id, findings, faults, facts from verdicts where comment = $1 order by judged_at, id limit 1",
        comment
    )?
    .ok_or_else(|| StorageError::corrupt("verdicts", comment))?
    .try_into()
}
