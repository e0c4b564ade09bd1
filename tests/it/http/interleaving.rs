//! Gate, bans, billing and links at once: every answer is one that some order of what ran at the same time gives.
//!
//! Whoever acts notes when each act began and when it was answered, on one clock that only counts. What closes the gate
//! surely holds from its answer until what opens it begins, and may hold from its own beginning until that is answered.
//! A comment that was taken fits into no sure closure whole; one that was refused overlaps a possible one of its reason.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use belowline::accounts::{self, LinkKey};
use belowline::kernel::Actor;
use belowline::subscriptions::billing;
use serde_json::json;

use crate::support::{Caller, TestApp, World};

const ISSUER: &str = "https://login.example";
const UNPACED: &[(&str, &str)] = &[
    ("comments.burst", "100"),
    ("comments.seconds_per_comment", "1"),
    ("comments.repeat_minutes", "0"),
    ("staff.destructive_per_10_minutes", "10000"),
];
const ROUNDS: usize = 12;
/// How long the gate is closed and open at most, in microseconds: long enough for comments to come through.
const CLOSED: u64 = 4_000;
const OPEN: u64 = 60_000;

/// When something began, and when it was answered.
type Span = (u64, u64);

/// From when to when something held: `Sure` inside, `Maybe` around it.
#[derive(Clone, Copy, Debug)]
struct Closure {
    begun: Span,
    /// Nothing while it still holds.
    ended: Option<Span>,
}

impl Closure {
    fn surely_holds_all(&self, (from, to): Span) -> bool {
        self.begun.1 <= from && self.ended.is_none_or(|(begin, _)| to <= begin)
    }

    fn may_hold_at_some_time(&self, (from, to): Span) -> bool {
        self.begun.0 <= to && self.ended.is_none_or(|(_, end)| from <= end)
    }
}

#[derive(Clone)]
struct Stage {
    world: Arc<World>,
    ticks: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    seconds: Arc<AtomicI64>,
    messages: Arc<AtomicU64>,
}

impl Stage {
    fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    async fn timed<T>(&self, act: impl Future<Output = T>) -> (Span, T) {
        let begin = self.tick();
        let done = act.await;
        ((begin, self.tick()), done)
    }

    /// Billing says that the subscription of `subject` has `status`, a second after whatever it said before.
    async fn tell(&self, subject: &str, status: &str, card: Option<&str>) {
        let at = self.seconds.fetch_add(1, Ordering::SeqCst);
        let message = format!("m{}", self.messages.fetch_add(1, Ordering::SeqCst));
        let event = json!({ "type": "subscription.updated", "timestamp": at, "data": { "issuer": ISSUER, "subject": subject,
            "subscription": format!("sub-{subject}"), "customer": format!("cus-{subject}"), "payment_fingerprint": card,
            "status": status, "valid_until": null } });
        let keys = &self.world.app.keys;
        let told = billing::read_neutral(keys, &message, event.to_string().as_bytes()).unwrap().unwrap();
        let mut work = self.world.app.write(Actor::Job("test")).await.unwrap();
        billing::take(&mut work, keys, &told).await.unwrap();
        work.commit().await.unwrap();
    }

    /// Somebody whose subscription billing tells.
    async fn payer(&self, name: &str, subject: &str) -> Caller {
        let profile = self.world.app.account(name).await;
        let mut work = self.world.app.write(Actor::Job("test")).await.unwrap();
        let key = LinkKey::identity(&self.world.app.keys, ISSUER, subject);
        accounts::link(&mut work, profile.subscriber, &[key]).await.unwrap();
        work.commit().await.unwrap();
        self.tell(subject, "active", None).await;
        self.world.caller(profile).await
    }

    /// Lets others go on for a while that differs from turn to turn, at most so many microseconds.
    async fn breathe(&self, turn: u64, most: u64) {
        tokio::time::sleep(Duration::from_micros(turn.wrapping_mul(2_654_435_761) % most)).await;
    }
}

/// Posts until told to stop; answers when each comment was on its way, and why it was refused.
async fn post(stage: Stage, caller: Caller, number: usize) -> Vec<(Span, Option<String>)> {
    let mut seen = Vec::new();
    while !stage.is_over() {
        let body = json!({ "body": format!("Thought {} of voice {number} on the harbour.", seen.len()) });
        let (span, answer) = stage.timed(caller.post(&stage.world.thread(), body)).await;
        match (answer.status.as_u16(), answer.body["code"].as_str()) {
            (201, _) => seen.push((span, None)),
            (403, Some(code)) => seen.push((span, Some(code.to_owned()))),
            _ => panic!("{answer:?}"),
        }
    }
    seen
}

