//! A new password for whoever has forgotten theirs.

use super::{Client, EmailAddress, FieldFault, Purpose, check, set_password, store, token};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::Actor;
use crate::limits::{Network, RetryAfter};
use crate::secrets::{PasswordsError, Token};
use crate::storage::StorageError;

/// Why a link cannot be asked for. Never that there is no such account.
#[derive(Debug, thiserror::Error)]
pub enum AskResetError {
    /// Too many from this network.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a link sets no password.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The link was used, has run out, was replaced, or never was one of ours.
    #[error("the link is used, over, or none of ours")]
    InvalidLink,
    /// The password cannot be chosen; the link stays good.
    #[error("the password cannot be chosen: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Mails a link to set a new password, if the address has an account and was not mailed too often. The answer is the
/// same for every address.
///
/// # Errors
/// When there are too many from this network.
pub async fn ask_reset(app: &App, email: &str, from: &Client) -> Result<(), AskResetError> {
    app.limits.sign_up_per_network.check(Network::of(from.address).as_bytes())?;
    let Ok(address) = EmailAddress::parse(email) else { return Ok(()) };
    let canonical = address.canonical();
    let may_mail = check::may_mail(app, &canonical);
    let mut work = app.write(Actor::Anonymous).await?;
    let found = store::find_credentials(&mut work.tx, &canonical).await?;
    if let Some(found) = found
        && may_mail
    {
        token::send_reset(&mut work, &app.settings.accounts, found.id).await?;
    }
    let key = check::address_hash(app, &canonical);
    let entry = Entry::new(Action::PasswordResetAsked, hex::encode(key.as_bytes()));
    audit::record(&mut work, entry).await?;
    work.commit().await?;
    Ok(())
}

/// Sets a new password by the link with `token`: good once. Every session and other link of the account ends; nobody
/// is signed in, and no address is confirmed by it.
///
/// # Errors
/// When the link is no longer good, or the password cannot be chosen.
pub async fn reset_password(app: &App, token: &Token, password: &str) -> Result<(), ResetPasswordError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let now = work.now;
    let found = store::find_token(&mut work.tx, &token.hash(), now).await?;
    let Some((account, Purpose::Reset)) = found else { return Err(ResetPasswordError::InvalidLink) };
    let owner = store::find_account(&mut work.tx, account).await?.ok_or(ResetPasswordError::InvalidLink)?;
    drop(work);
    if let Some(fault) = check::new_password(app, "password", password, &owner.email, &owner.name).await? {
        return Err(ResetPasswordError::Invalid(vec![fault]));
    }
    let hash = app.passwords.hash(password, &app.ids).await?;
    let mut work = app.write(Actor::Anonymous).await?;
    store::lock_account(&mut work.tx, account).await?;
    let now = work.now;
    if !store::use_token(&mut work.tx, &token.hash(), Purpose::Reset, now).await? {
        return Err(ResetPasswordError::InvalidLink);
    }
    set_password::replace(&mut work, account, &hash, None).await?;
    work.commit().await?;
    Ok(())
}
