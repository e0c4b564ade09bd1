//! The schema: one series of migrations for both engines, compiled in.

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::db::Inner;
use super::{Db, StorageError};

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
        let applied = match &self.0 {
            Inner::Sqlite(db) => db.on_writer(async |connection| applied(connection).await).await?,
            Inner::Postgres(db) => applied(&mut *db.pool().acquire().await?).await?,
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

async fn applied<C: Migrate>(connection: &mut C) -> Result<Option<i64>, StorageError> {
    let table = &MIGRATIONS.table_name;
    connection.ensure_migrations_table(table).await?;
    let applied = connection.list_applied_migrations(table).await?;
    Ok(applied.iter().map(|migration| migration.version).max())
}
