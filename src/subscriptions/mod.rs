//! What a subscriber has paid for, and until when.
//!
//! A subscription says what its source last told us; what it grants now follows from that and the clock alone
//! ([`entitlement`]), so a date that passes needs no job to be seen. A subscriber may have several, one per source,
//! and the best of them counts. Bans are no business of this room: the gate takes them off.
//!
//! Subscriptions are granted by hand for now. A `BillingProvider` trait, with what each provider calls its states and
//! how its events are checked, goes into `billing.rs` beside this file, and its use case writes through [`set`].

mod entitlement;
mod set;
mod store;
mod subscription;

pub use entitlement::{Entitlement, entitlement};
pub use set::{SetError, revoke, set};
pub use store::{entitlement_of, list};
pub use subscription::{Source, Status, Subscription};
