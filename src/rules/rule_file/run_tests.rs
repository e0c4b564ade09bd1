//! Running the tests that stand beside a rule.
//!
//! A test asks its own rule alone. Whatever it does not give as a fact is as on an ordinary day: a subscriber of a year
//! with some comments to their name, on a story of this morning in the rule's own section. The list and the classifier
//! answer where they are at hand.

use std::borrow::Cow;

use super::Engine;
use super::read::{Read, Test, example};
use crate::kernel::Timestamp;
use crate::rules::facts::{AuthorFacts, Facts, StoryFacts, VelocityFacts};
use crate::rules::language::{Complaint, ComplaintCode, RuleFault};
use crate::rules::rule_book::RuleBook;
use crate::rules::signals::{Signals, SimilarFacts, Sources, Value};

/// When tests take place: ordinary facts are the same whenever they are run.
const NOON: Timestamp = Timestamp::from_millis(1_780_315_200_000);
const THREE_HOURS: std::time::Duration = std::time::Duration::from_secs(3 * 3_600);

/// The facts of an ordinary day.
fn ordinary(text: &str, section: Option<&str>) -> Facts {
    Facts {
        text: text.to_owned(),
        now: NOON,
        author: AuthorFacts {
            published_count: 25,
            days_subscribed: Some(400),
            strike_count: Some(0),
            has_lookalike_name: Some(false),
            ..AuthorFacts::default()
        },
        story: StoryFacts {
            is_premoderated: false,
            section: Some(section.unwrap_or("News").to_owned()),
            opened_at: Some(NOON.minus(THREE_HOURS)),
            comment_count: Some(40),
            in_hour_count: Some(6),
        },
        is_edit: false,
        velocity: Some(VelocityFacts::default()),
        similar: Some(SimilarFacts::default()),
    }
}

/// Runs the tests of one rule, whatever its mode; answers for each what went wrong, if anything did.
pub(super) fn run(read: &Read, engine: &Engine<'_>) -> Vec<Option<Complaint>> {
    // The book adds the rule's section to its condition.
    let Ok(book) = RuleBook::of_all([read.rule.clone()]) else { return Vec::new() };
    read.tests.iter().map(|test| run_one(read, test, &book, engine)).collect()
}

fn run_one(read: &Read, test: &Test, book: &RuleBook, engine: &Engine<'_>) -> Option<Complaint> {
    let rule = book.rules().first()?;
    let facts = ordinary(&test.text, read.rule.section.as_deref());
    let (list, classifier) = engine(&test.text);
    let sources = Sources { facts: &facts, list: list.as_ref(), classifier };
    let mut signals = Signals::of(sources, book.slots());
    for (slot, value) in &test.facts {
        signals.set(*slot, value.clone());
    }
    let complaint = |code, message: String| Complaint::new(code, test.expect_span.clone(), message);
    let own = rule.then.as_str();
    match rule.when.ask(&signals) {
        Ok(fires) if fires == test.must_fire => None,
        Ok(true) => {
            let message = format!("the rule fires on this text and leads to {own}");
            Some(complaint(ComplaintCode::TestFailed, message).hint(said(&signals, book)))
        }
        Ok(false) => {
            let message = "the rule does not fire on this text".to_owned();
            Some(complaint(ComplaintCode::TestFailed, message).hint(said(&signals, book)))
        }
        Err(RuleFault::Missing(slot)) => {
            let signal = slot.signal();
            let example = example(signal.kind);
            let message = format!("the rule depends on `{}`, which nothing here can tell", signal.name);
            let hint = format!("give it to the test: `facts = {{ \"{}\" = {example} }}`", signal.name);
            Some(complaint(ComplaintCode::TestNeedsFact, message).hint(hint))
        }
        Err(fault) => {
            let reason =
                if fault == RuleFault::DivisionByZero { "divides by nought" } else { "computes too large a number" };
            let message = format!("the rule {reason} on this text, and would hold it");
            Some(complaint(ComplaintCode::TestFailed, message).hint(said(&signals, book)))
        }
    }
}

/// What the rule's signals say, so that the editor need not guess.
fn said(signals: &Signals<'_>, book: &RuleBook) -> String {
    let of_slot = |slot: &crate::rules::signals::Slot| {
        let name = slot.signal().name;
        if name == "text.content" {
            return None;
        }
        let value =
            signals.value(*slot).map_or(Cow::Borrowed("unknown"), |value: Value<'_>| Cow::Owned(value.to_string()));
        Some(format!("{name} is {value}"))
    };
    let all: Vec<String> = book.slots().iter().filter_map(of_slot).collect();
    if all.is_empty() { "the text alone decides".to_owned() } else { all.join(", ") }
}
