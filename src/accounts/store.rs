//! The tables of subscribers, accounts, roles, sessions and mailed links.

use std::collections::HashMap;

use super::{DisplayName, EmailAddress, Purpose, Session};
use crate::kernel::{AccountId, Role, Roles, Scope, SessionId, SubscriberId, Timestamp, TokenId};
use crate::secrets::TokenHash;
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_one, fetch_optional, lock_rows, per_engine, text_column};

text_column! {
    Purpose: |purpose: &Purpose| purpose.as_str(), Purpose::parse;
}

/// An account with what is its owner's alone.
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

/// A mailed link to be stored.
pub(super) struct NewToken<'a> {
    pub(super) id: TokenId,
    pub(super) hash: TokenHash,
    pub(super) account: AccountId,
    pub(super) purpose: Purpose,
    pub(super) address: Option<&'a EmailAddress>,
    pub(super) expires_at: Timestamp,
}

#[derive(Clone, sqlx::FromRow)]
pub(super) struct SessionRow {
    pub(super) id: SessionId,
    user_agent: String,
    network: String,
    created_at: Timestamp,
    seen_at: Timestamp,
    idles_at: Timestamp,
    expires_at: Timestamp,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            user_agent: row.user_agent,
            network: row.network,
            created_at: row.created_at,
            seen_at: row.seen_at,
            idles_at: row.idles_at,
            expires_at: row.expires_at,
        }
    }
}

/// A session with its person: a row for each role, or one without.
#[derive(Clone, sqlx::FromRow)]
pub(super) struct PersonRow {
    #[sqlx(flatten)]
    pub(super) session: SessionRow,
    pub(super) account: AccountId,
    pub(super) subscriber: SubscriberId,
    pub(super) name: String,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) scope: Option<Scope>,
    pub(super) role: Option<Role>,
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
                               confirmed_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        row.id,
        row.subscriber,
        row.email.to_string(),
        row.email.canonical(),
        row.name.as_str(),
        row.name.skeleton(),
        row.password_hash,
        row.confirmed_at,
        row.created_at
    )?;
    Ok(count == 1)
}

