//! The ban service: privileges withdrawn from a subscriber, for a time or for good.
//!
//! A ban is bound to the person who pays, so it holds for every account of theirs, whatever its name. It cites a clause
//! and keeps its evidence as it read. Bans overlap: what any of them withdraws is withdrawn, and lifting one leaves the
//! others. Reading, withdrawing one's own comments and looking after one's account are never withdrawn.
//!
//! INVARIANT: making and lifting lock the subscriber's row, as does every write that a ban may forbid; so when a ban
//! has committed, nothing that it forbids commits after it.

mod ban;
mod impose;
mod ladder;
mod lift;
mod publish_ladder;
mod store;
mod strikes;
mod warn;

pub use ban::{Ban, Evidence, Fate, Privilege, Privileges};
pub use impose::{ImposeError, NewBan, impose};
pub use ladder::{DEFAULT_LADDER, Ladder, MAX_LADDER_BYTES, Proposed, Step, Weighed, later};
pub use lift::{LiftError, lift};
pub use publish_ladder::{LadderError, check_ladder, publish_ladder};
pub use store::batches::{
    Batch, count_recent as count_bans_in_batches, find as find_batch, insert as insert_batch,
    set_undone as set_batch_undone,
};
pub use store::ladders::lock_title;
pub use store::ladders::{LadderFile, find as find_ladder};
pub use store::strikes::list_standing as list_strikes;
pub use store::warnings::{find as find_warning, list_of as list_warnings, list_open as open_warnings};
pub use store::{
    common_with_banned, count_in_force, find, in_force, list, list_batch, list_evidence, list_in_force, list_of,
    set_comment_counts,
};
pub use strikes::{Strike, give_again, ladder_of, points_of, strike, take_back};
pub use warn::{AcknowledgeError, NewWarning, WarnError, Warning, WarningKind, acknowledge, warn};
