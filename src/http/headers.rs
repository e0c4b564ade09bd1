//! The headers that every answer has.
//!
//! Nothing is loaded from elsewhere, nothing inline runs, nobody frames a page, and no cache keeps what its
//! handler did not release. A handler that sets one of these itself keeps its own.

use axum::Router;
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{HeaderValue, Response};

/// The content security policy of every page.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
     object-src 'none'";

// `same-origin`, not `no-referrer`: under the latter browsers send `Origin: null` with our own forms, and the check
// against forged requests needs the origin.
const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "private, no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Adds what is missing. `is_https` says that readers reach us by https, and have to from now on.
pub fn secure(headers: &mut HeaderMap, is_https: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_https {
        let value = HeaderValue::from_static("max-age=63072000");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
}

/// Gives every answer of `router`, fallbacks included, the headers of [`secure`].
pub fn secured<S: Clone + Send + Sync + 'static>(router: Router<S>, is_https: bool) -> Router<S> {
    router.layer(axum::middleware::map_response(move |mut response: Response<axum::body::Body>| async move {
        secure(response.headers_mut(), is_https);
        response
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vuln_c43_no_page_can_be_framed_and_nothing_inline_runs() {
        let mut headers = HeaderMap::new();
        secure(&mut headers, false);
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("  "), "{policy}");
        assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_none());
    }

    #[test]
    fn a_handler_that_releases_its_answer_to_caches_is_heard() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
        secure(&mut headers, true);
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
