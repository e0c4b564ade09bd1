//! Texts, conditions, rule files and word lists that nobody would write, made from a seed: nothing panics, nothing runs
//! for long, and every place lies on borders of characters of what was given.
//!
//! The test runs a few thousand cases; `cargo bench --bench fuzz -- --seed 7 --seconds 1800` runs for as long as one likes.

mod dice;
mod sources;
mod texts;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use belowline::kernel::Timestamp;
use belowline::rules::language::{Complaint, MAX_COST, compile};
use belowline::rules::rule_file::{check, no_engine, picture};
use belowline::rules::signals::{SIGNALS, Signals, Slot, Sources};
use belowline::rules::{
    Facts, Mode, Rule, RuleBook, RuleSet, RuleSetSource, Span, Then, WordListSource, evaluate, starter,
};

use dice::Dice;

/// No case may take longer. The slowest take some hundredths of it in an unoptimised build; a quadratic step on the
/// longest text takes many times as long.
const TIME_OUT: Duration = Duration::from_secs(4);

/// What was tried, by kind.
#[derive(Debug, Default)]
pub(crate) struct Report {
    kinds: [Kind; KINDS.len()],
    pub(crate) cases: u64,
}

#[derive(Debug, Default)]
struct Kind {
    cases: u64,
    /// How many had a result that is not an error: a finding, a condition or file without complaint.
    fruitful: u64,
    slowest: Duration,
}

type Try = fn(&Engine, &mut Dice, &mut String) -> bool;

/// What is tried: how often among sixteen, and what with. Each writes down what it is about to try.
const KINDS: [(&str, u64, Try); 4] = [
    ("texts", 8, try_text),
    ("conditions", 4, try_condition),
    ("rule files", 2, try_file),
    ("word lists", 2, try_list),
];

struct Engine {
    shipped: RuleSet,
    list: WordListSource,
    words: Vec<String>,
}

/// Tries the cases of `seed` from number `from` on, until `is_over` of their count says so.
///
/// # Panics
/// At the first case that breaks a promise; the message has its seed and number, which repeat it, and what was tried.
pub(crate) fn run(seed: u64, from: u64, is_over: impl Fn(u64) -> bool) -> Report {
    let engine = Engine::new();
    let mut report = Report::default();
    for number in from.. {
        if is_over(report.cases) {
            break;
        }
        let mut dice = Dice::new(seed, number);
        let mut place = dice.below(16);
        let kind = KINDS.iter().position(|(_, share, _)| {
            let is_here = place < *share;
            place = place.saturating_sub(*share);
            is_here
        });
        let kind = kind.unwrap_or(0);
        let (name, _, attempt) = KINDS[kind];
        let mut tried = String::new();
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| attempt(&engine, &mut dice, &mut tried)));
        let took = began.elapsed();
        let Ok(is_fruitful) = outcome else { panic!("seed {seed}, case {number} of {name}: {tried:?}") };
        assert!(took < TIME_OUT, "seed {seed}, case {number} of {name} took {took:?}: {tried:?}");
        let tally = &mut report.kinds[kind];
        tally.cases += 1;
        tally.fruitful += u64::from(is_fruitful);
        tally.slowest = tally.slowest.max(took);
        report.cases += 1;
    }
    report
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, (name, ..)) in self.kinds.iter().zip(KINDS) {
            let Kind { cases, fruitful, slowest } = kind;
            writeln!(f, "{name:<12}{cases:>10} cases, {fruitful:>9} with a result, slowest {slowest:.1?}")?;
        }
        Ok(())
    }
}

impl Engine {
    /// What Belowline comes with, and a rule for every signal that there is.
    fn new() -> Self {
        let list = WordListSource::from_toml(starter::WORD_LIST).unwrap();
        let rules = SIGNALS.iter().map(|signal| rule(signal.name, signal.example));
        let book = RuleBook::compile(rules, None).unwrap();
        let source = RuleSetSource { word_list: list.clone(), ..RuleSetSource::default() };
        let shipped = RuleSet::compile(source).unwrap().with_rules(book, "every signal");
        let words = list.entries.iter().flat_map(|entry| entry.spellings().map(str::to_owned)).collect();
        Self { shipped, list, words }
    }
}

