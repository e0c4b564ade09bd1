//! Acts that wait for a second person.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::forms::NoQuery;
use crate::app::App;
use crate::approvals::{self, Act, Approval, Done};
use crate::http::extract::{IdempotencyKey, Json, Path, Query};
use crate::http::session::{Session, check_proven_lately};
use crate::http::{Code, Error};
use crate::kernel::{AccountId, ApprovalId, Role, Scope, SignedIn, Timestamp};
use crate::moderation::WhySecond;

/// Lets `act` wait, and answers with what its author is told.
pub(in crate::http) async fn ask_second(app: &App, person: &SignedIn, act: Act, why: WhySecond) -> Error {
    match approvals::ask(app, person, act, why).await {
        Ok(approval) => Error::new(Code::SecondPersonNeeded)
            .member("approval", json!(approval.id))
            .member("reason", approval.reason)
            .member("expires_at", json!(approval.expires_at)),
        Err(error) => error.into(),
    }
}

/// An act that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub struct ApprovalView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: ApprovalId,
    /// `remove`, `ban`, `ban_many` or `sweep`.
    #[schema(value_type = String, max_length = 10)]
    kind: &'static str,
    /// Why it waits: `many` acts in ten minutes, a `permanent` ban, or a `bulk` one.
    #[schema(max_length = 10)]
    reason: String,
    /// Where it is done: a title, or `all`.
    #[schema(value_type = String, max_length = 40)]
    scope: Scope,
    /// Who asked for it.
    #[schema(value_type = String, max_length = 31)]
    requester: AccountId,
    /// What they are called.
    #[schema(max_length = 40)]
    requester_name: String,
    /// The act, by its kind.
    #[schema(value_type = Object)]
    act: Act,
    /// Whether one asked for it oneself: one may take it back by refusing it, and not approve it.
    is_own: bool,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// Until when it waits.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    expires_at: Timestamp,
}

impl ApprovalView {
    fn of(approval: Approval, person: &SignedIn) -> Self {
        Self {
            id: approval.id,
            kind: approval.act.kind(),
            reason: approval.reason,
            scope: approval.scope,
            is_own: approval.requester == person.account,
            requester: approval.requester,
            requester_name: approval.requester_name,
            act: approval.act,
            created_at: approval.created_at,
            expires_at: approval.expires_at,
        }
    }
}

/// What waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approvals)]
pub struct ApprovalsAnswer {
    /// Oldest first, at most 1,000.
    #[schema(max_items = 1_000)]
    items: Vec<ApprovalView>,
}

/// What waits for a second person: one's own, and what one's roles could approve; oldest first.
#[utoipa::path(get, path = "/api/v1/approvals", operation_id = "list_approvals", tag = "approvals",
    responses((status = 200, body = ApprovalsAnswer)), extensions(("x-codes" = json!(["forbidden"]))))]
pub async fn list(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
) -> Result<Json<ApprovalsAnswer>, Error> {
    if person.roles.highest() == Role::Reader {
        return Err(Code::Forbidden.into());
    }
    let found = approvals::list_waiting(&mut app.read(person.clone()).await?, &person).await?;
    Ok(Json(ApprovalsAnswer { items: found.into_iter().map(|one| ApprovalView::of(one, &person)).collect() }))
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approved)]
pub struct ApprovedAnswer {
    /// `remove`, `ban`, `ban_many` or `sweep`.
    #[schema(value_type = String, max_length = 10)]
    kind: &'static str,
    /// The decision, the ban, the batch of bans or the sweep that was made.
    #[schema(max_length = 31)]
    made: Option<String>,
}

impl From<Done> for ApprovedAnswer {
    fn from(done: Done) -> Self {
        let (kind, made) = match done {
            Done::Removed(decision) => ("remove", Some(decision.id.to_string())),
            Done::Banned(ban) => ("ban", Some(ban.id.to_string())),
            Done::BannedMany(bulk) => ("ban_many", bulk.batch.map(|batch| batch.to_string())),
            Done::Swept(sweep) => ("sweep", Some(sweep.id.to_string())),
        };
        Self { kind, made }
    }
}

/// Lets an act happen that a colleague asked for: it is done at once, in their name and yours. Never one's own.
#[utoipa::path(post, path = "/api/v1/approvals/{approval}/approve", operation_id = "approve_act", tag = "approvals",
    params(("approval" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses((status = 200, body = ApprovedAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "reauthentication_required", "conflict", "stale_revision", "is_staff", "too_many_requests", "invalid"]))))]
pub async fn approve(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    Path(approval): Path<ApprovalId>,
    _: Query<NoQuery>,
) -> Result<Json<ApprovedAnswer>, Error> {
    check_proven_lately(&app, &person)?;
    Ok(Json(approvals::approve(&app, &person, approval).await?.into()))
}

/// Refuses an act that a colleague asked for, or takes one's own back.
#[utoipa::path(post, path = "/api/v1/approvals/{approval}/refuse", operation_id = "refuse_act", tag = "approvals",
    params(("approval" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses((status = 204)), extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn refuse(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    Path(approval): Path<ApprovalId>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    approvals::refuse(&app, &person, approval).await?;
    Ok(StatusCode::NO_CONTENT)
}
