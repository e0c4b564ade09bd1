//! Trying rules on past comments.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::rulebook::opened;
use crate::app::App;
use crate::comments::Period;
use crate::http::extract::{Given, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error, errors};
use crate::kernel::{AccountId, BacktestId, Role, SignedIn, Timestamp, TitleId};
use crate::rulebook::backtest::{self, Backtest};

/// How many are listed.
const LISTED: i64 = 50;

/// A backtest, without its rules and its report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestState)]
pub struct BacktestView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: BacktestId,
    /// `open`, `done`, `failed` or `cancelled`.
    #[schema(max_length = 9, value_type = String)]
    state: &'static str,
    /// The first moment looked at.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    since: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    until: Timestamp,
    /// Comments judged so far.
    examined: u64,
    /// Comments to judge.
    total: u64,
    /// Who asked for it; null for the operator.
    #[schema(value_type = Option<String>, max_length = 31)]
    requested_by: Option<AccountId>,
    /// When.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    requested_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    finished_at: Option<Timestamp>,
    /// Why it failed.
    #[schema(max_length = 2_000)]
    failure: Option<String>,
}

impl BacktestView {
    fn of(backtest: &Backtest) -> Self {
        Self {
            id: backtest.id,
            state: backtest.state.as_str(),
            since: backtest.period.since,
            until: backtest.period.until,
            examined: backtest.examined(),
            total: backtest.total,
            requested_by: backtest.requested_by,
            requested_at: backtest.requested_at,
            finished_at: backtest.finished_at,
            failure: backtest.failure.clone(),
        }
    }
}

/// A backtest with its rules, and its report once that is there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Backtest)]
pub struct BacktestAnswer {
    /// How far it has come.
    #[serde(flatten)]
    backtest: BacktestView,
    /// The rules, TOML.
    #[schema(max_length = 1_048_576)]
    source: String,
    /// As `belowline rules backtest --print json` prints it; null until it is done.
    #[schema(value_type = Option<Object>)]
    report: Option<backtest::Report>,
}

impl From<Backtest> for BacktestAnswer {
    fn from(backtest: Backtest) -> Self {
        Self { backtest: BacktestView::of(&backtest), source: backtest.source, report: backtest.report }
    }
}

/// The newest backtests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Backtests)]
pub struct BacktestsAnswer {
    /// At most 50, newest first.
    #[schema(max_items = 50)]
    items: Vec<BacktestView>,
}

/// The newest backtests of a title, newest first. Reports are kept for 90 days.
#[utoipa::path(get, path = "/api/v1/titles/{title}/backtests", operation_id = "list_backtests", tag = "rulebook",
    params(("title" = String, Path, max_length = 40)), responses((status = 200, body = BacktestsAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn list(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
) -> Result<Json<BacktestsAnswer>, Error> {
    let (mut work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    let found = backtest::list(&mut work.tx, &title.id, LISTED).await?;
    Ok(Json(BacktestsAnswer { items: found.iter().map(BacktestView::of).collect() }))
}

/// Rules to try.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewBacktest)]
pub struct RequestForm {
    /// The rules, TOML, whatever their mode.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1_048_576)]
    rules: Given<String>,
    /// From when on comments are judged.
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    since: Given<Timestamp>,
    /// Until when; until now unless told.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    until: Given<Option<Timestamp>>,
}

/// Asks for rules to be tried on a title's past comments. The next node that has time does it.
#[utoipa::path(post, path = "/api/v1/titles/{title}/backtests", operation_id = "request_backtest", tag = "rulebook",
    params(("title" = String, Path, max_length = 40)), request_body = RequestForm,
    responses((status = 202, body = BacktestAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "invalid_text", "conflict"]))))]
pub async fn request(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<RequestForm>>,
) -> Result<(StatusCode, Json<BacktestAnswer>), Error> {
    drop(opened(&app, &person, &title, Role::Editor).await?);
    let mut check = sent.check();
    let rules = check.text("rules", &sent.form.rules, 0..=1024 * 1024);
    let since = check.value("since", &sent.form.since);
    let until = check.value("until", &sent.form.until);
    let (rules, since, until) = check.whole((rules, since, until))?;
    let period = Period { since, until: until.unwrap_or_else(|| app.now()) };
    let asked = backtest::request(&app, person, Some(&title), &rules, period, None).await;
    let asked = asked.map_err(|error| errors::backtest(&rules, error).renamed(&[("source", "rules")]))?;
    Ok((StatusCode::ACCEPTED, Json(asked.into())))
}

/// The backtest `id` of `title`, for whoever has at least `role` there.
pub(in crate::http) async fn found(
    app: &App,
    person: &SignedIn,
    title: &TitleId,
    id: BacktestId,
    role: Role,
) -> Result<Backtest, Error> {
    let (mut work, title) = opened(app, person, title, role).await?;
    let found = backtest::find(&mut work.tx, id).await?;
    Ok(found.filter(|found| found.title.as_ref() == Some(&title.id)).ok_or(Code::NotFound)?)
}

/// How far a backtest has come, and its report.
#[utoipa::path(get, path = "/api/v1/titles/{title}/backtests/{backtest}", operation_id = "get_backtest", tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("backtest" = String, Path, max_length = 31)),
    responses((status = 200, body = BacktestAnswer)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn get(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, backtest)): Path<(TitleId, BacktestId)>,
    _: Query<NoQuery>,
) -> Result<Json<BacktestAnswer>, Error> {
    Ok(Json(found(&app, &person, &title, backtest, Role::Moderator).await?.into()))
}

/// Stops a backtest that is not at its end.
#[utoipa::path(delete, path = "/api/v1/titles/{title}/backtests/{backtest}", operation_id = "cancel_backtest",
    tag = "rulebook", params(("title" = String, Path, max_length = 40), ("backtest" = String, Path, max_length = 31)),
    responses((status = 204)), extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn cancel(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, backtest)): Path<(TitleId, BacktestId)>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    let found = found(&app, &person, &title, backtest, Role::Editor).await?;
    if backtest::cancel(&app, person, found.id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::Conflict.into())
    }
}
