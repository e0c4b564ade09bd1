//! Granting a subscription, changing it, ending it.

use serde_json::json;

use super::{Source, Status, Subscription, store};
use crate::accounts;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{Actor, SubscriberId, Timestamp};
use crate::storage::StorageError;

/// Why a subscription cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// Only admins, the operator and jobs say what somebody has paid for.
    #[error("only an admin sets subscriptions")]
    Forbidden,
    /// There is no such subscriber.
    #[error("there is no such subscriber")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Grants `subscriber` a subscription by hand, or changes the one granted so: `status` until `valid_until`, or until it
/// is changed again.
///
/// # Errors
/// When the actor may not, or there is no such subscriber.
pub async fn set(
    work: &mut Work,
    subscriber: SubscriberId,
    status: Status,
    valid_until: Option<Timestamp>,
) -> Result<Subscription, SetError> {
    match &work.actor {
        Actor::Operator | Actor::Job(_) => {}
        Actor::SignedIn(person) if person.roles.is_admin() => {}
        Actor::SignedIn(_) | Actor::Anonymous => return Err(SetError::Forbidden),
    }
    // INVARIANT: whatever posts for this subscriber holds the same lock, so nothing is written on a grant that is gone.
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    if !accounts::subscriber_exists(&mut work.tx, subscriber).await? {
        return Err(SetError::NotFound);
    }
    let given = Subscription {
        id: work.mint(),
        subscriber,
        source: Source::Manual,
        status,
        valid_until,
        plan: None,
        since: work.now,
        created_at: work.now,
        updated_at: work.now,
    };
    let subscription = store::set(&mut work.tx, &given, None).await?;
    let details = json!({
        "subscription": subscription.id,
        "source": subscription.source.as_str(),
        "status": status.as_str(),
        "valid_until": valid_until,
    });
    audit::record(work, Entry::new(Action::SubscriptionSet, subscriber).details(details)).await?;
    Ok(subscription)
}

/// Ends at once what was granted `subscriber` by hand; what was never granted stays so.
///
/// # Errors
/// When the actor may not, or there is no such subscriber.
pub async fn revoke(work: &mut Work, subscriber: SubscriberId) -> Result<Option<Subscription>, SetError> {
    let manual = store::list(&mut work.tx, subscriber).await?.into_iter().find(|one| one.source == Source::Manual);
    match manual {
        Some(_) => Ok(Some(set(work, subscriber, Status::Lapsed, Some(work.now)).await?)),
        None => Ok(None),
    }
}
