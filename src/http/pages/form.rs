//! A form that was sent: checked that we made it for this visitor, then read like a body of the API.
//!
//! Whatever is refused after a form was read, here or by its handler, comes back with the text that was typed.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequest, FromRequestParts, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::views::{Problem, Problems};
use super::visit::Visit;
use crate::app::App;
use crate::http::api::forms::keyed;
use crate::http::extract::{FormFields, Given, IdempotencyKey, Sent};
use crate::http::server::{MAX_BODY_BYTES, max_body_bytes};
use crate::http::session::Held;
use crate::http::{Code, Error};
use crate::idempotency;
use crate::kernel::Words;

/// Fields whose text is the visitor's own, with the words for it. Never a password.
const TYPED: [(&str, &str); 7] = [
    ("source", "rulebook-source"),
    ("body", "compose-label"),
    ("note", "queue-note"),
    ("reason", "lift-reason"),
    ("email", "account-email"),
    ("name", "account-name"),
    ("new_email", "account-new-email"),
];

/// A page's form. Its `csrf` has been checked and taken out, and so has its `key`; `T` has the other fields.
pub(super) struct PageForm<T> {
    /// Who sent it.
    pub(super) visit: Visit,
    /// The fields.
    pub(super) sent: Sent<T>,
    key: IdempotencyKey,
}

/// A form that says nothing but yes.
#[derive(Debug, Deserialize)]
pub(super) struct Yes {}

/// What was typed into the form of this request, as key of the label and text, once the form has been read. The layer
/// around the pages puts it in the request and looks at it when that is refused.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<OnceLock<Vec<(&'static str, String)>>>);

impl Kept {
    /// The texts, in the order of their fields' names.
    pub(super) fn texts(&self) -> &[(&'static str, String)] {
        self.0.get().map(Vec::as_slice).unwrap_or_default()
    }

    fn keep(&self, fields: &FormFields) {
        let label = |name: &str| TYPED.iter().find(|(typed, _)| *typed == name).map(|(_, label)| *label);
        let typed = fields.iter().filter(|(_, text)| !text.trim().is_empty());
        let typed = typed.filter_map(|(name, text)| Some((label(name)?, text.to_owned()))).collect();
        // A request has one form.
        let _ = self.0.set(typed);
    }
}

impl<T: DeserializeOwned> FromRequest<App> for PageForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let kept = parts.extensions.get::<Kept>().cloned();
        // The text first: whoever it is from, it comes back.
        let visit = Visit::from_request_parts(&mut parts, app).await;
        let extensions = parts.extensions.clone();
        // Only people with a session send long texts.
        let is_known = visit.as_ref().is_ok_and(|visit| visit.person().is_some());
        let most = if is_known { max_body_bytes(parts.uri.path()) } else { MAX_BODY_BYTES };
        let mut fields = FormFields::read(Request::from_parts(parts, body), most).await?;
        if let Some(kept) = kept {
            kept.keep(&fields);
        }
        Held::is_still_there(&extensions).await?;
        let visit = visit?;
        visit.check_form(fields.take_one("csrf").as_deref())?;
        let key = fields.take_one("key").and_then(|key| IdempotencyKey::parse(&key));
        let key = key.ok_or(Code::IdempotencyKeyMissing)?;
        Ok(Self { visit, sent: fields.sent()?, key })
    }
}

impl<T> PageForm<T> {
    /// The act that the form asks for; a double click asks for the same.
    pub(super) fn request(&self, route: &str, object: impl ToString) -> idempotency::Request {
        keyed(&self.key, route, object, self.sent.digest)
    }
}

/// The text of a field as it was typed; empty when it was not sent.
pub(super) fn typed(given: &Given<String>) -> String {
    given.value().cloned().unwrap_or_default()
}

/// The mistakes of a form as the page shows them: each beside its field, what fits no field at the top.
pub(super) fn problems(words: &Words, error: &Error, fields: &[&'static str]) -> Problems {
    let reasons = error.reasons().into_iter().map(|message| Problem { field: fields.first().copied(), message });
    let faults = error.errors().iter().map(|fault| Problem {
        field: fields.iter().copied().find(|field| *field == fault.field),
        message: fault.message.clone(),
    });
    let mut list: Vec<Problem> = reasons.chain(faults).collect();
    if list.is_empty() {
        let when = try_again(words, error).map(|when| format!(" {when}")).unwrap_or_default();
        list.push(Problem { field: None, message: error.code().title() + &when });
    }
    Problems::new(list)
}

/// When it is worth trying again, in words; nothing when waiting does not help.
pub(super) fn try_again(words: &Words, error: &Error) -> Option<String> {
    let seconds = error.retry_after_seconds()?;
    let (key, count) = match seconds {
        0..=90 => ("try-again-seconds", seconds),
        91..=5_400 => ("try-again-minutes", seconds.div_ceil(60)),
        _ => ("try-again-hours", seconds.div_ceil(3_600)),
    };
    Some(words.with(key, &[("count", count.into())]))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_people_count_it_in() {
        let words = Words::british();
        let told = |seconds| {
            let error = Error::new(Code::TooFast).retry_after(Duration::from_secs(seconds));
            try_again(&words, &error).unwrap()
        };
        assert_eq!(told(1), "You can try again in one second.");
        assert_eq!(told(10), "You can try again in 10 seconds.");
        assert_eq!(told(91), "You can try again in 2 minutes.");
        assert_eq!(told(3_600), "You can try again in 60 minutes.");
        assert_eq!(told(7_201), "You can try again in 3 hours.");
        assert_eq!(try_again(&words, &Error::new(Code::NotFound)), None);
    }
}