async fn ban_and_lift(stage: Stage, subscriber: String) -> Vec<Closure> {
    let (mut closures, mut turn) = (Vec::new(), 1);
    while !stage.is_over() {
        let ban = json!({ "privileges": ["comment", "reply"], "clause": "harbour-abuse", "until": null });
        let path = format!("/api/v1/subscribers/{subscriber}/bans");
        let (begun, answer) = stage.timed(stage.world.mo.post(&path, ban)).await;
        let id = answer.is(201)["ban"]["id"].as_str().unwrap().to_owned();
        stage.breathe(turn, CLOSED).await;
        let path = format!("/api/v1/bans/{id}/lift");
        let lift = stage.world.mo.post(&path, json!({ "reason": "Enough." }));
        let (ended, answer) = stage.timed(lift).await;
        answer.is(200);
        closures.push(Closure { begun, ended: Some(ended) });
        stage.breathe(turn + 1, OPEN).await;
        turn += 2;
    }
    closures
}

async fn lapse_and_renew(stage: Stage, subject: String) -> Vec<Closure> {
    let (mut closures, mut turn) = (Vec::new(), 7);
    while !stage.is_over() {
        let (begun, ()) = stage.timed(stage.tell(&subject, "lapsed", None)).await;
        stage.breathe(turn, CLOSED).await;
        let (ended, ()) = stage.timed(stage.tell(&subject, "active", None)).await;
        closures.push(Closure { begun, ended: Some(ended) });
        stage.breathe(turn + 1, OPEN).await;
        turn += 2;
    }
    closures
}

async fn race(app: TestApp) {
    let now = app.now().as_millis() / 1_000;
    let mut stage = Stage {
        world: Arc::new(World::new(app).await),
        ticks: Arc::default(),
        stop: Arc::default(),
        seconds: Arc::new(AtomicI64::new(now - 1_000_000)),
        messages: Arc::default(),
    };
    let (mut taken, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        stage.stop = Arc::default();
        let (subject, other) = (format!("one-{round}"), format!("two-{round}"));
        let one = stage.payer(&format!("First voice {round}x"), &subject).await;
        let two = stage.payer(&format!("Second voice {round}x"), &other).await;
        // The second one has a card and a ban that nobody lifts; the first will pay with that card.
        let card = format!("card-{round}");
        stage.tell(&other, "active", Some(&card)).await;
        stage.world.ban(&two).await;

        let posters: Vec<_> = (0..3).map(|number| tokio::spawn(post(stage.clone(), one.clone(), number))).collect();
        let bans = tokio::spawn(ban_and_lift(stage.clone(), one.subscriber()));
        let bills = tokio::spawn(lapse_and_renew(stage.clone(), subject.clone()));
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (joined, ()) = stage.timed(stage.tell(&subject, "active", Some(&card))).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
        stage.stop.store(true, Ordering::SeqCst);

        let mut banned = bans.await.unwrap();
        banned.push(Closure { begun: joined, ended: None });
        let lapsed = bills.await.unwrap();
        for poster in posters {
            for (span, reason) in poster.await.unwrap() {
                let story = || format!("round {round}, {span:?}, {reason:?}\nbans {banned:?}\nlapses {lapsed:?}");
                match reason.as_deref() {
                    None => {
                        taken += 1;
                        let mut closures = banned.iter().chain(&lapsed);
                        assert!(!closures.any(|closure| closure.surely_holds_all(span)), "{}", story());
                    }
                    Some(reason) => {
                        refused += 1;
                        let closures = if reason == "banned" { &banned } else { &lapsed };
                        assert!(matches!(reason, "banned" | "not_subscribed"), "{}", story());
                        assert!(closures.iter().any(|closure| closure.may_hold_at_some_time(span)), "{}", story());
                    }
                }
            }
        }
        one.post(&stage.world.thread(), json!({ "body": "After all that." })).await.refused(403, "banned");
    }
    println!("{taken} comments taken, {refused} refused, each as some order allows");
    assert!(taken > ROUNDS && refused > ROUNDS, "{taken} taken and {refused} refused prove nothing");
}

mod every_answer_is_one_that_some_order_gives {
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
