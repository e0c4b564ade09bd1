//! The form that opens, pre-moderates or closes a thread.

use askama::Template;

use super::{Frame, Problems, StoryHead};
use crate::http::pages::Moment;

/// The state of a story's thread, for staff.
#[derive(Clone, Debug, Template)]
#[template(path = "thread.html")]
pub struct ThreadPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// What may happen in the thread, as chosen.
    pub status: Option<ThreadStatus>,
    /// When the thread closes by itself so far.
    pub closes: Option<Moment>,
    /// Whether it closes by itself, as chosen.
    pub closing: Option<Closing>,
    /// After how many days, as typed.
    pub days: String,
    /// The most days.
    pub max_days: u64,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// What may happen in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadStatus {
    /// Comments appear when the rules let them.
    Open,
    /// Comments wait for a moderator.
    PreModerated,
    /// No new comments.
    Closed,
}

impl ThreadPage {
    fn is_status(&self, status: &ThreadStatus) -> bool {
        self.status.as_ref() == Some(status)
    }

    fn is_closing(&self, closing: &Closing) -> bool {
        self.closing.as_ref() == Some(closing)
    }
}

impl ThreadStatus {
    /// Every status, as the page offers them.
    pub const ALL: [Self; 3] = [Self::Open, Self::PreModerated, Self::Closed];

    /// The status that the form calls `value`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.value() == value)
    }

    /// Its value in the form.
    #[must_use]
    pub fn value(self) -> &'static str {
        self.key().trim_start_matches("thread-")
    }

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "thread-open",
            Self::PreModerated => "thread-premoderated",
            Self::Closed => "thread-closed",
        }
    }

    /// What it means.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Open => "thread-open-text",
            Self::PreModerated => "thread-premoderated-text",
            Self::Closed => "thread-closed-text",
        }
    }
}

/// Whether a thread closes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It does not.
    Never,
    /// When it is going to already.
    Keep,
    /// After so many days from now.
    Days,
}

impl Closing {
    /// Every choice, as the page offers them.
    pub const ALL: [Self; 3] = [Self::Never, Self::Keep, Self::Days];

    /// The choice that the form calls `value`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|closing| closing.value() == value)
    }

    /// Its value in the form.
    #[must_use]
    pub fn value(self) -> &'static str {
        self.key().trim_start_matches("closing-")
    }

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Never => "closing-never",
            Self::Keep => "closing-keep",
            Self::Days => "closing-days",
        }
    }

    /// Whether it needs a number of days.
    #[must_use]
    pub fn is_days(self) -> bool {
        self == Self::Days
    }

    /// Whether it is the moment that is set.
    #[must_use]
    pub fn is_keep(self) -> bool {
        self == Self::Keep
    }
}
