//! What a billing system tells of a subscription in our own words, however it is written.

use super::{BillingEvent, Fact};
use crate::accounts::LinkKey;
use crate::kernel::Timestamp;
use crate::secrets::Keys;
use crate::subscriptions::{Source, Status};

/// The most bytes of an id or a name.
pub(super) const MAX_BYTES: usize = 255;

/// A subscription as its billing system knows it.
pub(super) struct Told {
    pub(super) issuer: String,
    pub(super) subject: String,
    /// Without one it is known by the login.
    pub(super) subscription: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) payment_fingerprint: Option<String>,
    pub(super) seat: Option<String>,
    pub(super) status: Status,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) plan: Option<String>,
}

impl Told {
    /// The event that says so; `id` is what `source` calls it, `at` when it was so.
    ///
    /// With a seat the subscription is one person's seat of it: whoever pays, their card and the subscription as a whole are
    /// only what they have in common.
    pub(super) fn event(self, keys: &Keys, source: Source, id: &str, at: Timestamp) -> BillingEvent {
        let customer = self.customer.map(|customer| LinkKey::customer(keys, &customer));
        let payment = self.payment_fingerprint.map(|fingerprint| LinkKey::payment(keys, &fingerprint));
        let identity = LinkKey::identity(keys, &self.issuer, &self.subject);
        let whole = self.subscription.as_deref().map(|subscription| LinkKey::subscription(keys, subscription));
        let told = BillingEvent {
            identity: Some(identity.clone()),
            fact: Fact::Status { status: self.status, valid_until: self.valid_until, plan: self.plan },
            ..BillingEvent::new(id.to_owned(), source, whole_seconds(at))
        };
        match (self.seat, self.subscription) {
            (Some(seat), Some(subscription)) => BillingEvent {
                subscription: Some(LinkKey::seat(keys, &subscription, &seat)),
                of_payer: [whole, customer, payment].into_iter().flatten().map(LinkKey::suggestive).collect(),
                ..told
            },
            _ => BillingEvent { subscription: whole.or(Some(identity)), customer, payment, ..told },
        }
    }
}

/// The second that a moment is in: events of one second are at one time, whatever more their senders say.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().div_euclid(1_000) * 1_000)
}

/// So many seconds after 1970, within the years that we can tell.
pub(super) fn from_seconds(seconds: i64) -> Option<Timestamp> {
    (0..=253_402_300_799).contains(&seconds).then(|| Timestamp::from_millis(seconds * 1_000))
}
