//! Finds all the faults of a form before any is told.

use std::ops::RangeInclusive;

use super::Given;
use crate::http::Error;
use crate::http::error::FieldFault;
use crate::kernel::{Arguments, char_count, is_visible};

/// How many faults are told at most.
const MAX_FAULTS: usize = 100;

/// Collects the faults of a form.
///
/// Each method gives the field's value or notes what is wrong with it; [`Check::whole`] then gives all values, or the
/// refusal with every fault:
/// ```ignore
/// let mut check = sent.check();
/// let clause = check.value("clause", &sent.form.clause);
/// let note = check.optional_text("note", &sent.form.note, 1..=1_000);
/// let (clause, note) = check.whole((clause, note))?;
/// ```
#[derive(Debug, Default)]
pub struct Check {
    faults: Vec<FieldFault>,
}

impl Check {
    /// A check that has found nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn with_unknown(names: &[String]) -> Self {
        let mut check = Self::new();
        names.iter().for_each(|name| check.fault(name, "unknown_field"));
        check
    }

    /// Notes a fault, worded as `field-` and the code with hyphens in `errors.ftl`.
    pub fn fault(&mut self, field: &str, code: &'static str) {
        self.fault_with(field, code, &[]);
    }

    fn fault_with(&mut self, field: &str, code: &'static str, arguments: Arguments<'_>) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(FieldFault::new(field, code, arguments));
        }
    }

    /// A field of any kind.
    pub fn value<T: Clone>(&mut self, field: &str, given: &Given<T>) -> Option<T> {
        let code = match given {
            Given::Value(value) => return Some(value.clone()),
            Given::Missing => "missing",
            Given::WrongType => "wrong_type",
            Given::Unreadable => "unreadable",
        };
        self.fault(field, code);
        None
    }

    /// Notes that a list has more than `max` entries.
    pub fn too_many(&mut self, field: &str, max: usize) {
        self.fault_with(field, "too_many", &[("max", max.into())]);
    }

    /// A text of so many characters (Unicode scalar values), of which one at least can be seen.
    pub fn text(&mut self, field: &str, given: &Given<String>, chars: RangeInclusive<usize>) -> Option<String> {
        let text = self.value(field, given)?;
        if *chars.start() > 0 && !text.is_empty() && !is_visible(&text) {
            self.fault(field, "missing");
            return None;
        }
        self.fits(field, &text, &chars).then_some(text)
    }

    /// A text of so many characters, or none.
    pub fn optional_text(
        &mut self,
        field: &str,
        given: &Given<Option<String>>,
        chars: RangeInclusive<usize>,
    ) -> Option<Option<String>> {
        let text = self.value(field, given)?;
        text.as_ref().is_none_or(|text| self.fits(field, text, &chars)).then_some(text)
    }

    fn fits(&mut self, field: &str, text: &str, chars: &RangeInclusive<usize>) -> bool {
        let count = char_count(text);
        if count < *chars.start() {
            self.fault_with(field, "too_short", &[("min", (*chars.start()).into())]);
        } else if count > *chars.end() {
            self.fault_with(field, "too_long", &[("max", (*chars.end()).into())]);
        }
        chars.contains(&count)
    }

    /// A whole number within a range.
    pub fn number(&mut self, field: &str, given: &Given<i64>, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.value(field, given)?;
        if !range.contains(&number) {
            self.fault_with(field, "out_of_range", &[("min", (*range.start()).into()), ("max", (*range.end()).into())]);
        }
        range.contains(&number).then_some(number)
    }

    /// A list of at least `min` and at most `max` entries.
    pub fn list<T: Clone>(
        &mut self,
        field: &str,
        given: &Given<Vec<T>>,
        counts: RangeInclusive<usize>,
    ) -> Option<Vec<T>> {
        let list = self.value(field, given)?;
        if list.len() < *counts.start() {
            self.fault(field, "missing");
        } else if list.len() > *counts.end() {
            self.too_many(field, *counts.end());
        }
        counts.contains(&list.len()).then_some(list)
    }

    /// Whatever `read` makes of the text; nothing of it is `unreadable`.
    pub fn parse<T>(&mut self, field: &str, given: &Given<String>, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.value(field, given)?;
        let value = read(&text);
        if value.is_none() {
            self.fault(field, "unreadable");
        }
        value
    }

    /// One of a few words, each standing for something.
    pub fn one_of<T: Clone>(&mut self, field: &str, given: &Given<String>, choices: &[(&str, T)]) -> Option<T> {
        let text = self.value(field, given)?;
        let choice = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| choice.clone());
        if choice.is_none() {
            self.fault(field, "not_a_choice");
        }
        choice
    }

    /// All the values, if there is no fault.
    ///
    /// # Errors
    /// `invalid` 422 with every fault.
    pub fn whole<W: Whole>(self, values: W) -> Result<W::Values, Error> {
        match values.whole() {
            Some(values) if self.faults.is_empty() => Ok(values),
            _ => Err(Error::invalid(self.faults)),
        }
    }

    /// Nothing, if there is no fault.
    ///
    /// # Errors
    /// `invalid` 422 with every fault.
    pub fn finish(self) -> Result<(), Error> {
        if self.faults.is_empty() { Ok(()) } else { Err(Error::invalid(self.faults)) }
    }
}

/// Some values of which each may be lacking.
pub trait Whole {
    /// The same with none lacking.
    type Values;

    /// The values, if none is lacking.
    fn whole(self) -> Option<Self::Values>;
}

macro_rules! whole_tuples {
    ($($($part:ident)+;)*) => {$(
        impl<$($part),+> Whole for ($(Option<$part>,)+) {
            type Values = ($($part,)+);

            #[expect(non_snake_case, reason = "each part is bound by the name of its type")]
            fn whole(self) -> Option<Self::Values> {
                let ($($part,)+) = self;
                Some(($($part?,)+))
            }
        }
    )*};
}

whole_tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Given<String> {
        Given::Value(text.to_owned())
    }

    #[test]
    fn every_fault_of_a_form_is_told_at_once_and_in_words() {
        let mut check = Check::with_unknown(&["colour".to_owned()]);
        let body = check.text("body", &text(""), 1..=5);
        let long = check.text("long", &text("ééé"), 1..=2);
        let missing: Option<i64> = check.value("missing", &Given::Missing);
        let number = check.number("number", &Given::Value(11), 1..=10);
        let choice = check.one_of("choice", &text("c"), &[("a", 1), ("b", 2)]);
        let list = check.list("list", &Given::Value(vec![1, 2, 3]), 1..=2);
        let odd: Option<u8> = check.parse("odd", &text("x"), |text| text.parse().ok());
        let error = check.whole((body, long, missing, number, choice, list, odd)).unwrap_err();
        let told: Vec<_> = error.errors().iter().map(|fault| (fault.field.as_str(), fault.code)).collect();
        assert_eq!(
            told,
            [
                ("colour", "unknown_field"),
                ("body", "too_short"),
                ("long", "too_long"),
                ("missing", "missing"),
                ("number", "out_of_range"),
                ("choice", "not_a_choice"),
                ("list", "too_many"),
                ("odd", "unreadable"),
            ]
        );
        for fault in error.errors() {
            assert!(!fault.message.starts_with("field-") && !fault.message.contains('$'), "{fault:?}");
        }
    }

    #[test]
    fn a_form_without_fault_gives_its_values() {
        let mut check = Check::new();
        let body = check.text("body", &text("ééé"), 1..=3);
        let note = check.optional_text("note", &Given::Value(None), 1..=3);
        assert_eq!(check.whole((body, note)), Ok(("ééé".to_owned(), None)));
    }
}
