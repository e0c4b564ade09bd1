//! A provider of OpenID Connect on this machine: signing in there and back, keys that change, and logging out from there.

#![expect(clippy::disallowed_types, reason = "the provider here is no part of the paper")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use belowline::http::address::Peer;
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::support::{TestApp, World, both_engines};

/// Two keys of RFC 8032, 7.1: seed, and public key in base 64.
const KEYS: [(&str, &str); 2] = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"),
];

fn key(number: usize) -> EncodingKey {
    let mut der = hex::decode("302e020100300506032b657004220420").unwrap();
    der.extend(hex::decode(KEYS[number].0).unwrap());
    EncodingKey::from_ed_der(&der)
}

fn sign(number: usize, kind: Option<&str>, claims: &Value) -> String {
    let header =
        Header { kid: Some(format!("key-{number}")), typ: kind.map(str::to_owned), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, claims, &key(number)).unwrap()
}

/// What the provider does next.
#[derive(Default)]
struct Plan {
    issuer: String,
    key: usize,
    claims: Value,
    /// Codes with the challenge that each was asked for with.
    codes: HashMap<String, String>,
    key_requests: usize,
}

type Shared = Arc<Mutex<Plan>>;

async fn metadata(State(plan): State<Shared>) -> Json<Value> {
    let issuer = plan.lock().unwrap().issuer.clone();
    Json(
        json!({ "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"), "authorization_response_iss_parameter_supported": true }),
    )
}

async fn jwks(State(plan): State<Shared>) -> Json<Value> {
    let mut plan = plan.lock().unwrap();
    plan.key_requests += 1;
    let number = plan.key;
    Json(
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": format!("key-{number}"), "x": KEYS[number].1, "use": "sig" }] }),
    )
}

async fn token(State(plan): State<Shared>, headers: HeaderMap, body: String) -> Result<Json<Value>, StatusCode> {
    let mut plan = plan.lock().unwrap();
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    // `client:s3cret` in base 64.
    assert_eq!(headers["authorization"], "Basic Y2xpZW50OnMzY3JldA==");
    let challenge = plan.codes.remove(&form["code"]).ok_or(StatusCode::BAD_REQUEST)?;
    if base64(&Sha256::digest(form["code_verifier"].as_bytes())) != challenge {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(Json(
        json!({ "token_type": "Bearer", "access_token": "opaque", "id_token": sign(plan.key, Some("JWT"), &plan.claims) }),
    ))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digit = |chunk: &str| char::from(DIGITS[usize::from_str_radix(&format!("{chunk:0<6}"), 2).unwrap()]);
    (0..bits.len()).step_by(6).map(|at| digit(&bits[at..bits.len().min(at + 6)])).collect()
}

struct Provider {
    plan: Shared,
    issuer: String,
}

impl Provider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let plan: Shared = Arc::new(Mutex::new(Plan { issuer: issuer.clone(), ..Plan::default() }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .with_state(Arc::clone(&plan));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { plan, issuer }
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let oidc = json!([{ "issuer": self.issuer, "client_id": "client", "client_secret": "s3cret" }]);
        let host =
            json!([{ "issuer": self.issuer, "audience": "comments", "jwks_url": format!("{}/jwks", self.issuer) }]);
        vec![("identity.oidc", oidc.to_string()), ("identity.host_token", host.to_string())]
    }
}

/// An answer to a browser: its status, where it leads, and the cookies that it sets.
struct Page {
    status: u16,
    location: String,
    cookies: HashMap<String, String>,
}

async fn send(
    world: &World,
    method: Method,
    path: &str,
    cookies: &HashMap<String, String>,
    form: Option<String>,
) -> Page {
    let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let mut request = Request::builder().method(method).uri(path).header("cookie", cookie);
    if form.is_some() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let mut request = request.body(form.map_or_else(Body::empty, Body::from)).unwrap();
    request.extensions_mut().insert(Peer("192.0.2.1:4000".parse().unwrap()));
    let response = belowline::http::router(world.app.app.clone()).oneshot(request).await.unwrap();
    let header = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let set = response.headers().get_all("set-cookie").iter().map(header);
    let cookies = set
        .filter_map(|line| line.split(';').next().unwrap().split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())));
    let page = Page {
        status: response.status().as_u16(),
        location: response.headers().get("location").map(header).unwrap_or_default(),
        cookies: cookies.collect(),
    };
    response.into_body().collect().await.unwrap();
    page
}

