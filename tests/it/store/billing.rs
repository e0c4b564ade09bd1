//! What billing systems tell, in any order and any number of times, comes to what a plain model says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use belowline::accounts::{self, LinkKey};
use belowline::kernel::{Actor, Ids, SubscriberId};
use belowline::subscriptions::billing::{self, BillingEvent, Taken};
use belowline::subscriptions::{self, Entitlement, Policy};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::http::webhooks::{SETTINGS, stripe_to};
use crate::support::{TestApp, World, both_engines};

const JOB: Actor = Actor::Job("test");
const ISSUER: &str = "https://login.example";

async fn take(app: &TestApp, told: &BillingEvent) -> Taken {
    let mut work = app.write(JOB).await.unwrap();
    let taken = billing::take(&mut work, &app.keys, told).await.unwrap();
    work.commit().await.unwrap();
    taken
}

fn stripe(app: &TestApp, id: &str, at: i64, kind: &str, object: Value) -> BillingEvent {
    let event = json!({ "id": id, "type": kind, "created": at, "data": { "object": object } });
    billing::read_stripe(&app.keys, event.to_string().as_bytes(), false).unwrap().unwrap()
}

async fn subscriber_of(app: &TestApp, subject: &str) -> SubscriberId {
    let key = LinkKey::identity(&app.keys, ISSUER, subject);
    accounts::find_by_key(&mut app.read(JOB).await.unwrap().tx, &key).await.unwrap().unwrap()
}

async fn entitlement_of(app: &TestApp, subject: &str) -> Entitlement {
    let subscriber = subscriber_of(app, subject).await;
    let mut work = app.read(JOB).await.unwrap();
    let now = work.now;
    subscriptions::entitlement_of(&mut work.tx, subscriber, &Policy::default(), now).await.unwrap()
}

/// One of `count` customers, each with a subscription, an invoice for every third second, and a charge for each invoice.
struct Customer {
    number: usize,
    events: Vec<(i64, &'static str, Value)>,
}

const STATUSES: [&str; 6] = ["active", "past_due", "canceled", "paused", "unpaid", "trialing"];

impl Customer {
    fn draw(ids: &Ids, number: usize, begin: i64) -> Self {
        let (customer, subscription) = (format!("cus_{number}"), format!("sub_{number}"));
        let metadata = json!({ "issuer": ISSUER, "subject": number.to_string() });
        let mut events = vec![(begin, "customer.created", json!({ "id": customer, "metadata": metadata }))];
        for step in 0..9 {
            let at = begin + i64::try_from(ids.below(40)).unwrap();
            let (invoice, charge) = (format!("in_{number}_{step}"), format!("ch_{number}_{step}"));
            let told = match ids.below(8) {
                0..=3 => {
                    let status = STATUSES[usize::try_from(ids.below(6)).unwrap()];
                    let end = begin + 1_000_000;
                    let object = if ids.below(2) == 0 {
                        json!({ "id": subscription, "customer": customer, "status": status, "current_period_end": end })
                    } else {
                        json!({ "id": subscription, "customer": customer, "status": status,
                                "items": { "data": [{ "current_period_end": end, "price": { "id": "price_1" } }] } })
                    };
                    (at, "customer.subscription.updated", object)
                }
                4 => (
                    at,
                    "invoice.paid",
                    json!({ "id": invoice, "customer": customer, "parent": {
                        "subscription_details": { "subscription": subscription } } }),
                ),
                5 => (at, "charge.refunded", json!({ "id": charge, "customer": customer, "refunded": true })),
                6 => {
                    let status = ["needs_response", "won", "lost"][usize::try_from(ids.below(3)).unwrap()];
                    events.push((at, "charge.succeeded", json!({ "id": charge, "customer": customer })));
                    (
                        at,
                        "charge.dispute.updated",
                        json!({ "id": format!("dp_{number}_{step}"), "charge": charge, "status": status }),
                    )
                }
                _ => (
                    at,
                    "payment_method.attached",
                    json!({ "id": format!("pm_{number}"), "customer": customer,
                        "card": { "fingerprint": format!("card-{number}") } }),
                ),
            };
            events.push(told);
        }
        Self { number, events }
    }

