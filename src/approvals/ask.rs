//! Asking for a second person.

use std::time::Duration;

use serde_json::json;

use super::{Act, Approval, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::comments;
use crate::kernel::{Actor, Scope, SignedIn};
use crate::moderation::WhySecond;
use crate::storage::StorageError;
use crate::titles;

/// How long an act waits.
const GOOD_FOR: Duration = Duration::from_secs(24 * 3600);
/// How many acts of one account may wait at once: whoever goes wild does not bury their colleagues.
const MAX_OPEN: i64 = 50;

/// Why nothing is asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// What it is about is gone.
    #[error("what the act is about is gone")]
    NotFound,
    /// Too many acts of the account wait already.
    #[error("too many acts of one account wait")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lets `act` wait for a second person, because of `why`; the same act again waits once. Its use case has refused it to
/// `person` for want of one and for nothing else.
///
/// # Errors
/// When what it is about is gone, or too much of theirs waits.
pub async fn ask(app: &App, person: &SignedIn, act: Act, why: WhySecond) -> Result<Approval, AskError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    accounts::lock_account(&mut work.tx, person.account).await?;
    let text = serde_json::to_string(&act).map_err(|_| StorageError::corrupt("approvals", person.account))?;
    let now = work.now;
    if let Some(row) = store::find_same(&mut work.tx, person.account, &text, now).await? {
        return Ok(Approval::read(&mut work, row).await?);
    }
    if store::count_open(&mut work.tx, person.account, now).await? >= MAX_OPEN {
        return Err(AskError::TooMany);
    }
    let scope = scope_of(&mut work, &act).await?.ok_or(AskError::NotFound)?;
    let id = work.mint();
    let row = store::NewRow {
        id,
        requester: person.account,
        scope: &scope,
        kind: act.kind(),
        reason: why.as_str(),
        act: &text,
        created_at: now,
        expires_at: now.plus(GOOD_FOR),
    };
    store::insert(&mut work.tx, &row).await?;
    let details = json!({ "kind": act.kind(), "reason": why.as_str() });
    let mut entry = Entry::new(Action::ApprovalAsked, id).details(details);
    if let Some(title) = scope.title() {
        entry = entry.within(title);
    }
    audit::record(&mut work, entry).await?;
    let row = store::find(&mut work.tx, id).await?.ok_or_else(|| StorageError::corrupt("approvals", id))?;
    let approval = Approval::read(&mut work, row).await?;
    work.commit().await?;
    Ok(approval)
}

/// Where the act is done: those who may do it there may approve it.
async fn scope_of(work: &mut Work, act: &Act) -> Result<Option<Scope>, StorageError> {
    let tx = &mut work.tx;
    Ok(match act {
        Act::Remove { comment, .. } => comments::find(tx, *comment).await?.map(|comment| Scope::Title(comment.title)),
        Act::Ban { scope: Some(scope), .. } => Some(scope.clone()),
        Act::Ban { clause, .. } | Act::BanMany { clause, .. } => {
            titles::locate_clause(tx, clause).await?.map(|clause| Scope::Title(clause.title))
        }
        Act::Sweep { title, .. } => Some(Scope::Title(title.clone())),
    })
}
