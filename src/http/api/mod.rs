//! The JSON API under `/api/v1`. Translation only: a handler reads, calls one use case and shows what came of it.

pub mod accounts;
pub mod approvals;
pub mod backtests;
pub mod bans;
pub mod billing;
pub mod comments;
pub mod forms;
pub mod me;
pub mod moderation;
pub mod passkeys;
pub mod persons;
pub mod reports;
pub mod rule_status;
pub mod rulebook;
pub mod sessions;
pub mod staff;
pub mod stories;
pub mod subscriptions;
pub mod sweeps;
pub mod titles;
pub mod views;
pub mod warnings;
