//! Doing something with a comment: answering, editing, taking back, recommending, reporting.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::home::DoneQuery;
use super::refusals::{expired, problems};
use super::show::{Showing, count, showing};
use super::story::{ComposeForm, form_problems, told};
use super::views::{Compose, Done, EditPage, Problems, ReplyPage, ReportPage, WithdrawPage};
use super::visit::{Visit, see_done, see_other};
use crate::app::{App, Work};
use crate::comments::{self, Comment, Draft, Edited, Viewer};
use crate::http::extract::{Form, Given, Path, Query, Sent};
use crate::http::redirect::ReturnTo;
use crate::http::{Code, Error, errors};
use crate::kernel::{Actor, ClauseId, CommentId};
use crate::reports::{self, NewReport};
use crate::rules::Outcome;
use crate::{moderation, stories};

/// The comment that the visitor may know of, with its story.
async fn found<'a>(
    app: &'a App,
    work: &mut Work,
    actor: &'a Actor,
    id: CommentId,
) -> Result<(Comment, Showing<'a>), Error> {
    let comment = comments::find_visible(&mut work.tx, Viewer::new(actor), id).await?.ok_or(Code::NotFound)?;
    let showing = showing(app, work, actor, comment.story).await?;
    Ok((comment, showing))
}

fn compose(app: &App, text: String, problems: Problems) -> Compose {
    Compose { text, max_chars: app.settings.comments.max_chars.into(), is_premoderated: false, problems }
}

async fn reply_page(
    app: &App,
    visit: &Visit,
    id: CommentId,
    mut compose: Compose,
    status: StatusCode,
) -> Result<Response, Error> {
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let (comment, showing) = found(app, &mut work, &actor, id).await?;
    compose.is_premoderated = showing.story.status == stories::Status::PreModerated;
    let frame = visit.frame(&mut work, Some(&showing.title)).await?;
    let view = ReplyPage { frame, story: showing.head(), parent: showing.comment(&comment), compose };
    Ok(visit.show(status, &view))
}

/// The form for an answer.
pub(super) async fn reply_form(
    State(app): State<App>,
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    reply_page(&app, &visit, comment, compose(&app, String::new(), Problems::default()), StatusCode::OK).await
}

/// Takes an answer.
pub(super) async fn reply(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    Form(sent): Form<Sent<ComposeForm>>,
) -> Result<Response, Error> {
    let text = sent.form.body.value().cloned().unwrap_or_default();
    if visit.check_form(&sent.form.csrf).is_err() {
        let typed = vec![(app.words.text("compose-label"), text)];
        return Ok(expired(&visit, typed, &format!("/comments/{id}/reply")).await);
    }
    let person = visit.signed_in()?.clone();
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let story = found(&app, &mut work, &actor, id).await?.0.story;
    drop(work);
    let request = visit.request(&sent.form.key, "reply", id, sent.digest)?;
    let draft = Draft { story, parent: Some(id), body: text.clone(), nudge: None };
    let error = match comments::submit(&app, &person, &request, draft).await {
        Ok(submitted) if submitted.outcome != Outcome::Reject => {
            return Ok(told(&format!("/comments/{}", submitted.comment.id), &submitted));
        }
        Ok(submitted) => crate::http::api::comments::rejected(&app, &submitted.findings),
        Err(error) => errors::submit(&app, error),
    };
    reply_page(&app, &visit, id, compose(&app, text, form_problems(&error)), error.status()).await
}

async fn edit_page(
    app: &App,
    visit: &Visit,
    id: CommentId,
    text: Option<String>,
    problems: Problems,
    status: StatusCode,
) -> Result<Response, Error> {
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let (comment, showing) = found(app, &mut work, &actor, id).await?;
    if !showing.viewer().is_author(&comment) {
        return Err(Code::Forbidden.into());
    }
    let frame = visit.frame(&mut work, Some(&showing.title)).await?;
    let until = showing.moments.moment(showing.edit_until(&comment));
    let view = EditPage {
        frame,
        story: showing.head(),
        comment: id.to_string(),
        revision: count(comment.revision),
        until,
        compose: compose(app, text.unwrap_or(comment.body), problems),
    };
    Ok(visit.show(status, &view))
}

/// The form for another text.
pub(super) async fn edit_form(
    State(app): State<App>,
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    edit_page(&app, &visit, comment, None, Problems::default(), StatusCode::OK).await
}

/// Another text.
#[derive(Debug, Deserialize)]
pub(super) struct EditForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    body: Given<String>,
    revision: Given<i64>,
}

/// Takes another text.
pub(super) async fn edit(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    Form(sent): Form<Sent<EditForm>>,
) -> Result<Response, Error> {
    let text = sent.form.body.value().cloned().unwrap_or_default();
    if visit.check_form(&sent.form.csrf).is_err() {
        let typed = vec![(app.words.text("compose-label"), text)];
        return Ok(expired(&visit, typed, &format!("/comments/{id}/edit")).await);
    }
    let person = visit.signed_in()?.clone();
    let revision = sent.form.revision.value().copied().unwrap_or(0);
    let error = match comments::edit(&app, &person, id, revision, &text).await {
        Ok(Edited::Changed(comment)) => {
            let done = if comment.status == comments::Status::Held { Done::Held } else { Done::Edited };
            return Ok(see_done(&format!("/comments/{id}"), done));
        }
        Ok(Edited::Rejected(findings)) => crate::http::api::comments::rejected(&app, &findings),
        Err(comments::EditError::Stale(now)) => {
            let winner = moderation::winner_of(&app, &now).await?;
            errors::edit(comments::EditError::Stale(now), winner)
        }
        Err(error) => errors::edit(error, None),
    };
    edit_page(&app, &visit, id, Some(text), form_problems(&error), error.status()).await
}

