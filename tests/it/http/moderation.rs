//! Reports, decisions and bans over the API, on both engines.

use std::time::Duration;

use belowline::kernel::Actor;
use belowline::{audit, notifications::Mail};
use serde_json::{Value, json};

use crate::support::{World, both_engines};

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

both_engines! {
    async fn a_report_brings_the_comment_before_a_moderator_who_removes_it(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "Borderline, this.").await;
        let path = format!("/api/v1/comments/{}", id(&comment));
        let report = json!({ "clause": "harbour-abuse", "note": "He means me." });
        world.ann.post(&format!("{path}/reports"), report.clone()).await.refused(403, "forbidden");
        let sent = world.reader.post(&format!("{path}/reports"), report.clone()).await.is(201)["report"].clone();
        assert_eq!(sent["outcome"], "open");
        world.reader.post(&format!("{path}/reports"), report.clone()).await.refused(409, "already_reported");
        let two = json!({ "clause": "moor-abuse", "note": "x".repeat(1_001) });
        let two = world.bob.post(&format!("{path}/reports"), two).await;
        assert_eq!(two.refused(422, "invalid")["errors"].as_array().unwrap().len(), 2);

        world.ann.get("/api/v1/moderation/queue").await.refused(403, "forbidden");
        world.moor_mo.get("/api/v1/moderation/queue?title=harbour").await.refused(403, "forbidden");
        assert_eq!(world.moor_mo.get("/api/v1/moderation/queue").await.is(200)["items"], json!([]));
        let queue = world.mo.get("/api/v1/moderation/queue?title=harbour").await.is(200);
        let item = &queue["items"][0];
        assert_eq!((&item["kind"], &item["reports"][0]["note"]), (&json!("reported"), &json!("He means me.")));
        assert_eq!(item["author"]["published_count"], 1);

        let decide = format!("{path}/decisions");
        let remove = json!({ "action": "remove", "revision": 1 });
        world.ann.post(&decide, remove.clone()).await.refused(403, "forbidden");
        world.moor_mo.post(&decide, remove.clone()).await.refused(403, "forbidden");
        world.mo.post(&decide, remove).await.refused(422, "invalid");
        let remove = json!({ "action": "remove", "revision": 1, "clause": "harbour-abuse" });
        let decision = world.mo.post(&decide, remove.clone()).await.is(201)["decision"].clone();
        assert_eq!(decision["status"], "removed");
        let late = world.max.post(&decide, remove).await.refused(409, "stale_revision");
        assert_eq!(late["winner"], json!({ "name": "Mo", "action": "remove" }));

        assert_eq!(world.mo.get("/api/v1/moderation/queue").await.is(200)["items"], json!([]));
        let gone = world.anonymous.get(&path).await.is(200);
        assert_eq!((&gone["status"], &gone["html"]), (&json!("removed"), &json!("")));
        assert_eq!(world.reader.get("/api/v1/me/reports").await.is(200)["items"][0]["outcome"], "upheld");
        let told = world.ann.get("/api/v1/me/decisions").await.is(200)["items"][0].clone();
        assert_eq!((&told["kind"], &told["clause"], &told["text"]), (&json!("removed"), &json!("harbour-abuse"), &json!("Borderline, this.")));
        let mails = world.app.outbox().await;
        assert!(matches!(mails.as_slice(), [(to, Mail::Statement { .. })] if *to == world.ann.profile.as_ref().unwrap().id));

        let restore = json!({ "action": "restore", "revision": 2 });
        let restored = world.mo.post(&decide, restore).await.is(201);
        let told = || async { world.ann.get("/api/v1/me/decisions").await.is(200)["items"][0]["taken_back_at"].clone() };
        assert!(told().await.is_string(), "what was restored was not removed rightly");
        let undo = format!("/api/v1/decisions/{}/undo", restored["decision"]["id"].as_str().unwrap());
        world.mo.post(&undo, json!({})).await.is(200);
        assert_eq!(told().await, Value::Null);
        let again = json!({ "action": "restore", "revision": world.mo.get(&path).await.is(200)["revision"] });
        world.mo.post(&decide, again).await.is(201);
        assert_eq!(world.anonymous.get(&path).await.is(200)["status"], "published");
        assert_eq!(world.reader.get("/api/v1/me/reports").await.is(200)["items"][0]["outcome"], "dismissed");
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 1);
    }

    async fn of_two_moderators_at_once_exactly_one_wins(app: TestApp) {
        let world = World::new(app).await;
        for turn in 0..20 {
            world.app.clock.advance(Duration::from_secs(60));
            let held = world.ann.post(&world.thread(), json!({ "body": format!("Numpty number {turn}") })).await.is(202);
            let path = format!("/api/v1/comments/{}/decisions", id(&held["comment"]));
            let approve = world.mo.post(&path, json!({ "action": "approve", "revision": 1 }));
            let remove = world.max.post(&path, json!({ "action": "remove", "revision": 1, "clause": "harbour-abuse" }));
            let (approved, removed) = tokio::join!(approve, remove);
            let statuses = [approved.status.as_u16(), removed.status.as_u16()];
            assert!(statuses == [201, 409] || statuses == [409, 201], "{statuses:?}");
            let (loser, winner) = if statuses[0] == 409 { (approved, "Max") } else { (removed, "Mo") };
            assert_eq!(loser.refused(409, "stale_revision")["winner"]["name"], winner);
        }
    }

    async fn nobody_decides_on_their_own_comment_or_report(app: TestApp) {
        let world = World::new(app).await;
        let own = world.comment(&world.mo, "My own words.").await;
        let path = format!("/api/v1/comments/{}", id(&own));
        world.mo.post(&format!("{path}/decisions"), json!({ "action": "approve", "revision": 1 })).await.refused(403, "forbidden");
        let other = world.comment(&world.ann, "Somebody else's words.").await;
        let path = format!("/api/v1/comments/{}", id(&other));
        world.mo.post(&format!("{path}/reports"), json!({ "clause": "harbour-spam" })).await.is(201);
        let approve = json!({ "action": "approve", "revision": 1 });
        world.mo.post(&format!("{path}/decisions"), approve.clone()).await.refused(403, "forbidden");
        world.max.post(&format!("{path}/decisions"), approve).await.is(201);
    }

    async fn a_banned_subscriber_may_read_and_withdraw_and_nothing_else(app: TestApp) {
        let world = World::new(app).await;
        let mine = world.comment(&world.ann, "Said before the ban.").await;
        let other = world.comment(&world.bob, "Somebody else's.").await;
        let mine = format!("/api/v1/comments/{}", id(&mine));
        let other = format!("/api/v1/comments/{}", id(&other));
        let ban = world.ban(&world.ann).await;
        let body = json!({ "body": "Let me speak." });
        let refused = world.ann.post(&world.thread(), body).await.refused(403, "banned");
        assert_eq!((&refused["until"], &refused["clause"]), (&json!(null), &json!("harbour-abuse")));
        world.ann.patch(&mine, json!({ "body": "Changed.", "revision": 1 })).await.refused(403, "banned");
        world.ann.put(&format!("{other}/recommendation"), json!(null)).await.refused(403, "banned");
        world.ann.post(&format!("{other}/reports"), json!({ "clause": "harbour-spam" })).await.refused(403, "banned");
        let me = world.ann.get("/api/v1/me").await.is(200);
        assert_eq!(me["privileges"]["reply"], json!({ "allowed": false, "reason": "banned", "until": null }));
        assert_eq!(me["bans"][0]["id"], ban["id"]);
        world.ann.delete(&mine).await.is(204);
        let told = world.ann.get("/api/v1/me/decisions").await.is(200)["items"][0].clone();
        assert_eq!((&told["kind"], &told["ban"]), (&json!("banned"), &ban["id"]));

        let lift = format!("/api/v1/bans/{}/lift", id(&ban));
        world.ann.post(&lift, json!({ "reason": "Me." })).await.refused(403, "forbidden");
        world.moor_mo.post(&lift, json!({ "reason": "Not mine." })).await.refused(403, "forbidden");
        world.mo.post(&lift, json!({ "reason": "A second look." })).await.is(200);
        world.mo.post(&lift, json!({ "reason": "Again." })).await.refused(409, "conflict");
        world.comment(&world.ann, "Thank you.").await;
    }

    async fn bans_overlap_and_end_by_themselves(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let ban = |privileges: &[&str], until: &str| json!({ "privileges": privileges, "clause": "harbour-abuse", "until": until });
        world.mo.post(&path, ban(&["comment"], "2026-03-01T13:00:00Z")).await.is(201);
        let second = world.mo.post(&path, ban(&["comment", "reply"], "2026-03-01T14:00:00Z")).await.is(201)["ban"].clone();
        let refused = world.ann.post(&world.thread(), json!({ "body": "Now?" })).await.refused(403, "banned");
        assert_eq!(refused["until"], "2026-03-01T14:00:00Z");
        world.mo.post(&format!("/api/v1/bans/{}/lift", id(&second)), json!({ "reason": "Too much." })).await.is(200);
        let refused = world.ann.post(&world.thread(), json!({ "body": "Now?" })).await.refused(403, "banned");
        assert_eq!(refused["until"], "2026-03-01T13:00:00Z");
        world.app.clock.advance(Duration::from_secs(3_600));
        world.comment(&world.ann, "Now!").await;
    }

    async fn vuln_c31_a_ban_must_end_in_the_future_and_say_so(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        for until in [json!("2026-03-01T12:00:00Z"), json!("1999-01-01T00:00:00Z"), json!(""), json!(-1), json!("+999999-01-01T00:00:00Z")] {
            let body = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": until });
            assert_eq!(world.mo.post(&path, body).await.refused(422, "invalid")["errors"][0]["field"], "until");
        }
        let body = json!({ "privileges": ["comment"], "clause": "harbour-abuse" });
        assert_eq!(world.mo.post(&path, body).await.refused(422, "invalid")["errors"][0]["code"], "missing");
    }

    async fn staff_are_not_banned_and_only_admins_ban_everywhere(app: TestApp) {
        let world = World::new(app).await;
        let ban = |title: Value| json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null, "title": title });
        let path = |who: &str| format!("/api/v1/subscribers/{who}/bans");
        world.mo.post(&path(&world.max.subscriber()), ban(json!(null))).await.refused(409, "is_staff");
        world.mo.post(&path(&world.mo.subscriber()), ban(json!(null))).await.refused(403, "forbidden");
        world.mo.post(&path(&world.ann.subscriber()), ban(json!("all"))).await.refused(403, "forbidden");
        world.ann.post(&path(&world.bob.subscriber()), ban(json!(null))).await.refused(403, "forbidden");
        world.admin.post(&path(&world.moor_mo.subscriber()), ban(json!("all"))).await.refused(409, "is_staff");
        world.mo.post(&path(&world.moor_mo.subscriber()), ban(json!(null))).await.is(201);
        world.mo.post(&path("subr_01h455vb4pex5vsknk084sn02q"), ban(json!(null))).await.refused(404, "not_found");
        world.admin.post(&path(&world.ann.subscriber()), ban(json!("all"))).await.is(201);
        let thread = format!("/api/v1/stories/{}/comments", world.moor_story);
        world.ann.post(&thread, json!({ "body": "In the other paper." })).await.refused(403, "banned");
    }

    async fn evidence_is_kept_as_it_read(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "As it read.").await;
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let ban = |evidence: &[&str]| json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null, "evidence": evidence });
        let unknown = world.mo.post(&path, ban(&["cmt_01h455vb4pex5vsknk084sn02q"])).await.refused(422, "invalid");
        assert_eq!(unknown["errors"][0]["field"], "evidence");
        let made = world.mo.post(&path, ban(&[&id(&comment)])).await.is(201)["ban"].clone();
        world.ann.delete(&format!("/api/v1/comments/{}", id(&comment))).await.is(204);
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let kept = belowline::bans::list_evidence(&mut work.tx, id(&made).parse().unwrap()).await.unwrap();
        assert_eq!((kept.len(), kept[0].body.as_str()), (1, "As it read."));
    }

    async fn the_log_proves_that_it_was_not_edited(app: TestApp) {
        let world = World::new(app).await;
        world.ban(&world.ann).await;
        assert!(audit::seal(&world.app).await.unwrap() > 5);
        assert_eq!(audit::seal(&world.app).await.unwrap(), 0);
        assert!(audit::verify(&world.app).await.unwrap().is_ok());
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        audit::record(&mut work, audit::Entry::new(audit::Action::BanLifted, "ban_x")).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(audit::seal(&world.app).await.unwrap(), 1);
        assert!(audit::verify(&world.app).await.unwrap().is_ok());
    }

    async fn reports_are_ten_an_hour(app: TestApp) {
        let world = World::new(app).await;
        let mut last = None;
        for turn in 0..11 {
            world.app.clock.advance(Duration::from_secs(60));
            let comment = world.comment(&world.ann, &format!("Thought number {turn}.")).await;
            let path = format!("/api/v1/comments/{}/reports", id(&comment));
            last = Some(world.bob.post(&path, json!({ "clause": "harbour-spam" })).await);
        }
        last.unwrap().refused(429, "too_many_requests");
    }
}
