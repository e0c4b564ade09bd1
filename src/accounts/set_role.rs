//! Giving and taking roles.

use serde_json::json;

use super::store;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, Role, Scope};
use crate::storage::StorageError;
use crate::titles;

/// Why a role is not set.
#[derive(Debug, thiserror::Error)]
pub enum SetRoleError {
    /// Only admins and the operator give and take roles.
    #[error("only an admin sets roles")]
    Forbidden,
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// There is no such title.
    #[error("there is no such title")]
    UnknownTitle,
    /// An admin is one for the whole installation.
    #[error("an admin is one in every title")]
    AdminIsEverywhere,
    /// Nobody would be left to manage the installation.
    #[error("the last admin cannot be demoted")]
    LastAdmin,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes `account` a `role` in `scope`, instead of what it was there; a reader holds no role. Answers whether anything
/// changed; if so, every session of the account ends.
///
/// # Errors
/// When the actor may not, or the role cannot be given there, or the last admin would go.
pub async fn set_role(work: &mut Work, account: AccountId, scope: &Scope, role: Role) -> Result<bool, SetRoleError> {
    if role == Role::Admin && *scope != Scope::All {
        return Err(SetRoleError::AdminIsEverywhere);
    }
    let found = store::find_account(&mut work.tx, account).await?.ok_or(SetRoleError::NotFound)?;
    // A ban asks under the subscriber's lock whether its target is staff.
    super::lock_subscriber(&mut work.tx, found.subscriber).await?;
    store::lock_account(&mut work.tx, account).await?;
    // INVARIANT: whoever changes roles holds every admin's row, so that two admins cannot demote each other at once.
    store::lock_admins(&mut work.tx).await?;
    check_actor(work).await?;
    if let Some(title) = scope.title()
        && titles::find(&mut work.tx, title).await?.is_none()
    {
        return Err(SetRoleError::UnknownTitle);
    }
    let before = store::find_role(&mut work.tx, account, scope).await?.unwrap_or(Role::Reader);
    if before == role {
        return Ok(false);
    }
    if before == Role::Admin && store::count_admins(&mut work.tx).await? <= 1 {
        return Err(SetRoleError::LastAdmin);
    }
    let now = work.now;
    if role == Role::Reader {
        store::delete_role(&mut work.tx, account, scope).await?;
    } else {
        store::set_role(&mut work.tx, account, scope, role, now).await?;
    }
    store::end_sessions(&mut work.tx, account, None, now).await?;
    let details = json!({ "scope": scope, "before": before.as_str(), "after": role.as_str() });
    let entry = Entry::new(Action::RoleSet, account).details(details);
    let entry = match scope.title() {
        Some(title) => entry.within(title),
        None => entry,
    };
    audit::record(work, entry).await?;
    Ok(true)
}

/// Whether the actor is an admin now, and not only was one when the request came in.
async fn check_actor(work: &mut Work) -> Result<(), SetRoleError> {
    let is_allowed = match &work.actor {
        Actor::Operator => true,
        Actor::SignedIn(person) => {
            let person = person.clone();
            super::renewed(&mut work.tx, &person).await?.roles.is_admin()
        }
        Actor::Anonymous | Actor::Job(_) => false,
    };
    if is_allowed { Ok(()) } else { Err(SetRoleError::Forbidden) }
}
