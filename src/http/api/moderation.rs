//! The queue and decisions.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::approvals::ask_second;
use super::forms::{NoQuery, cursor_key, keyed, next_of};
use super::subscriptions::SubscriptionView;
use super::views::{BanView, CommentView, FindingView, VerdictView};
use crate::accounts::LinkRow;
use crate::app::App;
use crate::approvals::Act;
use crate::bans::Strike;
use crate::comments::Viewer;
use crate::http::extract::{Given, IdempotencyKey, Json, Path, Query, Sent, page_cursor, page_limit};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{AccountId, ClauseId, CommentId, DecisionId, ReportId, Role, SubscriberId, Timestamp, TitleId};
use crate::moderation::{self, Accused, Action, DecideError, DecideForm, Decision, Item};
use crate::reports::{self, Report};

/// Which part of the queue.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// Only what waits in this title; every title that one moderates unless told.
    #[param(value_type = Option<String>, max_length = 40, min_length = 1)]
    title: Option<String>,
    /// Where the page begins: `next` of the page before. Exclusive.
    #[param(max_length = 54, min_length = 1)]
    after: Option<String>,
    /// How many items the page holds at most; 30 unless told.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// The author of a comment that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccusedView {
    /// The account.
    #[schema(value_type = String, max_length = 31)]
    id: AccountId,
    /// The name it shows.
    #[schema(max_length = 40)]
    name: String,
    /// The subscriber whom the account acts for: what a ban binds.
    #[schema(value_type = String, max_length = 31)]
    subscriber: SubscriberId,
    /// Comments in the title that are published.
    published_count: i64,
    /// Comments in the title that a moderator took down.
    removed_count: i64,
    /// Reports of the comments that were upheld.
    upheld_report_count: i64,
    /// The bans in force.
    #[schema(max_items = 1_000)]
    bans: Vec<BanView>,
}

/// A report as moderators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueuedReport {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: ReportId,
    /// Who reported.
    #[schema(value_type = String, max_length = 31)]
    account: AccountId,
    /// Whom they act for.
    #[schema(value_type = String, max_length = 31)]
    subscriber: SubscriberId,
    /// The clause said to be broken.
    #[schema(value_type = String, max_length = 40)]
    clause: ClauseId,
    /// What they add.
    #[schema(max_length = 1_000)]
    note: Option<String>,
    /// The comment's text as it was reported.
    #[schema(max_length = 50_000)]
    body: String,
    /// The comment's revision then.
    comment_revision: i64,
    /// `open`, `upheld`, `dismissed` or `withdrawn`.
    #[schema(max_length = 9, value_type = String)]
    outcome: &'static str,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
}

impl From<Report> for QueuedReport {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            account: report.account,
            subscriber: report.subscriber,
            clause: report.clause,
            note: report.note,
            body: report.body,
            comment_revision: report.comment_revision,
            outcome: report.outcome.map_or("open", reports::Outcome::as_str),
            created_at: report.created_at,
        }
    }
}