    /// What a clerk with the whole file before them would say.
    fn expected(&self) -> Option<Entitlement> {
        let said = self.events.iter().filter(|(_, kind, _)| *kind == "customer.subscription.updated");
        let latest = said.clone().map(|(at, _, _)| *at).max()?;
        let worst = |status: &str| match status {
            "canceled" | "unpaid" | "trialing" => (0, Entitlement::Lapsed),
            "paused" => (1, Entitlement::Paused),
            "past_due" => (2, Entitlement::PastDue),
            _ => (3, Entitlement::Active),
        };
        let at_last =
            said.filter(|(at, _, _)| *at == latest).map(|(_, _, object)| worst(object["status"].as_str().unwrap()));
        let (_, entitlement) = at_last.min_by_key(|(rank, _)| *rank)?;
        let paid = self.events.iter().filter(|(_, kind, _)| *kind == "invoice.paid").map(|(at, _, _)| *at).max();
        let stands = |at: i64| paid.is_none_or(|paid| at >= paid);
        let mut disputes: BTreeMap<&str, (i64, bool)> = BTreeMap::new();
        for (at, kind, object) in &self.events {
            if *kind == "charge.dispute.updated" {
                let told = (*at, object["status"] != "won");
                let known = disputes.entry(object["charge"].as_str().unwrap()).or_insert(told);
                *known = told.max(*known);
            }
        }
        if disputes.values().any(|(at, is_open)| *is_open && stands(*at)) {
            return Some(Entitlement::ChargedBack);
        }
        if self.events.iter().any(|(at, kind, _)| *kind == "charge.refunded" && stands(*at)) {
            return Some(Entitlement::Refunded);
        }
        Some(entitlement)
    }
}

/// What a delivery is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivery {
    Signed,
    Forged,
    Stale,
}

