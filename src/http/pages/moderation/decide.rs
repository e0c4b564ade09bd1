//! One comment's card, and the decision on it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::card::{MAX_NOTE_CHARS, card_of, history};
use super::desk::Desk;
use super::door::Staff;
use super::label::{action_of, done_of};
use super::queue::{Place, QUEUE, next_after};
use super::typed::{problem, text_of};
use crate::app::App;
use crate::approvals::Act;
use crate::comments::{self, Viewer};
use crate::http::api::approvals::ask_second;
use crate::http::extract::{Given, Path};
use crate::http::pages::form::PageForm;
use crate::http::pages::views::{CardPage, Conflict, Problem, Problems};
use crate::http::pages::visit::see_done;
use crate::http::{Code, Error};
use crate::kernel::{Actor, CommentId, Cursor, Id, char_count};
use crate::moderation::{self, Action, DecideError, Winner};

/// A decision as the card's forms send it.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct DecideFields {
    #[serde(default)]
    action: Given<String>,
    #[serde(default)]
    revision: Given<i64>,
    #[serde(default)]
    clause: Given<String>,
    #[serde(default)]
    note: Given<String>,
    #[serde(default)]
    return_to: Given<String>,
}

/// What comes back to the card: what was typed, what was wrong with it, and who was faster.
#[derive(Debug, Default)]
struct Back {
    clause: String,
    note: String,
    problems: Vec<Problem>,
    conflict: Option<Conflict>,
}

/// Shows the card.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(comment): Path<CommentId>,
) -> Result<Response, Error> {
    card(&app, &staff, comment, StatusCode::OK, Back::default()).await
}

/// Decides, and leads on to the next comment in the queue.
pub(in crate::http::pages) async fn decide(
    State(app): State<App>,
    Path(comment): Path<CommentId>,
    form: PageForm<DecideFields>,
) -> Result<Response, Error> {
    let request = form.request("decide", comment);
    let (staff, form) = (Staff::of(form.visit)?, form.sent.form);
    let action = form.action.value().and_then(|action| Action::parse(action)).ok_or(Code::Malformed)?;
    let revision = form.revision.value().copied().ok_or(Code::Malformed)?;
    let mut back = Back { clause: text_of(&form.clause), note: text_of(&form.note), ..Back::default() };
    let clause = match back.clause.as_str() {
        "" => None,
        clause => Some(clause.parse().map_err(|_| Code::Malformed)?),
    };
    if char_count(&back.note) as u64 > MAX_NOTE_CHARS {
        back.problems.push(problem(&app, Some("note"), "problem-note-too-long"));
        return card(&app, &staff, comment, StatusCode::UNPROCESSABLE_ENTITY, back).await;
    }
    let place = place_of(&app, &form.return_to);
    let waited = waited(&app, &staff, comment).await?;
    let note = Some(back.note.clone()).filter(|note| !note.is_empty());
    let decide = moderation::DecideForm { action, clause, note, revision };
    match moderation::decide(&app, &staff.person, Some(&request), comment, decide.clone()).await {
        Err(DecideError::SecondPersonNeeded(why)) => {
            Err(ask_second(&app, &staff.person, Act::removal(comment, decide), why).await)
        }
        Ok(decision) => go_on(&app, &staff, place, waited, decision.action).await,
        Err(error) => refused(&app, &staff, comment, back, error).await,
    }
}

/// The card again, with why the decision was not made.
async fn refused(
    app: &App,
    staff: &Staff,
    comment: CommentId,
    mut back: Back,
    error: DecideError,
) -> Result<Response, Error> {
    let status = match error {
        DecideError::Stale { winner, .. } => {
            let named = |winner: Winner| (winner.name, action_of(winner.action));
            back.conflict = Some(Conflict { winner: winner.map(named) });
            StatusCode::CONFLICT
        }
        DecideError::ClauseMissing | DecideError::UnknownClause => {
            back.problems.push(problem(app, Some("clause"), "problem-clause"));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        // The card says kindly that it is one's own comment or report; for others there is no card.
        DecideError::Forbidden => StatusCode::FORBIDDEN,
        DecideError::NotFound
        | DecideError::SecondPersonNeeded(_)
        | DecideError::KeyMismatch
        | DecideError::Storage(_) => return Err(error.into()),
    };
    card(app, staff, comment, status, back).await
}

async fn card(app: &App, staff: &Staff, id: CommentId, status: StatusCode, back: Back) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let actor = Actor::from(staff.person.clone());
    let viewer = Viewer::new(&actor);
    let comment = comments::find_visible(&mut work.tx, viewer, id).await?.ok_or(Code::NotFound)?;
    if !viewer.is_staff(&comment) {
        return Err(Code::Forbidden.into());
    }
    let decisions = moderation::decisions_on(&mut work.tx, id).await?;
    let revision = comment.revision;
    let item = moderation::item_of(&mut work, comment).await?;
    let mut desk = Desk::new(app, &staff.person);
    let mut card = card_of(&mut desk, &mut work, &item, &decisions).await?;
    (card.chosen_clause, card.note, card.conflict) = (back.clause, back.note, back.conflict);
    card.problems = Problems::new(back.problems);
    let may_decide = card.barred.is_none();
    let history = history(&mut desk, &mut work, decisions, (revision, may_decide)).await?;
    let frame = staff.frame(&mut work).await?;
    Ok(staff.show(status, &CardPage { frame, card, history }))
}

/// Where the form was filled in: a place in the queue, or its beginning.
fn place_of(app: &App, return_to: &Given<String>) -> Place {
    let address = return_to.value().and_then(|text| text.parse::<axum::http::Uri>().ok());
    let ours = address.filter(|address| address.host().is_none() && address.path() == QUEUE);
    let place = ours.and_then(|address| {
        let query = address.query().unwrap_or_default();
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Place::read(app, |name| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())).ok()
    });
    place.unwrap_or_default()
}

/// Where the comment stands in the queue before it is decided.
async fn waited(app: &App, staff: &Staff, id: CommentId) -> Result<Option<Cursor>, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let queued_at = comments::find(&mut work.tx, id).await?.and_then(|comment| comment.queued_at);
    Ok(queued_at.map(|at| Cursor::new(at.as_millis(), id.uuid())))
}

/// Back to the queue, at the comment after the one that was decided.
async fn go_on(
    app: &App,
    staff: &Staff,
    mut place: Place,
    waited: Option<Cursor>,
    action: Action,
) -> Result<Response, Error> {
    // The decision is made: a place that cannot be come back to is no reason to answer with an error.
    let next = match next_after(app, &staff.person, place.title.as_ref(), waited).await {
        Ok(next) => next,
        Err(_) => {
            place = Place::default();
            None
        }
    };
    if next.is_none() {
        // Nothing is left below: what was passed over is at the beginning.
        place.after = None;
    }
    let path = place.href(app);
    Ok(see_done(&next.map_or(path.clone(), |next| format!("{path}#{next}")), done_of(action)))
}
