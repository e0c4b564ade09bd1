//! Passkeys, with an authenticator of the tests' own: what is answered as asked is believed once, and nothing else.

use std::time::Duration;

use axum::http::Method;
use belowline::secrets::Token;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::second_factor::{MO, enrol, sign_in};
use crate::support::{Caller, TestApp, World};

const HOST: &str = "localhost";
const ORIGIN: &str = "http://localhost:8080";

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        text.extend((0..=chunk.len()).map(|place| char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize])));
    }
    text
}

/// A key on a ring: says yes to everything, at whichever origin it is told that it is.
struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    counter: u32,
    origin: &'static str,
    host: &'static str,
}

impl Authenticator {
    fn new(id: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { key, id: id.as_bytes().to_vec(), counter: 0, origin: ORIGIN, host: HOST }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// The hash of the host, that its owner was there and verified, and how often it has signed.
    fn data(&mut self, more: u8) -> Vec<u8> {
        self.counter += 1;
        let mut data = Sha256::digest(self.host.as_bytes()).to_vec();
        data.push(0x05 | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn make(&mut self, options: &Value) -> Value {
        let mut data = self.data(0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // COSE: an elliptic curve, ES256, P-256, x and y.
        let point = self.key.public_key().as_ref();
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let client = self.client_data("webauthn.create", &options["publicKey"]["challenge"]);
        let id = base64(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": {
            "clientDataJSON": base64(&client), "attestationObject": base64(&object) } })
    }

    fn sign(&mut self, options: &Value) -> Value {
        let client = self.client_data("webauthn.get", &options["publicKey"]["challenge"]);
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let id = base64(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": {
            "clientDataJSON": base64(&client), "authenticatorData": base64(&data), "signature": base64(signature.as_ref()),
            "userHandle": null } })
    }
}

/// The question at the second step of signing in.
async fn asked(world: &World) -> (Value, Value) {
    let told = sign_in(world, MO, json!({})).await.refused(401, "second_factor_needed");
    (told["passkey"]["ceremony"].clone(), told["passkey"]["options"].clone())
}

async fn begin(caller: &Caller) -> (Value, Value) {
    let begun = caller.send(Method::POST, "/api/v1/me/passkeys/options", None, None).await.is(200);
    (begun["ceremony"].clone(), begun["options"].clone())
}

/// A moderator with a passkey.
async fn with_passkey(world: &World) -> (Caller, Authenticator) {
    let mut key = Authenticator::new("mo's telephone");
    enrol(world, &world.mo).await;
    let (ceremony, options) = begin(&world.mo).await;
    let credential = key.make(&options);
    let new = json!({ "ceremony": ceremony, "credential": credential, "label": "Telephone" });
    let kept = world.mo.post("/api/v1/me/passkeys", new.clone()).await.is(201);
    assert_eq!(kept["passkey"]["label"], "Telephone");
    // The same answer again is none: the question was used up.
    world.mo.post("/api/v1/me/passkeys", new).await.refused(422, "invalid");
    (world.mo.clone(), key)
}

async fn world(app: TestApp) -> World {
    World::new(app).await
}

async fn a_passkey_is_believed_once_for_each_question(app: TestApp) {
    let world = world(app).await;
    let (mo, mut key) = with_passkey(&world).await;
    let (ceremony, options) = asked(&world).await;
    let answer = json!({ "ceremony": ceremony, "credential": key.sign(&options) });
    let signed_in = sign_in(&world, MO, answer.clone()).await.is(201);
    assert_eq!(signed_in["account"]["role"], "moderator");
    assert!(Token::parse(signed_in["token"].as_str().unwrap()).is_ok());
    sign_in(&world, MO, answer).await.refused(401, "second_factor_refused");
    // Showing again who one is.
    let password = json!({ "password": crate::support::PASSWORD });
    let told = mo.post("/api/v1/sessions/reauthenticate", password).await.refused(401, "second_factor_needed");
    let credential = key.sign(&told["passkey"]["options"]);
    let proof = json!({ "password": crate::support::PASSWORD, "ceremony": told["passkey"]["ceremony"], "credential": credential });
    mo.post("/api/v1/sessions/reauthenticate", proof).await.is(200);
    let list = mo.get("/api/v1/me/passkeys").await.is(200);
    assert!(list["items"][0]["used_at"].is_string(), "{list}");
    // Removed, it opens nothing any more.
    let (ceremony, options) = asked(&world).await;
    let late = json!({ "ceremony": ceremony, "credential": key.sign(&options) });
    mo.delete(&format!("/api/v1/me/passkeys/{}", list["items"][0]["id"].as_str().unwrap())).await.is(204);
    sign_in(&world, MO, late).await.refused(401, "second_factor_refused");
    let told = sign_in(&world, MO, json!({})).await.refused(401, "second_factor_needed");
    assert!(told["passkey"].is_null(), "{told}");
}

