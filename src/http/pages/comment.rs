//! A comment in its branch, and the replies that do not fit beside it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::act::found;
use super::home::DoneQuery;
use super::show::{Showing, count};
use super::views::{Branch, CommentPage, CommentView, MoreReplies};
use super::visit::Visit;
use crate::app::{App, Work};
use crate::comments::{self, Comment};
use crate::http::Error;
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::api::views::replies_scope;
use crate::http::extract::{Path, Query, page_cursor};
use crate::kernel::{CommentId, Cursor, Limit};

/// A branch has no depth limit; a page does.
const MAX_ANCESTORS: usize = 50;

/// A comment in its branch.
pub(super) async fn comment(
    State(app): State<App>,
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    page(&app, &visit, comment, None).await
}

/// Which page of the replies.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepliesQuery {
    after: Option<String>,
    #[serde(rename = "done")]
    _done: Option<String>,
}

/// The same with the replies from a later one on.
pub(super) async fn replies(
    State(app): State<App>,
    visit: Visit,
    Path(comment): Path<CommentId>,
    Query(query): Query<RepliesQuery>,
) -> Result<Response, Error> {
    let after = page_cursor(&cursor_key(&app), &replies_scope(comment), query.after.as_deref())?;
    page(&app, &visit, comment, after).await
}

async fn page(app: &App, visit: &Visit, id: CommentId, after: Option<Cursor>) -> Result<Response, Error> {
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let (comment, showing) = found(app, &mut work, &actor, id).await?;
    let ancestors = ancestors(&mut work, &showing, &comment).await?;
    let replies = comments::replies(&mut work.tx, &comment, after, Limit::default()).await?;
    let more = showing.more_replies(&mut work, &comment, replies.next).await?;
    let mut top = showing.comment_with_fate(&mut work, &comment).await?;
    top.is_target = after.is_none();
    let mut below: Vec<CommentView> = replies.items.iter().map(|reply| showing.comment(reply)).collect();
    if comment.root.is_some() {
        // Deeper in a branch only the direct replies stand here; theirs are a link away.
        for reply in below.iter_mut().filter(|reply| reply.reply_count > 0) {
            reply.more = Some(MoreReplies { href: format!("/comments/{}", reply.id), count: reply.reply_count });
        }
    }
    let view = CommentPage {
        frame: visit.frame(&mut work, Some(&showing.title)).await?,
        story: showing.head(),
        ancestors,
        branch: Branch::new(top, below, more),
        is_later_page: after.is_some(),
    };
    Ok(visit.show(StatusCode::OK, &view))
}

async fn ancestors(work: &mut Work, showing: &Showing<'_>, comment: &Comment) -> Result<Vec<CommentView>, Error> {
    let mut chain = Vec::new();
    let mut next = comment.parent;
    while let (Some(id), true) = (next, chain.len() < MAX_ANCESTORS) {
        let Some(parent) = comments::find_visible(&mut work.tx, showing.viewer(), id).await? else { break };
        next = parent.parent;
        chain.push(showing.comment(&parent));
    }
    chain.reverse();
    Ok(chain)
}

impl Showing<'_> {
    /// The link to the replies from `next` on, with how many there are.
    pub(super) async fn more_replies(
        &self,
        work: &mut Work,
        comment: &Comment,
        next: Option<Cursor>,
    ) -> Result<Option<MoreReplies>, Error> {
        let Some(next) = next else { return Ok(None) };
        let left = comments::count_replies_after(&mut work.tx, comment, next).await?;
        let after = next_of(self.app, &replies_scope(comment.id), Some(next)).unwrap_or_default();
        let href = format!("/comments/{}/replies?after={after}#replies", comment.id);
        Ok(Some(MoreReplies { href, count: count(left) }))
    }
}
