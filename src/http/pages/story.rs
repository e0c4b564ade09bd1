//! A story with its thread, and a comment in its branch.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::compose::{ComposeForm, compose, settled};
use super::form::{PageForm, typed};
use super::show::{Showing, moment, paragraphs, showing};
use super::views::{self, CommentBox, Compose, Done, Problems, Shut, StoryPage, WhyShut};
use super::visit::{Visit, see_done};
use crate::app::App;
use crate::comments::{self, Sort};
use crate::gate::{Privilege, Refusal};
use crate::http::Error;
use crate::http::api::comments::{SortParameter, thread_scope};
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::extract::{Path, Query, page_cursor};
use crate::kernel::{Cursor, Limit, Role, StoryId};
use crate::rules::Outcome;
use crate::stories;
use crate::subscriptions::Entitlement;

/// Which page of a thread.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoryQuery {
    sort: Option<SortParameter>,
    after: Option<String>,
    #[serde(rename = "done")]
    _done: Option<String>,
}

/// A story with its thread.
pub(super) async fn story(
    State(app): State<App>,
    visit: Visit,
    Path(story): Path<StoryId>,
    Query(query): Query<StoryQuery>,
) -> Result<Response, Error> {
    let sort = Sort::from(query.sort);
    let after = page_cursor(&cursor_key(&app), &thread_scope(story, sort), query.after.as_deref())?;
    let empty = compose(&app, String::new(), Problems::default());
    Ok(visit.show(StatusCode::OK, &page(&visit, story, (sort, after), empty).await?))
}

async fn page(
    visit: &Visit,
    story: StoryId,
    (sort, after): (Sort, Option<Cursor>),
    compose: Compose,
) -> Result<StoryPage, Error> {
    let app = &visit.app;
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let showing = showing(app, &mut work, &actor, story).await?;
    let thread = comments::thread(&mut work.tx, story, sort, after, Limit::default()).await?;
    let mut branches = Vec::with_capacity(thread.items.len());
    for branch in &thread.items {
        branches.push(showing.branch(&mut work, branch).await?);
    }
    let mut mine = Vec::new();
    if let Some(person) = visit.person() {
        for comment in comments::mine(&mut work.tx, person, story).await?.comments {
            mine.push(showing.comment_with_fate(&mut work, &comment).await?);
        }
    }
    let mut frame = visit.frame(&mut work, Some(&showing.title)).await?;
    frame.may_be_indexed = after.is_none() && visit.person().is_none();
    let next = next_of(app, &thread_scope(story, sort), thread.next);
    Ok(StoryPage {
        frame,
        story: showing.head(),
        may_set_thread: actor.has_role(Role::Moderator, &showing.title.id),
        comment_box: comment_box(&showing, compose),
        mine,
        sort: match sort {
            Sort::Newest => views::Sort::Newest,
            Sort::Oldest => views::Sort::Oldest,
            Sort::Recommended => views::Sort::Recommended,
        },
        branches,
        is_later_page: after.is_some(),
        next_href: next.map(|next| format!("/stories/{story}?sort={}&after={next}", sort.as_str())),
    })
}

/// The box, or why it is closed; what was typed is never lost.
fn comment_box(showing: &Showing<'_>, compose: Compose) -> CommentBox {
    let typed = Some(compose.text.clone()).filter(|text| !text.is_empty());
    let why = match showing.refusal(Privilege::Comment) {
        _ if !showing.story.is_open(showing.now) => WhyShut::StoryClosed,
        None => {
            let is_premoderated = showing.story.status == stories::Status::PreModerated;
            return CommentBox::Open(Compose { is_premoderated, ..compose });
        }
        Some(None) => WhyShut::NotSignedIn,
        Some(Some(Refusal::Banned { until, clause })) => {
            return CommentBox::Shut(Box::new(Shut {
                why: WhyShut::Banned,
                own_words: Vec::new(),
                subscribe: None,
                clause: showing.clause(&clause),
                until: moment(&showing.moments, until),
                typed,
            }));
        }
        Some(Some(Refusal::WarningUnacknowledged { clause, .. })) => {
            return CommentBox::Shut(Box::new(Shut {
                why: WhyShut::Warned,
                own_words: Vec::new(),
                subscribe: None,
                clause: showing.clause(&clause),
                until: None,
                typed,
            }));
        }
        Some(Some(Refusal::EmailUnconfirmed)) => WhyShut::Unconfirmed,
        Some(Some(Refusal::NotSubscribed(entitlement))) => match entitlement {
            Entitlement::Lapsed => WhyShut::Lapsed,
            Entitlement::Paused => WhyShut::Paused,
            Entitlement::Refunded => WhyShut::Refunded,
            Entitlement::PastDue => WhyShut::PastDue,
            Entitlement::ChargedBack => WhyShut::ChargedBack,
            Entitlement::None | Entitlement::Active | Entitlement::Grace => WhyShut::NotSubscribed,
        },
    };
    CommentBox::Shut(Box::new(Shut {
        why,
        own_words: paragraphs(&showing.title.subscribe_text),
        subscribe: views::Href::to_web(&showing.title.subscribe_url),
        clause: None,
        until: None,
        typed,
    }))
}

/// Takes a comment on the story.
pub(super) async fn submit(
    State(app): State<App>,
    Path(story): Path<StoryId>,
    form: PageForm<ComposeForm>,
) -> Result<Response, Error> {
    let visit = &form.visit;
    let person = visit.signed_in()?;
    let draft = form.sent.form.draft(story, None);
    let posted = comments::submit(&app, person, &form.request("submit", story), draft).await;
    match settled(&app, typed(&form.sent.form.body), posted) {
        Ok(submitted) => Ok(told(&format!("/stories/{story}"), &submitted)),
        Err(refused) => {
            let (error, again) = *refused;
            Ok(visit.show_refused(&error, &page(visit, story, (Sort::Newest, None), again).await?))
        }
    }
}

/// Back to the thread, saying what became of the comment.
pub(super) fn told(back: &str, submitted: &comments::Submitted) -> Response {
    let done = if submitted.outcome == Outcome::Hold { Done::Held } else { Done::Published };
    see_done(&format!("{back}#{}", submitted.comment.id), done)
}
