//! Trying 200 rules on a million stored comments, against what one core judges without a database.
//!
//! The history is a thousand comments as the program itself stores them, multiplied in SQLite; the rate of the whole job
//! on two threads is compared with twice the rate of one core in the same run, and the memory of its first tenth with
//! that of its end. `cargo bench --bench backtest`; `-- --quick` has a fiftieth.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may fail, as a test may"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod shared;
#[expect(dead_code, reason = "the tests use all of it, the benchmark a part")]
#[expect(unused_imports, unused_macros, reason = "the tests use all of it, the benchmark a part")]
#[path = "../tests/it/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use belowline::comments::{self, Period, Seedling};
use belowline::kernel::{Actor, Timestamp, TitleId};
use belowline::rulebook::backtest::{self, Driven};
use belowline::rulebook::{self, Publication};
use belowline::rules::{Facts, Trial, evaluate_with, rule_file, starter};
use belowline::{execute, fetch_one, stories};
use uuid::Uuid;

use crate::support::{TestApp, World};

const ORIGINALS: usize = 1_000;
const FULL: usize = 1_000_000;
const QUICK: usize = 20_000;

/// The starter's entries and invented words, ten thousand in all, none of which cites a clause.
fn word_list() -> String {
    let starter = belowline::rules::WordListSource::from_toml(starter::WORD_LIST).unwrap();
    let mut list = starter::WORD_LIST.trim_end().trim_end_matches(']').to_owned();
    for clause in starter.entries.iter().filter_map(|entry| entry.clause.as_ref()) {
        list = list.replace(&format!(", clause = \"{clause}\""), "");
    }
    for number in 0..10_000 - starter.entries.len() {
        let _ = writeln!(list, "    {{ text = \"{}\", severity = \"strong\" }},", shared::invented(number));
    }
    list + "]\n"
}

async fn filled(count: usize) -> World {
    let world = World::new(TestApp::sqlite().await).await;
    let title: TitleId = "harbour".parse().unwrap();
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let story = stories::find(&mut work.tx, world.story).await.unwrap().unwrap();
    drop(work);
    let signed_in = |caller: &support::Caller| caller.profile.clone().unwrap();
    let people = [signed_in(&world.ann), signed_in(&world.bob), signed_in(&world.cat)];
    let mut authors = Vec::new();
    for profile in &people {
        let token = world.app.token_of(profile.id).await;
        authors.push(belowline::accounts::authenticate(&world.app, &token).await.unwrap().unwrap().person);
    }
    let seedlings: Vec<Seedling<'_>> = (0..ORIGINALS)
        .map(|number| Seedling {
            author: &authors[number % authors.len()],
            body: format!("{number}. {}", shared::COMMENTS[number % 6]),
            parent: None,
            recommended_by: Vec::new(),
            at: Timestamp::from_millis(1_772_000_000_000 + number as i64 * 60_000),
        })
        .collect();
    comments::plant(&world.app, &story, &seedlings).await.unwrap();
    let list = word_list();
    rulebook::publish_word_list(&world.app, Actor::Operator, Publication::new(&title, &list)).await.unwrap();
    multiply(&world, count / ORIGINALS).await;
    world
}

