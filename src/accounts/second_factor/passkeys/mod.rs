//! Passkeys (WebAuthn): an authenticator that signs what we ask, in place of a code.
//!
//! INVARIANT: a question is put once, answered once, within minutes, by the account that it was put to; what it is checked
//! against never leaves the database. An answer whose counter went back is refused: somebody has copied the key.
//!
//! A passkey stands beside an authenticator app and its recovery codes, never alone: whoever loses it is not locked out.

mod store;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
pub(super) use store::delete_all;
pub(in crate::accounts) use store::delete_ceremonies_before;
pub use store::{Passkey, list_passkeys};
use webauthn_rs::prelude::{
    Passkey as Key, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Webauthn, WebauthnBuilder,
};

use super::store as factors;
use crate::accounts::store as accounts;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, CeremonyId, Id as _, PasskeyId, SignedIn, char_count};
use crate::notifications::{self, Mail};
use crate::storage::StorageError;

/// How long an authenticator may be looked for.
const GOOD_FOR: Duration = Duration::from_secs(300);
/// The most passkeys of an account.
pub const MOST_PASSKEYS: usize = 10;
/// The most characters of a label.
pub const MAX_LABEL_CHARS: usize = 60;
/// The most bytes of an authenticator's answer.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// A question for an authenticator.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// What the answer comes back with.
    pub ceremony: CeremonyId,
    /// What `navigator.credentials` is asked with: `{publicKey: …}`.
    pub options: Value,
}

/// Why a passkey is not made or removed.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// There is no authenticator app yet, or ten passkeys already, or we are known by a number and not by a name.
    #[error("no passkey can be added now")]
    Impossible,
    /// The session was opened without the second factor.
    #[error("the session was opened without the second factor")]
    Forbidden,
    /// There is no such passkey.
    #[error("there is no such passkey")]
    NotFound,
    /// The answer is none to a question of ours, or was given before, or too late.
    #[error("the answer is wrong")]
    Wrong,
    /// The label is empty or too long.
    #[error("the label cannot be")]
    Label,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Whether passkeys can be offered: browsers know them by the name of a host, and not by its number.
#[must_use]
pub fn offers_passkeys(app: &App) -> bool {
    relying_party(app).is_some()
}

fn relying_party(app: &App) -> Option<Webauthn> {
    let origin = Url::parse(app.settings.public_url().as_str()).ok()?;
    let host = origin.domain()?.to_owned();
    WebauthnBuilder::new(&host, &origin).ok()?.rp_name("Belowline").build().ok()
}

fn read<T: DeserializeOwned>(text: &str, table: &'static str, id: impl std::fmt::Display) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::corrupt(table, id))
}

fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Puts the question that makes a passkey.
///
/// # Errors
/// When none can be added, or the session was opened without the second factor.
pub async fn begin_passkey(app: &App, person: &SignedIn) -> Result<Challenge, PasskeyError> {
    let party = relying_party(app).ok_or(PasskeyError::Impossible)?;
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    check_owner(&mut work, person).await?;
    let known = keys_of(&mut work, person.account).await?;
    if known.len() >= MOST_PASSKEYS {
        return Err(PasskeyError::Impossible);
    }
    let exclude = known.iter().map(|(_, key)| key.cred_id().clone()).collect();
    let account = accounts::find_address(&mut work.tx, person.account).await?;
    let name = account.map_or_else(|| person.name.clone(), |(email, _)| email);
    let begun = party.start_passkey_registration(person.account.uuid(), &name, &person.name, Some(exclude));
    let (options, state) = begun.map_err(|_| PasskeyError::Impossible)?;
    let challenge = Challenge { ceremony: work.mint(), options: serde_json::to_value(&options).unwrap_or_default() };
    let (id, ends) = (challenge.ceremony, work.now.plus(GOOD_FOR));
    store::insert_ceremony(&mut work.tx, (id, person.account), true, &written(&state), ends).await?;
    work.commit().await?;
    Ok(challenge)
}

async fn check_owner(work: &mut Work, person: &SignedIn) -> Result<(), PasskeyError> {
    accounts::lock_account(&mut work.tx, person.account).await?;
    if !factors::has_factor(&mut work.tx, person.account).await? {
        return Err(PasskeyError::Impossible);
    }
    let now = work.now;
    if accounts::has_given_factor(&mut work.tx, person.session, now).await? {
        Ok(())
    } else {
        Err(PasskeyError::Forbidden)
    }
}

