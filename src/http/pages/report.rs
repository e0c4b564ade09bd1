//! Reporting a comment.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::act::found;
use super::form::{PageForm, problems};
use super::home::DoneQuery;
use super::show::Clauses;
use super::views::{Done, EarlierReport, Problems, ReportPage};
use super::visit::{Visit, see_done};
use crate::app::App;
use crate::http::extract::{Given, Path, Query};
use crate::http::pages::me::outcome_of;
use crate::http::{Code, Error, errors};
use crate::kernel::{ClauseId, CommentId};
use crate::reports::{self, NewReport};

/// What has been filled in so far.
#[derive(Default)]
struct Filled {
    clause: String,
    note: String,
    problems: Problems,
}

/// The form; for somebody who has reported the comment before, what became of that instead.
async fn page(visit: &Visit, id: CommentId, filled: Filled) -> Result<ReportPage, Error> {
    let actor = visit.actor();
    let mut work = visit.app.read(actor.clone()).await?;
    let (comment, showing) = found(&visit.app, &mut work, &actor, id).await?;
    let person = visit.signed_in()?;
    let earlier = match reports::find_own(&mut work.tx, id, person.account).await? {
        None => None,
        Some(report) => Some(EarlierReport {
            clause: Clauses::default().cite_at(&mut work, &report.title, &report.clause, report.clause_version).await?,
            note: report.note.unwrap_or_default(),
            sent: showing.moments.moment(report.created_at),
            outcome: outcome_of(report.outcome),
        }),
    };
    Ok(ReportPage {
        frame: visit.frame(&mut work, Some(&showing.title)).await?,
        story: showing.head(),
        comment: showing.comment(&comment),
        clauses: showing.clauses(),
        chosen: filled.clause,
        note: filled.note,
        note_max_chars: visit.app.settings.reports.max_note_chars.into(),
        earlier,
        problems: filled.problems,
    })
}

/// The form for a report.
pub(super) async fn report_form(
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    Ok(visit.show(StatusCode::OK, &page(&visit, comment, Filled::default()).await?))
}

/// A report typed into a page.
#[derive(Debug, Deserialize)]
pub(super) struct ReportForm {
    clause: Given<ClauseId>,
    note: Given<Option<String>>,
}

/// Takes a report.
pub(super) async fn report(
    State(app): State<App>,
    Path(id): Path<CommentId>,
    form: PageForm<ReportForm>,
) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent);
    let person = visit.signed_in()?;
    let mut check = sent.check();
    let clause = check.value("clause", &sent.form.clause);
    let max = app.settings.reports.max_note_chars as usize;
    let checked = check.optional_text("note", &sent.form.note, 0..=max);
    let error = match check.whole((clause, checked)) {
        Err(invalid) => invalid,
        Ok((clause, note)) => {
            let new = NewReport { comment: id, clause, note: note.filter(|note| !note.trim().is_empty()) };
            match reports::submit(&app, person, &form.request("report", id), new).await {
                Ok(_) => return Ok(see_done(&format!("/comments/{id}"), Done::Reported)),
                Err(error) => errors::report(&app, error),
            }
        }
    };
    // What the page itself says, no list of mistakes has to.
    let is_told = error.code() == Code::AlreadyReported;
    let filled = Filled {
        clause: sent.form.clause.value().map(ToString::to_string).unwrap_or_default(),
        note: sent.form.note.value().cloned().flatten().unwrap_or_default(),
        problems: if is_told { Problems::default() } else { problems(&app.words, &error, &["clause", "note"]) },
    };
    Ok(visit.show_refused(&error, &page(visit, id, filled).await?))
}
