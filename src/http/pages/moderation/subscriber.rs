//! A subscriber as staff see them, and the ban: filled in, looked over, sent.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::ban_form::{BanFields, Filled};
use super::ban_rows::{place, rows};
use super::desk::{AtTitle, Desk};
use super::door::{Staff, href};
use super::label::{count, standing_of, state_of};
use super::person::panel;
use super::typed::problem;
use super::warn::{WarnTyped, given};
use crate::accounts;
use crate::app::{App, Work};
use crate::approvals::Act;
use crate::bans::Fate;
use crate::comments::{self, Comment, Status};
use crate::http::api::approvals::ask_second;
use crate::http::extract::Path;
use crate::http::pages::form::PageForm;
use crate::http::pages::views::{
    BanReviewPage, BoundAccount, Done, Evidence, EvidenceChoice, Problem, Problems, QueueTitle, SubscriberHead,
    SubscriberPage,
};
use crate::http::pages::visit::see_done;
use crate::http::session::check_proven_lately;
use crate::http::{Code, Error};
use crate::kernel::{CommentId, Limit, Scope, SubscriberId, TitleId, shortened};
use crate::moderation::{self, BanError, BanForm, SubscriberCard};
use crate::storage::StorageError;
use crate::subscriptions;
use crate::titles::Title;

/// The most characters of a comment in the list of evidence.
const MAX_EXCERPT_CHARS: usize = 160;

/// The page with its form as it comes back.
struct Shown {
    status: StatusCode,
    title: Option<TitleId>,
    filled: Filled,
    problems: Vec<Problem>,
    beside: Typed,
}

/// What was typed into the forms beside that of the ban.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) identity: IdentityTyped,
    pub(super) warning: WarnTyped,
}

/// What was typed into the form that says who is one person.
#[derive(Clone, Debug, Default)]
pub(super) struct IdentityTyped {
    pub(super) with: String,
    pub(super) reason: String,
    pub(super) problems: Vec<Problem>,
}

/// The subscriber with one of these forms as it comes back.
pub(super) async fn refused(
    app: &App,
    staff: &Staff,
    subscriber: SubscriberId,
    title: Option<TitleId>,
    beside: Typed,
) -> Result<Response, Error> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let shown = Shown { status, title, filled: Filled::fresh(None), problems: Vec::new(), beside };
    page(app, staff, subscriber, shown).await
}

/// What the moderator sees of the subscriber, read in one transaction.
struct Seen<'a> {
    desk: Desk<'a>,
    card: SubscriberCard,
    titles: Vec<Title>,
    at: Option<Arc<AtTitle>>,
    comments: Vec<Comment>,
}

/// Shows the subscriber.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(subscriber): Path<SubscriberId>,
) -> Result<Response, Error> {
    let title = staff.query("title").and_then(|title| title.parse().ok());
    let evidence = staff.query("evidence").and_then(|comment| comment.parse().ok());
    let filled = proposed(&app, &staff, subscriber, (title.as_ref(), evidence)).await?;
    let shown = Shown { status: StatusCode::OK, title, filled, problems: Vec::new(), beside: Typed::default() };
    page(&app, &staff, subscriber, shown).await
}

/// A fresh form with what the ladder of the title proposes.
async fn proposed(
    app: &App,
    staff: &Staff,
    subscriber: SubscriberId,
    (title, evidence): (Option<&TitleId>, Option<CommentId>),
) -> Result<Filled, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let chosen: Vec<CommentId> = evidence.into_iter().collect();
    let at = seen(app, staff, &mut work, subscriber, title, &chosen).await?.at;
    let Some(at) = at else { return Ok(Filled::fresh(evidence)) };
    let now = work.now;
    let rung = moderation::rung_of(&mut work, &staff.person, subscriber, Some(at.title.id.clone())).await?;
    Ok(Filled::proposed(evidence, &rung, &at, now))
}

/// What the ladder of the title proposes, in a sentence.
async fn proposal(
    app: &App,
    staff: &Staff,
    work: &mut Work,
    (subscriber, at): (SubscriberId, &AtTitle),
) -> Result<Option<String>, Error> {
    let rung = moderation::rung_of(work, &staff.person, subscriber, Some(at.title.id.clone())).await?;
    let Some(proposed) = &rung.proposed else { return Ok(None) };
    if rung.points == 0 {
        let count = rung.dismissed_report_count.into();
        return Ok(Some(app.words.with("ban-proposed-reporting", &[("count", count)])));
    }
    let arguments = [("points", rung.points.into()), ("step", proposed.step.clone().into())];
    Ok(Some(app.words.with("ban-proposed", &arguments)))
}

