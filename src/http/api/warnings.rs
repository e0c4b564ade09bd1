//! Reminders and warnings.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::forms::{NoQuery, keyed};
use crate::app::App;
use crate::bans::{Warning, WarningKind};
use crate::http::Error;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::kernel::{ClauseId, SubscriberId, Timestamp, TitleId, WarningId};
use crate::moderation::{self, WarnForm};

/// A warning to give.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewWarning)]
pub struct WarningRequest {
    /// The clause broken.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    clause: Given<ClauseId>,
    /// `reminder`, or `warning`, which has to be acknowledged before the next comment.
    #[serde(default)]
    #[schema(value_type = String, max_length = 8)]
    kind: Given<String>,
    /// A note for the other moderators.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    note: Given<Option<String>>,
}

/// A reminder or a warning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Warning)]
pub struct WarningView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: WarningId,
    /// Who is warned.
    #[schema(value_type = String, max_length = 31)]
    subscriber: SubscriberId,
    /// Where it holds.
    #[schema(value_type = String, max_length = 40)]
    title: TitleId,
    /// `reminder` or `warning`.
    #[schema(max_length = 8, value_type = String)]
    kind: &'static str,
    /// The clause broken.
    #[schema(value_type = String, max_length = 40)]
    clause: ClauseId,
    /// In which version of the house rules.
    clause_version: i64,
    /// When it was given.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// When it was acknowledged, if it was.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    acknowledged_at: Option<Timestamp>,
}

impl From<Warning> for WarningView {
    fn from(warning: Warning) -> Self {
        Self {
            id: warning.id,
            subscriber: warning.subscriber,
            title: warning.title,
            kind: warning.kind.as_str(),
            clause: warning.clause,
            clause_version: warning.clause_version,
            created_at: warning.created_at,
            acknowledged_at: warning.acknowledged_at,
        }
    }
}

/// A warning in an answer of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningAnswer {
    warning: WarningView,
}

/// Reminds a subscriber of a clause, or warns them: a warning closes commenting until it is acknowledged.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/warnings", operation_id = "warn_subscriber", tag = "bans",
    params(("subscriber" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = WarningRequest,
    responses((status = 201, body = WarningAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "is_staff", "idempotency_mismatch"]))))]
pub async fn warn(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: Option<IdempotencyKey>,
    Path(subscriber): Path<SubscriberId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<WarningRequest>>,
) -> Result<(StatusCode, Json<WarningAnswer>), Error> {
    let request = key.map(|key| keyed(&key, "warn", subscriber, sent.digest));
    let mut check = sent.check();
    let clause = check.value("clause", &sent.form.clause);
    let kind = check.one_of("kind", &sent.form.kind, &WarningKind::ALL.map(|kind| (kind.as_str(), kind)));
    let note = check.optional_text("note", &sent.form.note, 0..=1_000);
    let stated = clause.clone();
    let (clause, kind, note) = match check.whole((clause, kind, note)) {
        Ok(values) => values,
        Err(invalid) => {
            moderation::may_ban(&app, &person, request.as_ref(), subscriber, (stated.as_ref(), None)).await?;
            return Err(invalid);
        }
    };
    let form = WarnForm { clause, kind, note };
    let warning = moderation::warn_subscriber(&app, &person, request.as_ref(), subscriber, form).await?;
    Ok((StatusCode::CREATED, Json(WarningAnswer { warning: warning.into() })))
}

/// Acknowledges a warning that one was given; again, it changes nothing.
#[utoipa::path(post, path = "/api/v1/me/warnings/{warning}/acknowledge", operation_id = "acknowledge_warning", tag = "me",
    params(("warning" = String, Path, max_length = 31)),
    responses((status = 200, body = WarningAnswer)),
    extensions(("x-codes" = json!(["not_found"]))))]
pub async fn acknowledge(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(warning): Path<WarningId>,
    _: Query<NoQuery>,
) -> Result<Json<WarningAnswer>, Error> {
    let warning = moderation::acknowledge(&app, &person, warning).await?;
    Ok(Json(WarningAnswer { warning: warning.into() }))
}
