//! How it stands with somebody's second factor.

use super::store;
use crate::kernel::{AccountId, Timestamp};
use crate::storage::{StorageError, Tx};

/// How it stands with somebody's second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorStatus {
    /// Since when there is one; nothing while there is none.
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
}

/// How it stands with the second factor of `account`.
///
/// # Errors
/// When the database cannot be read.
pub async fn second_factor_of(tx: &mut Tx, account: AccountId) -> Result<FactorStatus, StorageError> {
    let since = store::find(tx, account).await?.and_then(|row| row.confirmed_at);
    Ok(FactorStatus { since, recovery_codes_left: store::count_codes(tx, account).await? })
}
