//! What people are known by.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::accounts::EmailAddress;
use crate::secrets::{KeyedHash, Keys};

/// The kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The (issuer, subject) of a login.
    Identity,
    /// A subscription, by its billing system's id.
    Subscription,
    /// One seat of a subscription, or a gift.
    Seat,
    /// A customer, by their billing system's id.
    Customer,
    /// A card or other means of payment, by its fingerprint.
    Payment,
    /// A mail address without what makes one mailbox many.
    Email,
    /// A network: /24 of IPv4, /48 of IPv6.
    Network,
    /// A browser, by the cookie it was given.
    Device,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Subscription,
        Self::Seat,
        Self::Customer,
        Self::Payment,
        Self::Email,
        Self::Network,
        Self::Device,
    ];

    /// The kind as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Subscription => "subscription",
            Self::Seat => "seat",
            Self::Customer => "customer",
            Self::Payment => "payment",
            Self::Email => "email",
            Self::Network => "network",
            Self::Device => "device",
        }
    }

    /// Reads a kind as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether such a key binds unless told otherwise.
    const fn binds(self) -> bool {
        match self {
            Self::Identity | Self::Subscription | Self::Seat | Self::Customer | Self::Payment => true,
            Self::Email | Self::Network | Self::Device => false,
        }
    }
}

/// A key, as its hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkKey {
    pub(super) kind: KeyKind,
    pub(super) is_binding: bool,
    hashes: Vec<KeyedHash>,
}

impl LinkKey {
    fn new(keys: &Keys, kind: KeyKind, parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in parts {
            // The lengths keep the parts apart: ("ab", "c") is not ("a", "bc").
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        let hashes = keys.keyed_hashes(&format!("link.{}", kind.as_str()), &bytes);
        Self { kind, is_binding: kind.binds(), hashes }
    }

    /// A login. Two issuers with one subject are two logins.
    #[must_use]
    pub fn identity(keys: &Keys, issuer: &str, subject: &str) -> Self {
        Self::new(keys, KeyKind::Identity, &[issuer, subject])
    }

    /// A subscription. All ids of subscriptions count as one billing system's, whoever tells them.
    #[must_use]
    pub fn subscription(keys: &Keys, subscription: &str) -> Self {
        Self::new(keys, KeyKind::Subscription, &[subscription])
    }

    /// A seat of a subscription, or a gift: a person of its own.
    #[must_use]
    pub fn seat(keys: &Keys, subscription: &str, seat: &str) -> Self {
        Self::new(keys, KeyKind::Seat, &[subscription, seat])
    }

    /// A customer.
    #[must_use]
    pub fn customer(keys: &Keys, customer: &str) -> Self {
        Self::new(keys, KeyKind::Customer, &[customer])
    }

    /// A card.
    #[must_use]
    pub fn payment(keys: &Keys, fingerprint: &str) -> Self {
        Self::new(keys, KeyKind::Payment, &[fingerprint])
    }

    /// A mailbox, whatever is written after a `+`, or where dots do not count between the letters.
    #[must_use]
    pub fn email(keys: &Keys, address: &EmailAddress) -> Self {
        Self::new(keys, KeyKind::Email, &[&address.mailbox()])
    }

    /// The network of `address`.
    #[must_use]
    pub fn network(keys: &Keys, address: IpAddr) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => format!("{}/24", Ipv4Addr::from_bits(address.to_bits() >> 8 << 8)),
            IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from_bits(address.to_bits() >> 80 << 80)),
        };
        Self::new(keys, KeyKind::Network, &[&network])
    }

    /// A browser, by what its cookie holds.
    #[must_use]
    pub fn device(keys: &Keys, cookie: &str) -> Self {
        Self::new(keys, KeyKind::Device, &[cookie])
    }

    /// The same key, binding nobody: whoever pays for a seat is not the one who sits there.
    #[must_use]
    pub fn suggestive(self) -> Self {
        Self { is_binding: false, ..self }
    }

    /// What kind of key it is.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The hash under the key that is in force.
    #[must_use]
    pub fn hash(&self) -> Option<KeyedHash> {
        self.hashes.first().copied()
    }

    /// The hashes under every key that is known, the one in force first.
    #[must_use]
    pub fn hashes(&self) -> &[KeyedHash] {
        &self.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Ids;

    #[test]
    fn keys_are_the_same_for_the_same_thing_alone() {
        let keys = Keys::drawn(&Ids::seeded(1));
        assert_eq!(LinkKey::identity(&keys, "a", "b"), LinkKey::identity(&keys, "a", "b"));
        assert_ne!(LinkKey::identity(&keys, "ab", "c").hash(), LinkKey::identity(&keys, "a", "bc").hash());
        assert_ne!(LinkKey::subscription(&keys, "1").hash(), LinkKey::customer(&keys, "1").hash());
        assert_ne!(LinkKey::seat(&keys, "s", "1").hash(), LinkKey::seat(&keys, "s", "2").hash());
    }

    #[test]
    fn a_network_is_a_24_or_a_48() {
        let keys = Keys::drawn(&Ids::seeded(1));
        let of = |address: &str| LinkKey::network(&keys, address.parse().unwrap()).hash();
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.250"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:ffff::4"));
        assert_ne!(of("2001:db8:1::"), of("2001:db8:2::"));
    }

    #[test]
    fn a_mailbox_is_one_however_it_is_spelt() {
        let keys = Keys::drawn(&Ids::seeded(1));
        let of = |address: &str| LinkKey::email(&keys, &EmailAddress::parse(address).unwrap()).hash();
        assert_eq!(of("Ann.B+news@example.org"), of("ann.b@EXAMPLE.org"));
        assert_ne!(of("ann.b@example.org"), of("annb@example.org"));
        assert_eq!(of("a.n.n+x@gmail.com"), of("ann@googlemail.com"));
        assert_ne!(of("ann@gmail.com"), of("ann@example.org"));
    }
}
