//! A new password from the operator, and what every new password brings with it.

use super::{FieldFault, check, store};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, SessionId};
use crate::notifications::{self, Mail};
use crate::secrets::PasswordsError;
use crate::storage::StorageError;

/// Why a password is not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// It cannot be chosen.
    #[error("the password cannot be chosen: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Sets the password of `account`, as the operator may; every session and link of the account ends.
///
/// # Errors
/// When the password cannot be chosen, or there is no such account.
pub async fn set_password(app: &App, account: AccountId, password: &str) -> Result<(), SetPasswordError> {
    let found = store::find_account(&mut app.read(Actor::Operator).await?.tx, account).await?;
    let found = found.ok_or(SetPasswordError::NotFound)?;
    if let Some(fault) = check::new_password(app, "password", password, &found.email, &found.name).await? {
        return Err(SetPasswordError::Invalid(vec![fault]));
    }
    let hash = app.passwords.hash(password, &app.ids).await?;
    let mut work = app.write(Actor::Operator).await?;
    store::lock_account(&mut work.tx, account).await?;
    replace(&mut work, account, &hash, None).await?;
    work.commit().await?;
    Ok(())
}

/// Stores a new hash; ends every link and every session but `kept`, and tells the owner. The account is locked.
pub(super) async fn replace(
    work: &mut Work,
    account: AccountId,
    hash: &str,
    kept: Option<SessionId>,
) -> Result<(), StorageError> {
    let now = work.now;
    store::set_password(&mut work.tx, account, hash).await?;
    store::end_sessions(&mut work.tx, account, kept, now).await?;
    store::delete_tokens(&mut work.tx, account, None).await?;
    notifications::enqueue(work, account, &Mail::PasswordChanged).await?;
    audit::record(work, Entry::new(Action::PasswordSet, account)).await?;
    Ok(())
}
