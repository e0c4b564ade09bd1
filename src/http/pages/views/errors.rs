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
    /// When it is worth trying again, in words.
    pub again: Option<String>,
    /// What was typed into the form, to be copied.
    pub typed: Vec<Typed>,
    /// For a conflict: who was faster and what they did.
    pub winner: Option<(String, Action)>,
    /// Where one can go on: the form's own page.
    pub back: Option<Href>,
    /// Whether one has to sign in before the form can be sent.
    pub is_after_sign_in: bool,
    /// What an administrator finds the fault by.
    pub reference: Option<String>,
}

/// The kinds of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400, 405, 413, 415: the request makes no sense here.
    BadRequest,
    /// 401: a sign-in at a provider that came to nothing.
    NotSignedIn,
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
    /// 503 of the newspaper's login.
    LoginUnavailable,
    /// A form that was made for another session or too long ago.
    Expired,
    /// 403 for want of showing again who one is.
    Unproven,
    /// 403 for want of a second factor.
    FactorWanted,
    /// 403 until a second person approves.
    Waiting,
}

impl ErrorKind {
    /// The heading.
    #[must_use]
    pub fn heading_key(self) -> &'static str {
        match self {
            Self::BadRequest => "page-error-bad-request",
            Self::NotSignedIn => "page-error-not-signed-in",
            Self::Forbidden => "page-error-forbidden",
            Self::NotFound => "page-error-not-found",
            Self::Conflict => "page-error-conflict",
            Self::TooFast => "page-error-too-fast",
            Self::Broken => "page-error-broken",
            Self::Unavailable | Self::LoginUnavailable => "page-error-unavailable",
            Self::Expired => "expired-heading",
            Self::Unproven => "prove-heading",
            Self::FactorWanted => "factor-heading",
            Self::Waiting => "waiting-heading",
        }
    }

    /// The sentence below it.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::BadRequest => "page-error-bad-request-text",
            Self::NotSignedIn => "page-error-not-signed-in-text",
            Self::Forbidden => "page-error-forbidden-text",
            Self::NotFound => "page-error-not-found-text",
            Self::Conflict => "page-error-conflict-text",
            Self::TooFast => "page-error-too-fast-text",
            Self::Broken => "page-error-broken-text",
            Self::Unavailable => "page-error-unavailable-text",
            Self::LoginUnavailable => "page-error-login-unavailable-text",
            Self::Expired => "expired-text",
            Self::Unproven => "prove-nothing-done",
            Self::FactorWanted => "factor-withheld",
            Self::Waiting => "waiting-text",
        }
    }

    /// The words on the link to the form.
    #[must_use]
    pub fn back_key(self) -> &'static str {
        match self {
            Self::Expired => "expired-back",
            Self::Unproven => "prove-open",
            Self::FactorWanted => "factor-open",
            Self::Waiting => "waiting-back",
            _ => "page-error-back",
        }
    }
}

/// What was typed into one field; never a password.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The field's name on the page.
    pub label: String,
    /// The text.
    pub text: String,
}
