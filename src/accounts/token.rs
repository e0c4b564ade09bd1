//! Mailed links: each is good once, for a while, and stored as a hash.

use super::{EmailAddress, store};
use crate::app::{App, Work};
use crate::kernel::{AccountId, Actor, Timestamp};
use crate::notifications::{self, Mail};
use crate::secrets::Token;
use crate::settings::Accounts;
use crate::storage::StorageError;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To confirm an address.
    Confirm,
    /// To set a new password.
    Reset,
    /// To change to the address that it was mailed to.
    ChangeEmail,
}

impl Purpose {
    /// The purpose as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reset => "reset",
            Self::ChangeEmail => "change_email",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Confirm, Self::Reset, Self::ChangeEmail].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// Why a link does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It was used, has run out, was replaced, or never was one of ours.
    #[error("the link is used, over, or none of ours")]
    Invalid,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Draws a token that confirms the address of `account`, and puts its mail into the outbox.
pub(super) async fn send_confirm(work: &mut Work, settings: &Accounts, account: AccountId) -> Result<(), StorageError> {
    let expires_at = work.now.plus(settings.confirm_for());
    let token = draw(work, account, Purpose::Confirm, expires_at, None).await?;
    notifications::enqueue(work, account, &Mail::ConfirmEmail { token }).await
}

/// Draws a token that sets a new password of `account`, and puts its mail into the outbox.
pub(super) async fn send_reset(work: &mut Work, settings: &Accounts, account: AccountId) -> Result<(), StorageError> {
    let expires_at = work.now.plus(settings.reset_for());
    let token = draw(work, account, Purpose::Reset, expires_at, None).await?;
    notifications::enqueue(work, account, &Mail::ResetPassword { token }).await
}

/// Draws a token that changes the address of `account` to `address`, and puts its mail into the outbox. The links to
/// other addresses end.
pub(super) async fn send_change(
    work: &mut Work,
    settings: &Accounts,
    account: AccountId,
    address: &EmailAddress,
) -> Result<(), StorageError> {
    store::delete_tokens(&mut work.tx, account, Some(Purpose::ChangeEmail)).await?;
    let expires_at = work.now.plus(settings.reset_for());
    let token = draw(work, account, Purpose::ChangeEmail, expires_at, Some(address)).await?;
    notifications::enqueue(work, account, &Mail::ConfirmNewAddress { token, to: address.to_string() }).await
}

async fn draw(
    work: &mut Work,
    account: AccountId,
    purpose: Purpose,
    expires_at: Timestamp,
    address: Option<&EmailAddress>,
) -> Result<String, StorageError> {
    let token = Token::draw(work.ids());
    let row = store::NewToken { id: work.mint(), hash: token.hash(), account, purpose, address, expires_at };
    let now = work.now;
    store::insert_token(&mut work.tx, &row, now).await?;
    Ok(token.expose().to_owned())
}

/// What the link with `token` is good for now, without using it: for the page that asks before it acts.
///
/// # Errors
/// When the database cannot be read.
pub async fn peek_token(app: &App, token: &Token) -> Result<Option<Purpose>, StorageError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let now = work.now;
    Ok(store::find_token(&mut work.tx, &token.hash(), now).await?.map(|(_, purpose)| purpose))
}
