//! What is wrong with a rule, for whoever wrote it.

use std::ops::Range;

use serde::Serialize;

/// The kinds of complaints. Their names are stable: programs read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintCode {
    /// There is nothing to evaluate.
    Empty,
    /// The condition has more characters than are read.
    TooLong,
    /// It is nested too deeply.
    TooDeep,
    /// It is not written as the language is.
    Syntax,
    /// A quotation mark is missing.
    UnclosedString,
    /// A bracket is missing, or there is one too many.
    UnclosedBracket,
    /// It uses a part of CEL that rules do not have.
    Unsupported,
    /// There is no such signal.
    UnknownSignal,
    /// There is no such function.
    UnknownFunction,
    /// A function is given too much, too little or the wrong thing.
    WrongArguments,
    /// Types do not go together.
    TypeMismatch,
    /// The whole is not true or false.
    NotACondition,
    /// The text is not a span of time.
    BadDuration,
    /// The text is not a regular expression, or one that is too large.
    BadPattern,
    /// It divides by nought.
    DivisionByZero,
    /// A number is too large.
    Overflow,
    /// It is true of every comment.
    AlwaysTrue,
    /// It is true of no comment.
    NeverTrue,
    /// It could cost more than a comment may.
    TooCostly,
    /// The file is not TOML.
    Toml,
    /// Something that must be there is not.
    MissingKey,
    /// Something is there that means nothing.
    UnknownKey,
    /// A value has another type than it must have, or is not one of those that it can be.
    BadValue,
    /// Two rules have one id.
    DuplicateId,
    /// Two rules say the same.
    DuplicateRule,
    /// Two rules answer the same condition differently.
    ContradictingRules,
    /// All rules together could cost more than a comment may.
    BookTooCostly,
    /// A test expects what its rule can never do.
    ImpossibleTest,
    /// A test must say what a signal is, which cannot be read from its text.
    TestNeedsFact,
    /// A rule does not do what its test expects.
    TestFailed,
}

impl ComplaintCode {
    /// The code as programs read it.
    #[must_use]
    pub fn as_str(self) -> String {
        let name = format!("{self:?}");
        let mut code = String::with_capacity(name.len() + 4);
        for c in name.chars() {
            if c.is_ascii_uppercase() && !code.is_empty() {
                code.push('_');
            }
            code.push(c.to_ascii_lowercase());
        }
        code
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What kind of thing.
    pub code: ComplaintCode,
    /// What it is, in one sentence.
    pub message: String,
    /// What it is about, in bytes of the source.
    pub span: Range<usize>,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
}

impl Complaint {
    /// A complaint about `span` of what was written, in bytes.
    #[must_use]
    pub fn new(code: ComplaintCode, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, hint: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The one of `known` that is written most like `wrong`, if any is near enough to have been meant.
pub(in crate::rules) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bound = 1 + wrong.chars().count() / 5;
    let distances = known.into_iter().map(|name| (distance(&wrong.to_lowercase(), name), name));
    distances.filter(|(distance, _)| *distance <= bound).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many characters must be added, dropped, changed or swapped with their neighbour to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut last = None;
    for (i, c) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, d) in other.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&row, j) + usize::from(c != *d)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let is_swapped = j > 0 && last == Some(*d) && other.get(j - 1) == Some(&c);
            if is_swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        last = Some(c);
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_alike_everywhere() {
        for code in [ComplaintCode::Toml, ComplaintCode::UnknownSignal, ComplaintCode::TestNeedsFact] {
            assert_eq!(serde_json::json!(code), code.as_str());
        }
    }

    #[test]
    fn the_nearest_name_is_suggested_and_a_far_one_is_not() {
        let known = ["text.length", "text.links", "author.strikes"];
        assert_eq!(nearest("text.lenght", known), Some("text.length"));
        assert_eq!(nearest("Text.Link", known), Some("text.links"));
        assert_eq!(nearest("weather", known), None);
        assert_eq!(nearest("", known), None);
    }
}
