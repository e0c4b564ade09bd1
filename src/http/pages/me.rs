//! A page of one's own.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::Moments;
use super::account::check_mail;
use super::form::{PageForm, Yes, problems, typed};
use super::show::{Clauses, comment_state, fate, moment, privilege, standing};
use super::views::{
    Done, MailSent, MePage, MyBan, MyComment, MyReport, MySession, MyWarning, Problems, ReportOutcome, Statement,
    StoryRef,
};
use super::visit::{Visit, see_done};
use crate::accounts;
use crate::app::{App, Work};
use crate::comments;
use crate::http::Code;
use crate::http::Error;
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::error::FieldFault;
use crate::http::errors;
use crate::http::extract::{Given, Path, Query, page_cursor};
use crate::http::session::set_cookie;
use crate::kernel::{Cursor, Limit, Scope, SessionId, SignedIn, TitleId, WarningId, shortened};
use crate::notifications::{self, Digest, Kind};
use crate::storage::StorageError;
use crate::subscriptions::Policy;
use crate::{bans, moderation, reports, stories, subscriptions, titles};

/// Which page of one's own comments.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeQuery {
    after: Option<String>,
    #[serde(rename = "done")]
    _done: Option<String>,
}

const SCOPE: &str = "me-comments";
const EXCERPT_CHARS: usize = 160;

/// One's own page.
pub(super) async fn me(State(app): State<App>, visit: Visit, Query(query): Query<MeQuery>) -> Result<Response, Error> {
    let person = visit.signed_in()?.clone();
    let after = page_cursor(&cursor_key(&app), SCOPE, query.after.as_deref())?;
    Ok(visit.show(StatusCode::OK, &page(&visit, &person, after, Filled::default()).await?))
}

/// What of a form on the page comes back.
#[derive(Default)]
struct Filled {
    new_name: Option<String>,
    new_email: String,
    problems: Problems,
}

/// Moments as a subscriber's own pages show them: they read several papers, so in the zone of the first.
pub(super) async fn own_moments(app: &App, work: &mut Work) -> Result<Moments, StorageError> {
    let zone = titles::list(&mut work.tx).await?.into_iter().next().map_or_else(|| "UTC".into(), |it| it.time_zone);
    Ok(Moments::new(&zone, app.words.clone()))
}

async fn page(visit: &Visit, person: &SignedIn, after: Option<Cursor>, filled: Filled) -> Result<MePage, Error> {
    let app = &visit.app;
    let mut work = app.read(person.clone()).await?;
    let moments = own_moments(app, &mut work).await?;
    let mut clauses = Clauses::default();
    let email = accounts::find_address(&mut work.tx, person.account).await?.map(|(email, _)| email);
    let now = work.now;
    let paid = subscriptions::list(&mut work.tx, person.subscriber).await?;
    let (own, next) = own_comments(app, &mut work, person, after, &moments).await?;
    Ok(MePage {
        frame: visit.frame(&mut work, None).await?,
        name: person.name.clone(),
        email: email.unwrap_or_default(),
        standing: standing({
            let policy = Policy::of(&app.settings.billing);
            subscriptions::entitlement_of(&mut work.tx, person.subscriber, &policy, now).await?
        }),
        valid_until: paid.iter().filter_map(|one| one.valid_until).max().map(|at| moments.day(at)),
        comments: own,
        comments_next_href: next_of(app, SCOPE, next).map(|next| format!("/me?after={next}")),
        reports: own_reports(&mut work, person, &moments, &mut clauses).await?,
        bans: own_bans(&mut work, person, &moments, &mut clauses).await?,
        warnings: own_warnings(&mut work, person, &moments, &mut clauses).await?,
        digest: notifications::digest_of(&mut work.tx, person.account).await?.as_str(),
        statements: statements(app, &mut work, person, &moments, &mut clauses).await?,
        sessions: sessions(&mut work, person, &moments).await?,
        password_min_chars: app.settings.accounts.password_min_chars.into(),
        has_password: accounts::has_password(&mut work.tx, person.account).await?,
        new_name: filled.new_name.unwrap_or_else(|| person.name.clone()),
        rename_days: app.settings.accounts.rename_days.into(),
        new_email: filled.new_email,
        problems: filled.problems,
    })
}

