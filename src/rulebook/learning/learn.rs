//! Learning again, when there is enough to learn from or somebody asks.

use std::time::Duration;

use serde_json::json;

use super::{Changed, InForce, Learnt, Report, store};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, TitleId};
use crate::moderation::{self, Lesson};
use crate::rules::classifier::{
    Classifier, Decision, LearnError, ModeratedDecision, Promotion, PromotionPolicy, PromotionVerdict, promote,
};
use crate::storage::StorageError;
use crate::titles;

const ACTOR: Actor = Actor::Job("learning");

/// The most decisions that teach, the newest: a bound on time and memory.
const MOST: i64 = 20_000;

/// How long nobody else learns for a title: several times what it takes.
const LEASE: Duration = Duration::from_secs(15 * 60);

/// How many comments about which the models differ are reported.
const REPORTED: usize = 10;

/// Why nothing was learnt.
#[derive(Debug, thiserror::Error)]
pub enum LearningError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// Another process is at it.
    #[error("another process is learning for this title; try again in a quarter of an hour at the latest")]
    Busy,
    /// There is too little to learn from.
    #[error(transparent)]
    TooFew(#[from] LearnError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Learns for the titles that have enough new decisions; answers for how many.
///
/// # Errors
/// When the database fails.
pub async fn learn_waiting(app: &App) -> Result<u64, StorageError> {
    let least = i64::from(app.settings.learning.min_decisions);
    if least == 0 {
        return Ok(0);
    }
    let mut work = app.read(ACTOR).await?;
    let mut waiting = Vec::new();
    for title in titles::list(&mut work.tx).await? {
        let since = store::learnt_until(&mut work.tx, &title.id).await?;
        if moderation::decided_since(&mut work.tx, &title.id, since).await?.0 >= least {
            waiting.push(title.id);
        }
    }
    drop(work);
    let mut count = 0;
    for title in waiting {
        match retrain(app, ACTOR, &title, None).await {
            Ok(_) => count += 1,
            Err(LearningError::Storage(error)) => return Err(error),
            // What was decided so far is too little; the next decisions will be asked again.
            Err(LearningError::TooFew(_) | LearningError::Busy | LearningError::NoTitle(_)) => {}
        }
    }
    Ok(count)
}

/// Learns now from what the moderators of `title` decided, and puts the result in force if it is better.
/// `allowed_per_thousand` becomes the title's own number of good comments that may be flagged.
///
/// # Errors
/// When the title is not there, somebody is at it, there is too little to learn from, or the database fails.
pub async fn retrain(
    app: &App,
    actor: impl Into<Actor>,
    title: &TitleId,
    allowed_per_thousand: Option<u32>,
) -> Result<Learnt, LearningError> {
    let actor = actor.into();
    let mut work = app.write(actor.clone()).await?;
    if titles::find(&mut work.tx, title).await?.is_none() {
        return Err(LearningError::NoTitle(title.clone()));
    }
    let until = work.now.plus(LEASE);
    if !store::take(&mut work.tx, title, until, work.now).await? {
        return Err(LearningError::Busy);
    }
    if let Some(allowed) = allowed_per_thousand {
        store::allow(&mut work.tx, title, i64::from(allowed)).await?;
    }
    work.commit().await?;
    let learnt = attempt(app, actor.clone(), title).await;
    let mut work = app.write(actor).await?;
    store::release(&mut work.tx, title, until, work.now).await?;
    work.commit().await?;
    learnt
}

async fn attempt(app: &App, actor: Actor, title: &TitleId) -> Result<Learnt, LearningError> {
    let mut work = app.read(actor.clone()).await?;
    let (_, last) = moderation::decided_since(&mut work.tx, title, crate::kernel::Timestamp::from_millis(0)).await?;
    let lessons = moderation::lessons(&mut work.tx, title, MOST).await?;
    let current = store::find_in_force(&mut work.tx, title).await?;
    let own = store::allowed(&mut work.tx, title).await?;
    drop(work);
    let own = own.and_then(|allowed| u32::try_from(allowed).ok());
    let allowed = f64::from(own.unwrap_or(app.settings.learning.allowed_per_thousand)) / 1_000.0;
    let compared_with = current.as_ref().map_or(0, |current| current.version);
    let taught = tokio::task::spawn_blocking(move || teach(current, &lessons, allowed)).await;
    let taught = taught.map_err(|error| StorageError::Conflict(error.to_string()))?;

    let mut work = app.write(actor).await?;
    if let Some(last) = last {
        store::note_learnt(&mut work.tx, title, last).await?;
    }
    let (promotion, changed) = match taught {
        Ok(taught) => taught,
        Err(error) => {
            work.commit().await?;
            return Err(error.into());
        }
    };
    super::super::store::lock(&mut work.tx, title).await?;
    let is_promoted = promotion.report.verdict == PromotionVerdict::Promoted;
    let threshold = promotion.report.candidate.map_or(1.0, |figures| figures.threshold);
    let learnt = Learnt {
        title: title.clone(),
        version: store::next_version(&mut work.tx, title).await?,
        is_promoted,
        threshold,
        report: Report { allowed_false_positives: allowed, compared_with, promotion: promotion.report, changed },
        learnt_at: work.now,
        reverted_at: None,
    };
    let model = is_promoted.then(|| promotion.candidate.to_bytes());
    store::insert(&mut work.tx, &learnt, model).await?;
    let details = json!({
        "version": learnt.version,
        "is_promoted": is_promoted,
        "decisions": learnt.report.promotion.learnt.decisions,
        "held_out": learnt.report.promotion.held_out,
    });
    audit::record(&mut work, Entry::new(Action::ModelLearnt, title).within(title).details(details)).await?;
    work.commit().await?;
    Ok(learnt)
}

/// The candidate with its report, and where it differs from the model in force.
fn teach(current: Option<InForce>, lessons: &[Lesson], allowed: f64) -> Result<(Promotion, Vec<Changed>), LearnError> {
    let shipped = Classifier::shipped();
    let current = current.map_or_else(|| shipped.clone(), |current| current.classifier);
    let decisions: Vec<ModeratedDecision> = lessons
        .iter()
        .map(|lesson| ModeratedDecision {
            decision: Decision { text: lesson.text.clone(), removed: lesson.is_removal },
            moderator: lesson.moderator.to_string(),
        })
        .collect();
    let policy = PromotionPolicy { allowed_false_positives: allowed, ..PromotionPolicy::default() };
    let promotion = promote(shipped, &current, &decisions, policy)?;
    let newest = lessons.len().saturating_sub(promotion.report.held_out);
    let thresholds = promotion.report.current.zip(promotion.report.candidate);
    let mut changed = Vec::new();
    if let Some((before, after)) = thresholds {
        for lesson in lessons.iter().skip(newest) {
            let scores = (current.score(&lesson.text).abusive, promotion.candidate.score(&lesson.text).abusive);
            if (scores.0 > before.threshold) != (scores.1 > after.threshold) {
                let (comment, is_removal) = (lesson.comment, lesson.is_removal);
                changed.push(Changed { comment, is_removal, before: scores.0, after: scores.1 });
            }
        }
    }
    let differ = |changed: &Changed| (changed.after - changed.before).abs();
    changed.sort_by(|one, other| differ(other).total_cmp(&differ(one)));
    changed.truncate(REPORTED);
    Ok((promotion, changed))
}
