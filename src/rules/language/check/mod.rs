//! Types: every part of a condition gets one, every name its signal, and what does not go together a complaint.
//!
//! Checking goes on after a complaint, so that the author sees all of them; only what depends on a wrong part is left
//! out. Whole numbers become numbers with a fraction where they meet one, and nothing else is converted.

pub(super) mod calls;
mod operators;

use std::collections::BTreeSet;
use std::ops::Range;

use super::complaint::{Complaint, ComplaintCode, nearest};
use super::sense::{self, Sense};
use super::simplify::NoNumber;
use super::syntax::{Kind, Node};
use super::tree::{Bool, Double, Int, List, Text, Typed};
use crate::rules::signals::{SIGNALS, Slot, Type};

/// Checks a whole condition; adds the signals that it asks to `slots`.
///
/// # Errors
/// Every complaint about types and names; if there is none, what can only turn out one way.
pub(super) fn condition(node: &Node, slots: &mut BTreeSet<Slot>) -> Result<Bool, Vec<Complaint>> {
    let mut checker = Checker { slots, variables: Vec::new(), complaints: Vec::new() };
    match checker.typed(node) {
        _ if !checker.complaints.is_empty() => {}
        Some(Typed::Bool(condition)) => {
            checker.sense(&condition, &node.span);
            if checker.complaints.is_empty() {
                return Ok(condition);
            }
        }
        Some(other) => {
            let message = format!("the condition is {}, and must be true or false", with_article(other.kind()));
            checker.complain(ComplaintCode::NotACondition, &node.span, message);
            checker.hint("compare it with something, as in `text.links > 2`");
        }
        None => {}
    }
    Err(checker.complaints)
}

/// The type as a sentence mentions it.
fn with_article(kind: Type) -> String {
    match kind {
        Type::Int => "an int".to_owned(),
        other => format!("a {other}"),
    }
}

impl Typed {
    const fn kind(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Double(_) => Type::Double,
            Self::Duration(_) => Type::Duration,
            Self::Text(_) => Type::String,
            Self::List(_) => Type::StringList,
        }
    }
}

/// What is known while a condition is walked. A part about which there is a complaint has no type: `None`.
struct Checker<'c> {
    slots: &'c mut BTreeSet<Slot>,
    /// The members that the loops around are at, the innermost last.
    variables: Vec<String>,
    complaints: Vec<Complaint>,
}

