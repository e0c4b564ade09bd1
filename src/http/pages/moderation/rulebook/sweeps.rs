//! Running what holds now over what was published before: counted first, then held, and undone with one act.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::head::{At, entered, name_of};
use crate::accounts;
use crate::app::App;
use crate::http::api::approvals::ask_second;
use crate::http::extract::{Given, Path};
use crate::http::pages::form::{PageForm, Yes};
use crate::http::pages::marked::segments;
use crate::http::pages::moderation::door::Staff;
use crate::http::pages::moderation::label::count;
use crate::http::pages::moderation::typed::text_of;
use crate::http::pages::views::{CaughtView, Done, Room, SweepCount, SweepRow, SweepsPage};
use crate::http::pages::visit::see_done;
use crate::http::{Code, Error};
use crate::kernel::{SweepId, TitleId};
use crate::rulebook::sweep::{self, Caught, Examined, SweepError, SweepForm};

/// How many sweeps are listed, and how many comments shown.
const LISTED: i64 = 30;
const SHOWN: usize = 20;

/// Shows what can be swept, and what was.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(title): Path<TitleId>,
) -> Result<Response, Error> {
    let page = page(&app, &staff, &title, "24".to_owned()).await?;
    Ok(staff.show(StatusCode::OK, &page))
}

async fn page(app: &App, staff: &Staff, title: &TitleId, hours: String) -> Result<SweepsPage, Error> {
    let (mut work, at) = entered(app, staff, title, Room::Sweeps).await?;
    let made = sweep::list(&mut work.tx, title, LISTED).await?;
    let by: Vec<_> = made.iter().filter_map(|made| made.swept_by).collect();
    let names = accounts::names_of(&mut work.tx, &by).await?;
    let row = |made: &sweep::Sweep| SweepRow {
        id: made.id.to_string(),
        by: name_of(app, &names, made.swept_by),
        at: at.moments.moment(made.swept_at),
        since: at.moments.moment(made.since),
        held: count(made.held_count),
        undone: made.undone_at.map(|undone| at.moments.moment(undone)),
    };
    let rows = made.iter().map(row).collect();
    let frame = staff.frame_of(&mut work, Some(&at.title)).await?;
    Ok(SweepsPage { frame, head: at.head, hours, counted: None, problem: None, rows })
}

/// How far back, and whether only to count.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct SweepFields {
    #[serde(default)]
    hours: Given<String>,
    #[serde(default)]
    step: Given<String>,
}

/// Counts what would be held, or holds it.
pub(in crate::http::pages) async fn act(
    State(app): State<App>,
    Path(title): Path<TitleId>,
    form: PageForm<SweepFields>,
) -> Result<Response, Error> {
    let (staff, sent) = (Staff::of(form.visit)?, form.sent.form);
    let (hours, step) = (text_of(&sent.hours), text_of(&sent.step));
    let (work, at) = entered(&app, &staff, &title, Room::Sweeps).await?;
    drop(work);
    if !at.head.may_edit {
        return Err(Code::Forbidden.into());
    }
    let asked = hours.parse::<u32>().ok().filter(|hours| (1..=720).contains(hours));
    let since = asked.map(|hours| app.now().minus(Duration::from_secs(3_600) * hours));
    let swept = match since {
        None => Err(SweepError::TooOld),
        Some(since) => {
            let form = SweepForm { title: title.clone(), since, rules: Vec::new() };
            match run(&app, &staff, &at, &form, step == "hold").await {
                Err(SweepError::SecondPersonNeeded(why)) => {
                    return Err(ask_second(&app, &staff.person, form.into(), why).await);
                }
                other => other,
            }
        }
    };
    match swept {
        Ok(None) => Ok(see_done(&at.head.here(), Done::Swept)),
        Ok(Some(counted)) => {
            let page = page(&app, &staff, &title, hours).await?;
            Ok(staff.show(StatusCode::OK, &SweepsPage { counted: Some(counted), ..page }))
        }
        Err(error) => {
            let error = Error::from(error);
            let problem = error.errors().first().map_or_else(|| error.code().title(), |fault| fault.message.clone());
            let page = page(&app, &staff, &title, hours).await?;
            Ok(staff.show_refused(&error, &SweepsPage { problem: Some(problem), ..page }))
        }
    }
}

/// Holds, or counts and tells what.
async fn run(
    app: &App,
    staff: &Staff,
    at: &At,
    form: &SweepForm,
    holds: bool,
) -> Result<Option<SweepCount>, SweepError> {
    if holds {
        sweep::sweep(app, staff.person.clone(), form, &mut |_, _| {}).await?;
        return Ok(None);
    }
    Ok(Some(counted(app, at, &sweep::examine(app, staff.person.clone(), form).await?)))
}

fn counted(app: &App, at: &At, found: &Examined) -> SweepCount {
    let would_hold = count(found.caught.len());
    let arguments =
        [("examined", found.examined.into()), ("caught", would_hold.into()), ("decided", found.decided.into())];
    let example = |caught: &Caught| {
        let rules: Vec<&str> = caught.findings.iter().map(|finding| &*finding.rule).collect();
        CaughtView {
            comment: caught.comment.id.to_string(),
            at: at.moments.moment(caught.comment.created_at),
            rules: rules.join(", "),
            segments: segments(&caught.comment.body, &caught.findings),
        }
    };
    SweepCount {
        summary: app.words.with("sweep-counted", &arguments),
        would_hold,
        examples: found.caught.iter().take(SHOWN).map(example).collect(),
        more: count(found.caught.len().saturating_sub(SHOWN)),
    }
}

/// Publishes again what a sweep held.
pub(in crate::http::pages) async fn undo(
    State(app): State<App>,
    Path((title, id)): Path<(TitleId, SweepId)>,
    form: PageForm<Yes>,
) -> Result<Response, Error> {
    let staff = Staff::of(form.visit)?;
    let (mut work, at) = entered(&app, &staff, &title, Room::Sweeps).await?;
    let made = sweep::find(&mut work.tx, id).await?;
    made.filter(|made| made.title == at.title.id).ok_or(Code::NotFound)?;
    drop(work);
    sweep::undo(&app, staff.person.clone(), id).await?;
    Ok(see_done(&at.head.here(), Done::SweepUndone))
}
