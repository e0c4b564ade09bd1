//! The database as the rest of the house holds it.

use std::time::Duration;

use super::postgres::PostgresDb;
use super::sqlite::SqliteDb;
use super::{Engine, StorageError, Tx};

/// How the database is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether PostgreSQL is reached through a transaction-mode pooler, where no prepared statement outlives its transaction.
    pub is_pooled: bool,
    /// PostgreSQL connections at most.
    pub max_connections: u32,
    /// SQLite connections that read at most.
    pub max_readers: u32,
    /// How long a transaction waits for a connection before the database counts as unavailable.
    pub acquire_for: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { is_pooled: false, max_connections: 16, max_readers: 4, acquire_for: Duration::from_secs(5) }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Inner {
    Sqlite(SqliteDb),
    Postgres(PostgresDb),
}

/// An open database. Cloning it is cheap and opens nothing.
#[derive(Clone, Debug)]
pub struct Db(pub(super) Inner);

impl Db {
    /// Opens `url`, which begins with `sqlite:` or `postgres:`. PostgreSQL is connected to when first needed.
    ///
    /// # Errors
    /// When the URL names neither engine, or an SQLite file cannot be opened.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StorageError> {
        if url.starts_with("sqlite:") {
            Ok(Self(Inner::Sqlite(SqliteDb::open(url, options).await?)))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self(Inner::Postgres(PostgresDb::open(url, options).await?)))
        } else {
            Err(StorageError::Engine("a database URL begins with `sqlite:` or `postgres:`".into()))
        }
    }

    /// Which engine this is.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// `Unavailable` when no connection can be had in time.
    pub async fn write(&self) -> Result<Tx, StorageError> {
        Ok(match &self.0 {
            Inner::Sqlite(db) => Tx::Sqlite(db.write().await?),
            Inner::Postgres(db) => Tx::Postgres(db.write().await?),
        })
    }

    /// Begins a transaction that reads one unchanging picture of the database.
    ///
    /// # Errors
    /// `Unavailable` when no connection can be had in time.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        Ok(match &self.0 {
            Inner::Sqlite(db) => Tx::Sqlite(db.read().await?),
            Inner::Postgres(db) => Tx::Postgres(db.read().await?),
        })
    }

    /// Closes every connection; on SQLite moves the log into the file.
    pub async fn close(&self) {
        match &self.0 {
            Inner::Sqlite(db) => db.close().await,
            Inner::Postgres(db) => db.pool().close().await,
        }
    }
}
