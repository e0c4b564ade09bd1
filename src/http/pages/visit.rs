//! A request for a page: who looks, from where, and what stands around whatever they are shown.

use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::views::{Done, Frame, Masthead, Viewer};
use crate::accounts::Client;
use crate::app::{App, Work};
use crate::approvals;
use crate::http::address::ClientAddress;
use crate::http::api::sessions::client;
use crate::http::redirect::{ReturnTo, entrance_href};
use crate::http::session::{self, device_in, set_device};
use crate::http::{Code, Error};
use crate::kernel::{Actor, SignedIn};
use crate::moderation;
use crate::secrets::Token;
use crate::titles::Title;

/// The cookie that ties the forms of people without a session to their browser.
const GUEST_COOKIE: &str = "belowline_guest";

/// The pages with forms for people without a session: only they set the cookie.
const ENTRANCES: [&str; 7] =
    ["/sign-in", "/sign-in/code", "/sign-up", "/confirm", "/confirm-change", "/password/forgot", "/password/reset"];

/// The cookie's name: tied to this very host wherever there is HTTPS, so that no neighbour can plant it.
fn guest_cookie(app: &App) -> String {
    if app.settings.public_url().is_https() { format!("__Host-{GUEST_COOKIE}") } else { GUEST_COOKIE.to_owned() }
}

/// A request for a page.
pub(super) struct Visit {
    pub(super) app: App,
    person: Option<SignedIn>,
    address: Option<ClientAddress>,
    headers: HeaderMap,
    method: Method,
    uri: Uri,
    guest: String,
    is_new_guest: bool,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let session::Visitor(session) = session::Visitor::from_request_parts(parts, app).await?;
        let address = ClientAddress::from_request_parts(parts, app).await.ok();
        Ok(Self { person: session.map(|session| session.person), address, ..Self::of_nobody(parts, app) })
    }
}

fn guest_in(headers: &HeaderMap, cookie: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == cookie)?;
    (value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| value.to_owned())
}

fn random_text(app: &App) -> String {
    let mut bytes = [0; 16];
    app.ids.fill(&mut bytes);
    hex::encode(bytes)
}

impl Visit {
    /// The same request without its session, for when that cannot be looked up.
    pub(super) fn of_nobody(parts: &Parts, app: &App) -> Self {
        let known = guest_in(&parts.headers, &guest_cookie(app));
        Self {
            app: app.clone(),
            person: None,
            address: None,
            headers: parts.headers.clone(),
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            is_new_guest: known.is_none(),
            guest: known.unwrap_or_else(|| random_text(app)),
        }
    }

    /// The person, if anybody is signed in.
    pub(super) fn person(&self) -> Option<&SignedIn> {
        self.person.as_ref()
    }

    /// The person, where somebody has to be signed in: the refusal leads to the sign-in page, and back here.
    pub(super) fn signed_in(&self) -> Result<&SignedIn, Error> {
        self.person().ok_or_else(|| Code::NotSignedIn.into())
    }

    /// The visitor as the rooms below know them.
    pub(super) fn actor(&self) -> Actor {
        self.person().map_or(Actor::Anonymous, |person| Actor::SignedIn(person.clone()))
    }

    /// The browser at the other end.
    pub(super) fn client(&self) -> Result<Client, Error> {
        let address = self.address.as_ref().ok_or(Code::Internal)?;
        Ok(client(address, &self.headers))
    }

    /// The same, known again by a cookie: the one that it has, or a new one, which the answer then gives it.
    pub(super) fn known_client(&self) -> Result<(Client, HeaderValue), Error> {
        let device = device_in(&self.headers).unwrap_or_else(|| Token::draw(&self.app.ids));
        let client = Client { device: Some(device.expose().to_owned()), ..self.client()? };
        Ok((client, set_device(&self.app, &device)))
    }

    /// What the browser's cookie `name` holds.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    /// Whether a form was sent.
    pub(super) fn is_form(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }

