//! Mailed links: each is good once, for a while, and stored as a hash.

use super::store;
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
}

impl Purpose {
    /// The purpose as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reset => "reset",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Confirm, Self::Reset].into_iter().find(|purpose| purpose.as_str() == text)
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

/// Draws a link's token for `account` and puts its mail into the outbox.
pub(super) async fn send(
    work: &mut Work,
    settings: &Accounts,
    account: AccountId,
    purpose: Purpose,
) -> Result<(), StorageError> {
    let token = Token::draw(work.ids());
    let expires_at: Timestamp = match purpose {
        Purpose::Confirm => work.now.plus(settings.confirm_for()),
        Purpose::Reset => work.now.plus(settings.reset_for()),
    };
    let (id, now) = (work.mint(), work.now);
    store::insert_token(&mut work.tx, id, &token.hash(), account, purpose, now, expires_at).await?;
    let text = token.expose().to_owned();
    let mail = match purpose {
        Purpose::Confirm => Mail::ConfirmEmail { token: text },
        Purpose::Reset => Mail::ResetPassword { token: text },
    };
    notifications::enqueue(work, account, &mail).await
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
