//! An account made by whoever runs the installation.

use serde_json::json;

use super::store::{self, NewRow};
use super::{FieldFault, LinkKey, Profile, check, get_profile, link};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, SubscriberId};
use crate::secrets::PasswordsError;
use crate::storage::StorageError;

/// The account to make.
#[derive(Clone)]
pub struct NewAccount {
    /// Where mail goes.
    pub email: String,
    /// What readers will see.
    pub name: String,
    /// The password; without one nobody signs in until it is set.
    pub password: Option<String>,
    /// Whether the address counts as confirmed.
    pub is_confirmed: bool,
    /// Whom it acts for; nothing for a subscriber of its own.
    pub subscriber: Option<SubscriberId>,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewAccount(***)")
    }
}

/// Why an account is not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// What was given cannot be: everything wrong with it.
    #[error("what was given cannot be: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// There is no such subscriber to act for.
    #[error("there is no such subscriber")]
    UnknownSubscriber,
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes an account. No mail is sent; unlike at sign-up it is told when the address is taken.
///
/// # Errors
/// When an address, a name or a password cannot be, or is taken.
pub async fn create_account(
    app: &App,
    actor: impl Into<Actor>,
    new: &NewAccount,
) -> Result<Profile, CreateAccountError> {
    let checked = check::newcomer(app, &new.email, &new.name, new.password.as_deref()).await?;
    let (email, name) = checked.map_err(CreateAccountError::Invalid)?;
    let hash = match &new.password {
        Some(password) => Some(app.passwords.hash(password, &app.ids).await?),
        None => None,
    };
    let mut work = app.write(actor).await?;
    let now = work.now;
    let id = work.mint();
    let subscriber = match new.subscriber {
        Some(subscriber) if store::subscriber_exists(&mut work.tx, subscriber).await? => subscriber,
        Some(_) => return Err(CreateAccountError::UnknownSubscriber),
        None => work.mint(),
    };
    store::insert_subscriber(&mut work.tx, subscriber, now).await?;
    let row = NewRow {
        id,
        subscriber,
        email: Some(&email),
        name: &name,
        password_hash: hash.as_deref(),
        confirmed_at: new.is_confirmed.then_some(now),
        created_at: now,
    };
    if !store::insert_account(&mut work.tx, &row).await? {
        let is_known = store::find_credentials(&mut work.tx, &email.canonical()).await?.is_some();
        let fault = if is_known { FieldFault::EMAIL_TAKEN } else { FieldFault::NAME_TAKEN };
        return Err(CreateAccountError::Invalid(vec![fault]));
    }
    link(&mut work, subscriber, &[LinkKey::email(&app.keys, &email)]).await?;
    let details = json!({ "subscriber": subscriber, "by": work.actor.kind() });
    audit::record(&mut work, Entry::new(Action::AccountCreated, id).details(details)).await?;
    let profile = get_profile(&mut work.tx, id).await?.ok_or_else(|| StorageError::corrupt("accounts", id))?;
    work.commit().await?;
    Ok(profile)
}
