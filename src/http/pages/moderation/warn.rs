//! Reminding or warning a subscriber on a page.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::card::MAX_NOTE_CHARS;
use super::desk::{AtTitle, Desk};
use super::door::{Staff, href};
use super::subscriber::{Typed, refused};
use super::typed::{problem, text_of};
use crate::app::{App, Work};
use crate::bans::{self, WarningKind};
use crate::http::Error;
use crate::http::extract::{Given, Path};
use crate::http::pages::form::PageForm;
use crate::http::pages::views::{Done, Problem, Problems, WarnForm, WarningRow};
use crate::http::pages::visit::see_done;
use crate::kernel::{ClauseId, SubscriberId, TitleId, char_count};
use crate::moderation::{self, BanError};
use crate::storage::StorageError;

/// What the form sends; its names differ from those of the ban form on the same page.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct WarnFields {
    #[serde(default, rename = "rules")]
    title: Given<String>,
    #[serde(default, rename = "warn_clause")]
    clause: Given<String>,
    #[serde(default, rename = "warn_kind")]
    kind: Given<String>,
    #[serde(default, rename = "warn_note")]
    note: Given<String>,
}

/// What was typed into it.
#[derive(Clone, Debug, Default)]
pub(super) struct WarnTyped {
    clause: String,
    kind: Option<WarningKind>,
    note: String,
    pub(super) problems: Vec<Problem>,
}

impl WarnTyped {
    /// The form as the page shows it, under the house rules of `at`.
    pub(super) fn view(self, at: &AtTitle) -> WarnForm {
        WarnForm {
            rules: at.title.id.to_string(),
            clauses: at.clauses(),
            chosen_clause: self.clause,
            is_warning: self.kind == Some(WarningKind::Warning),
            note: self.note,
            note_max_chars: MAX_NOTE_CHARS,
            problems: Problems::new(self.problems),
        }
    }
}

/// Reminds or warns, and shows the subscriber again.
pub(in crate::http::pages) async fn warn(
    State(app): State<App>,
    Path(subscriber): Path<SubscriberId>,
    form: PageForm<WarnFields>,
) -> Result<Response, Error> {
    let request = form.request("warn", subscriber);
    let (staff, form) = (Staff::of(form.visit)?, form.sent.form);
    moderation::may_ban(&app, &staff.person, Some(&request), subscriber, (None, None)).await?;
    let title = form.title.value().and_then(|title| title.parse::<TitleId>().ok());
    let kind = WarningKind::parse(&text_of(&form.kind));
    let mut typed = WarnTyped { clause: text_of(&form.clause), kind, note: text_of(&form.note), problems: Vec::new() };
    let mut wrong = |field, key| typed.problems.push(problem(&app, Some(field), key));
    let clause = typed.clause.parse::<ClauseId>().ok();
    if clause.is_none() {
        wrong("warn_clause", "problem-clause");
    }
    if kind.is_none() {
        wrong("warn_kind", "problem-warn-kind");
    }
    if char_count(&typed.note) as u64 > MAX_NOTE_CHARS {
        wrong("warn_note", "problem-note-too-long");
    }
    let (Some(clause), Some(kind), true) = (clause, kind, typed.problems.is_empty()) else {
        return refused(&app, &staff, subscriber, title, Typed { warning: typed, ..Typed::default() }).await;
    };
    let note = Some(typed.note.clone()).filter(|note| !note.is_empty());
    let new = moderation::WarnForm { clause, kind, note };
    match moderation::warn_subscriber(&app, &staff.person, Some(&request), subscriber, new).await {
        Ok(_) => {
            let path = format!("/moderation/subscribers/{subscriber}");
            let done = if kind == WarningKind::Warning { Done::Warned } else { Done::Reminded };
            Ok(see_done(&href(&path, [("title", title.as_ref().map(TitleId::as_str))]), done))
        }
        Err(BanError::Invalid(_)) => {
            typed.problems.push(problem(&app, Some("warn_clause"), "problem-clause"));
            refused(&app, &staff, subscriber, title, Typed { warning: typed, ..Typed::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The reminders and warnings that the person was given where the viewer moderates, newest first.
pub(super) async fn given(
    desk: &mut Desk<'_>,
    work: &mut Work,
    subscriber: SubscriberId,
) -> Result<Vec<WarningRow>, StorageError> {
    let mut rows = Vec::new();
    for warning in bans::list_warnings(&mut work.tx, subscriber).await? {
        if !desk.person.roles.is_staff_in(&warning.title) {
            continue;
        }
        let at = desk.title(work, &warning.title).await?;
        rows.push(WarningRow {
            kind_key: match warning.kind {
                WarningKind::Reminder => "warning-kind-reminder",
                WarningKind::Warning => "warning-kind-warning",
            },
            clause: desk.clause(work, &warning.title, &warning.clause, warning.clause_version).await?,
            by: desk.name(work, Some(warning.warned_by)).await?,
            at: at.moments.moment(warning.created_at),
            acknowledged: warning.acknowledged_at.map(|acknowledged| at.moments.moment(acknowledged)),
            is_open: warning.closes(&warning.title),
            note: warning.note.unwrap_or_default(),
        });
    }
    Ok(rows)
}