/// Takes the form a step further: to the look before it is sent, back to be changed, or into force.
pub(in crate::http::pages) async fn ban(
    State(app): State<App>,
    Path(subscriber): Path<SubscriberId>,
    form: PageForm<BanFields>,
) -> Result<Response, Error> {
    let request = form.request("ban", subscriber);
    let (staff, sent) = (Staff::of(form.visit)?, form.sent);
    let form = &sent.form;
    let title = form.rules.value().and_then(|title| title.parse().ok());
    let filled = Filled::of(&sent);
    let back = |status, problems| {
        let beside = Typed::default();
        Shown { status, title: title.clone(), filled: filled.clone(), problems, beside }
    };
    let step = form.step.value().map(String::as_str).unwrap_or_default();
    moderation::may_ban(&app, &staff.person, Some(&request), subscriber, (None, None)).await?;
    if matches!(step, "review" | "send") {
        check_proven_lately(&app, &staff.person)?;
    }
    let draft = match drafted(&app, &staff, subscriber, title.as_ref(), &filled).await? {
        Ok(draft) => draft,
        Err(problems) => {
            return page(&app, &staff, subscriber, back(StatusCode::UNPROCESSABLE_ENTITY, problems)).await;
        }
    };
    match step {
        "review" => review(&app, &staff, subscriber, title.as_ref(), &filled, draft).await,
        "change" => page(&app, &staff, subscriber, back(StatusCode::OK, Vec::new())).await,
        "send" => match moderation::make_ban(&app, &staff.person, Some(&request), subscriber, draft.clone()).await {
            Err(BanError::SecondPersonNeeded(why)) => {
                Err(ask_second(&app, &staff.person, Act::ban(subscriber, draft), why).await)
            }
            Ok(ban) => {
                let path = format!("/moderation/subscribers/{subscriber}");
                let path = href(&path, [("title", title.as_ref().map(TitleId::as_str))]);
                Ok(see_done(&format!("{path}#{}", ban.id), Done::Banned))
            }
            Err(error) => {
                let problems = problems_of(&app, error)?;
                page(&app, &staff, subscriber, back(StatusCode::UNPROCESSABLE_ENTITY, problems)).await
            }
        },
        _ => Err(Code::Malformed.into()),
    }
}

/// What of a refusal belongs beside the form; anything else is an error of its own.
fn problems_of(app: &App, error: BanError) -> Result<Vec<Problem>, Error> {
    let key = |field: &str| match field {
        "privileges" => problem(app, Some("privileges"), "problem-privileges"),
        "clause" => problem(app, Some("clause"), "problem-clause"),
        "until" => problem(app, Some("until"), "problem-until-past"),
        _ => problem(app, Some("evidence"), "problem-evidence"),
    };
    match error {
        BanError::IsStaff => Ok(vec![problem(app, None, "ban-not-staff")]),
        BanError::Invalid(faults) => Ok(faults.into_iter().map(|(field, _)| key(field)).collect()),
        BanError::NotFound
        | BanError::Forbidden
        | BanError::SecondPersonNeeded(_)
        | BanError::KeyMismatch
        | BanError::Storage(_) => Err(error.into()),
    }
}

/// The ban that was filled in, or what is wrong with it, who it would bind included.
async fn drafted(
    app: &App,
    staff: &Staff,
    subscriber: SubscriberId,
    title: Option<&TitleId>,
    filled: &Filled,
) -> Result<Result<BanForm, Vec<Problem>>, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let mut desk = Desk::new(app, &staff.person);
    let title = title.filter(|title| staff.person.roles.is_staff_in(title)).ok_or(Code::Forbidden)?;
    crate::titles::find(&mut work.tx, title).await?.ok_or(Code::NotFound)?;
    let at = desk.title(&mut work, title).await?;
    let draft = match filled.draft(app, &staff.person, &at) {
        Ok(draft) => draft,
        Err(problems) => return Ok(Err(problems)),
    };
    let scope = draft.scope.clone().unwrap_or(Scope::All);
    if accounts::is_staff_within(&mut work.tx, subscriber, &scope).await? {
        return Ok(Err(vec![problem(app, None, "ban-not-staff")]));
    }
    let rung = moderation::rung_of(&mut work, &staff.person, subscriber, Some(at.title.id.clone())).await?;
    if draft.note.is_none() && rung.is_departed_from(draft.privileges, draft.until) {
        return Ok(Err(vec![problem(app, Some("note"), "problem-note-departs")]));
    }
    if evidence(&mut work, staff, subscriber, &draft.evidence).await?.len() != draft.evidence.len() {
        return Ok(Err(vec![problem(app, Some("evidence"), "problem-evidence")]));
    }
    Ok(Ok(draft))
}

