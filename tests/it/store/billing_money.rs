//! Money given back and taken back: which subscription it was, whichever way it is told, and under whichever key.

use std::sync::Arc;

use belowline::accounts::{self, LinkKey};
use belowline::app::App;
use belowline::kernel::{Actor, Ids};
use belowline::secrets::Keys;
use belowline::subscriptions;
use belowline::subscriptions::billing::{self, Taken};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{TestApp, both_engines};

const JOB: Actor = Actor::Job("test");
const ISSUER: &str = "https://login.example";
const T: i64 = 1_700_000_000;

async fn told(app: &App, keys: &Keys, id: &str, at: i64, kind: &str, object: Value) -> Taken {
    let event = json!({ "id": id, "type": kind, "created": at, "data": { "object": object } });
    let read = billing::read_stripe(keys, event.to_string().as_bytes(), false).unwrap().unwrap();
    let mut work = app.write(JOB).await.unwrap();
    let taken = billing::take(&mut work, keys, &read).await.unwrap();
    work.commit().await.unwrap();
    taken
}

/// The statuses of everything that `subject` subscribes to, in the order of the alphabet.
async fn statuses(app: &TestApp, keys: &Keys, subject: &str) -> Vec<&'static str> {
    let mut work = app.read(JOB).await.unwrap();
    let key = LinkKey::identity(keys, ISSUER, subject);
    let subscriber = accounts::find_by_key(&mut work.tx, &key).await.unwrap().expect("nobody is known by the login");
    let held = subscriptions::list(&mut work.tx, subscriber).await.unwrap();
    let mut all: Vec<_> = held.iter().map(|held| held.status.as_str()).collect();
    all.sort_unstable();
    all
}

fn subscription(id: &str, customer: &str, subject: &str) -> Value {
    json!({ "id": id, "customer": customer, "status": "active", "metadata": { "issuer": ISSUER, "subject": subject } })
}

/// Every order of `count` things, or the first thousand of them.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
            })
            .take(1_000)
            .collect();
    }
    all
}

