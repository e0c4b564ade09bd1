//! Lifting a ban: the reason is asked for, then the ban ends.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::ban_rows::row;
use super::card::MAX_NOTE_CHARS;
use super::desk::Desk;
use super::door::Staff;
use super::typed::{problem, text_of};
use crate::app::App;
use crate::bans;
use crate::http::extract::{Given, Path};
use crate::http::pages::form::PageForm;
use crate::http::pages::views::{Done, LiftPage, Problem, Problems};
use crate::http::pages::visit::see_done;
use crate::http::{Code, Error};
use crate::kernel::{BanId, char_count};
use crate::moderation;

/// The reason as the form sends it.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct LiftFields {
    #[serde(default)]
    reason: Given<String>,
    #[serde(default)]
    restore: Given<Option<String>>,
}

/// Shows the ban and asks for the reason.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(ban): Path<BanId>,
) -> Result<Response, Error> {
    moderation::may_lift(&app, &staff.person, None, ban).await?;
    page(&app, &staff, ban, StatusCode::OK, (String::new(), false), Vec::new()).await
}

/// Ends the ban.
pub(in crate::http::pages) async fn lift(
    State(app): State<App>,
    Path(ban): Path<BanId>,
    form: PageForm<LiftFields>,
) -> Result<Response, Error> {
    let request = form.request("lift", ban);
    let (staff, form) = (Staff::of(form.visit)?, form.sent.form);
    let reason = text_of(&form.reason);
    let restore = form.restore.value().is_some_and(Option::is_some);
    if reason.is_empty() || char_count(&reason) as u64 > MAX_NOTE_CHARS {
        moderation::may_lift(&app, &staff.person, Some(&request), ban).await?;
        let problems = vec![problem(&app, Some("reason"), "problem-reason")];
        return page(&app, &staff, ban, StatusCode::UNPROCESSABLE_ENTITY, (reason, restore), problems).await;
    }
    let lifted = moderation::lift_ban(&app, &staff.person, Some(&request), ban, (&reason, restore)).await?;
    let path = format!("/moderation/subscribers/{}", lifted.subscriber);
    Ok(see_done(&path, if restore { Done::LiftedRestored } else { Done::Lifted }))
}

async fn page(
    app: &App,
    staff: &Staff,
    id: BanId,
    status: StatusCode,
    (reason, restore): (String, bool),
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let ban = bans::find(&mut work.tx, id).await?.ok_or(Code::NotFound)?;
    let mut desk = Desk::new(app, &staff.person);
    let ban = row(&mut desk, &mut work, ban).await?;
    let frame = staff.frame(&mut work).await?;
    let problems = Problems::new(problems);
    Ok(staff.show(status, &LiftPage { frame, ban, reason, restore, reason_max_chars: MAX_NOTE_CHARS, problems }))
}
