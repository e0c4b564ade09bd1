//! Trying rules on past comments: asking, watching, reading, stopping.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, HeaderValue};
use axum::response::Response;
use serde::Deserialize;

use super::backtest_view::{report_of, row_of};
use super::edit::last_days;
use super::head::{entered, lines_of, name_of};
use crate::accounts;
use crate::app::App;
use crate::http::api::backtests::found;
use crate::http::extract::{Given, Path};
use crate::http::pages::form::{PageForm, Yes};
use crate::http::pages::moderation::door::Staff;
use crate::http::pages::moderation::typed::text_of;
use crate::http::pages::views::{BacktestPage, BacktestsPage, Done, Room};
use crate::http::pages::visit::{see_done, see_other};
use crate::http::{Code, Error, errors};
use crate::kernel::{BacktestId, Role, TitleId};
use crate::rulebook::backtest::{self, RequestError};
use crate::rulebook::history::{self, Document};

/// How many trials are listed.
const LISTED: i64 = 50;

/// How many seconds until the page of a trial that is under way loads again by itself.
const AGAIN: HeaderValue = HeaderValue::from_static("4");

/// Shows the trials of a title.
pub(in crate::http::pages) async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(title): Path<TitleId>,
) -> Result<Response, Error> {
    let page = list_page(&app, &staff, &title, None).await?;
    Ok(staff.show(StatusCode::OK, &page))
}

async fn list_page(app: &App, staff: &Staff, title: &TitleId, problem: Option<String>) -> Result<BacktestsPage, Error> {
    let (mut work, at) = entered(app, staff, title, Room::Backtests).await?;
    let found = backtest::list(&mut work.tx, title, LISTED).await?;
    let by: Vec<_> = found.iter().filter_map(|found| found.requested_by).collect();
    let names = accounts::names_of(&mut work.tx, &by).await?;
    let rows = found.iter().map(|found| row_of(&at, found, name_of(app, &names, found.requested_by))).collect();
    Ok(BacktestsPage { frame: staff.frame_of(&mut work, Some(&at.title)).await?, head: at.head, rows, problem })
}

/// How far back to look.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct AskFields {
    #[serde(default)]
    days: Given<String>,
}

/// Tries the rules that hold now.
pub(in crate::http::pages) async fn ask(
    State(app): State<App>,
    Path(title): Path<TitleId>,
    form: PageForm<AskFields>,
) -> Result<Response, Error> {
    let (staff, sent) = (Staff::of(form.visit)?, form.sent.form);
    let (mut work, _) = entered(&app, &staff, &title, Room::Backtests).await?;
    let latest = history::find_version(&mut work.tx, &title, Document::Rules, None).await?;
    drop(work);
    let source = latest.map(|latest| latest.source).unwrap_or_default();
    let asked = match last_days(&app, &text_of(&sent.days)) {
        Some(period) => backtest::request(&app, staff.person.clone(), Some(&title), &source, period, None).await,
        None => Err(RequestError::EmptyPeriod),
    };
    match asked {
        Ok(asked) => Ok(see_other(&format!("/moderation/titles/{title}/backtests/{}", asked.id))),
        Err(error) => {
            let error = errors::backtest(&source, error);
            if error.code() == Code::Forbidden {
                return Err(error);
            }
            let problem = error.errors().first().map_or_else(|| error.code().title(), |fault| fault.message.clone());
            let page = list_page(&app, &staff, &title, Some(problem)).await?;
            Ok(staff.show_refused(&error, &page))
        }
    }
}

/// Shows one trial; until it is at its end the page loads again by itself.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((title, id)): Path<(TitleId, BacktestId)>,
) -> Result<Response, Error> {
    let found = found(&app, &staff.person, &title, id, Role::Moderator).await?;
    let (mut work, at) = entered(&app, &staff, &title, Room::Backtests).await?;
    let by: Vec<_> = found.requested_by.into_iter().collect();
    let names = accounts::names_of(&mut work.tx, &by).await?;
    let frame = staff.frame_of(&mut work, Some(&at.title)).await?;
    let row = row_of(&at, &found, name_of(&app, &names, found.requested_by));
    let is_open = row.is_open;
    let page = BacktestPage {
        frame,
        row,
        failure: found.failure.clone(),
        report: found.report.as_ref().map(|report| report_of(&app, &at, report)),
        lines: lines_of(&found.source),
        head: at.head,
    };
    let mut response = staff.show(StatusCode::OK, &page);
    if is_open {
        response.headers_mut().insert(HeaderName::from_static("refresh"), AGAIN);
    }
    Ok(response)
}

/// Stops a trial.
pub(in crate::http::pages) async fn act(
    State(app): State<App>,
    Path((title, id)): Path<(TitleId, BacktestId)>,
    form: PageForm<Yes>,
) -> Result<Response, Error> {
    let staff = Staff::of(form.visit)?;
    let found = found(&app, &staff.person, &title, id, Role::Editor).await?;
    backtest::cancel(&app, staff.person.clone(), found.id).await?;
    Ok(see_done(&format!("/moderation/titles/{title}/backtests/{id}"), Done::BacktestStopped))
}
