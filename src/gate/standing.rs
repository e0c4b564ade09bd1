//! What the gate looks at.

use crate::accounts;
use crate::app::App;
use crate::bans::{self, Ban, Warning};
use crate::kernel::{Roles, SignedIn, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::subscriptions::{self, Entitlement, Policy};

/// All that decides what an account may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the subscriptions come to now.
    pub entitlement: Entitlement,
    /// Whether that grants what is for subscribers only, by the paper's policy.
    pub is_entitled: bool,
    /// The bans in force, in every title.
    pub bans: Vec<Ban>,
    /// The warnings that wait to be acknowledged, in every title.
    pub warnings: Vec<Warning>,
    /// Whether the account's address has been confirmed.
    pub is_confirmed: bool,
    /// What the account is, and where.
    pub roles: Roles,
}

/// Reads what the gate needs to know of `person` at `now`.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing_of(app: &App, tx: &mut Tx, person: &SignedIn, now: Timestamp) -> Result<Standing, StorageError> {
    let policy = Policy::of(&app.settings.billing);
    let entitlement = subscriptions::entitlement_of(tx, person.subscriber, &policy, now).await?;
    Ok(Standing {
        entitlement,
        is_entitled: policy.grants(entitlement),
        bans: bans::in_force(tx, person.subscriber, now).await?,
        warnings: bans::open_warnings(tx, person.subscriber).await?,
        is_confirmed: person.is_confirmed,
        roles: accounts::renewed(tx, person).await?.roles,
    })
}
