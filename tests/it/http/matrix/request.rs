//! What each operation of the API is asked in a cell of the matrix.

use std::time::Duration;

use axum::http::Method;
use belowline::accounts;
use belowline::comments::Period;
use belowline::kernel::{AccountId, Actor, SessionId, TitleId};
use belowline::rulebook::sweep::{self, SweepForm};
use belowline::rulebook::{self, Publication, backtest};
use serde_json::{Value, json};

use super::scene::Scene;
use crate::support::{PASSWORD, TestApp};

/// A request to send.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

fn ask(method: Method, path: impl Into<String>, body: impl Into<Option<Value>>) -> Ask {
    Ask { method, path: path.into(), body: body.into() }
}

/// The request of `operation` on the scene's object, or nothing when the operation is unknown here.
pub(super) async fn request(operation: &str, scene: &mut Scene<'_>) -> Option<Ask> {
    let comment = scene.comment_path();
    let (title, story) = (scene.title, scene.story);
    let get = |path: String| ask(Method::GET, path, None);
    Some(match operation {
        "get_house_rules" => get(format!("/api/v1/titles/{title}/house-rules")),
        "get_story_by_key" => get(format!("/api/v1/titles/{title}/stories/by-key/ferry")),
        "put_story" => ask(
            Method::PUT,
            format!("/api/v1/titles/{title}/stories/by-key/new-{}", scene.number),
            json!({
            "url": "https://paper.example/new", "headline": "New", "section": "News", "published_at": "2026-03-01T12:00:00Z" }),
        ),
        "set_thread" => {
            ask(Method::PUT, format!("/api/v1/stories/{story}/thread"), json!({ "status": "open", "closes_at": null }))
        }
        "read_thread" => get(format!("/api/v1/stories/{story}/comments")),
        "read_mine" => get(format!("/api/v1/stories/{story}/mine")),
        "submit_comment" => {
            ask(Method::POST, format!("/api/v1/stories/{story}/comments"), json!({ "body": "A second thought." }))
        }
        "get_comment" => get(comment),
        "list_replies" => get(format!("{comment}/replies")),
        "edit_comment" => ask(Method::PATCH, comment, json!({ "body": "On reflection.", "revision": 1 })),
        "withdraw_comment" => ask(Method::DELETE, comment, None),
        "recommend_comment" => ask(Method::PUT, format!("{comment}/recommendation"), None),
        "unrecommend_comment" => ask(Method::DELETE, format!("{comment}/recommendation"), None),
        "report_comment" => {
            ask(Method::POST, format!("{comment}/reports"), json!({ "clause": format!("{title}-abuse") }))
        }
        "decide" => ask(
            Method::POST,
            format!("{comment}/decisions"),
            json!({
            "action": "remove", "clause": format!("{title}-abuse"), "revision": 1 }),
        ),
        "read_queue" => get(format!("/api/v1/moderation/queue?title={title}")),
        "list_bans" => get(format!("/api/v1/bans?title={title}")),
        _ => match of_rulebook(operation, scene).await {
            Some(ask) => ask,
            None => return about_people(operation, scene).await,
        },
    })
}

/// Rules that every cell finds published, publishes again and tries.
const RULES: &str = "[[rule]]\nid = 'ferries'\nwhen = 'text.links > 1'\nthen = 'publish'\nmode = 'draft'\n";

async fn of_rulebook(operation: &str, scene: &mut Scene<'_>) -> Option<Ask> {
    let (title, app) = (scene.title, &scene.world.app);
    let id: TitleId = title.parse().unwrap();
    let base = format!("/api/v1/titles/{title}");
    let (rules, since) = (format!("{base}/rules"), app.now().minus(Duration::from_secs(3_600)));
    let get = |path: String| Some(ask(Method::GET, path, None));
    rulebook::publish_rules(app, Actor::Operator, Publication::new(&id, RULES)).await.unwrap();
    match operation {
        "get_document" => get(rules),
        "list_document_versions" => get(format!("{rules}/versions")),
        "get_document_version" => get(format!("{rules}/versions/1")),
        "diff_document" => get(format!("{rules}/diff?from=0&to=1")),
        "put_document" => Some(ask(Method::PUT, rules, json!({ "source": RULES, "based_on": 1 }))),
        "check_document" => Some(ask(Method::POST, format!("{rules}/check"), json!({ "source": RULES }))),
        "revert_document" => Some(ask(Method::POST, format!("{rules}/revert"), json!({ "version": 1, "based_on": 1 }))),
        "list_backtests" => get(format!("{base}/backtests")),
        "request_backtest" => {
            Some(ask(Method::POST, format!("{base}/backtests"), json!({ "rules": RULES, "since": since })))
        }
        "get_backtest" | "cancel_backtest" => {
            let period = Period { since, until: app.now() };
            let asked = backtest::request(app, Actor::Operator, Some(&id), RULES, period, None).await.unwrap();
            let method = if operation == "get_backtest" { Method::GET } else { Method::DELETE };
            Some(ask(method, format!("{base}/backtests/{}", asked.id), None))
        }
        "list_sweeps" => get(format!("{base}/sweeps")),
        "count_sweep" => Some(ask(Method::POST, format!("{base}/sweeps/count"), json!({ "since": since }))),
        "make_sweep" => Some(ask(Method::POST, format!("{base}/sweeps"), json!({ "since": since }))),
        "undo_sweep" => {
            let form = SweepForm { title: id, since, rules: Vec::new() };
            let made = sweep::sweep(app, Actor::Operator, &form, &mut |_, _| {}).await.unwrap();
            Some(ask(Method::POST, format!("{base}/sweeps/{}/undo", made.sweep.id), None))
        }
        _ => None,
    }
}

