//! Ways back for somebody who was banned: by what is theirs nobody comes back, by what is only alike a moderator looks, and
//! whoever is near them by chance is left alone. Printed as a table.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use belowline::accounts::{Client, NewAccount, create_account};
use belowline::http::address::Peer;
use belowline::identity;
use belowline::kernel::{Actor, SubscriberId};
use belowline::subscriptions::{Status, billing};
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::support::{Answer, TestApp, World};

const HOME: &str = "https://login.paper.example";
const AWAY: &str = "https://other.example";
const SETTINGS: &str = r#"[{"issuer":"https://login.paper.example","audience":"comments","hs256":{"k":"a secret of the first"}},
    {"issuer":"https://other.example","audience":"comments","hs256":{"k":"a secret of the other"}}]"#;

/// What becomes of somebody's comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Refused,
    Held,
    Free,
}
use Fate::{Free, Held, Refused};

/// Somebody who comes: what the newspaper's login says, and from where.
#[derive(Clone)]
struct Comer {
    issuer: &'static str,
    claims: Value,
    address: String,
    device: Option<String>,
}

impl Comer {
    fn with(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    fn paying(mut self, name: &str, value: &str) -> Self {
        self.claims["entitlement"][name] = json!(value);
        self
    }

    fn from(self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self }
    }
}

struct Bench {
    world: World,
    rows: Vec<(String, Fate, Fate)>,
    events: u32,
}

/// Letters for a number, so that names and addresses of one way are not those of another.
fn letters(number: usize) -> String {
    format!(
        "{}{}",
        char::from(b'a' + u8::try_from(number / 26).unwrap()),
        char::from(b'a' + u8::try_from(number % 26).unwrap())
    )
}

impl Bench {
    fn number(&self) -> usize {
        self.rows.len()
    }

    fn comer(&self, who: &str) -> Comer {
        let (now, mark) = (self.world.app.now().as_millis() / 1_000, letters(self.number()));
        let place = self.number() + if who == "troll" { 0 } else { 100 };
        Comer {
            issuer: HOME,
            claims: json!({ "iss": HOME, "aud": "comments", "sub": format!("{who}-{mark}"), "iat": now, "exp": now + 600,
                "name": format!("{who} {mark} person"), "email": format!("{who}.{mark}@mail.example"), "email_verified": true,
                "entitlement": { "status": "active", "subscription": format!("sub-{who}-{mark}"), "customer": format!("cus-{who}-{mark}") } }),
            address: format!("198.51.{place}.7"),
            device: None,
        }
    }

