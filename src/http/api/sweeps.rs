//! Running a title's rules over what was published before them.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approvals::ask_second;
use super::forms::NoQuery;
use super::rulebook::opened;
use crate::app::App;
use crate::http::extract::{Given, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{AccountId, CommentId, Role, SweepId, Timestamp, TitleId};
use crate::rulebook::sweep::{self, Sweep, SweepError, SweepForm};

/// How many are listed.
const LISTED: i64 = 50;

/// How many of the comments that would be held are named.
const NAMED: usize = 1_000;

/// A sweep.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sweep)]
pub struct SweepView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: SweepId,
    /// Comments written from then on were judged.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    since: Timestamp,
    /// The rules that might hold; none named for all.
    #[schema(max_items = 1_000)]
    rules: Vec<String>,
    /// How many comments it held.
    held: i64,
    /// Who ran it; null for the operator.
    #[schema(value_type = Option<String>, max_length = 31)]
    swept_by: Option<AccountId>,
    /// When.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    swept_at: Timestamp,
    /// When it was undone.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    undone_at: Option<Timestamp>,
}

impl From<Sweep> for SweepView {
    fn from(sweep: Sweep) -> Self {
        Self {
            id: sweep.id,
            since: sweep.since,
            rules: sweep.rules,
            held: sweep.held_count,
            swept_by: sweep.swept_by,
            swept_at: sweep.swept_at,
            undone_at: sweep.undone_at,
        }
    }
}

/// The newest sweeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sweeps)]
pub struct SweepsAnswer {
    /// At most 50, newest first.
    #[schema(max_items = 50)]
    items: Vec<SweepView>,
}

/// The newest sweeps of a title, newest first.
#[utoipa::path(get, path = "/api/v1/titles/{title}/sweeps", operation_id = "list_sweeps", tag = "rulebook",
    params(("title" = String, Path, max_length = 40)), responses((status = 200, body = SweepsAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn list(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
) -> Result<Json<SweepsAnswer>, Error> {
    let (mut work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    let found = sweep::list(&mut work.tx, &title.id, LISTED).await?;
    Ok(Json(SweepsAnswer { items: found.into_iter().map(SweepView::from).collect() }))
}

/// Which comments to judge anew, and by what.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSweep)]
pub struct SweepRequest {
    /// Comments written from then on; at most 30 days ago.
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    since: Given<Timestamp>,
    /// The live rules that may hold, by id, `word-list` for the list; all of them unless told.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 1_000)]
    rules: Given<Option<Vec<String>>>,
}

fn read(title: TitleId, sent: &Sent<SweepRequest>) -> Result<SweepForm, Error> {
    let mut check = sent.check();
    let since = check.value("since", &sent.form.since);
    let rules = check.value("rules", &sent.form.rules).map(Option::unwrap_or_default);
    if rules.as_ref().is_some_and(|rules| rules.len() > 1_000) {
        check.too_many("rules", 1_000);
    }
    let (since, rules) = check.whole((since, rules))?;
    Ok(SweepForm { title, since, rules })
}

/// What a sweep would hold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SweepCount)]
pub struct CountAnswer {
    /// How many comments were judged.
    examined: u64,
    /// How many would be held.
    would_hold: usize,
    /// How many more would be, had moderators not decided on them.
    decided: u64,
    /// Those that would be held, oldest first, at most 1,000.
    #[schema(max_items = 1_000)]
    comments: Vec<CaughtView>,
}

/// A comment that would be held.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaughtComment)]
pub struct CaughtView {
    /// The comment.
    #[schema(value_type = String, max_length = 31)]
    comment: CommentId,
    /// The rules that see something in it.
    #[schema(max_items = 1_000)]
    rules: Vec<String>,
}

/// Counts what a sweep would hold, without holding anything.
#[utoipa::path(post, path = "/api/v1/titles/{title}/sweeps/count", operation_id = "count_sweep", tag = "rulebook",
    params(("title" = String, Path, max_length = 40)), request_body = SweepRequest,
    responses((status = 200, body = CountAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn count(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<SweepRequest>>,
) -> Result<Json<CountAnswer>, Error> {
    drop(opened(&app, &person, &title, Role::Editor).await?);
    let found = sweep::examine(&app, person, &read(title, &sent)?).await?;
    let named = found.caught.iter().take(NAMED).map(|caught| CaughtView {
        comment: caught.comment.id,
        rules: caught.findings.iter().map(|finding| finding.rule.to_string()).collect(),
    });
    Ok(Json(CountAnswer {
        examined: found.examined,
        would_hold: found.caught.len(),
        decided: found.decided,
        comments: named.collect(),
    }))
}

/// Holds every published comment that the rules in force would not publish now and no moderator has decided on.
#[utoipa::path(post, path = "/api/v1/titles/{title}/sweeps", operation_id = "make_sweep", tag = "rulebook",
    params(("title" = String, Path, max_length = 40)), request_body = SweepRequest,
    responses((status = 201, body = SweepView)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "second_person_needed", "too_many_requests", "conflict"]))))]
pub async fn sweep(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<SweepRequest>>,
) -> Result<(StatusCode, Json<SweepView>), Error> {
    drop(opened(&app, &person, &title, Role::Editor).await?);
    let form = read(title, &sent)?;
    let swept = match sweep::sweep(&app, person.clone(), &form, &mut |_, _| {}).await {
        Err(SweepError::SecondPersonNeeded(why)) => return Err(ask_second(&app, &person, form.into(), why).await),
        other => other?,
    };
    Ok((StatusCode::CREATED, Json(swept.sweep.into())))
}

/// What an undo came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SweepUndone)]
pub struct UndoneAnswer {
    /// How many comments are published again.
    restored: u64,
    /// How many somebody has moved since: they stay as they are.
    left: u64,
}

/// Publishes again what a sweep held and nobody has moved since.
#[utoipa::path(post, path = "/api/v1/titles/{title}/sweeps/{sweep}/undo", operation_id = "undo_sweep", tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("sweep" = String, Path, max_length = 31)),
    responses((status = 200, body = UndoneAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn undo(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, id)): Path<(TitleId, SweepId)>,
    _: Query<NoQuery>,
) -> Result<Json<UndoneAnswer>, Error> {
    let (mut work, title) = opened(&app, &person, &title, Role::Editor).await?;
    let found = sweep::find(&mut work.tx, id).await?;
    found.filter(|found| found.title == title.id).ok_or(Code::NotFound)?;
    drop(work);
    let undone = sweep::undo(&app, person, id).await?;
    Ok(Json(UndoneAnswer { restored: undone.restored, left: undone.left }))
}
