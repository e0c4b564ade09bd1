//! What judging words costs. `cargo bench --bench rules` shows times; the ratios that are promised follow them, each
//! taken from one run, since times alone say little on a shared machine.

#[expect(dead_code, reason = "each benchmark uses a part")]
mod shared;

use std::hint::black_box;
use std::time::{Duration, Instant};

use belowline::kernel::Timestamp;
use belowline::rules::{Facts, RuleSet, RuleSetSource, WordListSource, evaluate, normalise, starter};
use rustrict::Censor;

/// Five hundred characters as a reader of a newspaper writes them.
const COMMENT: &str = shared::COMMENTS[0];

fn main() {
    divan::main();
    ratios();
}

fn shipped() -> RuleSet {
    rules(WordListSource::from_toml(starter::WORD_LIST).unwrap_or_else(|faults| panic!("{faults:?}")))
}

fn rules(word_list: WordListSource) -> RuleSet {
    let source = RuleSetSource { links: None, repeat: None, word_list, ..RuleSetSource::default() };
    RuleSet::compile(source).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A list of `count` words that nobody ever wrote.
fn long_list(count: usize) -> RuleSet {
    rules(shared::long_list(count))
}

fn facts(text: &str) -> Facts {
    let now = Timestamp::from_millis(1_772_366_400_000);
    Facts { text: text.into(), ..Facts::nobody(now) }
}

#[divan::bench]
fn normalise_a_comment(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| normalise::normalise(black_box(COMMENT)));
}

#[divan::bench]
fn judge_a_comment(bencher: divan::Bencher<'_, '_>) {
    let (rules, facts) = (shipped(), facts(COMMENT));
    bencher.bench(|| evaluate(&rules, black_box(&facts)));
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn judge_by_a_list_of(bencher: divan::Bencher<'_, '_>, entries: usize) {
    let (rules, facts) = (long_list(entries), facts(COMMENT));
    bencher.bench(|| evaluate(&rules, black_box(&facts)));
}

#[divan::bench]
fn rustrict_analyses_a_comment(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| Censor::from_str(black_box(COMMENT)).analyze());
}

/// The middle of many runs of `work`, which resists what else the machine does.
fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..401)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(200).copied().unwrap_or_default()
}

fn judged(rules: &RuleSet, text: &str) -> Duration {
    let facts = facts(text);
    median(|| drop(black_box(evaluate(rules, black_box(&facts)))))
}

fn ratios() {
    let rules = shipped();
    let per_char = |text: &str| judged(&rules, text).as_secs_f64() / text.chars().count() as f64;
    let ours = judged(&rules, COMMENT);
    let theirs = median(|| {
        black_box(Censor::from_str(black_box(COMMENT)).analyze());
    });
    println!("\nrustrict / ours                     {:6.1}  (at least 6)", theirs.as_secs_f64() / ours.as_secs_f64());
    let (few, many) = (judged(&long_list(100), COMMENT), judged(&long_list(10_000), COMMENT));
    println!("10,000 entries / 100                {:6.2}  (at most 1.3)", many.as_secs_f64() / few.as_secs_f64());
    let usual = per_char(COMMENT);
    let long: String = COMMENT.chars().cycle().take(10_000).collect();
    println!("a character of 10,000 / of 500      {:6.2}  (at most 1.2)", per_char(&long) / usual);
    for (name, unit) in [
        ("separators", ". - _ "),
        ("repeated letters", "aaaa"),
        ("spelled out", "q w e r t "),
        ("combining marks", "a\u{336}\u{301}\u{316}"),
        ("brackets", "(((("),
        ("alternating scripts", "aаαａ"),
        ("zero width", "o\u{200b}"),
        ("unknown words", "xkqzvw prtlmn "),
        ("asterisks", "x**y "),
    ] {
        let hostile: String = unit.chars().cycle().take(5_000).collect();
        println!("{name:<36}{:6.2}  (at most 4)", per_char(&hostile) / usual);
    }
}
