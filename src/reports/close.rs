//! What a decision on a comment does to its reports.

use super::{Outcome, store};
use crate::app::Work;
use crate::kernel::{CommentId, DecisionId};
use crate::storage::StorageError;

/// Closes every open report of `comment` with `outcome`; answers how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn close_open(
    work: &mut Work,
    comment: CommentId,
    decision: DecisionId,
    outcome: Outcome,
) -> Result<i64, StorageError> {
    store::note_before(&mut work.tx, comment, decision, None).await?;
    store::set_outcome(&mut work.tx, comment, decision, outcome, work.now).await
}

/// Dismisses the reports of `comment` that had been upheld, when it is restored; answers how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn reverse_upheld(work: &mut Work, comment: CommentId, decision: DecisionId) -> Result<i64, StorageError> {
    store::note_before(&mut work.tx, comment, decision, Some(Outcome::Upheld)).await?;
    store::set_upheld_dismissed(&mut work.tx, comment, decision, work.now).await
}

/// Makes the reports that `decision` changed what they were before; answers by how many more of them count as upheld,
/// below zero by how many fewer.
///
/// # Errors
/// When the database cannot be written.
pub async fn undo_decided(work: &mut Work, decision: DecisionId) -> Result<i64, StorageError> {
    let after = store::count_upheld_by(&mut work.tx, decision).await?;
    let before = store::count_upheld_before(&mut work.tx, decision).await?;
    store::set_as_before(&mut work.tx, decision).await?;
    Ok(before - after)
}
