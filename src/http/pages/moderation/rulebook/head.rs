//! What all pages about a title's rules share: who may see them, what stands above them, lines and versions.

use std::collections::HashMap;

use crate::accounts;
use crate::app::{App, Work};
use crate::http::Error;
use crate::http::api::rulebook::opened;
use crate::http::pages::Moments;
use crate::http::pages::moderation::door::Staff;
use crate::http::pages::moderation::label::count;
use crate::http::pages::views::{DiffLine, ObjectionView, QueueTitle, Room, RulebookHead, VersionHead};
use crate::kernel::{AccountId, Role, TitleId};
use crate::moderation;
use crate::rulebook::Objection;
use crate::rulebook::history::{self, Change, Document, Past};
use crate::storage::StorageError;
use crate::titles::Title;

/// How many unchanged lines stand around each change.
const CONTEXT: usize = 3;

/// A title whose rules somebody looks at.
pub(super) struct At {
    pub(super) title: Title,
    pub(super) moments: Moments,
    pub(super) head: RulebookHead,
}

/// The room of a document.
pub(super) const fn room_of(document: Document) -> Room {
    match document {
        Document::Rules => Room::Rules,
        Document::WordList => Room::WordList,
    }
}

/// The title, for whoever moderates it, and work that reads what belongs to it.
///
/// # Errors
/// `not_found`, `forbidden`.
pub(super) async fn entered(app: &App, staff: &Staff, title: &TitleId, room: Room) -> Result<(Work, At), Error> {
    let (mut work, title) = opened(app, &staff.person, title, Role::Moderator).await?;
    let known = moderation::titles_of(&mut work.tx, &staff.person).await?;
    let tab = |known: &Title| QueueTitle {
        name: known.name.clone(),
        href: format!("/moderation/titles/{}/{}", known.id, room.path()),
        is_chosen: known.id == title.id,
    };
    let head = RulebookHead {
        title: title.id.to_string(),
        titles: known.iter().map(tab).collect(),
        room,
        may_edit: work.actor.has_role(Role::Editor, &title.id),
    };
    let moments = Moments::new(&title.time_zone, app.words.clone());
    Ok((work, At { title, moments, head }))
}

impl At {
    /// Versions with the names of those who published them.
    pub(super) async fn versions(
        &self,
        app: &App,
        work: &mut Work,
        past: &[Past],
    ) -> Result<Vec<VersionHead>, StorageError> {
        let by: Vec<AccountId> = past.iter().filter_map(|past| past.published_by).collect();
        let names = accounts::names_of(&mut work.tx, &by).await?;
        let head = |past: &Past| VersionHead {
            version: past.version,
            by: name_of(app, &names, past.published_by),
            at: self.moments.moment(past.published_at),
            kilobytes: count(past.size_bytes).div_ceil(1024),
        };
        Ok(past.iter().map(head).collect())
    }

    /// One version.
    pub(super) async fn version(&self, app: &App, work: &mut Work, past: Past) -> Result<VersionHead, Error> {
        let heads = self.versions(app, work, &[past]).await?;
        Ok(heads.into_iter().next().ok_or(crate::http::Code::Internal)?)
    }
}

/// What readers see of an account; what is done on the machine itself has no account.
pub(super) fn name_of(app: &App, names: &HashMap<AccountId, String>, account: Option<AccountId>) -> String {
    match account {
        None => app.words.text("by-operator"),
        Some(account) => names.get(&account).cloned().unwrap_or_default(),
    }
}

/// The lines of a text.
pub(super) fn lines_of(source: &str) -> Vec<String> {
    source.lines().map(str::to_owned).collect()
}

/// What changed, in pieces with a little around each change.
pub(super) fn pieces_of(from: &str, to: &str) -> Vec<Vec<DiffLine>> {
    let line = |line: history::Line| DiffLine {
        is_added: line.change == Change::Added,
        is_removed: line.change == Change::Removed,
        number: line.to_line.or(line.from_line).unwrap_or(0),
        text: line.text,
    };
    let pieces = history::with_context(&history::diff(from, to), CONTEXT);
    pieces.into_iter().map(|piece| piece.into_iter().map(line).collect()).collect()
}

/// What is wrong with a text.
pub(super) fn objections_of(found: &[Objection]) -> Vec<ObjectionView> {
    let view = |it: &Objection| ObjectionView {
        line: it.line,
        message: it.message.clone(),
        picture: it.picture.trim_end().to_owned(),
        hint: it.hint.clone(),
    };
    found.iter().map(view).collect()
}
