//! Moderators decide: the queue, decisions on comments, and bans with what goes with them.
//!
//! A decision names the revision that it judged, so of two moderators one wins and the other is told who. Nobody decides
//! on their own comment, report or ban. Every decision stands in the audit log, and whoever it restricts is told why, in
//! the same transaction.

mod ban;
mod ban_by_operator;
mod bulk;
mod card;
mod decide;
mod decision;
mod fate;
mod ladder;
mod lessons;
mod persons;
mod queue;
mod second_person;
mod store;
mod undo;
mod warn;

pub use ban::{BanError, BanForm, LiftError, check_ban, lift_ban, make_ban, make_ban_in, may_ban, may_lift};
pub use ban_by_operator::{ban_by_operator, lift_by_operator};
pub use bulk::{
    Bulk, BulkError, BulkForm, bulk_ban, bulk_ban_by_operator, bulk_ban_in, undo_bulk, undo_bulk_by_operator,
};
pub use card::{Accused, SubscriberCard, accused, subscriber_card};
pub use decide::{DecideError, DecideForm, check_decision, decide, decide_in, may_decide, winner_of};
pub use decision::{Action, Decision, Winner};
pub use ladder::{Rung, RungError, rung_of};
pub use lessons::{Lesson, decided_since, lessons};
pub use persons::{PersonError, join_subscribers, remove_account_name, separate_subscriber, undo_person_move};
pub use queue::{Item, Kind, QueueError, item_of, queue, titles_of};
pub use second_person::{Hands, WhySecond, count_act, forget_acts};
pub use store::{
    list_acts as acts_on, list_on as decisions_on, list_standing_acts as standing_acts_on, pending_counts,
};
pub use undo::undo_decision;
pub use warn::{WarnForm, acknowledge, warn_subscriber};
