//! What there is to know of an account, its address apart.

use super::{EmailAddress, store};
use crate::kernel::{AccountId, Id as _, Proof, Role, Roles, SessionId, SignedIn, SubscriberId, Timestamp};
use crate::storage::{StorageError, Tx};

/// An account, without what is its owner's alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: AccountId,
    /// Whom it acts for.
    pub subscriber: SubscriberId,
    /// What readers see.
    pub name: String,
    /// Whether its address has been confirmed.
    pub is_confirmed: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it is, and where.
    pub roles: Roles,
}

impl Profile {
    /// The greatest role it holds anywhere.
    #[must_use]
    pub fn role(&self) -> Role {
        self.roles.highest()
    }
}

/// The account `id`.
///
/// # Errors
/// When the database cannot be read.
pub async fn get_profile(tx: &mut Tx, id: AccountId) -> Result<Option<Profile>, StorageError> {
    let Some(account) = store::find_account(tx, id).await? else { return Ok(None) };
    let roles = store::list_roles(tx, id).await?;
    Ok(Some(of(account, roles)))
}

/// `person` with the roles that the account has now: those that came with the request may have been taken since. Asked in the
/// writing transaction, when its locks are held.
///
/// # Errors
/// When the database cannot be read.
pub async fn renewed(tx: &mut Tx, person: &SignedIn) -> Result<SignedIn, StorageError> {
    let roles =
        if person.proof.is_enough_for_staff { store::list_roles(tx, person.account).await? } else { Roles::default() };
    Ok(SignedIn { roles, ..person.clone() })
}

/// `account` as if it had signed in at `now`, with the roles that it has now: for what it asked for and somebody else lets
/// happen. Nothing when it is gone.
///
/// # Errors
/// When the database cannot be read.
pub async fn on_behalf_of(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Option<SignedIn>, StorageError> {
    let Some(found) = store::find_account(tx, account).await? else { return Ok(None) };
    Ok(Some(SignedIn {
        account,
        subscriber: found.subscriber,
        session: SessionId::from_uuid(uuid::Uuid::nil()),
        name: found.name,
        is_confirmed: found.confirmed_at.is_some(),
        roles: store::list_roles(tx, account).await?,
        proof: Proof::whole(now),
    }))
}

/// The account of an address, for the operator: nobody else may learn whether there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<AccountId>, StorageError> {
    let Ok(address) = EmailAddress::parse(email) else { return Ok(None) };
    Ok(store::find_credentials(tx, &address.canonical()).await?.map(|found| found.id))
}

/// Every account that acts for the person of `subscriber`, oldest first; deleted ones apart.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_accounts_of(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Profile>, StorageError> {
    let mut profiles = Vec::new();
    for account in store::list_accounts(tx, subscriber).await? {
        let roles = store::list_roles(tx, account.id).await?;
        profiles.push(of(account, roles));
    }
    Ok(profiles)
}

fn of(account: store::Credentials, roles: Roles) -> Profile {
    Profile {
        id: account.id,
        subscriber: account.subscriber,
        name: account.name,
        is_confirmed: account.confirmed_at.is_some(),
        created_at: account.created_at,
        roles,
    }
}
