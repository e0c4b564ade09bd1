//! The rules engine as the rest of the house sees it.

mod against_cel;
mod disguise;
mod evasion;
mod fuzz;
mod golden;
mod innocents;
mod language;
mod properties;

use std::time::Duration;

use belowline::kernel::Timestamp;
use belowline::rules::{
    AuthorFacts, Facts, LengthRule, LinksRule, RepeatRule, RuleSet, RuleSetSource, StoryFacts, WordListSource, starter,
};

/// A small set of rules that every test here judges by.
const WORD_LIST: &str = r#"
version = 3

[[entry]]
text = "twit"
outcome = "hold"
clause = "no-abuse"
exceptions = ["twit twoo", "old twit twoo owl"]

[[entry]]
text = "a55hat"
outcome = "reject"
clause = "no-abuse"

[[entry]]
text = "you're finished"
outcome = "reject"
clause = "no-threats"

[[entry]]
text = "hellish"
outcome = "hold"
clause = "no-abuse"

[[entry]]
text = "dick"
outcome = "hold"
clause = "no-abuse"
exceptions = ["Moby-Dick", "Dick Turpin"]
"#;

fn source() -> RuleSetSource {
    RuleSetSource {
        length: LengthRule { max_chars: 200, clause: None },
        links: Some(LinksRule { max: 1, clause: Some("no-spam".parse().unwrap()) }),
        repeat: Some(RepeatRule {
            within: Duration::from_secs(600),
            min_chars: 10,
            clause: Some("no-spam".parse().unwrap()),
        }),
        word_list: WordListSource::from_toml(WORD_LIST).unwrap(),
        max_judged_chars: 400,
        ..RuleSetSource::default()
    }
}

/// The rules of a title that has changed nothing.
fn shipped() -> RuleSet {
    let word_list = WordListSource::from_toml(starter::WORD_LIST).unwrap();
    RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() }).unwrap()
}

fn rules() -> RuleSet {
    RuleSet::compile(source()).unwrap()
}

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn facts(text: &str) -> Facts {
    Facts {
        text: text.to_owned(),
        now: now(),
        author: AuthorFacts::default(),
        story: StoryFacts::default(),
        is_edit: false,
        velocity: None,
        similar: None,
    }
}
