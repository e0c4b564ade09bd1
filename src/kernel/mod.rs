//! What every room may lean on: time, identity, people and words.
//!
//! Nothing here reads or writes anything, and nothing here decides. Time and randomness come in through
//! [`Clock`] and [`Ids`]; every identifier is a type of its own, so that a story cannot be passed for a comment.

mod actor;
mod ago;
mod clock;
mod ids;
mod paging;
mod scope;
mod text;
mod words;

pub use actor::{Actor, Proof, Role, Roles, SignedIn};
pub use ago::{NotAgo, ago};
pub use clock::{Clock, ManualClock, NotATime, SystemClock, Timestamp};
pub(crate) use ids::for_every_id;
pub use ids::*;
pub use paging::{Cursor, Limit, Page};
pub use scope::{ClauseId, NotASlug, Scope, TitleId};
pub use text::{char_count, is_storable, is_visible, shortened};
pub use words::{Arguments, Words};
