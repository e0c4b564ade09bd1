//! What subscriptions grant now.

use super::Status;
use crate::kernel::Timestamp;

/// What a subscriber's subscriptions come to at a moment, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entitlement {
    /// There has never been a subscription.
    None,
    /// The money was paid back.
    Refunded,
    /// It ran out.
    Lapsed,
    /// The subscriber interrupted it.
    Paused,
    /// A payment is late, and the paper waits: granted.
    Grace,
    /// Paid for: granted.
    Active,
}

impl Entitlement {
    /// Every entitlement, worst first.
    pub const ALL: [Self; 6] = [Self::None, Self::Refunded, Self::Lapsed, Self::Paused, Self::Grace, Self::Active];

    /// Whether it grants what is for subscribers only.
    #[must_use]
    pub const fn is_granted(self) -> bool {
        match self {
            Self::Active | Self::Grace => true,
            Self::None | Self::Refunded | Self::Lapsed | Self::Paused => false,
        }
    }

    /// The entitlement as it is written, wherever somebody's standing is told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Refunded => "refunded",
            Self::Lapsed => "lapsed",
            Self::Paused => "paused",
            Self::Grace => "grace",
            Self::Active => "active",
        }
    }
}

/// What `subscriptions`, each a status and its end, grant at `now`: the best that any of them does.
///
/// A subscription that was paid for and whose end has come counts as lapsed, whatever its source has not told us yet.
#[must_use]
pub fn entitlement(
    subscriptions: impl IntoIterator<Item = (Status, Option<Timestamp>)>,
    now: Timestamp,
) -> Entitlement {
    let of_one = |(status, valid_until): (Status, Option<Timestamp>)| {
        let is_over = valid_until.is_some_and(|end| end <= now);
        match status {
            Status::Active | Status::Grace if is_over => Entitlement::Lapsed,
            Status::Active => Entitlement::Active,
            Status::Grace => Entitlement::Grace,
            Status::Lapsed => Entitlement::Lapsed,
            Status::Paused => Entitlement::Paused,
            Status::Refunded => Entitlement::Refunded,
        }
    };
    subscriptions.into_iter().map(of_one).max().unwrap_or(Entitlement::None)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn subscription() -> impl Strategy<Value = (Status, Option<Timestamp>)> {
        let near = NOW.as_millis() - 3..NOW.as_millis() + 3;
        (prop::sample::select(Status::ALL.to_vec()), prop::option::of(near.prop_map(Timestamp::from_millis)))
    }

    #[test]
    fn what_is_paid_for_ends_at_its_very_moment() {
        let one = |status, valid_until| entitlement([(status, valid_until)], NOW);
        assert_eq!(entitlement([], NOW), Entitlement::None);
        assert_eq!(one(Status::Active, None), Entitlement::Active);
        assert_eq!(one(Status::Grace, Some(NOW.plus(Duration::from_millis(1)))), Entitlement::Grace);
        assert_eq!(one(Status::Active, Some(NOW)), Entitlement::Lapsed);
        assert_eq!(one(Status::Refunded, None), Entitlement::Refunded);
        assert_eq!(one(Status::Paused, Some(NOW.minus(Duration::from_secs(1)))), Entitlement::Paused);
    }

    #[test]
    fn every_entitlement_has_a_word_of_its_own() {
        let words: std::collections::BTreeSet<_> = Entitlement::ALL.into_iter().map(Entitlement::as_str).collect();
        assert_eq!(words.len(), Entitlement::ALL.len());
        assert!(Entitlement::ALL.is_sorted());
    }

    proptest! {
        #[test]
        fn it_is_granted_exactly_when_one_subscription_is_paid_for_and_not_over(
            all in prop::collection::vec(subscription(), 0..5),
        ) {
            let pays = |(status, end): &(Status, Option<Timestamp>)| {
                matches!(status, Status::Active | Status::Grace) && end.is_none_or(|end| end > NOW)
            };
            prop_assert_eq!(entitlement(all.clone(), NOW).is_granted(), all.iter().any(pays));
        }

        #[test]
        fn another_subscription_never_makes_it_worse_and_order_does_not_matter(
            mut all in prop::collection::vec(subscription(), 0..5),
            one_more in subscription(),
        ) {
            let before = entitlement(all.clone(), NOW);
            all.push(one_more);
            let after = entitlement(all.clone(), NOW);
            prop_assert!(after >= before);
            all.reverse();
            prop_assert_eq!(entitlement(all, NOW), after);
        }

        #[test]
        fn time_alone_never_grants_anything(all in prop::collection::vec(subscription(), 0..5), later in 0..10u64) {
            let now = entitlement(all.clone(), NOW);
            let then = entitlement(all, NOW.plus(Duration::from_millis(later)));
            prop_assert!(now.is_granted() || !then.is_granted());
            prop_assert_eq!(now == Entitlement::None, then == Entitlement::None);
        }
    }
}
