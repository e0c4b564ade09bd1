//! Accounts that go, names that change, and bans that stay.

use std::time::Duration;

use belowline::accounts::{self, RenameError};
use belowline::kernel::Actor;
use belowline::notifications::Mail;
use serde_json::json;

use crate::support::{TestApp, World, both_engines};

both_engines! {
    async fn vuln_c30_deleting_the_account_does_not_lift_the_ban(app: TestApp) {
        let world = World::new(app).await;
        world.comment(&world.ann, "Something that stays.").await;
        world.ban(&world.ann).await;
        let ann = world.ann.profile.clone().unwrap();
        world.ann.post("/api/v1/me/deletion", json!({})).await.is(202);
        world.ann.get("/api/v1/me").await.refused(401, "not_signed_in");
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        assert_eq!(thread["comments"][0]["author"]["name"], "Deleted account", "{thread}");
        // The name is nobody else's, the address is free, and what the subscriber is known by stays.
        let taken = app_account(&world.app, "ann2@example.org", "Ann").await;
        assert!(taken.is_err(), "{taken:?}");
        let again = app_account(&world.app, "ann@example.org", "Anneliese").await.unwrap();
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        let status = belowline::subscriptions::Status::Active;
        belowline::subscriptions::set(&mut work, again.subscriber, status, None).await.unwrap();
        work.commit().await.unwrap();
        let again = world.caller(again).await;
        let answer = again.post(&world.thread(), json!({ "body": "I am somebody else." })).await.is(202);
        assert_eq!(answer["reasons"][0]["rule"], "linked-to-banned", "{answer}");
        let mails = world.app.outbox().await;
        assert!(mails.iter().any(|(to, mail)| *to == ann.id && matches!(mail, Mail::AccountDeleted { .. })), "{mails:?}");
    }

    async fn whoever_is_banned_with_no_account_left_reads_why_on_coming_back(app: TestApp) {
        let world = World::new(app).await;
        let gone = world.ann.profile.clone().unwrap();
        world.ann.post("/api/v1/me/deletion", json!({})).await.is(202);
        world.ban(&world.ann).await;
        let again = app_account(&world.app, "new@example.org", "Anneliese").await.unwrap();
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        accounts::join(&mut work, gone.subscriber, again.subscriber, "the same card").await.unwrap();
        work.commit().await.unwrap();
        let again = world.caller(again).await;
        let told = again.get("/api/v1/me/decisions").await.is(200);
        assert_eq!(told["items"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!((&told["items"][0]["kind"], &told["items"][0]["clause"]), (&json!("banned"), &json!("harbour-abuse")), "{told}");
        // The deleted account has no address: nothing waits to be sent to it.
        belowline::jobs::run_once(&world.app).await.unwrap();
        assert!(!world.app.outbox().await.iter().any(|(_, mail)| matches!(mail, Mail::Statement { .. })));
    }

    async fn every_account_of_a_person_is_told_of_a_ban_once(app: TestApp) {
        let world = World::new(app).await;
        let people = [world.ann.profile.clone().unwrap(), world.bob.profile.clone().unwrap()];
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        accounts::join(&mut work, people[0].subscriber, people[1].subscriber, "the same card").await.unwrap();
        work.commit().await.unwrap();
        world.ban(&world.ann).await;
        let mails = world.app.outbox().await;
        for (caller, profile) in [&world.ann, &world.bob].into_iter().zip(&people) {
            let count = mails.iter().filter(|(to, mail)| *to == profile.id && matches!(mail, Mail::Statement { .. })).count();
            assert_eq!(count, 1, "{mails:?}");
            let told = caller.get("/api/v1/me/decisions").await.is(200);
            assert_eq!(told["items"].as_array().unwrap().len(), 1, "{told}");
        }
    }

    async fn a_name_changes_once_a_month_and_nobody_else_takes_the_one_before(app: TestApp) {
        let world = World::new(app).await;
        world.comment(&world.ann, "Signed with my name.").await;
        world.ann.post("/api/v1/me/name", json!({ "name": "Annabel Lee" })).await.is(200);
        belowline::jobs::run_once(&world.app).await.unwrap();
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        assert_eq!(thread["comments"][0]["author"]["name"], "Annabel Lee");
        world.bob.post("/api/v1/me/name", json!({ "name": "Ann" })).await.refused(422, "invalid");
        world.bob.post("/api/v1/me/name", json!({ "name": "Αnnabel Lее" })).await.refused(422, "invalid");
        let lately = world.ann.post("/api/v1/me/name", json!({ "name": "Ann" })).await.refused(429, "renamed_lately");
        assert!(lately["until"].is_string());
        world.app.clock.advance(Duration::from_secs(30 * 24 * 3600));
        let ann = world.caller(world.ann.profile.clone().unwrap()).await;
        ann.post("/api/v1/me/name", json!({ "name": "Ann" })).await.is(200);
        let path = format!("/api/v1/moderation/subscribers/{}", world.ann.subscriber());
        let mo = world.caller(world.mo.profile.clone().unwrap()).await;
        let card = mo.get(&path).await.is(200);
        let names: Vec<_> = card["names"].as_array().unwrap().iter().map(|name| name["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Ann", "Annabel Lee"]);
    }

    async fn a_name_that_was_taken_away_is_nobodys(app: TestApp) {
        let world = World::new(app).await;
        let ann = world.ann.profile.clone().unwrap();
        let path = format!("/api/v1/moderation/accounts/{}/remove-name", ann.id);
        let answer = world.mo.post(&path, json!({ "reason": "It poses as somebody." })).await.is(200);
        assert!(answer["name"].as_str().unwrap().starts_with("Reader "), "{answer}");
        let person = world.app.signed_in(ann.id).await;
        assert!(matches!(accounts::rename(&world.app, &person, "Ann").await, Err(RenameError::Invalid(_))));
        // A name that nobody chose may be changed at once.
        accounts::rename(&world.app, &person, "Somebody Honest").await.unwrap();
    }

    async fn what_a_moderator_joined_is_banned_as_one_and_free_again_when_undone(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("/api/v1/moderation/subscribers/{}/join", world.bob.subscriber());
        let body = json!({ "with": world.ann.subscriber(), "reason": "Both sign their posts alike." });
        let act = world.mo.post(&path, body).await.is(200)["id"].as_str().unwrap().to_owned();
        world.ban(&world.ann).await;
        world.bob.post(&world.thread(), json!({ "body": "Still here." })).await.refused(403, "banned");
        let card = world.mo.get(&format!("/api/v1/moderation/subscribers/{}", world.bob.subscriber())).await.is(200);
        assert_eq!((card["bans"].as_array().unwrap().len(), card["accounts"].as_array().unwrap().len()), (1, 2));
        let undo = format!("/api/v1/moderation/person-moves/{act}/undo");
        world.mo.post(&undo, serde_json::Value::Null).await;
        world.comment(&world.bob, "Here again.").await;
        world.ann.post(&world.thread(), json!({ "body": "And I?" })).await.refused(403, "banned");
    }
}

async fn app_account(
    app: &TestApp,
    email: &str,
    name: &str,
) -> Result<accounts::Profile, accounts::CreateAccountError> {
    let new = accounts::NewAccount {
        email: email.to_owned(),
        name: name.to_owned(),
        password: None,
        is_confirmed: true,
        subscriber: None,
    };
    accounts::create_account(app, Actor::Operator, &new).await
}
