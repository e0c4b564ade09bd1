//! Conditions that say nothing: true of every comment, or of none.
//!
//! The condition is unfolded into cases, and each case asked whether its parts can hold together: a number has to lie
//! between bounds, a text to be one of some, a thing not to be true and false at once. What is not understood is taken
//! for possible, so a complaint is never wrong, while silence proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::simplify::as_double;
use super::tree::{Bool, Compare, Text};
use crate::rules::signals::{Slot, Type};

/// The most cases that are looked at.
const MAX_CASES: usize = 512;

/// Whether a condition can turn out either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Open,
    AlwaysTrue,
    NeverTrue,
}

pub(super) fn of(it: &Bool) -> Sense {
    if !is_possible(it, true) {
        Sense::NeverTrue
    } else if !is_possible(it, false) {
        Sense::AlwaysTrue
    } else {
        Sense::Open
    }
}

/// Whether `it` can answer `wanted`; true when that is not known.
fn is_possible(it: &Bool, wanted: bool) -> bool {
    cases(it, wanted).is_none_or(|cases| cases.iter().any(|case| holds_together(case)))
}

/// One part of a case, and what it must answer.
type Part<'a> = (&'a Bool, bool);

/// The cases in which `it` answers `wanted`; `None` when they are too many.
fn cases(it: &Bool, wanted: bool) -> Option<Vec<Vec<Part<'_>>>> {
    match it {
        Bool::Const(value) => Some(if *value == wanted { vec![Vec::new()] } else { Vec::new() }),
        Bool::Not(inner) => cases(inner, !wanted),
        Bool::And(parts) if wanted => together(parts.iter().map(|part| (part, true))),
        Bool::Or(parts) if !wanted => together(parts.iter().map(|part| (part, false))),
        Bool::And(parts) | Bool::Or(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(cases(part, wanted)?);
            }
            (all.len() <= MAX_CASES).then_some(all)
        }
        Bool::If(parts) => {
            let mut all = together([(&parts.0, true), (&parts.1, wanted)])?;
            all.extend(together([(&parts.0, false), (&parts.2, wanted)])?);
            (all.len() <= MAX_CASES).then_some(all)
        }
        other => Some(vec![vec![(other, wanted)]]),
    }
}

/// Every way in which all of `parts` answer as they must.
fn together<'a>(parts: impl IntoIterator<Item = Part<'a>>) -> Option<Vec<Vec<Part<'a>>>> {
    let mut all: Vec<Vec<Part<'a>>> = vec![Vec::new()];
    for (part, wanted) in parts {
        let ways = cases(part, wanted)?;
        if all.len().saturating_mul(ways.len()) > MAX_CASES {
            return None;
        }
        all = all.iter().flat_map(|case| ways.iter().map(|way| [case.as_slice(), way].concat())).collect();
    }
    Some(all)
}

/// What is known of a number in one case.
#[derive(Clone, Copy, Debug)]
struct Range {
    low: f64,
    high: f64,
    /// Whether the ends themselves are possible.
    has_low: bool,
    has_high: bool,
    is_whole: bool,
}

impl Range {
    fn of(slot: Slot) -> Self {
        let signal = slot.signal();
        let (low, high) = signal.bounds.unwrap_or((f64::MIN, f64::MAX));
        let is_whole = matches!(signal.kind, Type::Int | Type::Duration);
        Self { low, high, has_low: true, has_high: true, is_whole }
    }

    fn narrow(&mut self, compare: Compare, number: f64) {
        let (low, high, has_end) = match compare {
            Compare::Equal => (Some(number), Some(number), true),
            Compare::Less => (None, Some(number), false),
            Compare::AtMost => (None, Some(number), true),
            Compare::More => (Some(number), None, false),
            Compare::AtLeast => (Some(number), None, true),
            Compare::Unequal => return,
        };
        if let Some(low) = low.filter(|low| *low > self.low || (*low >= self.low && !has_end)) {
            (self.low, self.has_low) = (low, has_end);
        }
        if let Some(high) = high.filter(|high| *high < self.high || (*high <= self.high && !has_end)) {
            (self.high, self.has_high) = (high, has_end);
        }
    }

    /// The only number that is left, if there is one.
    fn only(&self) -> Option<f64> {
        let (low, high) = self.ends();
        (low == high && (self.is_whole || (self.has_low && self.has_high))).then_some(low)
    }

    fn is_empty(&self) -> bool {
        let (low, high) = self.ends();
        low > high || (!self.is_whole && low >= high && !(self.has_low && self.has_high))
    }

    fn ends(&self) -> (f64, f64) {
        if !self.is_whole {
            return (self.low, self.high);
        }
        let low = if self.has_low { self.low.ceil() } else { self.low.floor() + 1.0 };
        let high = if self.has_high { self.high.floor() } else { self.high.ceil() - 1.0 };
        (low, high)
    }
}

/// Whether the parts of a case can all answer as they must.
fn holds_together(case: &[Part<'_>]) -> bool {
    let mut numbers: BTreeMap<Slot, (Range, Vec<f64>)> = BTreeMap::new();
    let mut texts: BTreeMap<Slot, (Option<BTreeSet<&str>>, BTreeSet<&str>)> = BTreeMap::new();
    let mut others: BTreeMap<String, bool> = BTreeMap::new();
    for (part, wanted) in case {
        match part {
            Bool::IntSlot(slot, compare, number) => {
                note(&mut numbers, *slot, *compare, as_double(*number), *wanted);
            }
            Bool::DoubleSlot(slot, compare, number) => note(&mut numbers, *slot, *compare, *number, *wanted),
            Bool::TextIn(Text::Slot(slot), among) => {
                let among: BTreeSet<&str> = among.iter().map(AsRef::as_ref).collect();
                let (allowed, excluded) = texts.entry(*slot).or_default();
                if *wanted {
                    *allowed = Some(allowed.take().map_or(among.clone(), |before| &before & &among));
                } else {
                    excluded.extend(among);
                }
            }
            other => {
                if others.insert(format!("{other:?}"), *wanted).is_some_and(|before| before != *wanted) {
                    return false;
                }
            }
        }
    }
    let numbers_hold = numbers.values().all(|(range, excluded)| {
        let is_excluded = range.only().is_some_and(|only| excluded.contains(&only));
        !range.is_empty() && !is_excluded
    });
    let texts_hold = texts.values().all(|(allowed, excluded)| {
        allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|text| !excluded.contains(text)))
    });
    numbers_hold && texts_hold
}

fn note(numbers: &mut BTreeMap<Slot, (Range, Vec<f64>)>, slot: Slot, compare: Compare, number: f64, wanted: bool) {
    let (range, excluded) = numbers.entry(slot).or_insert_with(|| (Range::of(slot), Vec::new()));
    let compare = if wanted { compare } else { compare.negated() };
    if compare == Compare::Unequal {
        excluded.push(number);
    } else {
        range.narrow(compare, number);
    }
}
