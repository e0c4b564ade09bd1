//! What needs a second person: many harmful acts in ten minutes, and bans for good where the paper wants it so.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::Method;
use belowline::accounts;
use belowline::kernel::{Actor, Role, Scope, SubscriberId};
use belowline::{audit, bans};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp, World, both_engines};

async fn act(caller: &Caller, path: &str) -> Answer {
    caller.send(Method::POST, path, None, None).await
}

fn ban_form(until: Value) -> Value {
    json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": until })
}

async fn bans_in_force(app: &TestApp, subscriber: &str) -> usize {
    let subscriber: SubscriberId = subscriber.parse().unwrap();
    let mut work = app.read(Actor::Operator).await.unwrap();
    let now = work.now;
    bans::in_force(&mut work.tx, subscriber, now).await.unwrap().len()
}

async fn removal(world: &World, text: &str) -> (String, Value) {
    let comment = world.comment(&world.ann, text).await;
    world.app.clock.advance(Duration::from_secs(30));
    let path = format!("/api/v1/comments/{}/decisions", comment["id"].as_str().unwrap());
    (path, json!({ "action": "remove", "clause": "harbour-abuse", "revision": comment["revision"] }))
}

fn two_person() -> [(&'static str, &'static str); 1] {
    [("staff.two_person_bans", "true")]
}

