//! One transaction, on whichever engine.

use super::{PostgresTx, SqliteTx, StorageError};

/// Which database is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// One transaction. Dropped without [`commit`](Tx::commit), it never happened.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(PostgresTx),
}

impl Tx {
    /// Which engine runs this transaction.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Whether prepared statements may outlive the transaction: not behind a transaction-mode pooler.
    #[must_use]
    pub const fn keeps_statements(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(tx) => tx.keeps_statements(),
        }
    }

    /// Makes everything done in this transaction durable.
    ///
    /// # Errors
    /// When the engine could not; nothing of the transaction has happened then, or, with a lost connection to
    /// PostgreSQL, all of it: a retry with the same idempotency key tells.
    pub async fn commit(self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}
