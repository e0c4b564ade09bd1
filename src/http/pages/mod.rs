//! What people see in a browser: pages made on the server, whole without JavaScript.
//!
//! The views say what each page shows; the words come from Fluent and the markup from `templates/`.

mod account;
mod act;
mod assets;
mod comment;
mod compose;
mod form;
mod home;
mod marked;
mod me;
mod moderation;
mod moments;
mod oidc;
mod refusals;
mod report;
mod routes;
mod second_factor;
mod show;
mod sign_in;
mod story;
pub mod views;
mod visit;

pub use moments::{Moment, Moments};
pub use refusals::as_pages;
pub use routes::routes;
