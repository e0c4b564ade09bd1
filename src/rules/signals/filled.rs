//! What the signals say of one comment.

use std::borrow::Cow;

use super::catalogue::{MAX_LIST, Read, SIGNALS, Slot};
use super::list::ListFacts;
use super::reading::Reading;
use super::value::{Type, Value};
use crate::rules::classifier::Scores;
use crate::rules::facts::Facts;
use crate::rules::verdict::Span;

/// Where signals come from. `None` for what was not asked: its signals are missing then.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The text, its author and its story.
    pub facts: &'a Facts,
    /// What the title's list found.
    pub list: Option<&'a ListFacts>,
    /// What the classifier thinks.
    pub classifier: Option<Scores>,
}

/// The values of the signals that some rules need, by slot.
#[derive(Debug)]
pub struct Signals<'a> {
    values: Vec<Held<'a>>,
    reading: Reading<'a>,
    list_places: &'a [Span],
}

#[derive(Debug, Default)]
enum Held<'a> {
    #[default]
    Missing,
    Known(Value<'a>),
    Late,
}

impl<'a> Signals<'a> {
    /// Reads the signals in `slots` from `sources`; all others are missing.
    #[must_use]
    pub fn of(sources: Sources<'a>, slots: &[Slot]) -> Self {
        let mut values = Vec::new();
        values.resize_with(SIGNALS.len(), Held::default);
        let reading = Reading::new(&sources.facts.text);
        let list_places = sources.list.map_or(&[][..], |list| &list.places);
        for slot in slots {
            let held = match slot.signal().read {
                Read::Text(read) => Held::Known(read(&reading)),
                Read::Late => Held::Late,
                Read::Facts(read) => read(sources.facts).map_or(Held::Missing, Held::Known),
                Read::List(read) => sources.list.map_or(Held::Missing, |list| Held::Known(read(list))),
                Read::Classifier(read) => {
                    let known = |probabilities| Held::Known(Value::Double(read(probabilities)));
                    sources.classifier.map_or(Held::Missing, known)
                }
            };
            if let Some(value) = values.get_mut(slot.index()) {
                *value = held;
            }
        }
        Self { values, reading, list_places }
    }

    /// Says what a signal is, whatever its source says; a value of another type leaves it missing.
    pub fn set(&mut self, slot: Slot, value: Value<'a>) {
        let value = match value {
            Value::Texts(mut texts) => {
                texts.truncate(MAX_LIST);
                Value::Texts(texts)
            }
            value => value,
        };
        let is_right = value.kind() == slot.signal().kind;
        if let Some(held) = self.values.get_mut(slot.index()) {
            *held = if is_right { Held::Known(value) } else { Held::Missing };
        }
    }

    /// What the signal is; `None` when it is missing.
    #[must_use]
    pub fn value(&self, slot: Slot) -> Option<Value<'_>> {
        match self.values.get(slot.index())? {
            Held::Known(value) => Some(value.clone()),
            Held::Late => Some(Value::Text(Cow::Borrowed(self.reading.language()))),
            Held::Missing => None,
        }
    }

    /// The text that is judged.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.reading.text
    }

    /// Where in the text lies what the signal counts, in order and apart; nowhere for signals that are not about places.
    #[must_use]
    pub fn places(&self, slot: Slot) -> Vec<Span> {
        let signal = slot.signal();
        if matches!(signal.read, Read::List(_)) && signal.kind != Type::StringList {
            return self.list_places.to_vec();
        }
        signal.places.map(|places| places(&self.reading)).unwrap_or_default()
    }

    #[inline]
    pub(in crate::rules) fn bool(&self, slot: Slot) -> Option<bool> {
        match self.known(slot)? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A whole number, or a span of time in milliseconds.
    #[inline]
    pub(in crate::rules) fn int(&self, slot: Slot) -> Option<i64> {
        match self.known(slot)? {
            Value::Int(value) | Value::Duration(value) => Some(*value),
            _ => None,
        }
    }

    #[inline]
    pub(in crate::rules) fn double(&self, slot: Slot) -> Option<f64> {
        match self.known(slot)? {
            Value::Double(value) => Some(*value),
            _ => None,
        }
    }

    pub(in crate::rules) fn string(&self, slot: Slot) -> Option<&str> {
        match self.values.get(slot.index())? {
            Held::Known(Value::Text(value)) => Some(value),
            Held::Late => Some(self.reading.language()),
            _ => None,
        }
    }

    #[inline]
    pub(in crate::rules) fn list(&self, slot: Slot) -> Option<&[Cow<'a, str>]> {
        match self.known(slot)? {
            Value::Texts(values) => Some(values),
            _ => None,
        }
    }

    #[inline]
    fn known(&self, slot: Slot) -> Option<&Value<'a>> {
        match self.values.get(slot.index())? {
            Held::Known(value) => Some(value),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    #[test]
    fn what_no_source_knows_is_missing_and_not_zero() {
        let facts = Facts::nobody(Timestamp::from_millis(0));
        let sources = Sources { facts: &facts, list: None, classifier: None };
        let slots: Vec<Slot> = SIGNALS.iter().filter_map(|signal| Slot::named(signal.name)).collect();
        let signals = Signals::of(sources, &slots);
        for name in ["list.hits", "classifier.abusive", "velocity.in_hour", "author.strikes", "story.section"] {
            assert_eq!(signals.value(Slot::named(name).unwrap()), None, "{name}");
        }
        assert_eq!(signals.value(Slot::named("text.length").unwrap()), Some(Value::Int(0)));
    }

    #[test]
    fn a_value_of_another_type_leaves_the_signal_missing() {
        let facts = Facts::nobody(Timestamp::from_millis(0));
        let mut signals = Signals::of(Sources { facts: &facts, list: None, classifier: None }, &[]);
        let strikes = Slot::named("author.strikes").unwrap();
        signals.set(strikes, Value::Int(2));
        assert_eq!(signals.int(strikes), Some(2));
        signals.set(strikes, Value::Bool(true));
        assert_eq!(signals.int(strikes), None);
    }

    #[test]
    fn lists_are_bounded() {
        let facts = Facts::nobody(Timestamp::from_millis(0));
        let mut signals = Signals::of(Sources { facts: &facts, list: None, classifier: None }, &[]);
        let hosts = Slot::named("text.hosts").unwrap();
        signals.set(hosts, Value::Texts(vec!["a.example".into(); 1_000]));
        assert_eq!(signals.list(hosts).map(<[_]>::len), Some(MAX_LIST));
    }
}
