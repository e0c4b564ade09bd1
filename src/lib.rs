//! Belowline: the comment section a newspaper can stand behind.

pub mod accounts;
pub mod app;
pub mod audit;
pub mod egress;
pub mod idempotency;
pub mod kernel;
pub mod limits;
pub mod notifications;
pub mod rules;
pub mod secrets;
pub mod settings;
pub mod storage;
pub mod subscriptions;
pub mod titles;