async fn about_people(operation: &str, scene: &mut Scene<'_>) -> Option<Ask> {
    let (title, app) = (scene.title, &scene.world.app);
    let owner = scene.owner.profile.clone().unwrap();
    let subscriber = owner.subscriber;
    Some(match operation {
        "get_subscriber" => ask(Method::GET, format!("/api/v1/moderation/subscribers/{subscriber}"), None),
        "set_subscription" => ask(
            Method::PUT,
            format!("/api/v1/subscribers/{subscriber}/subscription"),
            json!({
            "status": "active", "valid_until": null }),
        ),
        "revoke_subscription" => ask(Method::DELETE, format!("/api/v1/subscribers/{subscriber}/subscription"), None),
        "ban_subscriber" => ask(
            Method::POST,
            format!("/api/v1/subscribers/{subscriber}/bans"),
            json!({
            "privileges": ["comment"], "clause": format!("{title}-abuse"), "until": null }),
        ),
        "lift_ban" => {
            let ban = scene.owner_banned().await;
            ask(Method::POST, format!("/api/v1/bans/{ban}/lift"), json!({ "reason": "Time served." }))
        }
        "set_role" => ask(
            Method::PUT,
            format!("/api/v1/accounts/{}/role", owner.id),
            json!({ "title": title, "role": "moderator" }),
        ),
        "end_session" => {
            let session = last_session(app, owner.id).await;
            ask(Method::DELETE, format!("/api/v1/sessions/{session}"), None)
        }
        _ => return of_oneself(operation, scene).await,
    })
}

async fn of_oneself(operation: &str, scene: &mut Scene<'_>) -> Option<Ask> {
    let get = |path: &str| ask(Method::GET, path, None);
    Some(match operation {
        "get_me" => get("/api/v1/me"),
        "list_my_comments" => get("/api/v1/me/comments"),
        "list_my_statements" => get("/api/v1/me/decisions"),
        "list_my_reports" => get("/api/v1/me/reports"),
        "list_sessions" => get("/api/v1/sessions"),
        "sign_out" => ask(Method::DELETE, "/api/v1/sessions/current", None),
        "sign_in" => ask(Method::POST, "/api/v1/sessions", json!({ "email": "ann@example.org", "password": PASSWORD })),
        "sign_up" => {
            let new = format!("New {}", scene.number);
            let email = format!("new-{}@example.org", scene.number);
            ask(Method::POST, "/api/v1/accounts", json!({ "email": email, "password": PASSWORD, "name": new }))
        }
        "ask_password_reset" => {
            ask(Method::POST, "/api/v1/accounts/password-reset", json!({ "email": "nobody@example.org" }))
        }
        "confirm_email" => ask(Method::POST, "/api/v1/accounts/confirmation", json!({ "token": "none" })),
        "reset_password" => {
            ask(Method::PUT, "/api/v1/accounts/password-reset", json!({ "token": "none", "password": PASSWORD }))
        }
        "change_password" => {
            ask(Method::PUT, "/api/v1/me/password", json!({ "old": "not this one", "new": "a new and longer one" }))
        }
        "ask_change_of_email" => {
            ask(Method::POST, "/api/v1/me/email", json!({ "email": "new@example.org", "password": "not this one" }))
        }
        "change_email" => ask(Method::POST, "/api/v1/accounts/email-change", json!({ "token": "none" })),
        _ => return None,
    })
}

/// The newest session of `account`.
async fn last_session(app: &TestApp, account: AccountId) -> SessionId {
    let mut work = app.read(Actor::Operator).await.unwrap();
    let now = work.now;
    accounts::list_sessions(&mut work.tx, account, now).await.unwrap()[0].id
}
