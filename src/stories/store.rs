//! The tables of sections and stories.

use super::{Status, Story, StoryForm};
use crate::kernel::{Cursor, Id, Limit, Page, StoryId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_one, fetch_optional, per_engine, text_column};

text_column! {
    Status: |status: &Status| status.as_str(), Status::parse;
}

/// A story's id with the title it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryAtTitle {
    /// The story.
    pub id: StoryId,
    /// Its title.
    pub title: TitleId,
}

#[derive(sqlx::FromRow)]
struct StoryRow {
    id: StoryId,
    title: TitleId,
    key: String,
    url: String,
    headline: String,
    section: String,
    published_at: Timestamp,
    status: Status,
    closes_at: Option<Timestamp>,
    comment_count: i64,
    revision: i64,
}

impl From<StoryRow> for Story {
    fn from(row: StoryRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            key: row.key,
            url: row.url,
            headline: row.headline,
            section: row.section,
            published_at: row.published_at,
            status: row.status,
            closes_at: row.closes_at,
            comment_count: row.comment_count,
            revision: row.revision,
        }
    }
}

pub(super) async fn insert_section(
    tx: &mut Tx,
    title: &TitleId,
    name: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sections (title, name, created_at) values ($1, $2, $3) on conflict do nothing",
        title,
        name,
        now
    )?;
    Ok(())
}

pub(super) async fn insert(tx: &mut Tx, story: &Story, now: Timestamp) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into stories (id, title, key, url, headline, section, published_at, status, closes_at, comment_count,
                              revision, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        story.id,
        &story.title,
        &story.key,
        &story.url,
        &story.headline,
        &story.section,
        story.published_at,
        story.status,
        story.closes_at,
        story.comment_count,
        story.revision,
        now
    )?;
    Ok(count == 1)
}

/// Changes what the newspaper says of a story. The closing time follows only when the publication moved.
pub(super) async fn update(
    tx: &mut Tx,
    title: &TitleId,
    key: &str,
    form: &StoryForm,
    closes_at: Option<Timestamp>,
) -> Result<Story, StorageError> {
    let row = fetch_one!(
        tx,
        StoryRow,
        "update stories set url = $3, headline = $4, section = $5,
                closes_at = case when published_at = $6 then closes_at else $7 end,
                published_at = $6, revision = revision + 1
         where title = $1 and key = $2
         returning id, title, key, url, headline, section, published_at, status, closes_at, comment_count, revision",
        title,
        key,
        &form.url,
        &form.headline,
        &form.section,
        form.published_at,
        closes_at
    )?;
    Ok(row.into())
}

/// Which title the story belongs to.
///
/// # Errors
/// When the database cannot be read.
pub async fn locate(tx: &mut Tx, id: StoryId) -> Result<Option<StoryAtTitle>, StorageError> {
    let row = fetch_optional!(tx, (TitleId,), "select title from stories where id = $1", id)?;
    Ok(row.map(|(title,)| StoryAtTitle { id, title }))
}

/// The story `id`, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: StoryId) -> Result<Option<Story>, StorageError> {
    let row = fetch_optional!(
        tx,
        StoryRow,
        "select id, title, key, url, headline, section, published_at, status, closes_at, comment_count, revision
         from stories where id = $1",
        id
    )?;
    Ok(row.map(Story::from))
}

/// The stories among `ids` that there are, in no order.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_many(tx: &mut Tx, ids: &[StoryId]) -> Result<Vec<Story>, StorageError> {
    let sql = per_engine!(tx,
        sqlite: "select id, title, key, url, headline, section, published_at, status, closes_at, comment_count, revision
                 from stories where id in (select unhex(value) from json_each($1))",
        postgres: "select id, title, key, url, headline, section, published_at, status, closes_at, comment_count,
                          revision
                   from stories where id in (select value::uuid from json_array_elements_text($1::json))",
    );
    let rows = fetch_all!(tx, StoryRow, sql, id_list(ids))?;
    Ok(rows.into_iter().map(Story::from).collect())
}

/// The story that the newspaper knows as `key`.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_key(tx: &mut Tx, title: &TitleId, key: &str) -> Result<Option<Story>, StorageError> {
    let row = fetch_optional!(
        tx,
        StoryRow,
        "select id, title, key, url, headline, section, published_at, status, closes_at, comment_count, revision
         from stories where title = $1 and key = $2",
        title,
        key
    )?;
    Ok(row.map(Story::from))
}

/// The stories of `title`, the latest published first; `before` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    tx: &mut Tx,
    title: &TitleId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Story>, StorageError> {
    let rows = fetch_all!(
        tx,
        StoryRow,
        "select id, title, key, url, headline, section, published_at, status, closes_at, comment_count, revision
         from stories where title = $1 and ($2 is null or (published_at, id) < ($2, $3))
         order by published_at desc, id desc limit $4",
        title,
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let stories = rows.into_iter().map(Story::from).collect();
    Ok(Page::from_rows(stories, limit, |last| Cursor::new(last.published_at.as_millis(), last.id.uuid())))
}

/// The sections of `title`, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_sections(tx: &mut Tx, title: &TitleId) -> Result<Vec<String>, StorageError> {
    let rows = fetch_all!(tx, (String,), "select name from sections where title = $1 order by name", title)?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

pub(super) async fn set_status(
    tx: &mut Tx,
    id: StoryId,
    status: Status,
    closes_at: Option<Timestamp>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update stories set status = $2, closes_at = $3, revision = revision + 1 where id = $1",
        id,
        status,
        closes_at
    )?;
    Ok(())
}

/// Raises the revision of a thread that takes a new comment, counts `published` more comments, and answers the new
/// revision with the thread's status; nothing when the thread is closed.
///
/// # Errors
/// When the database cannot be written.
pub async fn bump_if_open(
    tx: &mut Tx,
    id: StoryId,
    published: i64,
    now: Timestamp,
) -> Result<Option<(i64, Status)>, StorageError> {
    fetch_optional!(
        tx,
        (i64, Status),
        "update stories set revision = revision + 1, comment_count = comment_count + $2
         where id = $1 and status <> 'closed' and (closes_at is null or closes_at > $3)
         returning revision, status",
        id,
        published,
        now
    )
}

/// Raises the revision of a thread in which something changed, counts `published` more (or fewer) comments, and
/// answers the new revision.
///
/// # Errors
/// When the database cannot be written.
pub async fn bump(tx: &mut Tx, id: StoryId, published: i64) -> Result<i64, StorageError> {
    let (revision,) = fetch_one!(
        tx,
        (i64,),
        "update stories set revision = revision + 1, comment_count = comment_count + $2 where id = $1
         returning revision",
        id,
        published
    )?;
    Ok(revision)
}
