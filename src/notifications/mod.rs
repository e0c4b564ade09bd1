//! What people must be told: statements of reasons, and mail on its way out.
//!
//! Both are written in the transaction that gives the reason to write, so nobody is restricted without being told, and
//! nobody told of what did not happen. Delivering mail is a job's: it asks accounts for the address at that moment.

mod digest;
mod outbox;
mod statement;
mod store;

pub use digest::{Digest, choose, digest_of, gather_digests};
pub use outbox::{Mail, Queued, deliveries_due, enqueue, mark_failed, mark_later, mark_sent};
pub use statement::{
    About, Kind, Restriction, Statement, find_statement, give_again, latest_about, list_statements, restrict, take_back,
};
