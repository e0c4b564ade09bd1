//! Enrolling a second factor.

use super::totp::Secret;
use super::{give, recovery, store};
use crate::accounts::store as accounts;
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, Id as _, SignedIn};
use crate::limits::RetryAfter;
use crate::notifications::{self, Mail};
use crate::storage::StorageError;
use crate::titles;

/// What an app has to know, told this once.
#[derive(Clone)]
pub struct Enrolment {
    /// The secret as people type it: base 32.
    pub secret: String,
    /// The same with everything else that an app wants to know: `otpauth://totp/…`.
    pub uri: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(***)")
    }
}

/// Why no second factor is enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// There is one; it has to be removed first.
    #[error("there is a second factor")]
    Enrolled,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Draws a secret for the app of `person`, instead of one that was drawn and never used. Nothing else changes until a code of
/// it is seen.
///
/// # Errors
/// When there is a second factor.
pub async fn enrol_second_factor(app: &App, person: &SignedIn) -> Result<Enrolment, EnrolError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    accounts::lock_account(&mut work.tx, person.account).await?;
    let secret = Secret::draw(work.ids());
    let mut salt = [0; 16];
    work.fill_random(&mut salt);
    let (sealed, now) = (secret.sealed(&app.keys, &salt), work.now);
    if !store::put(&mut work.tx, person.account, &salt, &sealed, now).await? {
        return Err(EnrolError::Enrolled);
    }
    let issuer = issuer(app, &mut work.tx).await?;
    let account = accounts::find_address(&mut work.tx, person.account).await?;
    work.commit().await?;
    let account = account.map_or_else(|| person.name.clone(), |(email, _)| email);
    Ok(Enrolment { uri: secret.uri(&issuer, &account), secret: secret.text() })
}

/// What the app calls us: the newspaper while there is one, else the host.
async fn issuer(app: &App, tx: &mut crate::storage::Tx) -> Result<String, StorageError> {
    let titles = titles::list(tx).await?;
    let host = || app.settings.public_url().as_str().split("://").last().unwrap_or("Belowline").to_owned();
    Ok(match titles.as_slice() {
        [title] => title.name.clone(),
        _ => host(),
    })
}

/// Why an enrolment is not finished.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// None was begun, or it is finished.
    #[error("no enrolment was begun")]
    NotBegun,
    /// The code is none of the app's.
    #[error("the code is wrong")]
    Wrong,
    /// Too many codes were tried.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Finishes an enrolment with the first code that the app shows; answers the recovery codes, told this once. The session
/// counts as one with a second factor; every other session of the account ends, and its owner is told by mail.
///
/// # Errors
/// When no enrolment was begun, or the code is wrong.
pub async fn confirm_second_factor(app: &App, person: &SignedIn, code: &str) -> Result<Vec<String>, ConfirmError> {
    app.limits.codes_per_account.check(person.account.uuid().as_bytes())?;
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    accounts::lock_account(&mut work.tx, person.account).await?;
    let row = store::find(&mut work.tx, person.account).await?.filter(|row| row.confirmed_at.is_none());
    let row = row.ok_or(ConfirmError::NotBegun)?;
    if !give::take_code(app, &mut work, person.account, &row, code).await? {
        return Err(ConfirmError::Wrong);
    }
    let now = work.now;
    store::set_confirmed(&mut work.tx, person.account, now).await?;
    let codes = recovery::give_out(app, &mut work, person.account).await?;
    accounts::end_sessions(&mut work.tx, person.account, Some(person.session), now).await?;
    accounts::set_proven(&mut work.tx, person.session, now, true).await?;
    audit::record(&mut work, Entry::new(Action::SecondFactorSet, person.account)).await?;
    notifications::enqueue(&mut work, person.account, &Mail::SecondFactorSet).await?;
    work.commit().await?;
    Ok(codes)
}
