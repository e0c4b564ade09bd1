//! Making trees smaller while they are built: constants are folded, chains flattened, the cheap asked before the dear.

use super::cost;
use super::tree::{Arithmetic, Bool, Compare, Double, Int, Text};
use crate::rules::signals::Slot;

/// Below this every whole number is a number with a fraction exactly: 2^53.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// What cannot be computed, found while folding or while evaluating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoNumber {
    DivisionByZero,
    Overflow,
}

impl Bool {
    pub(super) fn not(inner: Self) -> Self {
        match inner {
            Self::Const(value) => Self::Const(!value),
            Self::Not(inner) => *inner,
            Self::IntSlot(slot, compare, number) => Self::IntSlot(slot, compare.negated(), number),
            Self::Ints(compare, sides) => Self::Ints(compare.negated(), sides),
            other => Self::Not(Box::new(other)),
        }
    }

    /// All of `parts`. The order in which they are asked does not matter: one that is false outweighs one that faults.
    pub(super) fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Const(true) => {}
                Self::Const(false) => return Self::Const(false),
                Self::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        chain(flat, true)
    }

    /// Any of `parts`, in any order.
    pub(super) fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Const(false) => {}
                Self::Const(true) => return Self::Const(true),
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        chain(flat, false)
    }

    pub(super) fn ints(compare: Compare, left: Int, right: Int) -> Self {
        match (left, right) {
            (Int::Const(left), Int::Const(right)) => Self::Const(compare.holds(&left, &right)),
            (Int::Slot(slot), Int::Const(number)) => Self::IntSlot(slot, compare, number),
            (Int::Const(number), Int::Slot(slot)) => Self::IntSlot(slot, compare.mirrored(), number),
            (left, right) => Self::Ints(compare, Box::new((left, right))),
        }
    }

    pub(super) fn doubles(compare: Compare, left: Double, right: Double) -> Self {
        match (left, right) {
            (Double::Const(left), Double::Const(right)) => Self::Const(compare.holds(&left, &right)),
            (Double::Slot(slot), Double::Const(number)) => Self::DoubleSlot(slot, compare, number),
            (Double::Const(number), Double::Slot(slot)) => Self::DoubleSlot(slot, compare.mirrored(), number),
            (Double::Int(left), Double::Const(right)) if right.abs() < MAX_EXACT => Self::whole(compare, *left, right),
            (Double::Const(left), Double::Int(right)) if left.abs() < MAX_EXACT => {
                Self::whole(compare.mirrored(), *right, left)
            }
            (left, right) => Self::Doubles(compare, Box::new((left, right))),
        }
    }

    /// A whole number against one with a fraction: the same as against the next whole number.
    fn whole(compare: Compare, left: Int, right: f64) -> Self {
        let right = match compare {
            Compare::Equal | Compare::Unequal if right.fract() != 0.0 => {
                return Self::Const(compare == Compare::Unequal);
            }
            Compare::Less | Compare::AtLeast => right.ceil(),
            _ => right.floor(),
        };
        Self::ints(compare, left, Int::Const(right as i64))
    }

    pub(super) fn same_text(left: Text, right: Text) -> Self {
        match (left, right) {
            (Text::Const(left), Text::Const(right)) => Self::Const(left == right),
            (Text::Const(wanted), other) | (other, Text::Const(wanted)) => Self::TextIn(other, vec![wanted]),
            (left, right) => Self::EqualTexts(Box::new((left, right))),
        }
    }

    pub(super) fn same_bool(left: Self, right: Self) -> Self {
        match (left, right) {
            (Self::Const(wanted), other) | (other, Self::Const(wanted)) => {
                if wanted {
                    other
                } else {
                    Self::not(other)
                }
            }
            (left, right) => Self::EqualBools(Box::new((left, right))),
        }
    }

    pub(super) fn choose(condition: Self, then: Self, otherwise: Self) -> Self {
        match condition {
            Self::Const(true) => then,
            Self::Const(false) => otherwise,
            condition => Self::If(Box::new((condition, then, otherwise))),
        }
    }
}

