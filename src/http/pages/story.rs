//! A story with its thread, and a comment in its branch.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::refusals::{expired, problems};
use super::show::{Showing, moment, paragraphs, showing};
use super::views::{self, CommentBox, CommentPage, Compose, Done, Problems, Shut, StoryPage, WhyShut};
use super::visit::{Visit, see_done};
use crate::app::{App, Work};
use crate::comments::{self, Draft, Sort, Viewer};
use crate::gate::{Privilege, Refusal};
use crate::http::api::comments::{SortParameter, thread_scope};
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::extract::{Form, Given, Path, Query, Sent, page_cursor};
use crate::http::{Code, Error, errors};
use crate::kernel::{CommentId, Cursor, Limit, StoryId};
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
    let empty = Compose { text: String::new(), ..compose(&app) };
    page(&app, &visit, story, (sort, after), empty, StatusCode::OK).await
}

fn compose(app: &App) -> Compose {
    Compose {
        text: String::new(),
        max_chars: app.settings.comments.max_chars.into(),
        is_premoderated: false,
        problems: Problems::default(),
    }
}

async fn page(
    app: &App,
    visit: &Visit,
    story: StoryId,
    (sort, after): (Sort, Option<Cursor>),
    compose: Compose,
    status: StatusCode,
) -> Result<Response, Error> {
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
    frame.may_be_indexed = after.is_none();
    if status != StatusCode::OK {
        frame.here = format!("/stories/{story}");
    }
    let next = next_of(app, &thread_scope(story, sort), thread.next);
    let view = StoryPage {
        frame,
        story: showing.head(),
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
    };
    Ok(visit.show(status, &view))
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
        Some(Some(Refusal::EmailUnconfirmed)) => WhyShut::Unconfirmed,
        Some(Some(Refusal::NotSubscribed(entitlement))) => match entitlement {
            Entitlement::Lapsed => WhyShut::Lapsed,
            Entitlement::Paused => WhyShut::Paused,
            Entitlement::Refunded => WhyShut::Refunded,
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

/// A comment typed into a page.
#[derive(Debug, Deserialize)]
pub(super) struct ComposeForm {
    pub(super) csrf: Given<String>,
    pub(super) key: Given<String>,
    pub(super) body: Given<String>,
}

/// Takes a comment on the story.
pub(super) async fn submit(
    State(app): State<App>,
    visit: Visit,
    Path(story): Path<StoryId>,
    Form(sent): Form<Sent<ComposeForm>>,
) -> Result<Response, Error> {
    let text = sent.form.body.value().cloned().unwrap_or_default();
    let back = format!("/stories/{story}");
    if visit.check_form(&sent.form.csrf).is_err() {
        return Ok(expired(&visit, vec![(app.words.text("compose-label"), text)], &back).await);
    }
    let Ok(person) = visit.signed_in().cloned() else {
        return page(
            &app,
            &visit,
            story,
            (Sort::Newest, None),
            Compose { text, ..compose(&app) },
            StatusCode::UNAUTHORIZED,
        )
        .await;
    };
    let request = visit.request(&sent.form.key, "submit", story, sent.digest)?;
    let draft = Draft { story, parent: None, body: text.clone(), nudge: None };
    let error = match comments::submit(&app, &person, &request, draft).await {
        Ok(submitted) if submitted.outcome != Outcome::Reject => return Ok(told(&back, &submitted)),
        Ok(submitted) => crate::http::api::comments::rejected(&app, &submitted.findings),
        Err(error) => errors::submit(&app, error),
    };
    let compose = Compose { text, problems: form_problems(&error), ..compose(&app) };
    page(&app, &visit, story, (Sort::Newest, None), compose, error.status()).await
}

/// Back to the thread, saying what became of the comment.
pub(super) fn told(back: &str, submitted: &comments::Submitted) -> Response {
    let done = if submitted.outcome == Outcome::Hold { Done::Held } else { Done::Published };
    see_done(&format!("{back}#{}", submitted.comment.id), done)
}

/// Why a comment was not taken, in words, beside its box.
pub(super) fn form_problems(error: &Error) -> Problems {
    let reasons = error.reasons();
    if reasons.is_empty() {
        return problems(error, &["body"]);
    }
    let list = reasons.into_iter().map(|message| views::Problem { field: Some("body"), message });
    Problems::new(list.collect())
}

/// A comment in its branch.
pub(super) async fn comment(
    State(app): State<App>,
    visit: Visit,
    Path(comment): Path<CommentId>,
    _: Query<super::home::DoneQuery>,
) -> Result<Response, Error> {
    let actor = visit.actor();
    let mut work = app.read(actor.clone()).await?;
    let found = comments::find_visible(&mut work.tx, Viewer::new(&actor), comment).await?.ok_or(Code::NotFound)?;
    let showing = showing(&app, &mut work, &actor, found.story).await?;
    let ancestors = ancestors(&mut work, &showing, &found).await?;
    let replies = comments::replies(&mut work.tx, &found, None, Limit::new(100).unwrap_or_default()).await?;
    let mut top = showing.comment_with_fate(&mut work, &found).await?;
    top.is_target = true;
    let shown: Vec<_> = replies.items.iter().map(|reply| showing.comment(reply)).collect();
    let more = match (&replies.next, replies.items.last()) {
        (Some(_), Some(last)) => {
            let all = comments::count_descendants(&mut work.tx, found.id).await?;
            let left = super::show::count(all).saturating_sub(shown.len() as u64);
            Some(views::MoreReplies { href: format!("/comments/{}", last.id), count: left })
        }
        _ => None,
    };
    let frame = visit.frame(&mut work, Some(&showing.title)).await?;
    let view = CommentPage { frame, story: showing.head(), ancestors, branch: views::Branch::new(top, shown, more) };
    Ok(visit.show(StatusCode::OK, &view))
}

async fn ancestors(
    work: &mut Work,
    showing: &Showing<'_>,
    comment: &comments::Comment,
) -> Result<Vec<views::CommentView>, Error> {
    let mut chain = Vec::new();
    let mut next = comment.parent;
    // A branch has no depth limit; a page does.
    while let (Some(id), true) = (next, chain.len() < 50) {
        let Some(parent) = comments::find_visible(&mut work.tx, showing.viewer(), id).await? else { break };
        next = parent.parent;
        chain.push(showing.comment(&parent));
    }
    chain.reverse();
    Ok(chain)
}
