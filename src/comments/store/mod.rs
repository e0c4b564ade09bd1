//! The tables of comments and of their texts; what else the room keeps has a file of its own here.

mod firings;
mod history;
mod lately;
mod nudges;
mod recommendations;
mod records;
mod verdicts;

pub(super) use firings::{count_firings, delete_firings_before, insert_firing};
pub use history::PastComment;
pub(super) use history::{count_past, list_newest, list_past};
use lately::Prints;
pub(super) use lately::{heat_of, list_others, list_own, velocity_of};
pub(super) use nudges::{add_nudges, sum_nudges};
pub(super) use recommendations::{
    add_recommendations, clear_moved, delete_recommendation, find_story_moved, insert_recommendation, list_recommended,
    lock_moved, set_moved,
};
pub(super) use records::{change_record, find_record};
pub(super) use verdicts::{get_first_verdict, get_verdict, insert_verdict};

use super::{Author, Comment, Status};
use crate::kernel::{
    AccountId, CommentId, Cursor, Id as _, Limit, Page, StoryId, SubscriberId, Timestamp, TitleId, VerdictId,
};
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_one, fetch_optional, lock_rows, per_engine, text_column};

text_column! {
    Status: |status: &Status| status.as_str(), Status::parse;
}

/// A comment's columns, with its author's name, for a query that calls the two tables `c` and `a`.
macro_rules! columns {
    () => {
        "c.id, c.title, c.story, c.parent, c.root, c.subscriber, c.account, a.name, c.is_staff, c.seq, c.revision,
         c.status, c.was_published, c.body, c.verdict, c.created_at, c.edited_at, c.recommendation_count, c.reply_count,
         c.open_report_count, c.queued_at "
    };
}

/// Where comments are read from.
macro_rules! tables {
    () => {
        "from comments c join accounts a on a.id = c.account "
    };
}

pub(super) use {columns, tables};

#[derive(sqlx::FromRow)]
pub(super) struct CommentRow {
    id: CommentId,
    title: TitleId,
    story: StoryId,
    parent: Option<CommentId>,
    root: Option<CommentId>,
    subscriber: SubscriberId,
    account: AccountId,
    name: String,
    is_staff: bool,
    seq: i64,
    revision: i64,
    status: Status,
    was_published: bool,
    body: String,
    verdict: VerdictId,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
    recommendation_count: i64,
    reply_count: i64,
    open_report_count: i64,
    queued_at: Option<Timestamp>,
}

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            story: row.story,
            parent: row.parent,
            root: row.root,
            subscriber: row.subscriber,
            author: Author { id: row.account, name: row.name, is_staff: row.is_staff },
            seq: row.seq,
            revision: row.revision,
            status: row.status,
            was_published: row.was_published,
            body: row.body,
            verdict: row.verdict,
            created_at: row.created_at,
            edited_at: row.edited_at,
            recommendation_count: row.recommendation_count,
            reply_count: row.reply_count,
            open_report_count: row.open_report_count,
            queued_at: row.queued_at,
        }
    }
}

/// Locks a comment, and the one it answers, against any change until the transaction ends.
///
/// # Errors
/// When the database does not answer in time.
pub async fn lock(tx: &mut Tx, id: CommentId, parent: Option<CommentId>) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from comments where id = $1 or id = $2 order by id", id, parent)
}

/// The comment `id`, if there is one. Who may see it is for the caller to ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: CommentId) -> Result<Option<Comment>, StorageError> {
    let row = fetch_optional!(tx, CommentRow, concat!("select ", columns!(), tables!(), "where c.id = $1"), id)?;
    Ok(row.map(Comment::from))
}

/// The comments among `ids` that there are, in no order.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_many(tx: &mut Tx, ids: &[CommentId]) -> Result<Vec<Comment>, StorageError> {
    let sql = per_engine!(tx,
        sqlite: concat!("select ", columns!(), tables!(), "where c.id in (select unhex(value) from json_each($1))"),
        postgres: concat!("select ", columns!(), tables!(),
                          "where c.id in (select value::uuid from json_array_elements_text($1::json))"),
    );
    let rows = fetch_all!(tx, CommentRow, sql, id_list(ids))?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// Which title the comment stands in.
