//! Giving a second factor.

use std::fmt;

use super::totp::Secret;
use super::{passkeys, recovery, store};
use crate::accounts::store as accounts;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, CeremonyId, Id as _};
use crate::limits::RetryAfter;
use crate::storage::StorageError;

/// What somebody gives besides a password, as typed.
#[derive(Clone)]
pub enum Given {
    /// The code that the app shows.
    Code(String),
    /// One of the recovery codes.
    Recovery(String),
    /// What an authenticator answered.
    Passkey {
        /// The question that was put.
        ceremony: CeremonyId,
        /// The answer, as browsers write it.
        answer: String,
    },
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(***)")
    }
}

/// What became of it.
#[derive(Debug)]
pub(in crate::accounts) enum Outcome {
    /// The account has no second factor, and none was looked at.
    NotEnrolled,
    /// It has one, and nothing was given.
    Missing,
    /// It is none of the account's, or was used before.
    Wrong,
    /// It is good, and used up.
    Good,
    /// Too many were tried.
    TooMany(RetryAfter),
}

/// Whether `given` is the second factor of `account`; good, it is used up in this transaction. The account is locked here.
pub(in crate::accounts) async fn give(
    app: &App,
    work: &mut Work,
    account: AccountId,
    given: Option<&Given>,
) -> Result<Outcome, StorageError> {
    accounts::lock_account(&mut work.tx, account).await?;
    let row = store::find(&mut work.tx, account).await?.filter(|row| row.confirmed_at.is_some());
    let Some(row) = row else { return Ok(Outcome::NotEnrolled) };
    let Some(given) = given else { return Ok(Outcome::Missing) };
    if let Err(wait) = app.limits.codes_per_account.check(account.uuid().as_bytes()) {
        return Ok(Outcome::TooMany(wait));
    }
    let is_good = match given {
        Given::Code(code) => take_code(app, work, account, &row, code).await?,
        Given::Recovery(code) => recovery::take(app, work, account, code).await?,
        Given::Passkey { ceremony, answer } => passkeys::take(app, work, account, (*ceremony, answer)).await?,
    };
    if is_good && matches!(given, Given::Recovery(_)) {
        let left = store::count_codes(&mut work.tx, account).await?;
        let entry = Entry::new(Action::RecoveryCodeUsed, account).details(serde_json::json!({ "left": left }));
        audit::record(work, entry).await?;
    }
    Ok(if is_good { Outcome::Good } else { Outcome::Wrong })
}

/// Takes a code of the factor in `row`, confirmed or not, if it is newer than the last.
pub(super) async fn take_code(
    app: &App,
    work: &mut Work,
    account: AccountId,
    row: &store::FactorRow,
    code: &str,
) -> Result<bool, StorageError> {
    let secrets = Secret::unsealed(&app.keys, &row.salt, &row.sealed);
    match secrets.iter().find_map(|secret| secret.step_of(code, work.now, row.last_step)) {
        Some(step) => store::set_step(&mut work.tx, account, step).await,
        None => Ok(false),
    }
}