/// Those of `ids` that a ban of the subscriber may rest on.
async fn evidence(
    work: &mut Work,
    staff: &Staff,
    subscriber: SubscriberId,
    ids: &[CommentId],
) -> Result<Vec<Comment>, StorageError> {
    let mut found = comments::find_many(&mut work.tx, ids).await?;
    found.retain(|comment| {
        comment.subscriber == subscriber
            && comment.status != Status::Withdrawn
            && staff.person.roles.is_staff_in(&comment.title)
    });
    Ok(found)
}

/// Whom the ban would bind and what is in force already, before it is sent.
async fn review(
    app: &App,
    staff: &Staff,
    subscriber: SubscriberId,
    title: Option<&TitleId>,
    filled: &Filled,
    draft: BanForm,
) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let Seen { mut desk, card, at, .. } = seen(app, staff, &mut work, subscriber, title, &filled.evidence).await?;
    let at = at.ok_or(Code::Forbidden)?;
    let cited = crate::titles::locate_clause(&mut work.tx, &draft.clause).await?.ok_or(Code::NotFound)?;
    let clause = desk.clause(&mut work, &cited.title, &cited.id, cited.version).await?;
    let evidence = evidence(&mut work, staff, subscriber, &draft.evidence).await?;
    let now = work.now;
    let in_force: Vec<_> = card.bans.iter().filter(|ban| ban.is_in_force(now)).cloned().collect();
    let page = BanReviewPage {
        subscriber: head(&mut work, &card, Some(&at)).await?,
        in_force: rows(&mut desk, &mut work, in_force).await?,
        privileges: filled.privileges.clone(),
        clause,
        title_name: place(&mut desk, &mut work, &draft.scope.unwrap_or(Scope::All)).await?,
        until: draft.until.map(|until| at.moments.moment(until)),
        comments_key: match draft.comments {
            Fate::Keep => "ban-comments-keep",
            Fate::RemoveHeld => "ban-comments-remove-held",
            Fate::Remove => "ban-comments-remove",
        },
        note: filled.note.clone(),
        evidence: evidence
            .into_iter()
            .map(|comment| Evidence { comment: comment.id.to_string(), text: comment.body })
            .collect(),
        fields: filled.hidden(&at),
        problems: Problems::default(),
        frame: staff.frame(&mut work).await?,
    };
    Ok(staff.show(StatusCode::OK, &page))
}

async fn seen<'a>(
    app: &'a App,
    staff: &'a Staff,
    work: &mut Work,
    subscriber: SubscriberId,
    title: Option<&TitleId>,
    chosen: &[CommentId],
) -> Result<Seen<'a>, Error> {
    let titles = moderation::titles_of(&mut work.tx, &staff.person).await?;
    let ids: Vec<TitleId> = titles.iter().map(|title| title.id.clone()).collect();
    let card = moderation::subscriber_card(app, work, subscriber, &ids).await?.ok_or(Code::NotFound)?;
    let mut comments = comments::list_of_subscriber(&mut work.tx, subscriber, &ids, Limit::default()).await?;
    // What the moderator came from is offered, however long ago it was written.
    let missing: Vec<CommentId> =
        chosen.iter().copied().filter(|id| comments.iter().all(|comment| comment.id != *id)).collect();
    comments.extend(evidence(work, staff, subscriber, &missing).await?);
    let from = chosen.iter().find_map(|id| comments.iter().find(|comment| comment.id == *id));
    let about = from.or(comments.first()).map(|comment| &comment.title);
    let id = title.filter(|title| ids.contains(title)).or(about).or(ids.first()).cloned();
    let mut desk = Desk::new(app, &staff.person);
    let at = match id {
        Some(id) => Some(desk.title(work, &id).await?),
        None => None,
    };
    Ok(Seen { desk, card, titles, at, comments })
}

