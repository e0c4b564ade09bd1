//! Signing in and up, and what goes by mail.

use askama::Template;

use super::{Frame, Problems};

/// Signing in.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address typed so far.
    pub email: String,
    /// The newspaper's own logins: what each is called, and where it is.
    pub providers: Vec<(String, String)>,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// Opening an account.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_up.html")]
pub struct SignUpPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address typed so far.
    pub email: String,
    /// The display name typed so far.
    pub name: String,
    /// The fewest characters of a password.
    pub password_min_chars: u64,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// "Look into your mail", the same for known and unknown addresses.
#[derive(Clone, Debug, Template)]
#[template(path = "check_mail.html")]
pub struct CheckMailPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address as typed.
    pub email: String,
    /// What was asked for.
    pub sent: MailSent,
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSent {
    /// Confirming the address.
    Confirmation,
    /// Setting a new password.
    Reset,
    /// Changing to another address.
    Change,
}

impl MailSent {
    /// What happens next.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Confirmation => "check-mail-confirmation",
            Self::Reset => "check-mail-reset",
            Self::Change => "check-mail-change",
        }
    }
}

impl CheckMailPage {
    /// Where one asks again.
    #[must_use]
    pub fn again_href(&self) -> String {
        match self.sent {
            MailSent::Confirmation => self.frame.entrance_href("/sign-up"),
            MailSent::Reset => self.frame.entrance_href("/password/forgot"),
            MailSent::Change => Confirming::Change.again_path().to_owned(),
        }
    }
}

/// The page behind the link in a confirmation mail: one presses a button, so that a mail scanner confirms nothing.
#[derive(Clone, Debug, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// What stands around it.
    pub frame: Frame,
    /// What the link confirms.
    pub of: Confirming,
    /// The token from the link; `None` when it is used up, too old or none at all.
    pub token: Option<String>,
}

/// What the link in a mail confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirming {
    /// The address that somebody signed up with.
    SignUp,
    /// The address that an account changes to.
    Change,
}

impl Confirming {
    /// The page behind the link, which is also where its form goes.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::SignUp => "/confirm",
            Self::Change => "/confirm-change",
        }
    }

    /// What happens at the click.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::SignUp => "confirm-text",
            Self::Change => "confirm-change-text",
        }
    }

    /// Where one asks for another link.
    #[must_use]
    pub fn again_path(self) -> &'static str {
        match self {
            Self::SignUp => "/sign-up",
            Self::Change => "/me#change-address",
        }
    }
}

/// Asking for a new password.
#[derive(Clone, Debug, Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address typed so far.
    pub email: String,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// Setting a new password with the link from a mail.
#[derive(Clone, Debug, Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// What stands around it.
    pub frame: Frame,
    /// The token from the link; `None` when it is used up, too old or none at all.
    pub token: Option<String>,
    /// The fewest characters of a password.
    pub password_min_chars: u64,
    /// What was wrong with the form.
    pub problems: Problems,
}
