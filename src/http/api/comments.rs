//! Comments and the thread.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::forms::{NoQuery, PageQuery, keyed, next_of};
use super::views::{CommentAnswer, CommentView, FindingView, StoryView, replies_scope};
use crate::app::App;
use crate::comments::{self, Draft, EditError, Edited, Sort, Submitted, Viewer};
use crate::http::error::FieldFault;
use crate::http::errors;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent, page_cursor, page_limit};
use crate::http::session::{Session, Visitor};
use crate::http::{Code, Error};
use crate::kernel::{CommentId, SignedIn, StoryId};
use crate::rules::{Finding, Outcome};
use crate::{moderation, stories};

/// A comment to submit.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewComment)]
pub struct SubmitForm {
    /// The text: paragraphs, links, quotes and emphasis in Markdown. 1 to `comments.max_chars` characters.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 5_000)]
    body: Given<String>,
    /// The comment to answer.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 31)]
    parent: Given<Option<CommentId>>,
    /// The `nudge` of the answer that asked to reconsider: with it, the same or another text is not asked about again.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    nudge: Given<Option<String>>,
}

/// Takes a subscriber's comment on a story.
///
/// Answers 201 with the comment when everyone can read it at once, 202 when it waits for a moderator, 422 `rejected`
/// with `reasons` when a rule refuses it, and 409 `nudged` with `nudge` and `findings` when its author is asked to
/// reconsider first: nothing is stored then. The same key with the same body is answered alike and shows the
/// comment as it is now.
#[utoipa::path(post, path = "/api/v1/stories/{story}/comments", operation_id = "submit_comment", tag = "comments",
    params(("story" = String, Path, max_length = 31), ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = SubmitForm,
    responses((status = 201, body = CommentAnswer), (status = 202, body = CommentAnswer)),
    extensions(("x-codes" = json!(["not_found", "banned", "not_subscribed", "story_closed", "parent_gone",
        "nudged", "body_length", "rejected", "slow_down", "too_fast", "idempotency_mismatch"]))))]
pub async fn submit(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: IdempotencyKey,
    Path(story): Path<StoryId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<SubmitForm>>,
) -> Result<(StatusCode, Json<CommentAnswer>), Error> {
    let request = keyed(&key, "submit", story, sent.digest);
    let mut check = sent.check();
    let body = check.value("body", &sent.form.body);
    let parent = check.value("parent", &sent.form.parent);
    let nudge = check.optional_text("nudge", &sent.form.nudge, 0..=200);
    let is_reply = !matches!(sent.form.parent, Given::Value(None));
    let length = body_fault(&app, body.as_deref());
    let (body, parent, nudge) = match check.whole((body, parent, nudge)) {
        Ok(values) => values,
        Err(invalid) => {
            comments::may_submit(&app, &person, &request, story, is_reply)
                .await
                .map_err(|error| errors::submit(&app, error))?;
            return Err(invalid.and(length));
        }
    };
    let draft = Draft { story, parent, body, nudge };
    let submitted =
        comments::submit(&app, &person, &request, draft).await.map_err(|error| errors::submit(&app, error))?;
    answer(&app, &person, &submitted)
}

/// What is wrong with the length of a text, where it is told among other faults of the form.
fn body_fault(app: &App, body: Option<&str>) -> Option<FieldFault> {
    let max = app.settings.comments.max_chars;
    let fault = comments::check_length(body?, max).err()?;
    let code = if fault.chars == 0 { "missing" } else { "too_long" };
    Some(FieldFault::new("body", code, &[("max", max.into())]))
}

fn answer(app: &App, person: &SignedIn, submitted: &Submitted) -> Result<(StatusCode, Json<CommentAnswer>), Error> {
    let status = match submitted.outcome {
        Outcome::Publish | Outcome::Nudge => StatusCode::CREATED,
        Outcome::Hold => StatusCode::ACCEPTED,
        Outcome::Reject => {
            return Err(rejected(app, &submitted.findings).member("comment", json!(submitted.comment.id)));
        }
    };
    let actor = person.clone().into();
    let holds = submitted.findings.iter().filter(|finding| finding.outcome == submitted.outcome);
    let reasons = match submitted.outcome {
        Outcome::Hold => holds.map(|finding| FindingView::for_author(app, finding)).collect(),
        _ => Vec::new(),
    };
    Ok((status, Json(CommentAnswer { comment: CommentView::of(Viewer::new(&actor), &submitted.comment), reasons })))
}

/// The refusal of a text that the rules reject, with their reasons.
#[must_use]
pub fn rejected(app: &App, findings: &[Finding]) -> Error {
    Error::new(Code::Rejected).member("reasons", json!(FindingView::all_for_author(app, findings)))
}

/// A new text for a comment.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CommentEdit)]
pub struct EditForm {
    /// The text that is to replace the old one.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 5_000)]
    body: Given<String>,
    /// The revision that was read before editing.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 1)]
    revision: Given<i64>,
}

