//! The operators: which types each takes, and what it makes of them.

use std::ops::Range;

use cel::common::ast::operators as cel;

use super::super::complaint::ComplaintCode;
use super::super::syntax::{Kind, Node};
use super::super::tree::{Arithmetic, Bool, Compare, Double, Int, List, Text, Typed};
use super::{Checker, with_article};
use crate::rules::signals::Type;

impl Checker<'_> {
    pub(super) fn operator(&mut self, operator: &str, parts: &[Node], span: &Range<usize>) -> Option<Typed> {
        match (operator, parts) {
            (cel::LOGICAL_AND | cel::LOGICAL_OR, [left, right]) => {
                self.logic(operator == cel::LOGICAL_AND, left, right, span)
            }
            (cel::LOGICAL_NOT, [inner]) => {
                let inner = self.bool(inner, "`!` stands before something true or false")?;
                Some(Typed::Bool(Bool::not(inner)))
            }
            (cel::NEGATE, [inner]) => self.negate(inner, span),
            (cel::CONDITIONAL, [condition, then, otherwise]) => self.choice(condition, then, otherwise, span),
            (cel::IN, [member, list]) => self.membership(member, list, span),
            (operator, [left, right]) => match (compare(operator), arithmetic(operator)) {
                (Some(compare), _) => self.comparison(compare, left, right, span),
                (None, Some(operation)) => self.arithmetic(operation, left, right, span),
                (None, None) => self.complain(ComplaintCode::Unsupported, span, "rules do not have this operator"),
            },
            _ => self.complain(ComplaintCode::Unsupported, span, "rules do not have this operator"),
        }
    }

    /// `node` as something true or false, or a complaint that says why it must be.
    fn bool(&mut self, node: &Node, why: &str) -> Option<Bool> {
        match self.typed(node)? {
            Typed::Bool(value) => Some(value),
            other => {
                let message = format!("{why}, and this is {}", with_article(other.kind()));
                self.complain(ComplaintCode::TypeMismatch, &node.span, message);
                self.hint("compare it with something, as in `text.links > 2`");
                None
            }
        }
    }

    fn logic(&mut self, is_and: bool, left: &Node, right: &Node, span: &Range<usize>) -> Option<Typed> {
        let why = if is_and { "`&&` joins what is true or false" } else { "`||` joins what is true or false" };
        let (left_value, right_value) = (self.bool(left, why), self.bool(right, why));
        let (left_value, right_value) = (left_value?, right_value?);
        self.sense(&left_value, &left.span);
        self.sense(&right_value, &right.span);
        let parts = [left_value, right_value];
        let joined = if is_and { Bool::and(parts) } else { Bool::or(parts) };
        self.sense(&joined, span);
        Some(Typed::Bool(joined))
    }

    fn negate(&mut self, inner: &Node, span: &Range<usize>) -> Option<Typed> {
        match self.typed(inner)? {
            Typed::Int(value) => match Int::negate(value) {
                Ok(value) => Some(Typed::Int(value)),
                Err(reason) => self.no_number(reason, span),
            },
            Typed::Double(value) => Some(Typed::Double(Double::negate(value))),
            other => {
                let message = format!("`-` stands before a number, and this is {}", with_article(other.kind()));
                self.complain(ComplaintCode::TypeMismatch, &inner.span, message)
            }
        }
    }

    fn choice(&mut self, condition: &Node, then: &Node, otherwise: &Node, span: &Range<usize>) -> Option<Typed> {
        let decided = self.bool(condition, "what stands before `?` must be true or false");
        let (then, otherwise) = (self.typed(then), self.typed(otherwise));
        let decided = decided?;
        self.sense(&decided, &condition.span);
        Some(match (then?, otherwise?) {
            (Typed::Bool(then), Typed::Bool(otherwise)) => Typed::Bool(Bool::choose(decided, then, otherwise)),
            (Typed::Int(then), Typed::Int(otherwise)) => Typed::Int(Int::choose(decided, then, otherwise)),
            (Typed::Duration(then), Typed::Duration(otherwise)) => {
                Typed::Duration(Int::choose(decided, then, otherwise))
            }
            (Typed::Text(then), Typed::Text(otherwise)) => Typed::Text(Text::choose(decided, then, otherwise)),
            (then, otherwise) => match doubles(then, otherwise) {
                Ok((then, otherwise)) => Typed::Double(Double::choose(decided, then, otherwise)),
                Err((then, otherwise)) => {
                    let message = format!("`?` and `:` lead to {} and {}", with_article(then), with_article(otherwise));
                    self.complain(ComplaintCode::TypeMismatch, span, message);
                    return self.hint("both must have one type");
                }
            },
        })
    }

    fn comparison(&mut self, compare: Compare, left: &Node, right: &Node, span: &Range<usize>) -> Option<Typed> {
        let (left_value, right_value) = (self.typed(left), self.typed(right));
        let is_equality = matches!(compare, Compare::Equal | Compare::Unequal);
        let equal = |it: Bool| if compare == Compare::Equal { it } else { Bool::not(it) };
        let result = match (left_value?, right_value?) {
            (Typed::Int(left), Typed::Int(right)) | (Typed::Duration(left), Typed::Duration(right)) => {
                Bool::ints(compare, left, right)
            }
            (Typed::Text(left), Typed::Text(right)) if is_equality => equal(Bool::same_text(left, right)),
            (Typed::Bool(left), Typed::Bool(right)) if is_equality => equal(Bool::same_bool(left, right)),
            (left_value, right_value) => match doubles(left_value, right_value) {
                Ok((left, right)) => Bool::doubles(compare, left, right),
                Err(kinds) => return self.incomparable(kinds, is_equality, right, span),
            },
        };
        self.sense(&result, span);
        Some(Typed::Bool(result))
    }

    fn incomparable(
        &mut self,
        (left, right): (Type, Type),
        is_equality: bool,
        right_node: &Node,
        span: &Range<usize>,
    ) -> Option<Typed> {
        if left == right && !is_equality {
            let message = format!("{} is not more or less than another", with_article(left));
            self.complain(ComplaintCode::TypeMismatch, span, message);
            return self.hint("compare with `==` or `!=`");
        }
        let message = format!("{} is compared with {}", with_article(left), with_article(right));
        self.complain(ComplaintCode::TypeMismatch, span, message);
        match (left, right, &right_node.kind) {
            (Type::Duration, Type::Int, Kind::Int(number)) => {
                self.hint(format!("write a span of time as `duration(\"{number}h\")`"))
            }
            (Type::Int | Type::Double, Type::String, Kind::Text(text)) if text.trim().parse::<f64>().is_ok() => {
                self.hint(format!("numbers stand without quotation marks: `{}`", text.trim()))
            }
            (Type::Double, Type::String, Kind::Text(text)) if text.contains('%') => {
                self.hint("shares go from 0 to 1: write half as `0.5`")
            }
            (Type::StringList, Type::String, _) => self.hint("ask whether a text is in a list with `\"…\" in list`"),
            _ => None,
        }
    }

    fn arithmetic(&mut self, operation: Arithmetic, left: &Node, right: &Node, span: &Range<usize>) -> Option<Typed> {
        let (left, right) = (self.typed(left), self.typed(right));
        let is_sum = matches!(operation, Arithmetic::Add | Arithmetic::Subtract);
        let made = match (left?, right?) {
            (Typed::Int(left), Typed::Int(right)) => Int::arithmetic(operation, left, right).map(Typed::Int),
            (Typed::Duration(left), Typed::Duration(right)) if is_sum => {
                Int::arithmetic(operation, left, right).map(Typed::Duration)
            }
            (left, right) => match doubles(left, right) {
                Ok(_) if operation == Arithmetic::Remainder => {
                    self.complain(ComplaintCode::TypeMismatch, span, "`%` takes whole numbers");
                    return None;
                }
                Ok((left, right)) => Double::arithmetic(operation, left, right).map(Typed::Double),
                Err((left, right)) => {
                    let message =
                        format!("one does not compute with {} and {}", with_article(left), with_article(right));
                    self.complain(ComplaintCode::TypeMismatch, span, message);
                    return match (left, right) {
                        (Type::String, Type::String) => self.hint("texts are not joined: write the whole text"),
                        _ => None,
                    };
                }
            },
        };
        match made {
            Ok(typed) => Some(typed),
            Err(reason) => self.no_number(reason, span),
        }
    }

    /// `member in list`.
    fn membership(&mut self, member: &Node, list: &Node, span: &Range<usize>) -> Option<Typed> {
        let wanted = self.typed(member);
        if let Kind::List(members) = &list.kind {
            let members: Vec<Option<Typed>> = members.iter().map(|member| self.typed(member)).collect();
            let members: Option<Vec<Typed>> = members.into_iter().collect();
            let result = self.among(&wanted?, members?, &member.span, &list.span)?;
            self.sense(&result, span);
            return Some(Typed::Bool(result));
        }
        match (wanted?, self.typed(list)?) {
            (Typed::Text(wanted), Typed::List(List::Slot(slot))) => Some(Typed::Bool(Bool::InList(wanted, slot))),
            (Typed::Text(_), Typed::Text(_)) => {
                self.complain(ComplaintCode::TypeMismatch, span, "`in` looks through a list, and this is a string");
                self.hint("ask whether a text is part of another with `….contains(\"…\")`")
            }
            (wanted, list_value) => {
                let kinds = (with_article(wanted.kind()), with_article(list_value.kind()));
                let message = format!("{} is looked for in {}", kinds.0, kinds.1);
                self.complain(ComplaintCode::TypeMismatch, span, message)
            }
        }
    }

    /// Whether `wanted` is one of `members`, which were written out.
    fn among(&mut self, wanted: &Typed, members: Vec<Typed>, at: &Range<usize>, list: &Range<usize>) -> Option<Bool> {
        if members.is_empty() {
            self.complain(ComplaintCode::NeverTrue, list, "nothing is in an empty list");
            return None;
        }
        let mut any = Vec::new();
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        for member in members {
            match (wanted, member) {
                (Typed::Text(_), Typed::Text(Text::Const(text))) => texts.push(text),
                (Typed::Text(wanted), Typed::Text(text)) => any.push(Bool::same_text(wanted.clone(), text)),
                (Typed::Int(_), Typed::Int(Int::Const(number))) => numbers.push(number),
                (Typed::Int(wanted), Typed::Int(number)) => {
                    any.push(Bool::ints(Compare::Equal, wanted.clone(), number))
                }
                (wanted, member) => match doubles(wanted.clone(), member) {
                    Ok((wanted, member)) => any.push(Bool::doubles(Compare::Equal, wanted, member)),
                    Err((wanted, member)) => {
                        let kinds = (with_article(wanted), with_article(member));
                        let message = format!("{} is looked for in a list with {}", kinds.0, kinds.1);
                        self.complain(ComplaintCode::TypeMismatch, at, message);
                        return None;
                    }
                },
            }
        }
        texts.sort_unstable();
        texts.dedup();
        numbers.sort_unstable();
        numbers.dedup();
        match wanted {
            Typed::Text(Text::Const(wanted)) if !texts.is_empty() => any.push(Bool::Const(texts.contains(wanted))),
            Typed::Text(wanted) if !texts.is_empty() => any.push(Bool::TextIn(wanted.clone(), texts)),
            Typed::Int(Int::Const(wanted)) if !numbers.is_empty() => any.push(Bool::Const(numbers.contains(wanted))),
            Typed::Int(wanted) if !numbers.is_empty() => any.push(Bool::IntIn(Box::new(wanted.clone()), numbers)),
            _ => {}
        }
        Some(Bool::or(any))
    }
}

