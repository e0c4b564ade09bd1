//! Questions about the database itself, for whoever looks after it.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Executor as _, Row as _};

use super::{Db, Engine, StorageError};
use crate::kernel::Timestamp;
use crate::{execute, fetch_one, per_engine};

/// How often the search for a pooler is repeated: one that is busy with others may hide once.
const POOLER_ROUNDS: usize = 4;

/// How long a connection that looks for a pooler may wait for an answer.
const POOLER_WAIT: Duration = Duration::from_secs(5);

/// What a database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The engine's version, in its own words.
    pub version: String,
    /// What time its machine thinks it is; nothing when that is this machine.
    pub clock: Option<Timestamp>,
}

impl Db {
    /// Asks the engine for its version and its clock.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn about(&self) -> Result<About, StorageError> {
        let mut tx = self.read().await?;
        let version = per_engine!(tx,
            sqlite: "select sqlite_version()",
            postgres: "select current_setting('server_version')",
        );
        let (version,) = fetch_one!(&mut tx, (String,), version)?;
        let clock = match self.engine() {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let sql = "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
                Some(fetch_one!(&mut tx, (Timestamp,), sql)?.0)
            }
        };
        Ok(About { version, clock })
    }

    /// Writes a row and takes it back, as only a database that can be written to lets one do.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn try_writing(&self) -> Result<(), StorageError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, "insert into installation (key, value) values ('doctor', '') on conflict do nothing")?;
        // Never committed: dropping it takes the row back.
        drop(tx);
        Ok(())
    }
}

/// Whether the PostgreSQL server at `url` is behind a pooler that gives each transaction another connection.
///
/// Two clients that speak to the server itself have each a backend of their own, the same in every transaction.
///
/// # Errors
/// When the server cannot be asked.
pub async fn is_behind_pooler(url: &str) -> Result<bool, StorageError> {
    let connect = PgConnectOptions::from_str(url)?.statement_cache_capacity(0).disable_statement_logging();
    let look = async {
        let mut first = connect.connect().await?;
        let mut second = connect.connect().await?;
        let mut is_pooled = false;
        for _ in 0..POOLER_ROUNDS {
            let before = backend(&mut first).await?;
            second.execute("begin").await?;
            let other = backend_of_open(&mut second).await?;
            // With one connection in the pool the first client would wait for the second for ever.
            is_pooled = other == before || backend(&mut first).await? != before;
            second.execute("rollback").await?;
            if is_pooled {
                break;
            }
        }
        // A client that hangs up is as good as one that says goodbye.
        let _ = first.close().await;
        let _ = second.close().await;
        Ok(is_pooled)
    };
    let look = tokio::time::timeout(POOLER_WAIT, look).await;
    look.unwrap_or_else(|_| Err(StorageError::Unavailable("the server did not answer in time".into())))
}

async fn backend(connection: &mut PgConnection) -> Result<i32, StorageError> {
    connection.execute("begin").await?;
    let backend = backend_of_open(connection).await?;
    connection.execute("rollback").await?;
    Ok(backend)
}

/// The server's process behind an open transaction. The text goes unprepared, so that no pooler can mix it up.
async fn backend_of_open(connection: &mut PgConnection) -> Result<i32, StorageError> {
    Ok(connection.fetch_one("select pg_backend_pid()").await?.try_get(0)?)
}
