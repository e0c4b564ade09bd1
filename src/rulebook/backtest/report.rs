//! What came of a backtest, as editors, the API and the command line are told.

use serde::{Deserialize, Serialize};

use super::tally::{RuleTally, Ruling, Tally};
use crate::comments::Period;
use crate::kernel::{ClauseId, CommentId, Timestamp};
use crate::rules::{Mode, Rule, Span};

/// What rules would have done to past comments.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// How many comments were judged anew.
    pub examined: u64,
    /// The time that took, in seconds.
    pub seconds: f64,
    /// The first moment looked at.
    pub since: Timestamp,
    /// The moment after the last.
    pub until: Timestamp,
    /// How many of them moderators removed.
    pub removed: u64,
    /// How many of them moderators approved.
    pub approved: u64,
    /// How many of them the rules now in force would not publish.
    pub caught: u64,
    /// How many subscribers wrote them.
    pub subscribers: u64,
    /// How long each place in time is, in seconds.
    pub bucket_seconds: u64,
    /// Comments by place in time, oldest first.
    pub over_time: Vec<u64>,
    /// The rules that were tried, in the order of their file.
    pub rules: Vec<RuleReport>,
    /// What rules on trial recorded when the comments came, by id and version.
    pub shadow: Vec<RuleReport>,
}

/// What one rule would have done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleReport {
    /// The rule's id; of a recorded one with its version, as in `shouting@3`.
    pub id: String,
    /// The clause it stands for.
    pub clause: Option<ClauseId>,
    /// What it leads to, and how far it has come; nothing of a recorded one.
    pub then: Option<String>,
    /// The mode in its file.
    pub mode: Option<Mode>,
    /// How many comments it fires on.
    pub hits: u64,
    /// Of these, how many moderators removed.
    pub removed: u64,
    /// Of these, how many moderators approved.
    pub approved: u64,
    /// Of the hits that moderators decided, the share that they removed; nothing when they decided none.
    pub precision: Option<f64>,
    /// Of what moderators removed, the share that it fires on; nothing when they removed none.
    pub recall: Option<f64>,
    /// Where the precision lies with 95 % confidence.
    pub interval: Option<[f64; 2]>,
    /// Where the recall lies with 95 % confidence.
    pub recall_interval: Option<[f64; 2]>,
    /// How many subscribers it would have met.
    pub subscribers: u64,
    /// Their share of all who commented.
    pub subscribers_share: f64,
    /// How many of its hits the rules now in force do not publish anyway.
    pub already_caught: u64,
    /// On how many comments it had no answer: live, it would have held them.
    pub faults: u64,
    /// The most steps that it may take on one comment.
    pub cost: Option<u64>,
    /// Hits by place in time, oldest first.
    pub over_time: Vec<u64>,
    /// Some of its hits, at most three of each kind: removed, approved, undecided.
    pub examples: Vec<Example>,
}

/// A comment that a rule fires on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The comment.
    pub comment: CommentId,
    /// When it was written.
    pub created_at: Timestamp,
    /// Its text, or the part around what the rule saw.
    pub text: String,
    /// Where the rule looked, in UTF-8 bytes of that text.
    pub spans: Vec<Span>,
    /// What a moderator made of it.
    pub decision: Option<Ruling>,
    /// Whether the rules now in force do not publish it anyway.
    pub already_caught: bool,
}

/// How long a place in time is, in milliseconds: whole days, so that there are at most sixty.
pub(super) fn bucket_millis(period: Period) -> i64 {
    const DAY: i64 = 24 * 3600 * 1000;
    let span = period.until.as_millis().saturating_sub(period.since.as_millis()).max(1);
    span.div_euclid(60 * DAY).saturating_add(i64::from(span.rem_euclid(60 * DAY) > 0)).max(1) * DAY
}

