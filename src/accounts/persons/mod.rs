//! Who is one person, whatever they sign in with.
//!
//! A subscriber is known by keys: the login's (issuer, subject), the subscription, the customer, the card, the address,
//! the network, the browser. Each is kept as a keyed hash alone and outlives the account. Two subscribers whom one key
//! *binds* are one person from that moment, so that a ban on one holds for both; a *suggestive* key binds nobody: it lets
//! a moderator look.
//!
//! INVARIANT: each subscriber's row names its person, which is itself the id of a subscriber of that person. Whoever
//! changes that holds both persons' rows; whoever reads a person's bans holds the person's row. Keys are locked before
//! persons, persons in the order of their ids.

mod forget;
mod key;
mod link;
mod reorder;
pub(super) mod store;

pub use forget::forget_links;
pub use key::{KeyKind, LinkKey};
pub use link::{claim_keys, link, link_known, subscriber_with, tell_of_privileges};
pub use reorder::{ReorderError, join, separate, undo_reorder};
pub use store::{
    LinkRow, claim_key, find_bound, find_by_key, find_key_rows, find_person, is_one_person, list_links, list_moved,
    lock_bound, lock_subscriber, subscribers_of,
};
