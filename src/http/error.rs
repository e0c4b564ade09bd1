//! What a refusal looks like from outside: RFC 9457 problem details with a stable `code`.
//!
//! [`Code`] is the whole catalogue, and the OpenAPI document, the reference and the tests are made from it. Its
//! sentences for people are in `errors.ftl`, as `error-` and the code with hyphens.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::kernel::Words;

/// The media type of every refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

static WORDS: LazyLock<Words> = LazyLock::new(Words::british);

macro_rules! codes {
    ($($variant:ident = $status:ident $name:literal: $help:literal;)*) => {
        /// Every way in which a request can be refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $help] $variant,)*
        }

        impl Code {
            /// The whole catalogue, by status.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as programs see it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The status that it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// What it means, for whoever writes a program against the API.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

codes! {
    IdempotencyKeyInvalid = BAD_REQUEST "idempotency_key_invalid":
        "The `Idempotency-Key` is given twice, or is not 1 to 255 visible ASCII characters.";
    IdempotencyKeyMissing = BAD_REQUEST "idempotency_key_missing":
        "This request needs an `Idempotency-Key`, so that sending it twice does not do it twice.";
    InvalidQuery = BAD_REQUEST "invalid_query":
        "A query parameter is unknown, doubled, empty or out of range, or a cursor is not one that was given out.";
    Malformed = BAD_REQUEST "malformed":
        "The body cannot be read: not a JSON object, a doubled field, U+0000, nested too deep, or not UTF-8.";
    BadSignature = BAD_REQUEST "bad_signature":
        "The message has no signature that one of our secrets makes.";
    StaleSignature = BAD_REQUEST "stale_signature":
        "The message was signed more than 300 seconds from now.";
    TokenRefused = BAD_REQUEST "token_refused":
        "The single-use link has been used, has expired, or was never given out.";
    NotSignedIn = UNAUTHORIZED "not_signed_in":
        "There is no session, or it has ended.";
    HostTokenRefused = UNAUTHORIZED "token_refused":
        "The newspaper's token is not signed by an issuer of ours, not for us, over, or used before.";
    SignInFailed = UNAUTHORIZED "sign_in_failed":
        "The e-mail address and the password do not belong together.";
    SecondFactorNeeded = UNAUTHORIZED "second_factor_needed":
        "The password is right; the account has a second factor: send `code`, `recovery_code`, or `ceremony` and `credential` of a passkey, with it.";
    SecondFactorRefused = UNAUTHORIZED "second_factor_refused":
        "The code of the second factor is wrong, over, or was used before.";
    Banned = FORBIDDEN "banned":
        "The privilege has been withdrawn; `until` says for how long (null: for good), `clause` why.";
    Csrf = FORBIDDEN "csrf":
        "A request with a cookie did not show that it comes from our own pages.";
    EmailUnconfirmed = FORBIDDEN "email_unconfirmed":
        "The e-mail address has to be confirmed first.";
    Forbidden = FORBIDDEN "forbidden":
        "The account may not do this.";
    HttpsRequired = FORBIDDEN "https_required":
        "The site is reached by https alone, and no trusted proxy says that this request came so.";
    NotSubscribed = FORBIDDEN "not_subscribed":
        "Only subscribers may do this; `standing` says what the subscription is instead.";
    ReauthenticationRequired = FORBIDDEN "reauthentication_required":
        "Whoever does this has shown too long ago who they are: see `POST /api/v1/sessions/reauthenticate`.";
    SecondFactorRequired = FORBIDDEN "second_factor_required":
        "Who works for the paper needs a second factor in their session: enrol one, or sign in with it.";
    SecondPersonNeeded = FORBIDDEN "second_person_needed":
        "The act waits for a second person: `approval` is what they approve, until `expires_at`.";
    WarningUnacknowledged = FORBIDDEN "warning_unacknowledged":
        "The `warning`, under `clause`, has to be acknowledged before the next comment.";
    NotFound = NOT_FOUND "not_found":
        "There is nothing here, or nothing that this account may know of.";
    MethodNotAllowed = METHOD_NOT_ALLOWED "method_not_allowed":
        "The address exists, but not for this method; `Allow` names those that it has.";
    RequestTimeout = REQUEST_TIMEOUT "request_timeout":
        "The body of the request did not arrive in time.";
    AlreadyReported = CONFLICT "already_reported":
        "This account has reported this comment before.";
    Conflict = CONFLICT "conflict":
        "The request does not fit the state that things are in.";
    EditWindowOver = CONFLICT "edit_window_over":
        "The comment can no longer be edited.";
    IsStaff = CONFLICT "is_staff":
        "The subscriber works for the title and cannot be banned while holding the role.";
    LastAdmin = CONFLICT "last_admin":
        "The installation would be left without an admin.";
    NotEditable = CONFLICT "not_editable":
        "A comment of this status cannot be edited.";
    Nudged = CONFLICT "nudged":
        "The author is asked to reconsider: nothing was stored; sent again with `nudge` and a new key, it is taken.";
    ParentGone = CONFLICT "parent_gone":
        "The comment that this replies to is not published.";
    StaleRevision = CONFLICT "stale_revision":
        "The comment has changed since the revision named; `winner` says who decided first.";
    StaleVersion = CONFLICT "stale_version":
        "Another version was published since `based_on`; `latest` is its number, and nothing was published.";
    StoryClosed = CONFLICT "story_closed":
        "The story takes no more comments.";
    TooLarge = PAYLOAD_TOO_LARGE "too_large":
        "The body has more than 65,536 bytes; where rules and word lists are taken, more than 4,194,304; of a webhook, 524,288.";
    UnsupportedType = UNSUPPORTED_MEDIA_TYPE "unsupported_type":
        "The body has another `Content-Type` than the one asked for, or is compressed.";
    BodyLength = UNPROCESSABLE_ENTITY "body_length":
        "The comment is empty or too long.";
    IdempotencyMismatch = UNPROCESSABLE_ENTITY "idempotency_mismatch":
        "The `Idempotency-Key` came before, with another body.";
    Invalid = UNPROCESSABLE_ENTITY "invalid":
        "Fields are missing, unknown, of the wrong type or out of range; `errors` names them all.";
    InvalidText = UNPROCESSABLE_ENTITY "invalid_text":
        "The rules or the word list have mistakes; `complaints` names them all, with line, column and hint.";
    Rejected = UNPROCESSABLE_ENTITY "rejected":
        "The rules of the title reject the comment; `reasons` says why.";
    RenamedLately = TOO_MANY_REQUESTS "renamed_lately":
        "The account changed its name a short while ago; it may again at `until`.";
    SlowDown = TOO_MANY_REQUESTS "slow_down":
        "A rule of the title lets the author comment only so often; the next comment may come at `until`.";
    TooFast = TOO_MANY_REQUESTS "too_fast":
        "The account posts too quickly; `Retry-After` says when it may post again.";
    TooManyRequests = TOO_MANY_REQUESTS "too_many_requests":
        "Too many requests of this kind; `Retry-After` says when to try again.";
    Internal = INTERNAL_SERVER_ERROR "internal":
        "Something went wrong here.";
    Busy = SERVICE_UNAVAILABLE "busy":
        "Too much is going on; `Retry-After` says when to try again.";
    Unavailable = SERVICE_UNAVAILABLE "unavailable":
        "The service cannot answer now; `Retry-After` says when to try again.";
    ProviderUnavailable = SERVICE_UNAVAILABLE "provider_unavailable":
        "The newspaper's login does not answer; `Retry-After` says when to try again.";
}

impl Code {
    /// The key of its sentence for people.
    #[must_use]
    pub fn words_key(self) -> String {
        format!("error-{}", self.as_str().replace('_', "-"))
    }

    /// Its sentence for people.
    #[must_use]
    pub fn title(self) -> String {
        WORDS.text(&self.words_key())
    }
}

/// One fault of one field, as told in `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldFault {
    /// The name of the field.
    #[schema(max_length = 100)]
    pub field: String,
    /// What is wrong with it, for programs.
    #[schema(value_type = String, max_length = 40)]
    pub code: &'static str,
    /// What is wrong with it, for people.
    #[schema(max_length = 500)]
    pub message: String,
}

impl FieldFault {
    /// A fault of `field`, worded from `errors.ftl`: by `field-` and `code`, or, where the code names its field itself,
    /// by the code alone.
    #[must_use]
    pub fn new(field: &str, code: &'static str, arguments: crate::kernel::Arguments<'_>) -> Self {
        let words = code.replace('_', "-");
        let key = Some(format!("field-{words}")).filter(|key| WORDS.has(key)).unwrap_or(words);
        let message = WORDS.with(&key, arguments);
        Self { field: crate::kernel::shortened(field, 100), code, message }
    }
}

/// The shape of every refusal, for the OpenAPI document. Some codes carry members of their own beside these.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code tells problems apart.
    #[serde(rename = "type")]
    #[schema(value_type = String, max_length = 40)]
    pub kind: &'static str,
    /// What happened, in a sentence for people.
    #[schema(max_length = 500)]
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened, for programs.
    #[schema(value_type = String, max_length = 40)]
    pub code: &'static str,
    /// More about this very case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000)]
    pub detail: Option<String>,
    /// Every fault of the fields, with the code `invalid`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub errors: Vec<FieldFault>,
}

