//! Bans.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::forms::{NoQuery, cursor_key, keyed, next_of};
use super::views::{BanAnswer, BanView};
use crate::app::App;
use crate::bans::{self, Privilege};
use crate::http::error::FieldFault;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent, page_cursor, page_limit};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{BanId, ClauseId, CommentId, Role, Scope, SubscriberId, Timestamp, TitleId};
use crate::moderation::{self, BanForm};
use crate::titles;

/// A ban to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewBan)]
pub struct BanRequest {
    /// What is withdrawn.
    #[serde(default)]
    #[schema(value_type = Vec<PrivilegeName>, min_items = 1, max_items = 4)]
    privileges: Given<Vec<String>>,
    /// The clause broken.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    clause: Given<ClauseId>,
    /// Where it holds: a title, or `all` (admins only); unless told, the clause's title.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 40)]
    title: Given<Option<Scope>>,
    /// Until when; null for good. It has to be said.
    #[schema(value_type = Option<String>, format = DateTime, required = true, max_length = 35)]
    until: UntilGiven,
    /// The comments that it rests on.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    evidence: Given<Option<Vec<CommentId>>>,
    /// A note for the other moderators.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    note: Given<Option<String>>,
}

/// `until` as it was given: a ban for good has to be said, not forgotten.
type UntilGiven = Given<crate::http::extract::Nullable<Timestamp>>;

/// What can be withdrawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Privilege, rename_all = "lowercase")]
pub enum PrivilegeName {
    /// Begin a branch of a thread.
    Comment,
    /// Answer a comment.
    Reply,
    /// Recommend a comment.
    Recommend,
    /// Report a comment.
    Report,
}

/// Withdraws privileges from a subscriber, until a date or for good, whatever account they use.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/bans", operation_id = "ban_subscriber", tag = "bans",
    params(("subscriber" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = BanRequest,
    responses((status = 201, body = BanAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "is_staff", "idempotency_mismatch"]))))]
pub async fn make(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: Option<IdempotencyKey>,
    Path(subscriber): Path<SubscriberId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<BanRequest>>,
) -> Result<(StatusCode, Json<BanAnswer>), Error> {
    let request = key.map(|key| keyed(&key, "ban", subscriber, sent.digest));
    let form = &sent.form;
    let mut check = sent.check();
    let privileges = check.list("privileges", &form.privileges, 1..=4).and_then(|names| {
        let read: Option<_> = names.iter().map(|name| Privilege::parse(name)).collect();
        if read.is_none() {
            check.fault("privileges", "not_a_choice");
        }
        read
    });
    let clause = check.value("clause", &form.clause);
    let scope = check.value("title", &form.title);
    let until = check.value("until", &form.until);
    let evidence = check.value("evidence", &form.evidence).map(Option::unwrap_or_default);
    if evidence.as_ref().is_some_and(|evidence| evidence.len() > 20) {
        check.too_many("evidence", 20);
    }
    let note = check.optional_text("note", &form.note, 0..=1_000);
    let stated = (clause.clone(), scope.clone());
    let values = match check.whole((privileges, clause, scope, until, evidence, note)) {
        Ok(values) => values,
        Err(invalid) => {
            let told = (stated.0.as_ref(), stated.1.as_ref().and_then(Option::as_ref));
            let more = moderation::may_ban(&app, &person, request.as_ref(), subscriber, told).await?;
            return Err(invalid.and(more.into_iter().map(|(field, code)| FieldFault::new(field, code, &[]))));
        }
    };
    let (privileges, clause, scope, until, evidence, note) = values;
    let form = BanForm { privileges, clause, scope, until: until.0, evidence, note };
    let ban = moderation::make_ban(&app, &person, request.as_ref(), subscriber, form).await?;
    Ok((StatusCode::CREATED, Json(BanAnswer { ban: ban.into() })))
}

/// Why a ban is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = LiftBan)]
pub struct LiftForm {
    /// The reason, for the other moderators and the log.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    reason: Given<String>,
}

/// Ends a ban before its time. Other bans of the subscriber stay.
#[utoipa::path(post, path = "/api/v1/bans/{ban}/lift", operation_id = "lift_ban", tag = "bans",
    params(("ban" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = LiftForm,
    responses((status = 200, body = BanAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "conflict", "idempotency_mismatch"]))))]
pub async fn lift(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: Option<IdempotencyKey>,
    Path(ban): Path<BanId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<LiftForm>>,
) -> Result<Json<BanAnswer>, Error> {
    let request = key.map(|key| keyed(&key, "lift", ban, sent.digest));
    let mut check = sent.check();
    let reason = check.text("reason", &sent.form.reason, 1..=1_000);
    let (reason,) = match check.whole((reason,)) {
        Ok(values) => values,
        Err(invalid) => {
            moderation::may_lift(&app, &person, request.as_ref(), ban).await?;
            return Err(invalid);
        }
    };
    let ban = moderation::lift_ban(&app, &person, request.as_ref(), ban, &reason).await?;
    Ok(Json(BanAnswer { ban: ban.into() }))
}

/// Which bans.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BansQuery {
    /// The title in which they hold.
    #[param(max_length = 40, min_length = 1)]
    title: String,
    /// Where the page begins: `next` of the page before. Exclusive.
    #[param(max_length = 54, min_length = 1)]
    after: Option<String>,
    /// How many items the page holds at most; 30 unless told.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// A page of bans.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BanPage)]
pub struct BansAnswer {
    /// The bans, newest first.
    #[schema(max_items = 100)]
    items: Vec<BanView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// The bans that hold, or held, in a title, newest first.
#[utoipa::path(get, path = "/api/v1/bans", operation_id = "list_bans", tag = "bans",
    params(BansQuery), responses((status = 200, body = BansAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn list(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<BansQuery>,
) -> Result<Json<BansAnswer>, Error> {
    let title: TitleId = query.title.parse().map_err(|_| Code::NotFound)?;
    let scope = format!("bans:{title}");
    let after = page_cursor(&cursor_key(&app), &scope, query.after.as_deref())?;
    let limit = page_limit(query.limit)?;
    let mut work = app.read(person.clone()).await?;
    titles::find(&mut work.tx, &title).await?.ok_or(Code::NotFound)?;
    if !work.actor.has_role(Role::Moderator, &title) {
        return Err(Code::Forbidden.into());
    }
    let page = bans::list(&mut work.tx, &title, after, limit).await?;
    let next = next_of(&app, &scope, page.next);
    Ok(Json(BansAnswer { items: page.items.into_iter().map(BanView::from).collect(), next }))
}