    async fn enter(&self, comer: &Comer) -> Result<(String, SubscriberId), identity::ExchangeError> {
        let mut claims = comer.claims.clone();
        claims["iss"] = json!(comer.issuer);
        let secret = if comer.issuer == HOME { "a secret of the first" } else { "a secret of the other" };
        let header = Header { kid: Some("k".into()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap();
        let from =
            Client { address: comer.address.parse().unwrap(), user_agent: "x".into(), device: comer.device.clone() };
        let admission = identity::exchange(&self.world.app, &token, &from).await?;
        Ok((admission.token.expose().to_owned(), admission.person.subscriber))
    }

    async fn send(&self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("key-{}-{method}-{path}", self.number()))
            .body(Body::from(body.to_string()))
            .unwrap();
        request.extensions_mut().insert(Peer("192.0.2.1:4000".parse().unwrap()));
        let response = belowline::http::router(self.world.app.app.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    async fn post(&self, token: &str) -> Fate {
        let body = json!({ "body": format!("What I have to say about it, {}.", letters(self.number())) });
        let answer = self.send("POST", &self.world.thread(), token, body).await;
        match (answer.status.as_u16(), answer.body["code"].as_str()) {
            (201, _) => Free,
            (202, _) => {
                assert_eq!(answer.body["reasons"][0]["rule"], "linked-to-banned", "{}", answer.body);
                Held
            }
            (403, Some("banned")) => Refused,
            _ => panic!("{} {}", answer.status, answer.body),
        }
    }

    async fn tries(&self, comer: &Comer) -> Fate {
        match self.enter(comer).await {
            Ok((token, _)) => self.post(&token).await,
            Err(_) => Refused,
        }
    }

    /// The troll of this way, who has an account and a card and is banned now.
    async fn banned(&mut self) -> (Comer, String, SubscriberId) {
        let troll = self.comer("troll");
        let (token, subscriber) = self.enter(&troll).await.unwrap();
        self.card(&troll, None, &format!("card-{}", letters(self.number()))).await;
        self.ban(subscriber).await;
        (troll, token, subscriber)
    }

    async fn ban(&self, subscriber: SubscriberId) {
        self.world.app.clock.advance(std::time::Duration::from_secs(1));
        let path = format!("/api/v1/subscribers/{subscriber}/bans");
        let body = json!({ "privileges": ["comment", "reply", "recommend", "report"], "clause": "harbour-abuse", "until": null });
        self.world.mo.post(&path, body).await.is(201);
        self.world.app.clock.advance(std::time::Duration::from_secs(1));
    }

    async fn tell(&self, told: billing::BillingEvent) {
        let mut work = self.world.app.write(Actor::Job("test")).await.unwrap();
        billing::take(&mut work, &self.world.app.keys, &told).await.unwrap();
        work.commit().await.unwrap();
    }

    /// Billing says which card pays for the comer's subscription, or for a seat of it.
    async fn card(&mut self, comer: &Comer, seat: Option<&str>, card: &str) {
        self.events += 1;
        let entitlement = &comer.claims["entitlement"];
        let event = json!({ "type": "subscription.updated", "timestamp": comer.claims["iat"], "data": { "issuer": comer.issuer,
            "subject": comer.claims["sub"], "subscription": entitlement["subscription"], "customer": entitlement["customer"],
            "payment_fingerprint": card, "seat": seat, "status": "active", "valid_until": null } });
        let told =
            billing::read_neutral(&self.world.app.keys, &format!("m{}", self.events), event.to_string().as_bytes());
        self.tell(told.unwrap().unwrap()).await;
    }

    async fn stripe(&mut self, kind: &str, object: Value) {
        self.events += 1;
        let at = self.world.app.now().as_millis() / 1_000;
        let event =
            json!({ "id": format!("e{}", self.events), "type": kind, "created": at, "data": { "object": object } });
        let told = billing::read_stripe(&self.world.app.keys, event.to_string().as_bytes(), false).unwrap().unwrap();
        self.tell(told).await;
    }

    fn row(&mut self, what: &str, expected: Fate, found: Fate) {
        self.rows.push((what.to_owned(), expected, found));
    }

    /// A way back: after the ban, `change` makes of a newcomer (or of the troll) whoever comes.
    async fn way(&mut self, what: &str, expected: Fate, change: impl FnOnce(&Comer, Comer) -> Comer) {
        let (troll, ..) = self.banned().await;
        let comer = change(&troll, self.comer("guest"));
        let found = self.tries(&comer).await;
        self.row(what, expected, found);
    }
}

async fn the_same_login(bench: &mut Bench) {
    bench.way("the same login", Refused, |troll, _| troll.clone()).await;
    bench
        .way("the same login, another address", Refused, |troll, _| {
            troll.clone().with("email", json!("new@mail.example"))
        })
        .await;
    bench
        .way("the same login, another name", Refused, |troll, _| troll.clone().with("name", json!("Somebody Else")))
        .await;
    bench.way("the same login, another network", Refused, |troll, _| troll.clone().from("203.0.113.9")).await;
    bench
        .way("the same login, another subscription", Refused, |troll, _| {
            troll.clone().paying("subscription", "sub-new-1")
        })
        .await;
    bench
        .way("the same login, another customer", Refused, |troll, _| troll.clone().paying("customer", "cus-new-1"))
        .await;
    bench
        .way("the same login, without a word of subscribing", Refused, |troll, _| {
            troll.clone().with("entitlement", Value::Null)
        })
        .await;
    bench
        .way("the same login, everything else new", Refused, |troll, guest| {
            guest.with("sub", troll.claims["sub"].clone())
        })
        .await;
    for (what, fresh) in
        [("deleted and back by the same login", false), ("deleted and back, another name and address", true)]
    {
        let (troll, token, _) = bench.banned().await;
        bench.send("POST", "/api/v1/me/deletion", &token, json!({})).await.is(202);
        let comer = if fresh {
            troll.with("name", json!("Fresh Face")).with("email", json!("fresh@mail.example"))
        } else {
            troll
        };
        let (token, _) = bench.enter(&comer).await.unwrap();
        let found = bench.post(&token).await;
        bench.row(what, Refused, found);
        let told = bench.send("GET", "/api/v1/me/decisions", &token, Value::Null).await.is(200);
        assert_eq!(told["items"][0]["kind"], "banned", "whoever comes back reads why: {told}");
        assert_eq!(told["items"].as_array().unwrap().len(), 1);
    }
    for (what, statuses) in
        [("lapsed and renewed", ["canceled", "active"]), ("paused and resumed", ["paused", "active"])]
    {
        let (troll, token, _) = bench.banned().await;
        for status in statuses {
            bench.world.app.clock.advance(std::time::Duration::from_secs(2));
            let of = &troll.claims["entitlement"];
            let object = json!({ "id": of["subscription"], "customer": of["customer"], "status": status });
            bench.stripe("customer.subscription.updated", object).await;
        }
        let found = bench.post(&token).await;
        bench.row(what, Refused, found);
    }
    let (troll, token, _) = bench.banned().await;
    let customer = troll.claims["entitlement"]["customer"].clone();
    bench.stripe("charge.refunded", json!({ "id": "ch-x", "customer": customer, "refunded": true })).await;
    bench
        .stripe("customer.subscription.created", json!({ "id": "sub-again", "customer": customer, "status": "active" }))
        .await;
    let found = bench.post(&token).await;
    bench.row("refunded and bought again", Refused, found);
    let (troll, token, _) = bench.banned().await;
    bench.card(&troll, None, "card-quite-new").await;
    let found = bench.post(&token).await;
    bench.row("another card", Refused, found);
    let (_, token, _) = bench.banned().await;
    let found = bench.post(&token).await;
    bench.row("the session from before the ban", Refused, found);
    let troll = bench.comer("troll").with("jti", json!("once"));
    let (_, subscriber) = bench.enter(&troll).await.unwrap();
    bench.ban(subscriber).await;
    let found = bench.tries(&troll).await;
    bench.row("the token from before the ban, replayed", Refused, found);
    let (_, token, subscriber) = bench.banned().await;
    let mut work = bench.world.app.write(Actor::Operator).await.unwrap();
    belowline::subscriptions::set(&mut work, subscriber, Status::Active, None).await.unwrap();
    work.commit().await.unwrap();
    let found = bench.post(&token).await;
    bench.row("granted a subscription by hand", Refused, found);
}

async fn old_comments(bench: &mut Bench) {
    let troll = bench.comer("troll");
    let (token, subscriber) = bench.enter(&troll).await.unwrap();
    let body = json!({ "body": "Written in time, and innocent." });
    let comment = bench.send("POST", &bench.world.thread(), &token, body).await.is(201)["comment"].clone();
    bench.ban(subscriber).await;
    let path = format!("/api/v1/comments/{}", comment["id"].as_str().unwrap());
    let answer = bench.send("PATCH", &path, &token, json!({ "body": "Abuse.", "revision": 1 })).await;
    bench.row("an old comment, edited", Refused, if answer.status == 403 { Refused } else { Free });
    let other =
        bench.world.comment(&bench.world.bob, &format!("On the other hand, {}.", letters(bench.number()))).await;
    let path = format!("/api/v1/comments/{}", other["id"].as_str().unwrap());
    let answer = bench.send("PUT", &format!("{path}/recommendation"), &token, Value::Null).await;
    bench.row("recommending", Refused, if answer.status == 403 { Refused } else { Free });
    let answer = bench.send("POST", &format!("{path}/reports"), &token, json!({ "clause": "harbour-abuse" })).await;
    bench.row("reporting", Refused, if answer.status == 403 { Refused } else { Free });
    let reply = json!({ "body": "An answer then.", "parent": other["id"] });
    let answer = bench.send("POST", &bench.world.thread(), &token, reply).await;
    bench.row("replying", Refused, if answer.status == 403 { Refused } else { Free });
}

async fn the_same_purse(bench: &mut Bench) {
    let of = |comer: &Comer, name: &str| comer.claims["entitlement"][name].as_str().unwrap().to_owned();
    bench
        .way("another login, the same subscription", Refused, |troll, guest| {
            guest.paying("subscription", &of(troll, "subscription"))
        })
        .await;
    bench
        .way("another login, the same customer", Refused, |troll, guest| {
            guest.paying("customer", &of(troll, "customer"))
        })
        .await;
    bench
        .way("another provider, the same subscription", Refused, |troll, guest| Comer {
            issuer: AWAY,
            ..guest.paying("subscription", &of(troll, "subscription"))
        })
        .await;
    for (what, how) in
        [("the same card, told by billing", 0), ("the same card, attached", 1), ("the same card, charged", 2)]
    {
        bench.banned().await;
        let guest = bench.comer("guest");
        let (token, _) = bench.enter(&guest).await.unwrap();
        let (card, customer) = (format!("card-{}", letters(bench.number())), of(&guest, "customer"));
        match how {
            0 => bench.card(&guest, None, &card).await,
            1 => {
                bench
                    .stripe(
                        "payment_method.attached",
                        json!({ "id": "pm", "customer": customer, "card": { "fingerprint": card } }),
                    )
                    .await
            }
            _ => {
                let details = json!({ "card": { "fingerprint": card } });
                bench
                    .stripe(
                        "charge.succeeded",
                        json!({ "id": "ch", "customer": customer, "payment_method_details": details }),
                    )
                    .await;
            }
        }
        let found = bench.post(&token).await;
        bench.row(what, Refused, found);
    }
    for (what, is_card) in
        [("deleted, another login, the same subscription", false), ("deleted, another login, the same card", true)]
    {
        let (troll, token, _) = bench.banned().await;
        bench.send("POST", "/api/v1/me/deletion", &token, json!({})).await.is(202);
        let mut guest = bench.comer("guest");
        if is_card {
            let card = format!("card-{}", letters(bench.number()));
            bench.card(&guest, None, &card).await;
        } else {
            guest = guest.paying("subscription", &of(&troll, "subscription"));
        }
        let found = bench.tries(&guest).await;
        bench.row(what, Refused, found);
    }
    // A chain: the first and the second share a card, the second and the third a subscription.
    let (_, _, _) = bench.banned().await;
    let (second, third) = (bench.comer("second"), bench.comer("third"));
    bench.enter(&second).await.unwrap();
    let card = format!("card-{}", letters(bench.number()));
    bench.card(&second, None, &card).await;
    let found = bench.tries(&third.paying("subscription", &of(&second, "subscription"))).await;
    bench.row("two steps away, by card and by subscription", Refused, found);
    let troll = bench.comer("troll").paying("seat", "a");
    let (_, subscriber) = bench.enter(&troll).await.unwrap();
    bench.ban(subscriber).await;
    let guest = bench.comer("guest").paying("subscription", &of(&troll, "subscription")).paying("seat", "a");
    let found = bench.tries(&guest).await;
    bench.row("another login, the same seat", Refused, found);
}

async fn what_is_only_alike(bench: &mut Bench) {
    let of = |comer: &Comer, name: &str| comer.claims["entitlement"][name].as_str().unwrap().to_owned();
    let mailbox = |comer: &Comer| comer.claims["email"].as_str().unwrap().split_once('@').unwrap().0.to_owned();
    bench.way("the same address", Held, |troll, guest| guest.with("email", troll.claims["email"].clone())).await;
    bench
        .way("the same address with a tag", Held, |troll, guest| {
            guest.with("email", json!(format!("{}+news@mail.example", mailbox(troll))))
        })
        .await;
    bench
        .way("the same address in capitals", Held, |troll, guest| {
            guest.with("email", json!(format!("{}@MAIL.example", mailbox(troll).to_uppercase())))
        })
        .await;
    let troll = bench.comer("troll").with("email", json!("gr.im@gmail.com"));
    let (_, subscriber) = bench.enter(&troll).await.unwrap();
    bench.ban(subscriber).await;
    let found = bench.tries(&bench.comer("guest").with("email", json!("g.r.i.m+x@googlemail.com"))).await;
    bench.row("the same mailbox with other dots", Held, found);
    let name = |comer: &Comer| comer.claims["name"].as_str().unwrap().to_owned();
    bench
        .way("the same name and a figure", Held, |troll, guest| guest.with("name", json!(format!("{}2", name(troll)))))
        .await;
    bench
        .way("the same name, a letter doubled", Held, |troll, guest| {
            guest.with("name", json!(name(troll).replace("person", "persson")))
        })
        .await;
    bench
        .way("the same name in look-alike letters", Held, |troll, guest| {
            guest.with("name", json!(name(troll).replace('o', "0")))
        })
        .await;
    bench.way("the very name", Held, |troll, guest| guest.with("name", json!(name(troll)))).await;
    bench.way("the same address of the network", Held, |troll, guest| guest.from(&troll.address.clone())).await;
    bench.way("the same network", Held, |troll, guest| guest.from(&troll.address.replace(".7", ".200"))).await;
    let mut troll = bench.comer("troll").from("2001:4860:77:1::1");
    troll.device = Some("browser-six".into());
    let (_, subscriber) = bench.enter(&troll).await.unwrap();
    bench.ban(subscriber).await;
    let found = bench.tries(&bench.comer("guest").from("2001:4860:77:ffff::9")).await;
    bench.row("the same network of IPv6", Held, found);
    let found = bench.tries(&Comer { device: Some("browser-six".into()), ..bench.comer("guest") }).await;
    bench.row("the same browser", Held, found);
    bench
        .way("a seat of the same subscription", Held, |troll, guest| {
            guest.paying("subscription", &of(troll, "subscription")).paying("seat", "b")
        })
        .await;
    bench
        .way("a seat of the same customer", Held, |troll, guest| {
            guest.paying("customer", &of(troll, "customer")).paying("seat", "b")
        })
        .await;
    bench.banned().await;
    let guest = bench.comer("guest").paying("seat", "gift");
    let card = format!("card-{}", letters(bench.number()));
    bench.card(&guest, Some("gift"), &card).await;
    let found = bench.tries(&guest).await;
    bench.row("a gift paid by the same card", Held, found);
    let (troll, ..) = bench.banned().await;
    let email = troll.claims["email"].as_str().unwrap().to_owned();
    let new = NewAccount {
        email,
        name: format!("Own {}", letters(bench.number())),
        password: None,
        is_confirmed: true,
        subscriber: None,
    };
    let own = create_account(&bench.world.app, Actor::Operator, &new).await.unwrap();
    let mut work = bench.world.app.write(Actor::Operator).await.unwrap();
    belowline::subscriptions::set(&mut work, own.subscriber, Status::Active, None).await.unwrap();
    work.commit().await.unwrap();
    let token = bench.world.app.token_of(own.id).await.expose().to_owned();
    let found = bench.post(&token).await;
    bench.row("an account of our own with the same address", Held, found);
}

async fn bystanders(bench: &mut Bench) {
    bench.way("somebody new", Free, |_, guest| guest).await;
    bench
        .way("the same subject at another provider", Free, |troll, guest| Comer {
            issuer: AWAY,
            ..guest.with("sub", troll.claims["sub"].clone())
        })
        .await;
    let troll = bench.comer("troll").with("name", json!("Quayside Fan 16"));
    let (_, subscriber) = bench.enter(&troll).await.unwrap();
    bench.ban(subscriber).await;
    let guest = bench.comer("guest").with("name", json!("Quayside Fan 17"));
    let found = bench.tries(&guest).await;
    bench.row("a name of a series", Free, found);
    bench.way("the next network", Free, |_, guest| guest.from("198.51.250.7")).await;
    for what in [
        "an office network, there before the ban",
        "a namesake, there before the ban",
        "a household's address, there before the ban",
    ] {
        let troll = bench.comer("troll");
        let guest = match what {
            "an office network, there before the ban" => bench.comer("guest").from(&troll.address),
            "a namesake, there before the ban" => {
                bench.comer("guest").with("name", json!(format!("{}2", troll.claims["name"].as_str().unwrap())))
            }
            _ => bench.comer("guest").with("email", troll.claims["email"].clone()),
        };
        let (token, _) = bench.enter(&guest).await.unwrap();
        let (_, subscriber) = bench.enter(&troll).await.unwrap();
        bench.ban(subscriber).await;
        let found = bench.post(&token).await;
        bench.row(what, Free, found);
    }
    let troll = bench.comer("troll");
    let (_, subscriber) = bench.enter(&troll).await.unwrap();
    let path = format!("/api/v1/subscribers/{subscriber}/bans");
    let body = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null });
    let ban = bench.world.mo.post(&path, body).await.is(201)["ban"]["id"].as_str().unwrap().to_owned();
    bench.world.mo.post(&format!("/api/v1/bans/{ban}/lift"), json!({ "reason": "Mistaken." })).await.is(200);
    let guest = bench.comer("guest").from(&troll.address);
    let found = bench.tries(&guest).await;
    bench.row("the same network, the ban lifted", Free, found);
    let (troll, _, subscriber) = bench.banned().await;
    let guest = bench.comer("guest").from(&troll.address);
    let (token, own) = bench.enter(&guest).await.unwrap();
    let path = format!("/api/v1/moderation/subscribers/{own}/join");
    bench.world.mo.post(&path, json!({ "with": subscriber, "reason": "Alike." })).await.is(200);
    let path = format!("/api/v1/moderation/subscribers/{own}/separate");
    bench.world.mo.post(&path, json!({ "reason": "They are two after all." })).await.is(200);
    let found = bench.post(&token).await;
    bench.row("found to be two people by a moderator", Free, found);
    let (troll, _, _) = bench.banned().await;
    let card = format!("card-{}", letters(bench.number()));
    let guest = bench.comer("guest");
    let (token, own) = bench.enter(&guest).await.unwrap();
    bench.card(&guest, None, &card).await;
    assert_eq!(bench.post(&token).await, Refused);
    let path = format!("/api/v1/moderation/subscribers/{own}/separate");
    bench.world.mo.post(&path, json!({ "reason": "They are neighbours." })).await.is(200);
    let third = bench.comer("third").from(&troll.address);
    bench.enter(&third).await.unwrap();
    bench.card(&third, None, &card).await;
    let found = bench.post(&token).await;
    bench.row("found to be two people, and a third has the card of both", Free, found);
    let found = bench.tries(&third).await;
    bench.row("the third, with the troll's card", Refused, found);
}

/// What moderators do and take back leaves nothing behind, and no ban goes with it.
async fn what_moderators_do(bench: &mut Bench) {
    let (troll, _, subscriber) = bench.banned().await;
    let card = format!("card-{}", letters(bench.number()));
    let guest = bench.comer("guest").from(&troll.address);
    let (token, own) = bench.enter(&guest).await.unwrap();
    let path = format!("/api/v1/moderation/subscribers/{own}/join");
    let act = bench.world.mo.post(&path, json!({ "with": subscriber, "reason": "Alike." })).await.is(200)["id"].clone();
    let path = format!("/api/v1/moderation/person-moves/{}/undo", act.as_str().unwrap());
    bench.world.mo.post(&path, json!({})).await.is(204);
    let found = bench.post(&token).await;
    bench.row("joined by a moderator, and that undone", Held, found);
    bench.card(&guest, None, &card).await;
    let found = bench.post(&token).await;
    bench.row("the same, and then the troll's card", Refused, found);
    let (troll, _, subscriber) = bench.banned().await;
    let guest = bench.comer("guest").from(&troll.address);
    let (token, _) = bench.enter(&guest).await.unwrap();
    let path = format!("/api/v1/moderation/subscribers/{subscriber}");
    let bans = bench.world.mo.get(&path).await.is(200)["bans"].clone();
    bench.ban(subscriber).await;
    let path = format!("/api/v1/bans/{}/lift", bans[0]["id"].as_str().unwrap());
    bench.world.mo.post(&path, json!({ "reason": "There is another." })).await.is(200);
    let found = bench.post(&token).await;
    bench.row("the troll's network, and another ban in the place of the first", Held, found);
    let editor = bench.world.editor.subscriber();
    let path = format!("/api/v1/moderation/subscribers/{subscriber}/join");
    let answer = bench.world.mo.post(&path, json!({ "with": editor, "reason": "Out with him." })).await;
    assert_eq!(answer.body["code"], "is_staff", "{}", answer.body);
}

async fn evasion(app: TestApp) {
    let mut bench = Bench { world: World::new(app).await, rows: Vec::new(), events: 0 };
    the_same_login(&mut bench).await;
    old_comments(&mut bench).await;
    the_same_purse(&mut bench).await;
    what_is_only_alike(&mut bench).await;
    bystanders(&mut bench).await;
    what_moderators_do(&mut bench).await;
    for (what, expected, found) in &bench.rows {
        println!(
            "{what:52} {expected:?}{}",
            if expected == found { String::new() } else { format!("  BUT {found:?}") }
        );
    }
    let wrong: Vec<_> = bench.rows.iter().filter(|(_, expected, found)| expected != found).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(bench.rows.len() >= 50, "{} ways", bench.rows.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ways_back_for_a_banned_subscriber_on_sqlite() {
    evasion(
        TestApp::sqlite_with(&[("identity.host_token", SETTINGS), ("staff.destructive_per_10_minutes", "1000")]).await,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ways_back_for_a_banned_subscriber_on_postgres() {
    evasion(
        TestApp::postgres_with(&[("identity.host_token", SETTINGS), ("staff.destructive_per_10_minutes", "1000")])
            .await,
    )
    .await;
}

async fn one_voice(app: TestApp) {
    let mut bench = Bench { world: World::new(app).await, rows: Vec::new(), events: 0 };
    let (first, second) = (bench.comer("first"), bench.comer("second"));
    let (one, _) = bench.enter(&first).await.unwrap();
    let (two, _) = bench.enter(&second).await.unwrap();
    bench.card(&first, None, "card-of-both").await;
    bench.card(&second, None, "card-of-both").await;
    let body = json!({ "body": "Mine under the one name." });
    let own = bench.send("POST", &bench.world.thread(), &one, body).await.is(201)["comment"]["id"].clone();
    let theirs = bench.world.comment(&bench.world.ann, "What Ann says.").await["id"].clone();
    let (own, theirs) = (own.as_str().unwrap(), theirs.as_str().unwrap());
    let recommend = |id: &str| format!("/api/v1/comments/{id}/recommendation");
    let report = |id: &str| format!("/api/v1/comments/{id}/reports");
    let complaint = json!({ "clause": "harbour-abuse" });

    bench.send("PUT", &recommend(own), &two, Value::Null).await.refused(403, "forbidden");
    bench.send("POST", &report(own), &two, complaint.clone()).await.refused(403, "forbidden");
    for (token, method, count) in
        [(&one, "PUT", 1), (&two, "PUT", 1), (&two, "DELETE", 0), (&one, "DELETE", 0), (&two, "PUT", 1)]
    {
        let answer = bench.send(method, &recommend(theirs), token, Value::Null).await.is(200);
        assert_eq!(answer["recommendation_count"], count, "{method}");
    }
    bench.send("POST", &report(theirs), &one, complaint.clone()).await.is(201);
    bench.send("POST", &report(theirs), &two, complaint).await.refused(409, "already_reported");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_subscribers_of_one_person_have_one_voice_on_sqlite() {
    one_voice(TestApp::sqlite_with(&[("identity.host_token", SETTINGS)]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_subscribers_of_one_person_have_one_voice_on_postgres() {
    one_voice(TestApp::postgres_with(&[("identity.host_token", SETTINGS)]).await).await;
}

async fn crowd(app: TestApp) {
    let bench = Arc::new(Bench { world: World::new(app).await, rows: Vec::new(), events: 0 });
    let mut sent = JoinSet::new();
    for number in 0..24 {
        let comer = bench.comer(&format!("reader {}", letters(number)));
        for turn in 0..3 {
            let (bench, mut comer) = (bench.clone(), comer.clone());
            sent.spawn(async move {
                comer.claims["entitlement"]["plan"] = json!(format!("plan-{turn}"));
                bench.enter(&comer).await.unwrap();
            });
        }
        let bench = bench.clone();
        sent.spawn(async move {
            let entitlement = &comer.claims["entitlement"];
            let event = json!({ "type": "subscription.updated", "timestamp": comer.claims["iat"], "data": {
                "issuer": comer.issuer, "subject": comer.claims["sub"], "subscription": entitlement["subscription"],
                "customer": entitlement["customer"], "payment_fingerprint": format!("card-{}", number / 2),
                "status": "active", "valid_until": null } });
            let keys = &bench.world.app.keys;
            let told = billing::read_neutral(keys, &format!("crowd-{number}"), event.to_string().as_bytes());
            bench.tell(told.unwrap().unwrap()).await;
        });
    }
    while let Some(done) = sent.join_next().await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_in_while_billing_tells_of_them_is_let_in_on_sqlite() {
    crowd(TestApp::sqlite_with(&[("identity.host_token", SETTINGS)]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_in_while_billing_tells_of_them_is_let_in_on_postgres() {
    crowd(TestApp::postgres_with(&[("identity.host_token", SETTINGS)]).await).await;
}
