//! The thread as readers see it, a page at a time.

use std::collections::HashMap;

use super::store::{CommentRow, columns, tables};
use super::{Comment, Viewer, store};
use crate::kernel::{CommentId, Cursor, Limit, Page, StoryId};
use crate::storage::{StorageError, Tx, id_list};
use crate::{fetch_all, per_engine};

/// How many comments a page of a thread holds at most, replies included.
pub const MAX_PAGE_COMMENTS: usize = 150;

/// How many replies a top-level comment brings along.
const FIRST_REPLIES: usize = 3;

/// The order of a thread's top-level comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// The most recommended first; may move between pages.
    Recommended,
}

impl Sort {
    /// The order as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Recommended => "recommended",
        }
    }

    /// Reads an order as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Newest, Self::Oldest, Self::Recommended].into_iter().find(|sort| sort.as_str() == text)
    }
}

/// A top-level comment with the first of its replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The top-level comment.
    pub top: Comment,
    /// Its first descendants, oldest first.
    pub replies: Vec<Comment>,
    /// Where the other descendants begin, when there are any.
    pub replies_next: Option<Cursor>,
}

/// A page of a thread.
pub type Thread = Page<Branch>;

/// What readers know of: published comments, and tombstones of those that they had seen.
macro_rules! visible {
    ($table:literal) => {
        concat!(
            "(",
            $table,
            ".status = 'published' or (",
            $table,
            ".was_published and ",
            $table,
            ".status in ('removed', 'withdrawn'))) "
        )
    };
}

/// A page of the thread of `story`; `after` is exclusive; `limit` counts top-level comments.
///
/// # Errors
/// When the database cannot be read.
pub async fn thread(
    tx: &mut Tx,
    story: StoryId,
    sort: Sort,
    after: Option<Cursor>,
    limit: Limit,
) -> Result<Thread, StorageError> {
    let rows = top_rows(tx, story, sort, after, limit).await?;
    let tops = Page::from_rows(rows.into_iter().map(Comment::from).collect(), limit, |last: &Comment| match sort {
        Sort::Newest | Sort::Oldest => Cursor::numbers(last.seq, 0),
        Sort::Recommended => Cursor::numbers(last.recommendation_count, last.seq),
    });
    Ok(Page { items: with_replies(tx, tops.items).await?, next: tops.next })
}

async fn top_rows(
    tx: &mut Tx,
    story: StoryId,
    sort: Sort,
    after: Option<Cursor>,
    limit: Limit,
) -> Result<Vec<CommentRow>, StorageError> {
    let major = after.map(|cursor| cursor.major);
    match sort {
        Sort::Newest => fetch_all!(
            tx,
            CommentRow,
            concat!(
                "select ",
                columns!(),
                tables!(),
                "where c.story = $1 and c.parent is null and ",
                visible!("c"),
                "and ($2 is null or c.seq < $2) order by c.seq desc limit $3"
            ),
            story,
            major,
            limit.rows()
        ),
        Sort::Oldest => fetch_all!(
            tx,
            CommentRow,
            concat!(
                "select ",
                columns!(),
                tables!(),
                "where c.story = $1 and c.parent is null and ",
                visible!("c"),
                "and ($2 is null or c.seq > $2) order by c.seq limit $3"
            ),
            story,
            major,
            limit.rows()
        ),
        Sort::Recommended => fetch_all!(
            tx,
            CommentRow,
            concat!(
                "select ",
                columns!(),
                tables!(),
                "where c.story = $1 and c.parent is null and ",
                visible!("c"),
                "and ($2 is null or (c.recommendation_count, c.seq) < ($2, $3))
                 order by c.recommendation_count desc, c.seq desc limit $4"
            ),
            story,
            major,
            after.map(Cursor::minor_number),
            limit.rows()
        ),
    }
}

