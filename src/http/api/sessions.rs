//! Signing in and out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::me::AccountView;
use super::passkeys::passkey_in;
use crate::accounts::{self, Client, SecondFactor, SignIn};
use crate::app::App;
use crate::http::Error;
use crate::http::address::ClientAddress;
use crate::http::extract::{Check, Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::{Session, device_in};
use crate::identity;
use crate::kernel::{CeremonyId, SessionId, Timestamp};

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
    /// The code that the authenticator app shows, from those who have one.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20)]
    code: Given<Option<String>>,
    /// One of the recovery codes, in the code's place.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    recovery_code: Given<Option<String>>,
    /// With `credential`, in the code's place: `ceremony` of the question for a passkey.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 31)]
    ceremony: Given<Option<CeremonyId>>,
    /// What `navigator.credentials.get` gave, as its `toJSON` writes it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    credential: Given<Option<Map<String, Value>>>,
}

/// The second factor, given one way or another.
fn second_factor(
    check: &mut Check,
    (code, recovery_code): (&Given<Option<String>>, &Given<Option<String>>),
    ceremony: &Given<Option<CeremonyId>>,
    credential: &Given<Option<Map<String, Value>>>,
) -> Option<Option<SecondFactor>> {
    let code = check.optional_text("code", code, 0..=20);
    let recovery = check.optional_text("recovery_code", recovery_code, 0..=100);
    let passkey = passkey_in(check, ceremony, credential);
    let (code, recovery, passkey) = (code?, recovery?, passkey?);
    let given = [code.map(SecondFactor::Code), recovery.map(SecondFactor::Recovery), passkey];
    let mut given = given.into_iter().flatten();
    let first = given.next();
    if given.next().is_some() {
        check.fault("recovery_code", "one_factor");
        return None;
    }
    Some(first)
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
    let device = device_in(headers).map(|device| device.expose().to_owned());
    Client { address: address.ip(), user_agent: crate::kernel::shortened(agent, 200), device }
}

/// Signs in with an e-mail address and a password, and the second factor of those who have one.
#[utoipa::path(post, path = "/api/v1/sessions", operation_id = "sign_in", tag = "sessions",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = SignInForm, responses((status = 201, body = SessionAnswer)), security(()),
    extensions(("x-codes" = json!(["sign_in_failed", "second_factor_needed", "second_factor_refused", "email_unconfirmed", "too_many_requests", "busy"]))))]
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
    let second = second_factor(
        &mut check,
        (&sent.form.code, &sent.form.recovery_code),
        &sent.form.ceremony,
        &sent.form.credential,
    );
    let (email, password, second) = check.whole((email, password, second))?;
    let admission = accounts::sign_in(&app, &SignIn { email, password, second }, &client(&address, &headers)).await?;
    let answer = SessionAnswer {
        token: admission.token.expose().to_owned(),
        expires_at: admission.session.expires_at,
        account: AccountView::of(&admission.person),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// A token that the newspaper's page was given.
#[derive(Deserialize, ToSchema)]
#[schema(as = HostToken)]
pub struct HostTokenForm {
    /// The token: a JWT of one of the issuers in the settings.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 8_192)]
    token: Given<String>,
}

/// Signs in whomever the newspaper's own login vouches for.
///
/// The token is signed by an issuer of the settings, is for us, and good for an hour at most; one with an id is good once. An
/// account of (issuer, subject) that does not exist yet is made.
#[utoipa::path(post, path = "/api/v1/sessions/host-token", operation_id = "exchange_host_token", tag = "sessions",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = HostTokenForm, responses((status = 201, body = SessionAnswer)), security(()),
    extensions(("x-codes" = json!(["token_refused", "too_many_requests"]))))]
pub async fn exchange(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<HostTokenForm>>,
) -> Result<(StatusCode, Json<SessionAnswer>), Error> {
    let mut check = sent.check();
    let token = check.text("token", &sent.form.token, 1..=8_192);
    let (token,) = check.whole((token,))?;
    let admission = identity::exchange(&app, &token, &client(&address, &headers)).await?;
    let answer = SessionAnswer {
        token: admission.token.expose().to_owned(),
        expires_at: admission.session.expires_at,
        account: AccountView::of(&admission.person),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// What shows again who one is.
#[derive(Deserialize, ToSchema)]
#[schema(as = Reauthenticate)]
pub struct ReauthenticateForm {
    /// The password; nothing for an account without one.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    password: Given<Option<String>>,
    /// The code that the authenticator app shows, from those who have one.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20)]
    code: Given<Option<String>>,
    /// One of the recovery codes, in the code's place.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    recovery_code: Given<Option<String>>,
    /// With `credential`, in the code's place: `ceremony` of the question for a passkey.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 31)]
    ceremony: Given<Option<CeremonyId>>,
    /// What `navigator.credentials.get` gave, as its `toJSON` writes it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    credential: Given<Option<Map<String, Value>>>,
}

/// Until when it is enough.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reauthenticated)]
pub struct ReauthenticatedAnswer {
    /// Bans, exports and roles are this session's until then.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    good_until: Timestamp,
}

/// Shows again who one is, in the session that the request came with: bans, exports and roles ask for it.
#[utoipa::path(post, path = "/api/v1/sessions/reauthenticate", operation_id = "reauthenticate", tag = "sessions",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = ReauthenticateForm, responses((status = 200, body = ReauthenticatedAnswer)),
    extensions(("x-codes" = json!(["sign_in_failed", "second_factor_needed", "second_factor_refused", "conflict", "too_many_requests", "busy"]))))]
pub async fn reauthenticate(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<ReauthenticateForm>>,
) -> Result<Json<ReauthenticatedAnswer>, Error> {
    let mut check = sent.check();
    let password = check.optional_text("password", &sent.form.password, 0..=1_000).map(Option::unwrap_or_default);
    let second = second_factor(
        &mut check,
        (&sent.form.code, &sent.form.recovery_code),
        &sent.form.ceremony,
        &sent.form.credential,
    );
    let (password, second) = check.whole((password, second))?;
    let good_until = accounts::reauthenticate(&app, &person, &password, second.as_ref()).await?;
    Ok(Json(ReauthenticatedAnswer { good_until }))
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

impl SessionsAnswer {
    /// `sessions`, of which `current` came with the request.
    pub(super) fn of(sessions: Vec<accounts::Session>, current: SessionId) -> Self {
        let items = sessions.into_iter().map(|session| SessionView {
            is_current: session.id == current,
            id: session.id,
            user_agent: session.user_agent,
            network: session.network,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
        });
        Self { items: items.collect() }
    }
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
    Ok(Json(SessionsAnswer::of(sessions, person.session)))
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
