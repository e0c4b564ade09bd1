//! Changing one's own e-mail address.
//!
//! INVARIANT: an address becomes an account's only by a link that was mailed to it, and the address before is told.

use super::{EmailAddress, EmailFault, FieldFault, LinkError, LinkKey, Purpose, check, link, store, token};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, SignedIn};
use crate::limits::RetryAfter;
use crate::notifications::{self, Mail};
use crate::secrets::{PasswordsError, Token, Verified};
use crate::storage::StorageError;

/// Why a change cannot be asked for. Never that the address has an account.
#[derive(Debug, thiserror::Error)]
pub enum AskChangeError {
    /// What was given as the password is not it.
    #[error("the password is wrong")]
    WrongPassword,
    /// The address cannot be.
    #[error("the address cannot be: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// Too many attempts at this account.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The password could not be checked now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Mails a link to the address that `person` changes to, and a notice to the one they have. Nothing changes before the
/// link is used; an address that has an account gets the same answer, and its owner a mail.
///
/// # Errors
/// When the password is wrong, the address cannot be or is the present one, or there were too many attempts.
pub async fn ask_change_email(app: &App, person: &SignedIn, email: &str, password: &str) -> Result<(), AskChangeError> {
    let found = store::find_account(&mut app.read(person.clone()).await?.tx, person.account).await?;
    let found = found.ok_or(AskChangeError::WrongPassword)?;
    // A stolen session must not be a way to guess the password behind it.
    app.limits.sign_in_per_account.check(check::address_hash(app, &found.email_canonical).as_bytes())?;
    if check::verify(app, found.password_hash.as_deref(), password).await? == Verified::No {
        return Err(AskChangeError::WrongPassword);
    }
    let fault = |fault: &EmailFault| FieldFault { field: "email", code: fault.code() };
    let parsed = EmailAddress::parse(email);
    let address = parsed.map_err(|faults| AskChangeError::Invalid(faults.iter().map(fault).collect()))?;
    if address.to_string() == found.email {
        return Err(AskChangeError::Invalid(vec![FieldFault::EMAIL_UNCHANGED]));
    }
    let may_mail = check::may_mail(app, &address.canonical());
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    store::lock_account(&mut work.tx, person.account).await?;
    let stored = store::find_account(&mut work.tx, person.account).await?;
    // Somebody else changed it meanwhile, and ended this session with it.
    if stored.is_none_or(|stored| stored.password_hash != found.password_hash) {
        return Err(AskChangeError::WrongPassword);
    }
    let owner = store::find_credentials(&mut work.tx, &address.canonical()).await?;
    match owner.filter(|owner| owner.id != person.account) {
        Some(owner) if may_mail => notifications::enqueue(&mut work, owner.id, &Mail::AddressTaken).await?,
        None if may_mail => token::send_change(&mut work, &app.settings.accounts, person.account, &address).await?,
        _ => {}
    }
    notifications::enqueue(&mut work, person.account, &Mail::AddressChangeAsked).await?;
    audit::record(&mut work, Entry::new(Action::EmailChangeAsked, person.account)).await?;
    work.commit().await?;
    Ok(())
}

/// Gives the account the address that the link with `token` was mailed to: good once. Every other link of the account
/// ends and so does every session but that of `person`, if it is theirs; the address before is told. Answers which
/// account it was.
///
/// # Errors
/// When the link is no longer good, or the address has an account by now.
pub async fn change_email(app: &App, token: &Token, person: Option<&SignedIn>) -> Result<AccountId, LinkError> {
    let actor = person.map_or(Actor::Anonymous, |person| Actor::SignedIn(person.clone()));
    let mut work = app.write(actor).await?;
    let now = work.now;
    let found = store::find_token(&mut work.tx, &token.hash(), now).await?;
    let Some((account, Purpose::ChangeEmail)) = found else { return Err(LinkError::Invalid) };
    let before = store::find_account(&mut work.tx, account).await?.ok_or(LinkError::Invalid)?;
    let address = store::find_new_address(&mut work.tx, &token.hash()).await?;
    let address = address.and_then(|text| EmailAddress::parse(&text).ok()).ok_or(LinkError::Invalid)?;
    link(&mut work, before.subscriber, &[LinkKey::email(&app.keys, &address)]).await?;
    store::lock_account(&mut work.tx, account).await?;
    if !store::use_token(&mut work.tx, &token.hash(), Purpose::ChangeEmail, now).await? {
        return Err(LinkError::Invalid);
    }
    let before = store::find_account(&mut work.tx, account).await?.ok_or(LinkError::Invalid)?;
    if !store::set_email(&mut work.tx, account, &address, now).await? {
        return Err(LinkError::Invalid);
    }
    let kept = person.filter(|person| person.account == account).map(|person| person.session);
    store::end_sessions(&mut work.tx, account, kept, now).await?;
    store::delete_tokens(&mut work.tx, account, None).await?;
    notifications::enqueue(&mut work, account, &Mail::AddressChanged { to: before.email }).await?;
    audit::record(&mut work, Entry::new(Action::EmailChanged, account)).await?;
    work.commit().await?;
    Ok(account)
}
