//! Belowline: the comment section a newspaper can stand behind.

pub mod accounts;
pub mod app;
pub mod approvals;
pub mod audit;
pub mod bans;
pub mod cli;
pub mod comments;
pub mod egress;
pub mod gate;
pub mod http;
pub mod idempotency;
pub mod identity;
pub mod jobs;
pub mod kernel;
pub mod limits;
pub mod moderation;
pub mod notifications;
pub mod reports;
pub mod rulebook;
pub mod rules;
pub mod secrets;
pub mod settings;
pub mod storage;
pub mod stories;
pub mod subscriptions;
pub mod titles;
