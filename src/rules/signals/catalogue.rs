//! The one table of signals, and how to find one in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

use super::list::ListFacts;
use super::reading::Reading;
use super::value::{Type, Value};
use super::{author, classifier, list, similar, story, text, velocity};
use crate::rules::classifier::Scores;
use crate::rules::facts::Facts;
use crate::rules::verdict::Span;

/// The most members of a list that are kept: more would let a text choose how long a rule runs.
pub(super) const MAX_LIST: usize = 50;

/// What a rule can ask about a comment.
#[derive(Debug, Serialize)]
pub struct Signal {
    /// The name, group first.
    pub name: &'static str,
    /// The type.
    #[serde(rename = "type")]
    pub kind: Type,
    /// What a number counts, or what a text can be.
    pub unit: &'static str,
    /// What it says, in a sentence.
    pub help: &'static str,
    /// A condition that asks it.
    pub example: &'static str,
    /// The least and the greatest number it can be, where it has bounds.
    #[serde(skip)]
    pub(in crate::rules) bounds: Option<(f64, f64)>,
    #[serde(skip)]
    pub(super) read: Read,
    /// Where in the text lies what it counts.
    #[serde(skip)]
    pub(super) places: Option<fn(&Reading<'_>) -> Vec<Span>>,
    /// What it says of some comments: a text for a signal read from the text, else a line of facts.
    #[serde(skip)]
    pub(super) samples: &'static [Sample],
}

/// A text and the value as it is written.
pub(super) type Sample = (&'static str, &'static str);

/// How a signal is known. `None` where the source does not know.
#[derive(Debug)]
pub(super) enum Read {
    Text(for<'r, 'a> fn(&'r Reading<'a>) -> Value<'a>),
    /// As from the text, but so dear that it waits until a condition needs it.
    Late,
    Facts(for<'a> fn(&'a Facts) -> Option<Value<'a>>),
    List(for<'a> fn(&'a ListFacts) -> Value<'a>),
    Classifier(fn(Scores) -> f64),
}

/// Where a signal stands in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u16);

/// Every signal, group by group.
pub static SIGNALS: LazyLock<Vec<&'static Signal>> = LazyLock::new(|| {
    let groups: [&'static [Signal]; 7] = [
        text::SIGNALS,
        similar::SIGNALS,
        author::SIGNALS,
        velocity::SIGNALS,
        story::SIGNALS,
        list::SIGNALS,
        classifier::SIGNALS,
    ];
    groups.into_iter().flatten().collect()
});

static SLOTS: LazyLock<HashMap<&'static str, Slot>> = LazyLock::new(|| {
    let slots = (0_u16..).map(Slot);
    SIGNALS.iter().map(|signal| signal.name).zip(slots).collect()
});

/// What stands for a slot that no signal has; slots come only from [`Slot::named`], so nobody sees it.
static NONE: Signal = Signal {
    name: "none",
    kind: Type::Bool,
    unit: "",
    help: "",
    example: "",
    bounds: None,
    read: Read::Facts(|_| None),
    places: None,
    samples: &[],
};

impl Slot {
    /// The place of the signal called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        SLOTS.get(name).copied()
    }

    /// The signal itself.
    #[must_use]
    pub fn signal(self) -> &'static Signal {
        SIGNALS.get(self.index()).copied().unwrap_or(&NONE)
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Signals, Sources};
    use super::*;
    use crate::kernel::Timestamp;
    use crate::rules::language;

    #[test]
    fn names_are_unique_and_begin_with_their_group() {
        assert_eq!(SLOTS.len(), SIGNALS.len());
        for signal in SIGNALS.iter() {
            let (group, name) = signal.name.split_once('.').unwrap();
            assert!(["text", "similar", "author", "velocity", "story", "list", "classifier"].contains(&group));
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{name}");
            assert!(signal.help.ends_with('.') && !signal.unit.is_empty(), "{} is not explained", signal.name);
            assert_eq!(Slot::named(signal.name).unwrap().signal().name, signal.name);
        }
    }

    #[test]
    fn every_example_is_a_condition_that_asks_its_signal() {
        for signal in SIGNALS.iter() {
            let program = language::compile(signal.example);
            let program = program.unwrap_or_else(|complaints| panic!("{}: {complaints:?}", signal.name));
            assert!(program.slots().contains(&Slot::named(signal.name).unwrap()), "{}", signal.name);
        }
    }

    #[test]
    fn every_signal_says_of_its_samples_what_the_catalogue_says() {
        for signal in SIGNALS.iter() {
            assert!(!signal.samples.is_empty(), "{} has no sample", signal.name);
            for (sample, expected) in signal.samples {
                let facts = facts_of(signal, sample);
                let (list, classifier) = (list::sample(sample), classifier::sample(sample));
                let sources = Sources { facts: &facts, list: list.as_ref(), classifier };
                let slot = Slot::named(signal.name).unwrap();
                let signals = Signals::of(sources, &[slot]);
                let said = signals.value(slot).map_or("missing".to_owned(), |value| {
                    assert_eq!(value.kind(), signal.kind, "{}", signal.name);
                    value.to_string()
                });
                assert_eq!(said, *expected, "{} of {sample:?}", signal.name);
                for span in signals.places(slot) {
                    assert!(facts.text.get(span.start..span.end).is_some_and(|marked| !marked.is_empty()));
                }
            }
        }
    }

    fn facts_of(signal: &Signal, sample: &str) -> Facts {
        let is_text = matches!(signal.read, Read::Text(_) | Read::Late);
        let mut facts = Facts {
            text: if is_text { sample.to_owned() } else { String::new() },
            now: Timestamp::from_millis(7_200_000),
            ..Facts::nobody(Timestamp::from_millis(7_200_000))
        };
        if !is_text {
            text::sample(sample, &mut facts);
            similar::sample(sample, &mut facts);
            author::sample(sample, &mut facts);
            velocity::sample(sample, &mut facts);
            story::sample(sample, &mut facts);
        }
        facts
    }
}
