//! One request: through the router, under its limits, to an answer whatever happens.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{Request, Response, Version};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanic;

use super::activity::{Activity, Tracked};
use super::body::{Guarded, Progress};
use super::{Limits, MAX_BODY_BYTES, max_body_bytes};
use crate::http::address::Peer;
use crate::http::{Code, Error, headers};

/// Answers one request of the connection that `activity` counts.
pub(super) async fn respond(
    request: Request<Incoming>,
    router: Router,
    peer: Peer,
    limits: Limits,
    activity: Arc<Activity>,
) -> Result<Response<Tracked>, Infallible> {
    let ticket = activity.begin();
    let version = request.version();
    let progress = Progress::new(request.body());
    let limits = match limits.body_bytes {
        MAX_BODY_BYTES => Limits { body_bytes: max_body_bytes(request.uri().path()), ..limits },
        _ => limits,
    };
    let mut request = request.map(|body| Body::new(Guarded::new(body, Arc::clone(&progress), limits)));
    request.extensions_mut().insert(peer);
    let handled = CatchPanic::custom(router, on_panic).oneshot(request);
    let mut response = match within(handled, &progress, &limits).await {
        Some(Ok(response)) => response.map(Body::new),
        Some(Err(never)) => match never {},
        None => refuse(Code::Unavailable),
    };
    if !progress.is_ended() {
        activity.leave_body();
        // What is left of the body would be read as the next request.
        if version <= Version::HTTP_11 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
    Ok(response.map(|body| Tracked::new(body, ticket)))
}

/// Waits for `handled`, but not longer than a handler may take after it last waited for its body. The body itself
/// has its own limits, so this ends.
async fn within<F: Future>(handled: F, progress: &Progress, limits: &Limits) -> Option<F::Output> {
    let mut handled = pin!(handled);
    loop {
        let deadline = progress.last_read_at() + limits.handler;
        match tokio::time::timeout_at(deadline, handled.as_mut()).await {
            Ok(output) => return Some(output),
            Err(_) if progress.last_read_at() + limits.handler > deadline => {}
            Err(_) => {
                tracing::error!("a handler took too long");
                return None;
            }
        }
    }
}

// The panic itself is told on stderr by its hook; what it says is never sent.
fn on_panic(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a handler panicked");
    refuse(Code::Internal)
}

/// A refusal that no layer of the router gets to see.
fn refuse(code: Code) -> Response<Body> {
    let mut response = Error::new(code).into_response();
    headers::secure(response.headers_mut(), false);
    response
}