both_engines! {
    async fn who_takes_many_names_away_stops_at_thirty(app: TestApp) {
        let world = World::new(app).await;
        let ann = world.ann.profile.clone().unwrap();
        let path = format!("/api/v1/moderation/accounts/{}/remove-name", ann.id);
        for _ in 0..30 {
            world.mo.post(&path, json!({ "reason": "It poses as somebody." })).await.is(200);
        }
        let name = world.app.signed_in(ann.id).await.name;
        world.mo.post(&path, json!({ "reason": "It poses as somebody." })).await.refused(429, "too_many_requests");
        assert_eq!(world.app.signed_in(ann.id).await.name, name);
        world.app.clock.advance(Duration::from_secs(601));
        world.mo.post(&path, json!({ "reason": "It poses as somebody." })).await.is(200);
    }

    async fn a_scripted_rogue_with_eight_connections_stops_at_thirty(app: TestApp) {
        let world = World::new(app).await;
        let mut targets = Vec::new();
        for number in 0..60 {
            targets.push(world.app.subscribing(&format!("Target number {number}")).await.subscriber.to_string());
        }
        let rogues: Vec<_> = (0..8).map(|worker| {
            let (mo, own) = (world.mo.clone(), targets.iter().skip(worker).step_by(8).cloned().collect::<Vec<_>>());
            tokio::spawn(async move {
                let mut done = 0;
                for target in own {
                    let answer = mo.post(&format!("/api/v1/subscribers/{target}/bans"), ban_form(Value::Null)).await;
                    if answer.status.as_u16() == 201 {
                        done += 1;
                    } else if answer.status.as_u16() != 429 {
                        let problem = answer.refused(403, "second_person_needed");
                        assert_eq!(problem["reason"], "many");
                        assert!(problem["approval"].as_str().unwrap().starts_with("appr_"));
                    }
                }
                done
            })
        }).collect();
        let mut done = 0;
        for rogue in rogues {
            done += rogue.await.unwrap();
        }
        assert_eq!(done, 30);
        let mut banned = 0;
        for target in &targets {
            banned += bans_in_force(&world.app, target).await;
        }
        assert_eq!(banned, 30);
        // The others are asked, each thing once, and a colleague goes on by their own count.
        let waiting = world.max.get("/api/v1/approvals").await.is(200);
        let ids: HashSet<&str> = waiting["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 30);
        let path = format!("/api/v1/subscribers/{}/bans", world.bob.subscriber());
        world.mo.post(&path, ban_form(Value::Null)).await.refused(403, "second_person_needed");
        world.max.post(&path, ban_form(Value::Null)).await.is(201);
        // Ten minutes later one may again.
        world.app.clock.advance(Duration::from_secs(601));
        world.mo.post(&path, ban_form(Value::Null)).await.is(201);
        audit::seal(&world.app).await.unwrap();
        audit::verify(&world.app).await.unwrap().unwrap();
    }

    async fn what_is_taken_down_counts_and_what_was_waiting_does_not(app: TestApp) {
        let world = World::new(app).await;
        for number in 0..30 {
            let path = format!("/api/v1/subscribers/{}/bans", world.bob.subscriber());
            let until = world.app.now().plus(Duration::from_secs(3_600 + number));
            world.max.post(&path, ban_form(json!(until))).await.is(201);
        }
        let (path, form) = removal(&world, "This one stands.").await;
        let asked = world.max.post(&path, form.clone()).await.refused(403, "second_person_needed");
        // The same again is the same question.
        let again = world.max.post(&path, form).await.refused(403, "second_person_needed");
        assert_eq!(asked["approval"], again["approval"]);
        let id = asked["approval"].as_str().unwrap();
        let listed = world.mo.get("/api/v1/approvals").await.is(200);
        let one = &listed["items"][0];
        assert_eq!((&one["kind"], &one["requester_name"], &one["is_own"]), (&json!("remove"), &json!("Max"), &json!(false)));
        let done = act(&world.mo, &format!("/api/v1/approvals/{id}/approve")).await.is(200);
        assert_eq!(done["kind"], "remove");
        let comment = path.split('/').nth(4).unwrap();
        assert_eq!(world.mo.get(&format!("/api/v1/comments/{comment}")).await.is(200)["status"], "removed");
        act(&world.mo, &format!("/api/v1/approvals/{id}/approve")).await.refused(409, "conflict");
        assert_eq!(world.mo.get("/api/v1/approvals").await.is(200)["items"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_for_good_takes_two_people_who_are_two() {
    for app in [TestApp::sqlite_with(&two_person()).await, TestApp::postgres_with(&two_person()).await] {
        let world = World::new(app).await;
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let until = world.app.now().plus(Duration::from_secs(3_600));
        world.mo.post(&path, ban_form(json!(until))).await.is(201);
        let asked = world.mo.post(&path, ban_form(Value::Null)).await.refused(403, "second_person_needed");
        assert_eq!(asked["reason"], "permanent");
        for days in [367, 100_000] {
            let far = world.app.now().plus(Duration::from_secs(days * 86_400));
            let asked = world.max.post(&path, ban_form(json!(far))).await.refused(403, "second_person_needed");
            assert_eq!(asked["reason"], "permanent", "{days} days");
        }
        assert_eq!(bans_in_force(&world.app, &world.ann.subscriber()).await, 1);
        let approve = format!("/api/v1/approvals/{}/approve", asked["approval"].as_str().unwrap());
        act(&world.mo, &approve).await.refused(403, "forbidden");
        act(&world.moor_mo, &approve).await.refused(404, "not_found");
        act(&world.bob, &approve).await.refused(404, "not_found");
        world.bob.get("/api/v1/approvals").await.refused(403, "forbidden");
        assert_eq!(world.moor_mo.get("/api/v1/approvals").await.is(200)["items"], json!([]));
        let mut own: Vec<_> = world.mo.get("/api/v1/approvals").await.is(200)["items"].as_array().unwrap().clone();
        own.retain(|one| one["is_own"] == true);
        assert_eq!(own.len(), 1);
        // Another account of the same person is no second person.
        let other = world.app.staff("Mo at home", Role::Moderator, &Scope::Title("harbour".parse().unwrap())).await;
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        accounts::join(&mut work, world.mo.profile.as_ref().unwrap().subscriber, other.subscriber, "the same card")
            .await
            .unwrap();
        work.commit().await.unwrap();
        let other = world.caller(other).await;
        act(&other, &approve).await.refused(403, "forbidden");
        // Two at once do it once.
        let (one, two) = tokio::join!(act(&world.max, &approve), act(&world.editor, &approve));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(bans_in_force(&world.app, &world.ann.subscriber()).await, 2);

        // Many at once, too, and one title's editors do not approve another's.
        let many = json!({ "subscribers": [world.bob.subscriber(), world.cat.subscriber()], "clause": "harbour-abuse",
            "privileges": ["comment"], "until": until, "dry_run": false });
        let asked = world.editor.post("/api/v1/bans/bulk", many).await.refused(403, "second_person_needed");
        assert_eq!(asked["reason"], "bulk");
        let approve = format!("/api/v1/approvals/{}/approve", asked["approval"].as_str().unwrap());
        act(&world.mo, &approve).await.refused(404, "not_found");
        let done = act(&world.admin, &approve).await.is(200);
        assert!(done["made"].as_str().unwrap().starts_with("bat_"));
        assert_eq!(bans_in_force(&world.app, &world.cat.subscriber()).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_refused_taken_back_or_over_and_never_done_for_whoever_lost_the_role() {
    for app in [TestApp::sqlite_with(&two_person()).await, TestApp::postgres_with(&two_person()).await] {
        let world = World::new(app).await;
        let ask = async |target: &Caller, by: &Caller| {
            let path = format!("/api/v1/subscribers/{}/bans", target.subscriber());
            let asked = by.post(&path, ban_form(Value::Null)).await.refused(403, "second_person_needed");
            format!("/api/v1/approvals/{}", asked["approval"].as_str().unwrap())
        };
        let one = ask(&world.ann, &world.mo).await;
        act(&world.max, &format!("{one}/refuse")).await.is(204);
        act(&world.editor, &format!("{one}/approve")).await.refused(409, "conflict");
        let two = ask(&world.ann, &world.mo).await;
        assert_ne!(one, two);
        act(&world.mo, &format!("{two}/refuse")).await.is(204);
        let three = ask(&world.ann, &world.mo).await;
        world.app.clock.advance(Duration::from_secs(24 * 3_600));
        let max = world.caller(world.max.profile.clone().unwrap()).await;
        act(&max, &format!("{three}/approve")).await.refused(409, "conflict");
        assert_eq!(max.get("/api/v1/approvals").await.is(200)["items"], json!([]));

        let mo = world.caller(world.mo.profile.clone().unwrap()).await;
        let four = ask(&world.ann, &mo).await;
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        let scope = Scope::Title("harbour".parse().unwrap());
        accounts::set_role(&mut work, world.mo.profile.as_ref().unwrap().id, &scope, Role::Reader).await.unwrap();
        work.commit().await.unwrap();
        act(&max, &format!("{four}/approve")).await.refused(403, "forbidden");
        assert_eq!(bans_in_force(&world.app, &world.ann.subscriber()).await, 0);
        // Nothing of it was noted: it can still be refused.
        act(&max, &format!("{four}/refuse")).await.is(204);
    }
}
