//! The moderators' desk in a browser: the queue, the card of one comment, subscribers and bans.
//!
//! Only staff of a title come in, and only to what belongs to it. Nothing is decided here: every form ends in a use case
//! of [`crate::moderation`], and what it refuses comes back as the page with what was typed.

mod ban_rows;
mod card;
mod desk;
mod label;
mod marked;
