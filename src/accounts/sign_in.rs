//! Signing in.

use serde_json::json;

use super::second_factor::{self, Challenge, Given, Outcome};
use super::{Client, EmailAddress, Session, check, places, session, store, token};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, Proof, Roles, SignedIn};
use crate::limits::{Network, RetryAfter};
use crate::secrets::{KeyedHash, PasswordsError, Token, Verified};
use crate::storage::StorageError;

/// What somebody fills in to sign in, as typed.
#[derive(Clone)]
pub struct SignIn {
    /// The address of the account.
    pub email: String,
    /// The password.
    pub password: String,
    /// The second factor, from those who have one.
    pub second: Option<Given>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(***)")
    }
}

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Admission {
    /// What the browser brings back, shown this once.
    pub token: Token,
    /// The session.
    pub session: Session,
    /// Who it is.
    pub person: SignedIn,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No account of this address has this password. Which of the two is wrong is not told.
    #[error("no account of this address has this password")]
    Refused,
    /// The password is right, but nobody has confirmed the address; a fresh link has been mailed.
    #[error("the address has not been confirmed")]
    EmailUnconfirmed,
    /// The password is right, and the account has a second factor, which was not given. The ticket stands for the password
    /// for some minutes.
    #[error("a second factor is needed")]
    SecondFactorNeeded {
        /// What [`sign_in_second`] takes instead of address and password.
        ticket: String,
        /// The question for a passkey, from those who have one.
        passkey: Option<Box<Challenge>>,
    },
    /// The password is right, the second factor is not.
    #[error("the second factor is wrong")]
    SecondFactorRefused,
    /// Too many attempts at this account or from this network.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The password could not be checked now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Signs somebody in, under a session and a token that never were before.
///
/// An unknown address, a wrong password and an account without one give the same answer after the same hashing.
///
/// # Errors
/// When address and password do not belong together, the address is unconfirmed, or there were too many attempts.
pub async fn sign_in(app: &App, form: &SignIn, from: &Client) -> Result<Admission, SignInError> {
    let address = EmailAddress::parse(&form.email).ok().map(|address| address.canonical());
    let typed = address.clone().unwrap_or_else(|| form.email.trim().to_lowercase());
    let key = check::address_hash(app, &typed);
    app.limits.sign_in_per_network.check(Network::of(from.address).as_bytes())?;
    app.limits.sign_in_per_account.check(key.as_bytes())?;
    let found = match &address {
        Some(address) => store::find_credentials(&mut app.read(Actor::Anonymous).await?.tx, address).await?,
        None => None,
    };
    let stored = found.as_ref().and_then(|found| found.password_hash.as_deref());
    let verified = check::verify(app, stored, &form.password).await?;
    match (found, verified) {
        (Some(found), Verified::Yes { needs_rehash }) => {
            // A full queue is no reason to turn somebody away: the stored hash is as good as it was.
            let better = if needs_rehash { app.passwords.hash(&form.password, &app.ids).await.ok() } else { None };
            admit(app, &found, better.as_deref(), (key, form.second.as_ref()), from).await
        }
        _ => refuse(app.write(Actor::Anonymous).await?, key, from, "refused", SignInError::Refused).await,
    }
}

/// Signs somebody in by the ticket of a first step and a second factor.
///
/// # Errors
/// As for [`sign_in`]; `Refused` when the ticket is too old or not ours, or the password was changed since.
pub async fn sign_in_second(app: &App, ticket: &str, second: &Given, from: &Client) -> Result<Admission, SignInError> {
    app.limits.sign_in_per_network.check(Network::of(from.address).as_bytes())?;
    let ticket = second_factor::open_ticket(ticket).ok_or(SignInError::Refused)?;
    let mut work = app.read(Actor::Anonymous).await?;
    let now = work.now;
    let found = store::find_account(&mut work.tx, ticket.account).await?.ok_or(SignInError::Refused)?;
    drop(work);
    if !ticket.is_good(app, &found, now) {
        return Err(SignInError::Refused);
    }
    let key = check::address_hash(app, &found.email_canonical);
    admit(app, &found, None, (key, Some(second)), from).await
}

/// Puts the question for a passkey to whoever has the ticket of a first step; nothing when they have none, or the ticket is
/// too old.
///
/// # Errors
/// When the database fails.
pub async fn ask_passkey_again(app: &App, ticket: &str) -> Result<Option<Challenge>, StorageError> {
    let Some(ticket) = second_factor::open_ticket(ticket) else { return Ok(None) };
    let mut work = app.write(Actor::Anonymous).await?;
    let found = store::find_account(&mut work.tx, ticket.account).await?;
    if !found.is_some_and(|found| ticket.is_good(app, &found, work.now)) {
        return Ok(None);
    }
    let challenge = second_factor::ask_passkey(app, &mut work, ticket.account).await?;
    work.commit().await?;
    Ok(challenge)
}

async fn admit(
    app: &App,
    found: &store::Credentials,
    better_hash: Option<&str>,
    (key, second): (KeyedHash, Option<&Given>),
    from: &Client,
) -> Result<Admission, SignInError> {
    let mut work = app.write(Actor::Anonymous).await?;
    super::link(&mut work, found.subscriber, &from.links(&app.keys)).await?;
    store::lock_account(&mut work.tx, found.id).await?;
    // While the password was being checked it may have been changed: then it was the old one.
    let Some(now_stored) = store::find_credentials(&mut work.tx, &found.email_canonical).await? else {
        return refuse(work, key, from, "refused", SignInError::Refused).await;
    };
    if now_stored.password_hash != found.password_hash {
        return refuse(work, key, from, "refused", SignInError::Refused).await;
    }
    if now_stored.confirmed_at.is_none() {
        if check::may_mail(app, &found.email_canonical) {
            token::send_confirm(&mut work, &app.settings.accounts, found.id).await?;
        }
        return refuse(work, key, from, "unconfirmed", SignInError::EmailUnconfirmed).await;
    }
    let has_given_factor = match second_factor::give(app, &mut work, found.id, second).await? {
        Outcome::NotEnrolled => false,
        Outcome::Good => true,
        Outcome::Missing => {
            let ticket = second_factor::ticket_for(app, &now_stored, work.now);
            let passkey = second_factor::ask_passkey(app, &mut work, found.id).await?.map(Box::new);
            let error = SignInError::SecondFactorNeeded { ticket, passkey };
            return refuse(work, key, from, "second_factor_needed", error).await;
        }
        Outcome::Wrong => return refuse(work, key, from, "second_factor", SignInError::SecondFactorRefused).await,
        Outcome::TooMany(wait) => return refuse(work, key, from, "second_factor", wait.into()).await,
    };
    if let Some(hash) = better_hash {
        store::set_password(&mut work.tx, found.id, hash).await?;
    }
    let roles = store::list_roles(&mut work.tx, found.id).await?;
    let network = from.network();
    let (token, session) =
        session::open(&mut work, &app.settings.accounts, found.id, &roles, (&network, &from.user_agent)).await?;
    if has_given_factor {
        let now = work.now;
        store::set_proven(&mut work.tx, session.id, now, true).await?;
    }
    let is_enough = has_given_factor || !app.settings.staff.second_factor_required;
    let person = SignedIn {
        account: found.id,
        subscriber: found.subscriber,
        session: session.id,
        name: now_stored.name,
        is_confirmed: true,
        proof: Proof::of(session.created_at, is_enough, &roles),
        roles: if is_enough { roles } else { Roles::default() },
    };
    work.actor = Actor::SignedIn(person.clone());
    let entry = Entry::new(Action::SignedIn, session.id).private(json!({ "network": network }));
    audit::record(&mut work, entry).await?;
    places::note(app, &mut work, found.id, from).await?;
    work.commit().await?;
    Ok(Admission { token, session, person })
}

/// Logs the attempt, the address only as its keyed hash, and answers `error`.
async fn refuse(
    mut work: Work,
    key: KeyedHash,
    from: &Client,
    reason: &str,
    error: SignInError,
) -> Result<Admission, SignInError> {
    let entry = Entry::new(Action::SignInFailed, hex::encode(key.as_bytes()))
        .details(json!({ "reason": reason }))
        .private(json!({ "network": from.network() }));
    audit::record(&mut work, entry).await?;
    work.commit().await?;
    Err(error)
}