both_engines! {
    async fn what_was_told_under_a_former_key_is_known_under_the_new_one(app: TestApp) {
        let old = Keys::drawn(&Ids::seeded(41));
        let new = Keys::drawn(&Ids::seeded(42)).with_former(&old);
        told(&app, &old, "e1", T, "customer.subscription.created", subscription("s", "c", "1")).await;
        told(&app, &old, "e2", T, "charge.succeeded", json!({ "id": "ch", "customer": "c" })).await;
        let again = told(&app, &new, "e1", T, "customer.subscription.created", subscription("s", "c", "1")).await;
        assert_eq!(again, Taken::Known);
        let dispute = json!({ "id": "dp", "charge": "ch", "status": "needs_response" });
        assert_eq!(told(&app, &new, "e3", T + 5, "charge.dispute.created", dispute).await, Taken::Applied);
        assert_eq!(statuses(&app, &new, "1").await, ["charged_back"]);
        let won = json!({ "id": "dp", "charge": "ch", "status": "won" });
        told(&app, &new, "e4", T + 7, "charge.dispute.closed", won).await;
        let cancel = json!({ "id": "s", "customer": "c", "status": "canceled" });
        told(&app, &new, "e5", T + 9, "customer.subscription.updated", cancel).await;
        assert_eq!(statuses(&app, &new, "1").await, ["lapsed"]);
    }

    async fn a_refund_of_one_subscription_leaves_the_other_in_every_order(app: TestApp) {
        let keys = app.keys.clone();
        let detail = json!({ "subscription_details": { "subscription": "a" } });
        for (round, order) in orders(4).into_iter().enumerate().step_by(3) {
            let (customer, subject) = (format!("c{round}"), round.to_string());
            let named = |what: &str| format!("{what}{round}");
            let charge = json!({ "id": named("ch"), "customer": customer, "payment_intent": named("pi"), "refunded": true });
            let mut invoice = json!({ "id": named("in"), "customer": customer, "parent": detail.clone() });
            invoice["parent"]["subscription_details"]["subscription"] = json!(named("a"));
            let payment = json!({ "type": "payment_intent", "payment_intent": named("pi") });
            // The invoice says which payment it was when that is expanded; otherwise an event of its own does.
            let tie = if round % 2 == 0 {
                // The card was refused first: another payment is named before the one that was made.
                let refused = json!({ "type": "payment_intent", "payment_intent": named("px") });
                invoice["payments"] = json!({ "data": [{ "payment": refused }, { "payment": payment }] });
                ("invoice.updated", invoice.clone())
            } else {
                ("invoice_payment.paid", json!({ "id": named("inpay"), "invoice": named("in"), "payment": payment }))
            };
            let events = [("invoice.paid", invoice), tie, ("charge.succeeded", charge.clone()), ("charge.refunded", charge)];
            for (name, subscriber) in [("a", &subject), ("b", &subject)] {
                let object = subscription(&named(name), &customer, subscriber);
                told(&app, &keys, &named(name), T, "customer.subscription.created", object).await;
            }
            for place in &order {
                let (kind, object) = &events[*place];
                let at = if *kind == "charge.refunded" { T + 5 } else { T };
                told(&app, &keys, &format!("e{round}.{place}"), at, kind, object.clone()).await;
            }
            assert_eq!(statuses(&app, &keys, &subject).await, ["active", "refunded"], "{order:?}");
        }
    }

    async fn an_invoice_of_nothing_pays_no_refund_back(app: TestApp) {
        let keys = app.keys.clone();
        told(&app, &keys, "e1", T, "customer.subscription.created", subscription("a", "c", "1")).await;
        told(&app, &keys, "e2", T + 1, "charge.refunded", json!({ "id": "ch", "customer": "c", "refunded": true })).await;
        let invoice = |amount| json!({ "id": "in", "customer": "c", "subscription": "a", "amount_paid": amount });
        told(&app, &keys, "e3", T + 2, "invoice.paid", invoice(0)).await;
        assert_eq!(statuses(&app, &keys, "1").await, ["refunded"]);
        told(&app, &keys, "e4", T + 3, "invoice.paid", invoice(900)).await;
        assert_eq!(statuses(&app, &keys, "1").await, ["active"]);
    }

    async fn many_at_once_who_share_cards_fail_nobody(app: TestApp) {
        let app = Arc::new(app);
        let (turns, mut sent) = (Arc::new(Semaphore::new(8)), Vec::new());
        for n in 0..40 {
            let (c, s, i, h) = (format!("c{n}"), format!("s{n}"), format!("i{n}"), format!("h{n}"));
            let paid = json!({ "card": { "fingerprint": format!("f{}", n / 2) } });
            let card = json!({ "fingerprint": format!("f{}", (n + 1) / 2) });
            let events = [
                ("customer.subscription.created", json!({ "id": s, "customer": c, "status": "active" })),
                ("charge.dispute.created", json!({ "id": "d", "charge": h, "status": "needs_response" })),
                ("charge.succeeded", json!({ "id": h, "customer": c, "invoice": i, "payment_method_details": paid })),
                ("customer.created", json!({ "id": c, "metadata": { "issuer": ISSUER, "subject": n.to_string() } })),
                ("invoice.paid", json!({ "id": i, "customer": c, "subscription": s })),
                ("payment_method.attached", json!({ "id": "pm", "customer": c, "card": card })),
            ];
            for (m, (kind, object)) in events.into_iter().enumerate() {
                let (app, turns, id) = (app.clone(), turns.clone(), format!("e{n}-{m}"));
                let at = if kind.contains("dispute") { T + 9 } else { T };
                sent.push(tokio::spawn(async move {
                    let _turn = turns.acquire().await.unwrap();
                    told(&app, &app.keys, &id, at, kind, object).await
                }));
            }
        }
        for each in sent {
            each.await.unwrap();
        }
        // The cards chain them into one person, whoever is asked for.
        for n in [0, 17, 39] {
            assert_eq!(statuses(&app, &app.keys, &n.to_string()).await, ["charged_back"; 40], "{n}");
        }
    }
}