impl Provider {
    /// The browser goes to the provider; answers its cookies, and what came along in the address.
    async fn begin(&self, world: &World) -> (HashMap<String, String>, HashMap<String, String>) {
        let path = "/sign-in/oidc?return_to=/me";
        let page = send(world, Method::GET, path, &HashMap::new(), None).await;
        assert_eq!(page.status, 302);
        assert!(page.location.starts_with(&format!("{}/authorize?", self.issuer)), "{}", page.location);
        let url = url::Url::parse(&page.location).unwrap();
        (page.cookies, url.query_pairs().into_owned().collect())
    }

    /// The provider lets somebody in who may say `claims`, and gives a code.
    fn consent(&self, world: &World, asked: &HashMap<String, String>, claims: Value) -> String {
        let now = world.app.now().as_millis() / 1_000;
        let mut said = json!({ "iss": self.issuer, "aud": "client", "sub": "ann", "iat": now, "exp": now + 300, "nonce": asked["nonce"], "sid": "s1" });
        said.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let mut plan = self.plan.lock().unwrap();
        plan.claims = said;
        let code = format!("code-{}", plan.codes.len());
        plan.codes.insert(code.clone(), asked["code_challenge"].clone());
        code
    }

    async fn back(&self, world: &World, cookies: &HashMap<String, String>, state: &str, code: &str) -> Page {
        let issuer = url::form_urlencoded::byte_serialize(self.issuer.as_bytes()).collect::<String>();
        let path = format!("/sign-in/oidc/callback?code={code}&state={state}&iss={issuer}");
        send(world, Method::GET, &path, cookies, None).await
    }
}

async fn world(app: TestApp, provider: &Provider) -> World {
    let settings = provider.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let is_sqlite = app.db.engine() == belowline::storage::Engine::Sqlite;
    drop(app);
    let app = if is_sqlite { TestApp::sqlite_with(&settings).await } else { TestApp::postgres_with(&settings).await };
    World::new(app).await
}

