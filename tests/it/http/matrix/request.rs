//! What each operation of the API is asked in a cell of the matrix.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use belowline::accounts::{self, Profile};
use belowline::approvals::{self, Act};
use belowline::bans::Privilege;
use belowline::comments::Period;
use belowline::kernel::{AccountId, Actor, ApprovalId, MoveId, SessionId, SubscriberId, TitleId};
use belowline::moderation::{self, BulkForm, WhySecond};
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
        "get_rules_status" => get(format!("{rules}/status")),
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
        "join_subscribers" => {
            let other = another(app).await;
            let path = format!("/api/v1/moderation/subscribers/{subscriber}/join");
            ask(Method::POST, path, json!({ "with": other.subscriber, "reason": "Writes alike." }))
        }
        "separate_subscriber" => {
            join_another(app, subscriber).await;
            let path = format!("/api/v1/moderation/subscribers/{subscriber}/separate");
            ask(Method::POST, path, json!({ "reason": "A family's card." }))
        }
        "undo_person_move" => {
            let act = join_another(app, subscriber).await;
            ask(Method::POST, format!("/api/v1/moderation/person-moves/{act}/undo"), None)
        }
        "remove_name" => ask(
            Method::POST,
            format!("/api/v1/moderation/accounts/{}/remove-name", owner.id),
            json!({ "reason": "It poses as the mayor." }),
        ),
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
        "warn_subscriber" => ask(
            Method::POST,
            format!("/api/v1/subscribers/{subscriber}/warnings"),
            json!({ "clause": format!("{title}-abuse"), "kind": "reminder" }),
        ),
        "get_ladder" => ask(Method::GET, format!("/api/v1/subscribers/{subscriber}/ladder?title={title}"), None),
        "ban_subscribers" => ask(
            Method::POST,
            "/api/v1/bans/bulk",
            json!({ "subscribers": [subscriber], "clause": format!("{title}-abuse"), "privileges": ["report"],
                    "until": null, "dry_run": true }),
        ),
        "undo_bans" => {
            let form = BulkForm {
                subscribers: vec![subscriber],
                clause: format!("{title}-abuse").parse().unwrap(),
                privileges: [Privilege::Report].into_iter().collect(),
                until: None,
                is_dry_run: false,
            };
            let made = moderation::bulk_ban_by_operator(app, &form).await.unwrap();
            ask(Method::POST, format!("/api/v1/bans/bulk/{}/undo", made.batch.unwrap()), None)
        }
        "undo_decision" => {
            let staff = if title == "moor" { &scene.world.moor_mo } else { &scene.world.max };
            let remove = json!({ "action": "remove", "clause": format!("{title}-abuse"), "revision": 1 });
            let made = staff.post(&format!("{}/decisions", scene.comment_path()), remove).await.is(201);
            ask(Method::POST, format!("/api/v1/decisions/{}/undo", made["decision"]["id"].as_str().unwrap()), None)
        }
        "acknowledge_warning" => {
            let warning = json!({ "clause": "harbour-abuse", "kind": "warning" });
            let path = format!("/api/v1/subscribers/{subscriber}/warnings");
            let made = scene.world.max.post(&path, warning).await.is(201);
            ask(
                Method::POST,
                format!("/api/v1/me/warnings/{}/acknowledge", made["warning"]["id"].as_str().unwrap()),
                None,
            )
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
        _ => match of_staff(operation, scene).await {
            Some(ask) => ask,
            None => return of_oneself(operation, scene).await,
        },
    })
}

async fn of_staff(operation: &str, scene: &mut Scene<'_>) -> Option<Ask> {
    let (app, owner) = (&scene.world.app, scene.owner.profile.clone().unwrap());
    let sessions = format!("/api/v1/accounts/{}/sessions", owner.id);
    Some(match operation {
        "list_staff_sessions" => ask(Method::GET, sessions, None),
        "end_staff_session" => {
            let session = last_session(app, owner.id).await;
            ask(Method::DELETE, format!("{sessions}/{session}"), None)
        }
        "list_approvals" => ask(Method::GET, "/api/v1/approvals", None),
        "approve_act" => ask(Method::POST, format!("/api/v1/approvals/{}/approve", waiting(scene).await), None),
        "refuse_act" => ask(Method::POST, format!("/api/v1/approvals/{}/refuse", waiting(scene).await), None),
        _ => return None,
    })
}

