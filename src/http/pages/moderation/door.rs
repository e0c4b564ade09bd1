//! Who comes to the desk, what surrounds its pages, and what a form of it carries.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request as HttpRequest, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::label::count;
use crate::app::{App, Work};
use crate::http::api::forms::keyed;
use crate::http::extract::{Given, IdempotencyKey};
use crate::http::pages::views::{Done, ErrorKind, ErrorPage, Frame, Masthead, Viewer};
use crate::http::session::{self, Session, Visitor};
use crate::http::{Code, Error};
use crate::idempotency::Request;
use crate::kernel::{Role, SignedIn};
use crate::moderation;
use crate::storage::StorageError;

/// A moderator at the desk, of whatever title.
#[derive(Debug)]
pub(super) struct Staff {
    pub(super) person: SignedIn,
    here: String,
    method: Method,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Visitor(session) = Visitor::from_request_parts(parts, app).await?;
        let Session { person, .. } = session.ok_or(Code::NotSignedIn)?;
        if person.roles.highest() < Role::Moderator {
            return Err(Code::Forbidden.into());
        }
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { person, here, method: parts.method.clone(), headers: parts.headers.clone() })
    }
}

impl Staff {
    /// What surrounds a page of the desk.
    pub(super) async fn frame(&self, app: &App, work: &mut Work, done: Option<&str>) -> Result<Frame, StorageError> {
        frame(app, work, Some(&self.person), &self.here, done).await
    }

    /// The request behind a form, when it comes from one of our own pages: its key, and what it says.
    ///
    /// # Errors
    /// `csrf` 403, `idempotency_key_missing` or `idempotency_key_invalid` 400.
    pub(super) fn request(
        &self,
        app: &App,
        (route, object): (&str, impl ToString),
        (csrf, key): (&Given<String>, &Given<String>),
        digest: [u8; 32],
    ) -> Result<Request, Error> {
        let token = csrf.value().map(String::as_str);
        session::check_own(app, &self.method, &self.headers, &self.person, token)?;
        let key = key.value().ok_or(Code::IdempotencyKeyMissing)?;
        let key = IdempotencyKey::parse(key).ok_or(Code::IdempotencyKeyInvalid)?;
        Ok(keyed(&key, route, object, digest))
    }
}

async fn frame(
    app: &App,
    work: &mut Work,
    person: Option<&SignedIn>,
    here: &str,
    done: Option<&str>,
) -> Result<Frame, StorageError> {
    let viewer = match person {
        Some(person) => Some(Viewer { name: person.name.clone(), queue_count: waiting(work, person).await? }),
        None => None,
    };
    let mut stem = [0; 16];
    app.ids.fill(&mut stem);
    Ok(Frame {
        words: Arc::clone(&app.words),
        language: "en-GB".to_owned(),
        masthead: Masthead { name: app.words.text("masthead-installation"), href: "/".to_owned(), rules_href: None },
        viewer,
        csrf: person.map(|person| session::form_token(app, person)).unwrap_or_default(),
        page_key: stem.iter().map(|byte| format!("{byte:02x}")).collect(),
        here: here.to_owned(),
        done: done.and_then(Done::parse),
        build: env!("CARGO_PKG_VERSION").to_owned(),
        may_be_indexed: false,
    })
}

/// How many comments wait for `person`, when they moderate.
async fn waiting(work: &mut Work, person: &SignedIn) -> Result<Option<u64>, StorageError> {
    if person.roles.highest() < Role::Moderator {
        return Ok(None);
    }
    let mut sum = 0;
    for title in moderation::titles_of(&mut work.tx, person).await? {
        sum += moderation::pending_counts(&mut work.tx, &title.id).await?;
    }
    Ok(Some(count(sum)))
}

/// `page` with `status`; what a moderator sees is kept by nobody.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Result<Response, Error> {
    let text = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be made");
        Error::new(Code::Internal)
    })?;
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "private, no-store")];
    Ok((status, headers, text).into_response())
}

/// Leads on to `path`, a path of ours with its query, by GET.
pub(super) fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// `path` with those of `parameters` that have a value, in their order.
pub(super) fn href<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Turns every refusal of the routes below it into a page; whoever is not signed in is led to where one signs in.
pub(super) async fn refusals(State(app): State<App>, request: HttpRequest, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let here = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let visitor = Visitor::from_request_parts(&mut parts, &app).await;
    let response = next.run(HttpRequest::from_parts(parts, body)).await;
    let Some(error) = response.extensions().get::<Arc<Error>>().cloned() else { return response };
    if error.code() == Code::NotSignedIn {
        return see_other(&href("/sign-in", [("return_to", Some(here.as_str()))]));
    }
    let person = visitor.ok().and_then(|Visitor(session)| session).map(|session| session.person);
    error_page(&app, person.as_ref(), &here, &error).await.unwrap_or(response)
}

async fn error_page(app: &App, person: Option<&SignedIn>, here: &str, error: &Error) -> Result<Response, Error> {
    let mut work = app.read(crate::kernel::Actor::Anonymous).await?;
    let frame = frame(app, &mut work, person, here, None).await?;
    let kind = match error.status().as_u16() {
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::TooFast,
        503 => ErrorKind::Unavailable,
        500.. => ErrorKind::Broken,
        _ => ErrorKind::BadRequest,
    };
    let explanation = (kind != ErrorKind::Broken).then(|| error.code().title());
    html(error.status(), &ErrorPage { frame, kind, explanation, winner: None, back: None, reference: None })
}
