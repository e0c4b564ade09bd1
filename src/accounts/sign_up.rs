//! Signing up.

use serde_json::json;

use super::store::{self, NewRow};
use super::{Client, DisplayName, EmailAddress, FieldFault, check, token};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor};
use crate::limits::{Network, RetryAfter};
use crate::notifications::{self, Mail};
use crate::secrets::PasswordsError;
use crate::storage::StorageError;

/// What somebody fills in to sign up, as typed.
#[derive(Clone)]
pub struct SignUp {
    /// Where mail goes.
    pub email: String,
    /// The password they choose.
    pub password: String,
    /// What readers will see.
    pub name: String,
}

impl std::fmt::Debug for SignUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignUp(***)")
    }
}

/// Why somebody is not signed up.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// What was filled in cannot be: everything wrong with it.
    #[error("what was filled in cannot be: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// Too many from this network.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Signs somebody up, and mails a link to confirm the address. Nobody is signed in by it.
///
/// An address that has an account already gets the same answer after the same hashing; its owner is told by mail.
///
/// # Errors
/// When what was filled in cannot be, or there are too many from this network.
pub async fn sign_up(app: &App, form: &SignUp, from: &Client) -> Result<(), SignUpError> {
    app.limits.sign_up_per_network.check(Network::of(from.address).as_bytes())?;
    let checked = check::newcomer(app, &form.email, &form.name, Some(&form.password)).await?;
    let (email, name) = checked.map_err(SignUpError::Invalid)?;
    let hash = app.passwords.hash(&form.password, &app.ids).await?;
    // Two who sign up with one address at once: the second try finds what the first has stored meanwhile.
    for _ in 0..2 {
        let mut work = app.write(Actor::Anonymous).await?;
        if let Some(known) = store::find_credentials(&mut work.tx, &email.canonical()).await? {
            tell_owner(app, work, known.id, &email).await?;
            return Ok(());
        }
        if insert(app, &mut work, &email, &name, &hash, from).await? {
            work.commit().await?;
            return Ok(());
        }
        if store::is_name_taken(&mut work.tx, &name.skeleton()).await?
            && store::find_credentials(&mut work.tx, &email.canonical()).await?.is_none()
        {
            return Err(SignUpError::Invalid(vec![FieldFault::NAME_TAKEN]));
        }
    }
    Err(StorageError::Conflict("an account came and went while another was made".into()).into())
}

async fn tell_owner(app: &App, mut work: Work, owner: AccountId, email: &EmailAddress) -> Result<(), StorageError> {
    if check::may_mail(app, &email.canonical()) {
        notifications::enqueue(&mut work, owner, &Mail::AlreadySignedUp).await?;
    }
    work.commit().await
}

async fn insert(
    app: &App,
    work: &mut Work,
    email: &EmailAddress,
    name: &DisplayName,
    hash: &str,
    from: &Client,
) -> Result<bool, StorageError> {
    let (id, subscriber, now) = (work.mint(), work.mint(), work.now);
    store::insert_subscriber(&mut work.tx, subscriber, now).await?;
    let row = NewRow {
        id,
        subscriber,
        email: Some(email),
        name,
        password_hash: Some(hash),
        confirmed_at: None,
        created_at: now,
    };
    if !store::insert_account(&mut work.tx, &row).await? {
        return Ok(false);
    }
    let mut links = from.links(&app.keys);
    links.push(super::LinkKey::email(&app.keys, email));
    super::link(work, subscriber, &links).await?;
    if check::may_mail(app, &email.canonical()) {
        token::send_confirm(work, &app.settings.accounts, id).await?;
    }
    let entry = Entry::new(Action::AccountCreated, id).details(json!({ "subscriber": subscriber, "by": "sign_up" }));
    audit::record(work, entry).await?;
    Ok(true)
}
