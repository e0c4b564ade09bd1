//! The list of a title's bans.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::ban_rows::rows;
use super::desk::Desk;
use super::door::{Staff, href};
use crate::app::App;
use crate::bans;
use crate::http::api::forms::{cursor_key, next_of};
use crate::http::extract::page_cursor;
use crate::http::pages::views::{BansPage, QueueTitle};
use crate::http::{Code, Error};
use crate::kernel::{Limit, TitleId};
use crate::moderation;

fn path(title: Option<&TitleId>, has_past: bool, after: Option<&str>) -> String {
    let past = has_past.then_some("yes");
    href("/moderation/bans", [("title", title.map(TitleId::as_str)), ("past", past), ("after", after)])
}

/// Shows the bans of one title, newest first: the one asked for, or the first that the viewer moderates.
pub(in crate::http::pages) async fn show(State(app): State<App>, staff: Staff) -> Result<Response, Error> {
    let title: Option<TitleId> =
        staff.query("title").map(|title| title.parse()).transpose().map_err(|_| Code::NotFound)?;
    let mut work = app.read(staff.person.clone()).await?;
    let titles = moderation::titles_of(&mut work.tx, &staff.person).await?;
    let is_known = |title: &TitleId| titles.iter().any(|known| known.id == *title);
    if title.as_ref().is_some_and(|title| !is_known(title)) {
        return Err(Code::Forbidden.into());
    }
    let chosen = title.as_ref().or(titles.first().map(|title| &title.id)).ok_or(Code::Forbidden)?;
    let has_past = staff.query("past").is_some();
    let scope = format!("bans:{chosen}:{has_past}");
    let after = page_cursor(&cursor_key(&app), &scope, staff.query("after").as_deref())?;
    let now = work.now;
    let page = if has_past {
        bans::list(&mut work.tx, chosen, after, Limit::default()).await?
    } else {
        bans::list_in_force(&mut work.tx, chosen, now, after, Limit::default()).await?
    };
    let tab = |title: &crate::titles::Title| QueueTitle {
        name: title.name.clone(),
        href: path(Some(&title.id), has_past, None),
        is_chosen: title.id == *chosen,
    };
    let next = next_of(&app, &scope, page.next);
    let mut desk = Desk::new(&app, &staff.person);
    let view = BansPage {
        titles: titles.iter().map(tab).collect(),
        has_past,
        in_force_href: path(Some(chosen), false, None),
        all_href: path(Some(chosen), true, None),
        bans: rows(&mut desk, &mut work, page.items).await?,
        next_href: next.map(|next| path(Some(chosen), has_past, Some(&next))),
        frame: staff.frame(&mut work).await?,
    };
    Ok(staff.show(StatusCode::OK, &view))
}
