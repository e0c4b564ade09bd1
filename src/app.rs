//! Everything a use case may need, and the one way to begin a transaction.
//!
//! A use case opens a [`Work`] when bodies are read, passwords hashed and comments judged, and keeps it short: nothing
//! slow happens while it is open. No extractor opens one.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::egress::{Mailer, ProviderKeys};
use crate::kernel::{Actor, Clock, Id, Ids, Timestamp, Words};
use crate::limits::Limits;
use crate::live::{self, Change, Live};
use crate::rules::RuleSets;
use crate::secrets::{Keys, Passwords};
use crate::settings::Settings;
use crate::storage::{Db, StorageError, Tx};

/// The parts of a running installation.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids and randomness.
    pub ids: Arc<Ids>,
    /// What the engineer set.
    pub settings: Settings,
    /// The compiled rules of every title.
    pub rules: RuleSets,
    /// Who is told that something changed.
    pub live: Live,
    /// The installation's keys.
    pub keys: Keys,
    /// Hashing of passwords, on its own permits.
    pub passwords: Passwords,
    /// Throttles.
    pub limits: Limits,
    /// The keys of those who sign tokens for us.
    pub provider_keys: ProviderKeys,
    /// How mail leaves.
    pub mailer: Arc<dyn Mailer>,
    /// The words that people read.
    pub words: Arc<Words>,
    /// Whether throttles and caps on people are off, as only a load test may ask.
    pub is_unlimited: bool,
}

/// A running installation. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Begins work that writes, done by `actor`.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer in time.
    pub async fn write(&self, actor: impl Into<Actor>) -> Result<Work, StorageError> {
        let tx = self.db.write().await?;
        Ok(self.work(tx, actor.into()))
    }

    /// Begins work that only reads, all of it from one moment.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer in time.
    pub async fn read(&self, actor: impl Into<Actor>) -> Result<Work, StorageError> {
        let tx = self.db.read().await?;
        Ok(self.work(tx, actor.into()))
    }

    fn work(&self, tx: Tx, actor: Actor) -> Work {
        Work::begin(tx, self.clock.now(), actor, Arc::clone(&self.ids), self.live.clone())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("db", &self.db).finish_non_exhaustive()
    }
}

/// One transaction with its moment and the person behind it. Dropped without a commit, it never happened.
#[derive(Debug)]
pub struct Work {
    /// The transaction.
    pub tx: Tx,
    /// The moment that everything in it is dated.
    pub now: Timestamp,
    /// Who does it.
    pub actor: Actor,
    ids: Arc<Ids>,
    live: Live,
    changes: BTreeSet<Change>,
}

impl Work {
    /// Work in a transaction that was begun without an [`App`], as before there can be one.
    #[must_use]
    pub fn begin(tx: Tx, now: Timestamp, actor: Actor, ids: Arc<Ids>, live: Live) -> Self {
        Self { tx, now, actor, ids, live, changes: BTreeSet::new() }
    }

    /// A new id, dated now.
    #[must_use]
    pub fn mint<T: Id>(&self) -> T {
        self.ids.mint(self.now)
    }

    /// Where this work's ids and tokens come from.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Fills `bytes` with randomness.
    pub fn fill_random(&self, bytes: &mut [u8]) {
        self.ids.fill(bytes);
    }

    /// Tells of `change` when, and if, this work is committed: here at once, and on the other nodes soon after.
    ///
    /// # Errors
    /// When it cannot be noted for the other nodes.
    pub async fn tell(&mut self, change: Change) -> Result<(), StorageError> {
        if self.changes.insert(change) {
            live::note(&mut self.tx, &self.live, change, &self.ids, self.now).await?;
        }
        Ok(())
    }

    /// Makes it durable, and tells of what changed.
    ///
    /// # Errors
    /// When the database could not.
    pub async fn commit(self) -> Result<(), StorageError> {
        self.tx.commit().await?;
        for change in self.changes {
            self.live.tell(change);
        }
        Ok(())
    }
}
