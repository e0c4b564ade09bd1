//! What finding words costs: normalising and matching alone, without the classifier and the rules that editors wrote.
//!
//! `cargo bench --bench rules` shows times; the ratios that are promised follow them, each taken from one run, since
//! times alone say little on a shared machine.

#[expect(dead_code, reason = "each benchmark uses a part")]
mod shared;

use std::hint::black_box;
use std::time::{Duration, Instant};

use belowline::rules::{RuleSet, RuleSetSource, WordListSource, normalise, starter};
use rustrict::Censor;

const ROUNDS: usize = 201;

/// Texts made to be slow, each repeated to five thousand characters.
const HOSTILE: [(&str, &str); 24] = [
    ("separators", ". - _ "),
    ("letters with separators", "f.u.n.k-y_b.u.s "),
    ("one endless word of them", "q.w.e.r.t.y."),
    ("repeated letters", "aaaa"),
    ("spelled out", "q w e r t "),
    ("spelled out in pairs", "fu ck sh it ba st "),
    ("combining marks", "a\u{336}\u{301}\u{316}"),
    ("brackets", "(((("),
    ("alternating scripts", "aаαａ"),
    ("zero width", "o\u{200b}"),
    ("unknown words", "xkqzvw prtlmn "),
    ("asterisks", "x**y "),
    ("masked words", "f**k sh*t b****rd "),
    ("masks of every kind", "f_n d-g @$$ w#t s%t "),
    ("heard as words", "phukk shyte kunt whanka bytch "),
    ("swapped letters", "fcuk siht btich bsatard "),
    ("vowels dropped", "fckng bstrd wnkr bllcks "),
    ("grown together", "youfuckingidiot thatbastardman "),
    ("one endless known word", "thecarpetinthehall"),
    ("one endless unknown word", "fukshytkuntbytch"),
    ("digits", "1 a55 b00k 4nd sh17 "),
    ("shouted", "FUKING BYTCH SHYTE "),
    ("found everywhere", "fuck shit cunt "),
    ("references and markup", "f<b>u</b>c&#107;[i]s[/i] "),
];

fn main() {
    divan::main();
    ratios();
}

fn shipped() -> RuleSet {
    rules(WordListSource::from_toml(starter::WORD_LIST).unwrap_or_else(|faults| panic!("{faults:?}")))
}

fn rules(word_list: WordListSource) -> RuleSet {
    let source = RuleSetSource { word_list, ..RuleSetSource::default() };
    RuleSet::compile(source).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A list of `count` words that nobody ever wrote.
fn long_list(count: usize) -> RuleSet {
    rules(shared::long_list(count))
}

#[divan::bench]
fn normalise_a_comment(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| normalise::normalise(black_box(shared::COMMENTS[0])));
}

#[divan::bench]
fn match_a_comment(bencher: divan::Bencher<'_, '_>) {
    let rules = shipped();
    bencher.bench(|| rules.listed(black_box(shared::COMMENTS[0])));
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn match_by_a_list_of(bencher: divan::Bencher<'_, '_>, entries: usize) {
    let rules = long_list(entries);
    bencher.bench(|| rules.listed(black_box(shared::COMMENTS[0])));
}

#[divan::bench]
fn rustrict_analyses_a_comment(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| Censor::from_str(black_box(shared::COMMENTS[0])).analyze());
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The middles of what each of `works` takes, asked in turn so that whatever else the machine does slows all alike.
fn medians<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times = [(); N].map(|()| Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        for (work, times) in works.iter_mut().zip(&mut times) {
            times.push(timed(work));
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times.get(ROUNDS / 2).copied().unwrap_or_default().as_secs_f64()
    })
}

fn listed(rules: &RuleSet, text: &str) {
    black_box(rules.listed(black_box(text)));
}

fn ratios() {
    let rules = shipped();
    let every = |work: &dyn Fn(&str)| shared::COMMENTS.iter().for_each(|text| work(text));
    let analyse = |text: &str| {
        black_box(Censor::from_str(black_box(text)).analyze());
    };
    let [ours, theirs] = medians([&mut || every(&|text| listed(&rules, text)), &mut || every(&analyse)]);
    println!("\nrustrict / normalise and match      {:6.1}  (at least 6)", theirs / ours);
    let (few, many) = (long_list(100), long_list(10_000));
    let [few, many] = medians([&mut || every(&|text| listed(&few, text)), &mut || every(&|text| listed(&many, text))]);
    println!("10,000 entries / 100                {:6.2}  (at most 1.3)", many / few);
    let joined = shared::COMMENTS.concat();
    let usual = |chars: usize| joined.chars().cycle().take(chars).collect::<String>();
    let (short, long) = (usual(500), usual(10_000));
    let [short, long] = medians([&mut || listed(&rules, &short), &mut || listed(&rules, &long)]);
    println!("a character of 10,000 / of 500      {:6.2}  (at most 1.2)", long / (20.0 * short));
    println!("a character of hostile text / of usual text (at most 4)");
    for (name, unit) in HOSTILE {
        let (usual, hostile) = (usual(5_000), unit.chars().cycle().take(5_000).collect::<String>());
        let [usual, hostile] = medians([&mut || listed(&rules, &usual), &mut || listed(&rules, &hostile)]);
        println!("  {name:<34}{:6.2}", hostile / usual);
    }
}
