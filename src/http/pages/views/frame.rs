//! What stands around every page: masthead, sign-in, what was just done.

use std::borrow::Borrow;
use std::fmt::Display;
use std::sync::Arc;

use fluent_bundle::FluentValue;

use crate::http::redirect::entrance_href;
use crate::kernel::Words;

/// What every page needs besides its own matter.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's words.
    pub words: Arc<Words>,
    /// The language of those words, as HTML writes it: `en-GB`.
    pub language: String,
    /// Whose page it is.
    pub masthead: Masthead,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The session's token against forged requests; every form carries it as `csrf`.
    pub csrf: String,
    /// A fresh random text for this one rendering, 1 to 64 visible ASCII characters: the stem of every form's `key`.
    pub page_key: String,
    /// Path and query of this page, to come back to after sign-in.
    pub here: String,
    /// What the request before this one has done.
    pub done: Option<Done>,
    /// Changes with the build, so that browsers fetch new style and script after an update.
    pub build: String,
    /// Whether search engines may list the page: only what everybody sees.
    pub may_be_indexed: bool,
}

impl Frame {
    /// The message called `key`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// The message called `key` for `count` things.
    #[must_use]
    pub fn n(&self, key: &str, count: impl Borrow<u64>) -> String {
        self.words.with(key, &[("count", FluentValue::from(*count.borrow()))])
    }

    /// The message called `key`, which mentions one value by name.
    #[must_use]
    pub fn with(&self, key: &str, name: &str, value: impl Display) -> String {
        self.words.with(key, &[(name, FluentValue::from(value.to_string()))])
    }

    /// The message called `key`, which mentions two values by name.
    #[must_use]
    pub fn with2(&self, key: &str, a: &str, first: impl Display, b: &str, second: impl Display) -> String {
        let (first, second) = (first.to_string(), second.to_string());
        self.words.with(key, &[(a, FluentValue::from(first)), (b, FluentValue::from(second))])
    }

    /// The idempotency key of the form called `form`: its own on this page, the same on a double click.
    #[must_use]
    pub fn key(&self, form: impl Display) -> String {
        format!("{}-{form}", self.page_key)
    }

    /// The idempotency key of the form that does `action` to the thing called `id`.
    #[must_use]
    pub fn key_for(&self, action: impl Display, id: impl Display) -> String {
        format!("{}-{action}-{id}", self.page_key)
    }

    /// Where one signs in to come back here.
    #[must_use]
    pub fn sign_in_href(&self) -> String {
        self.sign_in_href_to(&self.here)
    }

    /// Where one signs in to go on to `path`, path and query of a page of ours.
    #[must_use]
    pub fn sign_in_href_to(&self, path: impl Display) -> String {
        entrance_href("/sign-in", &path.to_string())
    }

    /// Another page for people without a session, which keeps where one goes afterwards.
    #[must_use]
    pub fn entrance_href(&self, entrance: &str) -> String {
        entrance_href(entrance, &self.here)
    }
}

/// The name at the head of the page.
#[derive(Clone, Debug)]
pub struct Masthead {
    /// The title's name, or the installation's.
    pub name: String,
    /// Where the name leads.
    pub href: String,
    /// The title's house rules, on pages that belong to a title.
    pub rules_href: Option<String>,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The display name.
    pub name: String,
    /// How many comments wait for a moderator, when the viewer is one.
    pub queue_count: Option<u64>,
    /// How many acts wait for a second person, their own included.
    pub approval_count: u64,
}

impl Viewer {
    /// Whether the viewer is staff anywhere.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.queue_count.is_some()
    }
}