/// Replaces the text of one's own comment while the window for editing is open.
///
/// The new text is judged anew: a comment that is held by it is answered 200 with the status `held`; a text that a rule
/// rejects changes nothing.
#[utoipa::path(patch, path = "/api/v1/comments/{comment}", operation_id = "edit_comment", tag = "comments",
    params(("comment" = String, Path, max_length = 31)),
    request_body = EditForm,
    responses((status = 200, body = CommentAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "banned", "not_subscribed", "stale_revision",
        "not_editable", "edit_window_over", "body_length", "rejected"]))))]
pub async fn edit(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<EditForm>>,
) -> Result<Json<CommentAnswer>, Error> {
    let mut check = sent.check();
    let body = check.value("body", &sent.form.body);
    let revision = check.number("revision", &sent.form.revision, 1..=i64::MAX);
    let stated = revision;
    let length = body_fault(&app, body.as_deref());
    let (body, revision) = match check.whole((body, revision)) {
        Ok(values) => values,
        Err(invalid) => {
            comments::may_edit(&app, &person, comment, stated).await.map_err(|error| errors::edit(error, None))?;
            return Err(invalid.and(length));
        }
    };
    let edited = match comments::edit(&app, &person, comment, revision, &body).await {
        Ok(edited) => edited,
        Err(EditError::Stale(now)) => {
            let winner = moderation::winner_of(&app, &now).await?;
            return Err(errors::edit(EditError::Stale(now), winner));
        }
        Err(error) => return Err(errors::edit(error, None)),
    };
    match edited {
        Edited::Changed(comment) => {
            let actor = person.into();
            let comment = CommentView::of(Viewer::new(&actor), &comment);
            Ok(Json(CommentAnswer { comment, reasons: Vec::new() }))
        }
        Edited::Rejected(findings) => Err(rejected(&app, &findings)),
    }
}

/// Takes one's own comment back. Neither a ban nor a lapsed subscription forbids it.
#[utoipa::path(delete, path = "/api/v1/comments/{comment}", operation_id = "withdraw_comment", tag = "comments",
    params(("comment" = String, Path, max_length = 31)),
    responses((status = 204)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn withdraw(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    comments::withdraw(&app, &person, comment).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many recommend a comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recommendations)]
pub struct RecommendationAnswer {
    recommendation_count: i64,
}

/// Recommends a comment; a second time changes nothing.
#[utoipa::path(put, path = "/api/v1/comments/{comment}/recommendation", operation_id = "recommend_comment",
    tag = "comments", params(("comment" = String, Path, max_length = 31)),
    responses((status = 200, body = RecommendationAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "banned", "not_subscribed"]))))]
pub async fn recommend(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
) -> Result<Json<RecommendationAnswer>, Error> {
    let recommendation_count = comments::recommend(&app, &person, comment).await?;
    Ok(Json(RecommendationAnswer { recommendation_count }))
}

/// Takes a recommendation back; a second time changes nothing.
#[utoipa::path(delete, path = "/api/v1/comments/{comment}/recommendation", operation_id = "unrecommend_comment",
    tag = "comments", params(("comment" = String, Path, max_length = 31)),
    responses((status = 200, body = RecommendationAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "banned", "not_subscribed"]))))]
pub async fn unrecommend(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
) -> Result<Json<RecommendationAnswer>, Error> {
    let recommendation_count = comments::unrecommend(&app, &person, comment).await?;
    Ok(Json(RecommendationAnswer { recommendation_count }))
}

