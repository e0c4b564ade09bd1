//! Holding what was published, when rules that came later see something in it; and letting it up again.

use super::judge::store_verdict_on;
use super::tell::tell_of_verdict;
use super::{Change, Comment, Status, move_to};
use crate::app::Work;
use crate::kernel::VerdictId;
use crate::rules::{Facts, Outcome, Verdict};
use crate::storage::StorageError;

/// Holds a published comment by `verdict` on `facts`, and tells its author why. Nothing is rejected unseen that readers
/// have seen already: whatever the verdict's outcome, a moderator decides. The caller has locked the comment, with its
/// parent, after its author's subscriber.
///
/// # Errors
/// When the database cannot be written.
pub async fn hold(
    work: &mut Work,
    comment: &Comment,
    facts: &Facts,
    verdict: &Verdict,
) -> Result<Comment, StorageError> {
    let id = store_verdict_on(work, &comment.title, comment.id, facts, verdict).await?;
    let change = Change { status: Some(Status::Held), verdict: Some(id), ..Change::default() };
    let moved = move_to(work, comment, change).await?;
    let held = Verdict { outcome: verdict.outcome.min(Outcome::Hold), ..verdict.clone() };
    tell_of_verdict(work, &comment.title, comment.author.id, comment.id, &comment.body, &held).await?;
    Ok(moved)
}

/// Publishes a comment that was held by [`hold`] again, under the verdict that it was published by. The caller has locked
/// it in the same way.
///
/// # Errors
/// When the database cannot be written.
pub async fn let_up(work: &mut Work, comment: &Comment, verdict: VerdictId) -> Result<Comment, StorageError> {
    let change = Change { status: Some(Status::Published), verdict: Some(verdict), ..Change::default() };
    move_to(work, comment, change).await
}
