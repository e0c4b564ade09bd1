//! The moderators' desk in a browser: the queue, the card of one comment, subscribers and bans.
//!
//! Only staff of a title come in, and only to what belongs to it. Nothing is decided here: every form ends in a use case
//! of [`crate::moderation`], and what it refuses comes back as the page with what was typed.

mod ban_form;
mod ban_rows;
mod bans;
mod card;
mod decide;
mod desk;
mod door;
mod label;
mod lift;
mod marked;
mod queue;
mod subscriber;
mod typed;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::app::App;

/// The pages of the desk.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/moderation/queue", get(queue::show))
        .route("/moderation/comments/{comment}", get(decide::show).post(decide::decide))
        .route("/moderation/subscribers/{subscriber}", get(subscriber::show).post(subscriber::ban))
        .route("/moderation/bans", get(bans::show))
        .route("/moderation/bans/{ban}/lift", get(lift::show).post(lift::lift))
        .layer(from_fn_with_state(app.clone(), door::refusals))
}
