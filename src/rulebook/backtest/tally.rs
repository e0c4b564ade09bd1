//! What has been counted so far: enough to go on after a stop, and to make the report of.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::excerpt::excerpt;
use super::report::Example;
use crate::kernel::{CommentId, Id as _, SubscriberId, Timestamp, TitleId};
use crate::rules::Span;

/// How many examples are kept of each kind.
const EXAMPLES: usize = 3;

/// What a moderator made of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// It was removed, or not let up.
    Removed,
    /// It was approved, or put back.
    Approved,
}

/// What a rule did on the comments that were looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct RuleTally {
    pub(super) hits: u64,
    pub(super) removed: u64,
    pub(super) approved: u64,
    pub(super) already_caught: u64,
    pub(super) faults: u64,
    pub(super) authors: Authors,
    /// Hits by place in time.
    pub(super) over_time: Vec<u64>,
    pub(super) examples: Vec<Ranked>,
}

/// An example with its rank: the lowest of each kind stay, whoever found them first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ranked {
    rank: u64,
    pub(super) example: Example,
}

/// A set of authors, by their place in [`Tally::subscribers`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Authors(Vec<u64>);

impl Authors {
    fn insert(&mut self, place: usize) {
        let (word, bit) = (place / 64, place % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

/// How far a backtest has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) title: TitleId,
    pub(super) after: Option<(Timestamp, CommentId)>,
}

/// Everything that has been counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    /// What the comments were judged by: other rules or lists begin anew.
    pub(super) judged_by: String,
    pub(super) cursor: Option<Cursor>,
    /// Time spent, in milliseconds.
    pub(super) millis: u64,
    pub(super) examined: u64,
    pub(super) removed: u64,
    pub(super) approved: u64,
    /// Comments that the rules in force would not have published.
    pub(super) caught: u64,
    pub(super) over_time: Vec<u64>,
    pub(super) subscribers: Vec<SubscriberId>,
    /// By the order of the rules that are tried.
    pub(super) rules: Vec<RuleTally>,
    /// What rules on trial recorded when the comments came, by rule and version.
    pub(super) recorded: BTreeMap<String, RuleTally>,
    #[serde(skip)]
    places: HashMap<SubscriberId, usize>,
}

/// One comment, looked at.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) comment: CommentId,
    pub(super) subscriber: SubscriberId,
    pub(super) created_at: Timestamp,
    pub(super) ruling: Option<Ruling>,
    /// The text, when any rule fired.
    pub(super) text: String,
    /// The tried rules that fired, and where they look in the text.
    pub(super) fired: Vec<(usize, Vec<Span>)>,
    /// The tried rules that have no answer.
    pub(super) faulted: Vec<usize>,
    /// Whether the rules in force would not have published it.
    pub(super) is_caught: bool,
    /// The rules on trial that fired when it came.
    pub(super) recorded: Vec<(String, Vec<Span>)>,
}

impl Tally {
    pub(super) fn new(judged_by: String, rule_count: usize) -> Self {
        let rules = vec![RuleTally::default(); rule_count];
        Self { judged_by, rules, ..Self::default() }
    }

    /// Counts one comment, which lies at `place` in time.
    pub(super) fn add(&mut self, seen: &Seen, place: usize) {
        self.examined += 1;
        add_at(&mut self.over_time, place);
        match seen.ruling {
            Some(Ruling::Removed) => self.removed += 1,
            Some(Ruling::Approved) => self.approved += 1,
            None => {}
        }
        self.caught += u64::from(seen.is_caught);
        let author = self.author(seen.subscriber);
        for (rule, spans) in &seen.fired {
            if let Some(rule) = self.rules.get_mut(*rule) {
                rule.hit(seen, spans, author, place);
            }
        }
        for rule in &seen.faulted {
            if let Some(rule) = self.rules.get_mut(*rule) {
                rule.faults += 1;
            }
        }
        for (rule, spans) in &seen.recorded {
            self.recorded.entry(rule.clone()).or_default().hit(seen, spans, author, place);
        }
    }

    fn author(&mut self, subscriber: SubscriberId) -> usize {
        if self.places.len() < self.subscribers.len() {
            // Read back from where it was kept.
            self.places = self.subscribers.iter().copied().zip(0..).collect();
        }
        let next = self.subscribers.len();
        let place = *self.places.entry(subscriber).or_insert(next);
        if place == next {
            self.subscribers.push(subscriber);
        }
        place
    }
}

