//! What a signal can say: one of six types.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// The type of a signal, and of any part of a rule's condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// Text.
    String,
    /// A list of texts.
    StringList,
    /// A span of time.
    Duration,
}

impl Type {
    /// The type as messages and the editor's guide name it, without an article.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::String => "string",
            Self::StringList => "list of string",
            Self::Duration => "duration",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a signal says at the moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// A list of texts.
    Texts(Vec<Cow<'a, str>>),
    /// A span of time in milliseconds.
    Duration(i64),
}

impl Value<'_> {
    /// The type of the value.
    #[must_use]
    pub const fn kind(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Double(_) => Type::Double,
            Self::Text(_) => Type::String,
            Self::Texts(_) => Type::StringList,
            Self::Duration(_) => Type::Duration,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{}", (value * 1000.0).round() / 1000.0),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Texts(values) => write!(f, "{values:?}"),
            Self::Duration(value) => write!(f, "{}s", value / 1000),
        }
    }
}

/// A count as a rule sees it.
pub(super) fn count(number: usize) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// `part` of `whole`, from 0 to 1; nothing of nothing is 0.
pub(super) fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}
