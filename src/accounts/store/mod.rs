//! The tables of subscribers and accounts; roles, sessions, mailed links and names have a file of their own here.

mod links;
mod names;
mod places;
mod roles;
mod sessions;

pub(super) use links::{
    NewToken, delete_tokens, delete_tokens_before, find_new_address, find_token, insert_token, use_token,
};
pub use names::{FormerName, former_names_of, has_lookalike, list_renamed, names_of, set_told};
pub(super) use names::{
    NewName, find_name, insert_former_name, is_name_of_another, is_name_taken, list_unfilled, set_bare, set_name,
};
pub(super) use places::{delete_places, delete_places_before, has_places, is_place_seen, put_place};
pub use roles::{count_admins, editors_of, is_staff_anywhere, is_staff_within};
pub(super) use roles::{delete_role, find_role, list_roles, lock_admins, set_role};
pub(super) use sessions::{
    delete_sessions_before, end_session, end_sessions, forget_factor, has_given_factor, insert_session,
    list_session_rows, list_sessions, set_proven, set_seen,
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
    /// The address that signs in; nothing for who signs in by the newspaper's login.
    pub(super) email: Option<&'a EmailAddress>,
    pub(super) name: &'a DisplayName,
    pub(super) password_hash: Option<&'a str>,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
}
// Subscribers

/// Whether there is such a subscriber.
///
/// # Errors
/// When the database cannot be read.
pub async fn subscriber_exists(tx: &mut Tx, subscriber: SubscriberId) -> Result<bool, StorageError> {
    let row = fetch_optional!(tx, (SubscriberId,), "select id from subscribers where id = $1", subscriber)?;
    Ok(row.is_some())
}

/// Stores a subscriber, a person of their own, unless there is one of this id.
pub(super) async fn insert_subscriber(tx: &mut Tx, id: SubscriberId, now: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into subscribers (id, created_at, person) values ($1, $2, $1) on conflict do nothing",
        id,
        now
    )?;
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
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
         where not exists (select 1 from former_names where skeleton = $6) on conflict do nothing",
        row.id,
        row.subscriber,
        row.email.map(ToString::to_string).unwrap_or_default(),
        row.email.map_or_else(|| row.id.to_string(), EmailAddress::canonical),
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

/// The accounts of the person of `subscriber` that are not deleted, oldest first.
pub(super) async fn list_accounts(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Credentials>, StorageError> {
    fetch_all!(
        tx,
        Credentials,
        "select id, subscriber, email, email_canonical, name, password_hash, confirmed_at, created_at
         from accounts
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and deleted_at is null
         order by created_at, id",
        subscriber
    )
}

/// The account that the person of `subscriber` deleted last.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_last_deleted(tx: &mut Tx, subscriber: SubscriberId) -> Result<Option<AccountId>, StorageError> {
    let row = fetch_optional!(
        tx,
        (AccountId,),
        "select id from accounts
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and deleted_at is not null
         order by deleted_at desc, id desc limit 1",
        subscriber
    )?;
    Ok(row.map(|(id,)| id))
}

/// Where mail to `account` goes and what it is called, asked for at the moment of sending.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_address(tx: &mut Tx, account: AccountId) -> Result<Option<(String, String)>, StorageError> {
    fetch_optional!(tx, (String, String), "select email, name from accounts where id = $1 and email <> ''", account)
}

/// Takes from `account` whatever tells who it was and lets anybody sign in: its row stays, for the comments and bans that
/// name it.
pub(super) async fn set_deleted(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), StorageError> {
    // No address is like an id, so none ever finds this account.
    execute!(
        tx,
        "update accounts set deleted_at = $2, email = '', email_canonical = $3, password_hash = null, confirmed_at = null
         where id = $1",
        account,
        now,
        account.to_string()
    )?;
    Ok(())
}

/// What a login said of an account that it made: where mail goes, whether its name was given, and what name it asked for.
pub(super) async fn set_login_profile(
    tx: &mut Tx,
    account: AccountId,
    email: Option<&str>,
    is_name_neutral: bool,
    bare: &str,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update accounts set email = $2, is_name_neutral = $3, name_bare = $4 where id = $1",
        account,
        email.unwrap_or_default(),
        is_name_neutral,
        bare
    )?;
    Ok(())
}

/// Where mail goes of an account that signs in by the newspaper's login. Of any other the address is its own affair.
pub(super) async fn set_mail_address(tx: &mut Tx, account: AccountId, email: Option<&str>) -> Result<(), StorageError> {
    execute!(
        tx,
        "update accounts set email = $2 where id = $1 and email_canonical = $3 and email <> $2",
        account,
        email.unwrap_or_default(),
        account.to_string()
    )?;
    Ok(())
}

/// Takes every role of `account`.
pub(super) async fn delete_roles(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    execute!(tx, "delete from account_roles where account = $1", account)?;
    Ok(())
}

/// Whether somebody can sign in to `account` with a password.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_password(tx: &mut Tx, account: AccountId) -> Result<bool, StorageError> {
    let sql = "select id from accounts where id = $1 and password_hash is not null";
    Ok(fetch_optional!(tx, (AccountId,), sql, account)?.is_some())
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
