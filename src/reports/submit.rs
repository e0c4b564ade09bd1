//! Taking a report.

use std::time::Duration;

use super::{Report, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::comments::{self, Comment, Status, Viewer};
use crate::gate::{self, Privilege};
use crate::idempotency::{self, Earlier, Request};
use crate::kernel::{Actor, ClauseId, CommentId, ReportId, SignedIn, Timestamp};
use crate::storage::StorageError;
use crate::titles;

/// In how long a time reports are counted.
const WINDOW: Duration = Duration::from_secs(3600);

/// The report to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// The comment complained of.
    pub comment: CommentId,
    /// The clause said to be broken.
    pub clause: ClauseId,
    /// What the reporter adds.
    pub note: Option<String>,
}

/// Why a report is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// There is no such published comment.
    #[error("there is no such published comment")]
    NotFound,
    /// It is the person's own.
    #[error("nobody reports their own comment")]
    OwnComment,
    /// The gate is closed.
    #[error(transparent)]
    Refused(#[from] gate::Refusal),
    /// The account has reported the comment.
    #[error("the account has reported this comment")]
    AlreadyReported,
    /// The house rules have no such clause.
    #[error("the house rules have no such clause")]
    UnknownClause,
    /// Too many reports in an hour.
    #[error("too many reports: again at {until}")]
    TooMany {
        /// When the next may come.
        until: Timestamp,
    },
    /// The key came with another request.
    #[error("the idempotency key came with another request")]
    KeyMismatch,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes a report of a published comment and puts the comment into the moderators' queue.
///
/// # Errors
/// The first reason why not, in the order of [`SubmitError`] after a repeated key.
pub async fn submit(app: &App, person: &SignedIn, request: &Request, new: NewReport) -> Result<Report, SubmitError> {
    let mut work = app.write(person.clone()).await?;
    accounts::lock_subscriber(&mut work.tx, person.subscriber).await?;
    if let Some(report) = replayed(&mut work, person, request).await? {
        return Ok(report);
    }
    comments::lock(&mut work.tx, new.comment, None).await?;
    let comment = reportable(app, &mut work, person, new.comment).await?;
    let cited = titles::locate_clause(&mut work.tx, &new.clause).await?;
    let cited = cited.filter(|cited| cited.title == comment.title).ok_or(SubmitError::UnknownClause)?;
    if !app.is_unlimited {
        within_allowance(&mut work, person, app.settings.reports.per_hour).await?;
    }
    let report = Report {
        id: work.mint(),
        title: comment.title.clone(),
        comment: comment.id,
        account: person.account,
        subscriber: person.subscriber,
        clause: cited.id,
        clause_version: cited.version,
        note: new.note,
        comment_revision: comment.revision,
        body: comment.body,
        outcome: None,
        decision: None,
        created_at: work.now,
        closed_at: None,
    };
    if !store::insert(&mut work.tx, &report).await? {
        return Err(SubmitError::AlreadyReported);
    }
    comments::note_report(&mut work, comment.id).await?;
    if !idempotency::remember(&mut work, person.account, request, "reported", report.id).await? {
        return Err(SubmitError::KeyMismatch);
    }
    work.commit().await?;
    Ok(report)
}

/// Whether the comment could be reported at all, whatever the report says: asked when the rest of a form cannot be read.
///
/// # Errors
/// As for [`submit`], as far as they do not depend on the form.
pub async fn may_report(
    app: &App,
    person: &SignedIn,
    request: &Request,
    comment: CommentId,
) -> Result<(), SubmitError> {
    let mut work = app.read(person.clone()).await?;
    replayed(&mut work, person, request).await?;
    reportable(app, &mut work, person, comment).await.map(|_| ())
}

/// Whether `clause` is none of the title's in which `comment` stands; false when there is no such comment.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_unknown_clause(app: &App, comment: CommentId, clause: &ClauseId) -> Result<bool, StorageError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let Some(title) = comments::locate(&mut work.tx, comment).await? else { return Ok(false) };
    Ok(titles::locate_clause(&mut work.tx, clause).await?.is_none_or(|cited| cited.title != title))
}

async fn replayed(work: &mut Work, person: &SignedIn, request: &Request) -> Result<Option<Report>, SubmitError> {
    match idempotency::find(&mut work.tx, person.account, request).await? {
        None => Ok(None),
        Some(Earlier::Other) => Err(SubmitError::KeyMismatch),
        Some(Earlier::Same(made)) => {
            let corrupt = || StorageError::corrupt("idempotency_keys", &made.made);
            let id: ReportId = made.made.parse().map_err(|_| corrupt())?;
            Ok(Some(store::find(&mut work.tx, id).await?.ok_or_else(corrupt)?))
        }
    }
}

async fn reportable(app: &App, work: &mut Work, person: &SignedIn, id: CommentId) -> Result<Comment, SubmitError> {
    let actor = Actor::from(person.clone());
    let comment = comments::find_visible(&mut work.tx, Viewer::new(&actor), id).await?.ok_or(SubmitError::NotFound)?;
    if accounts::is_one_person(&mut work.tx, comment.subscriber, person.subscriber).await? {
        return Err(SubmitError::OwnComment);
    }
    if comment.status != Status::Published {
        return Err(SubmitError::NotFound);
    }
    let standing = gate::standing_of(app, &mut work.tx, person, work.now).await?;
    gate::may(Privilege::Report, &standing, &comment.title, work.now)?;
    if store::is_reported_by(&mut work.tx, comment.id, person.subscriber, false).await? {
        return Err(SubmitError::AlreadyReported);
    }
    Ok(comment)
}

async fn within_allowance(work: &mut Work, person: &SignedIn, per_hour: u32) -> Result<(), SubmitError> {
    let since = work.now.minus(WINDOW);
    let sent = store::list_times_since(&mut work.tx, person.subscriber, since).await?;
    if sent.len() < per_hour as usize {
        return Ok(());
    }
    // The oldest of the last `per_hour` reports has to leave the window first.
    let first = sent.len().saturating_sub(per_hour as usize);
    let until = sent.get(first).copied().unwrap_or(work.now).plus(WINDOW);
    Err(SubmitError::TooMany { until })
}
