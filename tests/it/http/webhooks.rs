//! Signed messages of billing systems, as they are sent: headers, bodies and answers.

mod clerk;
mod messages;
mod storm;
mod together;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use belowline::http::address::Peer;
use belowline::kernel::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sha2::Sha256;
use tower::ServiceExt as _;

use crate::support::{Answer, TestApp, World};

pub(crate) const SETTINGS: [(&str, &str); 2] =
    [("stripe.webhook_secrets", "whsec_old, whsec_new"), ("billing.webhook_secrets", "whsec_aGVsbG8=")];
const ISSUER: &str = "https://login.example";

fn mac(secret: &[u8], signed: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed);
    mac.finalize().into_bytes().to_vec()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]);
            text.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    text
}

type Headers = Vec<(&'static str, String)>;

/// Sends `body` without session, key or form, as billing systems do.
async fn deliver(router: &Router, path: &str, headers: &Headers, body: &str) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(Peer("192.0.2.9:4000".parse().unwrap()));
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

async fn send(app: &TestApp, path: &str, headers: &Headers, body: &str) -> Answer {
    deliver(&belowline::http::router(app.app.clone()), path, headers, body).await
}

/// What Stripe signs, at `time` in seconds since 1970.
pub(crate) fn stripe_headers(secret: &str, time: i64, body: &str) -> Headers {
    let signature = hex::encode(mac(secret.as_bytes(), format!("{time}.{body}").as_bytes()));
    vec![("stripe-signature", format!("t={time},v1={signature}"))]
}

fn neutral_headers(secret: &[u8], id: &str, time: i64, body: &str) -> Headers {
    let signature = base64(&mac(secret, format!("{id}.{time}.{body}").as_bytes()));
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", time.to_string()),
        ("webhook-signature", format!("v1,{signature}")),
    ]
}

async fn stripe(app: &TestApp, secret: &str, late: i64, body: &str) -> Answer {
    stripe_to(&belowline::http::router(app.app.clone()), app.now(), (secret, late), body).await
}

/// Delivers an event of Stripe's, signed with `secret` so many seconds before `now`.
pub(crate) async fn stripe_to(router: &Router, now: Timestamp, (secret, late): (&str, i64), body: &str) -> Answer {
    let headers = stripe_headers(secret, now.as_millis() / 1_000 - late, body);
    deliver(router, "/webhooks/stripe", &headers, body).await
}

async fn neutral(app: &TestApp, id: &str, late: i64, body: &str) -> Answer {
    let time = app.now().as_millis() / 1_000 - late;
    send(app, "/webhooks/billing", &neutral_headers(b"hello", id, time, body), body).await
}

fn subscription(app: &TestApp, id: &str, status: &str) -> String {
    let object = json!({ "id": "sub_1", "customer": "cus_1", "status": status,
        "metadata": { "issuer": ISSUER, "subject": "ann" } });
    let at = app.now().as_millis() / 1_000;
    json!({ "id": id, "type": "customer.subscription.updated", "created": at, "data": { "object": object } })
        .to_string()
}

async fn count(app: &TestApp) -> usize {
    let mut work = app.read(belowline::kernel::Actor::Job("test")).await.unwrap();
    let limit = belowline::kernel::Limit::default();
    belowline::subscriptions::billing::list_waiting(&mut work.tx, None, limit).await.unwrap().items.len()
}

async fn only_what_is_signed_in_time_is_read(app: TestApp) {
    let good = subscription(&app, "evt_1", "active");
    send(&app, "/webhooks/stripe", &Headers::new(), &good).await.refused(400, "bad_signature");
    send(&app, "/webhooks/billing", &Headers::new(), "{}").await.refused(400, "bad_signature");
    // The signature is checked before the body is parsed.
    stripe(&app, "whsec_forged", 0, "no JSON").await.refused(400, "bad_signature");
    stripe(&app, "whsec_old", 301, "no JSON").await.refused(400, "stale_signature");
    stripe(&app, "whsec_old", -301, &good).await.refused(400, "stale_signature");
    neutral(&app, "msg_1", 301, "no JSON").await.refused(400, "stale_signature");
    for bad in ["", "no JSON", "[]", "{}", r#"{"type":"subscription.updated"}"#] {
        stripe(&app, "whsec_new", 0, bad).await.refused(400, "malformed");
        neutral(&app, "msg_1", 0, bad).await.refused(400, "malformed");
    }
    assert_eq!(count(&app).await, 0, "nothing of what was refused is kept");
    for (secret, result) in [("whsec_old", "applied"), ("whsec_new", "known")] {
        assert_eq!(stripe(&app, secret, 300, &good).await.is(200)["result"], result);
    }
    let untold = |kind: &str| {
        json!({ "id": kind, "type": kind, "created": 1, "data": { "object": { "id": "sub_2", "customer": "cus_2" } } })
            .to_string()
    };
    for kind in ["created", "updated", "paused", "resumed"] {
        let body = untold(&format!("customer.subscription.{kind}"));
        stripe(&app, "whsec_new", 0, &body).await.refused(400, "malformed");
    }
    let deleted = untold("customer.subscription.deleted");
    assert_eq!(stripe(&app, "whsec_new", 0, &deleted).await.is(200)["result"], "waits");
    let unknown = json!({ "id": "evt_2", "type": "quantum.leapt", "created": 1, "data": { "object": {} } }).to_string();
    assert_eq!(stripe(&app, "whsec_new", 0, &unknown).await.is(200)["result"], "ignored");
}

async fn the_next_comment_is_judged_by_what_was_answered_200(app: TestApp) {
    let world = World::new(app).await;
    let ann = world.ann.profile.clone().unwrap();
    let mut work = world.app.write(belowline::kernel::Actor::Job("test")).await.unwrap();
    let key = belowline::accounts::LinkKey::identity(&world.app.keys, ISSUER, "ann");
    belowline::accounts::link(&mut work, ann.subscriber, &[key]).await.unwrap();
    belowline::subscriptions::set(&mut work, ann.subscriber, belowline::subscriptions::Status::Lapsed, None)
        .await
        .unwrap();
    work.commit().await.unwrap();
    for (round, status) in ["active", "past_due", "active", "canceled", "trialing"].into_iter().enumerate() {
        world.app.clock.advance(std::time::Duration::from_secs(60));
        stripe(&world.app, "whsec_new", 0, &subscription(&world.app, &format!("evt_{round}"), status)).await.is(200);
        let answer = world.ann.post(&world.thread(), json!({ "body": format!("Round {round} of the harbour.") })).await;
        if status == "active" {
            assert!(answer.status.is_success(), "{round}: {}", answer.body);
        } else {
            answer.refused(403, "not_subscribed");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_signed_in_time_is_read_on_sqlite() {
    only_what_is_signed_in_time_is_read(TestApp::sqlite_with(&SETTINGS).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_signed_in_time_is_read_on_postgres() {
    only_what_is_signed_in_time_is_read(TestApp::postgres_with(&SETTINGS).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_comment_is_judged_by_what_was_answered_200_on_sqlite() {
    the_next_comment_is_judged_by_what_was_answered_200(TestApp::sqlite_with(&SETTINGS).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_comment_is_judged_by_what_was_answered_200_on_postgres() {
    the_next_comment_is_judged_by_what_was_answered_200(TestApp::postgres_with(&SETTINGS).await).await;
}