impl Report {
    /// The report on `tally`, which `rules` filled.
    pub(super) fn of(tally: &Tally, rules: &[Rule], period: Period) -> Self {
        let bucket = bucket_millis(period);
        let span = period.until.as_millis().saturating_sub(period.since.as_millis());
        let places = usize::try_from(span.div_euclid(bucket) + i64::from(span.rem_euclid(bucket) > 0)).unwrap_or(1);
        let of = |id: String, counted: &RuleTally| one(id, counted, tally, places);
        let tried = rules.iter().zip(&tally.rules).map(|(rule, counted)| RuleReport {
            clause: rule.clause.clone(),
            then: Some(rule.then.as_str().to_owned()),
            mode: Some(rule.mode),
            cost: Some(rule.when.cost()),
            ..of(rule.id.to_string(), counted)
        });
        #[expect(clippy::cast_precision_loss, reason = "seconds need no more digits")]
        let seconds = tally.millis as f64 / 1000.0;
        Self {
            examined: tally.examined,
            seconds,
            since: period.since,
            until: period.until,
            removed: tally.removed,
            approved: tally.approved,
            caught: tally.caught,
            subscribers: u64::try_from(tally.subscribers.len()).unwrap_or(u64::MAX),
            bucket_seconds: u64::try_from(bucket / 1000).unwrap_or(0),
            over_time: padded(&tally.over_time, places),
            rules: tried.collect(),
            shadow: tally.recorded.iter().map(|(id, counted)| of(id.clone(), counted)).collect(),
        }
    }
}

fn one(id: String, counted: &RuleTally, tally: &Tally, places: usize) -> RuleReport {
    let decided = counted.removed + counted.approved;
    let authors = counted.authors.count();
    let all = u64::try_from(tally.subscribers.len()).unwrap_or(u64::MAX);
    let mut examples: Vec<Example> = counted.examples.iter().map(|kept| kept.example.clone()).collect();
    let kind = |example: &Example| match example.decision {
        Some(Ruling::Approved) => 0,
        Some(Ruling::Removed) => 1,
        None => 2,
    };
    examples.sort_by_key(|example| (kind(example), example.created_at, example.comment));
    RuleReport {
        id,
        clause: None,
        then: None,
        mode: None,
        hits: counted.hits,
        removed: counted.removed,
        approved: counted.approved,
        precision: share(counted.removed, decided),
        recall: share(counted.removed, tally.removed),
        interval: interval(counted.removed, decided),
        recall_interval: interval(counted.removed, tally.removed),
        subscribers: authors,
        subscribers_share: share(authors, all).unwrap_or(0.0),
        already_caught: counted.already_caught,
        faults: counted.faults,
        cost: None,
        over_time: padded(&counted.over_time, places),
        examples,
    }
}

fn padded(counts: &[u64], places: usize) -> Vec<u64> {
    counts.iter().copied().chain(std::iter::repeat(0)).take(places.max(counts.len())).collect()
}

#[expect(clippy::cast_precision_loss, reason = "no count of comments has 52 bits")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The Wilson score interval of a share at 95 %: honest for few cases and for shares near nought and one.
#[expect(clippy::cast_precision_loss, reason = "no count of comments has 52 bits")]
fn interval(part: u64, whole: u64) -> Option<[f64; 2]> {
    const Z: f64 = 1.959_963_984_540_054;
    let share = share(part, whole)?;
    let count = whole as f64;
    let middle = share + Z * Z / (2.0 * count);
    let spread = Z * (share * (1.0 - share) / count + Z * Z / (4.0 * count * count)).sqrt();
    let scale = 1.0 + Z * Z / count;
    Some([((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        // Newcombe (1998), Statistics in Medicine 17, table I.
        for (part, whole, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let [found_low, found_high] = interval(part, whole).unwrap();
            assert!((found_low - low).abs() < 0.00006 && (found_high - high).abs() < 0.00006, "{part}/{whole}");
        }
        assert_eq!(interval(0, 0), None);
    }

    #[test]
    fn time_has_at_most_sixty_places_of_whole_days() {
        let day = 24 * 3600 * 1000;
        let of = |days: i64| {
            bucket_millis(Period { since: Timestamp::from_millis(0), until: Timestamp::from_millis(days * day) }) / day
        };
        assert_eq!([of(0), of(1), of(60), of(61), of(90), of(365)], [1, 1, 1, 2, 2, 7]);
    }
}
