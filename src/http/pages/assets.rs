//! Style and script, compiled in.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::app::App;

const STYLE: &str = include_str!("../../../static/belowline.css");
const ICON: &str = include_str!("../../../static/belowline.svg");
const SCRIPT: &str = include_str!("../../../static/belowline.js");

static BUILD: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::new().chain_update(STYLE).chain_update(SCRIPT).finalize();
    hex::encode(digest).chars().take(12).collect()
});

/// Changes whenever style or script do: part of their addresses, so that browsers may keep them for ever.
pub(super) fn build() -> &'static str {
    &BUILD
}

/// `/static/…`.
pub(super) fn routes() -> Router<App> {
    const KEPT: &str = "public, max-age=31536000, immutable";
    let style = || async { ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, KEPT)], STYLE) };
    let script = || async { ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, KEPT)], SCRIPT) };
    let icon = || async { ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, KEPT)], ICON) };
    Router::new()
        .route("/static/belowline.css", get(style))
        .route("/static/belowline.js", get(script))
        .route("/static/belowline.svg", get(icon))
}
