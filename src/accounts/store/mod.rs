//! The tables of subscribers and accounts; roles, sessions, mailed links and names have a file of their own here.

mod links;
mod names;
mod roles;
mod sessions;

pub(super) use links::{
    NewToken, delete_tokens, delete_tokens_before, find_new_address, find_token, insert_token, use_token,
};
pub use names::{has_lookalike, names_of};
pub(super) use names::{is_name_taken, list_unfilled, set_bare};
pub use roles::{count_admins, editors_of, is_staff_anywhere, is_staff_within};
pub(super) use roles::{delete_role, find_role, list_roles, lock_admins, set_role};
pub(super) use sessions::{
    delete_sessions_before, end_session, end_sessions, insert_session, list_session_rows, list_sessions, set_seen,
};

use super::name::bare;
use super::{DisplayName, EmailAddress};
use crate::kernel::{AccountId, SubscriberId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, lock_rows};

#[derive(Clone, sqlx::FromRow)]
pub(super) struct Credentials {
    pub(super) id: AccountId,
    pub(super) subscriber: SubscriberId,
    pub(super) email: String,
    pub(super) email_canonical: String,
    pub(super) name: String,
    pub(super) password_hash: Option<String>,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
}

/// An account to be stored.
pub(super) struct NewRow<'a> {
    pub(super) id: AccountId,
    pub(super) subscriber: SubscriberId,
    pub(super) email: &'a EmailAddress,
    pub(super) name: &'a DisplayName,
    pub(super) password_hash: Option<&'a str>,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
}
// Subscribers

/// Locks the row of `subscriber`, whose record or privileges are read or changed, until the transaction ends.
///
/// # Errors
/// When the database cannot.
pub async fn lock_subscriber(tx: &mut Tx, subscriber: SubscriberId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from subscribers where id = $1", subscriber)
}

/// Whether there is such a subscriber.
///
/// # Errors
/// When the database cannot be read.
pub async fn subscriber_exists(tx: &mut Tx, subscriber: SubscriberId) -> Result<bool, StorageError> {
    let row = fetch_optional!(tx, (SubscriberId,), "select id from subscribers where id = $1", subscriber)?;
    Ok(row.is_some())
}

/// Stores a subscriber, unless there is one of this id.
pub(super) async fn insert_subscriber(tx: &mut Tx, id: SubscriberId, now: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "insert into subscribers (id, created_at) values ($1, $2) on conflict do nothing", id, now)?;
    Ok(())
}

// Accounts

/// Locks the row of `account` until the transaction ends.
///
/// # Errors
/// When the database cannot.
pub async fn lock_account(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from accounts where id = $1", account)
}

/// Stores an account; answers false when its address or its name is taken.
pub(super) async fn insert_account(tx: &mut Tx, row: &NewRow<'_>) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into accounts (id, subscriber, email, email_canonical, name, name_skeleton, password_hash,
                               confirmed_at, created_at, name_bare)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        row.id,
        row.subscriber,
        row.email.to_string(),
        row.email.canonical(),
        row.name.as_str(),
        row.name.skeleton(),
        row.password_hash,
        row.confirmed_at,
        row.created_at,
        bare(row.name.as_str())
    )?;
    Ok(count == 1)
}

pub(super) async fn find_account(tx: &mut Tx, id: AccountId) -> Result<Option<Credentials>, StorageError> {
    fetch_optional!(
        tx,
        Credentials,
        "select id, subscriber, email, email_canonical, name, password_hash, confirmed_at, created_at
         from accounts where id = $1",
        id
    )
}

pub(super) async fn find_credentials(tx: &mut Tx, canonical: &str) -> Result<Option<Credentials>, StorageError> {
    fetch_optional!(
        tx,
        Credentials,
        "select id, subscriber, email, email_canonical, name, password_hash, confirmed_at, created_at
         from accounts where email_canonical = $1",
        canonical
    )
}

/// The accounts of `subscriber`, oldest first.
pub(super) async fn list_accounts(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Credentials>, StorageError> {
    fetch_all!(
        tx,
        Credentials,
        "select id, subscriber, email, email_canonical, name, password_hash, confirmed_at, created_at
         from accounts where subscriber = $1 order by created_at, id",
        subscriber
    )
}

/// Where mail to `account` goes and what it is called, asked for at the moment of sending.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_address(tx: &mut Tx, account: AccountId) -> Result<Option<(String, String)>, StorageError> {
    fetch_optional!(tx, (String, String), "select email, name from accounts where id = $1", account)
}

pub(super) async fn set_password(tx: &mut Tx, account: AccountId, hash: &str) -> Result<(), StorageError> {
    execute!(tx, "update accounts set password_hash = $2 where id = $1", account, hash)?;
    Ok(())
}

/// Marks the address confirmed; the first time counts.
pub(super) async fn set_confirmed(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "update accounts set confirmed_at = $2 where id = $1 and confirmed_at is null", account, now)?;
    Ok(())
}

/// Gives `account` another address, which its owner has confirmed; answers false when it has an account already.
pub(super) async fn set_email(
    tx: &mut Tx,
    account: AccountId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update accounts set email = $2, email_canonical = $3, confirmed_at = coalesce(confirmed_at, $4)
         where id = $1 and not exists (select 1 from accounts where email_canonical = $3 and id <> $1)",
        account,
        email.to_string(),
        email.canonical(),
        now
    )?;
    Ok(count == 1)
}
