//! The table of sessions.

use crate::accounts::Session;
use crate::kernel::{AccountId, Role, Scope, SessionId, SubscriberId, Timestamp};
use crate::secrets::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional};

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
    proven_at: Option<Timestamp>,
    second_factor_at: Option<Timestamp>,
    factor_since: Option<Timestamp>,
}

impl PersonRow {
    /// When the person last showed who they are.
    pub(in crate::accounts) fn proven_at(&self) -> Timestamp {
        self.proven_at.unwrap_or(self.session.created_at)
    }

    /// Whether the session may act for the paper: a second factor was given, or none is there and none is needed.
    pub(in crate::accounts) const fn is_enough_for_staff(&self, is_factor_needed: bool) -> bool {
        self.second_factor_at.is_some() || (!is_factor_needed && self.factor_since.is_none())
    }
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
                a.subscriber, a.name, a.confirmed_at, r.scope, r.role, s.proven_at, s.second_factor_at,
                f.confirmed_at as factor_since
         from sessions s join accounts a on a.id = s.account left join account_roles r on r.account = s.account
         left join second_factors f on f.account = s.account
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

/// Notes that whoever holds the session showed again who they are, and whether they gave a second factor.
pub(in crate::accounts) async fn set_proven(
    tx: &mut Tx,
    id: SessionId,
    now: Timestamp,
    has_given_factor: bool,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update sessions set proven_at = $2, second_factor_at = case when $3 then $2 else second_factor_at end
         where id = $1 and ended_at is null",
        id,
        now,
        has_given_factor
    )?;
    Ok(())
}

/// Whether a second factor was given in the live session.
pub(in crate::accounts) async fn has_given_factor(
    tx: &mut Tx,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let sql = "select id from sessions where id = $1 and second_factor_at is not null and ended_at is null
               and idles_at > $2 and expires_at > $2";
    Ok(fetch_optional!(tx, (SessionId,), sql, id, now)?.is_some())
}

/// Takes back that a second factor was given in the session, since there is none any more.
pub(in crate::accounts) async fn forget_factor(tx: &mut Tx, id: SessionId) -> Result<(), StorageError> {
    execute!(tx, "update sessions set second_factor_at = null where id = $1", id)?;
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
