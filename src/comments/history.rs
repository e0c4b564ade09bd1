//! Past comments with the facts that they were judged by, for judging them again.

use super::store;
use crate::kernel::{CommentId, SubscriberId, Timestamp, TitleId, VerdictId};
use crate::rules::{Facts, Finding};
use crate::storage::{StorageError, Tx};

/// A comment whose author has not withdrawn it, with the verdict on the text that stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PastComment {
    /// Its id.
    pub id: CommentId,
    /// Who pays for its author's account.
    pub subscriber: SubscriberId,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text last changed.
    pub edited_at: Option<Timestamp>,
    pub(super) verdict: VerdictId,
    pub(super) facts: String,
    pub(super) shadow: String,
}

impl PastComment {
    /// Everything that was known when it was judged, the text too.
    ///
    /// # Errors
    /// When what is stored cannot be read.
    pub fn facts(&self) -> Result<Facts, StorageError> {
        serde_json::from_str(&self.facts).map_err(|_| StorageError::corrupt("verdicts", self.verdict))
    }

    /// What rules on trial saw then.
    ///
    /// # Errors
    /// When what is stored cannot be read.
    pub fn shadow(&self) -> Result<Vec<Finding>, StorageError> {
        // Nearly every comment has none, and a backtest reads a million.
        if self.shadow == "[]" {
            return Ok(Vec::new());
        }
        serde_json::from_str(&self.shadow).map_err(|_| StorageError::corrupt("verdicts", self.verdict))
    }
}

/// A stretch of a title's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub since: Timestamp,
    /// The moment after the last.
    pub until: Timestamp,
}

/// The comments of `title` written within `period` after the one named, oldest first, at most `count`.
///
/// # Errors
/// When the database cannot be read.
pub async fn past_comments(
    tx: &mut Tx,
    title: &TitleId,
    period: Period,
    after: Option<(Timestamp, CommentId)>,
    count: i64,
) -> Result<Vec<PastComment>, StorageError> {
    store::list_past(tx, title, period, after, count).await
}

/// How many those are.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_past_comments(tx: &mut Tx, title: &TitleId, period: Period) -> Result<i64, StorageError> {
    store::count_past(tx, title, period).await
}
