//! T12: whatever billing systems send, three times and in any order, with what others forge, hold back, break and replay
//! between it, comes to what a clerk says who wrote each fact down once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use belowline::accounts::{self, LinkKey};
use belowline::kernel::Actor;
use belowline::subscriptions::billing;
use serde_json::{Value, json};

use super::clerk::Reader;
use super::messages::{Drawn, Message};
use super::{Headers, ISSUER, SETTINGS, deliver, neutral_headers, stripe_headers};
use crate::support::{Answer, TestApp, World};

/// How many messages are on their way at once.
const AT_ONCE: usize = 8;

/// A message with its headers, and what has to be answered.
#[derive(Clone)]
struct Delivery {
    path: &'static str,
    headers: Headers,
    body: String,
    answer: &'static str,
}

fn signed(app: &TestApp, message: &Message, late: i64) -> Delivery {
    let time = app.now().as_millis() / 1_000 - late;
    let Message { is_stripe, id, body } = message.clone();
    let (path, headers) = if is_stripe {
        ("/webhooks/stripe", stripe_headers(["whsec_old", "whsec_new"][id.len() % 2], time, &body))
    } else {
        ("/webhooks/billing", neutral_headers(b"hello", &id, time, &body))
    };
    Delivery { path, headers, body, answer: if late > 300 { "stale_signature" } else { "taken" } }
}

/// What somebody would send who wants a subscription to be what it is not, or nothing at all.
fn hostile(app: &TestApp, number: usize, message: &Message) -> Delivery {
    // Later than everything, and in another word: whatever is believed of it is seen.
    let (id, at) = (format!("{}_x", message.id), app.now().as_millis() / 1_000 + 200);
    let mut told: Value = serde_json::from_str(&message.body).unwrap();
    if message.is_stripe {
        (told["id"], told["created"]) = (json!(id), json!(at));
        let status = &mut told["data"]["object"]["status"];
        *status = json!(if *status == "active" { "canceled" } else { "active" });
    } else {
        told["timestamp"] = json!(at);
        told["data"]["status"] = json!(if told["data"]["status"] == "active" { "lapsed" } else { "active" });
    }
    let wished = Message { id, body: told.to_string(), ..message.clone() };
    let time = app.now().as_millis() / 1_000;
    match number % 5 {
        0 => Delivery {
            headers: if message.is_stripe {
                stripe_headers("whsec_forged", time, &wished.body)
            } else {
                neutral_headers(b"forged", &wished.id, time, &wished.body)
            },
            answer: "bad_signature",
            ..signed(app, &wished, 0)
        },
        1 => signed(app, &wished, 301),
        // The signature of another body.
        2 => Delivery { body: wished.body, answer: "bad_signature", ..signed(app, message, 0) },
        3 => {
            let body = wished.body[..wished.body.len() / 2].to_owned();
            Delivery { answer: "malformed", ..signed(app, &Message { body, ..wished }, 0) }
        }
        _ => {
            told["type"] = json!("quantum.leapt");
            Delivery { answer: "ignored", ..signed(app, &Message { body: told.to_string(), ..wished }, 0) }
        }
    }
}

fn short(answer: &Answer) -> String {
    let told = if answer.status == 200 { &answer.body["result"] } else { &answer.body["code"] };
    told.as_str().unwrap_or("nothing").to_owned()
}

/// Sends them, some at once; answers how often what was answered.
async fn send_all(router: &Router, deliveries: Vec<Delivery>) -> BTreeMap<String, usize> {
    let (deliveries, next) = (Arc::new(deliveries), Arc::new(AtomicUsize::new(0)));
    let workers = (0..AT_ONCE).map(|_| {
        let (router, deliveries, next) = (router.clone(), deliveries.clone(), next.clone());
        tokio::spawn(async move {
            let mut answers: BTreeMap<String, usize> = BTreeMap::new();
            while let Some(one) = deliveries.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = deliver(&router, one.path, &one.headers, &one.body).await;
                let told = short(&answer);
                let is_taken = answer.status == 200 && ["applied", "waits", "known"].contains(&told.as_str());
                let is_right = if one.answer == "taken" { is_taken } else { told == one.answer };
                assert!(is_right, "{} and not {} {told}: {}", one.answer, answer.status, one.body);
                *answers.entry(told).or_default() += 1;
            }
            answers
        })
    });
    let mut sum: BTreeMap<String, usize> = BTreeMap::new();
    for worker in workers.collect::<Vec<_>>() {
        for (told, count) in worker.await.unwrap() {
            *sum.entry(told).or_default() += count;
        }
    }
    sum
}

