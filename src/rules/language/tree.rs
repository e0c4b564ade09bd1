//! A condition with its types known and its signals found: what is evaluated.

use regex::Regex;

use crate::rules::signals::Slot;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Compare {
    /// What holds when this does not.
    pub(super) const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::More => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The same with its sides exchanged.
    pub(super) const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }

    /// Whether it holds between `left` and `right`.
    #[inline]
    pub(super) fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Where one text is looked for in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Find {
    Anywhere,
    AtStart,
    AtEnd,
}

/// Something that is true or false.
#[derive(Clone, Debug)]
pub(super) enum Bool {
    Const(bool),
    Slot(Slot),
    Not(Box<Bool>),
    And(Vec<Bool>),
    Or(Vec<Bool>),
    If(Box<(Bool, Bool, Bool)>),
    /// A signal against a number: what most conditions are made of.
    IntSlot(Slot, Compare, i64),
    DoubleSlot(Slot, Compare, f64),
    Ints(Compare, Box<(Int, Int)>),
    Doubles(Compare, Box<(Double, Double)>),
    EqualTexts(Box<(Text, Text)>),
    EqualBools(Box<(Bool, Bool)>),
    /// One of some numbers, in rising order.
    IntIn(Box<Int>, Vec<i64>),
    /// One of some texts, in rising order.
    TextIn(Text, Vec<Box<str>>),
    InList(Text, Slot),
    Find(Find, Box<(Text, Text)>),
    Matches(Text, Box<Regex>),
    Exists(List, Box<Bool>),
    All(List, Box<Bool>),
}

/// A whole number, or a span of time in milliseconds.
#[derive(Clone, Debug)]
pub(super) enum Int {
    Const(i64),
    Slot(Slot),
    Negate(Box<Int>),
    Arithmetic(Arithmetic, Box<(Int, Int)>),
    If(Box<(Bool, Int, Int)>),
    Chars(Text),
    Members(Slot),
}

/// A number with a fraction.
#[derive(Clone, Debug)]
pub(super) enum Double {
    Const(f64),
    Slot(Slot),
    Int(Box<Int>),
    Negate(Box<Double>),
    Arithmetic(Arithmetic, Box<(Double, Double)>),
    If(Box<(Bool, Double, Double)>),
}

/// A text.
#[derive(Clone, Debug)]
pub(super) enum Text {
    Const(Box<str>),
    Slot(Slot),
    /// The member that `exists` or `all` is at; 0 is the innermost.
    Member(usize),
    If(Box<(Bool, Text, Text)>),
}

/// A list of texts.
#[derive(Clone, Debug)]
pub(super) enum List {
    Const(Vec<Box<str>>),
    Slot(Slot),
}

/// Anything, with its type.
#[derive(Clone, Debug)]
pub(super) enum Typed {
    Bool(Bool),
    Int(Int),
    Double(Double),
    Duration(Int),
    Text(Text),
    List(List),
}
