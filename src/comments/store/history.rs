//! Past comments by time.

use crate::comments::{PastComment, Period};
use crate::kernel::{CommentId, Id as _, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{fetch_all, fetch_one};

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
