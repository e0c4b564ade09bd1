//! What one is, and may do.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::forms::{NoQuery, PageQuery, next_of};
use super::views::CommentView;
use crate::app::{App, Work};
use crate::comments::{self, Viewer};
use crate::gate::{self, Privilege, Refusal, Standing};
use crate::http::extract::{Given, Json, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{
    AccountId, BanId, ClauseId, CommentId, SignedIn, StatementId, SubscriberId, Timestamp, TitleId, WarningId,
};
use crate::notifications::{self, Digest, Statement};
use crate::storage::StorageError;
use crate::titles;

/// Who signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    /// The account.
    #[schema(value_type = String, max_length = 31)]
    pub id: AccountId,
    /// The name it shows.
    #[schema(max_length = 40)]
    pub name: String,
    /// The greatest role held anywhere: `reader`, `moderator`, `editor` or `admin`.
    #[schema(max_length = 9, value_type = String)]
    pub role: &'static str,
}

impl AccountView {
    /// The account of `person`.
    #[must_use]
    pub fn of(person: &SignedIn) -> Self {
        Self { id: person.account, name: person.name.clone(), role: person.roles.highest().as_str() }
    }
}

/// The person who pays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscriber)]
pub struct SubscriberView {
    /// The subscriber.
    #[schema(value_type = String, max_length = 31)]
    id: SubscriberId,
    /// `none`, `active`, `grace`, `lapsed`, `paused` or `refunded`.
    #[schema(max_length = 12, value_type = String)]
    standing: &'static str,
}

/// Whether something may be done, and why not.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivilegeView {
    /// Whether it may be done.
    allowed: bool,
    /// The code of the error that trying would give.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, value_type = Option<String>)]
    reason: Option<&'static str>,
    /// When withdrawn: until when; null for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    until: Option<Option<Timestamp>>,
}

impl From<Result<(), Refusal>> for PrivilegeView {
    fn from(answer: Result<(), Refusal>) -> Self {
        let (reason, until) = match answer {
            Ok(()) => return Self { allowed: true, reason: None, until: None },
            Err(Refusal::Banned { until, .. }) => (Code::Banned, Some(until)),
            Err(Refusal::WarningUnacknowledged { .. }) => (Code::WarningUnacknowledged, None),
            Err(Refusal::NotSubscribed(_)) => (Code::NotSubscribed, None),
            Err(Refusal::EmailUnconfirmed) => (Code::EmailUnconfirmed, None),
        };
        Self { allowed: false, reason: Some(reason.as_str()), until }
    }
}

/// What one may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrivilegesView)]
pub struct PrivilegesView {
    /// Begin a branch of a thread.
    comment: PrivilegeView,
    /// Answer a comment.
    reply: PrivilegeView,
    /// Recommend a comment.
    recommend: PrivilegeView,
    /// Report a comment.
    report: PrivilegeView,
}

/// A ban as the one who is banned sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnBan {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: BanId,
    /// Where it holds: a title, or `all`.
    #[schema(max_length = 40)]
    title: String,
    /// The clause broken.
    #[schema(value_type = String, max_length = 40)]
    clause: ClauseId,
    /// Until when; null for good.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    until: Option<Timestamp>,
    /// What it withdraws.
    #[schema(max_items = 4)]
    privileges: Vec<String>,
}

/// Oneself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeAnswer {
    /// The account that signed in.
    account: AccountView,
    /// Whom it acts for.
    subscriber: Option<SubscriberView>,
    /// What one may do.
    privileges: PrivilegesView,
    /// The bans in force.
    #[schema(max_items = 1_000)]
    bans: Vec<OwnBan>,
}

/// Where one wants to know what one may do.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MeQuery {
    /// The title; unless told, what is withdrawn anywhere counts as withdrawn.
    #[param(max_length = 40, min_length = 1)]
    title: Option<String>,
}

/// The signed-in account, whom it acts for, and what it may do.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", tag = "me",
    params(MeQuery), responses((status = 200, body = MeAnswer)), extensions(("x-codes" = json!(["not_found"]))))]
