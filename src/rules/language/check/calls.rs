//! The functions: `contains`, `startsWith`, `endsWith`, `matches`, `size` and `duration`.

use std::ops::Range;

use regex::RegexBuilder;

use super::super::complaint::{ComplaintCode, nearest};
use super::super::syntax::Node;
use super::super::tree::{Bool, Find, Int, List, Text, Typed};
use super::{Checker, with_article};

/// Every function that rules have, and the two that go through lists.
const FUNCTIONS: [&str; 8] = ["contains", "startsWith", "endsWith", "matches", "size", "duration", "exists", "all"];

/// The most bytes that a compiled pattern takes, and its lazily built states.
const PATTERN_BYTES: usize = 256 * 1024;
const PATTERN_CACHE_BYTES: usize = 1024 * 1024;

/// A letter that nobody writes: a pattern that finds itself there and in nothing as well finds itself everywhere.
const UNLIKELY: &str = "\u{e5e5}";

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        name: &str,
        has_target: bool,
        arguments: &[Node],
        span: &Range<usize>,
    ) -> Option<Typed> {
        let find = match name {
            "contains" => Some(Find::Anywhere),
            "startsWith" => Some(Find::AtStart),
            "endsWith" => Some(Find::AtEnd),
            _ => None,
        };
        match (name, arguments) {
            (_, [text, wanted]) if find.is_some() && has_target => self.find(find?, text, wanted, span),
            ("matches", [text, pattern]) => self.matches(text, pattern),
            ("size", [of]) => self.size(of),
            ("duration", [text]) if !has_target => self.duration(text),
            ("exists" | "all", _) => {
                self.complain(ComplaintCode::WrongArguments, span, format!("`{name}` takes a name and a condition"));
                self.hint(format!("write it as in `text.hosts.{name}(host, host == \"a.example\")`"))
            }
            (known, _) if FUNCTIONS.contains(&known) => {
                self.complain(ComplaintCode::WrongArguments, span, format!("`{name}` is not called like this"));
                self.hint(match known {
                    "size" => "write it as in `size(text.hosts)`",
                    "duration" => "write it as in `duration(\"10m\")`",
                    "matches" => "write it as in `text.content.matches(\"(?i)words?\")`",
                    _ => "write it as in `text.content.contains(\"words\")`",
                })
            }
            _ => {
                self.complain(ComplaintCode::UnknownFunction, span, format!("there is no function `{name}`"));
                match nearest(name, FUNCTIONS) {
                    Some(near) => self.hint(format!("did you mean `{near}`?")),
                    None if name == "lower" || name == "lowerAscii" || name == "toLower" => {
                        self.hint("to see past capitals, write `matches(\"(?i)…\")`")
                    }
                    None => self.hint(format!("there are {}", FUNCTIONS.join(", "))),
                }
            }
        }
    }

    /// `node` as a text, or a complaint.
    fn text(&mut self, node: &Node) -> Option<Text> {
        match self.typed(node)? {
            Typed::Text(text) => Some(text),
            other => {
                let message = format!("this must be a string, and is {}", with_article(other.kind()));
                self.complain(ComplaintCode::TypeMismatch, &node.span, message);
                if matches!(other, Typed::List(_)) {
                    self.hint("ask about the members of a list with `exists`, or with `in`");
                }
                None
            }
        }
    }

    fn find(&mut self, how: Find, text: &Node, wanted: &Node, span: &Range<usize>) -> Option<Typed> {
        let (text, found) = (self.text(text), self.text(wanted));
        let (text, found) = (text?, found?);
        if matches!(&found, Text::Const(text) if text.is_empty()) {
            return self.complain(ComplaintCode::AlwaysTrue, &wanted.span, "nothing is found in every text");
        }
        let result = match (&text, &found) {
            (Text::Const(text), Text::Const(found)) => Bool::Const(match how {
                Find::Anywhere => text.contains(&**found),
                Find::AtStart => text.starts_with(&**found),
                Find::AtEnd => text.ends_with(&**found),
            }),
            _ => Bool::Find(how, Box::new((text, found))),
        };
        self.sense(&result, span);
        Some(Typed::Bool(result))
    }

    fn matches(&mut self, text: &Node, pattern: &Node) -> Option<Typed> {
        let (text, written) = (self.text(text), self.text(pattern));
        let (text, written) = (text?, written?);
        let Text::Const(written) = written else {
            self.complain(ComplaintCode::BadPattern, &pattern.span, "a pattern must be written out");
            return self.hint("write it as in `text.content.matches(\"(?i)words?\")`");
        };
        let built = RegexBuilder::new(&written).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_CACHE_BYTES).build();
        match built {
            Ok(regex) if regex.is_match("") && regex.is_match(UNLIKELY) => {
                self.complain(ComplaintCode::AlwaysTrue, &pattern.span, "this pattern is found in every text");
                self.hint("let it have at least one character: `+` instead of `*`")
            }
            Ok(regex) => match text {
                Text::Const(text) => Some(Typed::Bool(Bool::Const(regex.is_match(&text)))),
                text => Some(Typed::Bool(Bool::Matches(text, Box::new(regex)))),
            },
            Err(regex::Error::CompiledTooBig(_)) => {
                self.complain(ComplaintCode::BadPattern, &pattern.span, "this pattern is too large");
                self.hint("repeat less often: `{1000}` writes its part a thousand times")
            }
            Err(error) => {
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.complain(ComplaintCode::BadPattern, &pattern.span, format!("this is not a pattern: {reason}"));
                if reason.contains("look-around") || reason.contains("backreference") {
                    return self.hint("patterns look at a text once, from left to right: ask twice, with `&&`");
                }
                None
            }
        }
    }

    fn size(&mut self, of: &Node) -> Option<Typed> {
        Some(Typed::Int(match self.typed(of)? {
            Typed::Text(text) => Int::chars(text),
            Typed::List(List::Slot(slot)) => Int::Members(slot),
            Typed::List(List::Const(members)) => Int::Const(i64::try_from(members.len()).unwrap_or(i64::MAX)),
            other => {
                let message =
                    format!("`size` counts characters or members, and this is {}", with_article(other.kind()));
                return self.complain(ComplaintCode::TypeMismatch, &of.span, message);
            }
        }))
    }

    fn duration(&mut self, node: &Node) -> Option<Typed> {
        let Text::Const(written) = self.text(node)? else {
            return self.complain(ComplaintCode::BadDuration, &node.span, "a span of time must be written out");
        };
        match millis(&written) {
            Some(millis) => Some(Typed::Duration(Int::Const(millis))),
            None => {
                self.complain(ComplaintCode::BadDuration, &node.span, format!("`{written}` is not a span of time"));
                self.hint("write it as in \"90s\", \"10m\", \"36h\", \"7d\" or \"1h30m\"")
            }
        }
    }
}

/// A span of time as it is written, `1h30m` or `7d`, in milliseconds.
pub(in crate::rules) fn millis(written: &str) -> Option<i64> {
    let mut rest = written.strip_prefix('-').unwrap_or(written);
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at_checked(digits)?;
        let units = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(units)?;
        let unit = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        rest = after;
    }
    if written.starts_with('-') { total.checked_neg() } else { Some(total) }
}
