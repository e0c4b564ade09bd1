//! Tokens of the newspaper's page: who gets in, and every way in which nobody does (T09).

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use belowline::http::address::Peer;
use belowline::kernel::{AccountId, Actor};
use belowline::{fetch_one, jobs};
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Answer, TestApp, World};

pub(super) const ISSUER: &str = "https://login.paper.example";
pub(super) const SETTINGS: &str = r#"[
    {"issuer":"https://login.paper.example","audience":"comments","hs256":{"k1":"a first secret of some length","k2":"a second one"}},
    {"issuer":"https://other.example","audience":"comments","hs256":{"k1":"the secret of the other issuer"}},
    {"issuer":"https://coral.example","coral":true,"hs256":{"old":"ssosec_0123","new":"ssosec_4567"}},
    {"issuer":"https://keys.example","audience":"comments","jwks_url":"http://localhost:1/jwks"}
]"#;

struct Host {
    world: World,
}

impl Host {
    async fn sqlite() -> Self {
        Self { world: World::new(TestApp::sqlite_with(&[("identity.host_token", SETTINGS)]).await).await }
    }

    async fn postgres() -> Self {
        Self { world: World::new(TestApp::postgres_with(&[("identity.host_token", SETTINGS)]).await).await }
    }

    fn now(&self) -> i64 {
        self.world.app.now().as_millis() / 1_000
    }

    fn claims(&self, subject: &str) -> Value {
        let now = self.now();
        json!({ "iss": ISSUER, "aud": "comments", "sub": subject, "iat": now, "exp": now + 600, "name": format!("Host {subject}"),
                "entitlement": { "status": "active", "valid_until": now + 86_400, "subscription": format!("s-{subject}"),
                                 "customer": format!("c-{subject}"), "plan": "digital" } })
    }

    async fn exchange(&self, token: &str) -> Answer {
        let body = json!({ "token": token });
        self.world.anonymous.send(Method::POST, "/api/v1/sessions/host-token", None, Some(body)).await
    }

    async fn signed_in(&self, claims: &Value) -> Value {
        self.exchange(&sign("k1", claims)).await.is(201)
    }

    async fn post(&self, session: &Value, body: &str) -> Answer {
        self.send(session, &self.world.thread(), json!({ "body": body })).await
    }

    async fn send(&self, session: &Value, path: &str, body: Value) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", session["token"].as_str().unwrap()))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("key-{}", body.to_string().len()));
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        request.extensions_mut().insert(Peer("192.0.2.1:4000".parse().unwrap()));
        let response = belowline::http::router(self.world.app.app.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }
}

fn secret(key: &str) -> &'static [u8] {
    match key {
        "k1" => b"a first secret of some length",
        "k2" => b"a second one",
        "old" => b"ssosec_0123",
        _ => b"ssosec_4567",
    }
}

pub(super) fn sign(key: &str, claims: &Value) -> String {
    let header = Header { kid: Some(key.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret(key))).unwrap()
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let digit = |chunk: &str| char::from(DIGITS[usize::from_str_radix(&format!("{chunk:0<6}"), 2).unwrap()]);
    (0..bits.len()).step_by(6).map(|at| digit(&bits[at..bits.len().min(at + 6)])).collect()
}

