//! Undoing a decision on a page.

use axum::extract::State;
use axum::response::Response;

use super::door::Staff;
use crate::app::App;
use crate::http::Error;
use crate::http::extract::Path;
use crate::http::pages::form::{PageForm, Yes};
use crate::http::pages::views::Done;
use crate::http::pages::visit::see_done;
use crate::kernel::DecisionId;
use crate::moderation;

/// Undoes the decision, and shows the comment's card again.
pub(in crate::http::pages) async fn undo(
    State(app): State<App>,
    Path(decision): Path<DecisionId>,
    form: PageForm<Yes>,
) -> Result<Response, Error> {
    let request = form.request("undo", decision);
    let staff = Staff::of(form.visit)?;
    let undone = moderation::undo_decision(&app, &staff.person, Some(&request), decision).await?;
    Ok(see_done(&format!("/moderation/comments/{}", undone.comment), Done::Undone))
}
