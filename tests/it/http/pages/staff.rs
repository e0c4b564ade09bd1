//! The second factor, showing again who one is, and the second person, in a browser.

use std::time::Duration;

use belowline::kernel::Timestamp;
use totp_rs::{Builder, Secret};

use super::Browser;
use crate::support::{PASSWORD, TestApp, World};

const MO: [(&str, &str); 2] = [("email", "mo@example.org"), ("password", PASSWORD)];

fn code(now: Timestamp, secret: &str) -> String {
    let seconds = u64::try_from(now.as_millis() / 1_000).unwrap();
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    Builder::new().with_secret(secret).build().unwrap().generate(seconds).to_string()
}

fn between(page: &str, start: &str, end: &str) -> String {
    page.split(start).nth(1).unwrap().split(end).next().unwrap().to_owned()
}

async fn leads_through(app: TestApp) {
    let world = World::new(app).await;
    let browser = Browser::new(&world);
    // Signed in without a factor, a moderator is led to set one up, and whoever looks at the desk likewise.
    let page = browser.get("/sign-in?return_to=%2Fmoderation%2Fbans").await.is(200);
    let there = browser.fill(&page, "/sign-in", &MO).await.leads_to().to_owned();
    assert_eq!(there, "/me/second-factor?return_to=%2Fmoderation%2Fbans");
    assert_eq!(browser.get("/moderation/bans").await.leads_to(), there);
    let page = browser.get(&there).await.is(200);
    page.has("Whoever works for the paper needs a second factor");
    let page = browser.fill(&page, "/me/second-factor", &[]).await.is(200);
    let secret = between(&page.html, "<code>", "</code>");
    page.has("<svg class=\"qr\"");
    let refused = browser.fill(&page, "/me/second-factor", &[("code", "000000")]).await.is(422);
    refused.has("That code is not right");
    // Whoever mistyped begins anew: a secret is shown once.
    let page = browser.fill(&refused, "/me/second-factor", &[]).await.is(200);
    let again = between(&page.html, "<code>", "</code>");
    assert_ne!(secret, again);
    let right = [("code", code(world.app.now(), &again))];
    let typed = [("code", right[0].1.as_str())];
    let page = browser.fill(&page, "/me/second-factor", &typed).await.is(200);
    let recovery = between(&page.html, "<code>", "</code>");
    assert_eq!(page.link("/moderation/bans"), "/moderation/bans");
    browser.get("/moderation/bans").await.is(200);

    // From then on signing in takes two steps, and the password is in no page.
    let other = Browser::new(&world);
    let page = other.get("/sign-in?return_to=%2Fmoderation%2Fbans").await.is(200);
    let page = other.fill(&page, "/sign-in", &MO).await.is(200);
    page.has("One more step").lacks(PASSWORD);
    assert!(!other.is_signed_in());
    let page = other.fill(&page, "/sign-in/code", &[("code", "000000")]).await.is(422);
    page.has("That code is not right");
    assert_eq!(other.fill(&page, "/sign-in/code", &[("code", &recovery)]).await.leads_to(), "/moderation/bans");
    other.get("/moderation/bans").await.is(200);
    // A ticket is good for ten minutes.
    let late = Browser::new(&world);
    let page = late.get("/sign-in").await.is(200);
    let page = late.fill(&page, "/sign-in", &MO).await.is(200);
    world.app.clock.advance(Duration::from_secs(600));
    let now = code(world.app.now(), &again);
    assert_eq!(late.fill(&page, "/sign-in/code", &[("code", &now)]).await.leads_to(), "/sign-in");

    // A quarter of an hour after signing in, the ban asks again and goes on.
    world.app.clock.advance(Duration::from_secs(301));
    let record = format!("/moderation/subscribers/{}?title=harbour", world.ann.subscriber());
    let page = browser.get(&record).await.is(200);
    let action = record.split('?').next().unwrap();
    let typed = [("step", "review"), ("clause", "harbour-abuse"), ("until", "day"), ("comment", "on")];
    let refused = browser.fill(&page, action, &typed).await.is(403);
    refused.has("Please show that it is you");
    let prove = refused.link("/prove");
    let page = browser.get(&prove).await.is(200);
    let wrong = browser.fill(&page, "/prove", &[("password", "not it at all, I fear"), ("code", "000000")]).await;
    wrong.is(422).has("This is not your password");
    let now = code(world.app.now(), &again);
    let page = browser.get(&prove).await.is(200);
    let back = browser.fill(&page, "/prove", &[("password", PASSWORD), ("code", &now)]).await.leads_to().to_owned();
    assert!(back.starts_with(action), "{back}");
    browser.get(&back).await.is(200).has("You can go on now");
}

const STRICT: &[(&str, &str)] = &[("staff.second_factor_required", "true"), ("staff.reauthenticate_minutes", "15")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_is_led_through_the_second_factor_on_sqlite() {
    leads_through(TestApp::sqlite_with(STRICT).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_is_led_through_the_second_factor_on_postgres() {
    leads_through(TestApp::postgres_with(STRICT).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_second_person_stands_at_the_desk() {
    let two = [("staff.two_person_bans", "true")];
    for app in [TestApp::sqlite_with(&two).await, TestApp::postgres_with(&two).await] {
        let world = World::new(app).await;
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let ban = serde_json::json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null,
            "note": "Under a third name." });
        world.mo.post(&path, ban).await.refused(403, "second_person_needed");
        let own = Browser::of(&world, &world.mo).await;
        let page = own.get("/moderation/approvals").await.is(200);
        page.has("To ban a subscriber for good")
            .has("Under a third name.")
            .has("Take back")
            .lacks("Approve, and do it");
        let other = Browser::of(&world, &world.max).await;
        let page = other.get("/moderation/queue").await.is(200);
        let page = other.get(&page.link("/moderation/approvals")).await.is(200);
        page.has("Approve, and do it");
        let action = page.html.split("action=\"").find(|part| part.starts_with("/moderation/approvals/")).unwrap();
        let action = action.split('"').next().unwrap().to_owned();
        let there = other.fill(&page, &action, &[("act", "approve")]).await.leads_to().to_owned();
        other.get(&there).await.is(200).has("It is done").has("Nothing waits");
        let list = world.mo.get("/api/v1/bans?title=harbour").await.is(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
}
