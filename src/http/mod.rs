//! The paper's front door: connections, what a request carries, and what an error looks like from outside.
//!
//! This room translates and decides nothing. Whatever is wrong with a request is answered as
//! `application/problem+json` with a code from [`error::Code`]; whatever is wrong with a connection, such as
//! silence, dripping or too many of them, is ended by [`server::serve`] within the time of its [`server::Limits`].
//! The foundation (server, extractors, errors) does not know the application: keys, limits and trusted proxies come in
//! as values.

pub mod address;
pub mod api;
pub mod csrf;
pub mod cursor;
pub mod error;
mod errors;
pub mod extract;
pub mod headers;
mod health;
mod openapi;
pub mod pages;
pub mod redirect;
mod router;
pub mod server;
pub mod session;
mod webhooks;

pub use error::{Code, Error};
pub use router::{document, router};
