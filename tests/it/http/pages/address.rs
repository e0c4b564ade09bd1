//! Changing one's e-mail address, by page and by API.

use belowline::jobs;
use belowline::notifications::Mail;
use serde_json::json;

use super::Browser;
use crate::support::{PASSWORD, World, both_engines};

fn change_token(mails: &[(belowline::kernel::AccountId, Mail)], address: &str) -> String {
    let link = mails.iter().find_map(|(_, mail)| match mail {
        Mail::ConfirmNewAddress { token, to } if to == address => Some(token.clone()),
        _ => None,
    });
    link.unwrap_or_else(|| panic!("no link to {address} in {mails:?}"))
}

both_engines! {
    async fn an_address_is_changed_on_ones_own_page_by_a_link_to_the_new_one(app: TestApp) {
        let world = World::new(app).await;
        let elsewhere = Browser::of(&world, &world.ann).await;
        let ann = Browser::of(&world, &world.ann).await;
        let page = ann.get("/me").await.is(200);
        let wrong = [("new_email", "no address"), ("address_password", PASSWORD)];
        ann.fill(&page, "/me/email", &wrong).await.is(422).has("value=\"no address\"").has("href=\"#new_email\"");
        let wrong = [("new_email", "ann.new@example.org"), ("address_password", "a guess")];
        let refused = ann.fill(&page, "/me/email", &wrong).await.is(422);
        refused.has("href=\"#address_password\"").has("ann.new@example.org").lacks("a guess");
        assert!(world.app.outbox().await.is_empty());
        let right = [("new_email", "ann.new@example.org"), ("address_password", PASSWORD)];
        ann.fill(&page, "/me/email", &right).await.is(200).has("Check your mail").has("ann.new@example.org");
        ann.get("/me").await.is(200).has("ann@example.org").lacks("ann.new@");

        let mails = world.app.outbox().await;
        assert!(mails.iter().any(|(_, mail)| *mail == Mail::AddressChangeAsked));
        let link = format!("/confirm-change?token={}", change_token(&mails, "ann.new@example.org"));
        // A mail program that looks at the link changes nothing.
        ann.get(&link).await.is(200);
        let page = ann.get(&link).await.is(200);
        assert_eq!(ann.fill(&page, "/confirm-change", &[]).await.leads_to(), "/me?done=address-changed");
        ann.get("/me?done=address-changed").await.is(200).has("ann.new@example.org").has("Your e-mail address is changed.");
        assert_eq!(elsewhere.get("/me").await.leads_to(), "/sign-in?return_to=%2Fme");
        ann.fill(&page, "/confirm-change", &[]).await.is(400).has("This link has been used");
        jobs::run_once(&world.app).await.unwrap();
        let sent = world.app.mailer.take();
        assert_eq!(sent.iter().map(|mail| mail.to().to_owned()).collect::<Vec<_>>(), ["ann@example.org"]);

        let guest = Browser::new(&world);
        for (email, status) in [("ann@example.org", 422), ("ann.new@example.org", 303)] {
            let page = guest.get("/sign-in").await.is(200);
            guest.fill(&page, "/sign-in", &[("email", email), ("password", PASSWORD)]).await.is(status);
        }
    }

    async fn the_link_works_in_a_browser_without_a_session_and_then_ends_every_one(app: TestApp) {
        let world = World::new(app).await;
        let body = json!({ "email": "ann.new@example.org", "password": PASSWORD });
        world.ann.post("/api/v1/me/email", body).await.is(202);
        let token = change_token(&world.app.outbox().await, "ann.new@example.org");
        let phone = Browser::new(&world);
        let page = phone.get(&format!("/confirm-change?token={token}")).await.is(200);
        page.lacks("return_to=");
        let done = phone.fill(&page, "/confirm-change", &[]).await;
        assert_eq!(done.leads_to(), "/sign-in?done=address-changed");
        phone.get(done.leads_to()).await.is(200).has("Your e-mail address is changed.");
        world.ann.get("/api/v1/me").await.refused(401, "not_signed_in");
        world.app.outbox().await;
    }

    async fn by_api_the_caller_keeps_their_session_and_every_refusal_has_its_code(app: TestApp) {
        let world = World::new(app).await;
        let ask = async |email: &str, password: &str| {
            world.ann.post("/api/v1/me/email", json!({ "email": email, "password": password })).await
        };
        ask("ann.new@example.org", "a guess").await.refused(422, "invalid");
        ask("ann@example.org", PASSWORD).await.refused(422, "invalid");
        let invalid = ask("no address", PASSWORD).await.refused(422, "invalid");
        assert_eq!(invalid["errors"][0]["field"], "email");
        let body = json!({ "email": "x@example.org", "password": PASSWORD });
        world.anonymous.post("/api/v1/me/email", body).await.refused(401, "not_signed_in");
        ask("ann.new@example.org", PASSWORD).await.is(202);
        let token = change_token(&world.app.outbox().await, "ann.new@example.org");
        let confirm = "/api/v1/accounts/email-change";
        world.ann.post("/api/v1/accounts/confirmation", json!({ "token": token })).await.refused(400, "token_refused");
        world.ann.post(confirm, json!({ "token": token })).await.is(204);
        world.ann.post(confirm, json!({ "token": token })).await.refused(400, "token_refused");
        world.ann.post(confirm, json!({ "token": "nonsense" })).await.refused(400, "token_refused");
        world.ann.get("/api/v1/me").await.is(200);
        world.app.outbox().await;
    }
}
