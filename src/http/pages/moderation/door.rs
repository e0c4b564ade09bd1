//! Who comes to the desk.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use crate::app::{App, Work};
use crate::http::pages::views::Frame;
use crate::http::pages::visit::Visit;
use crate::http::{Code, Error};
use crate::kernel::{Role, SignedIn};
use crate::titles::Title;

/// A moderator at the desk, of whatever title.
pub(in crate::http::pages) struct Staff {
    pub(super) person: SignedIn,
    visit: Visit,
}

impl FromRequestParts<App> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        Self::of(Visit::from_request_parts(parts, app).await?)
    }
}

impl Staff {
    /// Lets in whoever moderates anywhere.
    ///
    /// # Errors
    /// `not_signed_in`, or `forbidden` for everybody else.
    pub(super) fn of(visit: Visit) -> Result<Self, Error> {
        let person = visit.signed_in()?.clone();
        if person.roles.highest() < Role::Moderator {
            return Err(Code::Forbidden.into());
        }
        Ok(Self { person, visit })
    }

    /// The parameter `name` of the query.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.visit.query(name)
    }

    /// `page` with `status`.
    pub(super) fn show(&self, status: StatusCode, page: &impl askama::Template) -> Response {
        self.visit.show(status, page)
    }

    /// `page`, a form that comes back because of `error`.
    pub(super) fn show_refused(&self, error: &Error, page: &impl askama::Template) -> Response {
        self.visit.show_refused(error, page)
    }

    /// What surrounds a page of the desk.
    pub(super) async fn frame(&self, work: &mut Work) -> Result<Frame, Error> {
        self.frame_of(work, None).await
    }

    /// What surrounds a page of `title`.
    pub(super) async fn frame_of(&self, work: &mut Work, title: Option<&Title>) -> Result<Frame, Error> {
        self.visit.frame(work, title).await
    }
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
