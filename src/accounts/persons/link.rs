//! Noting what a subscriber was seen with, and becoming one person with whoever it binds them to.

use std::collections::BTreeSet;

use serde_json::json;

use super::key::{KeyKind, LinkKey};
use super::store;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{KeyId, MoveId, SubscriberId};
use crate::live::Change;
use crate::storage::StorageError;

/// Why subscribers became one person.
pub(super) enum Cause<'a> {
    /// A key binds them.
    Key(&'a str),
    /// A moderator found so.
    Moderator { act: MoveId, reason: &'a str },
}

/// The subscriber with this key; a new one, who has no account yet, when nobody has it.
///
/// # Errors
/// When the database cannot be written.
pub async fn subscriber_with(work: &mut Work, key: &LinkKey) -> Result<SubscriberId, StorageError> {
    store::claim_key(work, key).await?;
    if let Some(known) = store::find_by_key(&mut work.tx, key).await? {
        return Ok(known);
    }
    let (subscriber, now) = (work.mint(), work.now);
    crate::accounts::store::insert_subscriber(&mut work.tx, subscriber, now).await?;
    link(work, subscriber, std::slice::from_ref(key)).await?;
    Ok(subscriber)
}

/// Locks the rows of `own`, made where there are none, and of `others`, all in the order of keys; answers those of `own`, in
/// their order.
///
/// # Errors
/// When the database cannot be written.
pub async fn claim_keys(
    work: &mut Work,
    own: &[&LinkKey],
    others: &BTreeSet<KeyId>,
) -> Result<Vec<Vec<KeyId>>, StorageError> {
    let mut order = Vec::with_capacity(own.len() + others.len());
    for (place, key) in own.iter().enumerate() {
        order.push((key.kind(), key.hash().map(|hash| hash.as_bytes().to_vec()), Ok((place, *key))));
    }
    for id in others {
        let (kind, hash) = store::find_key(&mut work.tx, *id).await?;
        order.push((kind, Some(hash), Err(*id)));
    }
    order.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    let mut claimed = vec![Vec::new(); own.len()];
    for (_, _, key) in order {
        match key {
            Ok((place, key)) => {
                let rows = store::claim_key(work, key).await?;
                claimed.get_mut(place).into_iter().for_each(|claimed: &mut Vec<KeyId>| claimed.clone_from(&rows));
            }
            Err(id) => {
                store::lock_key_row(&mut work.tx, id).await?;
            }
        }
    }
    Ok(claimed)
}

/// Notes that `subscriber` was seen with these keys. With whoever else a binding one of them binds, they are one person at
/// once, unless a moderator found them to be two.
///
/// INVARIANT: keys are locked first, in their own order, and then persons: called before any other lock is taken.
///
/// # Errors
/// When the database cannot be written.
pub async fn link(work: &mut Work, subscriber: SubscriberId, links: &[LinkKey]) -> Result<(), StorageError> {
    let mut sorted: Vec<&LinkKey> = links.iter().collect();
    sorted.sort_by_key(|key| (key.kind(), key.hash()));
    let mut claimed = Vec::with_capacity(sorted.len());
    for key in sorted {
        for id in store::claim_key(work, key).await? {
            claimed.push((id, key));
        }
    }
    let claimed: Vec<_> = claimed.into_iter().map(|(id, key)| (id, key.kind(), key.is_binding)).collect();
    link_claimed(work, subscriber, &claimed).await
}

/// The same for binding keys that are in their rows already.
///
/// # Errors
/// When the database cannot be written.
pub async fn link_known(work: &mut Work, subscriber: SubscriberId, keys: &[KeyId]) -> Result<(), StorageError> {
    let mut claimed = Vec::with_capacity(keys.len());
    for key in keys {
        let (kind, strength) = store::lock_key(&mut work.tx, *key, subscriber).await?;
        // What the person was seen with before keeps its strength: the card of a seat's payer binds nobody.
        if strength.is_none() {
            claimed.push((*key, kind, true));
        }
    }
    link_claimed(work, subscriber, &claimed).await
}

async fn link_claimed(
    work: &mut Work,
    subscriber: SubscriberId,
    claimed: &[(KeyId, KeyKind, bool)],
) -> Result<(), StorageError> {
    let now = work.now;
    for (id, _, is_binding) in claimed {
        store::set_link(&mut work.tx, *id, subscriber, *is_binding, now).await?;
    }
    for (id, kind, _) in claimed.iter().filter(|(_, _, is_binding)| *is_binding) {
        for other in store::list_bound(&mut work.tx, *id, subscriber).await? {
            unite(work, subscriber, other, &Cause::Key(kind.as_str())).await?;
        }
    }
    Ok(())
}

/// Makes the persons of two subscribers one: the older. Answers whether they were two and are one now: a key joins no
/// persons whom a moderator found to be two, be it by way of a third.
pub(super) async fn unite(
    work: &mut Work,
    one: SubscriberId,
    other: SubscriberId,
    cause: &Cause<'_>,
) -> Result<bool, StorageError> {
    let (kept, given_up) = loop {
        let (a, b) = store::persons_of(&mut work.tx, one, other).await?;
        if a == b {
            return Ok(false);
        }
        let (first, second) = (a.min(b), a.max(b));
        store::lock_row(&mut work.tx, first).await?;
        store::lock_row(&mut work.tx, second).await?;
        // While we waited for the rows, somebody else may have joined or split them.
        if store::persons_of(&mut work.tx, one, other).await? == (a, b) {
            break (first, second);
        }
    };
    if matches!(cause, Cause::Key(_)) && store::are_separated(&mut work.tx, kept, given_up).await? {
        return Ok(false);
    }
    let moved = store::subscribers_of(&mut work.tx, given_up).await?;
    for subscriber in &moved {
        record_move(work, *subscriber, (given_up, kept), cause).await?;
    }
    store::set_person_of_all(&mut work.tx, given_up, kept).await?;
    let cause = match cause {
        Cause::Key(kind) => kind,
        Cause::Moderator { .. } => "moderator",
    };
    let details = json!({ "with": kept, "cause": cause, "subscribers": moved });
    audit::record(work, Entry::new(Action::SubscribersJoined, given_up).details(details)).await?;
    Ok(true)
}

/// Notes that a subscriber's row names another person.
pub(super) async fn record_move(
    work: &mut Work,
    subscriber: SubscriberId,
    (from, to): (SubscriberId, SubscriberId),
    cause: &Cause<'_>,
) -> Result<(), StorageError> {
    let id: MoveId = work.mint();
    let (act, cause, reason) = match cause {
        Cause::Key(kind) => (id, *kind, None),
        Cause::Moderator { act, reason } => (*act, "moderator", Some(*reason)),
    };
    let row = store::NewMove { id, act, subscriber, from, to, cause, reason };
    store::insert_move(work, &row).await?;
    tell_of_move(work, from, to).await
}

/// Tells whoever listens under either name that the person's privileges may be others now.
pub(super) async fn tell_of_move(work: &mut Work, from: SubscriberId, to: SubscriberId) -> Result<(), StorageError> {
    work.tell(Change::Privileges { person: from }).await?;
    work.tell(Change::Privileges { person: to }).await
}

/// Tells that what the person of `subscriber` may do has changed.
///
/// # Errors
/// When it cannot be noted for the other nodes.
pub async fn tell_of_privileges(work: &mut Work, subscriber: SubscriberId) -> Result<(), StorageError> {
    match store::find_person(&mut work.tx, subscriber).await? {
        Some(person) => work.tell(Change::Privileges { person }).await,
        None => Ok(()),
    }
}
