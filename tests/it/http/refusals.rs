//! What is refused before a handler sees it, asked of the router in process.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::{get, post};
use belowline::http::address::{ClientAddress, Peer, TrustedProxies, with_client_address};
use belowline::http::error::with_fallbacks;
use belowline::http::extract::{IdempotencyKey, Path};
use belowline::http::headers::secured;
use belowline::kernel::StoryId;
use http_body_util::BodyExt;
use tower::ServiceExt;

fn router() -> Router {
    let router = Router::new()
        .route("/stories/{story}", get(|Path(story): Path<StoryId>| async move { story.to_string() }))
        .route("/keys/{key}", get(|Path(key): Path<String>| async move { key }))
        .route("/needed", post(|key: IdempotencyKey| async move { key.as_str().to_owned() }))
        .route("/taken", post(|key: Option<IdempotencyKey>| async move { format!("{}", key.is_some()) }))
        .route("/who", get(|client: ClientAddress| async move { format!("{} {}", client.ip(), client.is_https()) }));
    let trusted = TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]);
    secured(with_client_address(with_fallbacks(router), trusted), true)
}

async fn ask(request: axum::http::request::Builder) -> (Response<()>, String) {
    let response = router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (Response::from_parts(parts, ()), String::from_utf8_lossy(&body).into_owned())
}

async fn code_of(request: axum::http::request::Builder) -> (u16, String) {
    let (response, body) = ask(request).await;
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{body}");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    (response.status().as_u16(), problem["code"].as_str().unwrap().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_path_that_is_none_and_an_id_that_is_none_are_not_found() {
    for path in
        ["/nowhere", "/stories/rubbish", "/stories/cmt_01h455vb4pex5vsknk084sn02q", "/stories/%ff", "/keys/a%00"]
    {
        assert_eq!(code_of(Request::get(path)).await, is(404, "not_found"), "{path}");
    }
    let story = "stry_01h455vb4pex5vsknk084sn02q";
    assert_eq!(ask(Request::get(format!("/stories/{story}"))).await.1, story);
    assert_eq!(ask(Request::get("/keys/a%2Fb")).await.1, "a/b");
}

#[tokio::test]
async fn a_method_that_an_address_lacks_is_405_and_names_those_it_has() {
    assert_eq!(code_of(Request::delete("/needed")).await, is(405, "method_not_allowed"));
    let (response, _) = ask(Request::delete("/needed")).await;
    assert_eq!(response.headers()["allow"], "POST");
}

#[tokio::test]
async fn a_key_is_needed_or_taken_and_always_well_formed() {
    assert_eq!(code_of(Request::post("/needed")).await, is(400, "idempotency_key_missing"));
    for path in ["/needed", "/taken"] {
        let odd = Request::post(path).header("Idempotency-Key", "a b");
        assert_eq!(code_of(odd).await, is(400, "idempotency_key_invalid"));
    }
    assert_eq!(ask(Request::post("/taken")).await.1, "false");
    assert_eq!(ask(Request::post("/needed").header("Idempotency-Key", "k1")).await.1, "k1");
}

#[tokio::test]
async fn vuln_c43_every_answer_has_the_security_headers_refusals_too() {
    for path in ["/who", "/nowhere"] {
        let (response, _) = ask(Request::get(path)).await;
        let headers = response.headers();
        assert!(headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(headers["cache-control"], "private, no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn vuln_c40_a_forwarded_address_counts_only_from_a_trusted_peer() {
    let from = |peer: &str| {
        let peer: SocketAddr = format!("{peer}:4000").parse().unwrap();
        let request = Request::get("/who").extension(Peer(peer));
        request.header("X-Forwarded-For", "6.6.6.6, 198.51.100.7").header("X-Forwarded-Proto", "https")
    };
    assert_eq!(ask(from("10.1.1.1")).await.1, "198.51.100.7 true");
    assert_eq!(ask(from("203.0.113.9")).await.1, "203.0.113.9 false");
}
