//! Strikes and the ladder, undo, warnings, bans of many and what becomes of comments, over the API and on both engines.

use std::time::Duration;

use axum::http::Method;
use belowline::comments::{self, Comment, Record};
use belowline::kernel::{Actor, CommentId, SubscriberId, Timestamp};
use belowline::reports::{self, Report};
use belowline::{accounts, bans, stories};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp, World, both_engines};

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

/// Posts without a body.
async fn act(caller: &Caller, path: &str, key: Option<&str>) -> Answer {
    caller.send(Method::POST, path, key, None).await
}

async fn decide(world: &World, by: &Caller, comment: &str, action: &str) -> String {
    let revision = by.get(&format!("/api/v1/comments/{comment}")).await.is(200)["revision"].clone();
    let mut form = json!({ "action": action, "revision": revision });
    if action == "remove" {
        form["clause"] = json!("harbour-abuse");
    }
    let decision = by.post(&format!("/api/v1/comments/{comment}/decisions"), form).await.is(201);
    world.app.clock.advance(Duration::from_secs(30));
    id(&decision["decision"])
}

/// Everything that a decision moves, without what counts changes.
async fn all_of(app: &TestApp, comment: &str) -> (Comment, Record, i64, Vec<Report>, Vec<(i64, Option<Timestamp>)>) {
    let comment: CommentId = comment.parse().unwrap();
    let mut work = app.read(Actor::Operator).await.unwrap();
    let tx = &mut work.tx;
    let mut comment = comments::find(tx, comment).await.unwrap().unwrap();
    let mut record = comments::record_of(tx, comment.subscriber, &comment.title).await.unwrap();
    let story = stories::find(tx, comment.story).await.unwrap().unwrap();
    let reports = reports::list_on(tx, comment.id).await.unwrap();
    let strikes = bans::list_strikes(tx, comment.subscriber, &comment.title).await.unwrap();
    (comment.revision, comment.was_published, record.version) = (0, true, 0);
    let strikes = strikes.into_iter().map(|strike| (strike.points, strike.taken_back_at)).collect();
    (comment, record, story.comment_count, reports, strikes)
}

async fn points(by: &Caller, of: &Caller) -> i64 {
    let ladder = by.get(&format!("/api/v1/subscribers/{}/ladder?title=harbour", of.subscriber())).await.is(200);
    assert_eq!(ladder["title"], "harbour");
    ladder["points"].as_i64().unwrap()
}

/// A moderator signed in anew: sessions of staff end within hours.
async fn again(world: &World) -> Caller {
    world.caller(world.max.profile.clone().unwrap()).await
}

async fn join(app: &TestApp, one: &Caller, other: &Caller) {
    let subscriber = |caller: &Caller| caller.profile.as_ref().unwrap().subscriber;
    let mut work = app.write(Actor::Operator).await.unwrap();
    accounts::join(&mut work, subscriber(one), subscriber(other), "the same card").await.unwrap();
    work.commit().await.unwrap();
}