impl RuleTally {
    fn hit(&mut self, seen: &Seen, spans: &[Span], author: usize, place: usize) {
        self.hits += 1;
        match seen.ruling {
            Some(Ruling::Removed) => self.removed += 1,
            Some(Ruling::Approved) => self.approved += 1,
            None => {}
        }
        self.already_caught += u64::from(seen.is_caught);
        self.authors.insert(author);
        add_at(&mut self.over_time, place);
        self.keep_example(seen, spans);
    }

    /// Keeps the comment as an example if few of its kind were kept, or none of a lower rank.
    fn keep_example(&mut self, seen: &Seen, spans: &[Span]) {
        let rank = rank_of(seen.comment);
        let of_kind = || self.examples.iter().filter(|kept| kept.example.decision == seen.ruling);
        if of_kind().count() >= EXAMPLES {
            let Some(highest) = of_kind().map(|kept| kept.rank).max().filter(|highest| rank < *highest) else { return };
            self.examples.retain(|kept| kept.rank != highest);
        }
        let (text, spans) = excerpt(&seen.text, spans);
        let example = Example {
            comment: seen.comment,
            created_at: seen.created_at,
            text,
            spans,
            decision: seen.ruling,
            already_caught: seen.is_caught,
        };
        self.examples.push(Ranked { rank, example });
    }
}

fn add_at(counts: &mut Vec<u64>, place: usize) {
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    if let Some(count) = counts.get_mut(place) {
        *count += 1;
    }
}

/// A number that is spread evenly over comments and the same whoever asks (the finishing of splitmix64).
fn rank_of(comment: CommentId) -> u64 {
    let (high, low) = comment.uuid().as_u64_pair();
    let mut number = high ^ low;
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn seen(number: u128, subscriber: u128, ruling: Option<Ruling>) -> Seen {
        Seen {
            comment: CommentId::from_uuid(Uuid::from_u128(number)),
            subscriber: SubscriberId::from_uuid(Uuid::from_u128(subscriber)),
            created_at: Timestamp::from_millis(0),
            ruling,
            text: "a bad word".to_owned(),
            fired: vec![(0, vec![Span { start: 2, end: 5 }])],
            faulted: vec![1],
            is_caught: number.is_multiple_of(2),
            recorded: vec![("old@3".to_owned(), Vec::new())],
        }
    }

    fn tally(order: impl Iterator<Item = u128>) -> Tally {
        let mut tally = Tally::new("x".to_owned(), 2);
        for number in order {
            let ruling = [None, Some(Ruling::Removed), Some(Ruling::Approved)].get(number as usize % 3).copied();
            tally.add(&seen(number, number % 70, ruling.flatten()), number as usize % 4);
        }
        tally
    }

    #[test]
    fn everything_is_counted_and_examples_do_not_depend_on_the_order() {
        let (one, other) = (tally(0..300), tally((0..300).rev()));
        let rule = &one.rules[0];
        assert_eq!((one.examined, rule.hits, rule.removed, rule.approved), (300, 300, 100, 100));
        assert_eq!((rule.already_caught, rule.authors.count(), one.rules[1].faults), (150, 70, 300));
        assert_eq!(rule.over_time, [75, 75, 75, 75]);
        assert_eq!(one.recorded["old@3"].hits, 300);
        let names = |tally: &Tally| {
            let mut ids: Vec<_> = tally.rules[0].examples.iter().map(|kept| kept.example.comment).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(names(&one).len(), 9);
        assert_eq!(names(&one), names(&other));
    }

    #[test]
    fn a_tally_that_was_kept_goes_on_as_if_it_had_never_stopped() {
        let whole = tally(0..300);
        let mut half = tally(0..150);
        half = serde_json::from_str(&serde_json::to_string(&half).unwrap()).unwrap();
        for number in 150..300_u128 {
            let ruling = [None, Some(Ruling::Removed), Some(Ruling::Approved)].get(number as usize % 3).copied();
            half.add(&seen(number, number % 70, ruling.flatten()), number as usize % 4);
        }
        assert_eq!(serde_json::to_value(&half).unwrap(), serde_json::to_value(&whole).unwrap());
    }
}
