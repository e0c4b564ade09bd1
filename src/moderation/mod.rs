//! Moderators decide: the queue, decisions on comments, and bans with what goes with them.
//!
//! A decision names the revision that it judged, so of two moderators one wins and the other is told who. Nobody decides
//! on their own comment, report or ban. Every decision stands in the audit log, and whoever it restricts is told why, in
//! the same transaction.

mod ban;
mod ban_by_operator;
mod card;
mod decide;
mod decision;
mod lessons;
mod queue;
mod store;

pub use ban::{BanError, BanForm, LiftError, check_ban, lift_ban, make_ban, may_ban, may_lift};
pub use ban_by_operator::ban_by_operator;
pub use card::{Accused, SubscriberCard, accused, subscriber_card};
pub use decide::{DecideError, DecideForm, check_decision, decide, may_decide, winner_of};
pub use decision::{Action, Decision, Winner};
pub use lessons::{Lesson, decided_since, lessons};
pub use queue::{Item, Kind, QueueError, item_of, queue, titles_of};
pub use store::{list_acts as acts_on, list_on as decisions_on, pending_counts};
