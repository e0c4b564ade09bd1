//! Bans.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::approvals::ask_second;
use super::forms::{NoQuery, cursor_key, keyed, next_of};
use super::views::{BanAnswer, BanView};
use crate::app::App;
use crate::approvals::Act;
use crate::bans::{self, Fate, Privilege, Privileges, Proposed};
use crate::http::error::FieldFault;
use crate::http::extract::{Check, Given, IdempotencyKey, Json, Path, Query, Sent, page_cursor, page_limit};
use crate::http::session::{Session, check_proven_lately};
use crate::http::{Code, Error};
use crate::kernel::{BanId, BatchId, ClauseId, CommentId, Role, Scope, SubscriberId, Timestamp, TitleId};
use crate::moderation::{self, BanError, BanForm, BulkError, BulkForm};
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
    /// What happens to the comments where the ban holds: `keep`, unless told, `remove` or `remove_held`. One ban removes
    /// at most the newest 1,000.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 11)]
    comments: Given<Option<String>>,
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
    extensions(("x-codes" = json!(["not_found", "forbidden", "reauthentication_required", "second_person_needed", "too_many_requests", "is_staff", "idempotency_mismatch"]))))]
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
    let privileges = privileges_of(&mut check, &form.privileges);
    let clause = check.value("clause", &form.clause);
    let scope = check.value("title", &form.title);
    let until = check.value("until", &form.until);
    let evidence = check.value("evidence", &form.evidence).map(Option::unwrap_or_default);
    if evidence.as_ref().is_some_and(|evidence| evidence.len() > 20) {
        check.too_many("evidence", 20);
    }
    let note = check.optional_text("note", &form.note, 0..=1_000);
    let comments = fate(&mut check, &form.comments);
    let stated = (clause.clone(), scope.clone());
    let values = match check.whole((privileges, clause, scope, until, evidence, note, comments)) {
        Ok(values) => values,
        Err(invalid) => {
            let told = (stated.0.as_ref(), stated.1.as_ref().and_then(Option::as_ref));
            let more = moderation::may_ban(&app, &person, request.as_ref(), subscriber, told).await?;
            return Err(invalid.and(more.into_iter().map(|(field, code)| FieldFault::new(field, code, &[]))));
        }
    };
    let (privileges, clause, scope, until, evidence, note, comments) = values;
    let form = BanForm { privileges, clause, scope, until: until.0, evidence, note, comments };
    check_proven_lately(&app, &person)?;
    let ban = match moderation::make_ban(&app, &person, request.as_ref(), subscriber, form.clone()).await {
        Err(BanError::SecondPersonNeeded(why)) => {
            return Err(ask_second(&app, &person, Act::ban(subscriber, form), why).await);
        }
        other => other?,
    };
    Ok((StatusCode::CREATED, Json(BanAnswer { ban: ban.into() })))
}

/// What is asked to be withdrawn.
fn privileges_of(check: &mut Check, given: &Given<Vec<String>>) -> Option<Privileges> {
    let names = check.list("privileges", given, 1..=4)?;
    let read: Option<Privileges> = names.iter().map(|name| Privilege::parse(name)).collect();
    if read.is_none() {
        check.fault("privileges", "not_a_choice");
    }
    read
}

/// What is asked to happen to the comments.
fn fate(check: &mut Check, given: &Given<Option<String>>) -> Option<Fate> {
    match check.value("comments", given)? {
        None => Some(Fate::Keep),
        Some(text) => Fate::parse(&text).or_else(|| {
            check.fault("comments", "not_a_choice");
            None
        }),
    }
}

/// Why a ban is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = LiftBan)]
pub struct LiftForm {
    /// The reason, for the other moderators and the log.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 1_000)]
    reason: Given<String>,
    /// Whether to put back the comments that the ban removed; not, unless told.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    restore: Given<Option<bool>>,
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
    let restore = check.value("restore", &sent.form.restore).map(Option::unwrap_or_default);
    let (reason, restore) = match check.whole((reason, restore)) {
        Ok(values) => values,
        Err(invalid) => {
            moderation::may_lift(&app, &person, request.as_ref(), ban).await?;
            return Err(invalid);
        }
    };
    let ban = moderation::lift_ban(&app, &person, request.as_ref(), ban, (&reason, restore)).await?;
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

/// On which ladder.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LadderQuery {
    /// The title; whoever moderates one may leave it out.
    #[param(value_type = Option<String>, max_length = 40, min_length = 1)]
    title: Option<String>,
}

/// What a ladder proposes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedView {
    /// What would be withdrawn; nothing for a reminder or a warning.
    #[schema(max_items = 4)]
    privileges: Vec<String>,
    /// Until when; null for good, and when nothing would be withdrawn.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    until: Option<Timestamp>,
    /// The clause of the newest strike.
    #[schema(value_type = Option<String>, max_length = 40)]
    clause: Option<ClauseId>,
}

impl ProposedView {
    fn of(proposed: Option<&Proposed>, clause: Option<ClauseId>) -> Self {
        Self {
            privileges: proposed.map(|proposed| proposed.privileges.names()).unwrap_or_default(),
            until: proposed.and_then(|proposed| proposed.until),
            clause,
        }
    }
}

/// What is proposed for misuse of reporting.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportingView {
    /// How many reports were lately dismissed.
    dismissed: i64,
    /// What is proposed for that; null when they are few.
    proposed: Option<ProposedView>,
}

