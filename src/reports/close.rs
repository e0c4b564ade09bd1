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
    store::set_outcome(&mut work.tx, comment, decision, outcome, work.now).await
}

/// Dismisses the reports of `comment` that had been upheld, when it is restored; answers how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn reverse_upheld(work: &mut Work, comment: CommentId, decision: DecisionId) -> Result<i64, StorageError> {
    store::set_upheld_dismissed(&mut work.tx, comment, decision, work.now).await
}
