//! Readers report.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::{NoQuery, PageQuery, keyed, next_of};
use crate::app::App;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Error, errors};
use crate::kernel::{ClauseId, CommentId, ReportId, Timestamp};
use crate::reports::{self, NewReport, Report};

/// A report to send.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewReport)]
pub struct ReportForm {
    /// The clause that the comment breaks.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    clause: Given<ClauseId>,
    /// What there is to add.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    note: Given<Option<String>>,
}

/// A report, as its sender sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: ReportId,
    /// The comment.
    #[schema(value_type = String, max_length = 31)]
    comment: CommentId,
    /// The clause said to be broken.
    #[schema(value_type = String, max_length = 40)]
    clause: ClauseId,
    /// In which version of the house rules.
    clause_version: i64,
    /// What was added.
    #[schema(max_length = 1_000)]
    note: Option<String>,
    /// `open`, `upheld`, `dismissed` or `withdrawn`.
    #[schema(max_length = 9, value_type = String)]
    outcome: &'static str,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    closed_at: Option<Timestamp>,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            comment: report.comment,
            clause: report.clause,
            clause_version: report.clause_version,
            note: report.note,
            outcome: report.outcome.map_or("open", reports::Outcome::as_str),
            created_at: report.created_at,
            closed_at: report.closed_at,
        }
    }
}

/// A report in an answer of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportAnswer {
    report: ReportView,
}

/// Reports a comment to the moderators; once for each account and comment.
#[utoipa::path(post, path = "/api/v1/comments/{comment}/reports", operation_id = "report_comment", tag = "reports",
    params(("comment" = String, Path, max_length = 31), ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = ReportForm,
    responses((status = 201, body = ReportAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "banned", "email_unconfirmed", "already_reported",
        "too_many_requests", "idempotency_mismatch"]))))]
pub async fn submit(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: IdempotencyKey,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<ReportForm>>,
) -> Result<(StatusCode, Json<ReportAnswer>), Error> {
    let request = keyed(&key, "report", comment, sent.digest);
    let mut check = sent.check();
    let clause = check.value("clause", &sent.form.clause);
    let max = app.settings.reports.max_note_chars as usize;
    let note = check.optional_text("note", &sent.form.note, 0..=max);
    if let Some(clause) = &clause
        && reports::is_unknown_clause(&app, comment, clause).await?
    {
        check.fault("clause", "unknown");
    }
    let (clause, note) = match check.whole((clause, note)) {
        Ok(values) => values,
        Err(invalid) => {
            let may = reports::may_report(&app, &person, &request, comment).await;
            may.map_err(|error| errors::report(&app, error))?;
            return Err(invalid);
        }
    };
    let note = note.filter(|note| !note.trim().is_empty());
    let new = NewReport { comment, clause, note };
    let report = reports::submit(&app, &person, &request, new).await.map_err(|error| errors::report(&app, error))?;
    Ok((StatusCode::CREATED, Json(ReportAnswer { report: report.into() })))
}

/// One's own reports.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportPage)]
pub struct ReportsAnswer {
    /// The reports, newest first.
    #[schema(max_items = 100)]
    items: Vec<ReportView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// One's own reports with what became of them, newest first.
#[utoipa::path(get, path = "/api/v1/me/reports", operation_id = "list_my_reports", tag = "me",
    params(PageQuery), responses((status = 200, body = ReportsAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn mine(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<PageQuery>,
) -> Result<Json<ReportsAnswer>, Error> {
    let (after, limit) = query.read(&app, "me-reports")?;
    let mut work = app.read(person.clone()).await?;
    let page = reports::list_of_account(&mut work.tx, person.account, after, limit).await?;
    let next = next_of(&app, "me-reports", page.next);
    Ok(Json(ReportsAnswer { items: page.items.into_iter().map(ReportView::from).collect(), next }))
}