/// A comment that waits, with what is needed to decide on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueItem {
    /// `held` or `reported`.
    #[schema(max_length = 8, value_type = String)]
    kind: &'static str,
    /// The comment.
    comment: CommentView,
    /// Its text as typed, which the findings' spans point into.
    #[schema(max_length = 50_000)]
    source: String,
    /// Its author.
    author: AccusedView,
    /// Its reports, the open ones first.
    #[schema(max_items = 100)]
    reports: Vec<QueuedReport>,
    /// What the rules saw in it.
    #[schema(max_items = 10_000)]
    findings: Vec<FindingView>,
    /// Rules that failed; a comment is held when one does.
    #[schema(max_items = 1_000)]
    faults: Vec<String>,
    /// The whole verdict on the text that stands, as `belowline rules judge` prints it.
    verdict: VerdictView,
}

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
pub struct QueueAnswer {
    /// What waits, the longest waiting first.
    #[schema(max_items = 100)]
    items: Vec<QueueItem>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

fn item_view(app: &App, viewer: Viewer<'_>, item: Item) -> QueueItem {
    let Accused { subscriber, record, bans } = item.author;
    QueueItem {
        kind: item.kind.as_str(),
        author: AccusedView {
            id: item.comment.author.id,
            name: item.comment.author.name.clone(),
            subscriber,
            published_count: record.published_count,
            removed_count: record.removed_count,
            upheld_report_count: record.upheld_report_count,
            bans: bans.into_iter().map(BanView::from).collect(),
        },
        reports: item.reports.into_iter().map(QueuedReport::from).collect(),
        findings: item.verdict.findings.iter().map(|finding| FindingView::for_moderator(app, finding)).collect(),
        verdict: VerdictView::for_moderator(app, &item.verdict),
        faults: item.verdict.faults.iter().map(|fault| fault.rule.to_string()).collect(),
        comment: CommentView::of(viewer, &item.comment),
        source: item.comment.body,
    }
}

/// What waits for a moderator: held and reported comments, the longest waiting first.
#[utoipa::path(get, path = "/api/v1/moderation/queue", operation_id = "read_queue", tag = "moderation",
    params(QueueQuery), responses((status = 200, body = QueueAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn queue(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<QueueQuery>,
) -> Result<Json<QueueAnswer>, Error> {
    let title: Option<TitleId> = query.title.as_deref().map(str::parse).transpose().map_err(|_| Code::NotFound)?;
    let scope = format!("queue:{}", title.as_ref().map_or("all", TitleId::as_str));
    let after = page_cursor(&cursor_key(&app), &scope, query.after.as_deref())?;
    let limit = page_limit(query.limit)?;
    let mut work = app.read(person.clone()).await?;
    let page = moderation::queue(&mut work, &person, title.as_ref(), after, limit).await?;
    drop(work);
    let actor = person.into();
    let viewer = Viewer::new(&actor);
    let next = next_of(&app, &scope, page.next);
    Ok(Json(QueueAnswer { items: page.items.into_iter().map(|item| item_view(&app, viewer, item)).collect(), next }))
}

/// A decision to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDecision)]
pub struct DecisionForm {
    /// What to do with the comment.
    #[serde(default)]
    #[schema(value_type = ActionName)]
    action: Given<String>,
    /// The clause broken; needed to remove.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 40)]
    clause: Given<Option<ClauseId>>,
    /// A note for the other moderators.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    note: Given<Option<String>>,
    /// The revision that was judged.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 1)]
    revision: Given<i64>,
}

/// What a moderator does to a comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Action, rename_all = "lowercase")]
pub enum ActionName {
    /// Publishes what waited or was rejected; lets stand what was reported.
    Approve,
    /// Takes it down, or does not let it up.
    Remove,
    /// Puts back what was removed.
    Restore,
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: DecisionId,
    /// The comment.
    #[schema(value_type = String, max_length = 31)]
    comment: CommentId,
    /// `approve`, `remove` or `restore`.
    #[schema(max_length = 7, value_type = String)]
    action: &'static str,
    /// What the comment is now.
    #[schema(max_length = 9, value_type = String)]
    status: &'static str,
    /// The clause cited.
    #[schema(value_type = Option<String>, max_length = 40)]
    clause: Option<ClauseId>,
    /// In which version of the house rules.
    clause_version: Option<i64>,
    /// The note for the other moderators.
    #[schema(max_length = 1_000)]
    note: Option<String>,
    /// The comment's revision that the decision made.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// When it was undone, if it was.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    undone_at: Option<Timestamp>,
}

impl From<Decision> for DecisionView {
    fn from(decision: Decision) -> Self {
        Self {
            id: decision.id,
            comment: decision.comment,
            action: decision.action.as_str(),
            status: decision.to.as_str(),
            clause_version: decision.clause.as_ref().map(|(_, version)| *version),
            clause: decision.clause.map(|(clause, _)| clause),
            note: decision.note,
            revision: decision.made_revision,
            created_at: decision.created_at,
            undone_at: decision.undone_at,
        }
    }
}

/// A decision in an answer of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionAnswer {
    decision: DecisionView,
}

/// Decides on a comment: approves, removes or restores the revision that was judged.
///
/// When somebody was quicker, or the decision cannot be made on what the comment has become, answers 409
/// `stale_revision` with the `winner`, null when the author moved it.
#[utoipa::path(post, path = "/api/v1/comments/{comment}/decisions", operation_id = "decide", tag = "moderation",
    params(("comment" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = DecisionForm,
    responses((status = 201, body = DecisionAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "second_person_needed", "too_many_requests", "stale_revision", "idempotency_mismatch"]))))]
