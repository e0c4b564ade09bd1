//! What accounts are called, and which names look alike.

use std::collections::HashMap;

use crate::accounts::name::bare;
use crate::kernel::{AccountId, SubscriberId};
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_optional, per_engine};

pub(in crate::accounts) async fn is_name_taken(tx: &mut Tx, skeleton: &str) -> Result<bool, StorageError> {
    let row = fetch_optional!(tx, (AccountId,), "select id from accounts where name_skeleton = $1", skeleton)?;
    Ok(row.is_some())
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
