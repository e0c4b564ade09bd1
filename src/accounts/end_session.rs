//! Signing out, here or elsewhere.

use serde_json::json;

use super::{Session, store};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Role, SessionId, SignedIn};
use crate::storage::StorageError;

/// Why a session is not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// There is no such live session of this account.
    #[error("this account has no such session")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Ends the session that `person` came with. Ended already, it stays so.
///
/// # Errors
/// When the database cannot be written.
pub async fn sign_out(app: &App, person: &SignedIn) -> Result<(), StorageError> {
    match end_session(app, person, person.session).await {
        Ok(()) | Err(EndSessionError::NotFound) => Ok(()),
        Err(EndSessionError::Storage(error)) => Err(error),
    }
}

/// Ends one of the sessions of `person`.
///
/// # Errors
/// When it is none of theirs, or has ended.
pub async fn end_session(app: &App, person: &SignedIn, session: SessionId) -> Result<(), EndSessionError> {
    let mut work = app.write(person.clone()).await?;
    let now = work.now;
    if !store::end_session(&mut work.tx, person.account, session, now).await? {
        return Err(EndSessionError::NotFound);
    }
    audit::record(&mut work, Entry::new(Action::SessionEnded, session)).await?;
    work.commit().await?;
    Ok(())
}

/// Ends one session of `account`, when whoever opened it asks; answers whether it was alive.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_session_of(work: &mut Work, account: AccountId, session: SessionId) -> Result<bool, StorageError> {
    let now = work.now;
    if !store::end_session(&mut work.tx, account, session, now).await? {
        return Ok(false);
    }
    audit::record(work, Entry::new(Action::SessionEnded, session).details(json!({ "by": "login" }))).await?;
    Ok(true)
}

/// Ends every session of `account`, when whoever vouched for it asks; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_all_sessions_of(work: &mut Work, account: AccountId) -> Result<u64, StorageError> {
    let now = work.now;
    store::lock_account(&mut work.tx, account).await?;
    let count = store::end_sessions(&mut work.tx, account, None, now).await?;
    if count > 0 {
        let details = json!({ "all": count, "by": "login" });
        audit::record(work, Entry::new(Action::SessionEnded, account).details(details)).await?;
    }
    Ok(count)
}

/// The live sessions of `account`, who works for the paper, for an admin to see; newest first.
///
/// # Errors
/// `NotFound` unless the account has a role; `Forbidden` unless `person` is an admin.
pub async fn sessions_of_staff(
    app: &App,
    person: &SignedIn,
    account: AccountId,
) -> Result<Vec<Session>, StaffSessionError> {
    let mut work = app.read(person.clone()).await?;
    check_staff(&mut work, person, account).await?;
    let now = work.now;
    Ok(store::list_sessions(&mut work.tx, account, now).await?)
}

/// Ends a session of `account`, who works for the paper, as an admin may.
///
/// # Errors
/// As for [`sessions_of_staff`]; `NotFound` also when there is no such live session.
pub async fn end_session_of_staff(
    app: &App,
    person: &SignedIn,
    account: AccountId,
    session: SessionId,
) -> Result<(), StaffSessionError> {
    let mut work = app.write(person.clone()).await?;
    let person = super::renewed(&mut work.tx, person).await?;
    check_staff(&mut work, &person, account).await?;
    let now = work.now;
    if !store::end_session(&mut work.tx, account, session, now).await? {
        return Err(StaffSessionError::NotFound);
    }
    let entry = Entry::new(Action::SessionEnded, session).details(json!({ "of": account }));
    audit::record(&mut work, entry).await?;
    work.commit().await?;
    Ok(())
}

async fn check_staff(work: &mut Work, person: &SignedIn, account: AccountId) -> Result<(), StaffSessionError> {
    if !person.roles.is_admin() {
        return Err(StaffSessionError::Forbidden);
    }
    let roles = store::list_roles(&mut work.tx, account).await?;
    if roles.highest() == Role::Reader { Err(StaffSessionError::NotFound) } else { Ok(()) }
}

/// Why a colleague's sessions are not shown, or one is not ended.
#[derive(Debug, thiserror::Error)]
pub enum StaffSessionError {
    /// There is no such session, or no such account that has a role.
    #[error("there is no such session of staff")]
    NotFound,
    /// Only admins may.
    #[error("only an admin may do this")]
    Forbidden,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Ends every session of `person` but the one that they came with; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_other_sessions(app: &App, person: &SignedIn) -> Result<u64, StorageError> {
    let mut work = app.write(person.clone()).await?;
    let now = work.now;
    store::lock_account(&mut work.tx, person.account).await?;
    let count = store::end_sessions(&mut work.tx, person.account, Some(person.session), now).await?;
    if count > 0 {
        let entry = Entry::new(Action::SessionEnded, person.account).details(json!({ "others": count }));
        audit::record(&mut work, entry).await?;
    }
    work.commit().await?;
    Ok(count)
}
