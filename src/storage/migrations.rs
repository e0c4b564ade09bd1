//! The schema: one series of migrations for both engines, compiled in.

use sqlx::migrate::{MigrateError, Migrator};

use super::db::Inner;
use super::{Db, StorageError};
use crate::{fetch_one, per_engine};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How the database's schema stands to the one that this program was built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Nothing has been created yet.
    Empty,
    /// Some migrations are still to be run.
    Behind {
        /// The newest migration that the database has.
        at: i64,
        /// The newest that this program knows.
        wanted: i64,
    },
    /// Exactly as this program wants it.
    Current,
    /// The database was migrated by a newer program.
    Ahead {
        /// The newest migration that the database has.
        at: i64,
    },
}

impl From<MigrateError> for StorageError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) => error.into(),
            other => Self::Engine(other.to_string()),
        }
    }
}

impl Db {
    /// Brings the schema up to date; does nothing when it is.
    ///
    /// # Errors
    /// When a migration fails, which leaves the schema as it was before that migration.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        match &self.0 {
            Inner::Sqlite(db) => db.on_writer(async |connection| Ok(MIGRATIONS.run(connection).await?)).await,
            Inner::Postgres(db) => Ok(MIGRATIONS.run(db.pool()).await?),
        }
    }

    /// Compares the database's schema with the one that this program wants.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn schema(&self) -> Result<Schema, StorageError> {
        // Inside a transaction like every other question, and without making the table: a look changes nothing.
        let mut tx = self.read().await?;
        let has_table = per_engine!(tx,
            sqlite: "select exists (select 1 from sqlite_master where type = 'table' and name = '_sqlx_migrations')",
            postgres: "select to_regclass('_sqlx_migrations') is not null",
        );
        let (has_table,) = fetch_one!(&mut tx, (bool,), has_table)?;
        let applied = if has_table {
            fetch_one!(&mut tx, (Option<i64>,), "select max(version) from _sqlx_migrations where success")?.0
        } else {
            None
        };
        let wanted = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
        Ok(match applied {
            None => Schema::Empty,
            Some(at) if at > wanted => Schema::Ahead { at },
            Some(at) if at < wanted => Schema::Behind { at, wanted },
            Some(_) => Schema::Current,
        })
    }
}
