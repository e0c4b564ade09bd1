//! The queue: held and reported comments, one card each.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::card::card_of;
use super::desk::Desk;
use super::door::{Staff, href};
use super::label::count;
use crate::app::{App, Work};
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::extract::page_cursor;
use crate::http::pages::views::{QueuePage, QueueTitle};
use crate::http::{Code, Error};
use crate::kernel::{Cursor, Limit, SignedIn, TitleId};
use crate::moderation;
use crate::storage::StorageError;
use crate::titles::Title;

/// The path of the queue.
pub(super) const QUEUE: &str = "/moderation/queue";

/// A place in the queue: of one title or of all that a person moderates, after a comment.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) title: Option<TitleId>,
    pub(super) after: Option<Cursor>,
}

impl Place {
    /// The place that a query names, `parameter` telling what it says.
    ///
    /// # Errors
    /// `not_found` when there can be no such title, `invalid_query` when the cursor was not given out here.
    pub(super) fn read(app: &App, parameter: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let title = parameter("title").map(|title| title.parse()).transpose().map_err(|_| Code::NotFound)?;
        let after = page_cursor(&cursor_key(app), &scope_of(title.as_ref()), parameter("after").as_deref())?;
        Ok(Self { title, after })
    }

    /// The path and query of this place.
    pub(super) fn href(&self, app: &App) -> String {
        let title = self.title.as_ref();
        let after = next_of(app, &scope_of(title), self.after);
        href(QUEUE, [("title", title.map(TitleId::as_str)), ("after", after.as_deref())])
    }
}

fn scope_of(title: Option<&TitleId>) -> String {
    format!("queue:{}", title.map_or("all", TitleId::as_str))
}

/// Shows what waits, the longest waiting first.
pub(in crate::http::pages) async fn show(State(app): State<App>, staff: Staff) -> Result<Response, Error> {
    let place = Place::read(&app, |name| staff.query(name))?;
    let mut work = app.read(staff.person.clone()).await?;
    let page = moderation::queue(&mut work, &staff.person, place.title.as_ref(), place.after, page_size()).await?;
    let mut desk = Desk::new(&app, &staff.person);
    let mut cards = Vec::with_capacity(page.items.len());
    for item in &page.items {
        let decisions = moderation::decisions_on(&mut work.tx, item.comment.id).await?;
        cards.push(card_of(&mut desk, &mut work, item, &decisions).await?);
    }
    let next_href = page.next.map(|after| Place { title: place.title.clone(), after: Some(after) }.href(&app));
    let titles = moderation::titles_of(&mut work.tx, &staff.person).await?;
    let waiting_count = waiting_in(&mut work, &titles, place.title.as_ref()).await?;
    let frame = staff.frame(&mut work).await?;
    let titles = tabs(&app, &titles, &place);
    Ok(staff.show(StatusCode::OK, &QueuePage { frame, titles, waiting_count, cards, next_href }))
}

/// Fewer than a page of a list has: a card is tall, and each is read.
fn page_size() -> Limit {
    Limit::new(20).unwrap_or_default()
}

/// Every title to choose from, and before them all of them at once.
fn tabs(app: &App, titles: &[Title], place: &Place) -> Vec<QueueTitle> {
    let tab = |name: &str, title: Option<&TitleId>| QueueTitle {
        name: name.to_owned(),
        href: Place { title: title.cloned(), after: None }.href(app),
        is_chosen: place.title.as_ref() == title,
    };
    let all = (titles.len() > 1).then(|| tab(&app.words.text("ban-everywhere"), None));
    let each = titles.iter().map(|title| tab(&title.name, Some(&title.id)));
    all.into_iter().chain(each).collect()
}

async fn waiting_in(work: &mut Work, titles: &[Title], chosen: Option<&TitleId>) -> Result<u64, StorageError> {
    let mut sum = 0;
    for title in titles.iter().filter(|title| chosen.is_none_or(|chosen| *chosen == title.id)) {
        sum += moderation::pending_counts(&mut work.tx, &title.id).await?;
    }
    Ok(count(sum))
}

/// The comment that stands after `decided` in the queue, where the moderator goes on.
pub(super) async fn next_after(
    app: &App,
    person: &SignedIn,
    title: Option<&TitleId>,
    decided: Option<Cursor>,
) -> Result<Option<String>, Error> {
    let mut work = app.read(person.clone()).await?;
    let one = Limit::new(1).unwrap_or_default();
    let page = moderation::queue(&mut work, person, title, decided, one).await?;
    Ok(page.items.first().map(|item| item.comment.id.to_string()))
}
