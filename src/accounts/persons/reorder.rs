//! A moderator finds that two subscribers are one person, or that one is two.

use serde_json::json;

use super::link::{Cause, record_move, tell_of_move, unite};
use super::store;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{MoveId, SubscriberId};
use crate::storage::StorageError;

/// Why nothing is joined, separated or undone.
#[derive(Debug, thiserror::Error)]
pub enum ReorderError {
    /// There is no such subscriber, or no such act.
    #[error("there is no such subscriber or act")]
    NotFound,
    /// They are one person already, the subscriber is alone already, or the act was undone or overtaken.
    #[error("the persons are not as it was asked for")]
    Unchanged,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes the persons of two subscribers one: what a ban forbids either, it forbids both. Answers the act, for undoing it.
///
/// # Errors
/// When either is unknown, or they are one person already.
pub async fn join(
    work: &mut Work,
    one: SubscriberId,
    other: SubscriberId,
    reason: &str,
) -> Result<MoveId, ReorderError> {
    for subscriber in [one, other] {
        store::find_person(&mut work.tx, subscriber).await?.ok_or(ReorderError::NotFound)?;
    }
    let act = work.mint();
    let cause = Cause::Moderator { act, reason };
    if !unite(work, one, other, &cause).await? {
        return Err(ReorderError::Unchanged);
    }
    Ok(act)
}

/// Makes `subscriber` a person of their own again. No link joins them and the others again; bans stay with the subscriber
/// whom they were made against. Answers the act, for undoing it.
///
/// # Errors
/// When the subscriber is unknown, or alone already.
pub async fn separate(work: &mut Work, subscriber: SubscriberId, reason: &str) -> Result<MoveId, ReorderError> {
    store::find_person(&mut work.tx, subscriber).await?.ok_or(ReorderError::NotFound)?;
    store::lock_subscriber(&mut work.tx, subscriber).await?;
    let person = store::find_person(&mut work.tx, subscriber).await?.ok_or(ReorderError::NotFound)?;
    let mut others = store::subscribers_of(&mut work.tx, person).await?;
    others.retain(|other| *other != subscriber);
    let Some(eldest) = others.iter().min().copied() else { return Err(ReorderError::Unchanged) };
    let act: MoveId = work.mint();
    let cause = Cause::Moderator { act, reason };
    for other in &others {
        store::separate_pair(&mut work.tx, subscriber, *other).await?;
    }
    if person == subscriber {
        // The others need another row to be known by; nobody can hold it yet, since nobody's person was called so.
        store::lock_row(&mut work.tx, eldest).await?;
        for other in &others {
            record_move(work, *other, (person, eldest), &cause).await?;
            store::set_person(&mut work.tx, *other, eldest).await?;
        }
    } else {
        store::lock_row(&mut work.tx, subscriber).await?;
        record_move(work, subscriber, (person, subscriber), &cause).await?;
        store::set_person(&mut work.tx, subscriber, subscriber).await?;
    }
    let details = json!({ "others": others });
    let entry =
        Entry::new(Action::SubscriberSeparated, subscriber).details(details).private(json!({ "reason": reason }));
    audit::record(work, entry).await?;
    Ok(act)
}

/// Takes a join or a separation back: every subscriber whom it moved is of the person that it was before.
///
/// # Errors
/// When there is no such act, or somebody has moved again since.
pub async fn undo_reorder(work: &mut Work, act: MoveId) -> Result<(), ReorderError> {
    let moves = store::list_moves(&mut work.tx, act).await?;
    if moves.is_empty() {
        return Err(ReorderError::NotFound);
    }
    let mut rows: Vec<SubscriberId> = moves.iter().flat_map(|moved| [moved.from_person, moved.to_person]).collect();
    rows.sort_unstable();
    rows.dedup();
    for row in rows {
        store::lock_row(&mut work.tx, row).await?;
    }
    if !store::set_undone(work, act).await? {
        return Err(ReorderError::Unchanged);
    }
    for moved in &moves {
        if store::find_person(&mut work.tx, moved.subscriber).await? != Some(moved.to_person) {
            return Err(ReorderError::Unchanged);
        }
    }
    for moved in &moves {
        store::set_person(&mut work.tx, moved.subscriber, moved.from_person).await?;
        tell_of_move(work, moved.to_person, moved.from_person).await?;
    }
    // A separation is taken back with what keeps its two apart; a join had nothing of the kind.
    let is_join = moves.iter().all(|moved| moved.from_person > moved.to_person);
    if let (Some(first), false) = (moves.first(), is_join) {
        for other in store::subscribers_of(&mut work.tx, first.from_person).await? {
            for moved in &moves {
                store::unite_pair(&mut work.tx, moved.subscriber, other).await?;
            }
        }
    }
    let details = json!({ "subscribers": moves.iter().map(|moved| moved.subscriber).collect::<Vec<_>>() });
    audit::record(work, Entry::new(Action::SubscribersReordered, act).details(details)).await?;
    Ok(())
}
