//! Signing in and out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::me::AccountView;
use crate::accounts::{self, Client, SignIn};
use crate::app::App;
use crate::http::Error;
use crate::http::address::ClientAddress;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::kernel::{SessionId, Timestamp};

/// An address and its password.
#[derive(Deserialize, ToSchema)]
#[schema(as = SignIn)]
pub struct SignInForm {
    /// The e-mail address.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 254)]
    email: Given<String>,
    /// The password.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    password: Given<String>,
}

/// A new session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewSession)]
pub struct SessionAnswer {
    /// What to send as `Authorization: Bearer …`. It is told once.
    #[schema(max_length = 100)]
    token: String,
    /// When the session ends in any case; unused, it ends sooner.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    expires_at: Timestamp,
    /// Who signed in.
    account: AccountView,
}

/// The browser or program at the other end.
pub(in crate::http) fn client(address: &ClientAddress, headers: &HeaderMap) -> Client {
    let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    Client { address: address.ip(), user_agent: crate::kernel::shortened(agent, 200) }
}

/// Signs in with an e-mail address and a password.
#[utoipa::path(post, path = "/api/v1/sessions", operation_id = "sign_in", tag = "sessions",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = SignInForm, responses((status = 201, body = SessionAnswer)), security(()),
    extensions(("x-codes" = json!(["sign_in_failed", "email_unconfirmed", "too_many_requests", "busy"]))))]
pub async fn sign_in(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<SignInForm>>,
) -> Result<(StatusCode, Json<SessionAnswer>), Error> {
    let mut check = sent.check();
    let email = check.text("email", &sent.form.email, 1..=254);
    let password = check.text("password", &sent.form.password, 1..=1_000);
    let (email, password) = check.whole((email, password))?;
    let admission = accounts::sign_in(&app, &SignIn { email, password }, &client(&address, &headers)).await?;
    let answer = SessionAnswer {
        token: admission.token.expose().to_owned(),
        expires_at: admission.session.expires_at,
        account: AccountView::of(&admission.person),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Signs out: ends the session that the request came with.
#[utoipa::path(delete, path = "/api/v1/sessions/current", operation_id = "sign_out", tag = "sessions",
    responses((status = 204)), extensions(("x-codes" = json!([]))))]
pub async fn sign_out(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    accounts::sign_out(&app, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session of one's own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: SessionId,
    /// The browser or program, as it calls itself.
    #[schema(max_length = 200)]
    user_agent: String,
    /// The network that it signed in from.
    #[schema(max_length = 50)]
    network: String,
    /// Whether this very request came with it.
    is_current: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// When it was last used, give or take some minutes.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    seen_at: Timestamp,
    /// When it ends in any case.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    expires_at: Timestamp,
}

/// One's own sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sessions)]
pub struct SessionsAnswer {
    /// The sessions, newest first.
    #[schema(max_items = 1_000)]
    items: Vec<SessionView>,
}

/// One's own sessions, newest first.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "sessions",
    responses((status = 200, body = SessionsAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn list(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
) -> Result<Json<SessionsAnswer>, Error> {
    let mut work = app.read(person.clone()).await?;
    let now = work.now;
    let sessions = accounts::list_sessions(&mut work.tx, person.account, now).await?;
    let items = sessions.into_iter().map(|session| SessionView {
        is_current: session.id == person.session,
        id: session.id,
        user_agent: session.user_agent,
        network: session.network,
        created_at: session.created_at,
        seen_at: session.seen_at,
        expires_at: session.expires_at,
    });
    Ok(Json(SessionsAnswer { items: items.collect() }))
}

/// Ends a session of one's own.
#[utoipa::path(delete, path = "/api/v1/sessions/{session}", operation_id = "end_session", tag = "sessions",
    params(("session" = String, Path, max_length = 31)),
    responses((status = 204)), extensions(("x-codes" = json!(["not_found"]))))]
pub async fn end(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(session): Path<SessionId>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    accounts::end_session(&app, &person, session).await?;
    Ok(StatusCode::NO_CONTENT)
}