///
/// # Errors
/// When the database cannot be read.
pub async fn locate(tx: &mut Tx, id: CommentId) -> Result<Option<TitleId>, StorageError> {
    let row = fetch_optional!(tx, (TitleId,), "select title from comments where id = $1", id)?;
    Ok(row.map(|(title,)| title))
}

pub(super) async fn insert(tx: &mut Tx, comment: &Comment) -> Result<(), StorageError> {
    let prints = Prints::of(&comment.body);
    execute!(
        tx,
        "insert into comments (id, title, story, parent, root, account, subscriber, is_staff, seq, changed_at_revision,
                               revision, status, was_published, body, body_fingerprint, verdict, created_at, edited_at,
                               recommendation_count, reply_count, open_report_count, queued_at, simhash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        comment.id,
        &comment.title,
        comment.story,
        comment.parent,
        comment.root,
        comment.author.id,
        comment.subscriber,
        comment.author.is_staff,
        comment.seq,
        comment.revision,
        comment.status,
        comment.was_published,
        &comment.body,
        prints.fingerprint,
        comment.verdict,
        comment.created_at,
        comment.edited_at,
        comment.recommendation_count,
        comment.reply_count,
        comment.open_report_count,
        comment.queued_at,
        prints.simhash
    )?;
    Ok(())
}

/// Writes what may change of a comment, if it still has the revision `from`.
pub(super) async fn update(
    tx: &mut Tx,
    comment: &Comment,
    from: i64,
    story_revision: i64,
) -> Result<bool, StorageError> {
    let prints = Prints::of(&comment.body);
    let count = execute!(
        tx,
        "update comments set revision = $3, status = $4, was_published = $5, body = $6, body_fingerprint = $7,
                verdict = $8, edited_at = $9, open_report_count = $10, queued_at = $11, changed_at_revision = $12,
                simhash = $13
         where id = $1 and revision = $2",
        comment.id,
        from,
        comment.revision,
        comment.status,
        comment.was_published,
        &comment.body,
        prints.fingerprint,
        comment.verdict,
        comment.edited_at,
        comment.open_report_count,
        comment.queued_at,
        story_revision,
        prints.simhash
    )?;
    Ok(count == 1)
}

pub(super) async fn insert_text(tx: &mut Tx, comment: &Comment) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into comment_texts (comment, revision, body, verdict, created_at) values ($1, $2, $3, $4, $5)",
        comment.id,
        comment.revision,
        &comment.body,
        comment.verdict,
        comment.edited_at.unwrap_or(comment.created_at)
    )?;
    Ok(())
}

pub(super) async fn add_replies(
    tx: &mut Tx,
    parent: CommentId,
    count: i64,
    story_revision: i64,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update comments set reply_count = reply_count + $2, changed_at_revision = $3 where id = $1 and $2 <> 0",
        parent,
        count,
        story_revision
    )?;
    Ok(())
}

pub(super) async fn add_open_report(tx: &mut Tx, id: CommentId, now: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update comments set open_report_count = open_report_count + 1, queued_at = coalesce(queued_at, $2)
         where id = $1",
        id,
        now
    )?;
    Ok(())
}

