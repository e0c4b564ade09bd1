//! A story with its thread.

use askama::Template;

use super::{Branch, ClauseRef, CommentView, Compose, Frame, Href, StoryState};
use crate::http::pages::Moment;

/// A story with its thread.
#[derive(Clone, Debug, Template)]
#[template(path = "story.html")]
pub struct StoryPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// Whether the viewer may open, close or pre-moderate the thread.
    pub may_set_thread: bool,
    /// The box to write in, or why it is closed.
    pub comment_box: CommentBox,
    /// The viewer's own comments that others cannot see: held or rejected.
    pub mine: Vec<CommentView>,
    /// The order of the thread.
    pub sort: Sort,
    /// This page of the thread.
    pub branches: Vec<Branch>,
    /// Whether this is not the thread's first page.
    pub is_later_page: bool,
    /// Where the next page is: path and query.
    pub next_href: Option<String>,
}

/// What stands above a thread.
#[derive(Clone, Debug)]
pub struct StoryHead {
    /// Its id.
    pub id: String,
    /// Its headline.
    pub headline: String,
    /// Its section; empty when it has none.
    pub section: String,
    /// The id of its title.
    pub title: String,
    /// The name of its title.
    pub title_name: String,
    /// The article itself.
    pub article: Option<Href>,
    /// When the newspaper published it.
    pub published: Option<Moment>,
    /// How many comments everyone can read.
    pub comment_count: u64,
    /// Whether it takes comments.
    pub state: StoryState,
}

/// The place where one writes.
#[derive(Clone, Debug)]
pub enum CommentBox {
    /// Open to this viewer.
    Open(Compose),
    /// Closed, and why.
    Shut(Box<Shut>),
}

/// Why this viewer cannot write here, and what to do about it.
#[derive(Clone, Debug)]
pub struct Shut {
    /// The reason.
    pub why: WhyShut,
    /// What the newspaper itself says to those whom it turns away, by paragraph.
    pub own_words: Vec<String>,
    /// Where one subscribes.
    pub subscribe: Option<Href>,
    /// For a ban: the clause it cites.
    pub clause: Option<ClauseRef>,
    /// For a ban: when it ends; `None` is for good.
    pub until: Option<Moment>,
    /// What had been typed when the gate shut, so that it is not lost.
    pub typed: Option<String>,
}

/// The gate's reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyShut {
    /// Nobody is signed in.
    NotSignedIn,
    /// There is no subscription.
    NotSubscribed,
    /// It has run out.
    Lapsed,
    /// It is paused.
    Paused,
    /// It was paid back.
    Refunded,
    /// A payment is late.
    PastDue,
    /// The cardholder's bank took the payment back.
    ChargedBack,
    /// The privilege is withdrawn.
    Banned,
    /// A warning has to be acknowledged first.
    Warned,
    /// The story takes no more comments.
    StoryClosed,
    /// The e-mail address is not confirmed.
    Unconfirmed,
}

impl WhyShut {
    /// The heading.
    #[must_use]
    pub fn heading_key(self) -> &'static str {
        match self {
            Self::NotSignedIn => "shut-not-signed-in",
            Self::NotSubscribed => "shut-not-subscribed",
            Self::Lapsed => "shut-lapsed",
            Self::Paused => "shut-paused",
            Self::Refunded => "shut-refunded",
            Self::PastDue => "shut-past-due",
            Self::ChargedBack => "shut-charged-back",
            Self::Banned => "shut-banned",
            Self::Warned => "shut-warned",
            Self::StoryClosed => "shut-story-closed",
            Self::Unconfirmed => "shut-unconfirmed",
        }
    }

    /// The sentence below it.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::NotSignedIn => "shut-not-signed-in-text",
            Self::NotSubscribed => "shut-not-subscribed-text",
            Self::Lapsed => "shut-lapsed-text",
            Self::Paused => "shut-paused-text",
            Self::Refunded => "shut-refunded-text",
            Self::PastDue => "shut-past-due-text",
            Self::ChargedBack => "shut-charged-back-text",
            Self::Banned => "shut-banned-text",
            Self::Warned => "shut-warned-text",
            Self::StoryClosed => "shut-story-closed-text",
            Self::Unconfirmed => "shut-unconfirmed-text",
        }
    }

    /// Whether it is a warning to acknowledge.
    #[must_use]
    pub fn is_warning(self) -> bool {
        self == Self::Warned
    }

    /// The words on the link to the newspaper's subscriptions; `None` when a subscription would not help.
    #[must_use]
    pub fn subscribe_key(self) -> Option<&'static str> {
        match self {
            Self::NotSignedIn | Self::NotSubscribed | Self::Refunded | Self::ChargedBack => Some("shut-subscribe"),
            Self::Lapsed | Self::PastDue => Some("shut-renew"),
            Self::Paused => Some("shut-resume"),
            Self::Banned | Self::Warned | Self::StoryClosed | Self::Unconfirmed => None,
        }
    }

    /// Whether signing in may help.
    #[must_use]
    pub fn is_sign_in(self) -> bool {
        self == Self::NotSignedIn
    }

    /// Whether it is a ban.
    #[must_use]
    pub fn is_ban(self) -> bool {
        self == Self::Banned
    }
}

/// The order of a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Most recommended first.
    Recommended,
}

impl Sort {
    /// Every order, as the page offers them.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Recommended];

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Newest => "sort-newest",
            Self::Oldest => "sort-oldest",
            Self::Recommended => "sort-recommended",
        }
    }

    /// Its value in the address.
    #[must_use]
    pub fn value(self) -> &'static str {
        self.key().trim_start_matches("sort-")
    }
}
