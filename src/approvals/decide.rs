//! The second person approves or refuses.

use serde_json::json;

use super::act::Doable;
use super::{Approval, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::bans::Ban;
use crate::kernel::{Actor, ApprovalId, SignedIn};
use crate::moderation::{self, BanError, Bulk, BulkError, DecideError, Decision, Hands};
use crate::rulebook::sweep::{self, Sweep, SweepError};
use crate::storage::StorageError;

/// Why an act is neither done nor refused.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// There is no such act that the person may know of.
    #[error("there is no such act")]
    NotFound,
    /// It is the person's own, or theirs to see only.
    #[error("not this person's to approve")]
    Forbidden,
    /// It was decided on meanwhile, or waited too long.
    #[error("the act waits no more")]
    Over,
    /// The comment cannot be removed any more.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The ban cannot be made any more.
    #[error(transparent)]
    Ban(#[from] BanError),
    /// The bans cannot be made any more.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// The sweep cannot be made any more.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What was done.
#[derive(Debug)]
pub enum Done {
    /// A comment was removed.
    Removed(Box<Decision>),
    /// A subscriber was banned.
    Banned(Box<Ban>),
    /// Many were.
    BannedMany(Bulk),
    /// A sweep was made.
    Swept(Box<Sweep>),
}

/// Lets the act happen, in the name of whoever asked for it and with the roles that they have now. What cannot be done any
/// more is not done, and waits on.
///
/// # Errors
/// The first reason why not, in the order of [`ApproveError`].
pub async fn approve(app: &App, person: &SignedIn, id: ApprovalId) -> Result<Done, ApproveError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    let (approver, approval) = decided(&mut work, person, id, "approved").await?;
    let corrupt = || StorageError::corrupt("approvals", id);
    let now = work.now;
    let requester = accounts::on_behalf_of(&mut work.tx, approval.requester, now).await?.ok_or_else(corrupt)?;
    note(&mut work, Action::ApprovalGiven, &approval).await?;
    let doable = approval.act.clone().doable().ok_or_else(corrupt)?;
    check_approver(&mut work, &approver, &doable).await?;
    work.actor = Actor::SignedIn(requester.clone());
    let done = match doable {
        Doable::Remove(comment, form) => {
            let made = moderation::decide_in(app, &mut work, &requester, (None, Hands::Two), comment, form).await?;
            Done::Removed(Box::new(made))
        }
        Doable::Ban(subscriber, form) => {
            let made = moderation::make_ban_in(app, &mut work, &requester, (None, Hands::Two), subscriber, form);
            Done::Banned(Box::new(made.await?))
        }
        Doable::BanMany(form) => {
            let made = moderation::bulk_ban_in(app, &mut work, &requester, (None, Hands::Two), &form).await?;
            Done::BannedMany(made)
        }
        Doable::Sweep(form) => {
            work.commit().await?;
            let swept = sweep::sweep_with(app, requester, &form, Hands::Two, &mut |_, _| {}).await?;
            return Ok(Done::Swept(Box::new(swept.sweep)));
        }
    };
    work.commit().await?;
    Ok(done)
}

/// Nobody decides on their own comment or report, nor on themselves, as a second person either.
async fn check_approver(work: &mut Work, approver: &SignedIn, doable: &Doable) -> Result<(), ApproveError> {
    match doable {
        Doable::Remove(comment, _) => {
            moderation::check_decision(&mut work.tx, approver, *comment).await?;
        }
        Doable::Ban(subscriber, _) => moderation::check_ban(&mut work.tx, approver, *subscriber).await?,
        Doable::BanMany(_) | Doable::Sweep(_) => {}
    }
    Ok(())
}

/// Refuses the act; whoever asked for it may also take it back so.
///
/// # Errors
/// `NotFound`, `Forbidden` or `Over`.
pub async fn refuse(app: &App, person: &SignedIn, id: ApprovalId) -> Result<(), ApproveError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    let (_, approval) = decided(&mut work, person, id, "refused").await?;
    note(&mut work, Action::ApprovalRefused, &approval).await?;
    work.commit().await?;
    Ok(())
}

/// Notes the outcome if it is the person's to decide; answers them as they are now, and the act.
async fn decided(
    work: &mut Work,
    person: &SignedIn,
    id: ApprovalId,
    outcome: &str,
) -> Result<(SignedIn, Approval), ApproveError> {
    let person = accounts::renewed(&mut work.tx, person).await?;
    let row = store::find(&mut work.tx, id).await?.ok_or(ApproveError::NotFound)?;
    let is_over = row.outcome.is_some();
    let approval = Approval::read(work, row).await?;
    let is_own = approval.requester == person.account;
    if !is_own && !approval.is_within(&person) {
        return Err(ApproveError::NotFound);
    }
    if !(is_own && outcome == "refused") && is_one_person(work, &person, &approval).await? {
        return Err(ApproveError::Forbidden);
    }
    let now = work.now;
    if is_over || !store::set_decided(&mut work.tx, id, person.account, outcome, now).await? {
        return Err(ApproveError::Over);
    }
    Ok((person, approval))
}

/// Whether whoever asked and whoever decides are accounts of one person.
async fn is_one_person(work: &mut Work, person: &SignedIn, approval: &Approval) -> Result<bool, StorageError> {
    let now = work.now;
    let requester = accounts::on_behalf_of(&mut work.tx, approval.requester, now).await?;
    let Some(requester) = requester else { return Ok(false) };
    let asked = accounts::find_person(&mut work.tx, requester.subscriber).await?;
    Ok(requester.account == person.account || asked == accounts::find_person(&mut work.tx, person.subscriber).await?)
}

async fn note(work: &mut Work, action: Action, approval: &Approval) -> Result<(), StorageError> {
    let details = json!({ "kind": approval.act.kind(), "requester": approval.requester });
    let mut entry = Entry::new(action, approval.id).details(details);
    if let Some(title) = approval.scope.title() {
        entry = entry.within(title);
    }
    audit::record(work, entry).await?;
    Ok(())
}