impl Checker<'_> {
    fn typed(&mut self, node: &Node) -> Option<Typed> {
        match &node.kind {
            Kind::Bool(value) => Some(Typed::Bool(Bool::Const(*value))),
            Kind::Int(value) => Some(Typed::Int(Int::Const(*value))),
            Kind::Double(value) => Some(Typed::Double(Double::Const(*value))),
            Kind::Text(value) => Some(Typed::Text(Text::Const(value.as_str().into()))),
            Kind::List(members) => self.texts(members, &node.span),
            Kind::Name(name) => self.name(name, &node.span),
            Kind::Operator(operator, parts) => self.operator(operator, parts, &node.span),
            Kind::Call { name, has_target, arguments } => self.call(name, *has_target, arguments, &node.span),
            Kind::Each { is_all, list, variable, condition } => self.each(*is_all, list, variable, condition),
        }
    }

    fn complain(&mut self, code: ComplaintCode, span: &Range<usize>, message: impl Into<String>) -> Option<Typed> {
        self.complaints.push(Complaint::new(code, span.clone(), message));
        None
    }

    /// Adds a hint to the complaint that was made last.
    fn hint(&mut self, hint: impl Into<String>) -> Option<Typed> {
        if let Some(last) = self.complaints.last_mut() {
            last.hint = Some(hint.into());
        }
        None
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Option<Typed> {
        if let Some(depth) = self.variables.iter().rev().position(|variable| variable == name) {
            return Some(Typed::Text(Text::Member(depth)));
        }
        let Some(slot) = Slot::named(name) else { return self.unknown(name, span) };
        self.slots.insert(slot);
        Some(match slot.signal().kind {
            Type::Bool => Typed::Bool(Bool::Slot(slot)),
            Type::Int => Typed::Int(Int::Slot(slot)),
            Type::Double => Typed::Double(Double::Slot(slot)),
            Type::Duration => Typed::Duration(Int::Slot(slot)),
            Type::String => Typed::Text(Text::Slot(slot)),
            Type::StringList => Typed::List(List::Slot(slot)),
        })
    }

    fn unknown(&mut self, name: &str, span: &Range<usize>) -> Option<Typed> {
        let known = || SIGNALS.iter().map(|signal| signal.name);
        self.complain(ComplaintCode::UnknownSignal, span, format!("there is no signal `{name}`"));
        let variable = self.variables.iter().map(String::as_str).find(|variable| nearest(name, [*variable]).is_some());
        if let Some(near) = variable.or_else(|| nearest(name, known())) {
            return self.hint(format!("did you mean `{near}`?"));
        }
        // A good name in the wrong group.
        let last = name.rsplit('.').next().unwrap_or(name);
        let elsewhere =
            known().find(|known| known.split_once('.').is_some_and(|(_, own)| nearest(last, [own]).is_some()));
        if let Some(elsewhere) = elsewhere.filter(|_| last.len() > 2) {
            return self.hint(format!("did you mean `{elsewhere}`?"));
        }
        let group = name.split('.').next().unwrap_or(name);
        let of_group: Vec<&str> = known().filter(|known| known.split('.').next() == Some(group)).collect();
        if of_group.is_empty() {
            return self.hint("`belowline rules signals` lists them; texts stand in \"…\"");
        }
        self.hint(format!("`{group}` has {}", of_group.join(", ")))
    }

    /// A list of texts that is written out.
    fn texts(&mut self, members: &[Node], span: &Range<usize>) -> Option<Typed> {
        let mut texts = Vec::new();
        for member in members {
            match self.typed(member)? {
                Typed::Text(Text::Const(text)) => texts.push(text),
                other => {
                    let message = format!("this list may have texts alone, not {}", with_article(other.kind()));
                    return self.complain(ComplaintCode::TypeMismatch, &member.span, message);
                }
            }
        }
        if texts.is_empty() {
            return self.complain(ComplaintCode::WrongArguments, span, "the list is empty");
        }
        Some(Typed::List(List::Const(texts)))
    }

    /// `list.exists(variable, condition)` and `all`.
    fn each(&mut self, is_all: bool, list: &Node, variable: &str, condition: &Node) -> Option<Typed> {
        let over = self.typed(list);
        if Slot::named(variable).is_some() || self.variables.iter().any(|known| known == variable) {
            let message = format!("`{variable}` is taken already: give the members of the list another name");
            return self.complain(ComplaintCode::WrongArguments, &list.span, message);
        }
        self.variables.push(variable.to_owned());
        let inner = self.typed(condition);
        self.variables.pop();
        let list = match over? {
            Typed::List(list) => list,
            other => {
                let message =
                    format!("`exists` and `all` go through a list, and this is {}", with_article(other.kind()));
                return self.complain(ComplaintCode::TypeMismatch, &list.span, message);
            }
        };
        match inner? {
            Typed::Bool(inner) if is_all => Some(Typed::Bool(Bool::All(list, Box::new(inner)))),
            Typed::Bool(inner) => Some(Typed::Bool(Bool::Exists(list, Box::new(inner)))),
            other => {
                let message =
                    format!("this must be true or false of each member, and is {}", with_article(other.kind()));
                self.complain(ComplaintCode::TypeMismatch, &condition.span, message)
            }
        }
    }

    /// Complains about a condition that can only turn out one way; once, of the smallest part.
    fn sense(&mut self, condition: &Bool, span: &Range<usize>) {
        if self.complaints.iter().any(|complaint| span.start <= complaint.span.start && complaint.span.end <= span.end)
        {
            return;
        }
        match sense::of(condition) {
            Sense::Open => {}
            Sense::AlwaysTrue => {
                self.complain(ComplaintCode::AlwaysTrue, span, "this is true of every comment");
                self.hint(hint_of(condition, "leave it out; to hold everything, pre-moderate the story"));
            }
            Sense::NeverTrue => {
                self.complain(ComplaintCode::NeverTrue, span, "this is true of no comment");
                self.hint(hint_of(condition, "its parts rule each other out: was `||` meant, or another number?"));
            }
        }
    }

    fn no_number(&mut self, reason: NoNumber, span: &Range<usize>) -> Option<Typed> {
        match reason {
            NoNumber::DivisionByZero => self.complain(ComplaintCode::DivisionByZero, span, "this divides by nought"),
            NoNumber::Overflow => self.complain(ComplaintCode::Overflow, span, "the number is too large"),
        }
    }
}

/// What a signal's numbers can be, when a single comparison with one is senseless; else `otherwise`.
fn hint_of(condition: &Bool, otherwise: &str) -> String {
    let (Bool::IntSlot(slot, ..) | Bool::DoubleSlot(slot, ..)) = condition else { return otherwise.to_owned() };
    let signal = slot.signal();
    match signal.bounds {
        Some((low, high)) if high < f64::MAX => format!("`{}` is a number from {low} to {high}", signal.name),
        Some((low, _)) => format!("`{}` is never less than {low}", signal.name),
        None => otherwise.to_owned(),
    }
}