/// What a form did before it led here: a code in the address, a sentence on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A comment is out.
    Published,
    /// A comment waits for a moderator.
    Held,
    /// A comment's text was replaced.
    Edited,
    /// A comment was withdrawn by its author.
    Withdrawn,
    /// A report was sent.
    Reported,
    /// A decision: the comment is or stays published.
    Approved,
    /// A decision: the comment is taken down.
    Removed,
    /// A decision: a removed comment is back.
    Restored,
    /// Privileges were withdrawn.
    Banned,
    /// A ban was lifted.
    Lifted,
    /// The account has a new password.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// The e-mail address is confirmed.
    Confirmed,
    /// The account has a new e-mail address.
    AddressChanged,
    /// A story's thread was opened, closed or is read first.
    ThreadSet,
    /// Rules or a word list were published.
    RulesPublished,
    /// They were published already.
    RulesUnchanged,
    /// A trial was stopped.
    BacktestStopped,
    /// Comments were held by a sweep.
    Swept,
    /// A sweep was undone.
    SweepUndone,
    /// A ban was lifted, and the comments that it took along are back.
    LiftedRestored,
    /// A decision was undone.
    Undone,
    /// A subscriber was reminded of a clause.
    Reminded,
    /// A subscriber was warned.
    Warned,
    /// Two subscribers are one person.
    Joined,
    /// A subscriber is a person of their own.
    Separated,
    /// The account has another name.
    Renamed,
    /// A warning was acknowledged.
    WarningAcknowledged,
    /// How mail comes was chosen.
    MailChosen,
    /// Somebody showed again who they are.
    Proven,
    /// The second factor was removed.
    FactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An act was done with a second person.
    ActApproved,
    /// An act was refused, or taken back.
    ActRefused,
    /// The session of this browser is over.
    SignedOut,
}

impl Done {
    /// Every thing that can have been done.
    pub const ALL: [Self; 36] = [
        Self::Published,
        Self::Held,
        Self::Edited,
        Self::Withdrawn,
        Self::Reported,
        Self::Approved,
        Self::Removed,
        Self::Restored,
        Self::Banned,
        Self::Lifted,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::Confirmed,
        Self::AddressChanged,
        Self::ThreadSet,
        Self::RulesPublished,
        Self::RulesUnchanged,
        Self::BacktestStopped,
        Self::Swept,
        Self::SweepUndone,
        Self::LiftedRestored,
        Self::Undone,
        Self::Reminded,
        Self::Warned,
        Self::Joined,
        Self::Separated,
        Self::Renamed,
        Self::WarningAcknowledged,
        Self::MailChosen,
        Self::Proven,
        Self::FactorRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::ActApproved,
        Self::ActRefused,
        Self::SignedOut,
    ];

    /// The code for the address: `?done=held`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.key().trim_start_matches("done-")
    }

    /// What `code` stands for.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.code() == code)
    }

    /// The message that says it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Published => "done-published",
            Self::Held => "done-held",
            Self::Edited => "done-edited",
            Self::Withdrawn => "done-withdrawn",
            Self::Reported => "done-reported",
            Self::Approved => "done-approved",
            Self::Removed => "done-removed",
            Self::Restored => "done-restored",
            Self::Banned => "done-banned",
            Self::Lifted => "done-lifted",
            Self::PasswordChanged => "done-password-changed",
            Self::SessionEnded => "done-session-ended",
            Self::Confirmed => "done-confirmed",
            Self::AddressChanged => "done-address-changed",
            Self::ThreadSet => "done-thread-set",
            Self::RulesPublished => "done-rules-published",
            Self::RulesUnchanged => "done-rules-unchanged",
            Self::BacktestStopped => "done-backtest-stopped",
            Self::Swept => "done-swept",
            Self::SweepUndone => "done-sweep-undone",
            Self::LiftedRestored => "done-lifted-restored",
            Self::Undone => "done-undone",
            Self::Reminded => "done-reminded",
            Self::Warned => "done-warned",
            Self::Joined => "done-joined",
            Self::Separated => "done-separated",
            Self::Renamed => "done-renamed",
            Self::WarningAcknowledged => "done-warning-acknowledged",
            Self::MailChosen => "done-mail-chosen",
            Self::Proven => "done-proven",
            Self::FactorRemoved => "done-factor-removed",
            Self::PasskeyAdded => "done-passkey-added",
            Self::PasskeyRemoved => "done-passkey-removed",
            Self::ActApproved => "done-act-approved",
            Self::ActRefused => "done-act-refused",
            Self::SignedOut => "done-signed-out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_in_an_address_is_read_back() {
        for done in Done::ALL {
            assert_eq!(Done::parse(done.code()), Some(done));
        }
        assert_eq!(Done::parse("paid"), None);
    }
}
