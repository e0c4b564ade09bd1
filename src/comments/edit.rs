//! Changing one's comment while the window is open.

use std::time::Duration;

use super::draft::{BodyLength, check_length};
use super::firings::note_firings;
use super::judge::{Question, judge, store_verdict};
use super::tell::tell_of_verdict;
use super::{Change, Comment, Status, Viewer, move_to, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::gate::{self, Privilege};
use crate::kernel::{Actor, CommentId, SignedIn};
use crate::rules::{Finding, Outcome};
use crate::storage::StorageError;
use crate::stories;

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The text was replaced; the comment may be held now.
    Changed(Box<Comment>),
    /// A rule refused the new text; nothing changed.
    Rejected(Vec<Finding>),
}

/// Why a comment cannot be edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such comment that the person may know of.
    #[error("there is no such comment")]
    NotFound,
    /// It is somebody else's.
    #[error("the comment is somebody else's")]
    NotYours,
    /// The gate is closed.
    #[error(transparent)]
    Refused(#[from] gate::Refusal),
    /// The comment is not as it was when the edit began.
    #[error("the comment has changed meanwhile")]
    Stale(Box<Comment>),
    /// A comment of this status cannot be edited.
    #[error("a comment that is {} cannot be edited", .0.as_str())]
    NotEditable(Status),
    /// The window has closed.
    #[error("the time for editing is over")]
    WindowOver,
    /// The text is empty or too long.
    #[error(transparent)]
    BodyLength(#[from] BodyLength),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Replaces the text of one's comment, judged anew: published text may become held, a held comment stays held, and what
/// a rule rejects changes nothing.
///
/// # Errors
/// The first reason why not, in the order of [`EditError`].
pub async fn edit(app: &App, person: &SignedIn, id: CommentId, revision: i64, body: &str) -> Result<Edited, EditError> {
    let mut work = app.write(person.clone()).await?;
    accounts::lock_subscriber(&mut work.tx, person.subscriber).await?;
    let parent = store::find(&mut work.tx, id).await?.and_then(|found| found.parent);
    store::lock(&mut work.tx, id, parent).await?;
    let comment = editable(app, &mut work, person, id, Some(revision)).await?;
    check_length(body, app.settings.comments.max_chars)?;
    // What a person decided of this very text stands, and nothing is judged twice.
    if body == comment.body {
        return Ok(Edited::Changed(Box::new(comment)));
    }

    let story = stories::find(&mut work.tx, comment.story)
        .await?
        .ok_or_else(|| StorageError::corrupt("stories", comment.story))?;
    let question = Question { person, story: &story, body, edits: Some(id) };
    let judged = judge(app, &mut work, question).await?;
    let verdict = store_verdict(&mut work, &comment.title, id, &judged).await?;
    note_firings(&mut work, &comment.title, comment.subscriber, &judged.verdict).await?;
    let outcome = judged.verdict.outcome;
    if outcome == Outcome::Reject {
        work.commit().await?;
        return Ok(Edited::Rejected(judged.verdict.findings));
    }
    let status = if outcome == Outcome::Hold { Status::Held } else { comment.status };
    let change = Change { status: Some(status), text: Some((body.to_owned(), verdict)), ..Change::default() };
    let moved = move_to(&mut work, &comment, change).await?;
    if status != comment.status {
        tell_of_verdict(&mut work, &comment.title, person.account, id, body, &judged.verdict).await?;
    }
    work.commit().await?;
    Ok(Edited::Changed(Box::new(moved)))
}

/// Whether the comment could be edited at all, whatever the new text: asked when the rest of a form cannot be read.
///
/// # Errors
/// As for [`edit`], as far as they do not depend on the form.
pub async fn may_edit(app: &App, person: &SignedIn, id: CommentId, revision: Option<i64>) -> Result<(), EditError> {
    let mut work = app.read(person.clone()).await?;
    editable(app, &mut work, person, id, revision).await.map(|_| ())
}

async fn editable(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    id: CommentId,
    revision: Option<i64>,
) -> Result<Comment, EditError> {
    let actor = Actor::from(person.clone());
    let viewer = Viewer::new(&actor);
    let comment =
        store::find(&mut work.tx, id).await?.filter(|comment| viewer.knows_of(comment)).ok_or(EditError::NotFound)?;
    if !viewer.is_author(&comment) {
        return Err(EditError::NotYours);
    }
    let privilege = if comment.parent.is_some() { Privilege::Reply } else { Privilege::Comment };
    let standing = gate::standing_of(app, &mut work.tx, person, work.now).await?;
    gate::may(privilege, &standing, &comment.title, work.now)?;
    if revision.is_some_and(|revision| revision != comment.revision) {
        return Err(EditError::Stale(Box::new(comment)));
    }
    if !matches!(comment.status, Status::Published | Status::Held) {
        return Err(EditError::NotEditable(comment.status));
    }
    let window = Duration::from_secs(app.settings.comments.edit_window_seconds.into());
    if work.now >= comment.created_at.plus(window) {
        return Err(EditError::WindowOver);
    }
    Ok(comment)
}
