//! Two newspapers with people in every role, and a client for each of them.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use belowline::accounts::Profile;
use belowline::http::address::Peer;
use belowline::kernel::{Actor, Role, Scope, StoryId, TitleId};
use belowline::rules::{RuleSet, RuleSetSource, WordListSource};
use belowline::stories::{self, StoryForm};
use belowline::subscriptions::{self, Status};
use belowline::titles::{self, HouseRulesFile, Title};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::TestApp;

/// An answer: its status and its body as JSON, null when it has none.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body.
    pub(crate) body: Value,
}

impl Answer {
    /// The body, when the status is `status`.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// Asserts a problem of this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        self.body
    }
}

static NEXT_KEY: AtomicU64 = AtomicU64::new(0);

/// Somebody who speaks to the API.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    router: Router,
    token: Option<String>,
    /// The account, unless nobody is signed in.
    pub(crate) profile: Option<Profile>,
}

impl Caller {
    /// The subscriber's public id.
    pub(crate) fn subscriber(&self) -> String {
        self.profile.as_ref().unwrap().subscriber.to_string()
    }

    /// Sends a request as it is given.
    pub(crate) async fn send(&self, method: Method, path: &str, key: Option<&str>, body: Option<Value>) -> Answer {
        self.send_body(method, path, key, body.map(|body| Body::from(body.to_string()))).await
    }

    /// Sends a request whose JSON comes as `body` has it.
    pub(crate) async fn send_body(&self, method: Method, path: &str, key: Option<&str>, body: Option<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let mut request = request.body(body.unwrap_or_else(Body::empty)).unwrap();
        request.extensions_mut().insert(Peer("192.0.2.1:4000".parse().unwrap()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// Reads `path`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, None).await
    }

    /// Posts `body` with a key of its own.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let key = format!("key-{}", NEXT_KEY.fetch_add(1, Ordering::Relaxed));
        self.send(Method::POST, path, Some(&key), Some(body)).await
    }

    /// Sends `body` with PUT.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { None } else { Some(body) };
        self.send(Method::PUT, path, None, body).await
    }

    /// Sends `body` with PATCH.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, None, Some(body)).await
    }

    /// Deletes `path`.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, None).await
    }
}

/// Two newspapers, `harbour` and `moor`, each with a story, and people.
pub(crate) struct World {
    /// The installation.
    pub(crate) app: TestApp,
    router: Router,
    /// The story of `harbour`.
    pub(crate) story: StoryId,
    /// The story of `moor`.
    pub(crate) moor_story: StoryId,
    /// Nobody.
    pub(crate) anonymous: Caller,
    /// Subscribers.
    pub(crate) ann: Caller,
    /// Another subscriber.
    pub(crate) bob: Caller,
    /// A third.
    pub(crate) cat: Caller,
    /// Was one.
    pub(crate) lapsed: Caller,
    /// Never was.
    pub(crate) reader: Caller,
    /// Moderates `harbour`.
    pub(crate) mo: Caller,
    /// Moderates `harbour`, too.
    pub(crate) max: Caller,
    /// Moderates `moor`.
    pub(crate) moor_mo: Caller,
    /// Edits `harbour`.
    pub(crate) editor: Caller,
    /// Manages everything.
    pub(crate) admin: Caller,
}

