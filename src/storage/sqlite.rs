//! SQLite: one writing connection that is lent out, and several that read.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Executor, Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Options, StorageError};

/// How long a write waits for its turn before it says that the database is unavailable.
const WRITE_WAIT: Duration = Duration::from_secs(10);

/// The one connection that writes, and whether a transaction was left open on it.
#[derive(Debug)]
struct Writer {
    connection: SqliteConnection,
    // INVARIANT: true from just before `begin immediate` until a commit or rollback has been answered.
    is_open: bool,
}

/// An open SQLite database.
#[derive(Clone, Debug)]
pub(super) struct SqliteDb {
    writer: Arc<Mutex<Writer>>,
    readers: SqlitePool,
}

impl SqliteDb {
    pub(super) async fn open(url: &str, options: &Options) -> Result<Self, StorageError> {
        let connect = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(500)
            .disable_statement_logging();
        let connection = connect.connect().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.max_readers)
            .acquire_timeout(options.acquire_for)
            .connect_lazy_with(connect.pragma("query_only", "on"));
        Ok(Self { writer: Arc::new(Mutex::new(Writer { connection, is_open: false })), readers })
    }

    pub(super) async fn write(&self) -> Result<SqliteTx, StorageError> {
        let wait = tokio::time::timeout(WRITE_WAIT, Arc::clone(&self.writer).lock_owned());
        let mut writer =
            wait.await.map_err(|_| StorageError::Unavailable("writes are waiting too long for their turn".into()))?;
        if writer.is_open {
            writer.rollback().await?;
        }
        writer.is_open = true;
        match writer.connection.execute("begin immediate").await {
            Ok(_) => Ok(SqliteTx(Part::Writes(Lease(Some(writer))))),
            Err(error) => {
                writer.is_open = false;
                Err(error.into())
            }
        }
    }

    pub(super) async fn read(&self) -> Result<SqliteTx, StorageError> {
        Ok(SqliteTx(Part::Reads(self.readers.begin().await?)))
    }

    /// Runs `work` on the writing connection outside any transaction of ours.
    pub(super) async fn on_writer<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut writer = self.writer.lock().await;
        if writer.is_open {
            writer.rollback().await?;
        }
        work(&mut writer.connection).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let mut writer = self.writer.lock().await;
        if writer.is_open {
            // A failed rollback leaves the transaction to SQLite, which drops it with the connection.
            let _ = writer.rollback().await;
        }
        let _ = writer.connection.execute("pragma wal_checkpoint(truncate)").await;
    }
}

impl Writer {
    async fn rollback(&mut self) -> Result<(), StorageError> {
        let outcome = self.connection.execute("rollback").await;
        // After some errors SQLite has rolled back by itself, and says that there is nothing to roll back.
        self.is_open = false;
        match outcome {
            Ok(_) => Ok(()),
            Err(error) if error.to_string().contains("no transaction is active") => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The writing connection, while one transaction has it.
#[derive(Debug)]
struct Lease(Option<OwnedMutexGuard<Writer>>);

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut writer) = self.0.take() else { return };
        if !writer.is_open {
            return;
        }
        // Undone at once when there is a runtime to do it on, else by whoever takes the connection next.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = writer.rollback().await {
                    tracing::error!(%error, "a dropped transaction could not be rolled back");
                }
            });
        }
    }
}

#[derive(Debug)]
enum Part {
    Writes(Lease),
    Reads(Transaction<'static, Sqlite>),
}

/// A transaction on SQLite: a lease of the one writer's connection, or a reader's snapshot.
#[derive(Debug)]
pub struct SqliteTx(Part);

impl SqliteTx {
    /// The connection that the macros run queries on.
    ///
    /// # Panics
    /// Never: a lease is emptied only by what consumes it.
    #[expect(clippy::expect_used, reason = "a lease is emptied only by commit, which consumes it, and by drop")]
    pub fn connection(&mut self) -> &mut SqliteConnection {
        match &mut self.0 {
            Part::Writes(lease) => &mut lease.0.as_mut().expect("a lease that is held").connection,
            Part::Reads(tx) => tx,
        }
    }

    pub(super) async fn commit(self) -> Result<(), StorageError> {
        match self.0 {
            Part::Writes(mut lease) => {
                if let Some(writer) = lease.0.as_mut() {
                    writer.connection.execute("commit").await?;
                    writer.is_open = false;
                }
                Ok(())
            }
            Part::Reads(tx) => Ok(tx.rollback().await?),
        }
    }
}
