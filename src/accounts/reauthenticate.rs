//! Showing again who one is, before acts that do great harm in a stolen session.

use serde_json::json;

use super::second_factor::{self, Challenge, Given, Outcome};
use super::{check, store};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, SignedIn, Timestamp};
use crate::limits::RetryAfter;
use crate::secrets::{PasswordsError, Verified};
use crate::storage::StorageError;

/// Why somebody has not shown who they are.
#[derive(Debug, thiserror::Error)]
pub enum ReauthenticateError {
    /// The password is wrong.
    #[error("the password is wrong")]
    Refused,
    /// The account has a second factor, which was not given.
    #[error("a second factor is needed")]
    SecondFactorNeeded {
        /// The question for a passkey, from those who have one.
        passkey: Option<Box<Challenge>>,
    },
    /// The second factor is wrong.
    #[error("the second factor is wrong")]
    SecondFactorRefused,
    /// Neither password nor second factor: the newspaper's login alone vouches for the account, which has to sign in anew.
    #[error("the account has nothing to show here")]
    NothingToShow,
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

/// Whether `person` showed who they are so lately that they may ban, export and give roles.
#[must_use]
pub fn has_proven_lately(app: &App, person: &SignedIn) -> bool {
    person.proof.at.until(app.now()) < app.settings.staff.proven_for()
}

/// Takes the password of `person`, and their second factor if they have one; one without a password gives the factor alone.
/// Answers until when that is enough.
///
/// # Errors
/// When either is wrong or missing, or there were too many attempts.
pub async fn reauthenticate(
    app: &App,
    person: &SignedIn,
    password: &str,
    second: Option<&Given>,
) -> Result<Timestamp, ReauthenticateError> {
    let found = store::find_account(&mut app.read(person.clone()).await?.tx, person.account).await?;
    let found = found.ok_or(ReauthenticateError::Refused)?;
    // A stolen session must not be a way to guess the password behind it.
    app.limits.sign_in_per_account.check(check::address_hash(app, &found.email_canonical).as_bytes())?;
    let has_password = found.password_hash.is_some();
    if has_password && check::verify(app, found.password_hash.as_deref(), password).await? == Verified::No {
        return failed(app, person, "password", ReauthenticateError::Refused).await;
    }
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    let outcome = second_factor::give(app, &mut work, person.account, second).await?;
    let now_stored = store::find_account(&mut work.tx, person.account).await?;
    if now_stored.is_none_or(|stored| stored.password_hash != found.password_hash) {
        return Err(ReauthenticateError::Refused);
    }
    let has_given_factor = match outcome {
        Outcome::Good => true,
        Outcome::NotEnrolled if has_password => false,
        Outcome::NotEnrolled => return Err(ReauthenticateError::NothingToShow),
        Outcome::Missing => {
            let passkey = second_factor::ask_passkey(app, &mut work, person.account).await?.map(Box::new);
            work.commit().await?;
            return Err(ReauthenticateError::SecondFactorNeeded { passkey });
        }
        Outcome::Wrong => {
            drop(work);
            return failed(app, person, "second_factor", ReauthenticateError::SecondFactorRefused).await;
        }
        Outcome::TooMany(wait) => return Err(wait.into()),
    };
    let now = work.now;
    store::set_proven(&mut work.tx, person.session, now, has_given_factor).await?;
    audit::record(&mut work, Entry::new(Action::Reauthenticated, person.session)).await?;
    work.commit().await?;
    Ok(now.plus(app.settings.staff.proven_for()))
}

/// Logs the attempt, and answers `error`.
async fn failed(
    app: &App,
    person: &SignedIn,
    reason: &str,
    error: ReauthenticateError,
) -> Result<Timestamp, ReauthenticateError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    let entry = Entry::new(Action::ReauthenticationFailed, person.session).details(json!({ "reason": reason }));
    audit::record(&mut work, entry).await?;
    work.commit().await?;
    Err(error)
}
