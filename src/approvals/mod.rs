//! Acts that one person asked for and a second one lets happen: what is harmful too often, or too grave for one alone.
//!
//! INVARIANT: nobody approves what they, or anybody of the same person, asked for; an act is done at most once, in the
//! transaction that notes the approval, in the name of whoever asked for it, with the roles that they have then. A sweep
//! alone, which takes many transactions, begins after it.

mod act;
mod ask;
mod decide;
mod list;
mod store;

pub use act::Act;
pub use ask::{AskError, ask};
pub use decide::{ApproveError, Done, approve, refuse};
pub use list::{Approval, forget_old, list_waiting};