pub async fn me(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<MeQuery>,
) -> Result<Json<MeAnswer>, Error> {
    let title: Option<TitleId> = query.title.as_deref().map(str::parse).transpose().map_err(|_| Code::NotFound)?;
    let mut work = app.read(person.clone()).await?;
    if let Some(title) = &title {
        titles::find(&mut work.tx, title).await?.ok_or(Code::NotFound)?;
    }
    let standing = gate::standing_of(&app, &mut work.tx, &person, work.now).await?;
    let may = |privilege| PrivilegeView::from(answer(privilege, &standing, title.as_ref(), work.now));
    let own = standing.bans.iter().map(|ban| OwnBan {
        id: ban.id,
        title: ban.scope.as_str().to_owned(),
        clause: ban.clause.clone(),
        until: ban.until,
        privileges: ban.privileges.names(),
    });
    Ok(Json(MeAnswer {
        account: AccountView::of(&person),
        subscriber: Some(SubscriberView { id: person.subscriber, standing: standing.entitlement.as_str() }),
        privileges: PrivilegesView {
            comment: may(Privilege::Comment),
            reply: may(Privilege::Reply),
            recommend: may(Privilege::Recommend),
            report: may(Privilege::Report),
        },
        bans: own.collect(),
    }))
}

fn answer(privilege: Privilege, standing: &Standing, title: Option<&TitleId>, now: Timestamp) -> Result<(), Refusal> {
    match title {
        Some(title) => gate::may(privilege, standing, title, now),
        None => gate::may_in_any_title(privilege, standing, now),
    }
}

