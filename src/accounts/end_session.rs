//! Signing out, here or elsewhere.

use serde_json::json;

use super::store;
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{SessionId, SignedIn};
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