both_engines! {
    async fn strikes_climb_the_ladder_fade_and_are_the_persons(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("/api/v1/subscribers/{}/ladder", world.ann.subscriber());
        let none = world.mo.get(&path).await.is(200);
        assert_eq!((&none["points"], &none["step"]), (&json!(0), &Value::Null));
        assert_eq!(none["proposed"], json!({ "privileges": [], "until": null, "clause": null }));
        for (count, step) in [(1, "reminder"), (2, "warning"), (3, "one-day")] {
            let comment = world.comment(&world.ann, &format!("Bad number {count}.")).await;
            decide(&world, &world.mo, &id(&comment), "remove").await;
            let ladder = world.mo.get(&path).await.is(200);
            assert_eq!((&ladder["points"], &ladder["step"]), (&json!(count), &json!(step)));
            assert_eq!(ladder["proposed"]["clause"], "harbour-abuse");
        }
        let ladder = world.mo.get(&path).await.is(200);
        assert_eq!(ladder["proposed"]["privileges"], json!(["comment", "reply"]));
        let until: Timestamp = ladder["proposed"]["until"].as_str().unwrap().parse().unwrap();
        assert_eq!(world.app.now().until(until), DAY);
        // Another login of the same person, and another title.
        assert_eq!(points(&world.mo, &world.bob).await, 0);
        join(&world.app, &world.ann, &world.bob).await;
        assert_eq!(points(&world.mo, &world.bob).await, 3);
        let moor = world.moor_mo.get(&path).await.is(200);
        assert_eq!((&moor["title"], &moor["points"]), (&json!("moor"), &json!(0)));
        // Who may look.
        world.ann.get(&path).await.refused(403, "forbidden");
        world.moor_mo.get(&format!("{path}?title=harbour")).await.refused(403, "forbidden");
        world.admin.get(&path).await.refused(400, "invalid_query");
        world.mo.get(&format!("{path}?title=nowhere")).await.refused(404, "not_found");
        world.app.clock.advance(46 * DAY);
        assert_eq!(points(&again(&world).await, &world.ann).await, 2);
        world.app.clock.advance(45 * DAY);
        assert_eq!(points(&again(&world).await, &world.ann).await, 0);
    }

    async fn undo_makes_everything_as_it_was_before_the_decision(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "Borderline, this.").await);
        world.comment(&world.bob, "Another.").await;
        let report = json!({ "clause": "harbour-abuse" });
        world.reader.post(&format!("/api/v1/comments/{comment}/reports"), report.clone()).await.is(201);
        world.app.clock.advance(Duration::from_secs(60));
        let at_first = all_of(&world.app, &comment).await;
        // Each action, undone, and undone twice; then the next one on what it left.
        for action in ["remove", "approve"] {
            let before = all_of(&world.app, &comment).await;
            let decision = decide(&world, &world.mo, &comment, action).await;
            let after = all_of(&world.app, &comment).await;
            assert_ne!(before, after);
            let undo = format!("/api/v1/decisions/{decision}/undo");
            world.ann.get("/api/v1/me").await.is(200);
            act(&world.ann, &undo, None).await.refused(403, "forbidden");
            act(&world.moor_mo, &undo, None).await.refused(403, "forbidden");
            let key = format!("undo-{action}");
            let undone = act(&world.max, &undo, Some(&key)).await.is(200)["decision"].clone();
            assert!(undone["undone_at"].is_string(), "{undone}");
            assert_eq!(act(&world.max, &undo, Some(&key)).await.is(200)["decision"], undone);
            assert_eq!(all_of(&world.app, &comment).await, before, "{action}");
            act(&world.max, &undo, None).await.refused(409, "stale_revision");
        }
        assert_eq!(all_of(&world.app, &comment).await, at_first);
        // A removal, its restoration, and that undone: the removal's strike and reports stand again.
        decide(&world, &world.mo, &comment, "remove").await;
        let removed = all_of(&world.app, &comment).await;
        let restored = decide(&world, &world.mo, &comment, "restore").await;
        assert_eq!(all_of(&world.app, &comment).await.4, []);
        act(&world.mo, &format!("/api/v1/decisions/{restored}/undo"), None).await.is(200);
        assert_eq!(all_of(&world.app, &comment).await, removed);
        assert_eq!(points(&world.mo, &world.ann).await, 1);
        // The author reads that the first removal was taken back.
        let told = world.ann.get("/api/v1/me/decisions").await.is(200);
        let taken_back: Vec<bool> =
            told["items"].as_array().unwrap().iter().map(|item| item["taken_back_at"].is_string()).collect();
        assert_eq!(taken_back, [false, true]);
    }

    async fn what_moved_since_is_not_undone_and_what_waited_waits_again_in_its_place(app: TestApp) {
        let world = World::new(app).await;
        let first = id(&world.ann.post(&world.thread(), json!({ "body": "You numpty, one" })).await.is(202)["comment"]);
        world.app.clock.advance(Duration::from_secs(60));
        let second = id(&world.bob.post(&world.thread(), json!({ "body": "You numpty, two" })).await.is(202)["comment"]);
        let approved = decide(&world, &world.mo, &first, "approve").await;
        act(&world.mo, &format!("/api/v1/decisions/{approved}/undo"), None).await.is(200);
        let queue = world.mo.get("/api/v1/moderation/queue").await.is(200);
        let waiting: Vec<String> = queue["items"].as_array().unwrap().iter().map(|item| id(&item["comment"])).collect();
        assert_eq!(waiting, [first.clone(), second]);
        let approved = decide(&world, &world.mo, &first, "approve").await;
        let edit = json!({ "body": "I take that back.", "revision": 4 });
        world.ann.patch(&format!("/api/v1/comments/{first}"), edit).await.is(200);
        act(&world.mo, &format!("/api/v1/decisions/{approved}/undo"), None).await.refused(409, "stale_revision");
        act(&world.mo, "/api/v1/decisions/dec_01h455vb4pex5vsknk084sn02q/undo", None).await.refused(404, "not_found");
    }

    async fn a_warning_closes_commenting_until_it_is_acknowledged(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.bob, "Something to recommend.").await);
        let path = format!("/api/v1/subscribers/{}/warnings", world.ann.subscriber());
        let form = |kind: &str| json!({ "clause": "harbour-abuse", "kind": kind });
        world.bob.post(&path, form("warning")).await.refused(403, "forbidden");
        world.moor_mo.post(&path, form("warning")).await.refused(403, "forbidden");
        world.mo.post(&path, form("threat")).await.refused(422, "invalid");
        world.mo.post(&path, json!({ "kind": "warning" })).await.refused(422, "invalid");
        let staff = format!("/api/v1/subscribers/{}/warnings", world.max.subscriber());
        world.mo.post(&staff, form("warning")).await.refused(409, "is_staff");

        world.mo.post(&path, form("reminder")).await.is(201);
        world.comment(&world.ann, "A reminder closes nothing.").await;
        // What was told in one moment has no order.
        world.app.clock.advance(Duration::from_secs(1));
        let warning = world.mo.post(&path, form("warning")).await.is(201)["warning"].clone();
        let refused = world.ann.post(&world.thread(), json!({ "body": "Again." })).await;
        let refused = refused.refused(403, "warning_unacknowledged");
        assert_eq!((&refused["warning"], &refused["clause"]), (&warning["id"], &json!("harbour-abuse")));
        let reply = json!({ "body": "A reply.", "parent": comment });
        world.ann.post(&world.thread(), reply.clone()).await.refused(403, "warning_unacknowledged");
        world.ann.put(&format!("/api/v1/comments/{comment}/recommendation"), Value::Null).await.is(200);
        let may = world.ann.get("/api/v1/me?title=harbour").await.is(200)["privileges"].clone();
        assert_eq!((&may["comment"]["reason"], &may["report"]["allowed"]), (&json!("warning_unacknowledged"), &json!(true)));
        // Only in that title.
        let elsewhere = format!("/api/v1/stories/{}/comments", world.moor_story);
        world.ann.post(&elsewhere, json!({ "body": "At the moor." })).await.is(201);
        let kinds = world.ann.get("/api/v1/me/decisions").await.is(200);
        let kinds: Vec<Value> = kinds["items"].as_array().unwrap().iter().map(|item| item["kind"].clone()).collect();
        assert_eq!(kinds, ["warned", "reminded"]);

        let acknowledge = format!("/api/v1/me/warnings/{}/acknowledge", id(&warning));
        act(&world.bob, &acknowledge, None).await.refused(404, "not_found");
        let done = act(&world.ann, &acknowledge, None).await.is(200)["warning"].clone();
        assert!(done["acknowledged_at"].is_string());
        assert_eq!(act(&world.ann, &acknowledge, None).await.is(200)["warning"], done);
        world.ann.post(&world.thread(), reply).await.is(201);
    }

    async fn misuse_of_reporting_proposes_to_withdraw_reporting_alone(app: TestApp) {
        let world = World::new(app).await;
        for turn in 0..5 {
            let comment = id(&world.comment(&world.bob, &format!("Harmless number {turn}.")).await);
            let report = json!({ "clause": "harbour-abuse" });
            world.ann.post(&format!("/api/v1/comments/{comment}/reports"), report).await.is(201);
            decide(&world, &world.mo, &comment, "approve").await;
            world.app.clock.advance(Duration::from_secs(600));
        }
        let ladder = world.mo.get(&format!("/api/v1/subscribers/{}/ladder", world.ann.subscriber())).await.is(200);
        assert_eq!((&ladder["points"], &ladder["step"]), (&json!(0), &json!("reporting")));
        assert_eq!(ladder["proposed"]["privileges"], json!(["report"]));
        assert_eq!(ladder["reporting"]["dismissed"], 5);
    }

    async fn a_ban_takes_comments_along_and_lifting_puts_exactly_those_back(app: TestApp) {
        let world = World::new(app).await;
        let standing = id(&world.comment(&world.ann, "A comment.").await);
        let reply = world.ann.post(&world.thread(), json!({ "body": "To myself.", "parent": standing })).await.is(201);
        let reply = id(&reply["comment"]);
        let gone = id(&world.comment(&world.ann, "Removed before.").await);
        decide(&world, &world.mo, &gone, "remove").await;
        let held = id(&world.ann.post(&world.thread(), json!({ "body": "You numpty" })).await.is(202)["comment"]);
        world.reader.post(&format!("/api/v1/comments/{standing}/reports"), json!({ "clause": "harbour-abuse" })).await.is(201);
        let elsewhere = format!("/api/v1/stories/{}/comments", world.moor_story);
        let moor = id(&world.ann.post(&elsewhere, json!({ "body": "At the moor." })).await.is(201)["comment"]);
        let mut before = Vec::new();
        for comment in [&standing, &reply, &gone, &held, &moor] {
            before.push(all_of(&world.app, comment).await);
        }
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let form = |comments: &str| {
            json!({ "privileges": ["comment", "reply"], "clause": "harbour-abuse", "until": null, "comments": comments })
        };
        world.mo.post(&path, form("burn")).await.refused(422, "invalid");
        for (fate, count) in [("remove_held", 1), ("remove", 3), ("keep", 0)] {
            let ban = world.mo.post(&path, form(fate)).await.is(201)["ban"].clone();
            assert_eq!((&ban["comments"], &ban["removed_comments"], &ban["left_comments"]), (&json!(fate), &json!(count), &json!(0)));
            let story = world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"].clone();
            assert_eq!(story, if fate == "remove" { 0 } else { 2 });
            assert_eq!(points(&world.mo, &world.ann).await, 1, "a ban gives no strikes beside itself");
            let lift = format!("/api/v1/bans/{}/lift", id(&ban));
            world.mo.post(&lift, json!({ "reason": "Served.", "restore": "yes" })).await.refused(422, "invalid");
            world.mo.post(&lift, json!({ "reason": "Served.", "restore": true })).await.is(200);
            for (comment, before) in [&standing, &reply, &gone, &held, &moor].into_iter().zip(&before) {
                assert_eq!(&all_of(&world.app, comment).await, before, "{fate}");
            }
        }
    }

    async fn many_are_banned_at_once_within_the_cap_and_undoing_it_sticks(app: TestApp) {
        let world = World::new(app).await;
        join(&world.app, &world.ann, &world.lapsed).await;
        let all = [&world.ann, &world.lapsed, &world.bob, &world.cat, &world.mo];
        let subscribers: Vec<String> = all.map(Caller::subscriber).to_vec();
        let form = |dry_run: bool| {
            json!({ "subscribers": subscribers, "clause": "harbour-spam", "privileges": ["comment"], "until": null, "dry_run": dry_run })
        };
        world.mo.post("/api/v1/bans/bulk", form(true)).await.refused(403, "forbidden");
        world.editor.post("/api/v1/bans/bulk", json!({ "subscribers": [] })).await.refused(422, "invalid");
        let unknown = json!({ "subscribers": ["subr_01h455vb4pex5vsknk084sn02q"], "clause": "harbour-spam", "privileges": ["comment"], "until": null, "dry_run": false });
        world.editor.post("/api/v1/bans/bulk", unknown).await.refused(422, "invalid");
        let elsewhere = json!({ "subscribers": subscribers, "clause": "moor-spam", "privileges": ["comment"], "until": null, "dry_run": true });
        world.editor.post("/api/v1/bans/bulk", elsewhere).await.refused(403, "forbidden");
        // Bob is banned so already, and more.
        world.ban(&world.bob).await;
        let said = json!({ "affected": 2, "protected": 2, "batch": null });
        assert_eq!(world.editor.post("/api/v1/bans/bulk", form(true)).await.is(200), said);
        world.comment(&world.ann, "Nothing has happened.").await;

        let send = || world.editor.send(Method::POST, "/api/v1/bans/bulk", Some("raid"), Some(form(false)));
        let (one, two) = tokio::join!(send(), send());
        let (one, two) = (one.is(200), two.is(200));
        assert_eq!(one, two);
        assert_eq!((&one["affected"], &one["protected"]), (&json!(2), &json!(2)));
        let batch = one["batch"].as_str().unwrap().to_owned();
        for caller in [&world.ann, &world.bob, &world.cat] {
            caller.post(&world.thread(), json!({ "body": "Now?" })).await.refused(403, "banned");
        }
        assert_eq!(world.editor.post("/api/v1/bans/bulk", form(true)).await.is(200)["affected"], 0);
        // One is lifted by hand; the rest with the act, and only those.
        let undo = format!("/api/v1/bans/bulk/{batch}/undo");
        act(&world.mo, &undo, None).await.refused(403, "forbidden");
        act(&world.editor, "/api/v1/bans/bulk/bat_01h455vb4pex5vsknk084sn02q/undo", None).await.refused(404, "not_found");
        let banned = world.mo.get("/api/v1/bans?title=harbour").await.is(200);
        let of_cat = banned["items"].as_array().unwrap().iter().find(|ban| ban["subscriber"] == world.cat.subscriber());
        world.mo.post(&format!("/api/v1/bans/{}/lift", id(of_cat.unwrap())), json!({ "reason": "Not her." })).await.is(200);
        assert_eq!(act(&world.editor, &undo, None).await.is(200), json!({ "batch": batch, "lifted": 1 }));
        act(&world.editor, &undo, None).await.refused(409, "conflict");
        belowline::jobs::run_once(&world.app.app).await.unwrap();
        // The request once more is the same request, and bans nobody.
        assert_eq!(send().await.is(200), one);
        world.comment(&world.ann, "Free again.").await;
        world.comment(&world.cat, "So am I.").await;
        world.bob.post(&world.thread(), json!({ "body": "And I?" })).await.refused(403, "banned");
    }
}