async fn own_comments(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    after: Option<Cursor>,
    moments: &Moments,
) -> Result<(Vec<MyComment>, Option<Cursor>), Error> {
    let page = comments::list_of_account(&mut work.tx, person.account, after, Limit::default()).await?;
    let ids: Vec<_> = page.items.iter().map(|comment| comment.story).collect();
    let known = stories::find_many(&mut work.tx, &ids).await?;
    let mut own = Vec::with_capacity(page.items.len());
    for comment in page.items {
        let story = known.iter().find(|story| story.id == comment.story);
        let fate = fate(app, work, &comment, moments).await?.unwrap_or_default();
        own.push(MyComment {
            id: comment.id.to_string(),
            story: StoryRef {
                id: comment.story.to_string(),
                headline: story.map(|story| story.headline.clone()).unwrap_or_default(),
                title_name: title_name(work, &comment.title).await?,
            },
            state: comment_state(comment.status),
            excerpt: shortened(&comments::plain_text(&comment.body), EXCERPT_CHARS),
            posted: moments.moment(comment.created_at),
            reason: fate.reason,
            clause: fate.clause,
        });
    }
    Ok((own, page.next))
}

async fn title_name(work: &mut Work, title: &TitleId) -> Result<String, Error> {
    Ok(titles::get(&mut work.tx, title).await?.name)
}

async fn own_reports(
    work: &mut Work,
    person: &SignedIn,
    moments: &Moments,
    clauses: &mut Clauses,
) -> Result<Vec<MyReport>, Error> {
    let page = reports::list_of_account(&mut work.tx, person.account, None, Limit::default()).await?;
    let mut own = Vec::with_capacity(page.items.len());
    for report in page.items {
        own.push(MyReport {
            comment: report.comment.to_string(),
            excerpt: shortened(&comments::plain_text(&report.body), EXCERPT_CHARS),
            clause: clauses.cite(work, &report.title, &report.clause).await?,
            sent: moments.moment(report.created_at),
            outcome: outcome_of(report.outcome),
        });
    }
    Ok(own)
}

/// What became of a report.
pub(super) const fn outcome_of(outcome: Option<reports::Outcome>) -> ReportOutcome {
    match outcome {
        None => ReportOutcome::Open,
        Some(reports::Outcome::Upheld) => ReportOutcome::Upheld,
        Some(reports::Outcome::Dismissed) => ReportOutcome::NotUpheld,
        Some(reports::Outcome::Withdrawn) => ReportOutcome::Overtaken,
    }
}

async fn own_bans(
    work: &mut Work,
    person: &SignedIn,
    moments: &Moments,
    clauses: &mut Clauses,
) -> Result<Vec<MyBan>, Error> {
    let told = notifications::list_statements(&mut work.tx, person.account, None, Limit::default()).await?.items;
    let mut own = Vec::new();
    for ban in bans::list_of(&mut work.tx, person.subscriber).await? {
        let statement = told.iter().find(|statement| statement.ban == Some(ban.id));
        own.push(MyBan {
            id: ban.id.to_string(),
            privileges: ban.privileges.iter().map(privilege).collect(),
            clause: clauses.cite(work, &ban.clause_title, &ban.clause).await?,
            title_name: match &ban.scope {
                Scope::All => None,
                Scope::Title(title) => Some(title_name(work, title).await?),
            },
            since: moments.moment(ban.created_at),
            until: moment(moments, ban.until),
            is_in_force: ban.is_in_force(work.now),
            statement: statement.map(|statement| statement.id.to_string()),
        });
    }
    Ok(own)
}

async fn own_warnings(
    work: &mut Work,
    person: &SignedIn,
    moments: &Moments,
    clauses: &mut Clauses,
) -> Result<Vec<MyWarning>, Error> {
    let mut own = Vec::new();
    for warning in bans::open_warnings(&mut work.tx, person.subscriber).await? {
        own.push(MyWarning {
            id: warning.id.to_string(),
            title_name: title_name(work, &warning.title).await?,
            clause: clauses.cite(work, &warning.title, &warning.clause).await?,
            given: moments.moment(warning.created_at),
        });
    }
    Ok(own)
}

/// Acknowledges a warning.
pub(super) async fn acknowledge(
    State(app): State<App>,
    Path(warning): Path<WarningId>,
    form: PageForm<Yes>,
) -> Result<Response, Error> {
    moderation::acknowledge(&app, form.visit.signed_in()?, warning).await?;
    Ok(see_done("/me", Done::WarningAcknowledged))
}

/// How mail is to come, chosen on one's own page.
#[derive(Deserialize)]
pub(super) struct MailForm {
    digest: Given<String>,
}

