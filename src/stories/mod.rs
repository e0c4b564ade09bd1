//! Sections, stories and the state of their threads.
//!
//! A story is keyed by the newspaper's own id within its title. Its row carries the thread's `revision`, which every
//! change in the thread raises, and `comment_count`, both in the transaction of the change.
//!
//! INVARIANT: in any transaction the story's row is locked last.

mod put;
mod set_status;
mod store;
mod story;

pub use put::{PutError, StoryForm, is_address, put};
pub use set_status::{SetStatusError, set_status};
pub use store::{StoryAtTitle, bump, bump_if_open, find, find_by_key, find_many, list, list_sections, locate};
pub use story::{Status, Story};
