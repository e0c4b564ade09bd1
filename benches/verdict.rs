//! A whole verdict: normalising, 10,000 words, 200 rules with their facts, language, personal data and classifier, on
//! comments of about 500 characters, against `rustrict` analysing the same texts.
//!
//! Both are asked in turn in one run on one core, so that a noisy machine slows both alike. `cargo bench --bench verdict`.
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
    let rules = shared::conditions().into_iter().enumerate().map(|(number, source)| Rule {
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
    let (mut ours, mut theirs, mut normal) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for case in &cases {
            ours.push(timed(|| drop(black_box(evaluate(&rules, black_box(case))))));
            theirs.push(timed(|| {
                black_box(Censor::from_str(black_box(&case.text)).analyze());
            }));
            normal.push(timed(|| drop(black_box(rules.read(black_box(&case.text))))));
        }
    }
    let mean = |times: &[Duration]| times.iter().sum::<Duration>() / u32::try_from(times.len()).unwrap();
    let (our_mean, their_mean, read_mean) = (mean(&ours), mean(&theirs), mean(&normal));
    // Each text by itself, so that the spread is the machine's and the engine's, not that of longer and shorter comments.
    let spread = |text: usize| {
        let mut times: Vec<Duration> = ours.iter().skip(text).step_by(cases.len()).copied().collect();
        times.sort_unstable();
        at(&times, 0.99).as_secs_f64() / at(&times, 0.5).as_secs_f64()
    };
    let mut all = ours.clone();
    all.sort_unstable();
    println!("comments of {chars} characters, 10,000 entries, 200 rules");
    println!("  verdicts a core-second          {:>9.0}  (at least 20,000)", 1.0 / our_mean.as_secs_f64());
    println!(
        "  rustrict / a verdict            {:>9.2}  (at least 2.5)",
        their_mean.as_secs_f64() / our_mean.as_secs_f64()
    );
    println!(
        "  p99 / p50 over all texts        {:>9.2}  (at most 3)",
        at(&all, 0.99).as_secs_f64() / at(&all, 0.5).as_secs_f64()
    );
    println!("  p99 / p50 of one text, worst    {:>9.2}", (0..cases.len()).map(spread).fold(0.0, f64::max));
    println!("  of it words and classifier      {:>8.0} %", 100.0 * read_mean.as_secs_f64() / our_mean.as_secs_f64());
    for (case, text) in cases.iter().zip(0..) {
        let mut times: Vec<Duration> = ours.iter().skip(text).step_by(cases.len()).copied().collect();
        times.sort_unstable();
        println!("    {:>9.1?}  {}", at(&times, 0.5), case.text.chars().take(60).collect::<String>());
    }
}
