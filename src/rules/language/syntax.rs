//! From the source to a tree of our own. The `cel` crate is asked for its parser alone; what it parses but rules do not
//! have is refused here.

use std::ops::Range;

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use cel::parser::{ParseError, Parser};

use super::complaint::{Complaint, ComplaintCode};
use super::scan;

/// The stack of the thread that parses; what is not used costs nothing.
const PARSER_STACK_BYTES: usize = 64 << 20;

/// How deeply the tree may be nested; conditions are walked by recursion.
const MAX_DEPTH: usize = 64;

/// A part of a condition as it was written.
#[derive(Debug)]
pub(super) struct Node {
    /// From its first byte to behind its last.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    List(Vec<Node>),
    /// A name with its dots.
    Name(String),
    /// An operator by CEL's name for it.
    Operator(&'static str, Vec<Node>),
    /// A function, with what stands before its dot first.
    Call {
        name: String,
        has_target: bool,
        arguments: Vec<Node>,
    },
    /// `list.exists(variable, condition)`, or `all` when `is_all`.
    Each {
        is_all: bool,
        list: Box<Node>,
        variable: String,
        condition: Box<Node>,
    },
}

/// Parses a condition.
///
/// # Errors
/// The first thing that is wrong with how it is written.
pub(super) fn parse(source: &str) -> Result<Node, Complaint> {
    scan::check(source)?;
    let not_read = || Complaint::new(ComplaintCode::Syntax, 0..source.len(), "this is not a condition");
    // The parser takes some 150 KB of stack for a bracket in an unoptimised build, more than a thread usually has for all
    // that may be nested.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(PARSER_STACK_BYTES);
        let parsing = thread.spawn_scoped(scope, || {
            let parser = Parser::new().max_recursion_depth(48).error_recovery_limit(4);
            match parser.parse_with_source_info(source) {
                Ok((expression, info)) => Reader { source, info: &info }.node(&expression, 0),
                Err(errors) => {
                    Err(errors.errors.first().map_or_else(not_read, |error| syntax_complaint(source, error)))
                }
            }
        });
        // Neither a thread that cannot be had nor a parser that panics is the author's doing, yet nothing was read.
        parsing.ok().and_then(|parsing| parsing.join().ok()).unwrap_or_else(|| Err(not_read()))
    })
}

/// Puts the parser's complaint into words of ours.
fn syntax_complaint(source: &str, error: &ParseError) -> Complaint {
    let line = usize::try_from(error.pos.0).unwrap_or(1).max(1) - 1;
    let column = usize::try_from(error.pos.1).unwrap_or(1).max(1) - 1;
    let line_start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let at = source.get(line_start..).unwrap_or_default().char_indices().nth(column);
    let at = at.map_or(source.len(), |(offset, _)| line_start + offset);
    let tokens = scan::tokens(source);
    let complaint = |span, message: String| Complaint::new(ComplaintCode::Syntax, span, message);
    if error.msg.starts_with("Recursion limit") {
        return Complaint::new(ComplaintCode::TooDeep, 0..source.len(), "the condition is nested too deeply")
            .hint("make several rules of it");
    }
    let Some((token, span)) = tokens.iter().find(|(_, span)| span.end > at) else {
        let mut end = tokens.last().map_or(0..0, |(_, span)| span.clone());
        // Both characters of an operator.
        for (token, span) in tokens.iter().rev().skip(1).take(1) {
            if matches!(token, scan::Token::Symbol(_)) && span.end == end.start {
                end.start = span.start;
            }
        }
        let last = source.get(end.clone()).unwrap_or_default();
        return complaint(end, format!("the condition ends after `{last}`, where something must follow"));
    };
    let written = source.get(span.clone()).unwrap_or_default();
    if error.msg.contains("invalid int literal") {
        let message = format!("`{written}` is too large a number");
        return Complaint::new(ComplaintCode::Overflow, span.clone(), message);
    }
    if error.msg.contains("must be a simple name") {
        return complaint(span.clone(), format!("`{written}` is not a plain name for the members of the list"))
            .hint("write it as in `text.hosts.exists(host, host == \"a.example\")`");
    }
    let hint = match token {
        scan::Token::Text if written.contains('\\') => {
            "double each backslash in it, or write `r` before the first quotation mark"
        }
        scan::Token::Symbol(_) => "something is missing before it",
        _ => "an operator is missing before it, as `&&` or `==`",
    };
    complaint(span.clone(), format!("`{written}` is not expected here")).hint(hint)
}

struct Reader<'a> {
    source: &'a str,
    info: &'a SourceInfo,
}

