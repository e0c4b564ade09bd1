//! Undoing a decision.

use serde_json::json;

use super::decide::{check_decision, replayed, winner};
use super::{Action, DecideError, Decision, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::audit::{self, Entry};
use crate::bans;
use crate::comments::{self, Change, Comment, Waiting};
use crate::idempotency::{self, Request};
use crate::kernel::{CommentId, DecisionId, SignedIn};
use crate::notifications::{self, About};
use crate::reports;
use crate::storage::StorageError;

/// Makes everything as it was before the decision: the comment's status, its reports and its place in the queue, the
/// counts, the author's record and strikes. No rule holds the comment again: somebody has looked at it.
///
/// # Errors
/// `NotFound` and `Forbidden` as for a decision; `Stale` when the comment has moved since, or the decision was undone.
pub async fn undo_decision(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    id: DecisionId,
) -> Result<Decision, DecideError> {
    let mut work = app.write(person.clone()).await?;
    if let Some(decision) = replayed(&mut work, person, request).await? {
        return Ok(decision);
    }
    let seen = store::find(&mut work.tx, id).await?.ok_or(DecideError::NotFound)?;
    lock(&mut work, seen.comment).await?;
    if let Some(decision) = replayed(&mut work, person, request).await? {
        return Ok(decision);
    }
    let person = &accounts::renewed(&mut work.tx, person).await?;
    let comment = check_decision(&mut work.tx, person, seen.comment).await?;
    let decision = store::find(&mut work.tx, id).await?.ok_or(DecideError::NotFound)?;
    if comment.revision != decision.made_revision || !take_back(&mut work, &comment, &decision).await? {
        let winner = winner(&mut work, &comment).await?;
        return Err(DecideError::Stale { winner, comment: Box::new(comment) });
    }
    if let Some(request) = request
        && !idempotency::remember(&mut work, person.account, request, "undone", id).await?
    {
        return Err(DecideError::KeyMismatch);
    }
    let undone = store::find(&mut work.tx, id).await?.ok_or(DecideError::NotFound)?;
    work.commit().await?;
    Ok(undone)
}

async fn lock(work: &mut Work, comment: CommentId) -> Result<(), DecideError> {
    let seen = comments::find(&mut work.tx, comment).await?.ok_or(DecideError::NotFound)?;
    accounts::lock_subscriber(&mut work.tx, seen.subscriber).await?;
    comments::lock(&mut work.tx, comment, seen.parent).await?;
    Ok(())
}

/// Takes `decision`, which made `comment` what it is, back; answers false when it was taken back before. The caller has
/// locked the comment with its parent, after its author's subscriber.
pub(super) async fn take_back(work: &mut Work, comment: &Comment, decision: &Decision) -> Result<bool, StorageError> {
    let by = work.actor.account();
    if !store::set_undone(&mut work.tx, decision.id, by, work.now).await? {
        return Ok(false);
    }
    let upheld_reports = reports::undo_decided(work, decision.id).await?;
    match decision.action {
        Action::Remove => bans::take_back(work, decision.id).await?,
        Action::Restore => {
            if let Some(removal) = store::find_removal(&mut work.tx, comment.id, decision.judged_revision).await? {
                bans::give_again(work, removal).await?;
                notifications::give_again(work, About::Decision(removal)).await?;
            }
        }
        Action::Approve => {}
    }
    let before = decision.waited.unwrap_or(Waiting { queued_at: None, open_report_count: 0 });
    // Reports that came after the decision stay open beside those that it had closed.
    let waiting = Waiting {
        queued_at: before.queued_at.or(comment.queued_at),
        open_report_count: before.open_report_count + comment.open_report_count,
    };
    let change = Change { status: Some(decision.from), upheld_reports, waiting: Some(waiting), ..Change::default() };
    comments::move_to(work, comment, change).await?;
    notifications::take_back(work, About::Decision(decision.id)).await?;
    let details = json!({
        "comment": comment.id,
        "action": decision.action.as_str(),
        "from": decision.to.as_str(),
        "to": decision.from.as_str(),
    });
    let mut entry = Entry::new(audit::Action::DecisionUndone, decision.id).within(&comment.title).details(details);
    if let Some((clause, version)) = &decision.clause {
        entry = entry.citing(clause, *version);
    }
    audit::record(work, entry).await?;
    Ok(true)
}
