//! The second factor, showing again who one is, and sign-ins from new places, over the API and on both engines.

use std::time::Duration;

use axum::http::Method;
use belowline::accounts::{self, SignIn, SignInError};
use belowline::kernel::{Role, Scope};
use belowline::notifications::Mail;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::{Caller, PASSWORD, TestApp, World, client};

const STRICT: &[(&str, &str)] = &[
    ("staff.second_factor_required", "true"),
    ("staff.reauthenticate_minutes", "15"),
    ("accounts.sign_in_per_account_per_hour", "100"),
];
const STEP: Duration = Duration::from_secs(30);

/// Both engines, as `serve` starts them.
async fn strict() -> [TestApp; 2] {
    [TestApp::sqlite_with(STRICT).await, TestApp::postgres_with(STRICT).await]
}

/// What an authenticator app shows now.
fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let seconds = u64::try_from(app.now().as_millis() / 1_000).unwrap();
    Builder::new().with_secret(secret).build().unwrap().generate(seconds).to_string()
}

/// Enrols a second factor in the session of `caller`; answers the secret and the recovery codes.
pub(super) async fn enrol(world: &World, caller: &Caller) -> (String, Vec<String>) {
    let begun = caller.send(Method::POST, "/api/v1/me/second-factor", None, None).await.is(201);
    let secret = begun["secret"].as_str().unwrap().to_owned();
    assert!(begun["uri"].as_str().unwrap().contains(&format!("secret={secret}")));
    let done = caller
        .post("/api/v1/me/second-factor/confirmation", json!({ "code": code(&world.app, &secret) }))
        .await
        .is(200);
    let codes = done["recovery_codes"].as_array().unwrap();
    let codes: Vec<String> = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

pub(super) async fn sign_in(world: &World, email: &str, more: Value) -> crate::support::Answer {
    let mut body = json!({ "email": email, "password": PASSWORD });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.anonymous.post("/api/v1/sessions", body).await
}

pub(super) const MO: &str = "mo@example.org";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_a_role_and_no_second_factor_signs_in_and_may_do_nothing_of_staff() {
    for app in strict().await {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "Held or not.").await;
        let id = comment["id"].as_str().unwrap();
        let own = sign_in(&world, MO, json!({})).await.is(201);
        assert_eq!(own["account"]["role"], "reader");
        let status = world.mo.get("/api/v1/me/second-factor").await.is(200);
        assert_eq!(status["withheld"], "moderator");
        assert_eq!((&status["is_enrolled"], &status["is_required"]), (&json!(false), &json!(true)));

        world.mo.get("/api/v1/moderation/queue?title=harbour").await.refused(403, "second_factor_required");
        world.mo.get("/api/v1/bans?title=harbour").await.refused(403, "second_factor_required");
        let remove = json!({ "action": "remove", "clause": "harbour-abuse", "revision": 1 });
        let decisions = format!("/api/v1/comments/{id}/decisions");
        world.mo.post(&decisions, remove.clone()).await.refused(403, "second_factor_required");
        let ban = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null });
        let bans = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        world.mo.post(&bans, ban).await.refused(403, "second_factor_required");
        let role = json!({ "title": "harbour", "role": "moderator" });
        let roles = format!("/api/v1/accounts/{}/role", world.ann.profile.as_ref().unwrap().id);
        world.admin.put(&roles, role.clone()).await.refused(403, "second_factor_required");
        // To others it says what it always said.
        world.bob.post(&decisions, remove.clone()).await.refused(403, "forbidden");
        // A reader's acts stay theirs.
        world.mo.get("/api/v1/me").await.is(200);

        enrol(&world, &world.mo).await;
        world.mo.get("/api/v1/moderation/queue?title=harbour").await.is(200);
        world.mo.post(&decisions, remove).await.is(201);
        enrol(&world, &world.admin).await;
        world.admin.put(&roles, role).await.is(204);
        // Given to somebody signed in, the role holds at once, and waits for the factor.
        let ann = world.caller(world.ann.profile.clone().unwrap()).await;
        ann.get("/api/v1/moderation/queue?title=harbour").await.refused(403, "second_factor_required");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_takes_two_steps_and_every_code_is_good_once() {
    for app in strict().await {
        let world = World::new(app).await;
        let other = world.caller(world.mo.profile.clone().unwrap()).await;
        let (secret, recovery) = enrol(&world, &world.mo).await;
        // What was open before it ends; this one is known to have the factor.
        other.get("/api/v1/me").await.refused(401, "not_signed_in");
        assert_eq!(world.mo.get("/api/v1/me").await.is(200)["account"]["role"], "moderator");

        sign_in(&world, MO, json!({})).await.refused(401, "second_factor_needed");
        let wrong =
            world.anonymous.post("/api/v1/sessions", json!({ "email": MO, "password": "not it at all, I fear" }));
        wrong.await.refused(401, "sign_in_failed");
        // Only after the password is right does anything show.
        let both = json!({ "email": MO, "password": "not it at all, I fear", "code": code(&world.app, &secret) });
        world.anonymous.post("/api/v1/sessions", both).await.refused(401, "sign_in_failed");
        // The code that finished the enrolment was used by it.
        let used = json!({ "code": code(&world.app, &secret) });
        sign_in(&world, MO, used).await.refused(401, "second_factor_refused");
        world.app.clock.advance(STEP);
        let now = code(&world.app, &secret);
        let done = sign_in(&world, MO, json!({ "code": now })).await.is(201);
        assert_eq!(done["account"]["role"], "moderator");
        sign_in(&world, MO, json!({ "code": now })).await.refused(401, "second_factor_refused");
        world.app.clock.advance(2 * STEP);
        sign_in(&world, MO, json!({ "code": now })).await.refused(401, "second_factor_refused");

        let typed = recovery[3].to_uppercase().replace('-', " ");
        sign_in(&world, MO, json!({ "recovery_code": typed })).await.is(201);
        sign_in(&world, MO, json!({ "recovery_code": recovery[3] })).await.refused(401, "second_factor_refused");
        let left = world.mo.get("/api/v1/me/second-factor").await.is(200)["recovery_codes_left"].clone();
        assert_eq!(left, 9);
        sign_in(&world, MO, json!({ "code": "123456", "recovery_code": recovery[4] })).await.refused(422, "invalid");

        let renewed =
            world.mo.post("/api/v1/me/second-factor/recovery-codes", json!({ "code": code(&world.app, &secret) }));
        let renewed = renewed.await.is(200);
        sign_in(&world, MO, json!({ "recovery_code": recovery[5] })).await.refused(401, "second_factor_refused");
        sign_in(&world, MO, json!({ "recovery_code": renewed["recovery_codes"][0] })).await.is(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_can_be_tried_ten_times_an_hour_from_anywhere() {
    for app in strict().await {
        let world = World::new(app).await;
        let (secret, _) = enrol(&world, &world.mo).await;
        world.app.clock.advance(STEP);
        // The one that finished the enrolment counted too.
        for _ in 0..9 {
            sign_in(&world, MO, json!({ "code": "000000" })).await.refused(401, "second_factor_refused");
        }
        let right = json!({ "code": code(&world.app, &secret) });
        sign_in(&world, MO, right).await.refused(429, "too_many_requests");
        world.app.clock.advance(Duration::from_secs(3_600));
        sign_in(&world, MO, json!({ "code": code(&world.app, &secret) })).await.is(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_who_give_one_code_at_once_one_gets_in() {
    for app in strict().await {
        let world = World::new(app).await;
        let (secret, recovery) = enrol(&world, &world.mo).await;
        world.app.clock.advance(STEP);
        for second in [
            accounts::SecondFactor::Code(code(&world.app, &secret)),
            accounts::SecondFactor::Recovery(recovery[0].clone()),
        ] {
            world.app.clock.advance(Duration::from_secs(3_600));
            let second = match second {
                accounts::SecondFactor::Code(_) => accounts::SecondFactor::Code(code(&world.app, &secret)),
                other => other,
            };
            let form = SignIn { email: MO.to_owned(), password: PASSWORD.to_owned(), second: Some(second) };
            let tries = (0..6).map(|_| {
                let (app, form) = (world.app.app.clone(), form.clone());
                tokio::spawn(async move { accounts::sign_in(&app, &form, &client("192.0.2.1")).await })
            });
            let mut admitted = 0;
            for tried in tries.collect::<Vec<_>>() {
                match tried.await.unwrap() {
                    Ok(_) => admitted += 1,
                    Err(error) => assert!(matches!(error, SignInError::SecondFactorRefused), "{error:?}"),
                }
            }
            assert_eq!(admitted, 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_and_roles_ask_again_after_a_quarter_of_an_hour() {
    for app in strict().await {
        let world = World::new(app).await;
        let (secret, _) = enrol(&world, &world.mo).await;
        enrol(&world, &world.admin).await;
        let bans = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let ban = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null });
        world.mo.post(&bans, ban.clone()).await.is(201);
        world.app.clock.advance(Duration::from_secs(15 * 60));
        world.mo.post(&bans, ban.clone()).await.refused(403, "reauthentication_required");
        let role = json!({ "title": "harbour", "role": "moderator" });
        let roles = format!("/api/v1/accounts/{}/role", world.bob.profile.as_ref().unwrap().id);
        world.admin.put(&roles, role).await.refused(403, "reauthentication_required");
        let many = json!({ "subscribers": [world.bob.subscriber()], "clause": "harbour-abuse",
            "privileges": ["comment"], "until": null, "dry_run": false });
        world.admin.post("/api/v1/bans/bulk", many).await.refused(403, "reauthentication_required");
        // Whoever may not at all hears that.
        world.bob.post(&bans, ban.clone()).await.refused(403, "forbidden");
        // Everything else goes on.
        world.mo.get("/api/v1/moderation/queue?title=harbour").await.is(200);

        let path = "/api/v1/sessions/reauthenticate";
        world.mo.post(path, json!({ "password": "not it at all, I fear" })).await.refused(401, "sign_in_failed");
        world.mo.post(path, json!({ "password": PASSWORD })).await.refused(401, "second_factor_needed");
        world
            .mo
            .post(path, json!({ "password": PASSWORD, "code": "000000" }))
            .await
            .refused(401, "second_factor_refused");
        world.mo.post(&bans, ban.clone()).await.refused(403, "reauthentication_required");
        let right = json!({ "password": PASSWORD, "code": code(&world.app, &secret) });
        let good = world.mo.post(path, right.clone()).await.is(200);
        assert_eq!(good["good_until"], world.app.now().plus(Duration::from_secs(900)).to_string());
        world.mo.post(path, right).await.refused(401, "second_factor_refused");
        world.mo.post(&bans, ban).await.is(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_factor_is_removed_by_whoever_gave_it_and_the_operator_resets_it() {
    for app in strict().await {
        let world = World::new(app).await;
        let (secret, _) = enrol(&world, &world.mo).await;
        let path = "/api/v1/me/second-factor";
        world.mo.send(Method::POST, path, None, None).await.refused(409, "conflict");
        // A session that was opened without it, as the newspaper's login opens one.
        let without = world.caller(world.mo.profile.clone().unwrap()).await;
        without.get("/api/v1/moderation/queue?title=harbour").await.refused(403, "second_factor_required");
        without.delete(path).await.refused(403, "second_factor_required");
        without
            .post("/api/v1/me/second-factor/confirmation", json!({ "code": "000000" }))
            .await
            .refused(409, "conflict");
        world.app.clock.advance(Duration::from_secs(16 * 60));
        world.mo.delete(path).await.refused(403, "reauthentication_required");
        let again = json!({ "password": PASSWORD, "code": code(&world.app, &secret) });
        world.mo.post("/api/v1/sessions/reauthenticate", again).await.is(200);
        world.mo.delete(path).await.is(204);
        world.mo.get("/api/v1/moderation/queue?title=harbour").await.refused(403, "second_factor_required");
        world.mo.delete(path).await.refused(409, "conflict");

        enrol(&world, &world.mo).await;
        let account = world.mo.profile.as_ref().unwrap().id;
        accounts::reset_second_factor(&world.app, account).await.unwrap();
        world.mo.get("/api/v1/me").await.refused(401, "not_signed_in");
        let own = sign_in(&world, MO, json!({})).await.is(201);
        assert_eq!(own["account"]["role"], "reader");
        let told: Vec<_> = world.app.outbox().await.into_iter().filter(|(to, _)| *to == account).collect();
        let count = |kind: &Mail| told.iter().filter(|(_, mail)| mail == kind).count();
        assert_eq!((count(&Mail::SecondFactorSet), count(&Mail::SecondFactorRemoved)), (2, 2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_from_a_new_place_is_told_to_the_owner() {
    for app in strict().await {
        let mo = app.staff("Mo", Role::Moderator, &Scope::All).await;
        let form = SignIn { email: MO.to_owned(), password: PASSWORD.to_owned(), second: None };
        let from = async |address: &str| {
            accounts::sign_in(&app, &form, &client(address)).await.unwrap();
            let told = app.outbox().await;
            told.iter().filter(|(to, mail)| *to == mo.id && matches!(mail, Mail::SignedInElsewhere { .. })).count()
        };
        assert_eq!(from("192.0.2.1").await, 0, "the first of all is no news");
        assert_eq!(from("192.0.2.200").await, 0, "the same network");
        assert_eq!(from("198.51.100.1").await, 1);
        assert_eq!(from("198.51.100.1").await, 0);
        app.clock.advance(Duration::from_secs(91 * 24 * 3_600));
        assert_eq!(from("192.0.2.1").await, 1, "not seen for 90 days");
        let mut told = 0;
        for network in 0..20 {
            told += from(&format!("203.0.{network}.1")).await;
        }
        assert!((1..=5).contains(&told), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_sees_and_ends_the_sessions_of_staff_and_of_nobody_else() {
    for app in [TestApp::sqlite().await, TestApp::postgres().await] {
        let world = World::new(app).await;
        let path = |caller: &Caller| format!("/api/v1/accounts/{}/sessions", caller.profile.as_ref().unwrap().id);
        let found = world.admin.get(&path(&world.mo)).await.is(200);
        let session = found["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(found["items"][0]["is_current"], false);
        world.mo.get(&path(&world.admin)).await.refused(403, "forbidden");
        world.admin.get(&path(&world.ann)).await.refused(404, "not_found");
        let one = format!("{}/{session}", path(&world.mo));
        world.max.delete(&one).await.refused(403, "forbidden");
        world.admin.delete(&format!("{}/{session}", path(&world.max))).await.refused(404, "not_found");
        world.admin.delete(&one).await.is(204);
        world.mo.get("/api/v1/me").await.refused(401, "not_signed_in");
        world.admin.delete(&one).await.refused(404, "not_found");
    }
}
