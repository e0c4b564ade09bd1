//! 200 rules over one comment: ours against the evaluator of the `cel` crate, on the same rules and signals.
//!
//! `cargo bench --bench language` prints the ratio first; absolute times depend on the machine.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at what is wrong")]

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

const TEXT: &str = "I have read the whole report, which is more than can be said for the council, and nowhere does it say \
    that the harbour wall is safe. It says \"no immediate concern\", twice, and then lists eleven places where the \
    stone has moved. See https://harbour.example/report.pdf, page 40! My father worked on that wall for thirty years; he \
    would have told them for NOTHING what they paid a consultant to leave out. When will somebody ask who decided this, \
    and why the meeting was held on a Tuesday morning?? We all know the answer.";

/// Conditions as editors write them, over and over with other numbers.
fn conditions() -> Vec<String> {
    (0..200)
        .map(|n| match n % 10 {
            0 => format!("text.links > {} && author.published < {}", n % 4 + 1, n + 1),
            1 => format!("text.capitals > 0.{} && text.length > {}", n % 9 + 1, 600 + n),
            2 => format!("author.days_subscribed < {} && (text.links > {} || list.worst >= 2)", n % 30 + 1, n % 3),
            3 => format!("velocity.in_10_minutes >= {} || velocity.in_hour > {}", n % 5 + 3, n),
            4 => format!("story.section in [\"Courts\", \"Section {n}\"] && classifier.abusive > 0.{}", n % 9 + 1),
            5 => format!("classifier.hateful > 0.{} && !author.is_staff && author.strikes >= {}", n % 9 + 1, n % 3 + 1),
            6 => format!("\"clause-{n}\" in list.clauses && list.hits > {}", n % 4),
            7 => format!("text.hosts.exists(host, host == \"host{n}.example\") || text.emoji > {n}"),
            8 => {
                format!("similar.others_count > {} && similar.others_best > 0.9 && text.words > {}", n % 5 + 1, n % 20)
            }
            _ => format!("author.removed * 4 > author.published + {n} || text.punctuation_run > {}", n % 5 + 4),
        })
        .collect()
}

fn facts() -> Facts {
    let now = Timestamp::from_millis(1_780_000_000_000);
    Facts {
        text: TEXT.to_owned(),
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
    let rules = conditions().into_iter().enumerate().map(|(n, source)| Rule {
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
    let classifier = Some(Scores { abusive: 0.08, hateful: 0.02 });
    Signals::of(Sources { facts, list: Some(list), classifier }, slots)
}

fn programs() -> Vec<Program> {
    conditions().iter().map(|source| Program::compile(source).unwrap()).collect()
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

/// The middle of several rounds.
fn median(mut round: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let begin = Instant::now();
            round();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.swap_remove(times.len() / 2)
}

fn main() {
    let (book, facts, list, programs) = (book(), facts(), list(), programs());
    let signals = signals(&facts, &list, book.slots());
    let context = context(&signals, book.slots());
    // The same answers, or the comparison is worth nothing.
    for (rule, program) in book.rules().iter().zip(&programs) {
        assert_eq!(
            CelValue::Bool(rule.when.ask(&signals).unwrap()),
            program.execute(&context).unwrap(),
            "{}",
            rule.source
        );
    }
    let ours = median(|| (0..200).for_each(|_| drop(black_box(black_box(&book).evaluate(&signals, facts.now)))));
    let theirs = median(|| {
        for program in &programs {
            black_box(program.execute(&context)).unwrap();
        }
    });
    let ratio = theirs.as_secs_f64() * 200.0 / ours.as_secs_f64();
    println!("200 rules: ours {:?}, cel {theirs:?}: {ratio:.0} times as fast", ours / 200);
    divan::main();
}