impl World {
    /// Fills `app`.
    pub(crate) async fn new(app: TestApp) -> Self {
        let story = newspaper(&app, "harbour").await;
        let moor_story = newspaper(&app, "moor").await;
        let router = belowline::http::router(app.app.clone());
        let in_title = |name: &str| Scope::Title(name.parse().unwrap());
        let anonymous = Caller { router: router.clone(), token: None, profile: None };
        let lapsed = app.account("Lapsed Lou").await;
        let mut work = app.write(Actor::Operator).await.unwrap();
        subscriptions::set(&mut work, lapsed.subscriber, Status::Lapsed, None).await.unwrap();
        work.commit().await.unwrap();
        Self {
            story,
            moor_story,
            anonymous,
            ann: caller(&app, &router, app.subscribing("Ann").await).await,
            bob: caller(&app, &router, app.subscribing("Bob").await).await,
            cat: caller(&app, &router, app.subscribing("Catherine").await).await,
            lapsed: caller(&app, &router, lapsed).await,
            reader: caller(&app, &router, app.account("Rita Reads").await).await,
            mo: caller(&app, &router, app.staff("Mo", Role::Moderator, &in_title("harbour")).await).await,
            max: caller(&app, &router, app.staff("Max", Role::Moderator, &in_title("harbour")).await).await,
            moor_mo: caller(&app, &router, app.staff("Moira", Role::Moderator, &in_title("moor")).await).await,
            editor: caller(&app, &router, app.staff("Edith", Role::Editor, &in_title("harbour")).await).await,
            admin: caller(&app, &router, app.staff("Ada", Role::Admin, &Scope::All).await).await,
            router,
            app,
        }
    }

    /// A caller with a session of its own for `profile`.
    pub(crate) async fn caller(&self, profile: Profile) -> Caller {
        caller(&self.app, &self.router, profile).await
    }

    /// The path of the thread of `harbour`'s story.
    pub(crate) fn thread(&self) -> String {
        format!("/api/v1/stories/{}/comments", self.story)
    }

    /// Posts `body` as `caller` and answers the comment, which must be published.
    pub(crate) async fn comment(&self, caller: &Caller, body: &str) -> Value {
        caller.post(&self.thread(), serde_json::json!({ "body": body })).await.is(201)["comment"].clone()
    }

    /// Bans the subscriber of `caller` for good from everything in `harbour`.
    pub(crate) async fn ban(&self, caller: &Caller) -> Value {
        let path = format!("/api/v1/subscribers/{}/bans", caller.subscriber());
        let privileges = ["comment", "reply", "recommend", "report"];
        let body = serde_json::json!({ "privileges": privileges, "clause": "harbour-abuse", "until": null });
        self.mo.post(&path, body).await.is(201)["ban"].clone()
    }
}

async fn caller(app: &TestApp, router: &Router, profile: Profile) -> Caller {
    let token = app.token_of(profile.id).await.expose().to_owned();
    Caller { router: router.clone(), token: Some(token), profile: Some(profile) }
}

async fn newspaper(app: &TestApp, name: &str) -> StoryId {
    let id: TitleId = name.parse().unwrap();
    let mut work = app.write(Actor::Operator).await.unwrap();
    let title = Title {
        id: id.clone(),
        name: format!("The {name} test"),
        language: "en-GB".into(),
        time_zone: "Europe/London".into(),
        subscribe_url: "https://paper.example/subscribe".into(),
        subscribe_text: "Our subscribers talk to each other here.".into(),
        contact: "editor@paper.example".into(),
        closes_after_days: None,
        created_at: work.now,
    };
    titles::create(&mut work, &title).await.unwrap();
    let file = format!(
        "introduction = 'Be kind.'\n[[clause]]\nid = '{name}-abuse'\nheading = 'No abuse'\nbody = 'Argue, do not abuse.'\n\
         [[clause]]\nid = '{name}-spam'\nheading = 'No spam'\nbody = 'Nothing for sale.'\n"
    );
    let file: HouseRulesFile = toml::from_str(&file).unwrap();
    titles::publish(&mut work, &id, file).await.unwrap();
    let form = StoryForm {
        url: "https://paper.example/ferry".into(),
        headline: "Ferry late again".into(),
        section: "News".into(),
        published_at: work.now,
    };
    let (story, _) = stories::put(&mut work, &id, "ferry", &form).await.unwrap();
    work.commit().await.unwrap();
    let list = format!(
        "version = 1\n[[entry]]\ntext = 'numpty'\noutcome = 'hold'\nclause = '{name}-abuse'\n\
         [[entry]]\ntext = 'gobshite'\noutcome = 'reject'\nclause = '{name}-abuse'\n"
    );
    let word_list = WordListSource::from_toml(&list).unwrap();
    let source = RuleSetSource { word_list, ..RuleSetSource::default() };
    app.rules.set(id, RuleSet::compile(source).unwrap());
    story.id
}
