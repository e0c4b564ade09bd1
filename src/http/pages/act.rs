//! Doing something with a comment: answering, editing, taking back, recommending.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::compose::{ComposeForm, compose, settled};
use super::form::{PageForm, Yes, problems, typed};
use super::home::DoneQuery;
use super::show::{Showing, count, showing};
use super::story::told;
use super::views::{Compose, Done, EditPage, Problems, ReplyPage, WithdrawPage};
use super::visit::{Visit, see_done, see_other};
use crate::app::{App, Work};
use crate::comments::{self, Comment, Edited, Viewer};
use crate::http::api::comments::rejected;
use crate::http::extract::{Given, Path, Query};
use crate::http::redirect::ReturnTo;
use crate::http::{Code, Error, errors};
use crate::kernel::{Actor, CommentId};
use crate::{moderation, stories};

/// The comment that the visitor may know of, with its story.
pub(super) async fn found<'a>(
    app: &'a App,
    work: &mut Work,
    actor: &'a Actor,
    id: CommentId,
) -> Result<(Comment, Showing<'a>), Error> {
    let comment = comments::find_visible(&mut work.tx, Viewer::new(actor), id).await?.ok_or(Code::NotFound)?;
    let showing = showing(app, work, actor, comment.story).await?;
    Ok((comment, showing))
}

async fn reply_page(visit: &Visit, id: CommentId, mut compose: Compose) -> Result<ReplyPage, Error> {
    let actor = visit.actor();
    let mut work = visit.app.read(actor.clone()).await?;
    let (comment, showing) = found(&visit.app, &mut work, &actor, id).await?;
    compose.is_premoderated = showing.story.status == stories::Status::PreModerated;
    let frame = visit.frame(&mut work, Some(&showing.title)).await?;
    Ok(ReplyPage { frame, story: showing.head(), parent: showing.comment(&comment), compose })
}

/// The form for an answer.
pub(super) async fn reply_form(
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    let empty = compose(&visit.app, String::new(), Problems::default());
    Ok(visit.show(StatusCode::OK, &reply_page(&visit, comment, empty).await?))
}

/// Takes an answer.
pub(super) async fn reply(
    State(app): State<App>,
    Path(id): Path<CommentId>,
    form: PageForm<ComposeForm>,
) -> Result<Response, Error> {
    let visit = &form.visit;
    let person = visit.signed_in()?;
    let actor = visit.actor();
    let story = found(&app, &mut app.read(actor.clone()).await?, &actor, id).await?.0.story;
    let draft = form.sent.form.draft(story, Some(id));
    let posted = comments::submit(&app, person, &form.request("reply", id), draft).await;
    match settled(&app, typed(&form.sent.form.body), posted) {
        Ok(submitted) => Ok(told(&format!("/comments/{}", submitted.comment.id), &submitted)),
        Err(refused) => {
            let (error, again) = *refused;
            Ok(visit.show_refused(&error, &reply_page(visit, id, again).await?))
        }
    }
}

async fn edit_page(visit: &Visit, id: CommentId, text: Option<String>, problems: Problems) -> Result<EditPage, Error> {
    let actor = visit.actor();
    let mut work = visit.app.read(actor.clone()).await?;
    let (comment, showing) = found(&visit.app, &mut work, &actor, id).await?;
    if !showing.viewer().is_author(&comment) {
        return Err(Code::Forbidden.into());
    }
    Ok(EditPage {
        frame: visit.frame(&mut work, Some(&showing.title)).await?,
        story: showing.head(),
        comment: id.to_string(),
        revision: count(comment.revision),
        until: showing.moments.moment(showing.edit_until(&comment)),
        compose: compose(&visit.app, text.unwrap_or(comment.body), problems),
    })
}

/// The form for another text.
pub(super) async fn edit_form(
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    visit.signed_in()?;
    Ok(visit.show(StatusCode::OK, &edit_page(&visit, comment, None, Problems::default()).await?))
}

/// Another text.
#[derive(Debug, Deserialize)]
pub(super) struct EditForm {
    body: Given<String>,
    revision: Given<i64>,
}

/// Takes another text.
pub(super) async fn edit(
    State(app): State<App>,
    Path(id): Path<CommentId>,
    form: PageForm<EditForm>,
) -> Result<Response, Error> {
    let visit = &form.visit;
    let person = visit.signed_in()?;
    let text = typed(&form.sent.form.body);
    let revision = form.sent.form.revision.value().copied().unwrap_or(0);
    let error = match comments::edit(&app, person, id, revision, &text).await {
        Ok(Edited::Changed(comment)) => {
            let done = if comment.status == comments::Status::Held { Done::Held } else { Done::Edited };
            return Ok(see_done(&format!("/comments/{id}"), done));
        }
        Ok(Edited::Rejected(findings)) => rejected(&app, &findings),
        Err(comments::EditError::Stale(now)) => {
            let winner = moderation::winner_of(&app, &now).await?;
            errors::edit(comments::EditError::Stale(now), winner)
        }
        Err(error) => errors::edit(error, None),
    };
    let page = edit_page(visit, id, Some(text), problems(&app.words, &error, &["body"])).await?;
    Ok(visit.show_refused(&error, &page))
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

/// Takes a comment back.
pub(super) async fn withdraw(
    State(app): State<App>,
    Path(id): Path<CommentId>,
    form: PageForm<Yes>,
) -> Result<Response, Error> {
    comments::withdraw(&app, form.visit.signed_in()?, id).await?;
    Ok(see_done(&format!("/comments/{id}"), Done::Withdrawn))
}

/// A recommendation given or taken back.
#[derive(Debug, Deserialize)]
pub(super) struct RecommendForm {
    recommend: Given<String>,
    return_to: Given<Option<String>>,
}

/// Gives a recommendation, or takes it back, and leads back to the comment in the order it was seen in.
pub(super) async fn recommend(
    State(app): State<App>,
    Path(id): Path<CommentId>,
    form: PageForm<RecommendForm>,
) -> Result<Response, Error> {
    let person = form.visit.signed_in()?;
    match typed(&form.sent.form.recommend).as_str() {
        "yes" => comments::recommend(&app, person, id).await?,
        "no" => comments::unrecommend(&app, person, id).await?,
        _ => return Err(Code::Malformed.into()),
    };
    let back = form.sent.form.return_to.value().and_then(Option::as_deref);
    Ok(see_other(&ReturnTo::to_comment(back, id).to_string()))
}
