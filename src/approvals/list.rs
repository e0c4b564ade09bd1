//! What waits for a second person.

use std::time::Duration;

use super::{Act, store};
use crate::accounts;
use crate::app::{App, Work};
use crate::kernel::{AccountId, Actor, ApprovalId, Role, Scope, SignedIn, Timestamp};
use crate::moderation;
use crate::storage::StorageError;

/// How many are listed.
const LISTED: i64 = 1_000;
/// How long what waited is kept after it is over; the audit log keeps what was done.
const KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 3600);

/// An act that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Who asked for it.
    pub requester: AccountId,
    /// What they are called.
    pub requester_name: String,
    /// Where it is done.
    pub scope: Scope,
    /// Why it waits: `many`, `permanent` or `bulk`.
    pub reason: String,
    /// The act.
    pub act: Act,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Until when it waits.
    pub expires_at: Timestamp,
}

impl Approval {
    pub(super) async fn read(work: &mut Work, row: store::Row) -> Result<Self, StorageError> {
        let act = serde_json::from_str(&row.act).map_err(|_| StorageError::corrupt("approvals", row.id))?;
        let mut names = accounts::names_of(&mut work.tx, &[row.requester]).await?;
        Ok(Self {
            id: row.id,
            requester: row.requester,
            requester_name: names.remove(&row.requester).unwrap_or_default(),
            scope: row.scope,
            reason: row.reason,
            act,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }

    /// Whether whoever holds the roles of `person` could approve it, leaving aside who asked for it.
    #[must_use]
    pub fn is_within(&self, person: &SignedIn) -> bool {
        match &self.scope {
            Scope::All => person.roles.is_admin(),
            Scope::Title(title) => person.roles.within(title) >= self.act.least_role(),
        }
    }
}

/// What waits, as far as `person` asked for it or could approve it; oldest first, 1,000 at most.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_waiting(work: &mut Work, person: &SignedIn) -> Result<Vec<Approval>, StorageError> {
    let now = work.now;
    let mut found = Vec::new();
    if person.roles.highest() == Role::Reader {
        return Ok(found);
    }
    for row in store::list_open(&mut work.tx, now, LISTED).await? {
        let approval = Approval::read(work, row).await?;
        if approval.requester == person.account || approval.is_within(person) {
            found.push(approval);
        }
    }
    Ok(found)
}

/// Deletes what has been over for long, and acts that no longer count; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_old(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("approvals")).await?;
    let before = work.now.minus(KEPT_FOR);
    let count = store::delete_before(&mut work.tx, before).await? + moderation::forget_acts(&mut work).await?;
    work.commit().await?;
    Ok(count)
}