async fn whatever_is_no_answer_to_the_question_opens_nothing(app: TestApp) {
    let world = world(app).await;
    let (_, mut key) = with_passkey(&world).await;
    let refuse = async |what: &str, answer: Value| {
        // Ten codes an hour may be tried: each wrong one has an hour of its own.
        world.app.clock.advance(Duration::from_secs(3_600));
        let answered = sign_in(&world, MO, answer).await;
        assert_eq!(answered.body["code"], "second_factor_refused", "{what}: {}", answered.body);
    };
    let fresh = async || {
        world.app.clock.advance(Duration::from_secs(3_600));
        asked(&world).await
    };

    let (ceremony, options) = fresh().await;
    key.origin = "http://localhost.evil.example:8080";
    let answer = json!({ "ceremony": ceremony, "credential": key.sign(&options) });
    key.origin = ORIGIN;
    let wrong = sign_in(&world, MO, answer).await;
    assert_eq!(wrong.body["code"], "second_factor_refused", "another origin: {}", wrong.body);

    let (ceremony, options) = fresh().await;
    key.host = "evil.example";
    let wrong = sign_in(&world, MO, json!({ "ceremony": ceremony, "credential": key.sign(&options) })).await;
    assert_eq!(wrong.body["code"], "second_factor_refused", "another host: {}", wrong.body);
    key.host = HOST;

    let (ceremony, options) = fresh().await;
    let mut other = Authenticator::new("mo's telephone");
    let wrong = sign_in(&world, MO, json!({ "ceremony": ceremony, "credential": other.sign(&options) })).await;
    assert_eq!(wrong.body["code"], "second_factor_refused", "another key of the same name: {}", wrong.body);

    let (ceremony, _) = fresh().await;
    let (_, options) = asked(&world).await;
    let wrong = sign_in(&world, MO, json!({ "ceremony": ceremony, "credential": key.sign(&options) })).await;
    assert_eq!(wrong.body["code"], "second_factor_refused", "the answer to another question: {}", wrong.body);

    let (ceremony, options) = fresh().await;
    world.app.clock.advance(Duration::from_secs(301));
    let wrong = sign_in(&world, MO, json!({ "ceremony": ceremony, "credential": key.sign(&options) })).await;
    assert_eq!(wrong.body["code"], "second_factor_refused", "too late: {}", wrong.body);

    let (ceremony, options) = fresh().await;
    let good = json!({ "ceremony": ceremony, "credential": key.sign(&options) });
    sign_in(&world, MO, good).await.is(201);
    let (ceremony, options) = fresh().await;
    key.counter -= 2;
    let wrong = sign_in(&world, MO, json!({ "ceremony": ceremony, "credential": key.sign(&options) })).await;
    assert_eq!(wrong.body["code"], "second_factor_refused", "a counter that went back: {}", wrong.body);
    key.counter += 10;

    let (ceremony, _) = fresh().await;
    refuse("nothing", json!({ "ceremony": ceremony, "credential": {} })).await;
    for bad in
        [json!({ "credential": {} }), json!({ "ceremony": ceremony }), json!({ "ceremony": "x", "credential": {} })]
    {
        sign_in(&world, MO, bad).await.refused(422, "invalid");
    }
    let big = json!({ "ceremony": ceremony, "credential": { "id": "x".repeat(20_000) } });
    sign_in(&world, MO, big).await.refused(422, "invalid");
}

async fn only_whoever_has_an_app_and_gave_its_code_makes_one(app: TestApp) {
    let world = world(app).await;
    world.mo.send(Method::POST, "/api/v1/me/passkeys/options", None, None).await.refused(409, "conflict");
    let (mo, mut key) = with_passkey(&world).await;
    let (ceremony, options) = begin(&mo).await;
    let new = |ceremony: &Value, credential: Value, label: &str| json!({ "ceremony": ceremony, "credential": credential, "label": label });
    let credential = key.make(&options);
    mo.post("/api/v1/me/passkeys", new(&ceremony, credential.clone(), "The same again")).await.refused(422, "invalid");
    let mut second = Authenticator::new("a ring");
    let (ceremony, options) = begin(&mo).await;
    mo.post("/api/v1/me/passkeys", new(&ceremony, second.make(&options), "bad\u{7}name")).await.refused(422, "invalid");
    // Somebody else's question is none of theirs.
    enrol(&world, &world.admin).await;
    world
        .admin
        .post("/api/v1/me/passkeys", new(&ceremony, second.make(&options), "Mine"))
        .await
        .refused(422, "invalid");
    mo.post("/api/v1/me/passkeys", new(&ceremony, second.make(&options), "Ring")).await.is(201);
    assert_eq!(mo.get("/api/v1/me/passkeys").await.is(200)["items"].as_array().unwrap().len(), 2);
    // They go with the factor.
    mo.delete("/api/v1/me/second-factor").await.is(204);
    assert_eq!(mo.get("/api/v1/me/passkeys").await.is(200)["items"], json!([]));
}

const SETTINGS: &[(&str, &str)] = &[
    ("staff.second_factor_required", "true"),
    ("server.public_url", ORIGIN),
    ("staff.reauthenticate_minutes", "10080"),
    ("accounts.sign_in_per_account_per_hour", "100"),
];

macro_rules! both {
    ($($name:ident),*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(TestApp::sqlite_with(SETTINGS).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(TestApp::postgres_with(SETTINGS).await).await;
            }
        }
    )*};
}

both!(
    a_passkey_is_believed_once_for_each_question,
    whatever_is_no_answer_to_the_question_opens_nothing,
    only_whoever_has_an_app_and_gave_its_code_makes_one
);
