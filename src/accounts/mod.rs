//! Subscriber accounts: who signs in, and what they are called.
//!
//! A [`DisplayName`] is what readers see and an [`EmailAddress`] is where mail goes; both are checked once, when they
//! come in, so that a value of either type is fit for a page, a header or a comparison.

mod email;
mod name;

pub use email::{EmailAddress, EmailFault};
pub use name::{DisplayName, NameFault, skeleton};