/// Delivers everything three times over, in any order and eight at a time, and in between what nobody signed, or signed too long
/// ago; all of these would change what a subscription is.
async fn chaos(app: TestApp, count: usize) {
    let ids = Ids::seeded(7);
    let begin = app.now().as_millis() / 1_000 - 1_000;
    let body = |id: String, at: i64, kind: &str, object: &Value| {
        Arc::<str>::from(json!({ "id": id, "type": kind, "created": at, "data": { "object": object } }).to_string())
    };
    let customers: Vec<Customer> = (0..count).map(|number| Customer::draw(&ids, number, begin)).collect();
    let mut told: Vec<(Delivery, Arc<str>)> = Vec::new();
    for customer in &customers {
        let number = customer.number;
        for (place, (at, kind, object)) in customer.events.iter().enumerate() {
            let event = body(format!("evt_{number}_{place}"), *at, kind, object);
            told.extend([&event, &event, &event].map(|event| (Delivery::Signed, event.clone())));
        }
        for (kind, status) in [(Delivery::Forged, "active"), (Delivery::Stale, "canceled")] {
            let subscription = json!({ "id": format!("sub_{number}"), "status": status });
            let event =
                body(format!("bad_{number}_{status}"), begin + 900, "customer.subscription.updated", &subscription);
            told.push((kind, event));
        }
    }
    for place in (1..told.len()).rev() {
        told.swap(place, usize::try_from(ids.below(place as u64 + 1)).unwrap());
    }
    let (mut known, mut refused, deliveries) = (0, 0, told.len());
    let (router, now) = (belowline::http::router(app.app.clone()), app.now());
    let told = Arc::new(Mutex::new(told));
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let (told, router) = (told.clone(), router.clone());
        callers.spawn(async move {
            let (mut known, mut refused) = (0, 0);
            loop {
                let Some((delivery, body)) = told.lock().unwrap().pop() else { return (known, refused) };
                let signed = match delivery {
                    Delivery::Signed => ("whsec_new", 0),
                    Delivery::Forged => ("whsec_nobodys", 0),
                    Delivery::Stale => ("whsec_new", 301),
                };
                let answer = stripe_to(&router, now, signed, &body).await;
                match delivery {
                    Delivery::Signed => known += usize::from(answer.is(200)["result"] == "known"),
                    Delivery::Forged => drop(answer.refused(400, "bad_signature")),
                    Delivery::Stale => drop(answer.refused(400, "stale_signature")),
                }
                refused += usize::from(delivery != Delivery::Signed);
            }
        });
    }
    while let Some(done) = callers.join_next().await {
        let (of_these_known, of_these_refused) = done.unwrap();
        known += of_these_known;
        refused += of_these_refused;
    }
    let signed = deliveries - refused;
    assert_eq!((known * 3, refused), (signed * 2, count * 2), "every event counts once");
    let mut seen: BTreeMap<Entitlement, usize> = BTreeMap::new();
    for customer in &customers {
        let found = entitlement_of(&app, &customer.number.to_string()).await;
        assert_eq!(found, customer.expected().unwrap_or(Entitlement::None), "{:#?}", customer.events);
        *seen.entry(found).or_default() += 1;
    }
    assert!(seen.len() >= 6, "the model reaches every state: {seen:?}");
    println!("{deliveries} deliveries of {} events, {refused} refused: {seen:?}", signed / 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t12_ten_thousand_events_in_any_order_come_to_what_the_model_says_on_sqlite() {
    chaos(TestApp::sqlite_with(&SETTINGS).await, 910).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t12_events_in_any_order_come_to_what_the_model_says_on_postgres() {
    chaos(TestApp::postgres_with(&SETTINGS).await, 120).await;
}

both_engines! {
    async fn one_event_at_once_sixteen_times_counts_once(app: TestApp) {
        let object = json!({ "id": "sub_1", "customer": "cus_1", "status": "active", "metadata": { "issuer": ISSUER, "subject": "1" } });
        let told = stripe(&app, "evt_1", 1_700_000_000, "customer.subscription.created", object);
        let sent = (0..16).map(|_| {
            let (app, told) = (app.app.clone(), told.clone());
            tokio::spawn(async move {
                let mut work = app.write(JOB).await.unwrap();
                let taken = billing::take(&mut work, &app.keys, &told).await.unwrap();
                work.commit().await.unwrap();
                taken
            })
        });
        let mut applied = 0;
        for each in sent.collect::<Vec<_>>() {
            applied += usize::from(each.await.unwrap() == Taken::Applied);
        }
        assert_eq!(applied, 1);
        assert_eq!(entitlement_of(&app, "1").await, Entitlement::Active);
    }

    async fn what_comes_before_anybody_knows_whose_it_is_waits_and_then_counts(app: TestApp) {
        let at = 1_700_000_000;
        let subscription = json!({ "id": "sub_1", "customer": "cus_1", "status": "active" });
        let invoice = json!({ "id": "in_1", "customer": "cus_1", "subscription": "sub_1" });
        let card = json!({ "id": "ch_1", "customer": "cus_1", "invoice": "in_1", "payment_method_details": { "card": { "fingerprint": "f" } } });
        let dispute = json!({ "id": "dp_1", "charge": "ch_1", "status": "needs_response" });
        assert_eq!(take(&app, &stripe(&app, "e1", at + 3, "charge.dispute.created", dispute)).await, Taken::Waits);
        assert_eq!(take(&app, &stripe(&app, "e2", at, "customer.subscription.created", subscription)).await, Taken::Waits);
        assert_eq!(take(&app, &stripe(&app, "e3", at, "invoice.paid", invoice)).await, Taken::Waits);
        assert_eq!(take(&app, &stripe(&app, "e4", at, "charge.succeeded", card)).await, Taken::Waits);
        let mut work = app.read(JOB).await.unwrap();
        assert_eq!(billing::list_waiting(&mut work.tx, None, belowline::kernel::Limit::default()).await.unwrap().items.len(), 4);
        drop(work);
        let tie = json!({ "id": "cus_1", "metadata": { "issuer": ISSUER, "subject": "1" } });
        assert_eq!(take(&app, &stripe(&app, "e5", at + 1, "customer.updated", tie)).await, Taken::Applied);
        assert_eq!(entitlement_of(&app, "1").await, Entitlement::ChargedBack);
        let mut work = app.read(JOB).await.unwrap();
        assert!(billing::list_waiting(&mut work.tx, None, belowline::kernel::Limit::default()).await.unwrap().items.is_empty());
        drop(work);
        let won = json!({ "id": "dp_1", "charge": "ch_1", "status": "won" });
        take(&app, &stripe(&app, "e6", at + 9, "charge.dispute.closed", won)).await;
        assert_eq!(entitlement_of(&app, "1").await, Entitlement::Active);
        // The card that the customer paid with is theirs, and whoever pays with it is the same person.
        let other = json!({ "id": "pm_2", "customer": "cus_2", "card": { "fingerprint": "f" } });
        take(&app, &stripe(&app, "e7", at, "payment_method.attached", other)).await;
        let tie = json!({ "id": "cus_2", "metadata": { "issuer": ISSUER, "subject": "2" } });
        take(&app, &stripe(&app, "e8", at, "customer.created", tie)).await;
        let (one, two) = (subscriber_of(&app, "1").await, subscriber_of(&app, "2").await);
        let mut work = app.read(JOB).await.unwrap();
        let one = accounts::find_person(&mut work.tx, one).await.unwrap();
        assert_eq!(one, accounts::find_person(&mut work.tx, two).await.unwrap());
    }

    async fn admins_see_what_waits_by_marks_alone(app: TestApp) {
        let world = World::new(app).await;
        let object = json!({ "id": "sub_9", "customer": "cus_9", "status": "active" });
        assert_eq!(take(&world.app, &stripe(&world.app, "e1", 1_700_000_000, "customer.subscription.created", object)).await, Taken::Waits);
        world.editor.get("/api/v1/billing/waiting").await.refused(403, "forbidden");
        let waiting = world.admin.get("/api/v1/billing/waiting").await.is(200);
        let item = &waiting["items"][0];
        assert_eq!((item["source"].clone(), item["fact"].clone()), (json!("stripe"), json!("status")));
        assert!(item["customer"].as_str().unwrap().starts_with("key_"), "{item}");
        assert!(!waiting.to_string().contains("cus_9"), "{waiting}");
    }

    async fn a_seat_is_a_person_of_its_own(app: TestApp) {
        let told = |subject: &str, seat: Option<&str>| {
            let event = json!({ "type": "subscription.updated", "timestamp": 1_700_000_000, "data": { "issuer": ISSUER, "subject": subject,
                "subscription": "family", "customer": "c", "payment_fingerprint": "f", "seat": seat, "status": "active", "valid_until": null } });
            billing::read_neutral(&app.keys, &format!("msg_{subject}"), event.to_string().as_bytes()).unwrap().unwrap()
        };
        for (subject, seat) in [("1", None), ("2", Some("a")), ("3", Some("b"))] {
            assert_eq!(take(&app, &told(subject, seat)).await, Taken::Applied);
            assert_eq!(entitlement_of(&app, subject).await, Entitlement::Active);
        }
        let mut persons = Vec::new();
        for subject in ["1", "2", "3"] {
            let subscriber = subscriber_of(&app, subject).await;
            persons.push(accounts::find_person(&mut app.read(JOB).await.unwrap().tx, subscriber).await.unwrap());
        }
        persons.dedup();
        assert_eq!(persons.len(), 3, "the payer's card is only suggestive");
    }

    async fn a_ban_survives_subscribing_again_and_lapsing_is_no_ban(app: TestApp) {
        let world = World::new(app).await;
        let ann = world.ann.profile.clone().unwrap();
        let key = LinkKey::identity(&world.app.keys, ISSUER, "ann");
        let mut work = world.app.write(JOB).await.unwrap();
        accounts::link(&mut work, ann.subscriber, &[key]).await.unwrap();
        subscriptions::set(&mut work, ann.subscriber, subscriptions::Status::Lapsed, None).await.unwrap();
        work.commit().await.unwrap();
        let at = world.app.now().as_millis() / 1_000;
        let told = |id: &str, subscription: &str, status: &str, at: i64| {
            let object = json!({ "id": subscription, "customer": "cus", "status": status, "metadata": { "issuer": ISSUER, "subject": "ann" } });
            stripe(&world.app, id, at, "customer.subscription.updated", object)
        };
        world.ann.post(&world.thread(), json!({ "body": "One." })).await.refused(403, "not_subscribed");
        take(&world.app, &told("e1", "sub_1", "active", at)).await;
        world.comment(&world.ann, "Two.").await;
        take(&world.app, &told("e2", "sub_1", "canceled", at + 1)).await;
        world.ann.post(&world.thread(), json!({ "body": "Three." })).await.refused(403, "not_subscribed");
        // What is older than what is known changes nothing.
        take(&world.app, &told("e3", "sub_1", "active", at)).await;
        world.ann.post(&world.thread(), json!({ "body": "Four." })).await.refused(403, "not_subscribed");
        world.ban(&world.ann).await;
        take(&world.app, &told("e4", "sub_2", "active", at + 2)).await;
        world.ann.post(&world.thread(), json!({ "body": "Five." })).await.refused(403, "banned");
    }
}
