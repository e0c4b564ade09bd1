//! Who listens hears whose privileges changed, on the same node and on others, and nothing of what never happened.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use belowline::app::App;
use belowline::jobs;
use belowline::kernel::{Actor, SubscriberId};
use belowline::live::{Change, Heard, Listener};
use belowline::{accounts, fetch_one};
use serde_json::json;

use crate::support::{MemoryMailer, World, both_engines};

/// What was told so far.
async fn told(listener: &mut Listener) -> Vec<SubscriberId> {
    let mut persons = Vec::new();
    while let Ok(heard) = tokio::time::timeout(Duration::from_millis(20), listener.next()).await {
        match heard {
            Some(Heard::Change(Change::Privileges { person })) => persons.push(person),
            other => panic!("{other:?}"),
        }
    }
    persons.sort_unstable();
    persons
}

async fn count_noted(app: &App) -> i64 {
    let mut work = app.read(Actor::Operator).await.unwrap();
    fetch_one!(&mut work.tx, (i64,), "select count(*) from changes").unwrap().0
}

both_engines! {
    async fn a_ban_and_its_end_are_told_on_every_node_once(app: TestApp) {
        let world = World::new(app).await;
        let other = world.app.another_node(Arc::new(MemoryMailer::default()));
        let (mut here, mut there) = (world.app.live.listen(), other.live.listen());
        let ann: SubscriberId = world.ann.subscriber().parse().unwrap();
        let ban = world.ban(&world.ann).await;
        assert_eq!(told(&mut here).await, [ann]);
        assert_eq!(told(&mut there).await, []);
        jobs::run_once(&other).await.unwrap();
        jobs::run_once(&other).await.unwrap();
        jobs::run_once(&world.app).await.unwrap();
        assert_eq!((told(&mut here).await, told(&mut there).await), (vec![], vec![ann]));

        let lift = format!("/api/v1/bans/{}/lift", ban["id"].as_str().unwrap());
        world.mo.post(&lift, json!({ "reason": "A mistake." })).await.is(200);
        world.mo.post(&lift, json!({ "reason": "A mistake." })).await.refused(409, "conflict");
        assert_eq!(told(&mut here).await, [ann]);
        // However late it looks, the other node misses nothing.
        world.app.clock.advance(Duration::from_secs(600));
        jobs::run_once(&other).await.unwrap();
        assert_eq!(told(&mut there).await, [ann]);
        world.app.clock.advance(Duration::from_secs(3_600));
        jobs::run_once(&other).await.unwrap();
        assert_eq!((told(&mut there).await, count_noted(&world.app).await), (vec![], 0));
    }

    async fn a_warning_and_its_acknowledgement_are_told(app: TestApp) {
        let world = World::new(app).await;
        let mut here = world.app.live.listen();
        let ann: SubscriberId = world.ann.subscriber().parse().unwrap();
        let form = json!({ "kind": "warning", "clause": "harbour-abuse" });
        let path = format!("/api/v1/subscribers/{}/warnings", world.ann.subscriber());
        let warning = world.mo.post(&path, form).await.is(201)["warning"].clone();
        assert_eq!(told(&mut here).await, [ann]);
        let path = format!("/api/v1/me/warnings/{}/acknowledge", warning["id"].as_str().unwrap());
        world.ann.send(Method::POST, &path, None, None).await.is(200);
        world.ann.send(Method::POST, &path, None, None).await.is(200);
        assert_eq!(told(&mut here).await, [ann]);
    }

    async fn who_becomes_one_person_is_told_under_both_names_and_a_rollback_tells_nothing(app: TestApp) {
        let world = World::new(app).await;
        let mut here = world.app.live.listen();
        let (ann, bob): (SubscriberId, SubscriberId) =
            (world.ann.subscriber().parse().unwrap(), world.bob.subscriber().parse().unwrap());
        let mut both = [ann, bob];
        both.sort_unstable();
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        accounts::join(&mut work, ann, bob, "never").await.unwrap();
        drop(work);
        assert_eq!(told(&mut here).await, []);
        assert_eq!(count_noted(&world.app).await, 0);
        for _ in 0..2 {
            let mut work = world.app.write(Actor::Operator).await.unwrap();
            let act = accounts::join(&mut work, ann, bob, "one card").await.unwrap();
            work.commit().await.unwrap();
            assert_eq!(told(&mut here).await, both);
            let mut work = world.app.write(Actor::Operator).await.unwrap();
            accounts::undo_reorder(&mut work, act).await.unwrap();
            work.commit().await.unwrap();
            assert_eq!(told(&mut here).await, both);
        }
    }
}
