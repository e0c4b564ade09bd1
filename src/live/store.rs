//! The table of changes, by which one node hears of another's.

use super::Change;
use crate::kernel::{ChangeId, NodeId, SubscriberId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all};

pub(super) async fn insert(
    tx: &mut Tx,
    id: ChangeId,
    node: NodeId,
    change: Change,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Change::Privileges { person } = change;
    let sql = "insert into changes (id, node, person, changed_at) values ($1, $2, $3, $4)";
    execute!(tx, sql, id, node, person, now)?;
    Ok(())
}

/// What nodes other than `node` noted after `since`, in order.
pub(super) async fn list_of_others(
    tx: &mut Tx,
    node: NodeId,
    since: Timestamp,
) -> Result<Vec<(ChangeId, Change, Timestamp)>, StorageError> {
    let rows = fetch_all!(
        tx,
        (ChangeId, SubscriberId, Timestamp),
        "select id, person, changed_at from changes where changed_at > $1 and node <> $2 order by changed_at, id",
        since,
        node
    )?;
    Ok(rows.into_iter().map(|(id, person, changed_at)| (id, Change::Privileges { person }, changed_at)).collect())
}

pub(super) async fn delete_before(tx: &mut Tx, moment: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from changes where changed_at < $1", moment)
}
