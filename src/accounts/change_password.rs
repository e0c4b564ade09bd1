//! Changing one's own password.

use super::{FieldFault, check, set_password, store};
use crate::app::App;
use crate::kernel::{Actor, SignedIn};
use crate::limits::RetryAfter;
use crate::secrets::{PasswordsError, Verified};
use crate::storage::StorageError;

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// What was given as the old password is not it.
    #[error("the old password is wrong")]
    WrongPassword,
    /// The new one cannot be chosen.
    #[error("the new password cannot be chosen: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// Too many attempts at this account.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Changes the password of `person` from `old` to `new`; their other sessions end, and they are told by mail.
///
/// # Errors
/// When the old password is wrong, the new one cannot be chosen, or there were too many attempts.
pub async fn change_password(app: &App, person: &SignedIn, old: &str, new: &str) -> Result<(), ChangePasswordError> {
    let found = store::find_account(&mut app.read(person.clone()).await?.tx, person.account).await?;
    let found = found.ok_or(ChangePasswordError::WrongPassword)?;
    // A stolen session must not be a way to guess the password behind it.
    app.limits.sign_in_per_account.check(check::address_hash(app, &found.email_canonical).as_bytes())?;
    if check::verify(app, found.password_hash.as_deref(), old).await? == Verified::No {
        return Err(ChangePasswordError::WrongPassword);
    }
    if let Some(fault) = check::new_password(app, "new", new, &found.email, &found.name).await? {
        return Err(ChangePasswordError::Invalid(vec![fault]));
    }
    let hash = app.passwords.hash(new, &app.ids).await?;
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    store::lock_account(&mut work.tx, person.account).await?;
    let now_stored = store::find_account(&mut work.tx, person.account).await?;
    // Somebody else changed it meanwhile, and ended this session with it.
    if now_stored.is_none_or(|stored| stored.password_hash != found.password_hash) {
        return Err(ChangePasswordError::WrongPassword);
    }
    set_password::replace(&mut work, person.account, &hash, Some(person.session)).await?;
    work.commit().await?;
    Ok(())
}
