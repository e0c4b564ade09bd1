//! What accounts are called, and which names look alike.

use std::collections::HashMap;
use std::time::Duration;

use crate::accounts::name::bare;
use crate::kernel::{AccountId, SubscriberId, Timestamp};
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_optional, per_engine};

/// Whether a name that looks so is somebody's, or was and is kept from everybody.
pub(in crate::accounts) async fn is_name_taken(tx: &mut Tx, skeleton: &str) -> Result<bool, StorageError> {
    let sql = "select id from accounts where name_skeleton = $1 union all
               select account from former_names where skeleton = $1 limit 1";
    Ok(fetch_optional!(tx, (AccountId,), sql, skeleton)?.is_some())
}

/// The name of an account, and what decides whether it may change.
#[derive(sqlx::FromRow)]
pub(in crate::accounts) struct NameRow {
    pub(in crate::accounts) name: String,
    pub(in crate::accounts) name_skeleton: String,
    pub(in crate::accounts) name_bare: Option<String>,
    pub(in crate::accounts) is_name_neutral: bool,
    pub(in crate::accounts) renamed_at: Option<Timestamp>,
}

pub(in crate::accounts) async fn find_name(tx: &mut Tx, account: AccountId) -> Result<Option<NameRow>, StorageError> {
    let sql = "select name, name_skeleton, name_bare, is_name_neutral, renamed_at from accounts where id = $1";
    fetch_optional!(tx, NameRow, sql, account)
}

impl NameRow {
    /// Whether the account may change its name at `now`: one that was given at once, another once in a while.
    pub(in crate::accounts) fn may_change(&self, app: &crate::app::App, now: Timestamp) -> bool {
        self.may_change_at(app).is_none_or(|at| now >= at)
    }

    /// When it may; nothing for at once.
    pub(in crate::accounts) fn may_change_at(&self, app: &crate::app::App) -> Option<Timestamp> {
        let pause = Duration::from_secs(u64::from(app.settings.accounts.rename_days) * 24 * 3600);
        self.renamed_at.filter(|_| !self.is_name_neutral).map(|at| at.plus(pause))
    }
}

/// Whether a name that looks so is another account's, or was and is kept from this one.
pub(in crate::accounts) async fn is_name_of_another(
    tx: &mut Tx,
    skeleton: &str,
    account: AccountId,
) -> Result<bool, StorageError> {
    let sql = "select id from accounts where name_skeleton = $1 and id <> $2 union all
               select account from former_names where skeleton = $1 and (account <> $2 or is_removed) limit 1";
    Ok(fetch_optional!(tx, (AccountId,), sql, skeleton, account)?.is_some())
}

/// What an account is to be called.
pub(in crate::accounts) struct NewName<'a> {
    pub(in crate::accounts) name: &'a str,
    pub(in crate::accounts) skeleton: &'a str,
    pub(in crate::accounts) bare: &'a str,
    pub(in crate::accounts) is_neutral: bool,
    pub(in crate::accounts) renamed_at: Option<Timestamp>,
}

/// Gives `account` another name, whose threads are told of it later; answers false when the name is somebody else's, or is
/// kept from this account too.
pub(in crate::accounts) async fn set_name(
    tx: &mut Tx,
    account: AccountId,
    new: &NewName<'_>,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "delete from former_names where skeleton = $1 and account = $2 and not is_removed",
        new.skeleton,
        account
    )?;
    let count = execute!(
        tx,
        "update accounts set name = $2, name_skeleton = $3, name_bare = $4, is_name_neutral = $5, renamed_at = $6,
                             stories_behind = true
         where id = $1 and not exists (select 1 from accounts o where o.name_skeleton = $3 and o.id <> $1)
           and not exists (select 1 from former_names f where f.skeleton = $3)",
        account,
        new.name,
        new.skeleton,
        new.bare,
        new.is_neutral,
        new.renamed_at
    )?;
    Ok(count == 1)
}

/// Keeps the name that `account` had from everybody else, and from itself when a moderator took it away.
pub(in crate::accounts) async fn insert_former_name(
    tx: &mut Tx,
    account: AccountId,
    former: &NameRow,
    is_removed: bool,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into former_names (skeleton, account, name, bare, is_removed, until) values ($1, $2, $3, $4, $5, $6)
         on conflict (skeleton) do update set is_removed = former_names.is_removed or excluded.is_removed",
        &former.name_skeleton,
        account,
        &former.name,
        &former.name_bare,
        is_removed,
        now
    )?;
    Ok(())
}

/// A name that an account had before.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FormerName {
    /// Whose it was.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// Until when.
    pub until: Timestamp,
    /// Whether a moderator took it away.
    pub is_removed: bool,
}

/// The names that accounts of the person of `subscriber` had before, newest first, at most 100.
///
/// # Errors
/// When the database cannot be read.
pub async fn former_names_of(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<FormerName>, StorageError> {
    fetch_all!(
        tx,
        FormerName,
        "select f.account, f.name, f.until, f.is_removed
         from former_names f join accounts a on a.id = f.account join subscribers s on s.id = a.subscriber
         where s.person = (select person from subscribers where id = $1)
         order by f.until desc, f.skeleton limit 100",
        subscriber
    )
}

/// Accounts whose threads do not know yet that their name changed, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_renamed(tx: &mut Tx, limit: i64) -> Result<Vec<AccountId>, StorageError> {
    let sql = "select id from accounts where stories_behind order by id limit $1";
    Ok(fetch_all!(tx, (AccountId,), sql, limit)?.into_iter().map(|(id,)| id).collect())
}

/// Notes that the threads of `account` know its name.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_told(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    execute!(tx, "update accounts set stories_behind = false where id = $1", account)?;
    Ok(())
}

/// What readers see of each of `accounts`; those that do not exist are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn names_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<HashMap<AccountId, String>, StorageError> {
    let sql = per_engine!(tx,
        sqlite: "select id, name from accounts where id in (select unhex(value) from json_each($1))",
        postgres: "select id, name from accounts
                   where id in (select cast(value as uuid) from json_array_elements_text(cast($1 as json)))",
    );
    Ok(fetch_all!(tx, (AccountId, String), sql, id_list(accounts))?.into_iter().collect())
}

/// Whether another subscriber's account has a name that differs from `name` only by what makes a name another.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_lookalike(tx: &mut Tx, subscriber: SubscriberId, name: &str) -> Result<bool, StorageError> {
    let bare = bare(name);
    if bare.is_empty() {
        return Ok(false);
    }
    let found = fetch_optional!(
        tx,
        (AccountId,),
        "select id from accounts where name_bare = $1 and subscriber <> $2 limit 1",
        bare,
        subscriber
    )?;
    Ok(found.is_some())
}

/// Names whose bare form is not known yet, at most `limit`.
pub(in crate::accounts) async fn list_unfilled(
    tx: &mut Tx,
    limit: i64,
) -> Result<Vec<(AccountId, String)>, StorageError> {
    fetch_all!(tx, (AccountId, String), "select id, name from accounts where name_bare is null limit $1", limit)
}

pub(in crate::accounts) async fn set_bare(tx: &mut Tx, account: AccountId, bare: &str) -> Result<(), StorageError> {
    execute!(tx, "update accounts set name_bare = $2 where id = $1", account, bare)?;
    Ok(())
}
