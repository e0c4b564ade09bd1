//! A subscription as its source last described it.

use crate::kernel::{SubscriberId, SubscriptionId, Timestamp};

/// What the source says of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Paid for.
    Active,
    /// A payment is late, and the paper waits for it.
    Grace,
    /// Run out, or ended.
    Lapsed,
    /// Interrupted by the subscriber.
    Paused,
    /// Paid back.
    Refunded,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Active, Self::Grace, Self::Lapsed, Self::Paused, Self::Refunded];

    /// The status as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Grace => "grace",
            Self::Lapsed => "lapsed",
            Self::Paused => "paused",
            Self::Refunded => "refunded",
        }
    }

    /// Reads a status as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Somebody at the paper, by command or by the admin's interface.
    Manual,
}

impl Source {
    /// The source as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        (text == "manual").then_some(Self::Manual)
    }
}

/// A subscription. A subscriber has at most one of each source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Who pays.
    pub subscriber: SubscriberId,
    /// Who says so.
    pub source: Source,
    /// What it was last said to be.
    pub status: Status,
    /// When what it grants ends, that moment excluded; nothing until it is changed.
    pub valid_until: Option<Timestamp>,
    /// When it was first granted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