    /// The parameter `name` of the query, the first if there are several.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let pairs = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        pairs.into_owned().find(|(key, _)| key == name).map(|(_, value)| value).filter(|value| !value.contains('\0'))
    }

    /// Whether the page is one with a form for people without a session.
    pub(super) fn is_entrance(&self) -> bool {
        ENTRANCES.contains(&self.uri.path())
    }

    /// Path and query of this page, without what was just done; after a form, of the page that had it; on the pages
    /// around signing in, where one goes afterwards.
    pub(super) fn here(&self) -> String {
        let path = self.uri.path();
        if self.is_entrance() {
            return ReturnTo::or_home(self.query("return_to").as_deref()).to_string();
        }
        if self.is_form() {
            return self.form_page();
        }
        let kept = self.uri.query().unwrap_or_default().split('&');
        let query: Vec<&str> = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// The page that has the form which was sent here.
    pub(super) fn form_page(&self) -> String {
        let path = self.uri.path();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match *parts.as_slice() {
            ["comments", comment, "recommend"] => format!("/comments/{comment}"),
            _ if path == "/me/second-factor" => path.to_owned(),
            ["me", ..] => "/me".to_owned(),
            ["moderation", "approvals", ..] => "/moderation/approvals".to_owned(),
            _ if path.starts_with("/sign-in/") => "/sign-in".to_owned(),
            _ if path == "/sign-out" => "/".to_owned(),
            _ => path.to_owned(),
        }
    }

    /// Sends the visitor to sign in, and back here.
    pub(super) fn to_sign_in(&self) -> Response {
        see_other(&entrance_href("/sign-in", &self.here()))
    }

    /// Checks that a form with this token was made by us for this very browser.
    ///
    /// # Errors
    /// `csrf` 403.
    pub(super) fn check_form(&self, token: Option<&str>) -> Result<(), Error> {
        let is_own_guest = || token.is_some_and(|token| self.app.keys.is_form_token(self.guest.as_bytes(), token));
        match self.person() {
            // Whoever opened the sign-in page twice has a session when they send the second form.
            Some(person) if !(self.is_entrance() && is_own_guest()) => {
                session::check_own(&self.app, &self.method, &self.headers, person, token)
            }
            _ => session::check_origin(&self.app, &self.method, &self.headers, token.filter(|_| is_own_guest())),
        }
    }

    /// What stands around a page of `title`, or of the installation.
    pub(super) async fn frame(&self, work: &mut Work, title: Option<&Title>) -> Result<Frame, Error> {
        let mut frame = self.bare_frame(title);
        if let (Some(person), Some(viewer)) = (self.person(), &mut frame.viewer) {
            viewer.queue_count = queue_count(work, person).await?;
            if viewer.is_staff() {
                let waiting = approvals::list_waiting(work, person).await?;
                viewer.approval_count = u64::try_from(waiting.len()).unwrap_or(0);
            }
        }
        Ok(frame)
    }

    /// The same without asking the database, for when it does not answer.
    pub(super) fn bare_frame(&self, title: Option<&Title>) -> Frame {
        let words = self.app.words.clone();
        let masthead = match title {
            Some(title) => Masthead {
                name: title.name.clone(),
                href: format!("/titles/{}", title.id),
                rules_href: Some(format!("/titles/{}/house-rules", title.id)),
            },
            None => Masthead { name: words.text("site-name"), href: "/".to_owned(), rules_href: None },
        };
        Frame {
            language: title.map_or_else(|| "en-GB".to_owned(), |title| title.language.clone()),
            masthead,
            viewer: self.person().map(|person| Viewer {
                name: person.name.clone(),
                queue_count: None,
                approval_count: 0,
            }),
            csrf: match self.person() {
                Some(person) => session::form_token(&self.app, person),
                None => self.app.keys.form_token(self.guest.as_bytes(), &self.app.ids),
            },
            page_key: random_text(&self.app),
            here: self.here(),
            done: self.done(),
            build: super::assets::build().to_owned(),
            may_be_indexed: false,
            words,
        }
    }

    fn done(&self) -> Option<Done> {
        let query = self.uri.query()?;
        query.split('&').find_map(|pair| pair.strip_prefix("done=")).and_then(Done::parse)
    }

    /// The page, with the headers that keep it from anybody else.
    pub(super) fn show(&self, status: StatusCode, page: &impl askama::Template) -> Response {
        match page.render() {
            Ok(html) => self.html(status, html),
            Err(error) => {
                tracing::error!(%error, "a page could not be made");
                Error::new(Code::Internal).into_response()
            }
        }
    }

    /// The page of a form that comes back, with the status of its refusal and when it is worth trying again.
    pub(super) fn show_refused(&self, error: &Error, page: &impl askama::Template) -> Response {
        let mut response = self.show(error.status(), page);
        if let Some(seconds) = error.retry_after_seconds() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }

    fn html(&self, status: StatusCode, html: String) -> Response {
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if self.is_new_guest && self.is_entrance() {
            let secure = if self.app.settings.public_url().is_https() { "; Secure" } else { "" };
            let line = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", guest_cookie(&self.app), self.guest);
            if let Ok(line) = HeaderValue::from_str(&line) {
                headers.append(SET_COOKIE, line);
            }
        }
        response
    }
}

async fn queue_count(work: &mut Work, person: &SignedIn) -> Result<Option<u64>, Error> {
    let titles = moderation::titles_of(&mut work.tx, person).await?;
    if titles.is_empty() {
        return Ok(None);
    }
    let mut count = 0;
    for title in titles {
        count += moderation::pending_counts(&mut work.tx, &title.id).await?;
    }
    Ok(Some(u64::try_from(count).unwrap_or(0)))
}

/// Sends the browser to another page of ours with a GET.
pub(super) fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response(),
        Err(_) => Error::new(Code::Internal).into_response(),
    }
}

/// The same, saying there what was done.
pub(super) fn see_done(path: &str, done: Done) -> Response {
    let (path, fragment) = path.split_once('#').map_or((path, String::new()), |(path, at)| (path, format!("#{at}")));
    let joint = if path.contains('?') { '&' } else { '?' };
    see_other(&format!("{path}{joint}done={}{fragment}", done.code()))
}