async fn page(app: &App, staff: &Staff, subscriber: SubscriberId, shown: Shown) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let title = shown.title.as_ref();
    let Seen { mut desk, card, titles, at, comments } =
        seen(app, staff, &mut work, subscriber, title, &shown.filled.evidence).await?;
    let is_viewer = staff.person.subscriber == subscriber;
    let is_staff = match &at {
        Some(at) => accounts::is_staff_within(&mut work.tx, subscriber, &Scope::Title(at.title.id.clone())).await?,
        None => false,
    };
    let may_ban = !is_viewer && !is_staff;
    let now = work.now;
    let moments = &at.as_ref().ok_or(Code::Forbidden)?.moments;
    let identity = panel(&mut work, &card, moments, may_ban, shown.beside.identity).await?;
    let (in_force, past) = card.bans.iter().cloned().partition(|ban| ban.is_in_force(now));
    let proposal = match at.as_deref().filter(|_| may_ban) {
        Some(at) => proposal(app, staff, &mut work, (subscriber, at)).await?,
        None => None,
    };
    let view = SubscriberPage {
        proposal,
        subscriber: head(&mut work, &card, at.as_deref()).await?,
        identity,
        comments: choices(&mut desk, &mut work, &comments, &shown.filled.evidence).await?,
        in_force: rows(&mut desk, &mut work, in_force).await?,
        past: rows(&mut desk, &mut work, past).await?,
        titles: tabs(subscriber, &titles, at.as_deref()),
        warnings: given(&mut desk, &mut work, subscriber).await?,
        warn: at.as_deref().filter(|_| may_ban).map(|at| shown.beside.warning.view(at)),
        form: at.filter(|_| may_ban).map(|at| shown.filled.view(app, &staff.person, &at, shown.problems)),
        is_staff,
        is_viewer,
        frame: staff.frame(&mut work).await?,
    };
    Ok(staff.show(shown.status, &view))
}

/// Who it is, what they have paid for, and what their comments came to where the viewer moderates.
async fn head(work: &mut Work, card: &SubscriberCard, at: Option<&AtTitle>) -> Result<SubscriberHead, Error> {
    let at = at.ok_or(Code::Forbidden)?;
    let subscriptions = subscriptions::list(&mut work.tx, card.id).await?;
    let valid_until = subscriptions.iter().filter_map(|subscription| subscription.valid_until).max();
    let sum = |of: fn(&comments::Record) -> i64| count(card.records.iter().map(|(_, record)| of(record)).sum::<i64>());
    let accounts = card.accounts.iter().map(|account| BoundAccount {
        id: account.id.to_string(),
        name: account.name.clone(),
        since: at.moments.day(account.created_at),
    });
    Ok(SubscriberHead {
        id: card.id.to_string(),
        standing: standing_of(card.entitlement),
        valid_until: valid_until.map(|until| at.moments.day(until)),
        accounts: accounts.collect(),
        published_count: sum(|record| record.published_count),
        removed_count: sum(|record| record.removed_count),
        upheld_count: sum(|record| record.upheld_report_count),
    })
}

async fn choices(
    desk: &mut Desk<'_>,
    work: &mut Work,
    comments: &[Comment],
    chosen: &[CommentId],
) -> Result<Vec<EvidenceChoice>, StorageError> {
    let mut choices = Vec::with_capacity(comments.len());
    for comment in comments {
        choices.push(EvidenceChoice {
            comment: comment.id.to_string(),
            excerpt: shortened(&comment.body, MAX_EXCERPT_CHARS),
            state: state_of(comment.status),
            posted: desk.title(work, &comment.title).await?.moments.moment(comment.created_at),
            is_chosen: chosen.contains(&comment.id),
        });
    }
    Ok(choices)
}

fn tabs(subscriber: SubscriberId, titles: &[Title], at: Option<&AtTitle>) -> Vec<QueueTitle> {
    let path = format!("/moderation/subscribers/{subscriber}");
    let tab = |title: &Title| QueueTitle {
        name: title.name.clone(),
        href: format!("{}#ban", href(&path, [("title", Some(title.id.as_str()))])),
        is_chosen: at.is_some_and(|at| at.title.id == title.id),
    };
    titles.iter().map(tab).collect()
}
