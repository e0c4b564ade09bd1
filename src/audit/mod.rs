//! Who did what, to whom, when, why and under which clause, for good.
//!
//! A row is appended in the transaction of the act itself, so there is no act without its row, and is never changed.
//! A job chains the rows with seals (`seal.rs`): whoever edits the log breaks the chain, and `audit verify` says where.
//! Names, notes and addresses lie in a row beside, hashed with a salt of its own, so that erasing them leaves the chain
//! whole. Tokens and passwords are in neither.

mod action;
mod entry;
mod seal;
mod store;

pub use action::Action;
pub use entry::{Entry, record};
pub use seal::{Broken, seal, verify};
pub use store::newest_at;
