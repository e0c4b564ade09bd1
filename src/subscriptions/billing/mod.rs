//! What billing systems tell: signed messages in, the state of each subscription out.
//!
//! Events come at least once and in any order, so nothing depends on when they come: each is kept once, and what a
//! subscription is follows from the set of its events alone ([`state_of`]). Whom a customer or a subscription belongs to
//! may be told later than what happened to it; until then the event waits. Only what we read of an event is kept, ids as
//! keyed hashes, never the message.
//!
//! INVARIANT: an event is stored, its keys linked, and every subscription that it touches brought up to date in one
//! transaction, one event at a time, under the locks of its keys and then of the person: once it is answered, the next
//! comment is judged by it.

mod event;
mod fold;
mod import;
mod import_row;
mod neutral;
mod signature;
mod store;
mod stripe;
mod take;
mod told;

pub use event::{BillingEvent, Fact, FurtherPayment, Mark};
pub use fold::{Known, State, state_of};
pub use import::{COLUMNS, ImportRow, Read, Refused, Rows};
pub use import_row::{RowTaken, take_row};
pub use neutral::read as read_neutral;
pub use signature::{SignatureFault, StandardHeaders, check_standard, check_stripe};
pub use store::{Waiting, list_waiting};
pub use stripe::read as read_stripe;
pub use take::{Taken, is_known, take, take_and_lock};

/// What a message does not have, told to its sender: at most a few words for each field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);
