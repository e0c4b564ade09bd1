//! Readers who sign in while billing speaks of them: nobody is sent away because of the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Method;
use serde_json::{Value, json};

use super::{SETTINGS, deliver, stripe_headers};
use crate::http::host_tokens;
use crate::support::{TestApp, World};

const READERS: usize = 30;
const AT_ONCE: usize = 8;

enum Call {
    SignIn(String),
    Webhook(String),
}

/// What comes at about the same time of one reader: three sign-ins that tell the subscription, and billing that does.
fn calls(number: usize, now: i64) -> Vec<Call> {
    let (subscription, customer) = (format!("s-{number}"), format!("c-{number}"));
    let mut calls = Vec::new();
    for step in 0..3 {
        let claims = json!({ "iss": host_tokens::ISSUER, "aud": "comments", "sub": number.to_string(), "iat": now - step,
            "exp": now + 600, "name": format!("Reader {number}"), "email": format!("reader-{}@example.org", number / 2),
            "email_verified": true, "entitlement": { "status": "active", "valid_until": now + 86_400,
            "subscription": subscription, "customer": customer, "plan": "digital" } });
        calls.push(Call::SignIn(host_tokens::sign("k1", &claims)));
    }
    let metadata = json!({ "issuer": host_tokens::ISSUER, "subject": number.to_string() });
    let paid = json!({ "card": { "fingerprint": format!("f-{}", number / 2) } });
    let card = json!({ "fingerprint": format!("f-{}", number.div_ceil(2)) });
    let events: [(&str, Value); 4] = [
        ("customer.subscription.updated", json!({ "id": subscription, "customer": customer, "status": "active" })),
        (
            "charge.succeeded",
            json!({ "id": format!("ch-{number}"), "customer": customer, "payment_method_details": paid }),
        ),
        ("customer.updated", json!({ "id": customer, "metadata": metadata })),
        ("payment_method.attached", json!({ "id": "pm", "customer": customer, "card": card })),
    ];
    for (kind, object) in events {
        let event =
            json!({ "id": format!("{kind}-{number}"), "type": kind, "created": now, "data": { "object": object } });
        calls.push(Call::Webhook(event.to_string()));
    }
    calls
}

async fn sign_ins_and_webhooks_of_the_same_readers_fail_nobody(app: TestApp) {
    let world = Arc::new(World::new(app).await);
    let now = world.app.now().as_millis() / 1_000;
    let mut all: Vec<Call> = (0..READERS).flat_map(|number| calls(number, now)).collect();
    // Neighbours, who share cards, stay near each other.
    for place in (1..all.len()).rev() {
        let other = place - usize::try_from(world.app.ids.below(place.min(20) as u64 + 1)).unwrap();
        all.swap(place, other);
    }
    let (all, next) = (Arc::new(all), Arc::new(AtomicUsize::new(0)));
    let workers = (0..AT_ONCE).map(|_| {
        let (world, all, next) = (world.clone(), all.clone(), next.clone());
        tokio::spawn(async move {
            let router = belowline::http::router(world.app.app.clone());
            let mut failed = Vec::new();
            while let Some(call) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = match call {
                    Call::SignIn(token) => {
                        let body = Some(json!({ "token": token }));
                        world.anonymous.send(Method::POST, "/api/v1/sessions/host-token", None, body).await
                    }
                    Call::Webhook(body) => {
                        deliver(&router, "/webhooks/stripe", &stripe_headers("whsec_new", now, body), body).await
                    }
                };
                if !answer.status.is_success() {
                    failed.push(format!("{} {}", answer.status, answer.body));
                }
            }
            failed
        })
    });
    let mut failed = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        failed.extend(worker.await.unwrap());
    }
    assert!(failed.is_empty(), "{} of {} calls failed: {failed:#?}", failed.len(), all.len());
}

const BOTH: [(&str, &str); 3] = [
    SETTINGS[0],
    ("identity.host_token", host_tokens::SETTINGS),
    ("identity.host_tokens_per_network_per_hour", "10000"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_and_webhooks_of_the_same_readers_fail_nobody_on_sqlite() {
    sign_ins_and_webhooks_of_the_same_readers_fail_nobody(TestApp::sqlite_with(&BOTH).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_and_webhooks_of_the_same_readers_fail_nobody_on_postgres() {
    sign_ins_and_webhooks_of_the_same_readers_fail_nobody(TestApp::postgres_with(&BOTH).await).await;
}