pub async fn decide(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: Option<IdempotencyKey>,
    Path(comment): Path<CommentId>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<DecisionForm>>,
) -> Result<(StatusCode, Json<DecisionAnswer>), Error> {
    let request = key.map(|key| keyed(&key, "decide", comment, sent.digest));
    let mut check = sent.check();
    let choices = Action::ALL.map(|action| (action.as_str(), action));
    let action = check.one_of("action", &sent.form.action, &choices);
    let clause = check.value("clause", &sent.form.clause);
    let note = check.optional_text("note", &sent.form.note, 0..=1_000);
    let revision = check.number("revision", &sent.form.revision, 1..=i64::MAX);
    if action == Some(Action::Remove) && clause == Some(None) {
        check.fault("clause", "missing");
    }
    let (action, clause, note, revision) = match check.whole((action, clause, note, revision)) {
        Ok(values) => values,
        Err(invalid) => {
            moderation::may_decide(&app, &person, request.as_ref(), comment, revision).await?;
            return Err(invalid);
        }
    };
    let form = DecideForm { action, clause, note, revision };
    let decision = match moderation::decide(&app, &person, request.as_ref(), comment, form.clone()).await {
        Err(DecideError::SecondPersonNeeded(why)) => {
            return Err(ask_second(&app, &person, Act::removal(comment, form), why).await);
        }
        other => other?,
    };
    Ok((StatusCode::CREATED, Json(DecisionAnswer { decision: decision.into() })))
}

/// Undoes a decision: the comment, its reports, the counts and the author's strikes are as they were before it.
///
/// When the comment has moved since, or the decision was undone already, answers 409 `stale_revision`.
#[utoipa::path(post, path = "/api/v1/decisions/{decision}/undo", operation_id = "undo_decision", tag = "moderation",
    params(("decision" = String, Path, max_length = 31), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses((status = 200, body = DecisionAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "stale_revision", "idempotency_mismatch"]))))]
pub async fn undo(
    State(app): State<App>,
    Session { person, .. }: Session,
    key: Option<IdempotencyKey>,
    Path(decision): Path<DecisionId>,
    _: Query<NoQuery>,
) -> Result<Json<DecisionAnswer>, Error> {
    let request = key.map(|key| keyed(&key, "undo", decision, [0; 32]));
    let decision = moderation::undo_decision(&app, &person, request.as_ref(), decision).await?;
    Ok(Json(DecisionAnswer { decision: decision.into() }))
}

/// An account that acts for a subscriber.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoundAccount {
    /// The account.
    #[schema(value_type = String, max_length = 31)]
    id: AccountId,
    /// The name it shows.
    #[schema(max_length = 40)]
    name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
}

/// A subscriber as moderators see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriberCard)]
pub struct SubscriberView {
    /// The subscriber.
    #[schema(value_type = String, max_length = 31)]
    id: SubscriberId,
    /// `none`, `active`, `grace`, `lapsed`, `paused` or `refunded`.
    #[schema(max_length = 12, value_type = String)]
    standing: &'static str,
    /// Every account that a ban would bind.
    #[schema(max_items = 1_000)]
    accounts: Vec<BoundAccount>,
    /// What was paid for, by source.
    #[schema(max_items = 1_000)]
    subscriptions: Vec<SubscriptionView>,
    /// What the person is known by, and who else was seen with it; binding ones first.
    #[schema(max_items = 1_000)]
    links: Vec<LinkView>,
    /// Strikes in the titles that one moderates, faded ones too, newest first in each title.
    #[schema(max_items = 100_000)]
    strikes: Vec<StrikeView>,
    /// Every ban in the titles that one moderates, past ones too, newest first.
    #[schema(max_items = 100)]
    bans: Vec<BanView>,
    /// Names that the accounts have or had, those in use first.
    #[schema(max_items = 1_100)]
    names: Vec<NameView>,
}

