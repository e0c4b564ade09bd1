//! Whether the process lives, and whether it can serve.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::Error;
use crate::app::App;
use crate::kernel::Actor;
use crate::titles;

/// `/healthz` answers while the process lives; `/readyz` while the database answers too.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    let mut work = app.read(Actor::Anonymous).await?;
    titles::list(&mut work.tx).await?;
    Ok("ok\n")
}
