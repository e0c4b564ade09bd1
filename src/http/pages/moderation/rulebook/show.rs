//! The rules or the word list that hold now, and how each rule fares.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::head::{At, entered, lines_of, room_of};
use crate::app::{App, Work};
use crate::comments::{self, RuleFirings};
use crate::http::api::rulebook::Named;
use crate::http::extract::Path;
use crate::http::pages::moderation::door::Staff;
use crate::http::pages::views::{DocumentPage, ModeRow, Room};
use crate::http::pages::visit::see_other;
use crate::http::{Code, Error};
use crate::kernel::TitleId;
use crate::moderation;
use crate::rulebook::history::{self, Document};
use crate::rulebook::{self, Cause, Suspension};
use crate::rules::{Mode, Rule, Then, is_built_in, rule_file};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Leads to the rules of the first title that the visitor moderates.
pub(in crate::http::pages) async fn first(State(app): State<App>, staff: Staff) -> Result<Response, Error> {
    let mut work = app.read(staff.person.clone()).await?;
    let titles = moderation::titles_of(&mut work.tx, &staff.person).await?;
    let title = titles.first().ok_or(Code::Forbidden)?;
    Ok(see_other(&format!("/moderation/titles/{}/{}", title.id, Room::Rules.path())))
}

/// Shows what holds.
pub(in crate::http::pages) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((title, Named(document))): Path<(TitleId, Named)>,
) -> Result<Response, Error> {
    let (mut work, at) = entered(&app, &staff, &title, room_of(document)).await?;
    let latest = history::find_version(&mut work.tx, &at.title.id, document, None).await?;
    let rules = match (&latest, document) {
        (Some(latest), Document::Rules) => rule_file::read(&latest.source).unwrap_or_default(),
        _ => Vec::new(),
    };
    let version = latest.as_ref().map_or(0, |latest| latest.past.version);
    let modes = match document {
        Document::Rules => modes(&at, &mut work, &rules, version).await?,
        Document::WordList => Vec::new(),
    };
    let nudges = match document {
        Document::Rules => nudges(&at, &mut work).await?,
        Document::WordList => None,
    };
    let current = match &latest {
        Some(latest) => Some(at.version(&app, &mut work, latest.past).await?),
        None => None,
    };
    let frame = staff.frame_of(&mut work, Some(&at.title)).await?;
    let lines = latest.map(|latest| lines_of(&latest.source)).unwrap_or_default();
    Ok(staff.show(StatusCode::OK, &DocumentPage { frame, head: at.head, current, modes, nudges, lines }))
}

/// The editors' rules in the order of their file, then those of every title that fired in the last seven days.
async fn modes(at: &At, work: &mut Work, rules: &[Rule], version: i64) -> Result<Vec<ModeRow>, Error> {
    let (title, now) = (&at.title.id, work.now);
    let after = now.plus(Duration::from_millis(1));
    let day = comments::rule_firings(&mut work.tx, title, now.minus(DAY), after).await?;
    let week = comments::rule_firings(&mut work.tx, title, now.minus(DAY * 7), after).await?;
    let suspended = rulebook::list_suspensions(&mut work.tx, title, version).await?;
    let sum = |firings: &[RuleFirings], id: &str| -> i64 {
        firings.iter().filter(|it| it.rule == id).map(|it| it.firing_count).sum()
    };
    let row = |id: &str, rule: Option<&Rule>| ModeRow {
        id: id.to_owned(),
        clause: rule.and_then(|rule| rule.clause.as_ref()).map(ToString::to_string).unwrap_or_default(),
        then_key: rule.map_or("then-built-in", |rule| then_key(&rule.then)),
        mode_key: rule.map_or("mode-live", |rule| mode_key(rule.mode)),
        suspended: suspended.iter().find(|it| it.rule == id).map(|it| suspension(at, it)),
        day_count: sum(&day, id),
        week_count: sum(&week, id),
    };
    let own = rules.iter().filter(|rule| rule.is_for(title)).map(|rule| row(&rule.id, Some(rule)));
    let mut rows: Vec<ModeRow> = own.collect();
    for fired in &week {
        if is_built_in(&fired.rule) && rows.iter().all(|row| row.id != fired.rule) {
            rows.push(row(&fired.rule, None));
        }
    }
    Ok(rows)
}

async fn nudges(at: &At, work: &mut Work) -> Result<Option<[u64; 3]>, Error> {
    let counts = comments::nudge_counts(&mut work.tx, &at.title.id, work.now.minus(DAY * 7)).await?;
    let counts = [counts.shown, counts.kept, counts.changed].map(|count| u64::try_from(count).unwrap_or(0));
    Ok(Some(counts).filter(|counts| counts.iter().any(|count| *count > 0)))
}

fn suspension(at: &At, suspension: &Suspension) -> (crate::http::pages::Moment, &'static str) {
    let cause = match suspension.cause {
        Cause::DailyCap => "suspended-daily-cap",
        Cause::Sudden => "suspended-sudden",
    };
    (at.moments.moment(suspension.suspended_at), cause)
}

/// The message that names a mode.
pub(super) const fn mode_key(mode: Mode) -> &'static str {
    match mode {
        Mode::Draft => "mode-draft",
        Mode::Shadow => "mode-shadow",
        Mode::Live => "mode-live",
    }
}

const fn then_key(then: &Then) -> &'static str {
    match then {
        Then::Publish => "then-publish",
        Then::Tag { .. } => "then-tag",
        Then::SlowDown { .. } => "then-slow-down",
        Then::Nudge => "then-nudge",
        Then::Hold => "then-hold",
        Then::Reject => "then-reject",
    }
}