/// Where somebody stands on a ladder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ladder)]
pub struct LadderAnswer {
    /// Whose ladder.
    #[schema(value_type = String, max_length = 40)]
    title: TitleId,
    /// How many points have not faded.
    points: i64,
    /// The name of the step reached; null below the first.
    #[schema(max_length = 40)]
    step: Option<String>,
    /// What the step proposes.
    proposed: ProposedView,
    /// What misuse of reporting proposes, beside that.
    reporting: ReportingView,
}

/// What the title's ladder proposes for a subscriber. It is a proposal: a moderator may depart from it, with a note.
#[utoipa::path(get, path = "/api/v1/subscribers/{subscriber}/ladder", operation_id = "get_ladder", tag = "bans",
    params(("subscriber" = String, Path, max_length = 31), LadderQuery),
    responses((status = 200, body = LadderAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn ladder(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(subscriber): Path<SubscriberId>,
    Query(query): Query<LadderQuery>,
) -> Result<Json<LadderAnswer>, Error> {
    let title = query.title.as_deref().map(str::parse).transpose().map_err(|_| Code::NotFound)?;
    let mut work = app.read(person.clone()).await?;
    let rung = moderation::rung_of(&mut work, &person, subscriber, title).await?;
    Ok(Json(LadderAnswer {
        title: rung.title,
        points: rung.points,
        step: rung.proposed.as_ref().map(|proposed| proposed.step.clone()),
        proposed: ProposedView::of(rung.proposed.as_ref(), rung.clause),
        reporting: ReportingView {
            dismissed: rung.dismissed_report_count,
            proposed: rung.reporting.as_ref().map(|proposed| ProposedView::of(Some(proposed), None)),
        },
    }))
}

/// Bans to make in one act, in the clause's title.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewBans)]
pub struct BulkRequest {
    /// Whom.
    #[serde(default)]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1_000)]
    subscribers: Given<Vec<SubscriberId>>,
    /// The clause broken.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    clause: Given<ClauseId>,
    /// What is withdrawn.
    #[serde(default)]
    #[schema(value_type = Vec<PrivilegeName>, min_items = 1, max_items = 4)]
    privileges: Given<Vec<String>>,
    /// Until when; null for good. It has to be said.
    #[schema(value_type = Option<String>, format = DateTime, required = true, max_length = 35)]
    until: UntilGiven,
    /// Whether only to say what would come of it. It has to be said.
    #[serde(default)]
    #[schema(value_type = bool)]
    dry_run: Given<bool>,
}

/// What came of it, or would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bans)]
pub struct BulkAnswer {
    /// How many persons are banned.
    affected: i64,
    /// How many are not: staff, and those banned at least so already.
    protected: i64,
    /// The act, for undoing it; null after a dry run.
    #[schema(value_type = Option<String>, max_length = 31)]
    batch: Option<BatchId>,
}

/// Bans many subscribers at once in the clause's title, or says what would come of it. Only editors do.
///
/// At most so many persons in ten minutes as the setting `bans.bulk_per_10_minutes` says; beyond, nobody is banned and
/// the answer is 429, with how many still may be in `left`.
#[utoipa::path(post, path = "/api/v1/bans/bulk", operation_id = "ban_subscribers", tag = "bans",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = BulkRequest,
    responses((status = 200, body = BulkAnswer)),
    extensions(("x-codes" = json!(["forbidden", "reauthentication_required", "second_person_needed", "idempotency_mismatch", "too_many_requests"]))))]
pub async fn bulk(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: Option<IdempotencyKey>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<BulkRequest>>,
) -> Result<Json<BulkAnswer>, Error> {
    let request = key.map(|key| keyed(&key, "bulk-ban", "", sent.digest));
    if person.roles.highest() < Role::Editor {
        return Err(Code::Forbidden.into());
    }
    let mut check = sent.check();
    let subscribers = check.list("subscribers", &sent.form.subscribers, 1..=1_000);
    let clause = check.value("clause", &sent.form.clause);
    let privileges = privileges_of(&mut check, &sent.form.privileges);
    let until = check.value("until", &sent.form.until);
    let is_dry_run = check.value("dry_run", &sent.form.dry_run);
    let values = check.whole((subscribers, clause, privileges, until, is_dry_run))?;
    let (subscribers, clause, privileges, until, is_dry_run) = values;
    let form = BulkForm { subscribers, clause, privileges, until: until.0, is_dry_run };
    if !form.is_dry_run {
        check_proven_lately(&app, &person)?;
    }
    let done = match moderation::bulk_ban(&app, &person, request.as_ref(), &form).await {
        Err(BulkError::SecondPersonNeeded(why)) => return Err(ask_second(&app, &person, form.into(), why).await),
        other => other?,
    };
    Ok(Json(BulkAnswer { affected: done.affected, protected: done.protected, batch: done.batch }))
}

/// What was undone.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkUndone {
    /// The act.
    #[schema(value_type = String, max_length = 31)]
    batch: BatchId,
    /// How many bans were lifted.
    lifted: i64,
}

/// Lifts exactly the bans of one act that are still in force.
#[utoipa::path(post, path = "/api/v1/bans/bulk/{batch}/undo", operation_id = "undo_bans", tag = "bans",
    params(("batch" = String, Path, max_length = 31)),
    responses((status = 200, body = BulkUndone)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn undo_bulk(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(batch): Path<BatchId>,
    _: Query<NoQuery>,
) -> Result<Json<BulkUndone>, Error> {
    let lifted = moderation::undo_bulk(&app, &person, batch).await?;
    Ok(Json(BulkUndone { batch, lifted }))
}
