//! Who is told that something changed: what keeps an answer open, or remembers one, listens here.
//!
//! A change is noted in the transaction that makes it. When that has committed, whoever listens on the same node hears of
//! it at once, and on the others within a second or two, by [`catch_up`], which every node runs each second. Nothing is told
//! of what never happened. What is told twice does no harm: a listener looks for itself what is true now.

mod store;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::kernel::{ChangeId, Ids, NodeId, SubscriberId, Timestamp};
use crate::storage::{StorageError, Tx};

/// How many changes a slow listener may be behind before some are lost to it.
const CAPACITY: usize = 1_024;

/// How long after its moment a change may still appear: a transaction takes a while, and clocks differ.
const LATE: Duration = Duration::from_secs(60);

/// How long changes are kept for other nodes to read.
const KEPT_FOR: Duration = Duration::from_secs(3_600);

/// Something that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// What this person may do. Who became another person is told under both names.
    Privileges {
        /// The subscriber whose row stands for the person.
        person: SubscriberId,
    },
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A change.
    Change(Change),
    /// Changes were lost: anything may be different.
    Missed,
}

/// The changes of this node and, soon after, of all others. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Live(Arc<Hub>);

#[derive(Debug)]
struct Hub {
    node: NodeId,
    sender: broadcast::Sender<Change>,
    heard: Mutex<FromOthers>,
}

/// What was told here of other nodes' changes.
#[derive(Debug)]
struct FromOthers {
    /// When they were last read.
    read_at: Option<Timestamp>,
    /// Those that a later read may see again, with their moments.
    told: BTreeMap<ChangeId, Timestamp>,
}

impl Live {
    /// Nobody listens yet.
    #[must_use]
    pub fn new(ids: &Ids, now: Timestamp) -> Self {
        let (sender, _) = broadcast::channel(CAPACITY);
        let heard = Mutex::new(FromOthers { read_at: None, told: BTreeMap::new() });
        Self(Arc::new(Hub { node: ids.mint(now), sender, heard }))
    }

    /// Hears what changes from now on.
    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener(self.0.sender.subscribe())
    }

    /// Tells whoever listens on this node. What changed has been committed.
    pub fn tell(&self, change: Change) {
        // It fails when nobody listens.
        let _ = self.0.sender.send(change);
    }
}

/// Somebody who listens.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Change>);

impl Listener {
    /// Waits for the next change; nothing when the program ends.
    pub async fn next(&mut self) -> Option<Heard> {
        match self.0.recv().await {
            Ok(change) => Some(Heard::Change(change)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

/// Notes a change for the other nodes, in the transaction that makes it.
///
/// # Errors
/// When the database cannot be written.
pub async fn note(tx: &mut Tx, live: &Live, change: Change, ids: &Ids, now: Timestamp) -> Result<(), StorageError> {
    store::insert(tx, ids.mint(now), live.0.node, change, now).await
}

/// Tells here what other nodes noted since the last time; answers how many changes.
///
/// # Errors
/// When the database cannot be read.
pub async fn catch_up(tx: &mut Tx, live: &Live, now: Timestamp) -> Result<u64, StorageError> {
    let since = live.0.heard.lock().unwrap_or_else(PoisonError::into_inner).read_at.unwrap_or(now).min(now).minus(LATE);
    let noted = store::list_of_others(tx, live.0.node, since).await?;
    let mut heard = live.0.heard.lock().unwrap_or_else(PoisonError::into_inner);
    let mut count = 0;
    for (id, change, changed_at) in noted {
        if heard.told.insert(id, changed_at).is_none() {
            live.tell(change);
            count += 1;
        }
    }
    heard.read_at = Some(now);
    heard.told.retain(|_, changed_at| *changed_at > since);
    Ok(count)
}

/// Deletes what every node has read long ago; answers how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<u64, StorageError> {
    store::delete_before(tx, now.minus(KEPT_FOR)).await
}
