//! The second factor, showing again who one is, and what waits for a second person.

use askama::Template;

use super::{ClauseRef, Frame, Problems};
use crate::accounts::Challenge;
use crate::http::pages::Moment;

/// The second step of signing in.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_in_code.html")]
pub struct SignInCodePage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands for the password.
    pub ticket: String,
    /// The question for a passkey, from those who have one.
    pub passkey: Option<Question>,
    /// What was wrong with the code.
    pub problems: Problems,
}

/// A question for an authenticator.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the answer comes back with.
    pub ceremony: String,
    /// What the browser is asked with, as JSON.
    pub options: String,
}

impl Question {
    /// The question `asked`.
    #[must_use]
    pub fn of(asked: &Challenge) -> Self {
        Self { ceremony: asked.ceremony.to_string(), options: asked.options.to_string() }
    }
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct PasskeyLine {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub since: Moment,
    /// When it was last used.
    pub used: Option<Moment>,
}

/// Showing again who one is.
#[derive(Clone, Debug, Template)]
#[template(path = "prove.html")]
pub struct ProvePage {
    /// What stands around it.
    pub frame: Frame,
    /// Where one goes afterwards.
    pub return_to: String,
    /// The address of the account, for the browser's own store of passwords.
    pub email: String,
    /// For how many minutes it is enough.
    pub minutes: u64,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is a second factor.
    pub has_factor: bool,
    /// The question for a passkey, from those who have one.
    pub passkey: Option<Question>,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// One's own second factor.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    /// What stands around it.
    pub frame: Frame,
    /// How far one is.
    pub step: FactorStep,
    /// Whether roles wait for it.
    pub is_withheld: bool,
    /// Where one goes afterwards.
    pub return_to: String,
    /// Where it is given in this session.
    pub prove_href: String,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyLine>,
    /// Whether one more can be made here.
    pub may_add: bool,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// How far somebody is with their second factor.
#[derive(Clone, Debug)]
pub enum FactorStep {
    /// There is none.
    Begin,
    /// The app reads the secret now.
    Scan(Scan),
    /// The recovery codes, told this once.
    Codes(Vec<String>),
    /// There is one, and so many recovery codes are left.
    Enrolled(u64),
    /// The browser is asked to make a passkey of this name.
    Ask(Question, String),
}

/// What an app reads.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The secret, to be typed.
    pub secret: String,
    /// The dark squares of the QR code as a path.
    pub path: String,
    /// How many squares it is wide, its margin included.
    pub size: usize,
}

/// What waits for a second person.
#[derive(Clone, Debug, Template)]
#[template(path = "approvals.html")]
pub struct ApprovalsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What waits, oldest first.
    pub approvals: Vec<ApprovalRow>,
}

/// An act that waits.
#[derive(Clone, Debug)]
pub struct ApprovalRow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind_key: &'static str,
    /// Why it waits.
    pub reason_key: &'static str,
    /// Where it is done.
    pub title_name: String,
    /// Where one looks at what it is about.
    pub href: Option<String>,
    /// The clause.
    pub clause: Option<ClauseRef>,
    /// Until when it would hold.
    pub until: Option<Moment>,
    /// How many it would ban.
    pub count: Option<u64>,
    /// The note for the other moderators.
    pub note: String,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub asked: Moment,
    /// Until when it waits.
    pub over: Moment,
    /// Whether the viewer asked for it.
    pub is_own: bool,
}
