//! A whole verdict: normalising, 10,000 words, 200 rules with their facts, language, personal data and classifier, on
//! comments of about 500 characters, against `rustrict` analysing the same texts.
//!
//! Both judge all texts in turn in one run on one core, so that a noisy machine slows both alike; each text counts with
//! the middle of its times. `cargo bench --bench verdict`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at what is wrong")]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod shared;

use std::hint::black_box;
use std::time::{Duration, Instant};

use belowline::kernel::Timestamp;
use belowline::rules::language::compile;
use belowline::rules::signals::SimilarFacts;
use belowline::rules::{
    AuthorFacts, Facts, Mode, Rule, RuleBook, RuleSet, RuleSetSource, StoryFacts, Then, VelocityFacts, evaluate,
    starter,
};
use belowline::rules::{RecentText, WordListSource};
use rustrict::Censor;

const ROUNDS: usize = 400;

fn rule_set() -> RuleSet {
    let mut word_list = WordListSource::from_toml(starter::WORD_LIST).unwrap();
    let missing = 10_000 - word_list.entries.len();
    word_list.entries.extend(shared::long_list(missing).entries);
    let rules = conditions().into_iter().enumerate().map(|(number, source)| Rule {
        id: format!("rule-{number}").into(),
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
    let book = RuleBook::compile(rules, None).unwrap();
    RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() }).unwrap().with_rules(book, "")
}

/// The shared conditions, ten of them exchanged for such as ask what costs most: the language, and personal data.
fn conditions() -> Vec<String> {
    let mut conditions = shared::conditions();
    conditions.truncate(190);
    for n in 0..5 {
        conditions.push(format!("!(text.language in [\"en\", \"und\"]) && text.length > {}", 40 + n));
        conditions.push(format!("text.phones > {n} || text.emails > {n} || text.addresses > {n} || text.cards > {n}"));
    }
    conditions
}

fn facts(text: &str) -> Facts {
    let now = Timestamp::from_millis(1_780_000_000_000);
    let recent =
        (0..20).map(|number| RecentText { fingerprint: number, at: now.minus(Duration::from_secs(number * 60)) });
    Facts {
        text: text.to_owned(),
        author: AuthorFacts {
            published_count: 210,
            removed_count: 3,
            days_subscribed: Some(800),
            strike_count: Some(0),
            has_lookalike_name: Some(false),
            recent_texts: recent.collect(),
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

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn at(times: &[Duration], share: f64) -> Duration {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among some thousand")]
    let place = (times.len() as f64 * share) as usize;
    times.get(place).copied().unwrap()
}

fn main() {
    let rules = rule_set();
    let cases: Vec<Facts> = shared::COMMENTS.iter().map(|text| facts(text)).collect();
    let chars: usize = shared::COMMENTS.iter().map(|text| text.chars().count()).sum::<usize>() / cases.len();
    let [mut ours, mut theirs, mut read, mut listed] = [(); 4].map(|()| vec![Vec::new(); cases.len()]);
    for _ in 0..ROUNDS {
        for (case, times) in cases.iter().zip(&mut ours) {
            times.push(timed(|| drop(black_box(evaluate(&rules, black_box(case))))));
        }
        for (case, times) in cases.iter().zip(&mut theirs) {
            times.push(timed(|| {
                black_box(Censor::from_str(black_box(&case.text)).analyze());
            }));
        }
        for (case, times) in cases.iter().zip(&mut read) {
            times.push(timed(|| drop(black_box(rules.read(black_box(&case.text))))));
        }
        for (case, times) in cases.iter().zip(&mut listed) {
            times.push(timed(|| drop(black_box(rules.listed(black_box(&case.text))))));
        }
    }
    for times in [&mut ours, &mut theirs, &mut read, &mut listed].into_iter().flatten() {
        times.sort_unstable();
    }
    // What a verdict takes: the mean over the texts of each one's middle.
    let usual = |times: &[Vec<Duration>]| {
        times.iter().map(|times| at(times, 0.5).as_secs_f64()).sum::<f64>() / times.len() as f64
    };
    let mut all: Vec<Duration> = ours.iter().flatten().copied().collect();
    all.sort_unstable();
    let spread = |times: &[Duration]| at(times, 0.99).as_secs_f64() / at(times, 0.5).as_secs_f64();
    let verdict = usual(&ours);
    println!("comments of {chars} characters, 10,000 entries, 200 rules");
    println!("  verdicts a core-second          {:>9.0}  (at least 20,000)", 1.0 / verdict);
    println!("  rustrict / a verdict            {:>9.2}  (at least 2.5)", usual(&theirs) / verdict);
    println!("  rustrict / normalise and match  {:>9.2}  (at least 6)", usual(&theirs) / usual(&listed));
    println!("  p99 / p50 over all texts        {:>9.2}  (at most 3)", spread(&all));
    println!("  of it the words                 {:>8.0} %", 100.0 * usual(&listed) / verdict);
    println!("  of it the classifier            {:>8.0} %", 100.0 * (usual(&read) - usual(&listed)) / verdict);
    for (case, times) in cases.iter().zip(&ours) {
        println!("    {:>9.1?}  {}", at(times, 0.5), case.text.chars().take(60).collect::<String>());
    }
}
