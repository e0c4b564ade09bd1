//! The ban service: privileges withdrawn from a subscriber, for a time or for good.
//!
//! A ban is bound to the person who pays, so it holds for every account of theirs, whatever its name. It cites a clause
//! and keeps its evidence as it read. Bans overlap: what any of them withdraws is withdrawn, and lifting one leaves the
//! others. Reading, withdrawing one's own comments and looking after one's account are never withdrawn.
//!
//! INVARIANT: making and lifting lock the subscriber's row, as does every write that a ban may forbid; so when a ban
//! has committed, nothing that it forbids commits after it.

mod ban;
mod impose;
mod lift;
mod store;

pub use ban::{Ban, Evidence, Privilege, Privileges};
pub use impose::{ImposeError, NewBan, impose};
pub use lift::{LiftError, lift};
pub use store::{count_in_force, find, in_force, list, list_evidence, list_in_force, list_of};
