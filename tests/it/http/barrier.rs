//! The ban barrier: nothing by a banned subscriber commits after the ban has committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use belowline::kernel::{Actor, Limit};
use belowline::{bans, comments};
use serde_json::{Value, json};

use crate::support::{Caller, TestApp, World};

/// How many rounds; the soak asks for more.
fn rounds() -> usize {
    std::env::var("BELOWLINE_BAN_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Acts until told to stop; answers how many acts were accepted that began after the ban's answer.
async fn act(
    caller: Caller,
    paths: Vec<String>,
    kind: usize,
    is_banned: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
) -> usize {
    let (mut late, mut turn) = (0, 0_u64);
    while !stop.load(Ordering::SeqCst) {
        turn += 1;
        let began_after = is_banned.load(Ordering::SeqCst);
        let body = format!("Racing thought {kind} {turn} {}", if turn % 2 == 0 { "even" } else { "odd" });
        let answer = match kind {
            0 => caller.post(&paths[0], json!({ "body": body })).await,
            1 => caller.post(&paths[0], json!({ "body": body, "parent": paths[3] })).await,
            2 if turn % 2 == 0 => caller.put(&paths[1], Value::Null).await,
            2 => caller.delete(&paths[1]).await,
            _ => {
                let revision = caller.get(&paths[2]).await.body["revision"].clone();
                caller.patch(&paths[2], json!({ "body": body, "revision": revision })).await
            }
        };
        assert!(answer.status.as_u16() < 500, "{answer:?}");
        late += usize::from(began_after && answer.status.is_success());
        tokio::task::yield_now().await;
    }
    late
}

/// Everything of Ann's that a write would change: her comments with texts and revisions, and what she recommends.
async fn traces(world: &World, ann: &Caller) -> String {
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let account = ann.profile.as_ref().unwrap().id;
    let mut text = String::new();
    let mut before = None;
    loop {
        let page = comments::list_of_account(&mut work.tx, account, before, Limit::new(100).unwrap()).await.unwrap();
        for comment in &page.items {
            text.push_str(&format!("{} {} {}\n", comment.id, comment.revision, comment.body));
        }
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let person = world.app.signed_in(account).await;
    drop(work);
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let mine = comments::mine(&mut work.tx, &person, world.story).await.unwrap();
    text.push_str(&format!("{:?}", mine.recommended));
    text
}

/// A pace that does not slow the race down, and one moderator's bans of hours in seconds.
const UNPACED: &[(&str, &str)] =
    &[("comments.burst", "100"), ("comments.seconds_per_comment", "1"), ("staff.destructive_per_10_minutes", "10000")];

mod a_ban_is_a_barrier_to_comments_already_in_flight {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        race(TestApp::sqlite_with(UNPACED).await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        race(TestApp::postgres_with(UNPACED).await).await;
    }
}

async fn race(app: TestApp) {
    let world = World::new(app).await;
    let other = world.comment(&world.bob, "A comment to race around.").await["id"].as_str().unwrap().to_owned();
    for round in 0..rounds() {
        let profile = world.app.subscribing(&format!("Racer {round}x")).await;
        let ann = world.caller(profile).await;
        let own = world.comment(&ann, &format!("My own of round {round}.")).await["id"].as_str().unwrap().to_owned();
        let paths = vec![
            world.thread(),
            format!("/api/v1/comments/{other}/recommendation"),
            format!("/api/v1/comments/{own}"),
            other.clone(),
        ];
        let (is_banned, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let mut racers = tokio::task::JoinSet::new();
        for kind in 0..4 {
            racers.spawn(act(ann.clone(), paths.clone(), kind, is_banned.clone(), stop.clone()));
        }
        tokio::task::yield_now().await;
        world.ban(&ann).await;
        let at_the_ban = traces(&world, &ann).await;
        is_banned.store(true, Ordering::SeqCst);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let refused = ann.post(&world.thread(), json!({ "body": "After the ban." })).await;
        refused.refused(403, "banned");
        stop.store(true, Ordering::SeqCst);
        while let Some(late) = racers.join_next().await {
            assert_eq!(late.unwrap(), 0, "round {round}");
        }
        assert_eq!(traces(&world, &ann).await, at_the_ban, "round {round}");
    }
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let now = work.now;
    assert_eq!(bans::count_in_force(&mut work.tx, now).await.unwrap(), i64::try_from(rounds()).unwrap());
}