/// Gives each top-level comment the first of its descendants, within what a page may hold.
async fn with_replies(tx: &mut Tx, tops: Vec<Comment>) -> Result<Vec<Branch>, StorageError> {
    let ids: Vec<CommentId> = tops.iter().map(|top| top.id).collect();
    let mut by_root = first_replies(tx, &ids).await?;
    let mut room = MAX_PAGE_COMMENTS.saturating_sub(tops.len());
    let branches = tops.into_iter().map(|top| {
        let mut replies = by_root.remove(&top.id).unwrap_or_default();
        let shown = FIRST_REPLIES.min(room);
        let is_more = replies.len() > shown;
        replies.truncate(shown);
        room -= replies.len();
        let replies_next = is_more.then(|| Cursor::numbers(replies.last().map_or(0, |last| last.seq), 0));
        Branch { top, replies, replies_next }
    });
    Ok(branches.collect())
}

/// Up to one more than the first descendants of each of `roots`, oldest first.
async fn first_replies(tx: &mut Tx, roots: &[CommentId]) -> Result<HashMap<CommentId, Vec<Comment>>, StorageError> {
    let mut by_root: HashMap<CommentId, Vec<Comment>> = HashMap::new();
    if roots.is_empty() {
        return Ok(by_root);
    }
    let sql = per_engine!(tx,
        sqlite: concat!(
            "select ", columns!(), "from json_each($1) r join comments c on c.id in (
                 select d.id from comments d where d.root = unhex(r.value) and ", visible!("d"), "order by d.seq limit $2)
             join accounts a on a.id = c.account order by c.seq"
        ),
        postgres: concat!(
            "select ", columns!(), "from json_array_elements_text($1::json) r (value) cross join lateral (
                 select * from comments d where d.root = r.value::uuid and ", visible!("d"), "order by d.seq limit $2) c
             join accounts a on a.id = c.account order by c.seq"
        ),
    );
    let limit = i64::try_from(FIRST_REPLIES + 1).unwrap_or(i64::MAX);
    for row in fetch_all!(tx, CommentRow, sql, id_list(roots), limit)? {
        let comment = Comment::from(row);
        if let Some(root) = comment.root {
            by_root.entry(root).or_default().push(comment);
        }
    }
    Ok(by_root)
}

/// The descendants of a top-level comment, or the direct replies to any other, flat and oldest first; `after` is
/// exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn replies(
    tx: &mut Tx,
    comment: &Comment,
    after: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Comment>, StorageError> {
    let rows = fetch_all!(
        tx,
        CommentRow,
        concat!(
            "select ",
            columns!(),
            tables!(),
            "where c.root = $1 and ($2 is null or c.parent = $2) and ",
            visible!("c"),
            "and c.seq > $3 order by c.seq limit $4"
        ),
        comment.root.unwrap_or(comment.id),
        comment.root.map(|_| comment.id),
        after.map_or(0, |cursor| cursor.major),
        limit.rows()
    )?;
    let comments = rows.into_iter().map(Comment::from).collect();
    Ok(Page::from_rows(comments, limit, |last: &Comment| Cursor::numbers(last.seq, 0)))
}

/// The comment `id`, if `viewer` may know of it.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_visible(tx: &mut Tx, viewer: Viewer<'_>, id: CommentId) -> Result<Option<Comment>, StorageError> {
    Ok(store::find(tx, id).await?.filter(|comment| viewer.knows_of(comment)))
}

/// A comment with the first of its replies, when it is a top-level one; else alone.
///
/// # Errors
/// When the database cannot be read.
pub async fn branch_of(tx: &mut Tx, comment: Comment) -> Result<Branch, StorageError> {
    if comment.root.is_some() {
        return Ok(Branch { top: comment, replies: Vec::new(), replies_next: None });
    }
    let mut branches = with_replies(tx, vec![comment.clone()]).await?;
    Ok(branches.pop().unwrap_or(Branch { top: comment, replies: Vec::new(), replies_next: None }))
}
