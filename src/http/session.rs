//! Who a request comes from: a bearer token of a program, or the cookie of a browser.
//!
//! A request with a cookie that writes must show that it comes from our own pages; one with a bearer token need not,
//! since no browser adds that by itself.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::csrf;
use super::{Code, Error};
use crate::accounts;
use crate::app::App;
use crate::kernel::{Actor, Id, SignedIn};
use crate::secrets::Token;

/// The header in which a program that uses the cookie sends the session's token against forged requests.
pub const CSRF_HEADER: &str = "x-belowline-csrf";

/// How the session came with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// In the `Authorization` header.
    Bearer,
    /// In the cookie.
    Cookie,
}

/// A person with a session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The person.
    pub person: SignedIn,
    /// How the session came.
    pub via: Via,
}

/// Whoever sends the request: a person, or nobody that we know.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<Session>);

impl Visitor {
    /// The visitor as the rooms below know them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.as_ref().map_or(Actor::Anonymous, |session| Actor::SignedIn(session.person.clone()))
    }
}

/// The cookie's name: with the prefix that ties it to this host, unless the demo speaks plain http.
#[must_use]
pub fn cookie_name(app: &App) -> &'static str {
    if app.settings.public_url().is_https() { "__Host-belowline" } else { "belowline" }
}

/// The `Set-Cookie` line that brings `token`, or, without one, forgets it.
#[must_use]
pub fn set_cookie(app: &App, token: Option<&Token>) -> HeaderValue {
    let name = cookie_name(app);
    let secure = if app.settings.public_url().is_https() { "; Secure" } else { "" };
    let (value, age) = match token {
        Some(token) => (token.expose(), app.settings.accounts.session_absolute_for().as_secs()),
        None => ("", 0),
    };
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static("belowline=; Path=/; Max-Age=0"))
}

/// The token that pages put into their forms for this session.
#[must_use]
pub fn form_token(app: &App, person: &SignedIn) -> String {
    app.keys.form_token(person.session.uuid().as_bytes(), &app.ids)
}

/// Checks that a writing request with a cookie comes from our own pages, `token` being what it presents.
///
/// # Errors
/// `csrf` 403.
pub fn check_own(
    app: &App,
    parts_method: &axum::http::Method,
    headers: &HeaderMap,
    person: &SignedIn,
    token: Option<&str>,
) -> Result<(), Error> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own_token = token.is_some_and(|token| app.keys.is_form_token(person.session.uuid().as_bytes(), token));
    let expected = if is_own_token { token.unwrap_or_default() } else { "" };
    let presented = csrf::Presented {
        method: parts_method,
        fetch_site: header("sec-fetch-site"),
        origin: header(ORIGIN.as_str()),
        token,
    };
    csrf::check(presented, app.settings.public_url().as_str(), expected).map_err(|_| Error::new(Code::Csrf))
}

/// The token in the request, wherever it is; a header that is there but is no token is a wrong one.
fn token_in(app: &App, headers: &HeaderMap) -> Result<Option<(Token, Via)>, Error> {
    let not_signed_in = || Error::new(Code::NotSignedIn);
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    if let Some(line) = lines.next() {
        let text = line.to_str().ok().filter(|_| lines.next().is_none()).ok_or_else(not_signed_in)?;
        let (scheme, token) = text.split_once(' ').ok_or_else(not_signed_in)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(not_signed_in());
        }
        return Ok(Some((Token::parse(token.trim()).map_err(|_| not_signed_in())?, Via::Bearer)));
    }
    let name = cookie_name(app);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    let mut values =
        cookies.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name).map(|(_, value)| value);
    // A cookie that does not parse is like none: its owner reads on and may sign in again.
    Ok(values.next().and_then(|value| Token::parse(value).ok()).map(|token| (token, Via::Cookie)))
}

async fn session_in(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Error> {
    let Some((token, via)) = token_in(app, headers)? else { return Ok(None) };
    match accounts::authenticate(app, &token).await? {
        Some(found) => Ok(Some(Session { person: found.person, via })),
        // A program must learn that its token is dead; a browser with an old cookie is just not signed in.
        None if via == Via::Bearer => Err(Error::new(Code::NotSignedIn)),
        None => Ok(None),
    }
}

impl OptionalFromRequestParts<App> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        session_in(app, &parts.headers).await
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        session_in(app, &parts.headers).await.map(Self)
    }
}

/// A person with a session, for the API: a request with a cookie that writes carries the session's token in a header.
impl FromRequestParts<App> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let session = session_in(app, &parts.headers).await?.ok_or_else(|| Error::new(Code::NotSignedIn))?;
        if session.via == Via::Cookie && !parts.method.is_safe() {
            let token = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
            check_own(app, &parts.method, &parts.headers, &session.person, token)?;
        }
        Ok(session)
    }
}
