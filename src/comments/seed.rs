//! Filling a thread in bulk, for demonstrations and load tests.
//!
//! Every row is what the ordinary way would have written, counts and verdicts too; the gate and the throttles are not
//! asked, and many comments share one transaction.

use super::judge::{Judged, store_verdict};
use super::submit::{new_comment, store_comment};
use super::{Comment, Draft, Status, store};
use crate::app::App;
use crate::kernel::{Actor, CommentId, SignedIn, Timestamp};
use crate::rules::Outcome;
use crate::storage::StorageError;
use crate::stories::{self, Story};

/// A comment to plant.
#[derive(Clone, Debug)]
pub struct Seedling<'a> {
    /// Its author.
    pub author: &'a SignedIn,
    /// Its text.
    pub body: String,
    /// The comment that it answers, as planted before.
    pub parent: Option<Planted>,
    /// Who recommends it.
    pub recommended_by: Vec<&'a SignedIn>,
    /// When it is written.
    pub at: Timestamp,
}

/// A comment that was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Its id.
    pub id: CommentId,
    /// The top-level comment of its branch.
    pub root: CommentId,
}

/// Plants comments under `story`, all in one transaction, and answers them in order; a seedling that a rule would hold
/// or reject is an error, since nobody would see it.
///
/// # Errors
/// When one is restricted by a rule, or the database cannot be written.
pub async fn plant(app: &App, story: &Story, seedlings: &[Seedling<'_>]) -> Result<Vec<Planted>, StorageError> {
    let mut work = app.write(Actor::Job("seed")).await?;
    let mut planted = Vec::with_capacity(seedlings.len());
    for seedling in seedlings {
        work.now = seedling.at;
        let judged = Judged::of_seed(app, story, &seedling.body, seedling.at);
        if judged.verdict.outcome != Outcome::Publish {
            return Err(StorageError::Conflict(format!("a rule restricts the seedling {:?}", seedling.body)));
        }
        let id: CommentId = work.mint();
        let verdict = store_verdict(&mut work, &story.title, id, &judged).await?;
        let seq = stories::bump(&mut work.tx, story.id, Status::Published.counted()).await?;
        let draft = Draft {
            story: story.id,
            parent: seedling.parent.map(|parent| parent.id),
            body: seedling.body.clone(),
            nudge: None,
        };
        let root = seedling.parent.map(|parent| parent.root);
        let comment = Comment {
            recommendation_count: i64::try_from(seedling.recommended_by.len()).unwrap_or(0),
            ..new_comment(&work, seedling.author, story, &draft, root, (id, seq, verdict), Outcome::Publish)
        };
        store_comment(&mut work, &comment, &judged.verdict, None).await?;
        for reader in &seedling.recommended_by {
            store::insert_recommendation(&mut work.tx, id, story.id, reader, seedling.at).await?;
        }
        planted.push(Planted { id, root: root.unwrap_or(id) });
    }
    work.commit().await?;
    Ok(planted)
}
