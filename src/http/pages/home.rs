//! The front page, a title's page and its house rules.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Moments;
use super::show::{count, paragraphs, story_state};
use super::views::{HomePage, HomeTitle, HouseClause, HouseRulesPage, Section, StoryLine, TitlePage};
use super::visit::Visit;
use crate::app::{App, Work};
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::extract::{Path, Query, page_cursor};
use crate::http::{Code, Error};
use crate::kernel::{Cursor, Limit, TitleId};
use crate::storage::StorageError;
use crate::stories;
use crate::titles::{self, Title};

/// What a page's address may say besides its own matter: what was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DoneQuery {
    #[serde(rename = "done")]
    _done: Option<String>,
}

/// The titles with their latest stories.
pub(super) async fn home(State(app): State<App>, visit: Visit, _: Query<DoneQuery>) -> Result<Response, Error> {
    let mut work = app.read(visit.actor()).await?;
    let mut shown = Vec::new();
    for title in titles::list(&mut work.tx).await? {
        shown.push(home_title(&app, &mut work, &title, None).await?.0);
    }
    let mut frame = visit.frame(&mut work, None).await?;
    frame.may_be_indexed = true;
    Ok(visit.show(StatusCode::OK, &HomePage { frame, titles: shown }))
}

async fn home_title(
    app: &App,
    work: &mut Work,
    title: &Title,
    before: Option<Cursor>,
) -> Result<(HomeTitle, Option<Cursor>), StorageError> {
    let moments = Moments::new(&title.time_zone, app.words.clone());
    let page = stories::list(&mut work.tx, &title.id, before, Limit::default()).await?;
    let mut sections: Vec<Section> = Vec::new();
    for story in page.items {
        let line = StoryLine {
            id: story.id.to_string(),
            published: Some(moments.moment(story.published_at)),
            comment_count: count(story.comment_count),
            state: story_state(&story, work.now),
            headline: story.headline,
        };
        match sections.iter_mut().find(|section| section.name == story.section) {
            Some(section) => section.stories.push(line),
            None => sections.push(Section { name: story.section, stories: vec![line] }),
        }
    }
    Ok((HomeTitle { id: title.id.to_string(), name: title.name.clone(), sections }, page.next))
}

/// Which page of a title's stories.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TitleQuery {
    after: Option<String>,
    #[serde(rename = "done")]
    _done: Option<String>,
}

/// A title with its stories, the latest first.
pub(super) async fn title(
    State(app): State<App>,
    visit: Visit,
    Path(title): Path<TitleId>,
    Query(query): Query<TitleQuery>,
) -> Result<Response, Error> {
    let scope = format!("stories:{title}");
    let before = page_cursor(&cursor_key(&app), &scope, query.after.as_deref())?;
    let mut work = app.read(visit.actor()).await?;
    let title = titles::find(&mut work.tx, &title).await?.ok_or(Code::NotFound)?;
    let (shown, next) = home_title(&app, &mut work, &title, before).await?;
    let mut frame = visit.frame(&mut work, Some(&title)).await?;
    frame.may_be_indexed = true;
    let older_href = next_of(&app, &scope, next).map(|next| format!("/titles/{}?after={next}", title.id));
    Ok(visit.show(StatusCode::OK, &TitlePage { frame, title: shown, older_href }))
}

/// A title's house rules.
pub(super) async fn house_rules(
    State(app): State<App>,
    visit: Visit,
    Path(title): Path<TitleId>,
    _: Query<DoneQuery>,
) -> Result<Response, Error> {
    let mut work = app.read(visit.actor()).await?;
    let title = titles::find(&mut work.tx, &title).await?.ok_or(Code::NotFound)?;
    let rules = titles::find_house_rules(&mut work.tx, &title.id).await?.ok_or(Code::NotFound)?;
    let mut frame = visit.frame(&mut work, Some(&title)).await?;
    frame.may_be_indexed = true;
    let clauses = (1..).zip(rules.clauses).map(|(number, clause)| HouseClause {
        id: clause.id.to_string(),
        number: format!("{number}"),
        heading: clause.heading,
        paragraphs: paragraphs(&clause.body),
    });
    let view = HouseRulesPage {
        frame,
        title_name: title.name.clone(),
        version: count(rules.version),
        updated: Moments::new(&title.time_zone, app.words.clone()).day(rules.published_at),
        preamble: paragraphs(&rules.introduction),
        clauses: clauses.collect(),
    };
    Ok(visit.show(StatusCode::OK, &view))
}
