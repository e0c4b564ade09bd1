//! The table of roles.

use crate::kernel::{AccountId, Role, Roles, Scope, SubscriberId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional, lock_rows};

pub(in crate::accounts) async fn list_roles(tx: &mut Tx, account: AccountId) -> Result<Roles, StorageError> {
    let sql = "select scope, role from account_roles where account = $1 order by scope";
    Ok(Roles::new(fetch_all!(tx, (Scope, Role), sql, account)?))
}

pub(in crate::accounts) async fn find_role(
    tx: &mut Tx,
    account: AccountId,
    scope: &Scope,
) -> Result<Option<Role>, StorageError> {
    let sql = "select role from account_roles where account = $1 and scope = $2";
    Ok(fetch_optional!(tx, (Role,), sql, account, scope)?.map(|(role,)| role))
}

pub(in crate::accounts) async fn set_role(
    tx: &mut Tx,
    account: AccountId,
    scope: &Scope,
    role: Role,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into account_roles (account, scope, role, granted_at) values ($1, $2, $3, $4)
         on conflict (account, scope) do update set role = excluded.role, granted_at = excluded.granted_at",
        account,
        scope,
        role,
        now
    )?;
    Ok(())
}

/// Who writes the rules of `title`: its editors, and those of all titles; with none of them, the admins.
///
/// # Errors
/// When the database cannot be read.
pub async fn editors_of(tx: &mut Tx, title: &TitleId) -> Result<Vec<AccountId>, StorageError> {
    let sql = "select distinct account from account_roles where role = $1 and scope in ($2, $3) order by account";
    let scope = Scope::Title(title.clone());
    let mut found = fetch_all!(tx, (AccountId,), sql, Role::Editor, &scope, Scope::All)?;
    if found.is_empty() {
        found = fetch_all!(tx, (AccountId,), sql, Role::Admin, &scope, Scope::All)?;
    }
    Ok(found.into_iter().map(|(account,)| account).collect())
}

pub(in crate::accounts) async fn delete_role(
    tx: &mut Tx,
    account: AccountId,
    scope: &Scope,
) -> Result<(), StorageError> {
    execute!(tx, "delete from account_roles where account = $1 and scope = $2", account, scope)?;
    Ok(())
}

/// Locks the row of every admin.
pub(in crate::accounts) async fn lock_admins(tx: &mut Tx) -> Result<(), StorageError> {
    lock_rows!(tx, "select account from account_roles where role = 'admin' order by account")
}

/// How many accounts hold the role admin.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_admins(tx: &mut Tx) -> Result<i64, StorageError> {
    let sql = "select cast(count(*) as bigint) from account_roles where role = 'admin'";
    Ok(fetch_one!(tx, (i64,), sql)?.0)
}

/// Whether any account of `subscriber` holds a role in any title.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_staff_anywhere(tx: &mut Tx, subscriber: SubscriberId) -> Result<bool, StorageError> {
    is_staff_within(tx, subscriber, &Scope::All).await
}

/// Whether any account of the person of `subscriber` holds a role that reaches into `scope`: of all titles, any role does.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_staff_within(tx: &mut Tx, subscriber: SubscriberId, scope: &Scope) -> Result<bool, StorageError> {
    let row = fetch_optional!(
        tx,
        (AccountId,),
        "select r.account from account_roles r join accounts a on a.id = r.account
         where a.subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and ($2 = 'all' or r.scope = 'all' or r.scope = $2) limit 1",
        subscriber,
        scope
    )?;
    Ok(row.is_some())
}