/// A ban of the owner that waits for a second person of the scene's title.
async fn waiting(scene: &Scene<'_>) -> ApprovalId {
    let (app, title) = (&scene.world.app, scene.title);
    let by = if title == "moor" { &scene.world.moor_mo } else { &scene.world.max };
    let person = app.signed_in(by.profile.as_ref().unwrap().id).await;
    let act = Act::Ban {
        subscriber: scene.owner.profile.as_ref().unwrap().subscriber,
        privileges: vec!["report".to_owned()],
        clause: format!("{title}-abuse").parse().unwrap(),
        scope: None,
        until: None,
        evidence: Vec::new(),
        note: None,
        comments: "keep".to_owned(),
    };
    approvals::ask(app, &person, act, WhySecond::Many).await.unwrap().id
}

async fn of_oneself(operation: &str, scene: &mut Scene<'_>) -> Option<Ask> {
    let get = |path: &str| ask(Method::GET, path, None);
    Some(match operation {
        "get_me" => get("/api/v1/me"),
        "list_waiting_events" => get("/api/v1/billing/waiting"),
        "delete_account" => ask(Method::POST, "/api/v1/me/deletion", json!({})),
        "rename" => ask(Method::POST, "/api/v1/me/name", json!({ "name": format!("Another {}", scene.number) })),
        "list_my_comments" => get("/api/v1/me/comments"),
        "list_my_statements" => get("/api/v1/me/decisions"),
        "choose_mail" => ask(Method::POST, "/api/v1/me/mail", json!({ "digest": "daily" })),
        "list_my_reports" => get("/api/v1/me/reports"),
        "list_sessions" => get("/api/v1/sessions"),
        "get_second_factor" => get("/api/v1/me/second-factor"),
        "enrol_second_factor" => ask(Method::POST, "/api/v1/me/second-factor", None),
        "confirm_second_factor" => {
            ask(Method::POST, "/api/v1/me/second-factor/confirmation", json!({ "code": "000000" }))
        }
        "renew_recovery_codes" => {
            ask(Method::POST, "/api/v1/me/second-factor/recovery-codes", json!({ "code": "000000" }))
        }
        "list_passkeys" => get("/api/v1/me/passkeys"),
        "begin_passkey" => ask(Method::POST, "/api/v1/me/passkeys/options", None),
        "add_passkey" => {
            let body = json!({ "ceremony": "cer_00000000000000000000000000", "credential": {}, "label": "Telephone" });
            ask(Method::POST, "/api/v1/me/passkeys", Some(body))
        }
        "remove_passkey" => ask(Method::DELETE, "/api/v1/me/passkeys/pkey_00000000000000000000000000", None),
        "remove_second_factor" => ask(Method::DELETE, "/api/v1/me/second-factor", None),
        "reauthenticate" => ask(Method::POST, "/api/v1/sessions/reauthenticate", json!({})),
        "sign_out" => ask(Method::DELETE, "/api/v1/sessions/current", None),
        "sign_in" => ask(Method::POST, "/api/v1/sessions", json!({ "email": "ann@example.org", "password": PASSWORD })),
        "exchange_host_token" => {
            ask(Method::POST, "/api/v1/sessions/host-token", json!({ "token": "nobody.signed.this" }))
        }
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

/// Somebody whom nobody met before.
async fn another(app: &TestApp) -> Profile {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    app.account(&format!("Second {}", COUNT.fetch_add(1, Ordering::Relaxed))).await
}

/// Makes another subscriber the same person; answers the act.
async fn join_another(app: &TestApp, subscriber: SubscriberId) -> MoveId {
    let other = another(app).await;
    let mut work = app.write(Actor::Operator).await.unwrap();
    let act = accounts::join(&mut work, subscriber, other.subscriber, "test").await.unwrap();
    work.commit().await.unwrap();
    act
}

/// The newest session of `account`.
async fn last_session(app: &TestApp, account: AccountId) -> SessionId {
    let mut work = app.read(Actor::Operator).await.unwrap();
    let now = work.now;
    accounts::list_sessions(&mut work.tx, account, now).await.unwrap()[0].id
}