impl Reader<'_> {
    /// The token that stands for an expression: itself, its operator, or its opening bracket.
    fn token(&self, id: u64) -> Range<usize> {
        let (start, last) = self.info.offset_for(id).unwrap_or_default();
        let start = usize::try_from(start).unwrap_or(0).min(self.source.len());
        let end = usize::try_from(last).unwrap_or(0).saturating_add(1).clamp(start, self.source.len());
        // INVARIANT: spans that are shown lie on borders of characters.
        if self.source.get(start..end).is_some() { start..end } else { 0..self.source.len() }
    }

    /// The name of what is called: a call's own token is its bracket.
    fn called(&self, id: u64) -> Range<usize> {
        let token = self.token(id);
        let before = self.source.get(..token.start).unwrap_or_default().trim_end();
        let name = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
        if name > 0 { before.len() - name..before.len() } else { token }
    }

    fn unsupported(&self, id: u64, what: &str) -> Complaint {
        Complaint::new(ComplaintCode::Unsupported, self.token(id), format!("rules do not have {what}"))
    }

    fn node(&self, expression: &IdedExpr, depth: usize) -> Result<Node, Complaint> {
        let id = expression.id;
        if depth > MAX_DEPTH {
            let message = "the condition has too many steps in one chain";
            return Err(
                Complaint::new(ComplaintCode::TooDeep, self.token(id), message).hint("make several rules of it")
            );
        }
        let (kind, span) = match &expression.expr {
            Expr::Literal(literal) => (self.literal(id, literal)?, self.signed(literal, self.token(id))),
            Expr::Ident(name) => (Kind::Name(name.clone()), self.token(id)),
            Expr::Select(_) => return self.name(expression),
            Expr::Call(call) => return self.call(id, call, depth),
            Expr::List(list) => {
                let members: Result<Vec<Node>, Complaint> =
                    list.elements.iter().map(|member| self.node(member, depth + 1)).collect();
                let members = members?;
                let start = self.token(id).start;
                let end = self.closing(members.last().map_or(start + 1, |last| last.span.end), ']');
                (Kind::List(members), start..end)
            }
            Expr::Comprehension(each) => return self.each(id, each, depth),
            Expr::Map(_) => return Err(self.unsupported(id, "maps")),
            Expr::Struct(_) => return Err(self.unsupported(id, "messages")),
            Expr::Unspecified => return Err(self.unsupported(id, "this")),
        };
        Ok(Node { span, kind })
    }

    /// The token of a literal with the sign before it, which the parser does not count in.
    fn signed(&self, literal: &LiteralValue, token: Range<usize>) -> Range<usize> {
        let is_below = match literal {
            LiteralValue::Int(value) => *value.inner() < 0,
            LiteralValue::Double(value) => value.inner().is_sign_negative(),
            _ => false,
        };
        let before = self.source.get(..token.start).unwrap_or_default().trim_end();
        match before.strip_suffix('-') {
            Some(before) if is_below => before.len()..token.end,
            _ => token,
        }
    }

    fn literal(&self, id: u64, literal: &LiteralValue) -> Result<Kind, Complaint> {
        match literal {
            LiteralValue::Boolean(value) => Ok(Kind::Bool(*value.inner())),
            LiteralValue::Int(value) => Ok(Kind::Int(*value.inner())),
            LiteralValue::Double(value) => Ok(Kind::Double(*value.inner())),
            LiteralValue::String(value) => Ok(Kind::Text(value.inner().to_owned())),
            LiteralValue::UInt(_) => Err(self.unsupported(id, "unsigned numbers").hint("leave the `u` out")),
            LiteralValue::Bytes(_) => Err(self.unsupported(id, "bytes").hint("leave the `b` before the text out")),
            LiteralValue::Null => {
                let hint = "a signal that is not known holds the comment when the rule depends on it";
                Err(self.unsupported(id, "`null`").hint(hint))
            }
        }
    }

    /// A name with dots, as signals have; nothing else has fields.
    fn name(&self, expression: &IdedExpr) -> Result<Node, Complaint> {
        let mut names = Vec::new();
        let mut at = expression;
        loop {
            match &at.expr {
                Expr::Select(select) if select.test => {
                    let hint = "a signal that is not known holds the comment when the rule depends on it";
                    let message = "rules do not have `has`";
                    return Err(Complaint::new(ComplaintCode::Unsupported, self.called(at.id), message).hint(hint));
                }
                Expr::Select(select) => {
                    names.push(select.field.as_str());
                    at = &select.operand;
                }
                Expr::Ident(name) => {
                    names.push(name.as_str());
                    names.reverse();
                    let start = self.token(at.id).start;
                    let name = names.join(".");
                    let is_plain = self.source.get(start..).is_some_and(|rest| rest.starts_with(&name));
                    let span = if is_plain { start..start + name.len() } else { start..self.token(at.id).end };
                    return Ok(Node { span, kind: Kind::Name(name) });
                }
                _ => {
                    let message = format!("`.{}` stands behind something that has no parts", names.join("."));
                    return Err(Complaint::new(ComplaintCode::Unsupported, self.token(expression.id), message));
                }
            }
        }
    }

    fn call(&self, id: u64, call: &CallExpr, depth: usize) -> Result<Node, Complaint> {
        let token = self.token(id);
        let all = call.target.as_deref().into_iter().chain(&call.args);
        let arguments: Result<Vec<Node>, Complaint> = all.map(|argument| self.node(argument, depth + 1)).collect();
        let arguments = arguments?;
        if let Some(operator) = operator(&call.func_name) {
            let start = arguments.iter().map(|part| part.span.start).chain([token.start]).min().unwrap_or(token.start);
            let end = arguments.iter().map(|part| part.span.end).chain([token.end]).max().unwrap_or(token.end);
            return Ok(Node { span: start..end, kind: Kind::Operator(operator, arguments) });
        }
        let name = call.func_name.clone();
        if name == operators::INDEX || name.starts_with("_[") || name.starts_with("_?") {
            let hint = "ask with `in`, `exists` or `size`";
            return Err(Complaint::new(
                ComplaintCode::Unsupported,
                token,
                "rules do not pick members of a list by number",
            )
            .hint(hint));
        }
        let span = self.called(id);
        Ok(Node { span, kind: Kind::Call { name, has_target: call.target.is_some(), arguments } })
    }

    /// The parser has unfolded `exists` and `all` into loops; only those two begin from `false` and `true`.
    fn each(&self, id: u64, each: &ComprehensionExpr, depth: usize) -> Result<Node, Complaint> {
        let condition = match &each.loop_step.expr {
            Expr::Call(step) => step.args.get(1),
            _ => None,
        };
        let (Expr::Literal(LiteralValue::Boolean(start)), Some(condition)) = (&each.accu_init.expr, condition) else {
            let message = "rules do not have `map`, `filter` and `exists_one`";
            return Err(Complaint::new(ComplaintCode::Unsupported, self.called(id), message)
                .hint("ask with `exists`, `all` or `size`"));
        };
        let list = Box::new(self.node(&each.iter_range, depth + 1)?);
        let condition = Box::new(self.node(condition, depth + 1)?);
        let span = list.span.start..self.closing(condition.span.end, ')');
        let kind = Kind::Each { is_all: *start.inner(), list, variable: each.iter_var.clone(), condition };
        Ok(Node { span, kind })
    }

    /// Where the bracket that closes what ends at `end` ends, over white space and brackets in between.
    fn closing(&self, end: usize, bracket: char) -> usize {
        let rest = self.source.get(end..).unwrap_or_default();
        let gap =
            rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || (c == ')' && bracket != ')')).len();
        if rest.get(gap..).is_some_and(|rest| rest.starts_with(bracket)) { end + gap + 1 } else { end }
    }
}

