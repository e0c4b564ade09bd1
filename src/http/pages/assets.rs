//! Style and script, compiled in.

use std::sync::LazyLock;

use axum::Router;
use axum::http::Uri;
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

/// How long a file may be kept: for ever under the address of this build, not at all under any other.
fn kept(uri: &Uri) -> &'static str {
    let is_this_build = uri.query().and_then(|query| query.strip_prefix("v=")) == Some(build());
    if is_this_build { "public, max-age=31536000, immutable" } else { "max-age=0, must-revalidate" }
}

/// `/static/…`.
pub(super) fn routes() -> Router<App> {
    let file = |kind: &'static str, text: &'static str| {
        get(move |uri: Uri| async move { ([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept(&uri))], text) })
    };
    Router::new()
        .route("/static/belowline.css", file("text/css; charset=utf-8", STYLE))
        .route("/static/belowline.js", file("text/javascript; charset=utf-8", SCRIPT))
        .route("/static/belowline.svg", file("image/svg+xml", ICON))
}