fn rule(id: &str, when: &str) -> Rule {
    Rule {
        id: id.into(),
        version: 1,
        clause: None,
        when: compile(when).unwrap(),
        source: when.to_owned(),
        then: Then::Hold,
        mode: Mode::Live,
        message: None,
        title: None,
        section: None,
        daily_cap: None,
        expires_at: None,
    }
}

fn facts(text: &str) -> Facts {
    Facts { text: text.to_owned(), ..Facts::nobody(Timestamp::from_millis(1_780_000_000_000)) }
}

#[track_caller]
fn assert_places(text: &str, spans: &[Span]) {
    let mut before = 0;
    for span in spans {
        assert!(span.start >= before && span.start < span.end, "{span:?} of {spans:?}");
        assert!(text.get(span.start..span.end).is_some(), "{span:?} is not on borders of characters");
        before = span.end;
    }
}

fn judged(rules: &RuleSet, text: &str) -> bool {
    let verdict = evaluate(rules, &facts(text));
    for finding in verdict.findings.iter().chain(&verdict.shadow) {
        assert_places(text, &finding.spans);
    }
    verdict.findings.iter().any(|finding| finding.rule == "word-list")
}

fn try_text(engine: &Engine, dice: &mut Dice, tried: &mut String) -> bool {
    *tried = texts::text(dice, &engine.words);
    judged(&engine.shipped, tried)
}

fn assert_complaints(source: &str, complaints: &[Complaint]) {
    assert!(!complaints.is_empty());
    for complaint in complaints {
        let span = complaint.span.clone();
        assert!(source.get(span.clone()).is_some(), "{span:?} is not in the source: {}", complaint.message);
        assert!(picture("rules.toml", source, complaint).contains(&*complaint.code.as_str()));
    }
}

fn try_condition(engine: &Engine, dice: &mut Dice, tried: &mut String) -> bool {
    *tried = sources::condition(dice);
    let program = match compile(tried) {
        Ok(program) => program,
        Err(complaints) => {
            assert_complaints(tried, &complaints);
            return false;
        }
    };
    assert!(program.cost() <= MAX_COST);
    let facts = facts(&texts::text(dice, &engine.words));
    let every: Vec<Slot> = SIGNALS.iter().filter_map(|signal| Slot::named(signal.name)).collect();
    let slots = if dice.one_in(2) { program.slots() } else { &every };
    let signals = Signals::of(Sources { facts: &facts, list: None, classifier: None }, slots);
    let answer = program.ask(&signals);
    assert_eq!(program.ask(&signals), answer);
    assert_places(&facts.text, &program.places(&signals));
    true
}

fn try_file(_: &Engine, dice: &mut Dice, tried: &mut String) -> bool {
    *tried = sources::rule_file(dice);
    match check(tried, &no_engine) {
        Ok(_) => true,
        Err(complaints) => {
            assert_complaints(tried, &complaints);
            false
        }
    }
}

fn try_list(engine: &Engine, dice: &mut Dice, tried: &mut String) -> bool {
    *tried = sources::word_list(dice, &engine.list);
    let compiled = WordListSource::from_toml(tried).and_then(|word_list| {
        let spellings: Vec<String> =
            word_list.entries.iter().flat_map(|entry| entry.spellings().map(str::to_owned)).collect();
        let rules = RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() })?;
        Ok((rules, spellings))
    });
    match compiled {
        Ok((rules, spellings)) => {
            let text = texts::text(dice, &spellings);
            tried.push_str(&text);
            judged(&rules, &text);
            true
        }
        Err(faults) => {
            let lines = tried.lines().count().max(1);
            assert!(faults.iter().all(|fault| fault.line.is_none_or(|line| (1..=lines + 1).contains(&line))));
            false
        }
    }
}

#[test]
fn nothing_that_anybody_types_breaks_the_engine() {
    let report = run(1, 0, |cases| cases >= 3_000);
    println!("{report}");
    assert!(report.kinds.iter().all(|kind| kind.fruitful * 20 > kind.cases), "{report}");
    assert!(report.kinds.iter().all(|kind| kind.cases > 100), "{report}");
}
