//! The moderators' desk in a browser: the queue, the card of one comment, subscribers, bans, and the
//! state of a thread.
//!
//! Only staff of a title come in, and only to what belongs to it. Nothing is decided here: every form ends in a use case
//! of [`crate::moderation`], and what it refuses comes back as the page with what was typed.

mod approvals;
mod ban_form;
mod ban_rows;
mod bans;
mod card;
mod decide;
mod desk;
mod door;
mod label;
mod lift;
mod person;
mod queue;
pub(in crate::http::pages) mod rulebook;
mod subscriber;
mod thread;
mod typed;
mod undo;
mod verdict;
mod warn;

pub(super) use approvals::{decide as decide_approval, show as approvals};
pub(super) use bans::show as bans;
pub(super) use decide::{decide, show as card};
pub(super) use lift::{lift, show as ask_to_lift};
pub(super) use person::reorder;
pub(super) use queue::show as queue;
pub(super) use subscriber::{ban, show as subscriber};
pub(super) use thread::{set as set_thread, show as thread};
pub(super) use undo::undo;
pub(super) use warn::warn;
