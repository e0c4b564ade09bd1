//! How much a condition can cost at most, before any comment is seen.
//!
//! The unit is a step: about what one comparison takes. Looking through a text costs by its greatest length, going
//! through a list by its greatest number of members, and a loop in a loop multiplies.

use super::tree::{Bool, Double, Int, List, Text};
use crate::rules::signals::Slot;

/// The most steps of one rule: about a tenth of a millisecond.
pub const MAX_COST: u64 = 100_000;

/// The most characters of the text itself, and of any other text that a signal can be.
const CONTENT_CHARS: u64 = 20_000;
const OTHER_CHARS: u64 = 256;

/// The most members of a list that a signal can be.
const MEMBERS: u64 = 50;

/// What finding the language costs.
const LANGUAGE: u64 = 20_000;

pub(super) fn of_bool(it: &Bool) -> u64 {
    let inner = match it {
        Bool::Const(_) | Bool::Slot(_) | Bool::IntSlot(..) | Bool::DoubleSlot(..) => 0,
        Bool::Not(inner) => of_bool(inner),
        Bool::And(parts) | Bool::Or(parts) => parts.iter().map(of_bool).fold(0, u64::saturating_add),
        Bool::If(parts) => sum(of_bool(&parts.0), sum(of_bool(&parts.1), of_bool(&parts.2))),
        Bool::Ints(_, sides) => sum(of_int(&sides.0), of_int(&sides.1)),
        Bool::Doubles(_, sides) => sum(of_double(&sides.0), of_double(&sides.1)),
        Bool::EqualBools(sides) => sum(of_bool(&sides.0), of_bool(&sides.1)),
        Bool::EqualTexts(sides) => {
            sum(sum(of_text(&sides.0), of_text(&sides.1)), chars(&sides.0).min(chars(&sides.1)) / 16)
        }
        Bool::IntIn(number, among) => sum(of_int(number), u64::from(among.len().max(1).ilog2())),
        Bool::TextIn(text, among) => sum(of_text(text), 4 * u64::from(among.len().max(1).ilog2())),
        Bool::InList(text, _) => sum(of_text(text), 4 * MEMBERS),
        Bool::Find(_, sides) => {
            sum(sum(of_text(&sides.0), of_text(&sides.1)), sum(chars(&sides.0), chars(&sides.1)) / 32)
        }
        Bool::Matches(text, _) => sum(of_text(text), chars(text)),
        Bool::Exists(list, condition) | Bool::All(list, condition) => {
            members(list).saturating_mul(of_bool(condition).saturating_add(1))
        }
    };
    sum(inner, 1)
}

fn of_int(it: &Int) -> u64 {
    let inner = match it {
        Int::Const(_) | Int::Slot(_) | Int::Members(_) => 0,
        Int::Negate(inner) => of_int(inner),
        Int::Arithmetic(_, sides) => sum(of_int(&sides.0), of_int(&sides.1)),
        Int::If(parts) => sum(of_bool(&parts.0), sum(of_int(&parts.1), of_int(&parts.2))),
        Int::Chars(text) => sum(of_text(text), chars(text) / 8),
    };
    sum(inner, 1)
}

fn of_double(it: &Double) -> u64 {
    let inner = match it {
        Double::Const(_) | Double::Slot(_) => 0,
        Double::Int(inner) => of_int(inner),
        Double::Negate(inner) => of_double(inner),
        Double::Arithmetic(_, sides) => sum(of_double(&sides.0), of_double(&sides.1)),
        Double::If(parts) => sum(of_bool(&parts.0), sum(of_double(&parts.1), of_double(&parts.2))),
    };
    sum(inner, 1)
}

fn of_text(it: &Text) -> u64 {
    match it {
        Text::Slot(slot) if slot.signal().name == "text.language" => LANGUAGE,
        Text::Const(_) | Text::Slot(_) | Text::Member(_) => 1,
        Text::If(parts) => sum(of_bool(&parts.0), sum(of_text(&parts.1), of_text(&parts.2))),
    }
}

/// The most characters the text can have.
fn chars(it: &Text) -> u64 {
    match it {
        Text::Const(text) => count(text.len()),
        Text::Slot(slot) if is_content(*slot) => CONTENT_CHARS,
        Text::Slot(_) | Text::Member(_) => OTHER_CHARS,
        Text::If(parts) => chars(&parts.1).max(chars(&parts.2)),
    }
}

fn members(list: &List) -> u64 {
    match list {
        List::Const(members) => count(members.len()),
        List::Slot(_) => MEMBERS,
    }
}

fn is_content(slot: Slot) -> bool {
    slot.signal().name == "text.content"
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

const fn sum(one: u64, other: u64) -> u64 {
    one.saturating_add(other)
}
