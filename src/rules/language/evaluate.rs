//! Asking a condition about one comment.
//!
//! A part that cannot be evaluated does not matter when the rest decides without it: what is false outweighs a fault in
//! an "and", what is true in an "or", on whichever side they stand. Otherwise the fault is the answer.

use super::simplify::{NoNumber, as_double};
use super::tree::{Bool, Double, Find, Int, List, Text};
use crate::rules::signals::{Signals, Slot};

/// Why a condition has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFault {
    /// It depends on a signal that nobody could fill.
    Missing(Slot),
    /// It divides by nought.
    DivisionByZero,
    /// A number is too large.
    Overflow,
}

impl RuleFault {
    /// The fault as programs read it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing(_) => "missing_signal",
            Self::DivisionByZero => "division_by_zero",
            Self::Overflow => "overflow",
        }
    }
}

impl From<NoNumber> for RuleFault {
    fn from(reason: NoNumber) -> Self {
        match reason {
            NoNumber::DivisionByZero => Self::DivisionByZero,
            NoNumber::Overflow => Self::Overflow,
        }
    }
}

/// The signals, and the members that the loops around are at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'s> {
    pub(super) signals: &'s Signals<'s>,
    member: Option<&'s Member<'s>>,
}

#[derive(Debug)]
struct Member<'s> {
    text: &'s str,
    outer: Option<&'s Self>,
}

impl<'s> Scope<'s> {
    pub(super) const fn new(signals: &'s Signals<'s>) -> Self {
        Self { signals, member: None }
    }

    fn member(&self, depth: usize) -> &'s str {
        let mut at = self.member;
        for _ in 0..depth {
            at = at.and_then(|member| member.outer);
        }
        at.map_or("", |member| member.text)
    }

    /// Asks `question` about each member of `list` until `done`; the first fault, else the last word.
    pub(super) fn each<T>(
        &self,
        list: &List,
        mut question: impl FnMut(&str, &Scope<'_>) -> Option<T>,
    ) -> Result<Option<T>, RuleFault> {
        let mut ask = |text: &str| {
            let member = Member { text, outer: self.member };
            question(text, &Scope { signals: self.signals, member: Some(&member) })
        };
        Ok(match list {
            List::Const(members) => members.iter().find_map(|text| ask(text)),
            List::Slot(slot) => {
                let members = self.signals.list(*slot).ok_or(RuleFault::Missing(*slot))?;
                members.iter().find_map(|text| ask(text))
            }
        })
    }
}

type Answer<T> = Result<T, RuleFault>;

impl Bool {
    pub(super) fn ask(&self, scope: &Scope<'_>) -> Answer<bool> {
        let signals = scope.signals;
        match self {
            Self::Const(value) => Ok(*value),
            Self::Slot(slot) => signals.bool(*slot).ok_or(RuleFault::Missing(*slot)),
            Self::Not(inner) => inner.ask(scope).map(|value| !value),
            Self::And(parts) => until(parts, false, scope),
            Self::Or(parts) => until(parts, true, scope),
            Self::IntSlot(slot, compare, number) => {
                signals.int(*slot).map(|value| compare.holds(&value, number)).ok_or(RuleFault::Missing(*slot))
            }
            Self::DoubleSlot(slot, compare, number) => {
                signals.double(*slot).map(|value| compare.holds(&value, number)).ok_or(RuleFault::Missing(*slot))
            }
            other => other.ask_more(scope),
        }
    }

