//! Taking another name, and losing one.

use serde_json::json;

use super::name::bare;
use super::store::{self, NewName};
use super::{DisplayName, FieldFault, check};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Ids, SignedIn, Timestamp};
use crate::storage::StorageError;

/// Why a name does not change.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// The name cannot be, or is somebody's.
    #[error("the name cannot be: {0:?}")]
    Invalid(Vec<FieldFault>),
    /// The account changed its name a short while ago.
    #[error("renamed lately: again at {until}")]
    Lately {
        /// When it may again.
        until: Timestamp,
    },
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Gives the account of `person` the name that they chose. The one before stays known to moderators, and nobody else
/// takes it. A name that was given and not chosen may be changed at once.
///
/// # Errors
/// When the name cannot be, is taken, or was changed lately.
pub async fn rename(app: &App, person: &SignedIn, name: &str) -> Result<String, RenameError> {
    let chosen = check::name(app, name).await?.map_err(RenameError::Invalid)?;
    let mut work = app.write(person.clone()).await?;
    let account = person.account;
    store::lock_account(&mut work.tx, account).await?;
    let before = store::find_name(&mut work.tx, account).await?.ok_or(RenameError::NotFound)?;
    if before.name == chosen.as_str() {
        return Ok(before.name);
    }
    let now = work.now;
    if let Some(until) = before.may_change_at(app).filter(|until| now < *until) {
        return Err(RenameError::Lately { until });
    }
    let (skeleton, bare) = (chosen.skeleton(), bare(chosen.as_str()));
    let new =
        NewName { name: chosen.as_str(), skeleton: &skeleton, bare: &bare, is_neutral: false, renamed_at: Some(now) };
    if store::is_name_of_another(&mut work.tx, &skeleton, account).await? {
        return Err(RenameError::Invalid(vec![FieldFault::NAME_TAKEN]));
    }
    if !before.is_name_neutral && before.name_skeleton != skeleton {
        store::insert_former_name(&mut work.tx, account, &before, false, now).await?;
    }
    if !store::set_name(&mut work.tx, account, &new).await? {
        return Err(RenameError::Invalid(vec![FieldFault::NAME_TAKEN]));
    }
    let entry = Entry::new(Action::AccountRenamed, account);
    audit::record(&mut work, entry.private(json!({ "before": before.name, "after": chosen.as_str() }))).await?;
    work.commit().await?;
    Ok(chosen.as_str().to_owned())
}

/// Takes a name away from `account`, which is called something neutral until its owner chooses again. Nobody takes the name
/// again, its owner neither. Answers the neutral name.
///
/// # Errors
/// When there is no such account.
pub async fn remove_name(app: &App, work: &mut Work, account: AccountId, reason: &str) -> Result<String, RenameError> {
    store::lock_account(&mut work.tx, account).await?;
    let before = store::find_name(&mut work.tx, account).await?.ok_or(RenameError::NotFound)?;
    let now = work.now;
    store::insert_former_name(&mut work.tx, account, &before, true, now).await?;
    for _ in 0..20 {
        let neutral = neutral_name(app, work.ids());
        let (skeleton, bare) = (neutral.skeleton(), before.name_bare.clone().unwrap_or_default());
        let name = neutral.as_str();
        let new = NewName { name, skeleton: &skeleton, bare: &bare, is_neutral: true, renamed_at: before.renamed_at };
        if store::set_name(&mut work.tx, account, &new).await? {
            let entry = Entry::new(Action::NameRemoved, account);
            audit::record(work, entry.private(json!({ "name": before.name, "reason": reason }))).await?;
            return Ok(neutral.as_str().to_owned());
        }
    }
    Err(StorageError::Conflict("no neutral name is free".into()).into())
}

/// A name that says nothing, such as “Reader 482913”: for whoever has none that can be.
#[must_use]
pub fn neutral_name(app: &App, ids: &Ids) -> DisplayName {
    let number = 100_000 + ids.below(900_000);
    let name = app.words.with("account-neutral-name", &[("number", number.to_string().into())]);
    DisplayName::neutral(name)
}