both_engines! {
    async fn somebody_signs_in_at_the_provider_and_is_signed_out_from_there(app: TestApp) {
        let provider = Provider::start().await;
        let world = world(app, &provider).await;
        let (cookies, asked) = provider.begin(&world).await;
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        let code = provider.consent(&world, &asked, json!({ "name": "Annabel Lee", "entitlement": { "status": "active" } }));
        let page = provider.back(&world, &cookies, &asked["state"], &code).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/me"));
        let signed_in = page.cookies.clone();
        assert_eq!(send(&world, Method::GET, "/me", &signed_in, None).await.status, 200);
        // Once back, the same way is closed.
        let again = provider.consent(&world, &asked, json!({}));
        assert_ne!(provider.back(&world, &cookies, &asked["state"], &again).await.status, 303);

        let now = world.app.now().as_millis() / 1_000;
        let logout = json!({ "iss": provider.issuer, "aud": "client", "iat": now, "jti": "out-1", "sid": "s1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
        let path = "/sign-in/oidc/backchannel-logout";
        for bad in [
            sign(0, Some("JWT"), &logout),
            sign(1, Some("logout+jwt"), &logout),
            sign(0, Some("logout+jwt"), &{ let mut it = logout.clone(); it["nonce"] = json!("n"); it }),
            sign(0, Some("logout+jwt"), &{ let mut it = logout.clone(); it["events"] = json!({}); it }),
            sign(0, Some("logout+jwt"), &{ let mut it = logout.clone(); it["aud"] = json!("other"); it }),
            sign(0, Some("logout+jwt"), &{ let mut it = logout.clone(); it["iat"] = json!(now - 301); it }),
        ] {
            assert_eq!(send(&world, Method::POST, path, &HashMap::new(), Some(format!("logout_token={bad}"))).await.status, 400);
        }
        assert_eq!(send(&world, Method::GET, "/me", &signed_in, None).await.status, 200);
        let good = format!("logout_token={}", sign(0, Some("logout+jwt"), &logout));
        assert_eq!(send(&world, Method::POST, path, &HashMap::new(), Some(good.clone())).await.status, 200);
        assert_ne!(send(&world, Method::GET, "/me", &signed_in, None).await.status, 200);
        assert_eq!(send(&world, Method::POST, path, &HashMap::new(), Some(good)).await.status, 400);
    }

    async fn vuln_c17_nobody_is_signed_in_by_a_sign_in_that_is_not_theirs(app: TestApp) {
        let provider = Provider::start().await;
        let world = world(app, &provider).await;
        let none = HashMap::new();
        let (cookies, asked) = provider.begin(&world).await;
        let (others, _) = provider.begin(&world).await;
        let code = || provider.consent(&world, &asked, json!({}));
        for (what, cookies, state) in [
            ("another browser", &none, asked["state"].as_str()),
            ("another browser's sign-in", &others, asked["state"].as_str()),
            ("another state", &cookies, "guessed"),
        ] {
            let page = provider.back(&world, cookies, state, &code()).await;
            assert!(page.status >= 400 && !page.cookies.contains_key("belowline"), "{what}: {}", page.status);
        }
        let elsewhere = format!("/sign-in/oidc/callback?code={}&state={}&iss=https://evil.example", code(), asked["state"]);
        assert!(send(&world, Method::GET, &elsewhere, &cookies, None).await.status >= 400);
        let silent = format!("/sign-in/oidc/callback?code={}&state={}", code(), asked["state"]);
        assert!(send(&world, Method::GET, &silent, &cookies, None).await.status >= 400, "the provider says that it names itself");
        let unknown = send(&world, Method::GET, "/sign-in/oidc?issuer=https://evil.example", &none, None).await;
        assert_eq!(unknown.status, 404);
        for claims in [
            json!({ "nonce": "another" }), json!({ "iss": "https://evil.example" }), json!({ "aud": "another" }),
            json!({ "aud": ["client", "another"] }), json!({ "azp": "another" }), json!({ "exp": 1 }), json!({ "exp": "9999999999" }),
            json!({ "sub": "" }), json!({ "iat": 9_999_999_999_i64 }),
        ] {
            let (cookies, asked) = provider.begin(&world).await;
            let code = provider.consent(&world, &asked, claims.clone());
            let page = provider.back(&world, &cookies, &asked["state"], &code).await;
            assert!(page.status >= 400 && !page.cookies.contains_key("belowline"), "{claims}: {}", page.status);
        }
        for away in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
            let path = format!("/sign-in/oidc?return_to={}", url::form_urlencoded::byte_serialize(away.as_bytes()).collect::<String>());
            let page = send(&world, Method::GET, &path, &none, None).await;
            let asked: HashMap<String, String> = url::Url::parse(&page.location).unwrap().query_pairs().into_owned().collect();
            let code = provider.consent(&world, &asked, json!({}));
            assert_eq!(provider.back(&world, &page.cookies, &asked["state"], &code).await.location, "/", "{away}");
        }
    }

    async fn keys_that_change_are_fetched_once_a_minute_at_most(app: TestApp) {
        let provider = Provider::start().await;
        let world = world(app, &provider).await;
        let exchange = async |number: usize, subject: &str| {
            let now = world.app.now().as_millis() / 1_000;
            let claims = json!({ "iss": provider.issuer, "aud": "comments", "sub": subject, "iat": now, "exp": now + 600 });
            let body = json!({ "token": sign(number, Some("JWT"), &claims) });
            world.anonymous.send(Method::POST, "/api/v1/sessions/host-token", None, Some(body)).await
        };
        exchange(0, "a").await.is(201);
        for _ in 0..5 {
            exchange(1, "b").await.refused(401, "token_refused");
        }
        assert_eq!(provider.plan.lock().unwrap().key_requests, 1);
        provider.plan.lock().unwrap().key = 1;
        world.app.clock.advance(Duration::from_secs(61));
        exchange(1, "b").await.is(201);
        exchange(0, "a").await.refused(401, "token_refused");
        assert_eq!(provider.plan.lock().unwrap().key_requests, 2);
    }
}
