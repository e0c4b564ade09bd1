//! Deleting one's own account.
//!
//! INVARIANT: what the subscriber is known by stays, as keyed hashes: whoever comes back is the same person, and a ban
//! holds. The comments stay with their threads under no name.

use super::name::bare;
use super::store::{self, NewName};
use super::{EmailAddress, LinkKey};
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Role, Scope, SignedIn};
use crate::notifications::{self, Mail};
use crate::storage::StorageError;

/// Why an account is not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// Nobody would be left to manage the installation.
    #[error("the last admin cannot go")]
    LastAdmin,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Deletes the account of `person`: name, address, password and roles go, all its sessions and links end at once.
///
/// # Errors
/// When it is the last admin's.
pub async fn delete_account(app: &App, person: &SignedIn) -> Result<(), DeleteAccountError> {
    let mut work = app.write(person.clone()).await?;
    let account = person.account;
    let known = store::find_account(&mut work.tx, account).await?;
    let known = known.ok_or_else(|| StorageError::corrupt("accounts", account))?;
    if let Ok(address) = EmailAddress::parse(&known.email) {
        super::link(&mut work, known.subscriber, &[LinkKey::email(&app.keys, &address)]).await?;
    }
    super::lock_subscriber(&mut work.tx, known.subscriber).await?;
    store::lock_account(&mut work.tx, account).await?;
    store::lock_admins(&mut work.tx).await?;
    let is_admin = store::find_role(&mut work.tx, account, &Scope::All).await? == Some(Role::Admin);
    if is_admin && store::count_admins(&mut work.tx).await? <= 1 {
        return Err(DeleteAccountError::LastAdmin);
    }
    let now = work.now;
    let name = store::find_name(&mut work.tx, account).await?;
    let name = name.ok_or_else(|| StorageError::corrupt("accounts", account))?;
    if !name.is_name_neutral {
        store::insert_former_name(&mut work.tx, account, &name, false, now).await?;
    }
    let (nobody, skeleton) = (app.words.text("account-deleted"), account.to_string());
    let nameless =
        NewName { name: &nobody, skeleton: &skeleton, bare: &bare(""), is_neutral: true, renamed_at: name.renamed_at };
    store::set_name(&mut work.tx, account, &nameless).await?;
    store::set_deleted(&mut work.tx, account, now).await?;
    store::delete_roles(&mut work.tx, account).await?;
    super::second_factor::delete_factor(&mut work.tx, account).await?;
    super::places::forget(&mut work.tx, account).await?;
    store::end_sessions(&mut work.tx, account, None, now).await?;
    store::delete_tokens(&mut work.tx, account, None).await?;
    if !known.email.is_empty() && known.confirmed_at.is_some() {
        notifications::enqueue(&mut work, account, &Mail::AccountDeleted { to: known.email }).await?;
    }
    audit::record(&mut work, Entry::new(Action::AccountDeleted, account)).await?;
    work.commit().await?;
    Ok(())
}
