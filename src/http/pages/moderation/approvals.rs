//! What waits for a second person.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::door::Staff;
use crate::app::{App, Work};
use crate::approvals::{self, Act, Approval};
use crate::http::extract::{Given, Path};
use crate::http::pages::Moments;
use crate::http::pages::form::PageForm;

use crate::http::pages::views::{ApprovalRow, ApprovalsPage, ClauseRef, Done};
use crate::http::pages::visit::see_done;
use crate::http::session::check_proven_lately;
use crate::http::{Code, Error};
use crate::kernel::{ApprovalId, ClauseId, Timestamp};
use crate::titles;

/// Shows what waits: the viewer's own, and what they could approve.
pub(in crate::http::pages) async fn show(State(app): State<App>, staff: Staff) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let mut rows = Vec::new();
    for approval in approvals::list_waiting(&mut work, &staff.person).await? {
        rows.push(row(&app, &staff, &mut work, approval).await?);
    }
    let frame = staff.frame(&mut work).await?;
    Ok(staff.show(StatusCode::OK, &ApprovalsPage { frame, approvals: rows }))
}

/// What the row tells of each kind of act.
struct Told<'a> {
    kind_key: &'static str,
    href: Option<String>,
    clause: Option<&'a ClauseId>,
    until: Option<Timestamp>,
    count: Option<u64>,
    note: Option<&'a str>,
}

fn told(act: &Act) -> Told<'_> {
    match act {
        Act::Remove { comment, clause, note, .. } => Told {
            kind_key: "approval-remove",
            href: Some(format!("/moderation/comments/{comment}")),
            clause: clause.as_ref(),
            until: None,
            count: None,
            note: note.as_deref(),
        },
        Act::Ban { subscriber, clause, until, note, .. } => Told {
            kind_key: if until.is_none() { "approval-ban-for-good" } else { "approval-ban" },
            href: Some(format!("/moderation/subscribers/{subscriber}")),
            clause: Some(clause),
            until: *until,
            count: None,
            note: note.as_deref(),
        },
        Act::BanMany { subscribers, clause, until, .. } => Told {
            kind_key: "approval-ban-many",
            href: None,
            clause: Some(clause),
            until: *until,
            count: u64::try_from(subscribers.len()).ok(),
            note: None,
        },
        Act::Sweep { title, .. } => Told {
            kind_key: "approval-sweep",
            href: Some(format!("/moderation/titles/{title}/sweeps")),
            clause: None,
            until: None,
            count: None,
            note: None,
        },
    }
}

async fn row(app: &App, staff: &Staff, work: &mut Work, approval: Approval) -> Result<ApprovalRow, Error> {
    let told = told(&approval.act);
    let cited = match told.clause {
        Some(clause) => titles::locate_clause(&mut work.tx, clause).await?,
        None => None,
    };
    let title = approval.scope.title().or(cited.as_ref().map(|cited| &cited.title));
    let title = match title {
        Some(title) => Some(titles::get(&mut work.tx, title).await?),
        None => None,
    };
    let zone = title.as_ref().map_or("UTC", |title| title.time_zone.as_str());
    let moments = Moments::new(zone, app.words.clone());
    Ok(ApprovalRow {
        id: approval.id.to_string(),
        kind_key: told.kind_key,
        reason_key: match approval.reason.as_str() {
            "many" => "approval-many",
            _ => "approval-two-people",
        },
        title_name: title.map(|title| title.name).unwrap_or_default(),
        href: told.href,
        clause: cited.map(ClauseRef::from),
        until: told.until.map(|until| moments.moment(until)),
        count: told.count,
        note: told.note.unwrap_or_default().to_owned(),
        is_own: approval.requester == staff.person.account,
        by: approval.requester_name,
        asked: moments.moment(approval.created_at),
        over: moments.moment(approval.expires_at),
    })
}

/// To approve or to refuse.
#[derive(Deserialize)]
pub(in crate::http::pages) struct ApprovalForm {
    act: Given<String>,
}

/// Lets an act happen, refuses it, or takes it back.
pub(in crate::http::pages) async fn decide(
    State(app): State<App>,
    Path(id): Path<ApprovalId>,
    form: PageForm<ApprovalForm>,
) -> Result<Response, Error> {
    let (staff, sent) = (Staff::of(form.visit)?, form.sent.form);
    let done = match sent.act.value().map(String::as_str) {
        Some("approve") => {
            check_proven_lately(&app, &staff.person)?;
            approvals::approve(&app, &staff.person, id).await?;
            Done::ActApproved
        }
        Some("refuse") => {
            approvals::refuse(&app, &staff.person, id).await?;
            Done::ActRefused
        }
        _ => return Err(Code::Malformed.into()),
    };
    Ok(see_done("/moderation/approvals", done))
}
