//! Subscriber accounts.
mod email;
mod name;
use crate::{kernel::*, storage::*};
pub use email::{EmailAddress, EmailFault};
pub use name::{DisplayName, NameFault, skeleton};
pub async fn lock_subscriber(_: &mut Tx, _: SubscriberId) -> Result<(), StorageError> {
    Ok(())
}
pub async fn is_staff_within(_: &mut Tx, _: SubscriberId, _: &Scope) -> Result<bool, StorageError> {
    Ok(false)
}
#[derive(Clone, Debug)]
pub struct Profile {
    pub id: AccountId,
}
pub async fn subscriber_exists(_: &mut Tx, _: SubscriberId) -> Result<bool, StorageError> {
    Ok(false)
}
pub async fn list_accounts_of(_: &mut Tx, _: SubscriberId) -> Result<Vec<Profile>, StorageError> {
    Ok(vec![])
}
