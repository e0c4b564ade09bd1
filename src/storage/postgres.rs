//! PostgreSQL: a pool, and every statement inside an explicit transaction.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Postgres, Transaction};

use super::{Options, StorageError};

/// A PostgreSQL database.
#[derive(Clone, Debug)]
pub(super) struct PostgresDb {
    pool: PgPool,
    keeps_statements: bool,
}

impl PostgresDb {
    pub(super) async fn open(url: &str, options: &Options) -> Result<Self, StorageError> {
        let mut connect = PgConnectOptions::from_str(url)?.application_name("belowline").disable_statement_logging();
        if !options.is_pooled {
            // A stuck statement must not hold a subscriber's row for ever. A pooler passes no such options on.
            connect = connect.options([
                ("statement_timeout", "15s"),
                ("lock_timeout", "10s"),
                ("idle_in_transaction_session_timeout", "30s"),
            ]);
        }
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.acquire_for)
            .connect_lazy_with(connect);
        Ok(Self { pool, keeps_statements: !options.is_pooled })
    }

    pub(super) async fn write(&self) -> Result<PostgresTx, StorageError> {
        self.begin("begin isolation level read committed").await
    }

    pub(super) async fn read(&self) -> Result<PostgresTx, StorageError> {
        self.begin("begin isolation level repeatable read read only").await
    }

    async fn begin(&self, statement: &'static str) -> Result<PostgresTx, StorageError> {
        Ok(PostgresTx { tx: self.pool.begin_with(statement).await?, keeps_statements: self.keeps_statements })
    }

    pub(super) const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// A transaction on PostgreSQL.
#[derive(Debug)]
pub struct PostgresTx {
    tx: Transaction<'static, Postgres>,
    keeps_statements: bool,
}

impl PostgresTx {
    /// The connection that the macros run queries on.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub(super) const fn keeps_statements(&self) -> bool {
        self.keeps_statements
    }

    pub(super) async fn commit(self) -> Result<(), StorageError> {
        Ok(self.tx.commit().await?)
    }
}