/// Notes how mail about removed comments is to come.
pub(super) async fn mail(State(app): State<App>, form: PageForm<MailForm>) -> Result<Response, Error> {
    let person = form.visit.signed_in()?.clone();
    let digest = Digest::parse(&typed(&form.sent.form.digest)).ok_or(Code::Malformed)?;
    let account = person.account;
    let mut work = app.write(person).await?;
    notifications::choose(&mut work, account, digest).await?;
    work.commit().await?;
    Ok(see_done("/me", Done::MailChosen))
}

async fn statements(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    moments: &Moments,
    clauses: &mut Clauses,
) -> Result<Vec<Statement>, Error> {
    let page = notifications::list_statements(&mut work.tx, person.account, None, Limit::default()).await?;
    let mut shown = Vec::with_capacity(page.items.len());
    for told in page.items {
        let title = titles::get(&mut work.tx, &told.title).await?;
        let name = || [("title", title.name.clone().into())];
        let (heading, what) = match told.kind {
            Kind::Held => ("mail-statement-held-subject", app.words.with("mail-statement-held", &name())),
            Kind::Rejected => ("mail-statement-rejected-subject", app.words.with("mail-statement-rejected", &name())),
            Kind::Removed => ("mail-statement-removed-subject", app.words.with("mail-statement-removed", &name())),
            Kind::Banned => ("mail-statement-banned-subject", banned(app, &title.name, &told, moments)),
            Kind::Reminded => ("mail-statement-reminded-subject", app.words.with("mail-statement-reminded", &name())),
            Kind::Warned => ("mail-statement-warned-subject", app.words.with("mail-statement-warned", &name())),
        };
        let mut paragraphs = vec![what];
        if told.taken_back_at.is_some() {
            paragraphs.push(app.words.text("mail-statement-taken-back"));
        }
        if told.restriction.removed_comment_count > 0 {
            let count = told.restriction.removed_comment_count.into();
            paragraphs.push(app.words.with("mail-statement-comments", &[("count", count)]));
        }
        if let Some(headline) = &told.restriction.headline {
            paragraphs.push(app.words.with("mail-statement-story", &[("headline", headline.clone().into())]));
        }
        if let Some((clause, _)) = &told.clause {
            let cited = clauses.cite(work, &told.title, clause).await?;
            let mentions = [("title", title.name.clone().into()), ("clause", cited.heading.clone().into())];
            paragraphs.push(app.words.with("mail-statement-clause", &mentions));
        }
        if let Some((clause, version)) = &told.clause {
            if let Some(text) = titles::find_clause_text(&mut work.tx, &told.title, clause, *version).await? {
                paragraphs.push(format!("{} {text}", app.words.text("mail-statement-clause-text")));
            }
            paragraphs.push(app.words.with("mail-statement-version", &[("version", (*version).into())]));
        }
        if let Some(text) = &told.restriction.text {
            let quoted = shortened(&comments::plain_text(text), 1_000);
            paragraphs.push(format!("{} {quoted}", app.words.text("mail-statement-comment")));
        }
        if !told.restriction.words.is_empty() {
            let words: Vec<String> = told.restriction.words.iter().take(20).map(|word| format!("“{word}”")).collect();
            let words = shortened(&words.join(", "), 1_000);
            paragraphs.push(app.words.with("mail-statement-words", &[("words", words.into())]));
        }
        if told.kind == Kind::Removed {
            let was_seen = told.restriction.was_detected_by_rules;
            let key = if was_seen { "mail-statement-detected-by-rule" } else { "mail-statement-not-detected" };
            paragraphs.push(app.words.text(key));
        }
        let by = if told.is_automatic { "mail-statement-by-rule" } else { "mail-statement-by-person" };
        paragraphs.push(app.words.text(by));
        paragraphs.push(app.words.with("statement-object", &[("contact", title.contact.clone().into())]));
        shown.push(Statement {
            id: told.id.to_string(),
            heading: app.words.with(heading, &name()),
            paragraphs,
            sent: moments.moment(told.created_at),
        });
    }
    Ok(shown)
}

fn banned(app: &App, title: &str, told: &notifications::Statement, moments: &Moments) -> String {
    let names = told.restriction.privileges.iter().map(|name| app.words.text(&format!("mail-privilege-{name}")));
    let privileges = names.collect::<Vec<_>>().join(", ");
    let place = if told.restriction.is_everywhere { app.words.text("mail-everywhere") } else { title.to_owned() };
    let (place, privileges) = (("title", place.into()), ("privileges", privileges.into()));
    match told.restriction.until {
        None => app.words.with("mail-statement-banned-for-good", &[place, privileges]),
        Some(until) => {
            let until = ("until", moments.moment(until).shown.into());
            app.words.with("mail-statement-banned-until", &[place, privileges, until])
        }
    }
}

