//! The database: SQLite inside, or PostgreSQL beside, spoken to with one SQL text.
//!
//! A [`Tx`] is one transaction on either engine. Every query of every room goes through the macros here
//! ([`execute!`](crate::execute), [`fetch_all!`](crate::fetch_all) …), which run one text natively on both.
//! Nothing is retried silently, and no room but this one knows which engine is below.
//!
//! INVARIANT: a write on SQLite begins with `begin immediate` on the one writing connection; on PostgreSQL every
//! statement, reads too, runs inside an explicit transaction, so that a transaction-mode pooler cannot mix answers.

mod columns;
mod db;
mod error;
pub mod installation;
mod macros;
mod migrations;
mod postgres;
mod probe;
mod sqlite;
mod tx;

pub use columns::id_list;
pub use db::{Db, Options};
pub use error::StorageError;
pub use migrations::Schema;
pub use postgres::PostgresTx;
pub use probe::{About, is_behind_pooler};
pub use sqlite::SqliteTx;
pub use tx::{Engine, Tx};
