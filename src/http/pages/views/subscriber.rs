//! A subscriber as staff see them: whom a ban would bind, the record, the ban form and the look before it is sent.

use askama::Template;

use super::{
    BanRow, ClauseChoice, ClauseRef, CommentState, Frame, IdentityPanel, Privilege, Problems, QueueTitle, Standing,
};
use crate::http::pages::Moment;

/// A subscriber with accounts, record, bans and the ban form.
#[derive(Clone, Debug, Template)]
#[template(path = "subscriber.html")]
pub struct SubscriberPage {
    /// What stands around it.
    pub frame: Frame,
    /// Who it is.
    pub subscriber: SubscriberHead,
    /// What they are known by.
    pub identity: IdentityPanel,
    /// The comments, newest first, that a ban may rest on.
    pub comments: Vec<EvidenceChoice>,
    /// Bans in force, newest first.
    pub in_force: Vec<BanRow>,
    /// Bans that ended or were lifted, newest first.
    pub past: Vec<BanRow>,
    /// The titles under whose rules the viewer may ban, to choose from when there are several.
    pub titles: Vec<QueueTitle>,
    /// What the person was reminded of and warned for, newest first.
    pub warnings: Vec<WarningRow>,
    /// The form that reminds or warns; `None` when the viewer may not here.
    pub warn: Option<WarnForm>,
    /// The ban form; `None` when the viewer may not ban here.
    pub form: Option<BanForm>,
    /// What the ladder proposes, in a sentence; `None` below its first step.
    pub proposal: Option<String>,
    /// Whether an account of the subscriber is staff, who cannot be banned while they are.
    pub is_staff: bool,
    /// Whether it is the viewer.
    pub is_viewer: bool,
}

/// What a ban is about to bind, before it is sent.
#[derive(Clone, Debug, Template)]
#[template(path = "ban_review.html")]
pub struct BanReviewPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whom it binds.
    pub subscriber: SubscriberHead,
    /// Bans in force already; the new one comes on top.
    pub in_force: Vec<BanRow>,
    /// What would be withdrawn.
    pub privileges: Vec<Privilege>,
    /// The clause it cites.
    pub clause: ClauseRef,
    /// Where it holds: a title's name; `None` is everywhere.
    pub title_name: Option<String>,
    /// Until when; `None` is for good.
    pub until: Option<Moment>,
    /// What happens to the subscriber's comments.
    pub comments_key: &'static str,
    /// The note; empty when none.
    pub note: String,
    /// The comments it rests on.
    pub evidence: Vec<super::Evidence>,
    /// The form as it was filled in, to be sent again.
    pub fields: Vec<Hidden>,
    /// What went wrong the first time.
    pub problems: Problems,
}

/// A field that goes along unseen.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Who a subscriber is.
#[derive(Clone, Debug)]
pub struct SubscriberHead {
    /// The subscriber's id.
    pub id: String,
    /// How the subscription stands.
    pub standing: Standing,
    /// Until when it is paid for.
    pub valid_until: Option<Moment>,
    /// Every account that acts for the subscriber.
    pub accounts: Vec<BoundAccount>,
    /// Comments that are published.
    pub published_count: u64,
    /// Comments that were removed.
    pub removed_count: u64,
    /// Reports against them that were upheld.
    pub upheld_count: u64,
}

impl SubscriberHead {
    /// How many accounts act for the subscriber.
    #[must_use]
    pub fn account_count(&self) -> u64 {
        u64::try_from(self.accounts.len()).unwrap_or(u64::MAX)
    }
}

/// An account that a ban binds.
#[derive(Clone, Debug)]
pub struct BoundAccount {
    /// Its id.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Since when it exists.
    pub since: Moment,
}

/// A comment that a ban may rest on.
#[derive(Clone, Debug)]
pub struct EvidenceChoice {
    /// Its id.
    pub comment: String,
    /// How its text begins.
    pub excerpt: String,
    /// How it stands.
    pub state: CommentState,
    /// When it was submitted.
    pub posted: Moment,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// The ban form as far as it is filled in.
#[derive(Clone, Debug)]
pub struct BanForm {
    /// What is to be withdrawn.
    pub privileges: Vec<Privilege>,
    /// The id of the title whose clauses these are.
    pub rules: String,
    /// The clauses to choose from.
    pub clauses: Vec<ClauseChoice>,
    /// The id of the clause chosen; empty at first.
    pub chosen_clause: String,
    /// How long.
    pub until: Until,
    /// The day that ends it, as the date field writes it: "2026-03-14".
    pub until_day: String,
    /// The first day that may be chosen.
    pub earliest_day: String,
    /// Where it can hold; one entry needs no choice.
    pub scopes: Vec<ScopeChoice>,
    /// The note typed so far.
    pub note: String,
    /// The most characters a note may have.
    pub note_max_chars: u64,
    /// What happens to the comments: `keep`, `remove` or `remove_held`.
    pub comments: &'static str,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// A reminder or a warning.
#[derive(Clone, Debug)]
pub struct WarningRow {
    /// Which of the two.
    pub kind_key: &'static str,
    /// The clause it cites.
    pub clause: ClauseRef,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// When it was acknowledged.
    pub acknowledged: Option<Moment>,
    /// Whether it closes commenting until it is.
    pub is_open: bool,
    /// The note for the other moderators; empty when none.
    pub note: String,
}

/// The form that reminds or warns.
#[derive(Clone, Debug)]
pub struct WarnForm {
    /// The id of the title whose clauses these are.
    pub rules: String,
    /// The clauses to choose from.
    pub clauses: Vec<ClauseChoice>,
    /// The id of the clause chosen; empty at first.
    pub chosen_clause: String,
    /// Whether it is a warning and no reminder.
    pub is_warning: bool,
    /// The note typed so far.
    pub note: String,
    /// The most characters a note may have.
    pub note_max_chars: u64,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// How long a ban lasts: the radio buttons called `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// One day.
    Day,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
    /// The end of the day in the field `until_day`.
    Date,
    /// No end.
    Never,
}

impl Privilege {
    /// What a form has sent.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|privilege| privilege.value() == value)
    }
}

impl Until {
    /// Every length, as the form offers them.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Date, Self::Never];

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Day => "until-day",
            Self::Week => "until-week",
            Self::Month => "until-month",
            Self::Date => "until-date",
            Self::Never => "until-never",
        }
    }

    /// What the form sends for it.
    #[must_use]
    pub fn value(self) -> &'static str {
        self.key().trim_start_matches("until-")
    }

    /// What the form has sent.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|until| until.value() == value)
    }

    /// Whether it goes with the date field.
    #[must_use]
    pub fn is_date(self) -> bool {
        self == Self::Date
    }
}

/// Where a ban can hold.
#[derive(Clone, Debug)]
pub struct ScopeChoice {
    /// The title's id, or `all`.
    pub value: String,
    /// The title's name; `None` is everywhere.
    pub title_name: Option<String>,
    /// Whether it is chosen.
    pub is_chosen: bool,
}