/// Asks what moderators are told of these readers, and the clerk; answers how often which status stands.
async fn compare(world: &World, readers: &[Reader]) -> BTreeMap<String, usize> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for reader in readers {
        let mut work = world.app.read(Actor::Job("test")).await.unwrap();
        let key = LinkKey::identity(&world.app.keys, ISSUER, &reader.subject);
        let subscriber = accounts::find_by_key(&mut work.tx, &key).await.unwrap();
        drop(work);
        assert_eq!(subscriber.is_some(), reader.is_known, "{reader:#?}");
        let Some(subscriber) = subscriber else { continue };
        let card = world.admin.get(&format!("/api/v1/moderation/subscribers/{subscriber}")).await.is(200);
        let of = |one: &Value| json!({ "source": one["source"], "status": one["status"], "valid_until": one["valid_until"], "plan": one["plan"] });
        let mut held: Vec<String> =
            card["subscriptions"].as_array().unwrap().iter().map(|one| of(one).to_string()).collect();
        held.sort_unstable();
        assert_eq!(held, reader.expected(), "{reader:#?}");
        for one in card["subscriptions"].as_array().unwrap() {
            *seen.entry(one["status"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    seen
}

async fn count_waiting(world: &World) -> usize {
    let (mut after, mut count) = (None, 0);
    loop {
        let limit = belowline::kernel::Limit::new(100).unwrap();
        let mut work = world.app.read(Actor::Job("test")).await.unwrap();
        let page = billing::list_waiting(&mut work.tx, after, limit).await.unwrap();
        count += page.items.len();
        after = page.next;
        if after.is_none() {
            return count;
        }
    }
}

async fn storm(app: TestApp, count: usize) {
    let started = Instant::now();
    let world = World::new(app).await;
    let router = belowline::http::router(world.app.app.clone());
    let drawn = Drawn::new(count, world.app.now().as_millis() / 1_000 - 1_000);
    let mut deliveries = Vec::new();
    for (number, message) in drawn.messages.iter().enumerate() {
        let good = signed(&world.app, message, 0);
        deliveries.extend([good.clone(), good.clone(), good]);
        if number % 2 == 0 {
            deliveries.push(hostile(&world.app, number / 2, message));
        }
    }
    for place in (1..deliveries.len()).rev() {
        deliveries.swap(place, drawn.below(place + 1));
    }
    let replayed: Vec<Delivery> = deliveries
        .iter()
        .filter(|one| one.answer == "taken")
        .take(200)
        .map(|one| Delivery { answer: "stale_signature", ..one.clone() })
        .collect();
    let sent = deliveries.len();
    let answers = send_all(&router, deliveries).await;
    let took = started.elapsed();
    let told = drawn.messages.len();
    let of = |name: &str| answers.get(name).copied().unwrap_or_default();
    assert_eq!(of("known"), 2 * told, "every message counts once: {answers:?}");
    assert_eq!(of("applied") + of("waits"), told, "{answers:?}");
    let seen = compare(&world, &drawn.readers).await;
    assert_eq!(seen.len(), 7, "every status is reached: {seen:?}");
    assert!(drawn.waiting > 0);
    assert_eq!(count_waiting(&world).await, drawn.waiting);
    // What was signed before is no more believed when it is old, and signed anew it is still the same message.
    world.app.clock.advance(Duration::from_secs(301));
    send_all(&router, replayed).await;
    let anew = drawn.messages.iter().take(200).map(|message| signed(&world.app, message, 0)).collect();
    assert_eq!(send_all(&router, anew).await, BTreeMap::from([("known".to_owned(), 200)]));
    compare(&world, &drawn.readers[..100]).await;
    println!(
        "T12: {told} messages about {} readers, {sent} deliveries in {:.1} s, {:.1} s in all; {answers:?}; {seen:?}; {} wait",
        drawn.readers.len(),
        took.as_secs_f64(),
        started.elapsed().as_secs_f64(),
        drawn.waiting
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t12_ten_thousand_messages_come_to_what_the_clerk_says_on_sqlite() {
    storm(TestApp::sqlite_with(&SETTINGS).await, 10_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t12_messages_come_to_what_the_clerk_says_on_postgres() {
    storm(TestApp::postgres_with(&SETTINGS).await, 1_500).await;
}