/// A refusal on its way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    code: Code,
    detail: Option<String>,
    retry_after: Option<Duration>,
    members: Map<String, Value>,
    errors: Vec<FieldFault>,
}

impl Error {
    /// A refusal with nothing but its code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, detail: None, retry_after: None, members: Map::new(), errors: Vec::new() }
    }

    /// The refusal of a form with these faults.
    #[must_use]
    pub fn invalid(errors: Vec<FieldFault>) -> Self {
        Self { errors, ..Self::new(Code::Invalid) }
    }

    /// With a sentence about this very case. It is shown: nothing internal belongs in it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With when to try again, in whole seconds and at least one.
    #[must_use]
    pub const fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// With a member of its own in the problem, such as `until`. The members of [`Problem`] cannot be replaced.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// What happened.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.code.status()
    }

    /// Every fault of the fields.
    #[must_use]
    pub fn errors(&self) -> &[FieldFault] {
        &self.errors
    }

    /// The same with more faults of fields.
    #[must_use]
    pub fn and(mut self, faults: impl IntoIterator<Item = FieldFault>) -> Self {
        self.errors.extend(faults);
        self
    }

    /// The same with fields under the names that a page's form has for them.
    #[must_use]
    pub fn renamed(mut self, names: &[(&str, &str)]) -> Self {
        for fault in &mut self.errors {
            if let Some((_, name)) = names.iter().find(|(from, _)| *from == fault.field) {
                fault.field = (*name).to_owned();
            }
        }
        self
    }

    /// What the rules have to say to the author, in plain words, when they rejected a text.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let reasons = self.members.get("reasons").and_then(Value::as_array);
        let messages = reasons.into_iter().flatten().filter_map(|reason| reason.get("message"));
        messages.filter_map(|message| message.as_str().map(str::to_owned)).collect()
    }

    /// The sentence about this very case.
    #[must_use]
    pub fn detail_text(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Whole seconds until it is worth trying again; for 429 and 503 always, since they promise it.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        let promised = matches!(self.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
        let after = self.retry_after.or(promised.then_some(Duration::from_secs(5)))?;
        Some(after.as_millis().div_ceil(1000).clamp(1, u128::from(u32::MAX)) as u64)
    }

    /// The problem as it is sent.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let problem = Problem {
            kind: "about:blank",
            title: self.code.title(),
            status: self.status().as_u16(),
            code: self.code.as_str(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        };
        let mut json = serde_json::to_value(problem).unwrap_or_default();
        if let Some(object) = json.as_object_mut() {
            for (name, value) in &self.members {
                object.entry(name.as_str()).or_insert_with(|| value.clone());
            }
        }
        json
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// The problem; the error itself travels along as an extension (`Arc<Error>`), from which a layer around the pages
/// can make a page instead.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.to_json().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

async fn not_found() -> Error {
    Error::new(Code::NotFound)
}

async fn method_not_allowed() -> Error {
    Error::new(Code::MethodNotAllowed)
}

/// Gives `router` answers for addresses and methods that it does not have. Call it when all routes are in.
pub fn with_fallbacks<S: Clone + Send + Sync + 'static>(router: axum::Router<S>) -> axum::Router<S> {
    router.fallback(not_found).method_not_allowed_fallback(method_not_allowed)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_a_sentence_and_a_name_of_its_own_for_its_status() {
        let words = Words::british();
        let mut names = HashSet::new();
        for code in Code::ALL {
            assert!(words.has(&code.words_key()), "errors.ftl lacks {}", code.words_key());
            assert!(names.insert((code.as_str(), code.status())), "{} twice", code.as_str());
            assert!(!code.help().is_empty());
        }
    }

    #[test]
    fn a_problem_carries_its_own_members_but_they_replace_nothing() {
        let json = Error::new(Code::Banned).member("until", Value::Null).member("code", "forged").to_json();
        assert_eq!(json["code"], "banned");
        assert_eq!(json["status"], 403);
        assert_eq!(json["type"], "about:blank");
        assert!(json.as_object().unwrap().contains_key("until"));
        assert!(json["title"].as_str().unwrap().len() > 10);
    }

    #[test]
    fn whoever_is_told_to_wait_is_told_how_long_in_seconds_rounded_up() {
        let seconds = |error: Error| error.retry_after_seconds();
        assert_eq!(seconds(Error::new(Code::TooFast).retry_after(Duration::from_millis(1_001))), Some(2));
        assert_eq!(seconds(Error::new(Code::TooFast).retry_after(Duration::ZERO)), Some(1));
        assert_eq!(seconds(Error::new(Code::Busy)), Some(5));
        assert_eq!(seconds(Error::new(Code::NotFound)), None);
    }

    #[test]
    fn a_401_says_how_to_sign_in_and_every_refusal_is_problem_json() {
        let response = Error::new(Code::NotSignedIn).into_response();
        assert_eq!(response.headers()[CONTENT_TYPE], PROBLEM_JSON);
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
        assert_eq!(response.extensions().get::<Arc<Error>>().unwrap().code(), Code::NotSignedIn);
    }
}
