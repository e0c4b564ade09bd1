//! What subscriptions grant now.

use std::time::Duration;

use super::Status;
use crate::kernel::Timestamp;
use crate::settings::Billing;

/// What a subscriber's subscriptions come to at a moment, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entitlement {
    /// There has never been a subscription.
    None,
    /// The cardholder's bank took the money back.
    ChargedBack,
    /// The money was paid back.
    Refunded,
    /// It ran out.
    Lapsed,
    /// The subscriber interrupted it.
    Paused,
    /// A payment is late.
    PastDue,
    /// A payment is late, and the paper waits: granted.
    Grace,
    /// Paid for: granted.
    Active,
}

impl Entitlement {
    /// Every entitlement, worst first.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::ChargedBack,
        Self::Refunded,
        Self::Lapsed,
        Self::Paused,
        Self::PastDue,
        Self::Grace,
        Self::Active,
    ];

    /// The entitlement as it is written, wherever somebody's standing is told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ChargedBack => "charged_back",
            Self::Refunded => "refunded",
            Self::Lapsed => "lapsed",
            Self::Paused => "paused",
            Self::PastDue => "past_due",
            Self::Grace => "grace",
            Self::Active => "active",
        }
    }
}

/// What the paper lets subscribers of each status do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What grants commenting.
    pub granting: Vec<Entitlement>,
    /// How long what ran out, or is late, still counts as in grace.
    pub grace_for: Duration,
    /// The tiers that may comment; any when there is none.
    pub plans: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { granting: vec![Entitlement::Active, Entitlement::Grace], grace_for: Duration::ZERO, plans: Vec::new() }
    }
}

impl Policy {
    /// The policy that the engineer set.
    #[must_use]
    pub fn of(settings: &Billing) -> Self {
        let granting = settings.commenting_statuses.iter();
        Self {
            granting: granting
                .filter_map(|name| Entitlement::ALL.into_iter().find(|entitlement| entitlement.as_str() == name))
                .collect(),
            grace_for: Duration::from_secs(u64::from(settings.grace_days) * 24 * 3_600),
            plans: settings.plans.iter().map(str::to_owned).collect(),
        }
    }

    /// Whether `entitlement` grants what is for subscribers only.
    #[must_use]
    pub fn grants(&self, entitlement: Entitlement) -> bool {
        entitlement != Entitlement::None && self.granting.contains(&entitlement)
    }
}

/// A subscription as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// What its source says.
    pub status: Status,
    /// When what was paid for ends.
    pub valid_until: Option<Timestamp>,
    /// Which tier.
    pub plan: Option<String>,
    /// Since when its source says so.
    pub since: Timestamp,
    /// Whether the paper granted it by hand: that is of no tier.
    pub is_by_hand: bool,
}

