//! A site whose address is https is served by https alone.

use axum::body::Body;
use axum::http::Request;
use belowline::http::address::Peer;
use tower::ServiceExt;

use crate::support::TestApp;

#[tokio::test]
async fn what_no_trusted_proxy_vouches_for_is_refused_and_health_is_told_to_anybody() {
    let settings = [("server.public_url", "https://comments.example.org"), ("server.trusted_proxies", "10.0.0.0/8")];
    let app = TestApp::sqlite_with(&settings).await;
    let router = belowline::http::router(app.app.clone());
    let ask = async |peer: &str, path: &str, scheme: Option<&str>| {
        let mut request = Request::get(path);
        if let Some(scheme) = scheme {
            request = request.header("x-forwarded-proto", scheme).header("x-forwarded-for", "192.0.2.7");
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    let document = "/api/openapi.json";
    assert_eq!(ask("10.0.0.1:4000", document, Some("https")).await, 200);
    assert_eq!(ask("10.0.0.1:4000", document, Some("http")).await, 403);
    assert_eq!(ask("10.0.0.1:4000", document, None).await, 403);
    assert_eq!(ask("192.0.2.7:4000", document, Some("https")).await, 403);
    assert_eq!(ask("192.0.2.7:4000", "/", Some("https")).await, 403);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(ask("10.0.0.1:4000", path, None).await, 200, "{path}");
    }
}
