//! Who comes to the desk.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use crate::app::{App, Work};
use crate::http::extract::Given;
use crate::http::pages::views::Frame;
use crate::http::pages::visit::Visit;
use crate::http::{Code, Error};
use crate::idempotency::Request;
use crate::kernel::{Role, SignedIn};

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

    /// The request behind a form that we made for this moderator, with its key.
    ///
    /// # Errors
    /// `csrf` 403.
    pub(super) fn request(
        &self,
        (csrf, key): (&Given<String>, &Given<String>),
        route: &str,
        object: impl ToString,
        digest: [u8; 32],
    ) -> Result<Request, Error> {
        self.visit.check_form(csrf)?;
        self.visit.request(key, route, object, digest)
    }

    /// `page` with `status`.
    pub(super) fn show(&self, status: StatusCode, page: &impl askama::Template) -> Response {
        self.visit.show(status, page)
    }

    /// What surrounds a page of the desk.
    pub(super) async fn frame(&self, work: &mut Work) -> Result<Frame, Error> {
        self.visit.frame(work, None).await
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
