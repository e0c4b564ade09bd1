//! The language of conditions: a part of CEL, with types, a bound on what it may cost, and an evaluator of our own.
//!
//! [`compile`] parses a condition, checks it and refuses what has no sense; the [`Program`] it answers is asked about
//! the [`Signals`] of a comment. It is pure and total: no source makes it panic or run for long, and no program runs
//! longer than its cost says.

mod check;
mod complaint;
mod cost;
mod evaluate;
mod places;
mod scan;
mod sense;
mod simplify;
mod syntax;
mod tree;

use std::collections::BTreeSet;

pub(in crate::rules) use check::calls::millis;
pub(in crate::rules) use complaint::nearest;
pub use complaint::{Complaint, ComplaintCode};
pub use cost::MAX_COST;
pub use evaluate::RuleFault;
pub use scan::MAX_SOURCE_CHARS;

use self::evaluate::Scope;
use self::tree::{Bool, Text};
use super::signals::{Signals, Slot};
use super::verdict::Span;

/// A condition that has been checked, ready to be asked.
#[derive(Clone, Debug)]
pub struct Program {
    condition: Bool,
    slots: Vec<Slot>,
    cost: u64,
}

/// Checks the condition `source` and makes it quick.
///
/// # Errors
/// Everything that is wrong with its types at once; else the first thing that is wrong with how it is written, or
/// everything in it that can only ever turn out one way.
pub fn compile(source: &str) -> Result<Program, Vec<Complaint>> {
    let node = syntax::parse(source).map_err(|complaint| vec![complaint])?;
    let mut slots = BTreeSet::new();
    let condition = check::condition(&node, &mut slots)?;
    let cost = cost::of_bool(&condition);
    if cost > MAX_COST {
        let message = format!("the condition could cost {cost} steps on one comment; {MAX_COST} are allowed");
        let hint = "loops within loops and patterns over the whole text cost most: ask for less, or make several rules";
        return Err(vec![Complaint::new(ComplaintCode::TooCostly, 0..source.len(), message).hint(hint)]);
    }
    Ok(Program { condition, slots: slots.into_iter().collect(), cost })
}

impl Program {
    /// Whether the condition is true of a comment.
    ///
    /// # Errors
    /// When the answer depends on a signal that is missing, or on a number that cannot be computed.
    pub fn ask(&self, signals: &Signals<'_>) -> Result<bool, RuleFault> {
        self.condition.ask(&Scope::new(signals))
    }

    /// The words that made the condition true, in order and apart; empty when it is not about any place.
    #[must_use]
    pub fn places(&self, signals: &Signals<'_>) -> Vec<Span> {
        places::places(&self.condition, signals)
    }

    /// The signals it asks, in the catalogue's order.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The most steps it can take.
    #[must_use]
    pub const fn cost(&self) -> u64 {
        self.cost
    }

    /// The same condition, asked only where the text signal `slot` is `wanted`.
    #[must_use]
    pub(in crate::rules) fn only_where(mut self, slot: Slot, wanted: &str) -> Self {
        let place = Bool::TextIn(Text::Slot(slot), vec![wanted.into()]);
        self.condition = Bool::and([place, self.condition]);
        if !self.slots.contains(&slot) {
            self.slots.push(slot);
            self.slots.sort_unstable();
        }
        self.cost = cost::of_bool(&self.condition);
        self
    }

    /// A form that two conditions share when they ask the same, however they are written.
    pub(in crate::rules) fn canonical(&self) -> String {
        format!("{:?}", self.condition)
    }
}

#[cfg(test)]
mod tests;