fn chain(mut parts: Vec<Bool>, is_and: bool) -> Bool {
    // The order of equals is made the same too, so that the same rule written otherwise is seen to be the same.
    parts.sort_by_cached_key(|part| (cost::of_bool(part), format!("{part:?}")));
    parts.dedup_by_key(|part| format!("{part:?}"));
    match (parts.len(), is_and) {
        (0, value) => Bool::Const(value),
        (1, _) => parts.pop().unwrap_or(Bool::Const(is_and)),
        (_, true) => Bool::And(parts),
        (_, false) => Bool::Or(parts),
    }
}

impl Int {
    pub(super) fn negate(inner: Self) -> Result<Self, NoNumber> {
        match inner {
            Self::Const(value) => value.checked_neg().map(Self::Const).ok_or(NoNumber::Overflow),
            other => Ok(Self::Negate(Box::new(other))),
        }
    }

    pub(super) fn arithmetic(operation: Arithmetic, left: Self, right: Self) -> Result<Self, NoNumber> {
        match (&left, &right) {
            (Self::Const(left), Self::Const(right)) => operation.on_ints(*left, *right).map(Self::Const),
            (_, Self::Const(0)) if matches!(operation, Arithmetic::Divide | Arithmetic::Remainder) => {
                Err(NoNumber::DivisionByZero)
            }
            _ => Ok(Self::Arithmetic(operation, Box::new((left, right)))),
        }
    }

    pub(super) fn choose(condition: Bool, then: Self, otherwise: Self) -> Self {
        match condition {
            Bool::Const(true) => then,
            Bool::Const(false) => otherwise,
            condition => Self::If(Box::new((condition, then, otherwise))),
        }
    }

    pub(super) fn chars(text: Text) -> Self {
        match text {
            Text::Const(text) => Self::Const(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)),
            other => Self::Chars(other),
        }
    }
}

impl Double {
    pub(super) fn of_int(inner: Int) -> Self {
        match inner {
            Int::Const(value) => Self::Const(as_double(value)),
            other => Self::Int(Box::new(other)),
        }
    }

    pub(super) fn negate(inner: Self) -> Self {
        match inner {
            Self::Const(value) => Self::Const(-value),
            other => Self::Negate(Box::new(other)),
        }
    }

    pub(super) fn arithmetic(operation: Arithmetic, left: Self, right: Self) -> Result<Self, NoNumber> {
        match (&left, &right) {
            (Self::Const(left), Self::Const(right)) => operation.on_doubles(*left, *right).map(Self::Const),
            (_, Self::Const(0.0)) if operation == Arithmetic::Divide => Err(NoNumber::DivisionByZero),
            _ => Ok(Self::Arithmetic(operation, Box::new((left, right)))),
        }
    }

    pub(super) fn choose(condition: Bool, then: Self, otherwise: Self) -> Self {
        match condition {
            Bool::Const(true) => then,
            Bool::Const(false) => otherwise,
            condition => Self::If(Box::new((condition, then, otherwise))),
        }
    }
}

impl Text {
    pub(super) fn choose(condition: Bool, then: Self, otherwise: Self) -> Self {
        match condition {
            Bool::Const(true) => then,
            Bool::Const(false) => otherwise,
            condition => Self::If(Box::new((condition, then, otherwise))),
        }
    }

    /// The signal that the text is, if it is one as it stands.
    pub(super) const fn slot(&self) -> Option<Slot> {
        match self {
            Self::Slot(slot) => Some(*slot),
            _ => None,
        }
    }
}

impl Arithmetic {
    pub(super) fn on_ints(self, left: i64, right: i64) -> Result<i64, NoNumber> {
        if right == 0 && matches!(self, Self::Divide | Self::Remainder) {
            return Err(NoNumber::DivisionByZero);
        }
        let result = match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide => left.checked_div(right),
            Self::Remainder => left.checked_rem(right),
        };
        result.ok_or(NoNumber::Overflow)
    }

    /// Unlike CEL's, a division by nought is no infinity but a fault, as with whole numbers.
    pub(super) fn on_doubles(self, left: f64, right: f64) -> Result<f64, NoNumber> {
        match self {
            Self::Add => Ok(left + right),
            Self::Subtract => Ok(left - right),
            Self::Multiply => Ok(left * right),
            Self::Divide | Self::Remainder if right == 0.0 => Err(NoNumber::DivisionByZero),
            Self::Divide => Ok(left / right),
            Self::Remainder => Ok(left % right),
        }
    }
}

/// The nearest number with a fraction; exact for any count that there is.
pub(super) const fn as_double(number: i64) -> f64 {
    number as f64
}
