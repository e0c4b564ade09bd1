//! A ban, and what it withdraws.

use crate::kernel::{AccountId, BanId, BatchId, ClauseId, CommentId, Scope, SubscriberId, Timestamp, TitleId};

/// What an account may do beyond reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privilege {
    /// Begin a branch of a thread.
    Comment,
    /// Answer a comment.
    Reply,
    /// Recommend a comment.
    Recommend,
    /// Report a comment.
    Report,
}

impl Privilege {
    /// Every privilege.
    pub const ALL: [Self; 4] = [Self::Comment, Self::Reply, Self::Recommend, Self::Report];

    /// The privilege as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Reply => "reply",
            Self::Recommend => "recommend",
            Self::Report => "report",
        }
    }

    /// Reads a privilege as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|privilege| privilege.as_str() == text)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of privileges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privileges(u8);

impl Privileges {
    /// Whether `privilege` is among them.
    #[must_use]
    pub const fn has(self, privilege: Privilege) -> bool {
        self.0 & privilege.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the usual order.
    pub fn iter(self) -> impl Iterator<Item = Privilege> {
        Privilege::ALL.into_iter().filter(move |privilege| self.has(*privilege))
    }

    /// Each of them as it is written.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        self.iter().map(|privilege| privilege.as_str().to_owned()).collect()
    }
}

impl FromIterator<Privilege> for Privileges {
    fn from_iter<I: IntoIterator<Item = Privilege>>(privileges: I) -> Self {
        Self(privileges.into_iter().fold(0, |bits, privilege| bits | privilege.bit()))
    }
}

/// What happens to the comments of whoever is banned, where the ban holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// They stay as they are.
    #[default]
    Keep,
    /// Those that are published or wait are removed.
    Remove,
    /// Those that wait are removed.
    RemoveHeld,
}

impl Fate {
    /// Every fate.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Remove, Self::RemoveHeld];

    /// The fate as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::RemoveHeld => "remove_held",
        }
    }

    /// Reads a fate as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.as_str() == text)
    }
}

/// Privileges withdrawn from a subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Its id.
    pub id: BanId,
    /// Where it holds.
    pub scope: Scope,
    /// Whom it binds.
    pub subscriber: SubscriberId,
    /// What it withdraws.
    pub privileges: Privileges,
    /// The clause broken.
    pub clause: ClauseId,
    /// Whose clause that is.
    pub clause_title: TitleId,
    /// In which version of the house rules.
    pub clause_version: i64,
    /// Until when; nothing for good.
    pub until: Option<Timestamp>,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// Who banned; nothing from the command line.
    pub banned_by: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
    /// When it was lifted, if it was.
    pub lifted_at: Option<Timestamp>,
    /// Who lifted it; nothing from the command line.
    pub lifted_by: Option<AccountId>,
    /// Why it was lifted.
    pub lift_reason: Option<String>,
    /// What happened to the comments.
    pub comments: Fate,
    /// How many comments it removed.
    pub removed_comment_count: i64,
    /// How many more there were than one act removes.
    pub left_comment_count: i64,
    /// The act that it was made in with others, if it was.
    pub batch: Option<BatchId>,
}

impl Ban {
    /// Whether it withdraws anything at `now`.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && self.until.is_none_or(|until| until > now)
    }

    /// Whether it withdraws at least `privileges` where `scope` holds, at `now` and for as long as `until`.
    #[must_use]
    pub fn includes(&self, privileges: Privileges, scope: &Scope, until: Option<Timestamp>, now: Timestamp) -> bool {
        let is_long_enough = match (self.until, until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(asked)) => own >= asked,
        };
        let is_wide_enough = self.scope == Scope::All || self.scope == *scope;
        let has_all = privileges.iter().all(|privilege| self.privileges.has(privilege));
        self.is_in_force(now) && is_long_enough && is_wide_enough && has_all
    }

    /// Whether it withdraws `privilege` in `title` at `now`.
    #[must_use]
    pub fn withdraws(&self, privilege: Privilege, title: &TitleId, now: Timestamp) -> bool {
        self.is_in_force(now) && self.scope.covers(title) && self.privileges.has(privilege)
    }
}

/// A comment that a ban rests on, as it read then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The comment.
    pub comment: CommentId,
    /// Its revision then.
    pub revision: i64,
    /// Its text then.
    pub body: String,
}