/// A page of one's own comments.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnComments)]
pub struct OwnCommentsAnswer {
    /// The comments in every status, newest first.
    #[schema(max_items = 100)]
    items: Vec<CommentView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// One's own comments in every status, newest first.
#[utoipa::path(get, path = "/api/v1/me/comments", operation_id = "list_my_comments", tag = "me",
    params(PageQuery), responses((status = 200, body = OwnCommentsAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn own_comments(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<PageQuery>,
) -> Result<Json<OwnCommentsAnswer>, Error> {
    let (after, limit) = query.read(&app, "me-comments")?;
    let mut work = app.read(person.clone()).await?;
    let page = comments::list_of_account(&mut work.tx, person.account, after, limit).await?;
    let actor = person.into();
    let viewer = Viewer::new(&actor);
    let next = next_of(&app, "me-comments", page.next);
    Ok(Json(OwnCommentsAnswer { items: page.items.iter().map(|own| CommentView::of(viewer, own)).collect(), next }))
}

/// A statement of reasons.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statement)]
pub struct StatementView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    id: StatementId,
    /// Whose house rules it cites.
    #[schema(value_type = String, max_length = 40)]
    title: TitleId,
    /// Where it holds: a title, or `all`.
    #[schema(max_length = 40)]
    scope: String,
    /// `held`, `rejected`, `removed`, `banned`, `reminded` or `warned`.
    #[schema(max_length = 8, value_type = String)]
    kind: &'static str,
    /// The comment, when one was restricted.
    #[schema(value_type = Option<String>, max_length = 31)]
    comment: Option<CommentId>,
    /// Where the comment can be read by those who may, when one was restricted.
    #[schema(max_length = 2_000)]
    comment_link: Option<String>,
    /// The headline of its story, as it was then.
    #[schema(max_length = 255)]
    story_headline: Option<String>,
    /// The ban, when privileges were withdrawn.
    #[schema(value_type = Option<String>, max_length = 31)]
    ban: Option<BanId>,
    /// The reminder or the warning, when it is one.
    #[schema(value_type = Option<String>, max_length = 31)]
    warning: Option<WarningId>,
    /// The clause broken.
    #[schema(value_type = Option<String>, max_length = 40)]
    clause: Option<ClauseId>,
    /// In which version of the house rules.
    clause_version: Option<i64>,
    /// What the clause says in that version.
    #[schema(max_length = 10_000)]
    clause_text: Option<String>,
    /// Whether a rule and not a person decided; the same as `automated_decision`.
    is_automatic: bool,
    /// Whether a rule had seen something in the text.
    automated_detection: bool,
    /// Whether a rule and not a person decided.
    automated_decision: bool,
    /// Where to object.
    #[schema(max_length = 200)]
    contact: String,
    /// The text that was restricted, as it read.
    #[schema(max_length = 50_000)]
    text: Option<String>,
    /// The words in it that led to this.
    #[schema(max_items = 10_000)]
    words: Vec<String>,
    /// What was withdrawn.
    #[schema(max_items = 4)]
    privileges: Vec<String>,
    /// Until when; null for good, or when it does not apply.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    until: Option<Timestamp>,
    /// How many comments a ban took along.
    removed_comment_count: i64,
    /// When it was written.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    created_at: Timestamp,
    /// When what it tells of was undone, if it was.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    taken_back_at: Option<Timestamp>,
}

impl StatementView {
    /// `statement` as its reader sees it.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn of(work: &mut Work, site: &str, statement: Statement) -> Result<Self, StorageError> {
        let title = titles::get(&mut work.tx, &statement.title).await?;
        let clause_text = match &statement.clause {
            Some((clause, version)) => {
                titles::find_clause_text(&mut work.tx, &statement.title, clause, *version).await?
            }
            None => None,
        };
        let facts = statement.restriction;
        Ok(Self {
            id: statement.id,
            scope: if facts.is_everywhere { "all".to_owned() } else { statement.title.to_string() },
            title: statement.title,
            kind: statement.kind.as_str(),
            comment: statement.comment,
            comment_link: statement.comment.map(|comment| format!("{site}/comments/{comment}")),
            story_headline: facts.headline,
            ban: statement.ban,
            warning: facts.warning,
            clause_version: statement.clause.as_ref().map(|(_, version)| *version),
            clause: statement.clause.map(|(clause, _)| clause),
            clause_text,
            is_automatic: statement.is_automatic,
            automated_detection: statement.is_automatic || facts.was_detected_by_rules,
            automated_decision: statement.is_automatic,
            contact: title.contact,
            text: facts.text,
            words: facts.words,
            privileges: facts.privileges,
            until: facts.until,
            removed_comment_count: facts.removed_comment_count,
            created_at: statement.created_at,
            taken_back_at: statement.taken_back_at,
        })
    }
}

/// A page of statements of reasons.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statements)]
pub struct StatementsAnswer {
    /// The statements, newest first.
    #[schema(max_items = 100)]
    items: Vec<StatementView>,
    /// `after` of the next page, when there is one.
    #[schema(max_length = 54)]
    next: Option<String>,
}

/// The statements of reasons that one was sent, newest first.
#[utoipa::path(get, path = "/api/v1/me/decisions", operation_id = "list_my_statements", tag = "me",
    params(PageQuery), responses((status = 200, body = StatementsAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn statements(
    State(app): State<App>,
    Session { person, .. }: Session,
    Query(query): Query<PageQuery>,
) -> Result<Json<StatementsAnswer>, Error> {
    let (after, limit) = query.read(&app, "me-decisions")?;
    let mut work = app.read(person.clone()).await?;
    let page = notifications::list_statements(&mut work.tx, person.account, after, limit).await?;
    let next = next_of(&app, "me-decisions", page.next);
    let mut items = Vec::with_capacity(page.items.len());
    for statement in page.items {
        items.push(StatementView::of(&mut work, app.settings.public_url().as_str(), statement).await?);
    }
    Ok(Json(StatementsAnswer { items, next }))
}

/// How one wants to be told of removed comments.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MailChoice)]
pub struct MailForm {
    /// `each`, `hourly` or `daily`. Bans and warnings always come at once.
    #[serde(default)]
    #[schema(value_type = String, max_length = 6)]
    digest: Given<String>,
}

/// The choice that holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailAnswer {
    /// `each`, `hourly` or `daily`.
    #[schema(max_length = 6, value_type = String)]
    digest: &'static str,
}

/// Chooses whether statements about removed comments are mailed one by one, or together once an hour or a day.
#[utoipa::path(post, path = "/api/v1/me/mail", operation_id = "choose_mail", tag = "me",
    request_body = MailForm, responses((status = 200, body = MailAnswer)), extensions(("x-codes" = json!([]))))]
pub async fn choose_mail(
    State(app): State<App>,
    Session { person, .. }: Session,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<MailForm>>,
) -> Result<Json<MailAnswer>, Error> {
    let mut check = sent.check();
    let choices = Digest::ALL.map(|choice| (choice.as_str(), choice));
    let digest = check.one_of("digest", &sent.form.digest, &choices);
    let (digest,) = check.whole((digest,))?;
    let account = person.account;
    let mut work = app.write(person).await?;
    notifications::choose(&mut work, account, digest).await?;
    work.commit().await?;
    Ok(Json(MailAnswer { digest: digest.as_str() }))
}