/// Copies every comment with its verdict, the facts filled as of a busy title.
async fn multiply(world: &World, times: usize) {
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    let velocity = r#"{"in_story_count":3,"in_10_minutes_count":1,"in_hour_count":2}"#;
    let similar = serde_json::to_string(&belowline::rules::signals::SimilarFacts::default()).unwrap();
    let recent = serde_json::Value::from_iter((0..20_u64).map(|number| {
        serde_json::json!({ "fingerprint": number.wrapping_mul(0x9e37_79b9_7f4a_7c15), "at": "2026-02-25T12:00:00Z" })
    }));
    execute!(
        &mut work.tx,
        "update verdicts set facts = json_set(facts, '$.velocity', json($1), '$.similar', json($2),
           '$.author.recent_texts', json($3), '$.author.strike_count', 0, '$.author.days_subscribed', 800)",
        velocity,
        similar,
        recent.to_string()
    )
    .unwrap();
    work.commit().await.unwrap();
    for copy in 1..i64::try_from(times).unwrap() {
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        execute!(
            &mut work.tx,
            "insert into verdicts (id, title, comment, is_edit, outcome, findings, faults, facts, rule_set_version,
                                   engine_version, judged_at, shadow)
             select unhex(substr(hex(v.id), 1, 24) || printf('%08X', $1)), v.title,
                    unhex(substr(hex(v.comment), 1, 24) || printf('%08X', $1)), v.is_edit, v.outcome, v.findings, v.faults,
                    v.facts, v.rule_set_version, v.engine_version, v.judged_at, v.shadow
             from verdicts v join comments c on c.verdict = v.id where c.seq <= $2",
            copy,
            ORIGINALS as i64
        )
        .unwrap();
        execute!(
            &mut work.tx,
            "insert into comments (id, title, story, account, subscriber, is_staff, seq, changed_at_revision, revision, status,
                                   was_published, body, body_fingerprint, verdict, created_at, recommendation_count,
                                   reply_count, open_report_count)
             select unhex(substr(hex(id), 1, 24) || printf('%08X', $1)), title, story, account, subscriber, is_staff,
                    seq + $1 * $2, changed_at_revision, revision, status, was_published, body, body_fingerprint,
                    unhex(substr(hex(verdict), 1, 24) || printf('%08X', $1)), created_at + $1, 0, 0, 0
             from comments where seq <= $2",
            copy,
            ORIGINALS as i64
        )
        .unwrap();
        work.commit().await.unwrap();
    }
}

/// Resident memory, MiB.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// Verdicts a second of one core on the same facts, by the same rules, without a database.
async fn one_core(world: &World, drafts: &str) -> f64 {
    let title: TitleId = "harbour".parse().unwrap();
    let rules = rulebook::rule_set_of(&world.app, &title).await.unwrap();
    let trial = Trial::beside(&rules, rule_file::read(drafts).unwrap()).unwrap();
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let period = Period { since: Timestamp::from_millis(0), until: Timestamp::from_millis(i64::MAX) };
    let past = comments::past_comments(&mut work.tx, &title, period, None, 2_000).await.unwrap();
    let facts: Vec<Facts> = past.iter().map(|comment| comment.facts().unwrap()).collect();
    let began = Instant::now();
    let mut count = 0_u32;
    while began.elapsed() < Duration::from_secs(4) {
        for facts in &facts {
            black_box(evaluate_with(&rules, &trial, black_box(facts)));
            count += 1;
        }
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let count = if std::env::args().any(|argument| argument == "--quick") { QUICK } else { FULL };
    eprintln!("storing {count} comments …");
    let world = filled(count).await;
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let (stored,) = fetch_one!(&mut work.tx, (i64,), "select count(*) from comments").unwrap();
    drop(work);
    let drafts = shared::rule_file("harbour-abuse");
    let before = one_core(&world, &drafts).await;
    let period =
        Period { since: Timestamp::from_millis(1_771_000_000_000), until: Timestamp::from_millis(1_773_000_000_000) };
    let title: TitleId = "harbour".parse().unwrap();
    let lease = Uuid::from_u128(1);
    let asked =
        backtest::request(&world.app, Actor::Operator, Some(&title), &drafts, period, Some(lease)).await.unwrap();
    let mut early = None;
    let mut progress = |progress: backtest::Progress| {
        if progress.examined * 10 >= progress.total && early.is_none() {
            early = Some(memory());
        }
    };
    let stop = AtomicBool::new(false);
    let two = NonZeroUsize::new(2).unwrap();
    let Driven::Done(report) = backtest::drive(&world.app, asked.id, lease, two, &stop, &mut progress).await.unwrap()
    else {
        panic!("not done")
    };
    let after = one_core(&world, &drafts).await;
    let (one, rate) = (f64::midpoint(before, after), report.examined as f64 / report.seconds);
    let (early, late) = (early.unwrap_or(0.0), memory());
    println!("{} of {stored} comments, 10,000 entries, 200 rules, {:.1} s", report.examined, report.seconds);
    println!("  comments a second, two cores    {rate:>9.0}  (at least 30,000)");
    println!("  verdicts a second, one core     {one:>9.0}");
    println!("  share of twice that             {:>8.0} %  (at least 60 %)", 100.0 * rate / (2.0 * one));
    println!("  memory at a tenth, at the end   {early:>5.0} MiB, {late:.0} MiB");
}
