//! Whether a request that carries a cookie comes from our own pages.
//!
//! Two proofs are asked for, and a missing one is a failed one: what the browser says about where the request
//! comes from, and the token of the session. Requests with a bearer token need neither.

use axum::http::Method;
use subtle::ConstantTimeEq;

/// What a request with a cookie says about where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The method of the request.
    pub method: &'a Method,
    /// The `Sec-Fetch-Site` header.
    pub fetch_site: Option<&'a str>,
    /// The `Origin` header.
    pub origin: Option<&'a str>,
    /// The token, out of the form or the `X-Belowline-CSRF` header.
    pub token: Option<&'a str>,
}

/// The request does not show that it comes from our own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// The browser says that it comes from elsewhere, or nothing says where it comes from.
    #[error("the request does not come from our own origin")]
    Origin,
    /// The token of the session is missing or another.
    #[error("the request lacks the token of its session")]
    Token,
}

/// Lets reading pass, and writing when it comes from `own_origin` with the `expected` token.
///
/// # Errors
/// [`Forged`], with what was lacking.
pub fn check(presented: Presented<'_>, own_origin: &str, expected: &str) -> Result<(), Forged> {
    if presented.method.is_safe() {
        return Ok(());
    }
    let is_own = match (presented.fetch_site, presented.origin) {
        (None, None) => false,
        (site, origin) => site.is_none_or(|site| site == "same-origin") && origin.is_none_or(|from| from == own_origin),
    };
    if !is_own {
        return Err(Forged::Origin);
    }
    let token = presented.token.unwrap_or_default();
    let is_same = bool::from(token.as_bytes().ct_eq(expected.as_bytes()));
    if expected.is_empty() || !is_same { Err(Forged::Token) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://comments.example";

    fn post(site: Option<&str>, origin: Option<&str>, token: Option<&str>) -> Result<(), Forged> {
        check(Presented { method: &Method::POST, fetch_site: site, origin, token }, OWN, "secret")
    }

    #[test]
    fn our_own_form_with_its_token_passes() {
        assert_eq!(post(Some("same-origin"), Some(OWN), Some("secret")), Ok(()));
        assert_eq!(post(Some("same-origin"), None, Some("secret")), Ok(()));
        assert_eq!(post(None, Some(OWN), Some("secret")), Ok(()));
    }

    #[test]
    fn vuln_c38_a_write_that_says_nothing_about_its_origin_is_refused() {
        assert_eq!(post(None, None, Some("secret")), Err(Forged::Origin));
    }

    #[test]
    fn vuln_c38_a_write_from_elsewhere_is_refused_even_with_the_token() {
        for site in ["cross-site", "same-site", "none", "", "Same-Origin"] {
            assert_eq!(post(Some(site), Some(OWN), Some("secret")), Err(Forged::Origin), "{site}");
        }
        for origin in ["null", "https://evil.example", "http://comments.example", "https://comments.example.evil", ""] {
            assert_eq!(post(Some("same-origin"), Some(origin), Some("secret")), Err(Forged::Origin), "{origin}");
            assert_eq!(post(None, Some(origin), Some("secret")), Err(Forged::Origin), "{origin}");
        }
    }

    #[test]
    fn vuln_c38_a_write_without_the_token_of_its_session_is_refused() {
        for token in [None, Some(""), Some("secre"), Some("secrets"), Some("SECRET")] {
            assert_eq!(post(Some("same-origin"), Some(OWN), token), Err(Forged::Token), "{token:?}");
        }
        let empty = Presented { method: &Method::POST, fetch_site: None, origin: Some(OWN), token: Some("") };
        assert_eq!(check(empty, OWN, ""), Err(Forged::Token));
    }

    #[test]
    fn reading_needs_no_token_and_every_other_method_does() {
        for (method, passes) in [("GET", true), ("HEAD", true), ("PUT", false), ("DELETE", false), ("PATCH", false)] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let presented = Presented { method: &method, fetch_site: Some("cross-site"), origin: None, token: None };
            assert_eq!(check(presented, OWN, "secret").is_ok(), passes, "{method}");
        }
    }
}
