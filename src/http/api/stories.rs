//! Stories.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::views::StoryView;
use crate::accounts;
use crate::app::App;
use crate::http::extract::{Given, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{Actor, Role, StoryId, Timestamp, TitleId};
use crate::stories::{self, Status, StoryForm};
use crate::titles;

/// The story that a newspaper knows by a key.
#[utoipa::path(get, path = "/api/v1/titles/{title}/stories/by-key/{key}", operation_id = "get_story_by_key",
    tag = "stories", params(("title" = String, Path, max_length = 40), ("key" = String, Path, max_length = 255)),
    responses((status = 200, body = StoryView)), security(()), extensions(("x-codes" = json!(["not_found"]))))]
pub async fn by_key(
    State(app): State<App>,
    Path((title, key)): Path<(TitleId, String)>,
    _: Query<NoQuery>,
) -> Result<Json<StoryView>, Error> {
    let mut work = app.read(Actor::Anonymous).await?;
    let story = stories::find_by_key(&mut work.tx, &title, &key).await?.ok_or(Code::NotFound)?;
    Ok(Json(StoryView::of(story, work.now)))
}

/// What the newspaper says of its story.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewStory)]
pub struct PutForm {
    /// Where it can be read: `https://…` or `http://…`.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 2_000)]
    url: Given<String>,
    /// Its headline.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    headline: Given<String>,
    /// Its section.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    section: Given<String>,
    /// When it was published.
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    published_at: Given<Timestamp>,
}

/// Adds a story, or changes what is known of it. For editors.
#[utoipa::path(put, path = "/api/v1/titles/{title}/stories/by-key/{key}", operation_id = "put_story", tag = "stories",
    params(("title" = String, Path, max_length = 40), ("key" = String, Path, max_length = 255)),
    request_body = PutForm,
    responses((status = 200, body = StoryView), (status = 201, body = StoryView)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn put(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, key)): Path<(TitleId, String)>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<PutForm>>,
) -> Result<(StatusCode, Json<StoryView>), Error> {
    let mut work = app.write(person.clone()).await?;
    work.actor = accounts::renewed(&mut work.tx, &person).await?.into();
    titles::find(&mut work.tx, &title).await?.ok_or(Code::NotFound)?;
    if !work.actor.has_role(Role::Editor, &title) {
        return Err(Code::Forbidden.into());
    }
    let mut check = sent.check();
    let url = check.text("url", &sent.form.url, 1..=2_000);
    if url.as_deref().is_some_and(|url| !stories::is_address(url)) {
        check.fault("url", "url");
    }
    let headline = check.text("headline", &sent.form.headline, 1..=255);
    let section = check.text("section", &sent.form.section, 1..=255);
    let published_at = check.value("published_at", &sent.form.published_at);
    let (url, headline, section, published_at) = check.whole((url, headline, section, published_at))?;
    let form = StoryForm { url, headline, section, published_at };
    let (story, is_new) = stories::put(&mut work, &title, &key, &form).await?;
    let now = work.now;
    work.commit().await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(StoryView::of(story, now))))
}

/// What may happen in a thread.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ThreadState)]
pub struct StatusForm {
    /// What may happen in the thread.
    #[serde(default)]
    #[schema(value_type = ThreadStatus)]
    status: Given<String>,
    /// When the thread closes by itself; null for never.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    closes_at: Given<Option<Timestamp>>,
}

/// What may happen in a thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ThreadStatus, rename_all = "snake_case")]
pub enum ThreadStatus {
    /// Comments appear when the rules let them.
    Open,
    /// Comments wait for a moderator.
    PreModerated,
    /// No new comments.
    Closed,
}

/// Opens, pre-moderates or closes the thread of a story. For moderators.
#[utoipa::path(put, path = "/api/v1/stories/{story}/thread", operation_id = "set_thread", tag = "stories",
    params(("story" = String, Path, max_length = 31)),
    request_body = StatusForm, responses((status = 200, body = StoryView)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn set_thread(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(story): Path<StoryId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<StatusForm>>,
) -> Result<Json<StoryView>, Error> {
    let mut work = app.write(person.clone()).await?;
    work.actor = accounts::renewed(&mut work.tx, &person).await?.into();
    let located = stories::locate(&mut work.tx, story).await?.ok_or(Code::NotFound)?;
    if !work.actor.has_role(Role::Moderator, &located.title) {
        return Err(Code::Forbidden.into());
    }
    let mut check = sent.check();
    let status = check.one_of("status", &sent.form.status, &Status::ALL.map(|status| (status.as_str(), status)));
    let closes_at = check.value("closes_at", &sent.form.closes_at);
    let (status, closes_at) = check.whole((status, closes_at))?;
    let story = stories::set_status(&mut work, story, status, closes_at).await?;
    let now = work.now;
    work.commit().await?;
    Ok(Json(StoryView::of(story, now)))
}
