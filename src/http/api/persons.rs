//! Who is one person: accounts that their owners rename or delete, and subscribers whom moderators join or separate.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::NoQuery;
use crate::accounts;
use crate::app::App;
use crate::http::Error;
use crate::http::errors;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::{Session, check_proven_lately};
use crate::kernel::{AccountId, MoveId, SubscriberId};
use crate::moderation;

/// Nothing: it is said by asking.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DeleteAccount)]
pub struct DeletionForm {}

/// Deletes one's own account: its name, address and password go, its comments stay without a name, and every session ends at
/// once. The keys by which the subscriber is known again are kept as hashes, so that a ban holds.
#[utoipa::path(post, path = "/api/v1/me/deletion", operation_id = "delete_account", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = DeletionForm, responses((status = 202)), extensions(("x-codes" = json!(["last_admin"]))))]
pub async fn delete(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<DeletionForm>>,
) -> Result<StatusCode, Error> {
    sent.check().finish()?;
    accounts::delete_account(&app, &person).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The name to take.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Rename)]
pub struct RenameForm {
    /// What readers are to see.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Given<String>,
}

/// What an account is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Renamed)]
pub struct RenamedAnswer {
    /// The name.
    #[schema(max_length = 40)]
    name: String,
}

/// Takes another name. The one before stays known to moderators, and nobody else can take it.
#[utoipa::path(post, path = "/api/v1/me/name", operation_id = "rename", tag = "me",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = RenameForm, responses((status = 200, body = RenamedAnswer)),
    extensions(("x-codes" = json!(["renamed_lately"]))))]
pub async fn rename(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<RenameForm>>,
) -> Result<Json<RenamedAnswer>, Error> {
    let mut check = sent.check();
    let name = check.text("name", &sent.form.name, 1..=200);
    let (name,) = check.whole((name,))?;
    let name = accounts::rename(&app, &person, &name).await.map_err(|error| errors::rename(&app, error))?;
    Ok(Json(RenamedAnswer { name }))
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PersonReason)]
pub struct ReasonForm {
    /// The reason, for the other moderators and the log.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    reason: Given<String>,
}

/// Takes an account's name away: nobody, its owner neither, takes it again. Until its owner chooses another, which they may at
/// once, it is called something neutral.
#[utoipa::path(post, path = "/api/v1/moderation/accounts/{account}/remove-name", operation_id = "remove_name",
    tag = "moderation", params(("account" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = ReasonForm, responses((status = 200, body = RenamedAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "too_many_requests"]))))]
pub async fn remove_name(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(account): Path<AccountId>,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<ReasonForm>>,
) -> Result<Json<RenamedAnswer>, Error> {
    let mut check = sent.check();
    let reason = check.text("reason", &sent.form.reason, 1..=1_000);
    let (reason,) = check.whole((reason,))?;
    Ok(Json(RenamedAnswer { name: moderation::remove_account_name(&app, &person, account, &reason).await? }))
}

/// With whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = JoinSubscribers)]
pub struct JoinForm {
    /// The other subscriber.
    #[serde(default)]
    #[schema(value_type = String, max_length = 31)]
    with: Given<SubscriberId>,
    /// The reason, for the other moderators and the log.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    reason: Given<String>,
}

/// What was done, for undoing it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonMove)]
pub struct MoveAnswer {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: MoveId,
}

/// Says that two subscribers are one person: whatever is withdrawn from either is withdrawn from both.
#[utoipa::path(post, path = "/api/v1/moderation/subscribers/{subscriber}/join", operation_id = "join_subscribers",
    tag = "moderation", params(("subscriber" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = JoinForm, responses((status = 200, body = MoveAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "reauthentication_required", "too_many_requests", "is_staff", "conflict"]))))]
pub async fn join(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(subscriber): Path<SubscriberId>,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<JoinForm>>,
) -> Result<Json<MoveAnswer>, Error> {
    let mut check = sent.check();
    let with = check.value("with", &sent.form.with);
    let reason = check.text("reason", &sent.form.reason, 1..=1_000);
    let (with, reason) = check.whole((with, reason))?;
    check_proven_lately(&app, &person)?;
    Ok(Json(MoveAnswer { id: moderation::join_subscribers(&app, &person, (subscriber, with), &reason).await? }))
}

/// Says that a subscriber is a person of their own: no link joins them with the others again. Bans stay with the subscriber
/// whom they were made against.
#[utoipa::path(post, path = "/api/v1/moderation/subscribers/{subscriber}/separate", operation_id = "separate_subscriber",
    tag = "moderation", params(("subscriber" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = ReasonForm, responses((status = 200, body = MoveAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn separate(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(subscriber): Path<SubscriberId>,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<ReasonForm>>,
) -> Result<Json<MoveAnswer>, Error> {
    let mut check = sent.check();
    let reason = check.text("reason", &sent.form.reason, 1..=1_000);
    let (reason,) = check.whole((reason,))?;
    Ok(Json(MoveAnswer { id: moderation::separate_subscriber(&app, &person, subscriber, &reason).await? }))
}

/// Takes a join or a separation back.
#[utoipa::path(post, path = "/api/v1/moderation/person-moves/{act}/undo", operation_id = "undo_person_move",
    tag = "moderation", params(("act" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses((status = 204)), extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn undo(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(act): Path<MoveId>,
    _: Option<IdempotencyKey>,
    _: Query<NoQuery>,
) -> Result<StatusCode, Error> {
    moderation::undo_person_move(&app, &person, act).await?;
    Ok(StatusCode::NO_CONTENT)
}
