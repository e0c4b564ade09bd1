//! The moderators' desk in a browser: the queue, the card of one comment, subscribers, bans, and the
//! state of a thread.
//!
//! Only staff of a title come in, and only to what belongs to it. Nothing is decided here: every form ends in a use case
//! of [`crate::moderation`], and what it refuses comes back as the page with what was typed.

mod ban_form;
mod ban_rows;
mod bans;
mod card;
mod decide;
mod desk;
mod door;
mod label;
mod lift;
mod queue;
pub(in crate::http::pages) mod rulebook;
mod subscriber;
mod thread;
mod typed;
mod verdict;

pub(super) use bans::show as bans;
pub(super) use decide::{decide, show as card};
pub(super) use lift::{lift, show as ask_to_lift};
pub(super) use queue::show as queue;
pub(super) use subscriber::{ban, show as subscriber};
pub(super) use thread::{set as set_thread, show as thread};