pub(super) async fn list_queued(
    tx: &mut Tx,
    titles: &[TitleId],
    after: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Comment>, StorageError> {
    let list = serde_json::Value::from_iter(titles.iter().map(TitleId::as_str)).to_string();
    let sql = per_engine!(tx,
        sqlite: concat!("select ", columns!(), tables!(),
            "where c.queued_at is not null and c.title in (select value from json_each($1))
               and ($2 is null or (c.queued_at, c.id) > ($2, $3))
             order by c.queued_at, c.id limit $4"),
        postgres: concat!("select ", columns!(), tables!(),
            "where c.queued_at is not null and c.title in (select value from json_array_elements_text($1::json))
               and ($2 is null or (c.queued_at, c.id) > ($2, $3))
             order by c.queued_at, c.id limit $4"),
    );
    let rows = fetch_all!(
        tx,
        CommentRow,
        sql,
        list,
        after.map(|cursor| cursor.major),
        after.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let comments = rows.into_iter().map(Comment::from).collect();
    Ok(Page::from_rows(comments, limit, |last: &Comment| {
        Cursor::new(last.queued_at.map_or(0, Timestamp::as_millis), last.id.uuid())
    }))
}

pub(super) async fn list_of_account(
    tx: &mut Tx,
    account: AccountId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Comment>, StorageError> {
    let rows = fetch_all!(
        tx,
        CommentRow,
        concat!(
            "select ",
            columns!(),
            tables!(),
            "where c.account = $1 and ($2 is null or (c.created_at, c.id) < ($2, $3))
             order by c.created_at desc, c.id desc limit $4"
        ),
        account,
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let comments = rows.into_iter().map(Comment::from).collect();
    Ok(Page::from_rows(comments, limit, |last: &Comment| Cursor::new(last.created_at.as_millis(), last.id.uuid())))
}

pub(super) async fn list_of_subscriber(
    tx: &mut Tx,
    subscriber: SubscriberId,
    titles: &[TitleId],
    limit: Limit,
) -> Result<Vec<Comment>, StorageError> {
    let list = serde_json::Value::from_iter(titles.iter().map(TitleId::as_str)).to_string();
    let sql = per_engine!(tx,
        sqlite: concat!("select ", columns!(), tables!(),
            "where c.subscriber = $1 and c.title in (select value from json_each($2)) and c.status <> 'withdrawn'
             order by c.created_at desc, c.id desc limit $3"),
        postgres: concat!("select ", columns!(), tables!(),
            "where c.subscriber = $1 and c.title in (select value from json_array_elements_text($2::json))
               and c.status <> 'withdrawn'
             order by c.created_at desc, c.id desc limit $3"),
    );
    let rows = fetch_all!(tx, CommentRow, sql, subscriber, list, i64::try_from(limit.count()).unwrap_or(1))?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

pub(super) async fn list_waiting_of(
    tx: &mut Tx,
    account: AccountId,
    story: StoryId,
) -> Result<Vec<Comment>, StorageError> {
    let rows = fetch_all!(
        tx,
        CommentRow,
        concat!(
            "select ",
            columns!(),
            tables!(),
            "where c.story = $2 and c.account = $1 and c.status in ('held', 'rejected') order by c.seq limit 100"
        ),
        account,
        story
    )?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// How many replies [`replies`](super::replies) has still to tell after `after`.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_replies_after(tx: &mut Tx, comment: &Comment, after: Cursor) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from comments where root = $1 and ($2 is null or parent = $2) and seq > $3
         and (status = 'published' or (was_published and status in ('removed', 'withdrawn')))",
        comment.root.unwrap_or(comment.id),
        comment.root.map(|_| comment.id),
        after.major
    )?;
    Ok(count)
}

/// Locks the comments `ids`, and those that they answer, against any change until the transaction ends.
///
/// # Errors
/// When the database does not answer in time.
pub async fn lock_all(tx: &mut Tx, ids: &[CommentId]) -> Result<(), StorageError> {
    lock_rows!(
        tx,
        "select id from comments
         where id in (select value::uuid from json_array_elements_text($1::json))
            or id in (select parent from comments
                      where id in (select value::uuid from json_array_elements_text($1::json)))
         order by id",
        id_list(ids)
    )
}

/// The newest comments of the person of `subscriber` in `title`, everywhere unless told, that wait or, unless
/// `is_held_only`, are published, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_standing(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: Option<&TitleId>,
    is_held_only: bool,
    limit: i64,
) -> Result<Vec<CommentId>, StorageError> {
    let rows = fetch_all!(
        tx,
        (CommentId,),
        "select id from comments
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and ($2 is null or title = $2) and (status = 'held' or (status = 'published' and $3 = 'all'))
         order by created_at desc, id desc limit $4",
        subscriber,
        title,
        if is_held_only { "held" } else { "all" },
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
