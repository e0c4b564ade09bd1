//! What the rooms below call things, as the pages call them.

use crate::bans;
use crate::comments::Status;
use crate::http::pages::views::{Action, CommentState, Done, Privilege, ReportOutcome, Standing};
use crate::moderation;
use crate::reports::Outcome;
use crate::subscriptions::Entitlement;

/// A count as pages show it; there is none below zero.
pub(super) fn count(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(0)
}

/// How a comment stands.
pub(super) const fn state_of(status: Status) -> CommentState {
    match status {
        Status::Published => CommentState::Published,
        Status::Held => CommentState::Held,
        Status::Rejected => CommentState::Rejected,
        Status::Removed => CommentState::Removed,
        Status::Withdrawn => CommentState::Withdrawn,
    }
}

/// What a moderator did.
pub(super) const fn action_of(action: moderation::Action) -> Action {
    match action {
        moderation::Action::Approve => Action::Approve,
        moderation::Action::Remove => Action::Remove,
        moderation::Action::Restore => Action::Restore,
    }
}

/// What the next page says of it.
pub(super) const fn done_of(action: moderation::Action) -> Done {
    match action {
        moderation::Action::Approve => Done::Approved,
        moderation::Action::Remove => Done::Removed,
        moderation::Action::Restore => Done::Restored,
    }
}

/// What became of a report.
pub(super) const fn outcome_of(outcome: Option<Outcome>) -> ReportOutcome {
    match outcome {
        None => ReportOutcome::Open,
        Some(Outcome::Upheld) => ReportOutcome::Upheld,
        Some(Outcome::Dismissed) => ReportOutcome::NotUpheld,
        Some(Outcome::Withdrawn) => ReportOutcome::Overtaken,
    }
}

/// What a ban withdraws.
pub(super) const fn privilege_of(privilege: bans::Privilege) -> Privilege {
    match privilege {
        bans::Privilege::Comment => Privilege::Comment,
        bans::Privilege::Reply => Privilege::Reply,
        bans::Privilege::Recommend => Privilege::Recommend,
        bans::Privilege::Report => Privilege::Report,
    }
}

/// How a subscription stands.
pub(super) const fn standing_of(entitlement: Entitlement) -> Standing {
    match entitlement {
        Entitlement::None => Standing::None,
        Entitlement::Refunded => Standing::Refunded,
        Entitlement::PastDue => Standing::PastDue,
        Entitlement::ChargedBack => Standing::ChargedBack,
        Entitlement::Lapsed => Standing::Lapsed,
        Entitlement::Paused => Standing::Paused,
        Entitlement::Grace => Standing::Grace,
        Entitlement::Active => Standing::Active,
    }
}