/// The operators that rules have, by the parser's name for them.
fn operator(name: &str) -> Option<&'static str> {
    use operators::{
        ADD, CONDITIONAL, DIVIDE, EQUALS, GREATER, GREATER_EQUALS, IN, LESS, LESS_EQUALS, LOGICAL_AND, LOGICAL_NOT,
        LOGICAL_OR, MODULO, MULTIPLY, NEGATE, NOT_EQUALS, SUBSTRACT,
    };
    let known = [
        ADD,
        CONDITIONAL,
        DIVIDE,
        EQUALS,
        GREATER,
        GREATER_EQUALS,
        IN,
        LESS,
        LESS_EQUALS,
        LOGICAL_AND,
        LOGICAL_NOT,
        LOGICAL_OR,
        MODULO,
        MULTIPLY,
        NEGATE,
        NOT_EQUALS,
        SUBSTRACT,
    ];
    known.into_iter().find(|operator| *operator == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_calls_know_where_they_stand() {
        let source = "text.length > 5 && text.content.matches(\"ü\")";
        let node = parse(source).unwrap();
        assert_eq!(
            &source[node.span.clone()],
            "text.length > 5 && text.content.matches(\"ü\")".trim_end_matches("(\"ü\")")
        );
        let Kind::Operator(operators::LOGICAL_AND, parts) = node.kind else { panic!("{:?}", node.kind) };
        assert_eq!(&source[parts[0].span.clone()], "text.length > 5");
        assert_eq!(&source[parts[1].span.clone()], "matches");
    }

    #[test]
    fn what_goes_beyond_the_longest_source_is_a_whole_character() {
        let source = format!("{}é", "a".repeat(scan::MAX_SOURCE_CHARS));
        assert_eq!(&source[parse(&source).unwrap_err().span], "é");
    }

    #[test]
    fn brackets_may_be_nested_as_deeply_as_is_allowed() {
        let source = format!("{}text.links > 0{}", "(".repeat(24), ")".repeat(24));
        assert!(parse(&source).is_ok(), "{:?}", parse(&source));
    }

    #[test]
    fn the_longest_sources_that_are_read_do_not_use_up_the_stack() {
        for (piece, joint) in [("a", "."), ("1", "+"), ("a", " && "), ("a", "?1:"), ("-1", " - "), ("a()", ".")] {
            let mut source = String::from(piece);
            while source.len() + joint.len() + piece.len() <= scan::MAX_SOURCE_CHARS {
                source.push_str(joint);
                source.push_str(piece);
            }
            let _ = parse(&source);
        }
    }
}
