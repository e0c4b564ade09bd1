//! What a subscription is, by everything that was told of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Fact;
use crate::kernel::Timestamp;
use crate::subscriptions::Status;

/// An event as the fold sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub fact: Fact,
    /// The payment it is about, by any mark that is the same for the same payment.
    pub charge: Option<Vec<u8>>,
}

/// What a subscription is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its status.
    pub status: Status,
    /// Since when its source says so.
    pub since: Timestamp,
    /// When what it grants ends; nothing until it is changed.
    pub valid_until: Option<Timestamp>,
    /// Which tier.
    pub plan: Option<String>,
}

/// The state that a set of events comes to, however they are ordered and however often each came; nothing when none says
/// what the subscription is.
///
/// Of what was said of the subscription the latest counts, in one second the more restrictive. A refund stands apart, until
/// an invoice is paid later; a dispute too, until it is won.
#[must_use]
pub fn state_of(events: &[Known]) -> Option<State> {
    let said = events.iter().filter_map(|event| match &event.fact {
        Fact::Status { status, valid_until, plan } => Some((event.at, *status, *valid_until, plan)),
        Fact::Tie | Fact::Paid | Fact::Refunded | Fact::Disputed { .. } => None,
    });
    // In one second the worse status, the earlier end, and then any fixed order: the same whichever came first.
    let mut words: Vec<_> = said.collect();
    words.sort_by_key(|(at, status, valid_until, plan)| {
        (Reverse(*at), *status, valid_until.map_or((1, Timestamp::from_millis(0)), |end| (0, end)), *plan)
    });
    words.dedup_by_key(|(at, ..)| *at);
    let &(_, status, valid_until, plan) = words.first()?;
    // It has been so since the first of the words that say so without another between them.
    let run = words.iter().take_while(|(_, said, ..)| *said == status);
    let since = run.last().map(|(at, ..)| *at)?;
    let state = |status, since| Some(State { status, since, valid_until, plan: plan.clone() });
    let paid = events.iter().filter(|event| event.fact == Fact::Paid).map(|event| event.at).max();
    let is_later = |at: Timestamp| paid.is_none_or(|paid| at >= paid);
    if let Some(at) = disputes(events).filter(|at| is_later(*at)).max() {
        return state(Status::ChargedBack, at);
    }
    let refunds = events.iter().filter(|event| event.fact == Fact::Refunded).map(|event| event.at);
    if let Some(at) = refunds.filter(|at| is_later(*at)).max() {
        return state(Status::Refunded, at);
    }
    state(status, since)
}

