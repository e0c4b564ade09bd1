//! One thing that a billing system told.

use crate::accounts::LinkKey;
use crate::kernel::Timestamp;
use crate::secrets::{KeyedHash, Keys};
use crate::subscriptions::{Source, Status};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Whose customer or subscription it is, or which card pays: nothing else.
    Tie,
    /// The subscription is of this status.
    Status {
        /// Which.
        status: Status,
        /// When what it grants ends, that moment excluded; nothing until it is changed.
        valid_until: Option<Timestamp>,
        /// Which tier.
        plan: Option<String>,
    },
    /// An invoice was paid.
    Paid,
    /// A payment was given back in full.
    Refunded,
    /// The cardholder's bank took a payment back, or gave that up.
    Disputed {
        /// Whether it stands.
        is_open: bool,
    },
}

impl Fact {
    /// The fact as it is written in its row.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Tie => "tie",
            Self::Status { .. } => "status",
            Self::Paid => "paid",
            Self::Refunded => "refunded",
            Self::Disputed { is_open: true } => "disputed",
            Self::Disputed { is_open: false } => "dispute_won",
        }
    }
}

/// What a billing system calls a payment or an invoice, as its hashes under every key that is known, the one in force first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(Vec<KeyedHash>);

impl Mark {
    /// The mark of `id` among those of `purpose`.
    #[must_use]
    pub fn new(keys: &Keys, purpose: &str, id: &str) -> Self {
        Self(keys.keyed_hashes(purpose, id.as_bytes()))
    }

    /// Its hashes.
    #[must_use]
    pub fn hashes(&self) -> &[KeyedHash] {
        &self.0
    }
}

/// A payment of several that one invoice names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FurtherPayment {
    /// The payment.
    pub charge: Option<Mark>,
    /// What ties it to the invoice.
    pub intent: Option<Mark>,
}

/// A message of a billing system, as far as we read it.
#[derive(Clone, Debug)]
pub struct BillingEvent {
    /// What its sender calls it: one that comes again is the same.
    pub id: String,
    /// Who sent it.
    pub source: Source,
    /// When it happened, by its sender's clock, in whole seconds.
    pub at: Timestamp,
    /// The login of whoever subscribes.
    pub identity: Option<LinkKey>,
    /// The subscription, or the seat of it.
    pub subscription: Option<LinkKey>,
    /// The customer who pays.
    pub customer: Option<LinkKey>,
    /// The card that pays.
    pub payment: Option<LinkKey>,
    /// Whatever else whoever pays for a seat is known by; it binds nobody.
    pub of_payer: Vec<LinkKey>,
    /// The payment.
    pub charge: Option<Mark>,
    /// The invoice.
    pub invoice: Option<Mark>,
    /// What ties the two where neither names the other.
    pub intent: Option<Mark>,
    /// More payments of the invoice: tried ones, or parts of it.
    pub further: Vec<FurtherPayment>,
    /// What happened.
    pub fact: Fact,
}

impl BillingEvent {
    /// An event that tells nothing yet.
    #[must_use]
    pub const fn new(id: String, source: Source, at: Timestamp) -> Self {
        Self {
            id,
            source,
            at,
            identity: None,
            subscription: None,
            customer: None,
            payment: None,
            of_payer: Vec::new(),
            charge: None,
            invoice: None,
            intent: None,
            further: Vec::new(),
            fact: Fact::Tie,
        }
    }

    /// Whether there is anything in it to keep.
    #[must_use]
    pub const fn tells_anything(&self) -> bool {
        self.subscription.is_some()
            || self.customer.is_some()
            || self.charge.is_some()
            || self.invoice.is_some()
            || self.intent.is_some()
            || self.identity.is_some()
    }
}
