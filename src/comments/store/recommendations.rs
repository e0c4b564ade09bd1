//! Who recommends what, and which stories have still to hear of it.

use crate::kernel::{AccountId, CommentId, SignedIn, StoryId, SubscriberId, Timestamp};
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_one, fetch_optional, lock_rows, per_engine};

/// Nothing is added when the person recommends the comment already, under whichever of their subscribers.
pub(in crate::comments) async fn insert_recommendation(
    tx: &mut Tx,
    comment: CommentId,
    story: StoryId,
    person: &SignedIn,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let count = execute!(
        tx,
        "insert into recommendations (comment, subscriber, account, story, created_at)
         select $1, $2, $3, $4, $5 where not exists (select 1 from recommendations where comment = $1 and subscriber in
            (select id from subscribers where person = (select person from subscribers where id = $2)))
         on conflict do nothing",
        comment,
        person.subscriber,
        person.account,
        story,
        now
    )?;
    Ok(i64::try_from(count).unwrap_or(0))
}

pub(in crate::comments) async fn delete_recommendation(
    tx: &mut Tx,
    comment: CommentId,
    subscriber: SubscriberId,
) -> Result<i64, StorageError> {
    let count = execute!(
        tx,
        "delete from recommendations where comment = $1 and subscriber in
            (select id from subscribers where person = (select person from subscribers where id = $2))",
        comment,
        subscriber
    )?;
    Ok(i64::try_from(count).unwrap_or(0))
}

/// Adds `delta` to the recommendations of a comment and answers how many there are.
pub(in crate::comments) async fn add_recommendations(
    tx: &mut Tx,
    id: CommentId,
    delta: i64,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "update comments set recommendation_count = recommendation_count + $2,
                recommendations_moved_at = case when $2 = 0 then recommendations_moved_at else $3 end
         where id = $1 returning recommendation_count",
        id,
        delta,
        now
    )?;
    Ok(count)
}

pub(in crate::comments) async fn list_recommended(
    tx: &mut Tx,
    subscriber: SubscriberId,
    story: StoryId,
) -> Result<Vec<CommentId>, StorageError> {
    let rows = fetch_all!(
        tx,
        (CommentId,),
        "select distinct comment from recommendations where story = $1 and subscriber in
            (select id from subscribers where person = (select person from subscribers where id = $2))
         order by comment limit 10000",
        story,
        subscriber
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Marks every comment of `account` as one that its story does not know the latest of.
pub(in crate::comments) async fn set_moved(
    tx: &mut Tx,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(tx, "update comments set recommendations_moved_at = $2 where account = $1", account, now)?;
    Ok(())
}

pub(in crate::comments) async fn find_story_moved(tx: &mut Tx) -> Result<Option<StoryId>, StorageError> {
    let row = fetch_optional!(
        tx,
        (StoryId,),
        "select story from comments where recommendations_moved_at is not null limit 1"
    )?;
    Ok(row.map(|(story,)| story))
}

/// Locks the comments of `story` whose recommendations moved, and answers which they are.
pub(in crate::comments) async fn lock_moved(tx: &mut Tx, story: StoryId) -> Result<Vec<CommentId>, StorageError> {
    lock_rows!(
        tx,
        "select id from comments where story = $1 and recommendations_moved_at is not null order by id",
        story
    )?;
    let rows = fetch_all!(
        tx,
        (CommentId,),
        "select id from comments where story = $1 and recommendations_moved_at is not null order by id",
        story
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(in crate::comments) async fn clear_moved(
    tx: &mut Tx,
    story: StoryId,
    ids: &[CommentId],
    revision: i64,
) -> Result<(), StorageError> {
    let sql = per_engine!(tx,
        sqlite: "update comments set recommendations_moved_at = null, changed_at_revision = $3
                 where story = $1 and id in (select unhex(value) from json_each($2))",
        postgres: "update comments set recommendations_moved_at = null, changed_at_revision = $3
                   where story = $1 and id in (select value::uuid from json_array_elements_text($2::json))",
    );
    execute!(tx, sql, story, id_list(ids), revision)?;
    Ok(())
}
