//! Past comments by time.

use crate::comments::Period;
use crate::kernel::{CommentId, Id as _, SubscriberId, Timestamp, TitleId, VerdictId};
use crate::rules::{Facts, Finding};
use crate::storage::{StorageError, Tx};
use crate::{fetch_all, fetch_one};

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
    verdict: VerdictId,
    facts: String,
    shadow: String,
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

pub(in crate::comments) async fn list_past(
    tx: &mut Tx,
    title: &TitleId,
    period: Period,
    after: Option<(Timestamp, CommentId)>,
    count: i64,
) -> Result<Vec<PastComment>, StorageError> {
    let (at, id) = after.unwrap_or((period.since, CommentId::from_uuid(uuid::Uuid::nil())));
    fetch_all!(
        tx,
        PastComment,
        "select c.id, c.subscriber, c.created_at, c.edited_at, c.verdict, v.facts, v.shadow
         from comments c join verdicts v on v.id = c.verdict
         where c.title = $1 and (c.created_at, c.id) > ($2, $3) and c.created_at < $4 and c.status <> 'withdrawn'
         order by c.created_at, c.id limit $5",
        title,
        at,
        id,
        period.until,
        count
    )
}

pub(in crate::comments) async fn list_newest(
    tx: &mut Tx,
    title: &TitleId,
    count: i64,
) -> Result<Vec<PastComment>, StorageError> {
    fetch_all!(
        tx,
        PastComment,
        "select c.id, c.subscriber, c.created_at, c.edited_at, c.verdict, v.facts, v.shadow
         from comments c join verdicts v on v.id = c.verdict
         where c.title = $1 and c.status <> 'withdrawn'
         order by c.created_at desc, c.id desc limit $2",
        title,
        count
    )
}

pub(in crate::comments) async fn count_past(tx: &mut Tx, title: &TitleId, period: Period) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from comments
         where title = $1 and created_at >= $2 and created_at < $3 and status <> 'withdrawn'",
        title,
        period.since,
        period.until
    )?;
    Ok(count)
}