    /// The rarer questions, apart from the quick ones so that those stay quick.
    fn ask_more(&self, scope: &Scope<'_>) -> Answer<bool> {
        Ok(match self {
            Self::If(parts) if parts.0.ask(scope)? => parts.1.ask(scope)?,
            Self::If(parts) => parts.2.ask(scope)?,
            Self::Ints(compare, sides) => compare.holds(&sides.0.ask(scope)?, &sides.1.ask(scope)?),
            Self::Doubles(compare, sides) => compare.holds(&sides.0.ask(scope)?, &sides.1.ask(scope)?),
            Self::EqualTexts(sides) => sides.0.ask(scope)? == sides.1.ask(scope)?,
            Self::EqualBools(sides) => sides.0.ask(scope)? == sides.1.ask(scope)?,
            Self::IntIn(number, among) => among.binary_search(&number.ask(scope)?).is_ok(),
            Self::TextIn(text, among) => {
                let text = text.ask(scope)?;
                among.binary_search_by(|member| member.as_ref().cmp(text)).is_ok()
            }
            Self::InList(text, slot) => {
                let members = scope.signals.list(*slot).ok_or(RuleFault::Missing(*slot))?;
                let text = text.ask(scope)?;
                members.iter().any(|member| member == text)
            }
            Self::Find(how, sides) => {
                let (text, wanted) = (sides.0.ask(scope)?, sides.1.ask(scope)?);
                match how {
                    Find::Anywhere => text.contains(wanted),
                    Find::AtStart => text.starts_with(wanted),
                    Find::AtEnd => text.ends_with(wanted),
                }
            }
            Self::Matches(text, pattern) => pattern.is_match(text.ask(scope)?),
            Self::Exists(list, condition) => any(list, condition, true, scope)?,
            Self::All(list, condition) => !any(list, condition, false, scope)?,
            other => other.ask(scope)?,
        })
    }
}

/// Whether one of `parts` answers `wanted`, which settles it; else the first fault, else the opposite.
fn until(parts: &[Bool], wanted: bool, scope: &Scope<'_>) -> Answer<bool> {
    let mut fault = None;
    for part in parts {
        match part.ask(scope) {
            Ok(answer) if answer == wanted => return Ok(wanted),
            Ok(_) => {}
            Err(reason) => fault = fault.or(Some(reason)),
        }
    }
    fault.map_or(Ok(!wanted), Err)
}

/// Whether `condition` answers `wanted` for some member of `list`.
fn any(list: &List, condition: &Bool, wanted: bool, scope: &Scope<'_>) -> Answer<bool> {
    let mut fault = None;
    let found = scope.each(list, |_, scope| match condition.ask(scope) {
        Ok(answer) => (answer == wanted).then_some(()),
        Err(reason) => {
            fault = fault.or(Some(reason));
            None
        }
    })?;
    match (found, fault) {
        (Some(()), _) => Ok(true),
        (None, Some(reason)) => Err(reason),
        (None, None) => Ok(false),
    }
}

impl Int {
    pub(super) fn ask(&self, scope: &Scope<'_>) -> Answer<i64> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Ok(match self {
            Self::Const(value) => *value,
            Self::Slot(slot) => scope.signals.int(*slot).ok_or(RuleFault::Missing(*slot))?,
            Self::Negate(inner) => inner.ask(scope)?.checked_neg().ok_or(RuleFault::Overflow)?,
            Self::Arithmetic(operation, sides) => operation.on_ints(sides.0.ask(scope)?, sides.1.ask(scope)?)?,
            Self::If(parts) if parts.0.ask(scope)? => parts.1.ask(scope)?,
            Self::If(parts) => parts.2.ask(scope)?,
            Self::Chars(text) => count(text.ask(scope)?.chars().count()),
            Self::Members(slot) => count(scope.signals.list(*slot).ok_or(RuleFault::Missing(*slot))?.len()),
        })
    }
}

impl Double {
    pub(super) fn ask(&self, scope: &Scope<'_>) -> Answer<f64> {
        Ok(match self {
            Self::Const(value) => *value,
            Self::Slot(slot) => scope.signals.double(*slot).ok_or(RuleFault::Missing(*slot))?,
            Self::Int(inner) => as_double(inner.ask(scope)?),
            Self::Negate(inner) => -inner.ask(scope)?,
            Self::Arithmetic(operation, sides) => operation.on_doubles(sides.0.ask(scope)?, sides.1.ask(scope)?)?,
            Self::If(parts) if parts.0.ask(scope)? => parts.1.ask(scope)?,
            Self::If(parts) => parts.2.ask(scope)?,
        })
    }
}

impl Text {
    pub(super) fn ask<'s>(&'s self, scope: &Scope<'s>) -> Answer<&'s str> {
        Ok(match self {
            Self::Const(value) => value,
            Self::Slot(slot) => scope.signals.string(*slot).ok_or(RuleFault::Missing(*slot))?,
            Self::Member(depth) => scope.member(*depth),
            Self::If(parts) if parts.0.ask(scope)? => parts.1.ask(scope)?,
            Self::If(parts) => parts.2.ask(scope)?,
        })
    }
}