/// When each dispute that stands was last told of.
fn disputes(events: &[Known]) -> impl Iterator<Item = Timestamp> {
    let mut latest: BTreeMap<&[u8], (Timestamp, bool)> = BTreeMap::new();
    for event in events {
        let Fact::Disputed { is_open } = event.fact else { continue };
        let charge = event.charge.as_deref().unwrap_or_default();
        let told = (event.at, is_open);
        latest.entry(charge).and_modify(|known| *known = (*known).max(told)).or_insert(told);
    }
    latest.into_values().filter_map(|(at, is_open)| is_open.then_some(at)).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    fn said(second: i64, status: Status) -> Known {
        Known { at: at(second), fact: Fact::Status { status, valid_until: None, plan: None }, charge: None }
    }

    fn fact(second: i64, fact: Fact) -> Known {
        Known { at: at(second), fact, charge: Some(vec![1]) }
    }

    fn status(events: &[Known]) -> Option<Status> {
        state_of(events).map(|state| state.status)
    }

    fn event() -> impl Strategy<Value = Known> {
        let fact = prop_oneof![
            (prop::sample::select(Status::ALL.to_vec()), prop::option::of(0..5_i64))
                .prop_map(|(status, end)| { Fact::Status { status, valid_until: end.map(at), plan: None } }),
            Just(Fact::Tie),
            Just(Fact::Paid),
            Just(Fact::Refunded),
            any::<bool>().prop_map(|is_open| Fact::Disputed { is_open }),
        ];
        (0..6_i64, fact, 0..2_u8).prop_map(|(second, fact, charge)| Known {
            at: at(second),
            fact,
            charge: Some(vec![charge]),
        })
    }

    #[test]
    fn the_latest_word_counts_and_in_one_second_the_more_restrictive() {
        assert_eq!(status(&[]), None);
        assert_eq!(status(&[fact(9, Fact::Paid)]), None);
        assert_eq!(status(&[said(2, Status::Lapsed), said(1, Status::Active)]), Some(Status::Lapsed));
        assert_eq!(status(&[said(2, Status::Active), said(1, Status::Lapsed)]), Some(Status::Active));
        assert_eq!(status(&[said(2, Status::Active), said(2, Status::PastDue)]), Some(Status::PastDue));
    }

    #[test]
    fn it_is_so_since_it_was_first_said_without_another_word_between() {
        let since = |events: &[Known]| state_of(events).unwrap().since;
        let words = [said(1, Status::PastDue), said(3, Status::PastDue), said(7, Status::PastDue)];
        assert_eq!(since(&words), at(1));
        let between = [&words[..], &[said(5, Status::Active)]].concat();
        assert_eq!(since(&between), at(7));
        assert_eq!(since(&[&between[..], &[said(5, Status::PastDue)]].concat()), at(1));
    }

    #[test]
    fn no_word_on_the_subscription_clears_a_refund_or_a_dispute() {
        let refund = fact(2, Fact::Refunded);
        assert_eq!(status(&[refund.clone(), said(9, Status::Active)]), Some(Status::Refunded));
        assert_eq!(status(&[refund.clone(), said(9, Status::Active), fact(2, Fact::Paid)]), Some(Status::Refunded));
        assert_eq!(status(&[refund, said(9, Status::Active), fact(3, Fact::Paid)]), Some(Status::Active));
        let dispute = fact(2, Fact::Disputed { is_open: true });
        let won = fact(4, Fact::Disputed { is_open: false });
        assert_eq!(status(&[dispute.clone(), said(9, Status::Active)]), Some(Status::ChargedBack));
        assert_eq!(status(&[won.clone(), said(9, Status::Active), dispute.clone()]), Some(Status::Active));
        let other = Known { charge: Some(vec![2]), ..won };
        assert_eq!(status(&[dispute.clone(), other, said(9, Status::Active)]), Some(Status::ChargedBack));
        assert_eq!(status(&[dispute, said(1, Status::Active), fact(3, Fact::Paid)]), Some(Status::Active));
    }

    proptest! {
        #[test]
        fn order_and_repetition_change_nothing(
            events in prop::collection::vec(event(), 0..12),
            shuffle in any::<prop::sample::Index>(),
            again in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut others = events.clone();
            if !others.is_empty() {
                others.rotate_left(shuffle.index(events.len()));
                others.extend(again.iter().map(|index| events[index.index(events.len())].clone()));
                others.reverse();
            }
            prop_assert_eq!(state_of(&others), state_of(&events));
        }

        #[test]
        fn an_older_word_changes_nothing_but_since_when(events in prop::collection::vec(event(), 0..12), old in event()) {
            let before = state_of(&events);
            let newest = events.iter().map(|event| event.at).max();
            if newest.is_some_and(|newest| old.at < newest) && matches!(old.fact, Fact::Status { .. }) && let Some(before) = before {
                let is_said_later = events.iter().any(|event| {
                    matches!(event.fact, Fact::Status { .. }) && event.at > old.at
                });
                let mut all = events;
                all.push(old);
                let after = state_of(&all).unwrap();
                if is_said_later {
                    prop_assert_eq!(State { since: before.since, ..after }, before);
                }
            }
        }
    }
}
