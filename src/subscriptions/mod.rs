//! What a subscriber has paid for, and until when.
//!
//! A subscription says what its source last told us; what it grants now follows from that, the paper's policy and the clock
//! alone ([`entitlement`]), so a date that passes needs no job to be seen. A person may have several, and the best of them
//! counts. Bans are no business of this room: the gate takes them off. What billing systems tell comes in through
//! [`billing`]; what somebody grants by hand through [`set`].

pub mod billing;
mod entitlement;
mod set;
mod store;
mod subscription;

pub use entitlement::{Entitlement, Paid, Policy, entitlement};
pub use set::{SetError, revoke, set};
pub use store::{entitlement_of, list};
pub use subscription::{Source, Status, Subscription};
