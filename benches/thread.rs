//! What a growing archive costs the thread of the day: reading the first page of a thread of 10,000 comments, and
//! submitting a comment to it, through the whole path (router, session, gate, rules, commit), on both engines.
//!
//! Two stores stand side by side, one with that thread alone and one with 100,000 comments in other stories too. They
//! are asked in turn, so that a noisy machine slows both alike, and compared by their medians. Next to them stands what
//! the hardware sets: a page of 4 KiB appended to a file and synced.
//!
//! `cargo bench --bench thread`; `-- --quick` has a tenth of everything, to see that it runs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may fail, as a test may"
)]

#[expect(dead_code, reason = "the tests use all of it, the benchmark a part")]
#[expect(unused_imports, unused_macros, reason = "the tests use all of it, the benchmark a part")]
#[path = "../tests/it/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::time::{Duration, Instant};

use belowline::accounts;
use belowline::comments::{self, Planted, Seedling};
use belowline::kernel::{Actor, SignedIn, StoryId, Timestamp};
use belowline::stories::{self, StoryForm};
use serde_json::json;

use crate::support::{Caller, TestApp, World};

/// How much is stored and measured.
#[derive(Clone, Copy)]
struct Size {
    thread: usize,
    archive: usize,
    reads: usize,
    posts: usize,
}

const FULL: Size = Size { thread: 10_000, archive: 100_000, reads: 600, posts: 400 };
const QUICK: Size = Size { thread: 1_000, archive: 10_000, reads: 60, posts: 40 };

/// A store with its thread, and somebody who reads and posts.
struct Store {
    world: World,
    poster: Caller,
}

impl Store {
    async fn fill(app: TestApp, size: Size, archive: usize) -> Self {
        let world = World::new(app).await;
        let people = crowd(&world).await;
        plant(&world, world.story, &people, size.thread).await;
        for number in 0..archive / size.thread {
            let story = another_story(&world, number).await;
            plant(&world, story, &people, size.thread).await;
        }
        let poster = world.ann.clone();
        Self { world, poster }
    }

    async fn read(&self) -> Duration {
        let began = Instant::now();
        let page = self.world.anonymous.get(&self.world.thread()).await.is(200);
        let took = began.elapsed();
        assert_eq!(page["comments"].as_array().map(Vec::len), Some(30));
        took
    }

    async fn post(&self, number: usize) -> Duration {
        // The pace allows a burst of five, then one every ten seconds.
        self.world.app.clock.advance(Duration::from_secs(11));
        let body = json!({ "body": format!("The {number}th ferry of the day was late as well, and nobody said why.") });
        let began = Instant::now();
        self.poster.post(&self.world.thread(), body).await.is(201);
        began.elapsed()
    }
}

async fn crowd(world: &World) -> Vec<SignedIn> {
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    let members = accounts::seed_crowd(&mut work, 200).await.unwrap();
    let mut tokens = Vec::new();
    for member in &members {
        tokens.push(accounts::issue_session(&world.app, &mut work, member.account).await.unwrap());
    }
    work.commit().await.unwrap();
    let mut people = Vec::new();
    for token in &tokens {
        people.push(accounts::authenticate(&world.app, token).await.unwrap().unwrap().person);
    }
    people
}

async fn another_story(world: &World, number: usize) -> StoryId {
    let title = "harbour".parse().unwrap();
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    let form = StoryForm {
        url: format!("https://paper.example/archive/{number}"),
        headline: format!("From the archive, {number}"),
        section: "News".into(),
        published_at: work.now,
    };
    let (story, _) = stories::put(&mut work, &title, &format!("archive-{number}"), &form).await.unwrap();
    work.commit().await.unwrap();
    story.id
}

async fn plant(world: &World, story: StoryId, people: &[SignedIn], count: usize) {
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let story = stories::find(&mut work.tx, story).await.unwrap().unwrap();
    drop(work);
    let mut earlier: Vec<Planted> = Vec::new();
    for first in (0..count).step_by(1_000) {
        let seedlings: Vec<Seedling<'_>> = (first..count.min(first + 1_000))
            .map(|number| Seedling {
                author: &people[number % people.len()],
                body: format!(
                    "Remark {number}: the harbour wall has stood for longer than the council has argued about it."
                ),
                parent: (number % 5 > 2 && !earlier.is_empty()).then(|| earlier[number * 7 % earlier.len()]),
                recommended_by: people.iter().skip(number % 50).take(number % 4).collect(),
                at: Timestamp::from_millis(1_772_000_000_000 + number as i64),
            })
            .collect();
        earlier.extend(comments::plant(&world.app, &story, &seedlings).await.unwrap());
    }
}

/// A page appended to a file and on the disk: what no durable post can be quicker than.
fn synced_page(file: &mut std::fs::File) -> Duration {
    let began = Instant::now();
    file.write_all(&[7; 4096]).unwrap();
    file.sync_data().unwrap();
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn row(what: &str, small: Duration, large: Duration, limit: f64) {
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    let verdict = if ratio <= limit { "holds" } else { "MISSED" };
    println!("  {what:<22} {small:>10.1?} {large:>10.1?}  x{ratio:.2} (at most x{limit:.1}: {verdict})");
}

async fn measure(engine: &str, size: Size, small: TestApp, large: TestApp) {
    eprintln!("{engine}: filling a store of {} and one of {} …", size.thread, size.thread + size.archive);
    let small = Store::fill(small, size, 0).await;
    let large = Store::fill(large, size, size.archive).await;
    let mut file = tempfile::tempfile().unwrap();
    for _ in 0..size.reads / 10 {
        small.read().await;
        large.read().await;
    }
    let (mut reads, mut posts, mut syncs) = ((vec![], vec![]), (vec![], vec![]), vec![]);
    for _ in 0..size.reads {
        reads.0.push(small.read().await);
        reads.1.push(large.read().await);
    }
    for number in 0..size.posts {
        posts.0.push(small.post(number).await);
        posts.1.push(large.post(number).await);
        syncs.push(synced_page(&mut file));
    }
    println!("{engine}: medians with {} and {} comments stored", size.thread, size.thread + size.archive);
    row("first page, 30 roots", median(reads.0), median(reads.1), 1.2);
    let post = median(posts.0);
    row("submit", post, median(posts.1), 1.4);
    let sync = median(syncs);
    let times = post.as_secs_f64() / sync.as_secs_f64();
    println!("  {:<22} {sync:>10.1?}             a submit takes x{times:.1}", "4 KiB synced");
}

#[tokio::main]
async fn main() {
    let size = if std::env::args().any(|argument| argument == "--quick") { QUICK } else { FULL };
    measure("SQLite", size, TestApp::sqlite().await, TestApp::sqlite().await).await;
    measure("PostgreSQL", size, TestApp::postgres().await, TestApp::postgres().await).await;
}
