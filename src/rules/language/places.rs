//! Which words made a condition true: the places that the deciding signals count, and what was looked for and found.

use super::evaluate::Scope;
use super::tree::{Bool, Compare, Double, Find, Int, List, Text};
use crate::rules::signals::{Signals, Slot};
use crate::rules::verdict::Span;

/// The most places that one look through a text marks.
const MAX_FOUND: usize = 20;

/// The places in the text that made `it` answer as it did, in order and apart; none when it is not about places.
pub(super) fn places(it: &Bool, signals: &Signals<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let scope = Scope::new(signals);
    if let Ok(answer) = it.ask(&scope) {
        collect(it, answer, &scope, &mut found);
    }
    let text = signals.text();
    found.retain(|span| span.start < span.end && text.get(span.start..span.end).is_some());
    found.sort_unstable();
    let mut apart: Vec<Span> = Vec::with_capacity(found.len());
    for span in found {
        match apart.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => apart.push(span),
        }
    }
    apart
}

/// Adds the places for which `it` answers `wanted`; parts that answer otherwise decided nothing.
fn collect(it: &Bool, wanted: bool, scope: &Scope<'_>, found: &mut Vec<Span>) {
    if it.ask(scope) != Ok(wanted) {
        return;
    }
    match it {
        Bool::Not(inner) => collect(inner, !wanted, scope, found),
        Bool::And(parts) | Bool::Or(parts) => parts.iter().for_each(|part| collect(part, wanted, scope, found)),
        Bool::If(parts) => {
            let taken = if parts.0.ask(scope) == Ok(true) { &parts.1 } else { &parts.2 };
            collect(taken, wanted, scope, found);
        }
        Bool::IntSlot(slot, compare, number) => {
            let compare = if wanted { *compare } else { compare.negated() };
            if is_about_presence(compare) && !(compare == Compare::Equal && *number == 0) {
                found.extend(scope.signals.places(*slot));
            }
        }
        Bool::DoubleSlot(slot, compare, _) => {
            let compare = if wanted { *compare } else { compare.negated() };
            if is_about_presence(compare) {
                found.extend(scope.signals.places(*slot));
            }
        }
        Bool::Ints(compare, sides) => {
            let compare = if wanted { *compare } else { compare.negated() };
            if is_about_presence(compare) {
                of_int(&sides.0, scope, found);
            }
            if is_about_presence(compare.mirrored()) {
                of_int(&sides.1, scope, found);
            }
        }
        Bool::Doubles(compare, sides) => {
            let compare = if wanted { *compare } else { compare.negated() };
            if is_about_presence(compare) {
                of_double(&sides.0, scope, found);
            }
            if is_about_presence(compare.mirrored()) {
                of_double(&sides.1, scope, found);
            }
        }
        Bool::InList(text, slot) if wanted => {
            if let Ok(member) = text.ask(scope) {
                of_member(*slot, member, scope, found);
            }
        }
        Bool::Exists(List::Slot(slot), condition) | Bool::All(List::Slot(slot), condition) if wanted => {
            let list = List::Slot(*slot);
            let mut members = Vec::new();
            let _ = scope.each::<()>(&list, |member, scope| {
                if condition.ask(scope) == Ok(true) {
                    members.push(member.to_owned());
                }
                None
            });
            members.iter().for_each(|member| of_member(*slot, member, scope, found));
        }
        Bool::Find(how, sides) if wanted && is_content(&sides.0) => {
            if let Ok(wanted) = sides.1.ask(scope) {
                of_words(*how, scope.signals.text(), wanted, found);
            }
        }
        Bool::Matches(text, pattern) if wanted && is_content(text) => {
            let matches = pattern.find_iter(scope.signals.text()).take(MAX_FOUND);
            found.extend(matches.map(|found| Span { start: found.start(), end: found.end() }));
        }
        _ => {}
    }
}

/// "more than", "at least", "is": something is there. "less than" has no place to show.
const fn is_about_presence(compare: Compare) -> bool {
    matches!(compare, Compare::More | Compare::AtLeast | Compare::Equal | Compare::Unequal)
}

fn is_content(text: &Text) -> bool {
    text.slot().is_some_and(|slot| slot.signal().name == "text.content")
}

fn of_int(it: &Int, scope: &Scope<'_>, found: &mut Vec<Span>) {
    match it {
        Int::Slot(slot) | Int::Members(slot) => found.extend(scope.signals.places(*slot)),
        Int::Negate(inner) => of_int(inner, scope, found),
        Int::Arithmetic(_, sides) => {
            of_int(&sides.0, scope, found);
            of_int(&sides.1, scope, found);
        }
        Int::If(parts) => {
            let taken = if parts.0.ask(scope) == Ok(true) { &parts.1 } else { &parts.2 };
            of_int(taken, scope, found);
        }
        Int::Const(_) | Int::Chars(_) => {}
    }
}

fn of_double(it: &Double, scope: &Scope<'_>, found: &mut Vec<Span>) {
    match it {
        Double::Slot(slot) => found.extend(scope.signals.places(*slot)),
        Double::Int(inner) => of_int(inner, scope, found),
        Double::Negate(inner) => of_double(inner, scope, found),
        Double::Arithmetic(_, sides) => {
            of_double(&sides.0, scope, found);
            of_double(&sides.1, scope, found);
        }
        Double::If(parts) => {
            let taken = if parts.0.ask(scope) == Ok(true) { &parts.1 } else { &parts.2 };
            of_double(taken, scope, found);
        }
        Double::Const(_) => {}
    }
}

/// Those places of a list signal whose words contain the member.
fn of_member(slot: Slot, member: &str, scope: &Scope<'_>, found: &mut Vec<Span>) {
    let text = scope.signals.text();
    let has_member = |span: &Span| {
        text.get(span.start..span.end).is_some_and(|words| words.to_lowercase().contains(&member.to_lowercase()))
    };
    found.extend(scope.signals.places(slot).into_iter().filter(has_member));
}

fn of_words(how: Find, text: &str, wanted: &str, found: &mut Vec<Span>) {
    match how {
        Find::Anywhere => {
            let matches = text.match_indices(wanted).take(MAX_FOUND);
            found.extend(matches.map(|(start, _)| Span { start, end: start + wanted.len() }));
        }
        Find::AtStart => found.push(Span { start: 0, end: wanted.len() }),
        Find::AtEnd => found.push(Span { start: text.len().saturating_sub(wanted.len()), end: text.len() }),
    }
}
