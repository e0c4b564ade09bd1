//! Bodies: JSON of programs, and forms of pages.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fields::{self, Slot, Source};
use super::{Check, decode, strict};
use crate::http::server::{BodyFault, max_body_bytes};
use crate::http::session::Held;
use crate::http::{Code, Error};

/// How many fields a page's form may have.
const MAX_FORM_FIELDS: usize = 200;

/// The fields of a page's form that change from one showing of the page to the next, and are no part of what is said.
const NOT_DIGESTED: [&str; 2] = ["csrf", "key"];

/// A form that was sent.
#[derive(Clone, Debug)]
pub struct Sent<T> {
    /// The form, each field as it was given.
    pub form: T,
    /// The names of fields that the form does not have.
    pub unknown: Vec<String>,
    /// SHA-256 over what the body means, whatever the order of its fields. Two bodies with the same digest ask for
    /// the same; where a page is concerned, its hidden `csrf` and `key` do not count.
    pub digest: [u8; 32],
}

impl<T> Sent<T> {
    /// A new check, which knows of the unknown fields already.
    #[must_use]
    pub fn check(&self) -> Check {
        Check::with_unknown(&self.unknown)
    }
}

/// A JSON body: `Json<Sent<T>>` of a request, `Json<T>` of an answer.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

/// The body of a page's form.
#[derive(Clone, Debug)]
pub struct Form<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                Error::new(Code::Internal).into_response()
            }
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<Sent<T>> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let extensions = request.extensions().clone();
        let most = max_body_bytes(request.uri().path());
        let body = read(request, "application/json", most).await?;
        Held::is_still_there(&extensions).await?;
        let object = strict::read_object(&body).ok_or_else(|| Error::new(Code::Malformed))?;
        let digest = strict::digest_object(&object);
        sent(object, digest).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<Sent<T>> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let most = max_body_bytes(request.uri().path());
        FormFields::read(request, most).await?.sent().map(Self)
    }
}

type FormValues = BTreeMap<String, Vec<String>>;

/// The fields of a page's form, before they are read as any one form.
#[derive(Clone, Debug)]
pub struct FormFields(FormValues);

impl FormFields {
    /// The fields in the body of `request`, which has at most `most` bytes.
    ///
    /// # Errors
    /// `unsupported_type`, `too_large`, `request_timeout` or `malformed` when it has no such body.
    pub async fn read(request: Request, most: usize) -> Result<Self, Error> {
        let body = read(request, "application/x-www-form-urlencoded", most).await?;
        let text = std::str::from_utf8(&body).map_err(|_| Error::new(Code::Malformed))?;
        let pairs = decode::pairs(text).filter(|pairs| pairs.len() <= MAX_FORM_FIELDS);
        let mut values: FormValues = BTreeMap::new();
        for (name, value) in pairs.ok_or_else(|| Error::new(Code::Malformed))? {
            values.entry(name).or_default().push(value);
        }
        Ok(Self(values))
    }

    /// Takes the field called `name` out; nothing when it does not come exactly once.
    pub fn take_one(&mut self, name: &str) -> Option<String> {
        let mut values = self.0.remove(name)?.into_iter();
        values.next().filter(|_| values.next().is_none())
    }

    /// Every field that is left, by name; one that came several times is there as often.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str())))
    }

    /// Reads the fields as a form.
    ///
    /// # Errors
    /// `internal` when `T` is no form.
    pub fn sent<T: DeserializeOwned>(self) -> Result<Sent<T>, Error> {
        let said = self.0.iter().filter(|(name, _)| !NOT_DIGESTED.contains(&name.as_str()));
        let digest = strict::digest_form(said.map(|(name, values)| (name.as_str(), values.as_slice())));
        sent(self.0, digest)
    }
}

impl Source for Map<String, Value> {
    fn take(&mut self, name: &str) -> Slot {
        self.remove(name).map_or(Slot::Missing, Slot::Json)
    }

    fn rest(self) -> Vec<String> {
        self.into_iter().map(|(name, _)| name).collect()
    }
}

impl Source for FormValues {
    fn take(&mut self, name: &str) -> Slot {
        Slot::Form(self.remove(name).unwrap_or_default())
    }

    fn rest(self) -> Vec<String> {
        self.into_keys().collect()
    }
}

fn sent<T: DeserializeOwned>(source: impl Source, digest: [u8; 32]) -> Result<Sent<T>, Error> {
    let (form, unknown) = fields::read(source).map_err(|error| {
        tracing::error!(%error, "a form has a field that is not `Given`");
        Error::new(Code::Internal)
    })?;
    Ok(Sent { form, unknown, digest })
}

/// The body, if it is of the type asked for, plain, and not too large.
async fn read(request: Request, media_type: &str, most: usize) -> Result<Bytes, Error> {
    if !is_of_type(request.headers(), media_type) || !is_plain(request.headers()) {
        return Err(Error::new(Code::UnsupportedType));
    }
    let mut body = request.into_body();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Error::new(match BodyFault::behind(&error) {
                BodyFault::TooLarge => Code::TooLarge,
                BodyFault::TooSlow => Code::RequestTimeout,
                BodyFault::Broken => Code::Malformed,
            })
        })?;
        if let Ok(data) = frame.into_data() {
            if whole.len() + data.len() > most {
                return Err(Error::new(Code::TooLarge));
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole.freeze())
}

/// Whether there is one `Content-Type`, it is `media_type`, and if it names a character set that is UTF-8.
fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    let Ok(line) = line.to_str() else { return false };
    let mut parts = line.split(';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(media_type))
        && parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// Whether the body is as it is, not compressed.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