async fn keys_of(work: &mut Work, account: AccountId) -> Result<Vec<(PasskeyId, Key)>, StorageError> {
    let rows = store::list(&mut work.tx, account).await?;
    rows.into_iter().map(|row| Ok((row.id, read(&row.passkey, "passkeys", row.id)?))).collect()
}

/// Keeps the passkey that `answer` makes. Its owner is told by mail.
///
/// # Errors
/// When the answer is none to a question of ours, or the label cannot be.
pub async fn add_passkey(
    app: &App,
    person: &SignedIn,
    (ceremony, answer): (CeremonyId, &str),
    label: &str,
) -> Result<Passkey, PasskeyError> {
    let party = relying_party(app).ok_or(PasskeyError::Impossible)?;
    let label = label.trim();
    if label.is_empty() || char_count(label) > MAX_LABEL_CHARS || label.chars().any(char::is_control) {
        return Err(PasskeyError::Label);
    }
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| PasskeyError::Wrong)?;
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    check_owner(&mut work, person).await?;
    let now = work.now;
    let state = store::take_ceremony(&mut work.tx, (ceremony, person.account), true, now).await?;
    let state: PasskeyRegistration = read(&state.ok_or(PasskeyError::Wrong)?, "passkey_ceremonies", ceremony)?;
    let key = party.finish_passkey_registration(&answer, &state).map_err(|_| PasskeyError::Wrong)?;
    if keys_of(&mut work, person.account).await?.len() >= MOST_PASSKEYS {
        return Err(PasskeyError::Impossible);
    }
    let made = Passkey { id: work.mint(), label: label.to_owned(), created_at: now, used_at: None };
    let stored = written(&key);
    if !store::insert(&mut work.tx, (made.id, person.account), key.cred_id(), &stored, &made.label, now).await? {
        return Err(PasskeyError::Wrong);
    }
    audit::record(&mut work, Entry::new(Action::PasskeyAdded, made.id)).await?;
    notifications::enqueue(&mut work, person.account, &Mail::PasskeyAdded).await?;
    work.commit().await?;
    Ok(made)
}

/// Removes a passkey.
///
/// # Errors
/// When there is no such passkey, or the session was opened without the second factor.
pub async fn remove_passkey(app: &App, person: &SignedIn, id: PasskeyId) -> Result<(), PasskeyError> {
    let mut work = app.write(Actor::SignedIn(person.clone())).await?;
    check_owner(&mut work, person).await?;
    if !store::delete(&mut work.tx, person.account, id).await? {
        return Err(PasskeyError::NotFound);
    }
    audit::record(&mut work, Entry::new(Action::PasskeyRemoved, id)).await?;
    work.commit().await?;
    Ok(())
}

/// Puts the question that any passkey of `account` answers; nothing when it has none.
///
/// # Errors
/// When the database fails.
pub async fn ask_passkey(app: &App, work: &mut Work, account: AccountId) -> Result<Option<Challenge>, StorageError> {
    let Some(party) = relying_party(app) else { return Ok(None) };
    let keys: Vec<Key> = keys_of(work, account).await?.into_iter().map(|(_, key)| key).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let Ok((options, state)) = party.start_passkey_authentication(&keys) else { return Ok(None) };
    let challenge = Challenge { ceremony: work.mint(), options: serde_json::to_value(&options).unwrap_or_default() };
    let (id, ends) = (challenge.ceremony, work.now.plus(GOOD_FOR));
    store::insert_ceremony(&mut work.tx, (id, account), false, &written(&state), ends).await?;
    Ok(Some(challenge))
}

/// Whether `answer` is that of a passkey of `account` to the question `ceremony`, which is used up. The account is locked.
pub(super) async fn take(
    app: &App,
    work: &mut Work,
    account: AccountId,
    (ceremony, answer): (CeremonyId, &str),
) -> Result<bool, StorageError> {
    let now = work.now;
    let Some(state) = store::take_ceremony(&mut work.tx, (ceremony, account), false, now).await? else {
        return Ok(false);
    };
    let state: PasskeyAuthentication = read(&state, "passkey_ceremonies", ceremony)?;
    let (Some(party), Ok(answer)) = (relying_party(app), serde_json::from_str::<PublicKeyCredential>(answer)) else {
        return Ok(false);
    };
    let Ok(result) = party.finish_passkey_authentication(&answer, &state) else { return Ok(false) };
    // It may have been removed, or used once more, since the question was put.
    let known = keys_of(work, account).await?;
    let Some((id, mut key)) = known.into_iter().find(|(_, key)| key.cred_id() == result.cred_id()) else {
        return Ok(false);
    };
    key.update_credential(&result);
    store::set_used(&mut work.tx, id, &written(&key), now).await?;
    Ok(true)
}
