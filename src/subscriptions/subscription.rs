//! A subscription as its source last described it.

use crate::kernel::{SubscriberId, SubscriptionId, Timestamp};

/// What the source says of a subscription, the most restrictive first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The cardholder's bank took the payment back.
    ChargedBack,
    /// Paid back.
    Refunded,
    /// Run out, or ended.
    Lapsed,
    /// Interrupted by the subscriber.
    Paused,
    /// A payment is late.
    PastDue,
    /// A payment is late, and the paper waits for it.
    Grace,
    /// Paid for.
    Active,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 7] =
        [Self::Active, Self::Grace, Self::PastDue, Self::Paused, Self::Lapsed, Self::Refunded, Self::ChargedBack];

    /// The status as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Grace => "grace",
            Self::PastDue => "past_due",
            Self::ChargedBack => "charged_back",
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
    /// Stripe's webhooks.
    Stripe,
    /// Another billing system's webhooks.
    Billing,
    /// The newspaper's login.
    Token,
    /// A file that was imported.
    Import,
}

impl Source {
    /// The source as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Stripe => "stripe",
            Self::Billing => "billing",
            Self::Token => "token",
            Self::Import => "import",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let all = [Self::Manual, Self::Stripe, Self::Billing, Self::Token, Self::Import];
        all.into_iter().find(|source| source.as_str() == text)
    }
}

/// A subscription. A subscriber has at most one that was granted by hand, and any number that billing told of.
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
    /// Which tier, when its source says.
    pub plan: Option<String>,
    /// Since when it is so, by its source.
    pub since: Timestamp,
    /// When it was first granted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