/// Two numbers of which at least one may have a fraction, or the types that are no numbers.
fn doubles(left: Typed, right: Typed) -> Result<(Double, Double), (Type, Type)> {
    let kinds = (left.kind(), right.kind());
    let double = |typed| match typed {
        Typed::Int(value) => Some(Double::of_int(value)),
        Typed::Double(value) => Some(value),
        _ => None,
    };
    double(left).zip(double(right)).ok_or(kinds)
}

fn compare(operator: &str) -> Option<Compare> {
    Some(match operator {
        cel::EQUALS => Compare::Equal,
        cel::NOT_EQUALS => Compare::Unequal,
        cel::LESS => Compare::Less,
        cel::LESS_EQUALS => Compare::AtMost,
        cel::GREATER => Compare::More,
        cel::GREATER_EQUALS => Compare::AtLeast,
        _ => return None,
    })
}

fn arithmetic(operator: &str) -> Option<Arithmetic> {
    Some(match operator {
        cel::ADD => Arithmetic::Add,
        cel::SUBSTRACT => Arithmetic::Subtract,
        cel::MULTIPLY => Arithmetic::Multiply,
        cel::DIVIDE => Arithmetic::Divide,
        cel::MODULO => Arithmetic::Remainder,
        _ => return None,
    })
}
