//! One's own passkeys.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::staff::check_owner;
use crate::accounts::{self, Challenge, MAX_ANSWER_BYTES, Passkey, SecondFactor};
use crate::app::App;
use crate::http::Error;
use crate::http::extract::{Check, Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::kernel::{CeremonyId, PasskeyId, Timestamp};

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passkey)]
pub struct PasskeyView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: PasskeyId,
    /// What its owner calls it.
    #[schema(max_length = 60)]
    label: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// When it was last used.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    used_at: Option<Timestamp>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self { id: passkey.id, label: passkey.label, created_at: passkey.created_at, used_at: passkey.used_at }
    }
}

/// One's passkeys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passkeys)]
pub struct PasskeysAnswer {
    /// Oldest first.
    #[schema(max_items = 10)]
    items: Vec<PasskeyView>,
    /// Whether passkeys can be made here: browsers know them by the name of a host, and not by its number.
    is_offered: bool,
}

/// One's own passkeys, oldest first.
#[utoipa::path(get, path = "/api/v1/me/passkeys", operation_id = "list_passkeys", tag = "me",
    responses((status = 200, body = PasskeysAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn list(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
) -> Result<Json<PasskeysAnswer>, Error> {
    let account = person.account;
    let found = accounts::list_passkeys(&mut app.read(person).await?.tx, account).await?;
    let items = found.into_iter().map(PasskeyView::from).collect();
    Ok(Json(PasskeysAnswer { items, is_offered: accounts::offers_passkeys(&app) }))
}

/// A question for an authenticator.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PasskeyChallenge)]
pub struct ChallengeAnswer {
    /// What the answer comes back with, within five minutes and once.
    #[schema(value_type = String, max_length = 31)]
    ceremony: CeremonyId,
    /// What `navigator.credentials.create` is asked with, bytes in base 64: for `PublicKeyCredential.parseCreationOptionsFromJSON`.
    #[schema(value_type = Object)]
    options: Value,
}

/// Puts the question that makes a passkey. There must be an authenticator app, whose recovery codes help whoever loses it.
#[utoipa::path(post, path = "/api/v1/me/passkeys/options", operation_id = "begin_passkey", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses((status = 200, body = ChallengeAnswer)),
    extensions(("x-codes" = json!(["reauthentication_required", "second_factor_required", "conflict"]))))]
pub async fn begin(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
) -> Result<Json<ChallengeAnswer>, Error> {
    check_owner(&app, &person)?;
    let Challenge { ceremony, options } = accounts::begin_passkey(&app, &person).await?;
    Ok(Json(ChallengeAnswer { ceremony, options }))
}

/// The answer of an authenticator.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewPasskey)]
pub struct PasskeyForm {
    /// What the question came with.
    #[serde(default)]
    #[schema(value_type = String, max_length = 31)]
    ceremony: Given<CeremonyId>,
    /// What `navigator.credentials.create` gave, as its `toJSON` writes it.
    #[serde(default)]
    #[schema(value_type = Object)]
    credential: Given<Map<String, Value>>,
    /// What to call it.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    label: Given<String>,
}

/// A passkey in an answer of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyAnswer {
    passkey: PasskeyView,
}

/// Keeps the passkey that the answer makes. Its owner is told by mail.
#[utoipa::path(post, path = "/api/v1/me/passkeys", operation_id = "add_passkey", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = PasskeyForm, responses((status = 201, body = PasskeyAnswer)),
    extensions(("x-codes" = json!(["reauthentication_required", "second_factor_required", "conflict"]))))]
pub async fn add(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<PasskeyForm>>,
) -> Result<(StatusCode, Json<PasskeyAnswer>), Error> {
    let mut check = sent.check();
    let ceremony = check.value("ceremony", &sent.form.ceremony);
    let credential = check.value("credential", &sent.form.credential);
    let label = check.text("label", &sent.form.label, 1..=accounts::MAX_LABEL_CHARS);
    let (ceremony, credential, label) = check.whole((ceremony, credential, label))?;
    check_owner(&app, &person)?;
    let passkey =
        accounts::add_passkey(&app, &person, (ceremony, &Value::Object(credential).to_string()), &label).await?;
    Ok((StatusCode::CREATED, Json(PasskeyAnswer { passkey: passkey.into() })))
}

/// Removes a passkey.
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{passkey}", operation_id = "remove_passkey", tag = "me",
    params(("passkey" = String, Path, max_length = 31)), responses((status = 204)),
    extensions(("x-codes" = json!(["not_found", "reauthentication_required", "second_factor_required", "conflict"]))))]
pub async fn remove(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(passkey): Path<PasskeyId>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    check_owner(&app, &person)?;
    accounts::remove_passkey(&app, &person, passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was given with `ceremony` and `credential` in the place of a code.
pub(super) fn passkey_in(
    check: &mut Check,
    ceremony: &Given<Option<CeremonyId>>,
    credential: &Given<Option<Map<String, Value>>>,
) -> Option<Option<SecondFactor>> {
    let (ceremony, credential) = (check.value("ceremony", ceremony)?, check.value("credential", credential)?);
    match (ceremony, credential.map(|credential| Value::Object(credential).to_string())) {
        (None, None) => Some(None),
        (Some(_), Some(answer)) if answer.len() > MAX_ANSWER_BYTES => {
            check.fault("credential", "too_long");
            None
        }
        (Some(ceremony), Some(answer)) => Some(Some(SecondFactor::Passkey { ceremony, answer })),
        (Some(_), None) => {
            check.fault("credential", "missing");
            None
        }
        (None, Some(_)) => {
            check.fault("ceremony", "missing");
            None
        }
    }
}