/// Asks whether a comment is really to be taken back.
pub(super) async fn withdraw_form(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let (comment, showing) = found(&app, &mut work, &actor, id).await?;
    if !showing.viewer().is_author(&comment) {
        return Err(Code::Forbidden.into());
    }
    let frame = visit.frame(&mut work, Some(&showing.title)).await?;
    let view = WithdrawPage {
        frame,
        story: showing.head(),
        comment: showing.comment(&comment),
        problems: Problems::default(),
    };
    Ok(visit.show(StatusCode::OK, &view))
}

/// A form that says nothing but yes.
#[derive(Debug, Deserialize)]
pub(super) struct YesForm {
    pub(super) csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
}

/// Takes a comment back.
pub(super) async fn withdraw(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    Form(sent): Form<Sent<YesForm>>,
) -> Result<Response, Error> {
    visit.check_form(&sent.form.csrf)?;
    let person = visit.signed_in()?.clone();
    comments::withdraw(&app, &person, id).await?;
    Ok(see_done(&format!("/comments/{id}"), Done::Withdrawn))
}

/// A recommendation given or taken back.
#[derive(Debug, Deserialize)]
pub(super) struct RecommendForm {
    csrf: Given<String>,
    #[serde(rename = "key")]
    _key: Given<String>,
    recommend: Given<String>,
    return_to: Given<Option<String>>,
}

/// Gives a recommendation, or takes it back.
pub(super) async fn recommend(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    Form(sent): Form<Sent<RecommendForm>>,
) -> Result<Response, Error> {
    visit.check_form(&sent.form.csrf)?;
    let person = visit.signed_in()?.clone();
    if sent.form.recommend.value().is_some_and(|word| word == "no") {
        comments::unrecommend(&app, &person, id).await?;
    } else {
        comments::recommend(&app, &person, id).await?;
    }
    let back = sent.form.return_to.value().cloned().flatten();
    let path = back.as_deref().map(|path| path.split('?').next().unwrap_or(path));
    let page = path.and_then(|path| path.parse::<ReturnTo>().ok());
    Ok(see_other(&page.map_or_else(|| format!("/comments/{id}"), |page| format!("{page}#{id}"))))
}

async fn report_page(
    app: &App,
    visit: &Visit,
    id: CommentId,
    (chosen, note): (String, String),
    problems: Problems,
    status: StatusCode,
) -> Result<Response, Error> {
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let (comment, showing) = found(app, &mut work, &actor, id).await?;
    let frame = visit.frame(&mut work, Some(&showing.title)).await?;
    let view = ReportPage {
        frame,
        story: showing.head(),
        comment: showing.comment(&comment),
        clauses: showing.clauses(),
        chosen,
        note,
        note_max_chars: app.settings.reports.max_note_chars.into(),
        problems,
    };
    Ok(visit.show(status, &view))
}

/// The form for a report.
pub(super) async fn report_form(
    State(app): State<App>,
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    report_page(&app, &visit, comment, Default::default(), Problems::default(), StatusCode::OK).await
}

/// A report typed into a page.
#[derive(Debug, Deserialize)]
pub(super) struct ReportForm {
    csrf: Given<String>,
    key: Given<String>,
    clause: Given<ClauseId>,
    note: Given<Option<String>>,
}

/// Takes a report.
pub(super) async fn report(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    Form(sent): Form<Sent<ReportForm>>,
) -> Result<Response, Error> {
    let note = sent.form.note.value().cloned().flatten().unwrap_or_default();
    let chosen = sent.form.clause.value().map(ToString::to_string).unwrap_or_default();
    if visit.check_form(&sent.form.csrf).is_err() {
        let typed = vec![(app.words.text("report-note"), note)];
        return Ok(expired(&visit, typed, &format!("/comments/{id}/report")).await);
    }
    let person = visit.signed_in()?.clone();
    let request = visit.request(&sent.form.key, "report", id, sent.digest)?;
    let mut check = sent.check();
    let clause = check.value("clause", &sent.form.clause);
    let max = app.settings.reports.max_note_chars as usize;
    let checked = check.optional_text("note", &sent.form.note, 0..=max);
    let error = match check.whole((clause, checked)) {
        Err(invalid) => invalid,
        Ok((clause, note)) => {
            let new = NewReport { comment: id, clause, note: note.filter(|note| !note.trim().is_empty()) };
            match reports::submit(&app, &person, &request, new).await {
                Ok(_) => return Ok(see_done(&format!("/comments/{id}"), Done::Reported)),
                Err(error) => errors::report(&app, error),
            }
        }
    };
    let told = problems(&error, &["clause", "note"]);
    report_page(&app, &visit, id, (chosen, note), told, error.status()).await
}