/// A comment as its viewer may see it; a top-level one with the first of its replies.
#[utoipa::path(get, path = "/api/v1/comments/{comment}", operation_id = "get_comment", tag = "comments",
    params(("comment" = String, Path, max_length = 31)),
    responses((status = 200, body = CommentView)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-codes" = json!(["not_found"]))))]
pub async fn get(
    State(app): State<App>,
    visitor: Visitor,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
) -> Result<Json<CommentView>, Error> {
    let actor = visitor.actor();
    let viewer = Viewer::new(&actor);
    let mut work = app.read(actor.clone()).await?;
    let found = comments::find_visible(&mut work.tx, viewer, comment).await?.ok_or(Code::NotFound)?;
    let branch = comments::branch_of(&mut work.tx, found).await?;
    Ok(Json(CommentView::of_branch(&app, viewer, &branch)))
}

/// A page of comments, flat.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommentPage)]
pub struct RepliesAnswer {
    /// The comments, oldest first.
    #[schema(max_items = 100)]
    comments: Vec<CommentView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// The descendants of a top-level comment, or the direct answers to any other: flat, oldest first.
#[utoipa::path(get, path = "/api/v1/comments/{comment}/replies", operation_id = "list_replies", tag = "comments",
    params(("comment" = String, Path, max_length = 31), PageQuery),
    responses((status = 200, body = RepliesAnswer)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-codes" = json!(["not_found"]))))]
pub async fn replies(
    State(app): State<App>,
    visitor: Visitor,
    Path(comment): Path<CommentId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<RepliesAnswer>, Error> {
    let scope = replies_scope(comment);
    let (after, limit) = query.read(&app, &scope)?;
    let actor = visitor.actor();
    let viewer = Viewer::new(&actor);
    let mut work = app.read(actor.clone()).await?;
    let found = comments::find_visible(&mut work.tx, viewer, comment).await?.ok_or(Code::NotFound)?;
    let page = comments::replies(&mut work.tx, &found, after, limit).await?;
    Ok(Json(RepliesAnswer {
        comments: page.items.iter().map(|reply| CommentView::of(viewer, reply)).collect(),
        next: next_of(&app, &scope, page.next),
    }))
}

/// Which page of a thread, and in which order.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// The order of the top-level comments; `newest` unless told.
    #[param(inline)]
    sort: Option<SortParameter>,
    /// Where the page begins: `next` of the page before. Exclusive.
    #[param(max_length = 54, min_length = 1)]
    after: Option<String>,
    /// How many top-level comments the page holds at most; 30 unless told.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// The order of a thread.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SortParameter {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// The most recommended first.
    Recommended,
}

impl From<Option<SortParameter>> for Sort {
    fn from(parameter: Option<SortParameter>) -> Self {
        match parameter {
            None | Some(SortParameter::Newest) => Self::Newest,
            Some(SortParameter::Oldest) => Self::Oldest,
            Some(SortParameter::Recommended) => Self::Recommended,
        }
    }
}

/// A page of a thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Thread)]
pub struct ThreadAnswer {
    /// The story.
    story: StoryView,
    /// The top-level comments, each with the first of its descendants; at most 150 comments in all.
    #[schema(max_items = 100)]
    comments: Vec<CommentView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// A page of the thread of a story.
#[utoipa::path(get, path = "/api/v1/stories/{story}/comments", operation_id = "read_thread", tag = "comments",
    params(("story" = String, Path, max_length = 31), ThreadQuery),
    responses((status = 200, body = ThreadAnswer)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-codes" = json!(["not_found"]))))]
pub async fn thread(
    State(app): State<App>,
    visitor: Visitor,
    Path(story): Path<StoryId>,
    Query(query): Query<ThreadQuery>,
) -> Result<Json<ThreadAnswer>, Error> {
    let sort = Sort::from(query.sort);
    let scope = thread_scope(story, sort);
    let after = page_cursor(&super::forms::cursor_key(&app), &scope, query.after.as_deref())?;
    let limit = page_limit(query.limit)?;
    let actor = visitor.actor();
    let mut work = app.read(actor.clone()).await?;
    let found = stories::find(&mut work.tx, story).await?.ok_or(Code::NotFound)?;
    let page = comments::thread(&mut work.tx, story, sort, after, limit).await?;
    let viewer = Viewer::new(&actor);
    Ok(Json(ThreadAnswer {
        story: StoryView::of(found, work.now),
        comments: page.items.iter().map(|branch| CommentView::of_branch(&app, viewer, branch)).collect(),
        next: next_of(&app, &scope, page.next),
    }))
}

/// What a cursor into a thread is bound to.
#[must_use]
pub fn thread_scope(story: StoryId, sort: Sort) -> String {
    format!("thread:{story}:{}", sort.as_str())
}

/// What one viewer alone sees of a thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mine)]
pub struct MineAnswer {
    /// One's own comments that wait or were rejected, oldest first.
    #[schema(max_items = 100)]
    comments: Vec<CommentView>,
    /// The comments that one recommends.
    #[schema(value_type = Vec<String>, max_items = 10_000)]
    recommended: Vec<CommentId>,
}

/// What the signed-in person alone sees of a thread: their comments that wait or were rejected, and what they recommend.
#[utoipa::path(get, path = "/api/v1/stories/{story}/mine", operation_id = "read_mine", tag = "comments",
    params(("story" = String, Path, max_length = 31)),
    responses((status = 200, body = MineAnswer)),
    extensions(("x-codes" = json!(["not_found"]))))]
pub async fn mine(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(story): Path<StoryId>,
    _: Query<NoQuery>,
) -> Result<Json<MineAnswer>, Error> {
    let mut work = app.read(person.clone()).await?;
    stories::locate(&mut work.tx, story).await?.ok_or(Code::NotFound)?;
    let mine = comments::mine(&mut work.tx, &person, story).await?;
    let actor = person.into();
    let viewer = Viewer::new(&actor);
    Ok(Json(MineAnswer {
        comments: mine.comments.iter().map(|comment| CommentView::of(viewer, comment)).collect(),
        recommended: mine.recommended,
    }))
}
