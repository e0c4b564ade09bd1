//! Who a request comes from: a bearer token of a program, or the cookie of a browser.
//!
//! A request with a cookie that writes must show that it comes from our own pages; one with a bearer token need not,
//! since no browser adds that by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::csrf;
use super::{Code, Error};
use crate::accounts;
use crate::app::App;
use crate::kernel::{Actor, Id, Role, SignedIn};
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

/// How long a browser is known again by its cookie: as long as what it was seen with is kept.
const DEVICE_DAYS: u64 = 90;

fn device_name(is_https: bool) -> &'static str {
    if is_https { "__Host-belowline-device" } else { "belowline-device" }
}

/// The name of the cookie that a browser has while it signs in at a provider.
#[must_use]
pub fn provider_cookie(app: &App) -> &'static str {
    if app.settings.public_url().is_https() { "__Host-belowline-oidc" } else { "belowline-oidc" }
}

/// What the browser's own cookie holds: by it a browser is known again, whoever signs in there.
#[must_use]
pub fn device_in(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    let mut values = cookies.filter_map(|pair| pair.trim().split_once('='));
    let named = values.find(|(name, _)| [device_name(true), device_name(false)].contains(name));
    named.and_then(|(_, value)| Token::parse(value).ok())
}

/// The `Set-Cookie` line that makes a browser known again, given at sign-in and sign-up.
#[must_use]
pub fn set_device(app: &App, device: &Token) -> HeaderValue {
    let is_https = app.settings.public_url().is_https();
    let (name, value, age) = (device_name(is_https), device.expose(), DEVICE_DAYS * 24 * 3600);
    let secure = if is_https { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static("belowline-device=; Path=/; Max-Age=0"))
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
    method: &Method,
    headers: &HeaderMap,
    person: &SignedIn,
    token: Option<&str>,
) -> Result<(), Error> {
    let token = token.filter(|token| app.keys.is_form_token(person.session.uuid().as_bytes(), token));
    check_origin(app, method, headers, token)
}

/// The same when the token has been found right, or wrong and is not given.
///
/// # Errors
/// `csrf` 403.
pub fn check_origin(app: &App, method: &Method, headers: &HeaderMap, token: Option<&str>) -> Result<(), Error> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = header(ORIGIN.as_str());
    let own = app.settings.public_url();
    // A demo on this machine is reached by any of the machine's own names.
    let own =
        origin.filter(|origin| own.is_loopback() && is_same_loopback(origin, own.as_str())).unwrap_or(own.as_str());
    let presented = csrf::Presented { method, fetch_site: header("sec-fetch-site"), origin, token };
    csrf::check(presented, own, token.unwrap_or_default()).map_err(|_| Error::new(Code::Csrf))
}

/// Whether `origin` is this machine under another of its own names, at the same port.
fn is_same_loopback(origin: &str, own: &str) -> bool {
    let (Ok(origin), Ok(own)) = (url::Url::parse(origin), url::Url::parse(own)) else { return false };
    let is_loopback = match origin.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_loopback && origin.scheme() == own.scheme() && origin.port_or_known_default() == own.port_or_known_default()
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

/// Checks that whoever works for the paper has shown lately who they are: asked before bans, exports and roles.
///
/// # Errors
/// `reauthentication_required` 403.
pub fn check_proven_lately(app: &App, person: &SignedIn) -> Result<(), Error> {
    // Whoever has no role is refused for that, however lately they signed in.
    if person.roles.highest() == Role::Reader || accounts::has_proven_lately(app, person) {
        return Ok(());
    }
    Err(Code::ReauthenticationRequired.into())
}

/// Whether the session of a request has roles that it may not use: the layer below puts it into the request.
#[derive(Clone, Default)]
struct Withheld(Arc<AtomicBool>);

/// Where what is refused to readers is told them as not being there.
fn hides_from_readers(path: &str) -> bool {
    path.contains("/moderation/") || path.ends_with("/decisions")
}

/// Tells whoever may not act for the paper for want of a second factor that this is why.
pub async fn tell_withheld(mut request: Request, next: Next) -> Response {
    let withheld = Withheld::default();
    let is_hiding = hides_from_readers(request.uri().path());
    request.extensions_mut().insert(withheld.clone());
    let response = next.run(request).await;
    let code = response.extensions().get::<Arc<Error>>().map(|error| error.code());
    let is_meant = code == Some(Code::Forbidden) || (code == Some(Code::NotFound) && is_hiding);
    if is_meant && withheld.0.load(Ordering::Relaxed) {
        return Error::new(Code::SecondFactorRequired).into_response();
    }
    response
}

/// A session that a request came with, to be asked for once more when the body has arrived: however slowly that came,
/// nobody acts with a session that has ended, or with a role that was taken from them, since that ends their sessions.
#[derive(Clone)]
pub struct Held {
    app: App,
    token: Token,
}

impl Held {
    /// Whether the session of the request with `extensions`, if it came with one, is still there.
    ///
    /// # Errors
    /// `not_signed_in` when it has ended.
    pub async fn is_still_there(extensions: &Extensions) -> Result<(), Error> {
        let Some(held) = extensions.get::<Self>() else { return Ok(()) };
        let found = accounts::authenticate(&held.app, &held.token).await?;
        found.map(|_| ()).ok_or_else(|| Error::new(Code::NotSignedIn))
    }
}

async fn session_in(app: &App, parts: &mut Parts) -> Result<Option<Session>, Error> {
    let Some((token, via)) = token_in(app, &parts.headers)? else { return Ok(None) };
    match accounts::authenticate(app, &token).await? {
        Some(found) => {
            if let Some(withheld) = parts.extensions.get::<Withheld>() {
                withheld.0.store(found.person.proof.withheld > Role::Reader, Ordering::Relaxed);
            }
            parts.extensions.insert(Held { app: app.clone(), token });
            Ok(Some(Session { person: found.person, via }))
        }
        // A program must learn that its token is dead; a browser with an old cookie is just not signed in.
        None if via == Via::Bearer => Err(Error::new(Code::NotSignedIn)),
        None => Ok(None),
    }
}

impl OptionalFromRequestParts<App> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        session_in(app, parts).await
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        session_in(app, parts).await.map(Self)
    }
}

/// A person with a session, for the API: a request with a cookie that writes carries the session's token in a header.
impl FromRequestParts<App> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let session = session_in(app, parts).await?.ok_or_else(|| Error::new(Code::NotSignedIn))?;
        if session.via == Via::Cookie && !parts.method.is_safe() {
            let token = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
            check_own(app, &parts.method, &parts.headers, &session.person, token)?;
        }
        Ok(session)
    }
}