/// A token whose parts are exactly these, signed by `key`.
fn raw(header: &str, payload: &str, key: &[u8]) -> String {
    let signed = format!("{}.{}", base64(header), base64(payload));
    let signature =
        jsonwebtoken::crypto::sign(signed.as_bytes(), &EncodingKey::from_secret(key), Algorithm::HS256).unwrap();
    format!("{signed}.{signature}")
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Every hostile token, by what is wrong with it.
fn hostile(host: &Host) -> BTreeMap<&'static str, String> {
    let now = host.now();
    let good = host.claims("mallory");
    let key = secret("k1");
    let payload = good.to_string();
    let header = r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#;
    let doubled = payload.replacen('{', r#"{"sub":"admin","#, 1);
    let token = sign("k1", &good);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut tokens = BTreeMap::from([
        ("empty parts", "..".to_owned()),
        ("not a token", "hello".to_owned()),
        ("two parts", signed.to_owned()),
        ("four parts", format!("{token}.x")),
        ("no signature", format!("{signed}.")),
        ("cut signature", format!("{signed}.{}", &signature[..20])),
        ("padded signature", format!("{token}==")),
        (
            "another's payload",
            format!("{}.{}.{signature}", base64(header), base64(&payload.replace("mallory", "victim"))),
        ),
        ("alg none", format!("{}.{}.", base64(r#"{"alg":"none"}"#), base64(&payload))),
        ("alg none, signed", raw(r#"{"alg":"none","kid":"k1"}"#, &payload, key)),
        ("alg NonE", raw(r#"{"alg":"NonE","kid":"k1"}"#, &payload, key)),
        ("alg HS512", raw(r#"{"alg":"HS512","kid":"k1"}"#, &payload, key)),
        ("alg RS256 with the secret", raw(r#"{"alg":"RS256","kid":"k1"}"#, &payload, key)),
        ("alg a list", raw(r#"{"alg":["HS256"],"kid":"k1"}"#, &payload, key)),
        ("no alg", raw(r#"{"kid":"k1"}"#, &payload, key)),
        ("doubled alg", raw(r#"{"alg":"HS256","alg":"HS256","kid":"k1"}"#, &payload, key)),
        ("kid of another key", raw(r#"{"alg":"HS256","kid":"k2"}"#, &payload, key)),
        ("kid unknown", raw(r#"{"alg":"HS256","kid":"../../dev/null"}"#, &payload, b"")),
        ("kid a number", raw(r#"{"alg":"HS256","kid":1}"#, &payload, key)),
        ("no kid, two secrets", raw(r#"{"alg":"HS256"}"#, &payload, key)),
        ("jku", raw(r#"{"alg":"HS256","kid":"k1","jku":"https://evil.example/jwks"}"#, &payload, key)),
        ("x5u", raw(r#"{"alg":"HS256","kid":"k1","x5u":"https://evil.example/"}"#, &payload, key)),
        ("embedded jwk", raw(r#"{"alg":"HS256","kid":"k1","jwk":{"kty":"oct","k":"AA"}}"#, &payload, key)),
        ("crit", raw(r#"{"alg":"HS256","kid":"k1","crit":["exp"]}"#, &payload, key)),
        ("typ of a logout", raw(r#"{"alg":"HS256","kid":"k1","typ":"logout+jwt"}"#, &payload, key)),
        ("empty secret", raw(header, &payload, b"")),
        ("guessed secret", raw(header, &payload, b"secret")),
        ("the other issuer's secret", raw(header, &payload, b"the secret of the other issuer")),
        ("HS256 where keys are public", sign("k1", &with(&good, "iss", json!("https://keys.example")))),
        ("issuer unknown", sign("k1", &with(&good, "iss", json!("https://login.paper.example.evil.example")))),
        ("issuer with a slash", sign("k1", &with(&good, "iss", json!(format!("{ISSUER}/"))))),
        ("issuer a list", sign("k1", &with(&good, "iss", json!([ISSUER])))),
        ("no issuer", sign("k1", &without(&good, "iss"))),
        ("another audience", sign("k1", &with(&good, "aud", json!("shop")))),
        ("audience a prefix", sign("k1", &with(&good, "aud", json!("comment")))),
        ("no audience", sign("k1", &without(&good, "aud"))),
        ("audience with a number", sign("k1", &with(&good, "aud", json!(["comments", 1])))),
        ("no subject", sign("k1", &without(&good, "sub"))),
        ("empty subject", sign("k1", &with(&good, "sub", json!("")))),
        ("subject a number", sign("k1", &with(&good, "sub", json!(7)))),
        ("subject with U+0000", sign("k1", &with(&good, "sub", json!("a\0b")))),
        ("subject too long", sign("k1", &with(&good, "sub", json!("x".repeat(256))))),
        ("doubled subject", raw(header, &doubled, key)),
        ("no end", sign("k1", &without(&good, "exp"))),
        ("end as text", sign("k1", &with(&good, "exp", json!((now + 600).to_string())))),
        ("end null", sign("k1", &with(&good, "exp", Value::Null))),
        ("over", sign("k1", &with(&good, "exp", json!(now - 61)))),
        ("good for too long", sign("k1", &with(&good, "exp", json!(now + 3_601)))),
        ("good for ever", sign("k1", &with(&good, "exp", json!(1e300)))),
        ("end negative", sign("k1", &with(&good, "exp", json!(-1)))),
        ("no time of issue", sign("k1", &without(&good, "iat"))),
        ("issued tomorrow", sign("k1", &with(&with(&good, "iat", json!(now + 61)), "exp", json!(now + 700)))),
        ("not good yet", sign("k1", &with(&good, "nbf", json!(now + 61)))),
        ("not before as text", sign("k1", &with(&good, "nbf", json!("0")))),
        ("entitlement a text", sign("k1", &with(&good, "entitlement", json!("active")))),
        ("entitlement without status", sign("k1", &with(&good, "entitlement", json!({ "plan": "x" })))),
        ("status unknown", sign("k1", &with(&good, "entitlement", json!({ "status": "ACTIVE" })))),
        ("verified as text", sign("k1", &with(&good, "email_verified", json!("true")))),
        ("payload no object", raw(header, "[]", key)),
        ("payload no JSON", raw(header, "{", key)),
        (
            "coral with another's secret",
            raw(r#"{"alg":"HS256"}"#, r#"{"user":{"id":"1","email":"a@b.example","username":"x"}}"#, key),
        ),
        ("coral without a user", raw(r#"{"alg":"HS256","kid":"old"}"#, "{}", secret("old"))),
    ]);
    tokens.insert("too long", sign("k1", &with(&good, "name", json!("x".repeat(9_000)))));
    tokens
}

async fn t09(host: Host) {
    let tokens = hostile(&host);
    assert!(tokens.len() >= 40);
    for (what, token) in &tokens {
        let answer = host.exchange(token).await;
        let code = answer.body["code"].as_str().unwrap_or_default();
        let is_refused = (answer.status.as_u16(), code) == (401, "token_refused")
            || (*what == "too long" && (answer.status.as_u16(), code) == (422, "invalid"));
        assert!(is_refused, "{what}: {} {}", answer.status, answer.body);
        println!("{what:32} {} {code}", answer.status.as_u16());
    }
    // Used once, by its id.
    let once = with(&host.claims("ann"), "jti", json!("one"));
    host.signed_in(&once).await;
    host.exchange(&sign("k1", &once)).await.refused(401, "token_refused");
    host.exchange(&sign("k2", &once)).await.refused(401, "token_refused");
    // Nobody came of all of it but the one.
    let mallory = host.signed_in(&host.claims("mallory")).await;
    assert!(mallory["account"]["name"].as_str().unwrap() == "Host mallory", "{mallory}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t09_hostile_tokens_are_refused_on_sqlite() {
    t09(Host::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t09_hostile_tokens_are_refused_on_postgres() {
    t09(Host::postgres().await).await;
}

/// How many logins of the account of `session` are known with the name that they told.
async fn told_names(host: &Host, session: &Value) -> i64 {
    let account: AccountId = session["account"]["id"].as_str().unwrap().parse().unwrap();
    let mut work = host.world.app.read(Actor::Operator).await.unwrap();
    let sql = "select count(told_name) from identities where account = $1";
    fetch_one!(&mut work.tx, (i64,), sql, account).unwrap().0
}

async fn who_gets_in(host: Host) {
    let ann = host.signed_in(&host.claims("ann")).await;
    host.post(&ann, "Good morning.").await.is(201);
    // The same login is the same account, whatever its name and address say, and several secrets are good at once.
    let again = with(&with(&host.claims("ann"), "email", json!("ann@paper.example")), "email_verified", json!(true));
    let again = host.exchange(&sign("k2", &again)).await.is(201);
    assert_eq!(again["account"]["id"], ann["account"]["id"]);
    // The same subject elsewhere, and the same address, is somebody else (C15).
    let other =
        with(&with(&host.claims("ann"), "iss", json!("https://other.example")), "email", json!("ann@paper.example"));
    let other = without(&other, "entitlement");
    let key = EncodingKey::from_secret(b"the secret of the other issuer");
    let other = jsonwebtoken::encode(&Header { kid: Some("k1".into()), ..Header::new(Algorithm::HS256) }, &other, &key)
        .unwrap();
    let other = host.exchange(&other).await.is(201);
    assert_ne!(other["account"]["id"], ann["account"]["id"]);
    assert!(
        other["account"]["name"].as_str().unwrap().starts_with("Reader "),
        "a taken name turns nobody away: {other}"
    );
    let known = with(&with(&host.claims("eve"), "email", json!("ann@example.org")), "email_verified", json!(true));
    let eve = host.signed_in(&known).await;
    assert_ne!(eve["account"]["id"], json!(host.world.ann.profile.as_ref().unwrap().id), "an address joins nobody");
    // What the token says of the subscription counts, the newest most.
    host.world.app.clock.advance(Duration::from_secs(60));
    let lapsed = with(&host.claims("ann"), "entitlement", json!({ "status": "lapsed", "subscription": "s-ann" }));
    let ann = host.signed_in(&lapsed).await;
    host.post(&ann, "And now?").await.refused(403, "not_subscribed");
    // Staff is nobody by a token.
    let coral = json!({ "user": { "id": "9", "email": "mo@example.org", "username": "Coral Ned", "role": "ADMIN" }, "jti": "x" });
    let coral = raw(r#"{"alg":"HS256","kid":"new"}"#, &coral.to_string(), secret("new"));
    let first = host.exchange(&coral).await.is(201);
    let second = host.exchange(&coral).await.is(201);
    assert_eq!(
        (first["account"]["id"].clone(), first["account"]["role"].clone()),
        (second["account"]["id"].clone(), json!("reader"))
    );
    let nameless = raw(r#"{"alg":"HS256"}"#, r#"{"user":{"id":"10","username":"admin"}}"#, secret("old"));
    let nameless = host.exchange(&nameless).await.is(201);
    assert!(nameless["account"]["name"].as_str().unwrap().starts_with("Reader "), "{nameless}");
    // What a login told of somebody's name goes with the account.
    assert_eq!(told_names(&host, &ann).await, 1);
    host.send(&ann, "/api/v1/me/deletion", json!({})).await.is(202);
    jobs::run_once(&host.world.app).await.unwrap();
    assert_eq!((told_names(&host, &ann).await, told_names(&host, &eve).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_the_newspaper_vouches_for_gets_in_on_sqlite() {
    who_gets_in(Host::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_the_newspaper_vouches_for_gets_in_on_postgres() {
    who_gets_in(Host::postgres().await).await;
}
