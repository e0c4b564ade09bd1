//! The second factor, and the sessions of people who work for the paper.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::sessions::SessionsAnswer;
use crate::accounts;
use crate::app::App;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{AccountId, Role, SessionId, SignedIn, Timestamp};

/// How it stands with one's second factor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondFactor)]
pub struct FactorAnswer {
    /// Whether there is one.
    is_enrolled: bool,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    since: Option<Timestamp>,
    /// How many recovery codes are left.
    #[schema(maximum = 10, minimum = 0)]
    recovery_codes_left: i64,
    /// Whether it is needed, or would be, for what one's roles allow.
    is_required: bool,
    /// The greatest role that this session may not use for want of it; null when none is withheld.
    #[schema(value_type = Option<String>, max_length = 9)]
    withheld: Option<&'static str>,
}

/// How it stands with one's second factor.
#[utoipa::path(get, path = "/api/v1/me/second-factor", operation_id = "get_second_factor", tag = "me",
    responses((status = 200, body = FactorAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn get(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
) -> Result<Json<FactorAnswer>, Error> {
    let mut work = app.read(person.clone()).await?;
    let status = accounts::second_factor_of(&mut work.tx, person.account).await?;
    let withheld = person.proof.withheld;
    Ok(Json(FactorAnswer {
        is_enrolled: status.since.is_some(),
        since: status.since,
        recovery_codes_left: status.recovery_codes_left,
        is_required: app.settings.staff.second_factor_required,
        withheld: (withheld > Role::Reader).then(|| withheld.as_str()),
    }))
}

/// What an authenticator app has to know.
#[derive(Serialize, ToSchema)]
#[schema(as = Enrolment)]
pub struct EnrolmentAnswer {
    /// The secret, in base 32. It is told once.
    #[schema(max_length = 40)]
    secret: String,
    /// The same with everything else that an app reads, `otpauth://totp/…`: what a QR code shows.
    #[schema(max_length = 2_000)]
    uri: String,
}

/// Begins to enrol a second factor. Nothing changes before a code of it is sent to `confirmation`.
#[utoipa::path(post, path = "/api/v1/me/second-factor", operation_id = "enrol_second_factor", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses((status = 201, body = EnrolmentAnswer)),
    extensions(("x-codes" = json!(["reauthentication_required", "conflict"]))))]
pub async fn enrol(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
) -> Result<(StatusCode, Json<EnrolmentAnswer>), Error> {
    check_owner(&app, &person)?;
    let enrolment = accounts::enrol_second_factor(&app, &person).await?;
    Ok((StatusCode::CREATED, Json(EnrolmentAnswer { secret: enrolment.secret, uri: enrolment.uri })))
}

/// A factor is changed by whoever signed in a moment ago, not by whoever found a session open.
pub(in crate::http) fn check_owner(app: &App, person: &SignedIn) -> Result<(), Error> {
    if accounts::has_proven_lately(app, person) { Ok(()) } else { Err(Code::ReauthenticationRequired.into()) }
}

/// A code of the authenticator app.
#[derive(Deserialize, ToSchema)]
#[schema(as = FactorCode)]
pub struct CodeForm {
    /// The six digits.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 20)]
    code: Given<String>,
}

/// Recovery codes: each signs in once in the place of a code. They are told this once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub struct CodesAnswer {
    /// The codes.
    #[schema(max_items = 10)]
    recovery_codes: Vec<String>,
}

fn code_in(sent: &Sent<CodeForm>) -> Result<String, Error> {
    let mut check = sent.check();
    let code = check.text("code", &sent.form.code, 1..=20);
    Ok(check.whole((code,))?.0)
}

/// Finishes an enrolment with the first code; every other session of the account ends.
#[utoipa::path(post, path = "/api/v1/me/second-factor/confirmation", operation_id = "confirm_second_factor", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = CodeForm, responses((status = 200, body = CodesAnswer)),
    extensions(("x-codes" = json!(["conflict", "too_many_requests"]))))]
pub async fn confirm(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<CodeForm>>,
) -> Result<Json<CodesAnswer>, Error> {
    let code = code_in(&sent)?;
    Ok(Json(CodesAnswer { recovery_codes: accounts::confirm_second_factor(&app, &person, &code).await? }))
}

/// Gives out new recovery codes; those before are good no more.
#[utoipa::path(post, path = "/api/v1/me/second-factor/recovery-codes", operation_id = "renew_recovery_codes", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = CodeForm, responses((status = 200, body = CodesAnswer)),
    extensions(("x-codes" = json!(["conflict", "too_many_requests"]))))]
pub async fn renew(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<CodeForm>>,
) -> Result<Json<CodesAnswer>, Error> {
    let code = code_in(&sent)?;
    Ok(Json(CodesAnswer { recovery_codes: accounts::renew_recovery_codes(&app, &person, &code).await? }))
}

/// Removes one's second factor; every other session of the account ends.
#[utoipa::path(delete, path = "/api/v1/me/second-factor", operation_id = "remove_second_factor", tag = "me",
    responses((status = 204)),
    extensions(("x-codes" = json!(["second_factor_required", "reauthentication_required", "conflict"]))))]
pub async fn remove(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    check_owner(&app, &person)?;
    accounts::remove_second_factor(&app, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The sessions of somebody who works for the paper, newest first. For admins.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/sessions", operation_id = "list_staff_sessions", tag = "sessions",
    params(("account" = String, Path, max_length = 31)), responses((status = 200, body = SessionsAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn sessions(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(account): Path<AccountId>,
    _: Query<NoQuery>,
) -> Result<Json<SessionsAnswer>, Error> {
    let sessions = accounts::sessions_of_staff(&app, &person, account).await?;
    Ok(Json(SessionsAnswer::of(sessions, person.session)))
}

/// Ends a session of somebody who works for the paper. For admins.
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/sessions/{session}", operation_id = "end_staff_session",
    tag = "sessions",
    params(("account" = String, Path, max_length = 31), ("session" = String, Path, max_length = 31)),
    responses((status = 204)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn end_session(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((account, session)): Path<(AccountId, SessionId)>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    accounts::end_session_of_staff(&app, &person, account, session).await?;
    Ok(StatusCode::NO_CONTENT)
}