/// What a removed comment added to the subscriber's record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Strike)]
pub struct StrikeView {
    /// In which title.
    #[schema(value_type = String, max_length = 40)]
    title: TitleId,
    /// The clause broken.
    #[schema(value_type = String, max_length = 40)]
    clause: ClauseId,
    /// In which version of the house rules.
    clause_version: i64,
    /// How many points it gave; they fade with time.
    points: i64,
    /// The decision behind it.
    #[schema(value_type = String, max_length = 31)]
    decision: DecisionId,
    /// When.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
}

impl From<Strike> for StrikeView {
    fn from(strike: Strike) -> Self {
        Self {
            title: strike.title,
            clause: strike.clause,
            clause_version: strike.clause_version,
            points: strike.points,
            decision: strike.decision,
            created_at: strike.created_at,
        }
    }
}

/// Something that a person is known by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub struct LinkView {
    /// What kind of key: `identity`, `subscription`, `seat`, `customer`, `payment`, `email`, `network` or `device`.
    #[schema(max_length = 12, value_type = String)]
    kind: &'static str,
    /// `binding`, which makes one person of whoever has it, or `suggestive`.
    #[schema(max_length = 10, value_type = String)]
    strength: &'static str,
    /// Another subscriber who was seen with it; when nobody was, a mark that stands for the key.
    #[schema(max_length = 31)]
    to: String,
    /// Since when the person is known by it.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    since: Timestamp,
}

impl From<LinkRow> for LinkView {
    fn from(link: LinkRow) -> Self {
        Self {
            kind: link.kind.as_str(),
            strength: if link.is_binding { "binding" } else { "suggestive" },
            to: link.other.map_or_else(|| link.key.to_string(), |other| other.to_string()),
            since: link.since,
        }
    }
}

/// A name that an account has or had.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountName)]
pub struct NameView {
    /// Whose.
    #[schema(value_type = String, max_length = 31)]
    account: AccountId,
    /// The name.
    #[schema(max_length = 40)]
    name: String,
    /// Until when; null for one in use.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    until: Option<Timestamp>,
    /// Whether a moderator took it away.
    is_removed: bool,
}

/// A subscriber: the accounts that act for the person, what they are known by, and the bans in the titles that one
/// moderates.
#[utoipa::path(get, path = "/api/v1/moderation/subscribers/{subscriber}", operation_id = "get_subscriber",
    tag = "moderation", params(("subscriber" = String, Path, max_length = 31)),
    responses((status = 200, body = SubscriberView)),
    extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn subscriber(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(subscriber): Path<SubscriberId>,
    _: Query<NoQuery>,
) -> Result<Json<SubscriberView>, Error> {
    if person.roles.highest() < Role::Moderator {
        return Err(Code::Forbidden.into());
    }
    let mut work = app.read(person.clone()).await?;
    let titles: Vec<TitleId> =
        moderation::titles_of(&mut work.tx, &person).await?.into_iter().map(|title| title.id).collect();
    let card = moderation::subscriber_card(&app, &mut work, subscriber, &titles).await?.ok_or(Code::NotFound)?;
    let in_use = card.accounts.iter().map(|account| NameView {
        account: account.id,
        name: account.name.clone(),
        until: None,
        is_removed: false,
    });
    let former = card.former_names.into_iter().map(|former| NameView {
        account: former.account,
        name: former.name,
        until: Some(former.until),
        is_removed: former.is_removed,
    });
    let names = in_use.chain(former).collect();
    let bound = card.accounts.into_iter().map(|account| BoundAccount {
        id: account.id,
        name: account.name,
        created_at: account.created_at,
    });
    Ok(Json(SubscriberView {
        id: card.id,
        standing: card.entitlement.as_str(),
        accounts: bound.collect(),
        subscriptions: card.subscriptions.into_iter().map(SubscriptionView::from).collect(),
        links: card.links.into_iter().map(LinkView::from).collect(),
        names,
        strikes: card.strikes.into_iter().map(StrikeView::from).collect(),
        bans: card.bans.into_iter().map(BanView::from).collect(),
    }))
}
