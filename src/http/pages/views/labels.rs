//! Things with a name in Fluent: each value and its message stand side by side.

/// How a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentState {
    /// Everyone can read it.
    Published,
    /// It waits for a moderator.
    Held,
    /// The rules refused it.
    Rejected,
    /// A moderator took it down.
    Removed,
    /// Its author took it back.
    Withdrawn,
}

impl CommentState {
    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Published => "state-published",
            Self::Held => "state-held",
            Self::Rejected => "state-rejected",
            Self::Removed => "state-removed",
            Self::Withdrawn => "state-withdrawn",
        }
    }

    /// Its name in a class of the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        self.key().trim_start_matches("state-")
    }

    /// What its author reads above a comment that others cannot see.
    #[must_use]
    pub fn note_key(self) -> Option<&'static str> {
        match self {
            Self::Held => Some("comment-held-note"),
            Self::Rejected => Some("comment-rejected-note"),
            Self::Removed => Some("comment-removed-note"),
            Self::Published | Self::Withdrawn => None,
        }
    }

    /// What stands in the place of a comment whose text is gone.
    #[must_use]
    pub fn tombstone_key(self) -> &'static str {
        match self {
            Self::Withdrawn => "comment-tombstone-withdrawn",
            Self::Removed => "comment-tombstone-removed",
            Self::Published | Self::Held | Self::Rejected => "comment-tombstone-hidden",
        }
    }

    /// The decisions that may be taken on it.
    #[must_use]
    pub fn decisions(self) -> &'static [Action] {
        match self {
            Self::Held | Self::Published => &[Action::Approve, Action::Remove],
            Self::Rejected => &[Action::Approve],
            Self::Removed => &[Action::Restore],
            Self::Withdrawn => &[],
        }
    }

    /// Whether `action` may be taken on it.
    #[must_use]
    pub fn may(self, action: Action) -> bool {
        self.decisions().contains(&action)
    }
}

/// A moderator's act on a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Publish it, or leave it published.
    Approve,
    /// Take it down.
    Remove,
    /// Put it back.
    Restore,
}

impl Action {
    /// What was done.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Approve => "action-approved",
            Self::Remove => "action-removed",
            Self::Restore => "action-restored",
        }
    }
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Write comments of one's own.
    Comment,
    /// Reply to others.
    Reply,
    /// Recommend comments.
    Recommend,
    /// Report comments.
    Report,
}

impl Privilege {
    /// Every privilege, in the order in which pages list them.
    pub const ALL: [Self; 4] = [Self::Comment, Self::Reply, Self::Recommend, Self::Report];

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Comment => "privilege-comment",
            Self::Reply => "privilege-reply",
            Self::Recommend => "privilege-recommend",
            Self::Report => "privilege-report",
        }
    }

    /// What forms send for it.
    #[must_use]
    pub fn value(self) -> &'static str {
        self.key().trim_start_matches("privilege-")
    }
}

/// How a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    None,
    /// Paid for.
    Active,
    /// Overdue, within the days of grace.
    Grace,
    /// Run out.
    Lapsed,
    /// Paused by the subscriber.
    Paused,
    /// Paid back.
    Refunded,
    /// A payment is late.
    PastDue,
    /// The cardholder's bank took the payment back.
    ChargedBack,
}

impl Standing {
    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "standing-none",
            Self::Active => "standing-active",
            Self::Grace => "standing-grace",
            Self::Lapsed => "standing-lapsed",
            Self::Paused => "standing-paused",
            Self::Refunded => "standing-refunded",
            Self::PastDue => "standing-past-due",
            Self::ChargedBack => "standing-charged-back",
        }
    }
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOutcome {
    /// Nobody has decided yet.
    Open,
    /// The comment was removed.
    Upheld,
    /// The comment stays.
    NotUpheld,
    /// The author withdrew or changed the comment before a moderator came to it.
    Overtaken,
}

impl ReportOutcome {
    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "outcome-open",
            Self::Upheld => "outcome-upheld",
            Self::NotUpheld => "outcome-not-upheld",
            Self::Overtaken => "outcome-overtaken",
        }
    }

    /// Whether nobody has decided yet.
    #[must_use]
    pub fn is_open(self) -> bool {
        self == Self::Open
    }
}

/// Whether a story takes comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoryState {
    /// It does.
    Open,
    /// A moderator reads them first.
    Premoderated,
    /// It does not.
    Closed,
}

impl StoryState {
    /// What stands beside the count; an open story needs no word.
    #[must_use]
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Premoderated => Some("story-premoderated"),
            Self::Closed => Some("story-closed"),
        }
    }
}
