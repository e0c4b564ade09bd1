//! What the gate looks at.

use crate::accounts;
use crate::bans::{self, Ban};
use crate::kernel::{Roles, SignedIn, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::subscriptions::{self, Entitlement};

/// All that decides what an account may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the subscription grants now.
    pub entitlement: Entitlement,
    /// The bans in force, in every title.
    pub bans: Vec<Ban>,
    /// Whether the account's address has been confirmed.
    pub is_confirmed: bool,
    /// What the account is, and where.
    pub roles: Roles,
}

/// Reads what the gate needs to know of `person` at `now`.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing_of(tx: &mut Tx, person: &SignedIn, now: Timestamp) -> Result<Standing, StorageError> {
    Ok(Standing {
        entitlement: subscriptions::entitlement_of(tx, person.subscriber, now).await?,
        bans: bans::in_force(tx, person.subscriber, now).await?,
        is_confirmed: person.is_confirmed,
        roles: accounts::renewed(tx, person).await?.roles,
    })
}