async fn sessions(work: &mut Work, person: &SignedIn, moments: &Moments) -> Result<Vec<MySession>, Error> {
    let now = work.now;
    let sessions = accounts::list_sessions(&mut work.tx, person.account, now).await?;
    let shown = sessions.into_iter().map(|session| MySession {
        is_this: session.id == person.session,
        id: session.id.to_string(),
        device: format!("{} ({})", session.user_agent, session.network),
        since: moments.moment(session.created_at),
        last_used: moments.moment(session.seen_at),
    });
    Ok(shown.collect())
}

/// A new password, typed into one's own page.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    current_password: Given<String>,
    password: Given<String>,
}

/// Changes the password.
pub(super) async fn password(State(app): State<App>, form: PageForm<PasswordForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let person = visit.signed_in()?;
    let (old, new) = (typed(&sent.current_password), typed(&sent.password));
    let error = match accounts::change_password(&app, person, &old, &new).await {
        Ok(()) => return Ok(see_done("/me", Done::PasswordChanged)),
        Err(error) => Error::from(error).renamed(&[("old", "current_password"), ("new", "password")]),
    };
    let problems = problems(&app.words, &error, &["current_password", "password"]);
    let page = page(visit, person, None, Filled { problems, ..Filled::default() }).await?;
    Ok(visit.show_refused(&error, &page))
}

/// Another address, typed into one's own page.
#[derive(Deserialize)]
pub(super) struct AddressForm {
    new_email: Given<String>,
    address_password: Given<String>,
}

/// Mails a link to the address that the account changes to.
pub(super) async fn address(State(app): State<App>, form: PageForm<AddressForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let person = visit.signed_in()?;
    let (email, password) = (typed(&sent.new_email), typed(&sent.address_password));
    let error = match accounts::ask_change_email(&app, person, &email, &password).await {
        Ok(()) => return check_mail(visit, email, MailSent::Change, visit.here()).await,
        Err(error) => Error::from(error).renamed(&[("email", "new_email"), ("password", "address_password")]),
    };
    let problems = problems(&app.words, &error, &["new_email", "address_password"]);
    let page = page(visit, person, None, Filled { new_email: email, problems, ..Filled::default() }).await?;
    Ok(visit.show_refused(&error, &page))
}

/// Another name, typed into one's own page.
#[derive(Deserialize)]
pub(super) struct NameForm {
    new_name: Given<String>,
}

/// Takes another name.
pub(super) async fn name(State(app): State<App>, form: PageForm<NameForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let person = visit.signed_in()?;
    let name = typed(&sent.new_name);
    let error = match accounts::rename(&app, person, &name).await {
        Ok(_) => return Ok(see_done("/me", Done::Renamed)),
        Err(error) => errors::rename(&app, error).renamed(&[("name", "new_name")]),
    };
    let problems = problems(&app.words, &error, &["new_name"]);
    let page = page(visit, person, None, Filled { new_name: Some(name), problems, ..Filled::default() }).await?;
    Ok(visit.show_refused(&error, &page))
}

/// Whether one is sure.
#[derive(Deserialize)]
pub(super) struct DeleteForm {
    sure: Given<bool>,
}

/// Deletes the account; the browser is signed out.
pub(super) async fn delete(State(app): State<App>, form: PageForm<DeleteForm>) -> Result<Response, Error> {
    let (visit, sent) = (&form.visit, &form.sent.form);
    let person = visit.signed_in()?;
    let error = if sent.sure.value() == Some(&true) {
        match accounts::delete_account(&app, person).await {
            Ok(()) => {
                let mut response = see_done("/", Done::SignedOut);
                response.headers_mut().append(SET_COOKIE, set_cookie(&app, None));
                return Ok(response);
            }
            Err(error) => Error::from(error),
        }
    } else {
        Error::invalid(vec![FieldFault::new("sure", "missing", &[])])
    };
    let problems = problems(&app.words, &error, &["sure"]);
    let page = page(visit, person, None, Filled { problems, ..Filled::default() }).await?;
    Ok(visit.show_refused(&error, &page))
}

/// Ends a session of one's own.
pub(super) async fn end_session(
    State(app): State<App>,
    Path(session): Path<SessionId>,
    form: PageForm<Yes>,
) -> Result<Response, Error> {
    accounts::end_session(&app, form.visit.signed_in()?, session).await?;
    Ok(see_done("/me", Done::SessionEnded))
}
