//! Signals: what a rule's condition can ask about a comment, and how each is known.
//!
//! [`SIGNALS`] is the catalogue. Each entry has a signal's name, type, unit, help, example, how it is read and what it
//! says of some samples, so that the docs, the editor's help and the tests come from one place. [`Signals`] holds what
//! they say of one comment.
//!
//! INVARIANT: a signal that nobody could fill is missing, never zero or false. A condition that depends on it faults,
//! and a live rule that faults holds the comment.

mod author;
mod catalogue;
mod classifier;
mod filled;
mod list;
mod personal;
mod reading;
mod reference;
mod simhash;
mod similar;
mod story;
mod text;
mod tongue;
mod value;
mod velocity;

pub use catalogue::{SIGNALS, Signal, Slot};
pub use filled::{Signals, Sources};
pub use list::ListFacts;
pub use reference::reference;
pub use simhash::{SimilarFacts, simhash};
pub use value::{Type, Value};