/// What `subscriptions` come to at `now`: the best that any of them does, by the paper's policy.
///
/// A subscription that was paid for and whose end has come counts as lapsed, whatever its source has not told us yet; for the
/// paper's days of grace as in grace, and so does one whose payment is late. A tier that may not comment counts as lapsed.
#[must_use]
pub fn entitlement(subscriptions: impl IntoIterator<Item = Paid>, policy: &Policy, now: Timestamp) -> Entitlement {
    let of_one = |paid: Paid| {
        let is_over = paid.valid_until.is_some_and(|end| end <= now);
        let is_in_grace = |since: Timestamp| now < since.plus(policy.grace_for);
        let is_any = paid.is_by_hand || policy.plans.is_empty();
        let has_plan = is_any || paid.plan.is_some_and(|plan| policy.plans.contains(&plan));
        match paid.status {
            Status::Active | Status::Grace | Status::PastDue if !has_plan => Entitlement::Lapsed,
            Status::Active | Status::Grace if is_over => match paid.valid_until {
                Some(end) if is_in_grace(end) => Entitlement::Grace,
                _ => Entitlement::Lapsed,
            },
            Status::Active => Entitlement::Active,
            Status::Grace => Entitlement::Grace,
            Status::PastDue if is_in_grace(paid.since) => Entitlement::Grace,
            Status::PastDue => Entitlement::PastDue,
            Status::Lapsed => Entitlement::Lapsed,
            Status::Paused => Entitlement::Paused,
            Status::Refunded => Entitlement::Refunded,
            Status::ChargedBack => Entitlement::ChargedBack,
        }
    };
    subscriptions.into_iter().map(of_one).max().unwrap_or(Entitlement::None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn paid(status: Status, valid_until: Option<Timestamp>) -> Paid {
        Paid { status, valid_until, plan: None, since: NOW.minus(Duration::from_secs(3_600)), is_by_hand: false }
    }

    fn granted(all: &[Paid], now: Timestamp) -> (Entitlement, bool) {
        let policy = Policy::default();
        let entitlement = entitlement(all.iter().cloned(), &policy, now);
        (entitlement, policy.grants(entitlement))
    }

    fn subscription() -> impl Strategy<Value = Paid> {
        let near = NOW.as_millis() - 3..NOW.as_millis() + 3;
        (prop::sample::select(Status::ALL.to_vec()), prop::option::of(near.prop_map(Timestamp::from_millis)))
            .prop_map(|(status, end)| paid(status, end))
    }

    #[test]
    fn what_is_paid_for_ends_at_its_very_moment() {
        let one = |status, valid_until| granted(&[paid(status, valid_until)], NOW).0;
        assert_eq!(granted(&[], NOW), (Entitlement::None, false));
        assert_eq!(one(Status::Active, None), Entitlement::Active);
        assert_eq!(one(Status::Grace, Some(NOW.plus(Duration::from_millis(1)))), Entitlement::Grace);
        assert_eq!(one(Status::Active, Some(NOW)), Entitlement::Lapsed);
        assert_eq!(one(Status::Refunded, None), Entitlement::Refunded);
        assert_eq!(one(Status::ChargedBack, None), Entitlement::ChargedBack);
        assert_eq!(one(Status::PastDue, None), Entitlement::PastDue);
        assert_eq!(one(Status::Paused, Some(NOW.minus(Duration::from_secs(1)))), Entitlement::Paused);
    }

    #[test]
    fn the_papers_policy_gives_grace_and_knows_tiers() {
        let day = Duration::from_secs(24 * 3_600);
        let policy = Policy { grace_for: day, plans: vec!["full".into()], ..Policy::default() };
        let of = |status, valid_until, plan: &str, now| {
            let by_hand = Paid { is_by_hand: true, ..paid(status, valid_until) };
            assert_eq!(
                entitlement([by_hand], &policy, NOW),
                entitlement([paid(status, valid_until)], &Policy { plans: Vec::new(), ..policy.clone() }, NOW)
            );
            let one = Paid { plan: Some(plan.into()), ..paid(status, valid_until) };
            entitlement([one], &policy, now)
        };
        assert_eq!(of(Status::Active, Some(NOW), "full", NOW), Entitlement::Grace);
        assert_eq!(of(Status::Active, Some(NOW), "full", NOW.plus(day)), Entitlement::Lapsed);
        assert_eq!(of(Status::PastDue, None, "full", NOW), Entitlement::Grace);
        assert_eq!(of(Status::PastDue, None, "full", NOW.plus(day)), Entitlement::PastDue);
        assert_eq!(of(Status::Active, None, "puzzles", NOW), Entitlement::Lapsed);
        assert_eq!(entitlement([paid(Status::Active, None)], &policy, NOW), Entitlement::Lapsed);
        let kind = Policy { granting: vec![Entitlement::PastDue], ..Policy::default() };
        assert!(kind.grants(Entitlement::PastDue) && !kind.grants(Entitlement::None));
    }

    #[test]
    fn no_end_however_far_overflows() {
        for end in [i64::MIN, -1, 0, i64::MAX] {
            let one = paid(Status::Active, Some(Timestamp::from_millis(end)));
            let policy = Policy { grace_for: Duration::from_secs(60 * 24 * 3_600), ..Policy::default() };
            let expected = if end == i64::MAX { Entitlement::Active } else { Entitlement::Lapsed };
            assert_eq!(entitlement([one], &policy, NOW), expected, "{end}");
        }
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
            let pays = |one: &Paid| {
                matches!(one.status, Status::Active | Status::Grace) && one.valid_until.is_none_or(|end| end > NOW)
            };
            prop_assert_eq!(granted(&all, NOW).1, all.iter().any(pays));
        }

        #[test]
        fn another_subscription_never_makes_it_worse_and_order_does_not_matter(
            mut all in prop::collection::vec(subscription(), 0..5),
            one_more in subscription(),
        ) {
            let before = granted(&all, NOW);
            all.push(one_more);
            let after = granted(&all, NOW);
            prop_assert!(after >= before);
            all.reverse();
            prop_assert_eq!(granted(&all, NOW), after);
        }

        #[test]
        fn time_alone_never_grants_anything(all in prop::collection::vec(subscription(), 0..5), later in 0..10u64) {
            let now = granted(&all, NOW);
            let then = granted(&all, NOW.plus(Duration::from_millis(later)));
            prop_assert!(now.1 || !then.1);
            prop_assert_eq!(now.0 == Entitlement::None, then.0 == Entitlement::None);
        }
    }
}
