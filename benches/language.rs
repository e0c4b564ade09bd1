//! 200 rules over one comment: ours against the evaluator of the `cel` crate, on the same rules and signals.
//!
//! `cargo bench --bench language` prints the ratio first; absolute times depend on the machine.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at what is wrong")]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod shared;

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use belowline::kernel::Timestamp;
use belowline::rules::classifier::Scores;
use belowline::rules::language::compile;
use belowline::rules::signals::{ListFacts, SIGNALS, Signals, SimilarFacts, Slot, Sources, Value};
use belowline::rules::{AuthorFacts, Facts, Mode, Rule, RuleBook, StoryFacts, Then, VelocityFacts};
use cel::{Context, Program, Value as CelValue};

const TEXT: &str = shared::COMMENTS[1];

fn facts() -> Facts {
    facts_of(TEXT)
}

fn facts_of(text: &str) -> Facts {
    let now = Timestamp::from_millis(1_780_000_000_000);
    Facts {
        text: text.to_owned(),
        author: AuthorFacts {
            published_count: 210,
            removed_count: 3,
            days_subscribed: Some(800),
            strike_count: Some(0),
            has_lookalike_name: Some(false),
            ..AuthorFacts::default()
        },
        story: StoryFacts {
            section: Some("Local".to_owned()),
            opened_at: Some(now.minus(Duration::from_secs(7_200))),
            comment_count: Some(80),
            in_hour_count: Some(20),
            ..StoryFacts::default()
        },
        velocity: Some(VelocityFacts { in_story_count: 3, in_10_minutes_count: 1, in_hour_count: 2 }),
        similar: Some(SimilarFacts::default()),
        ..Facts::nobody(now)
    }
}

fn list() -> ListFacts {
    ListFacts { mild_count: 1, clauses: vec!["clause-none".to_owned()], ..ListFacts::default() }
}

fn book() -> RuleBook {
    let rules = shared::conditions().into_iter().enumerate().map(|(n, source)| Rule {
        id: format!("rule-{n}").into(),
        version: 1,
        clause: None,
        when: compile(&source).unwrap(),
        source,
        then: Then::Hold,
        mode: Mode::Live,
        message: None,
        title: None,
        section: None,
        daily_cap: None,
        expires_at: None,
    });
    RuleBook::compile(rules, None).unwrap()
}

fn signals<'a>(facts: &'a Facts, list: &'a ListFacts, slots: &[Slot]) -> Signals<'a> {
    let classifier = Some(Scores { abusive: 0.08, hateful: 0.02, threshold: 1.0 });
    Signals::of(Sources { facts, list: Some(list), classifier }, slots)
}

fn programs() -> Vec<Program> {
    shared::conditions().iter().map(|source| Program::compile(source).unwrap()).collect()
}

fn context(signals: &Signals<'_>, slots: &[Slot]) -> Context<'static, 'static> {
    let mut context = Context::default();
    let mut groups: HashMap<&str, HashMap<String, CelValue>> = HashMap::new();
    for slot in slots {
        let (group, name) = slot.signal().name.split_once('.').unwrap();
        let value = match signals.value(*slot).unwrap() {
            Value::Bool(value) => CelValue::Bool(value),
            Value::Int(value) | Value::Duration(value) => CelValue::Int(value),
            Value::Double(value) => CelValue::Float(value),
            Value::Text(value) => CelValue::String(Arc::new(value.into_owned())),
            Value::Texts(values) => CelValue::List(Arc::new(
                values.into_iter().map(|text| CelValue::String(Arc::new(text.into_owned()))).collect(),
            )),
        };
        groups.entry(group).or_default().insert(name.to_owned(), value);
    }
    for (group, map) in groups {
        context.add_variable_from_value(group, map);
    }
    context
}

#[divan::bench]
fn evaluate_200_rules(bencher: divan::Bencher<'_, '_>) {
    let (book, facts, list) = (book(), facts(), list());
    let signals = signals(&facts, &list, book.slots());
    bencher.bench_local(|| black_box(&book).evaluate(black_box(&signals), facts.now));
}

#[divan::bench]
fn evaluate_200_rules_by_cel(bencher: divan::Bencher<'_, '_>) {
    let (book, facts, list, programs) = (book(), facts(), list(), programs());
    let context = context(&signals(&facts, &list, book.slots()), book.slots());
    bencher.bench_local(|| {
        for program in &programs {
            black_box(program.execute(black_box(&context))).unwrap();
        }
    });
}

#[divan::bench]
fn read_the_signals_they_ask(bencher: divan::Bencher<'_, '_>) {
    let (book, facts, list) = (book(), facts(), list());
    bencher.bench_local(|| signals(black_box(&facts), &list, book.slots()));
}

#[divan::bench]
fn read_every_signal_but_the_language(bencher: divan::Bencher<'_, '_>) {
    let (facts, list) = (facts(), list());
    let slots: Vec<Slot> = SIGNALS.iter().filter_map(|signal| Slot::named(signal.name)).collect();
    bencher.bench_local(|| signals(black_box(&facts), &list, &slots));
}

#[divan::bench]
fn find_the_language() -> bool {
    let facts = Facts { text: TEXT.to_owned(), ..Facts::nobody(Timestamp::from_millis(0)) };
    let program = compile("text.language == \"fr\"").unwrap();
    let signals = Signals::of(Sources { facts: &facts, list: None, classifier: None }, program.slots());
    program.ask(&signals).unwrap()
}

#[divan::bench]
fn simhash() -> Option<u64> {
    belowline::rules::signals::simhash(black_box(TEXT))
}

#[divan::bench]
fn compile_200_rules() -> RuleBook {
    book()
}

fn timed(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

/// How long 200 rules take on the comment `text`: ours, and `cel`'s; the middles of rounds in turn.
fn compared(book: &RuleBook, programs: &[Program], text: &str) -> [Duration; 2] {
    const ROUNDS: usize = 41;
    let (facts, list) = (facts_of(text), list());
    let signals = signals(&facts, &list, book.slots());
    let context = context(&signals, book.slots());
    // The same answers, or the comparison is worth nothing.
    for (rule, program) in book.rules().iter().zip(programs) {
        let theirs = program.execute(&context).unwrap();
        assert_eq!(CelValue::Bool(rule.when.ask(&signals).unwrap()), theirs, "{}", rule.source);
    }
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        let ours = timed(|| (0..40).for_each(|_| drop(black_box(black_box(book).evaluate(&signals, facts.now)))));
        times[0].push(ours / 40);
        times[1].push(timed(|| {
            for program in programs {
                black_box(program.execute(&context)).unwrap();
            }
        }));
    }
    times.map(|mut times| {
        times.sort_unstable();
        times.swap_remove(ROUNDS / 2)
    })
}

fn main() {
    let (book, programs) = (book(), programs());
    println!("200 rules on each comment, cel / ours (at least 30)");
    for text in shared::COMMENTS {
        let [ours, theirs] = compared(&book, &programs, text);
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        println!("  {ratio:5.1}  {ours:.2?} {theirs:.1?}  {}", text.chars().take(40).collect::<String>());
    }
    divan::main();
}
