//! Pages for what could not be done.

use askama::Template;

use super::{Action, Frame, Href};

/// Why the page that was asked for is not shown.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What stands around it.
    pub frame: Frame,
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// More about it, in words.
    pub explanation: Option<String>,
    /// For a conflict: who was faster and what they did.
    pub winner: Option<(String, Action)>,
    /// Where one can go on.
    pub back: Option<Href>,
    /// What an administrator finds the fault by.
    pub reference: Option<String>,
}

/// The kinds of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400, 405, 413, 415: the request makes no sense here.
    BadRequest,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 409.
    Conflict,
    /// 429.
    TooFast,
    /// 500.
    Broken,
    /// 503.
    Unavailable,
}

impl ErrorKind {
    /// The heading.
    #[must_use]
    pub fn heading_key(self) -> &'static str {
        match self {
            Self::BadRequest => "page-error-bad-request",
            Self::Forbidden => "page-error-forbidden",
            Self::NotFound => "page-error-not-found",
            Self::Conflict => "page-error-conflict",
            Self::TooFast => "page-error-too-fast",
            Self::Broken => "page-error-broken",
            Self::Unavailable => "page-error-unavailable",
        }
    }

    /// The sentence below it.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::BadRequest => "page-error-bad-request-text",
            Self::Forbidden => "page-error-forbidden-text",
            Self::NotFound => "page-error-not-found-text",
            Self::Conflict => "page-error-conflict-text",
            Self::TooFast => "page-error-too-fast-text",
            Self::Broken => "page-error-broken-text",
            Self::Unavailable => "page-error-unavailable-text",
        }
    }
}

/// A form that came too late, with what was typed into it.
#[derive(Clone, Debug, Template)]
#[template(path = "expired.html")]
pub struct ExpiredPage {
    /// What stands around it.
    pub frame: Frame,
    /// What was typed, to be copied.
    pub typed: Vec<Typed>,
    /// The form's own page.
    pub back: Href,
}

/// What was typed into one field; never a password.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The field's name on the page.
    pub label: String,
    /// The text.
    pub text: String,
}
