//! Removing a second factor.

use super::store;
use crate::accounts::store as accounts;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, SignedIn};
use crate::notifications::{self, Mail};
use crate::storage::StorageError;

/// Why a second factor is not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// There is none.
    #[error("there is no second factor")]
    NotEnrolled,
    /// The session was opened without it.
    #[error("the session was opened without the second factor")]
    Forbidden,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Removes the second factor of `person`, whose other sessions end; they are told by mail. Only a session that was opened with
/// it may.
///
/// # Errors
/// When there is none, or the session was opened without it.
pub async fn remove_second_factor(app: &App, person: &SignedIn) -> Result<(), RemoveError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    accounts::lock_account(&mut work.tx, person.account).await?;
    let now = work.now;
    if store::has_factor(&mut work.tx, person.account).await?
        && !accounts::has_given_factor(&mut work.tx, person.session, now).await?
    {
        return Err(RemoveError::Forbidden);
    }
    remove(&mut work, person.account).await?;
    accounts::end_sessions(&mut work.tx, person.account, Some(person.session), now).await?;
    accounts::forget_factor(&mut work.tx, person.session).await?;
    work.commit().await?;
    Ok(())
}

/// Removes the second factor of `account`, as the operator may for somebody who lost it with every recovery code; all its
/// sessions end.
///
/// # Errors
/// When there is none.
pub async fn reset_second_factor(app: &App, account: AccountId) -> Result<(), RemoveError> {
    let mut work = app.write(Actor::Operator).await?;
    accounts::lock_account(&mut work.tx, account).await?;
    remove(&mut work, account).await?;
    let now = work.now;
    accounts::end_sessions(&mut work.tx, account, None, now).await?;
    work.commit().await?;
    Ok(())
}

async fn remove(work: &mut Work, account: AccountId) -> Result<(), RemoveError> {
    if !store::delete(&mut work.tx, account).await? {
        return Err(RemoveError::NotEnrolled);
    }
    audit::record(work, Entry::new(Action::SecondFactorRemoved, account)).await?;
    notifications::enqueue(work, account, &Mail::SecondFactorRemoved).await?;
    Ok(())
}
