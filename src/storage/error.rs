//! What can go wrong below every room.

/// Why the database did not answer as asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be reached, is full, or would not wait any longer: the same may work in a moment.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A constraint refused what was written.
    #[error("the database refused a conflicting row: {0}")]
    Conflict(String),
    /// A stored row does not read back.
    #[error("a row of {table} does not read back: {id}")]
    Corrupt {
        /// Where it lies.
        table: &'static str,
        /// Which row it is.
        id: String,
    },
    /// The engine refused the statement: a fault in our SQL.
    #[error("the database engine failed: {0}")]
    Engine(String),
}

impl StorageError {
    /// A row of `table` that does not read back.
    #[must_use]
    pub fn corrupt(table: &'static str, id: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, id: id.to_string() }
    }
}

/// SQLite result codes, without their extended part, that say "not now": busy, locked, read-only, I/O, full, cannot open.
const SQLITE_NOT_NOW: [i32; 6] = [5, 6, 8, 10, 13, 14];

/// PostgreSQL classes that say "not now": connection, rollback (deadlock), resources, intervention, system error,
/// and a server that is read-only because it is a standby.
const POSTGRES_NOT_NOW: [&str; 6] = ["08", "40", "53", "57", "58", "25"];

/// A lock was not to be had within our own `lock_timeout`; the rest of its class is of another kind.
const POSTGRES_LOCK_TIMED_OUT: &str = "55P03";

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(text),
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                let is_sqlite = database.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
                let is_not_now = if is_sqlite {
                    code.parse::<i32>().is_ok_and(|code| SQLITE_NOT_NOW.contains(&(code & 0xff)))
                } else {
                    code == POSTGRES_LOCK_TIMED_OUT || POSTGRES_NOT_NOW.iter().any(|class| code.starts_with(class))
                };
                if is_not_now {
                    Self::Unavailable(text)
                } else if matches!(database.kind(), sqlx::error::ErrorKind::Other) {
                    Self::Engine(text)
                } else {
                    Self::Conflict(text)
                }
            }
            sqlx::Error::ColumnDecode { index, .. } => {
                Self::Corrupt { table: "a query", id: format!("{index}: {text}") }
            }
            _ => Self::Engine(text),
        }
    }
}
