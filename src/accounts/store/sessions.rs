//! The table of sessions.

use crate::accounts::Session;
use crate::kernel::{AccountId, Role, Scope, SessionId, SubscriberId, Timestamp};
use crate::secrets::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all};

#[derive(Clone, sqlx::FromRow)]
pub(in crate::accounts) struct SessionRow {
    pub(in crate::accounts) id: SessionId,
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
pub(in crate::accounts) struct PersonRow {
    #[sqlx(flatten)]
    pub(in crate::accounts) session: SessionRow,
    pub(in crate::accounts) account: AccountId,
    pub(in crate::accounts) subscriber: SubscriberId,
    pub(in crate::accounts) name: String,
    pub(in crate::accounts) confirmed_at: Option<Timestamp>,
    pub(in crate::accounts) scope: Option<Scope>,
    pub(in crate::accounts) role: Option<Role>,
}

pub(in crate::accounts) async fn insert_session(
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
pub(in crate::accounts) async fn list_session_rows(
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

pub(in crate::accounts) async fn list_sessions(
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
pub(in crate::accounts) async fn set_seen(
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
pub(in crate::accounts) async fn end_session(
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
pub(in crate::accounts) async fn end_sessions(
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

pub(in crate::accounts) async fn delete_sessions_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from sessions where ended_at < $1 or idles_at < $1 or expires_at < $1", before)
}