pub(super) async fn is_name_taken(tx: &mut Tx, skeleton: &str) -> Result<bool, StorageError> {
    let row = fetch_optional!(tx, (AccountId,), "select id from accounts where name_skeleton = $1", skeleton)?;
    Ok(row.is_some())
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

// Roles

pub(super) async fn list_roles(tx: &mut Tx, account: AccountId) -> Result<Roles, StorageError> {
    let sql = "select scope, role from account_roles where account = $1 order by scope";
    Ok(Roles::new(fetch_all!(tx, (Scope, Role), sql, account)?))
}

pub(super) async fn find_role(tx: &mut Tx, account: AccountId, scope: &Scope) -> Result<Option<Role>, StorageError> {
    let sql = "select role from account_roles where account = $1 and scope = $2";
    Ok(fetch_optional!(tx, (Role,), sql, account, scope)?.map(|(role,)| role))
}

pub(super) async fn set_role(
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

pub(super) async fn delete_role(tx: &mut Tx, account: AccountId, scope: &Scope) -> Result<(), StorageError> {
    execute!(tx, "delete from account_roles where account = $1 and scope = $2", account, scope)?;
    Ok(())
}

/// Locks the row of every admin.
pub(super) async fn lock_admins(tx: &mut Tx) -> Result<(), StorageError> {
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

/// Whether any account of `subscriber` holds a role that reaches into `scope`: of all titles, any role does.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_staff_within(tx: &mut Tx, subscriber: SubscriberId, scope: &Scope) -> Result<bool, StorageError> {
    let row = fetch_optional!(
        tx,
        (AccountId,),
        "select r.account from account_roles r join accounts a on a.id = r.account
         where a.subscriber = $1 and ($2 = 'all' or r.scope = 'all' or r.scope = $2) limit 1",
        subscriber,
        scope
    )?;
    Ok(row.is_some())
}

// Sessions

pub(super) async fn insert_session(
    tx: &mut Tx,
    account: AccountId,
    session: &Session,
    token: &TokenHash,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sessions (id, token_hash, account, user_agent, network, created_at, seen_at, idles_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        session.id,
        token.as_bytes().as_slice(),
        account,
        &session.user_agent,
        &session.network,
        session.created_at,
        session.seen_at,
        session.idles_at,
        session.expires_at
    )?;
    Ok(())
}

/// The live session that `token` opens, with its person, once for each role.
pub(super) async fn list_session_rows(
    tx: &mut Tx,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Vec<PersonRow>, StorageError> {
    fetch_all!(
        tx,
        PersonRow,
        "select s.id, s.user_agent, s.network, s.created_at, s.seen_at, s.idles_at, s.expires_at, s.account,
                a.subscriber, a.name, a.confirmed_at, r.scope, r.role
         from sessions s join accounts a on a.id = s.account left join account_roles r on r.account = s.account
         where s.token_hash = $1 and s.ended_at is null and s.idles_at > $2 and s.expires_at > $2
         order by r.scope",
        token.as_bytes().as_slice(),
        now
    )
}

pub(super) async fn list_sessions(
    tx: &mut Tx,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Session>, StorageError> {
    let rows = fetch_all!(
        tx,
        SessionRow,
        "select id, user_agent, network, created_at, seen_at, idles_at, expires_at
         from sessions
         where account = $1 and ended_at is null and idles_at > $2 and expires_at > $2
         order by created_at desc, id desc limit 100",
        account,
        now
    )?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Notes that a live session was used; never turns its clock back.
pub(super) async fn set_seen(
    tx: &mut Tx,
    id: SessionId,
    now: Timestamp,
    idles_at: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update sessions set seen_at = $2, idles_at = $3 where id = $1 and ended_at is null and seen_at < $2",
        id,
        now,
        idles_at
    )?;
    Ok(())
}

/// Ends one live session of `account`; answers whether there was one.
pub(super) async fn end_session(
    tx: &mut Tx,
    account: AccountId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update sessions set ended_at = $3
         where id = $1 and account = $2 and ended_at is null and idles_at > $3 and expires_at > $3",
        id,
        account,
        now
    )?;
    Ok(count == 1)
}

/// Ends every live session of `account` but `kept`; answers how many.
pub(super) async fn end_sessions(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SessionId>,
    now: Timestamp,
) -> Result<u64, StorageError> {
    match kept {
        None => {
            execute!(tx, "update sessions set ended_at = $2 where account = $1 and ended_at is null", account, now)
        }
        Some(kept) => execute!(
            tx,
            "update sessions set ended_at = $2 where account = $1 and ended_at is null and id <> $3",
            account,
            now,
            kept
        ),
    }
}

pub(super) async fn delete_sessions_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from sessions where ended_at < $1 or idles_at < $1 or expires_at < $1", before)
}

// Mailed links

pub(super) async fn insert_token(tx: &mut Tx, row: &NewToken<'_>, now: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into account_tokens (id, token_hash, account, purpose, created_at, expires_at, email)
         values ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        row.hash.as_bytes().as_slice(),
        row.account,
        row.purpose,
        now,
        row.expires_at,
        row.address.map(ToString::to_string)
    )?;
    Ok(())
}

/// The address that the link with `token` was mailed to, when it is one to change to it.
pub(super) async fn find_new_address(tx: &mut Tx, token: &TokenHash) -> Result<Option<String>, StorageError> {
    let sql = "select email from account_tokens where token_hash = $1";
    let row = fetch_optional!(tx, (Option<String>,), sql, token.as_bytes().as_slice())?;
    Ok(row.and_then(|(email,)| email))
}

pub(super) async fn find_token(
    tx: &mut Tx,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<(AccountId, Purpose)>, StorageError> {
    fetch_optional!(
        tx,
        (AccountId, Purpose),
        "select account, purpose from account_tokens where token_hash = $1 and used_at is null and expires_at > $2",
        token.as_bytes().as_slice(),
        now
    )
}

/// Uses a link up; answers false when it was used, or is over, already.
pub(super) async fn use_token(
    tx: &mut Tx,
    token: &TokenHash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update account_tokens set used_at = $3
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3",
        token.as_bytes().as_slice(),
        purpose,
        now
    )?;
    Ok(count == 1)
}

/// Takes back every unused link of `account`, of one purpose or of any.
pub(super) async fn delete_tokens(
    tx: &mut Tx,
    account: AccountId,
    purpose: Option<Purpose>,
) -> Result<(), StorageError> {
    match purpose {
        None => execute!(tx, "delete from account_tokens where account = $1 and used_at is null", account)?,
        Some(purpose) => execute!(
            tx,
            "delete from account_tokens where account = $1 and purpose = $2 and used_at is null",
            account,
            purpose
        )?,
    };
    Ok(())
}

pub(super) async fn delete_tokens_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from account_tokens where expires_at < $1", before)
}
