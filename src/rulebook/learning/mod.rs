//! A title's own model, learnt from its moderators' decisions.
//!
//! It always learns from the shipped weights on, is judged by the newest decisions, which taught nothing, and comes into
//! force only when it is better there. Decisions that were reversed teach nothing, nor does a moderator whose decisions
//! the others' do not foretell. Everything that was learnt is reported; taking a model out of force again is one act.

mod learn;
mod store;

pub use learn::{LearningError, learn_waiting, retrain};
pub(super) use store::find_in_force;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, CommentId, Timestamp, TitleId};
use crate::rules::classifier::{Classifier, PromotionReport};
use crate::storage::{StorageError, Tx};
use serde_json::json;

/// What a title learnt at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Learnt {
    /// The title.
    pub title: TitleId,
    /// Counts what the title learnt, from 1.
    pub version: i64,
    /// Whether it was good enough to come into force.
    pub is_promoted: bool,
    /// The probability above which comments are flagged.
    pub threshold: f64,
    /// Why.
    pub report: Report,
    /// When.
    pub learnt_at: Timestamp,
    /// When it was taken out of force again.
    pub reverted_at: Option<Timestamp>,
}

/// What an editor reads about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The share of good comments that may be flagged, 0 to 1.
    pub allowed_false_positives: f64,
    /// The version that was in force then; 0 for the shipped model.
    pub compared_with: i64,
    /// How it was judged.
    pub promotion: PromotionReport,
    /// Of the decisions that judged, up to ten that one of the two models flags and the other does not, those first
    /// about which they differ most.
    pub changed: Vec<Changed>,
}

/// A comment about which two models differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// The comment.
    pub comment: CommentId,
    /// Whether a moderator removed it.
    pub is_removal: bool,
    /// How probable the model that was in force thought it abusive.
    pub before: f64,
    /// And the one that was learnt.
    pub after: f64,
}

/// A title's model in force.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    pub(super) version: i64,
    pub(super) classifier: Classifier,
    pub(super) threshold: f64,
}

/// What `title` learnt last, whether it came into force or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(tx: &mut Tx, title: &TitleId) -> Result<Option<Learnt>, StorageError> {
    Ok(store::list(tx, title, 1).await?.pop())
}

/// What `title` learnt, newest first, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(tx: &mut Tx, title: &TitleId, limit: i64) -> Result<Vec<Learnt>, StorageError> {
    store::list(tx, title, limit).await
}

/// Takes the title's model out of force: the one before it, or else the shipped one, judges again. Answers the versions
/// before and after, 0 for the shipped model; nothing when the title has none.
///
/// # Errors
/// When the database fails.
pub async fn revert(app: &App, actor: impl Into<Actor>, title: &TitleId) -> Result<Option<(i64, i64)>, StorageError> {
    let mut work = app.write(actor).await?;
    super::store::lock(&mut work.tx, title).await?;
    let Some(current) = store::find_in_force_version(&mut work.tx, title).await? else { return Ok(None) };
    let by = work.actor.account();
    store::revert(&mut work.tx, title, current, work.now, by).await?;
    let former = store::find_in_force_version(&mut work.tx, title).await?.unwrap_or(0);
    let details = json!({ "from": current, "to": former });
    audit::record(&mut work, Entry::new(Action::ModelReverted, title).within(title).details(details)).await?;
    work.commit().await?;
    Ok(Some((current, former)))
}
