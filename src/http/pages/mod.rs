//! What people see in a browser: pages made on the server, whole without JavaScript.
//!
//! The views say what each page shows; the words come from Fluent and the markup from `templates/`.

pub mod moderation;
mod moments;
pub mod views;

pub use moments::{Moment, Moments};
