//! What tests stand on: an installation of their own on either engine, with time, ids and mail in the test's hand.

mod both_engines;
mod mailer;
mod postgres;
mod test_app;
mod until;
mod world;

pub(crate) use both_engines::both_engines;
pub(crate) use mailer::MemoryMailer;
pub(crate) use postgres::Database;
pub(crate) use test_app::{PASSWORD, TestApp, client};
pub(crate) use until::until;
pub(crate) use world::{Answer, Caller, World};