#[tokio::test]
async fn bans_of_many_are_capped_in_ten_minutes() {
    let world = World::new(TestApp::sqlite().await).await;
    let mut subscribers: Vec<SubscriberId> = Vec::new();
    for number in 0..102 {
        subscribers.push(world.app.account(&format!("Raider {number}")).await.subscriber);
    }
    let form = |subscribers: &[SubscriberId]| json!({ "subscribers": subscribers, "clause": "harbour-spam", "privileges": ["comment"], "until": null, "dry_run": false });
    let refused = world.editor.post("/api/v1/bans/bulk", form(&subscribers)).await.refused(429, "too_many_requests");
    assert_eq!(refused["left"], 100);
    let first = world.editor.post("/api/v1/bans/bulk", form(&subscribers[..99])).await.is(200);
    assert_eq!(first["affected"], 99);
    let refused =
        world.editor.post("/api/v1/bans/bulk", form(&subscribers[99..])).await.refused(429, "too_many_requests");
    assert_eq!(refused["left"], 1);
    // Undoing gives no new room.
    act(&world.editor, &format!("/api/v1/bans/bulk/{}/undo", first["batch"].as_str().unwrap()), None).await.is(200);
    world.editor.post("/api/v1/bans/bulk", form(&subscribers[99..])).await.refused(429, "too_many_requests");
    world.app.clock.advance(Duration::from_secs(601));
    assert_eq!(world.editor.post("/api/v1/bans/bulk", form(&subscribers[99..])).await.is(200)["affected"], 3);
}
