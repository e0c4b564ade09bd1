//! Signing in and up, and being back afterwards where one was.

use belowline::notifications::Mail;

use super::{Browser, id, story};
use crate::support::{PASSWORD, World, both_engines};

const NEW_PASSWORD: &str = "quite another breakwater";

both_engines! {
    async fn who_signs_in_is_back_at_the_same_comment_whichever_way_they_took(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "The tide was high.").await);
        let there = format!("/comments/{comment}/report");
        let browser = Browser::new(&world);
        let sign_in = browser.get(&there).await.leads_to().to_owned();
        let page = browser.get(&sign_in).await.is(200);
        // Every way around sign-in keeps the place.
        assert_eq!(page.link("/sign-in"), sign_in);
        for other in ["/sign-up", "/password/forgot"] {
            let page = browser.get(&page.link(other)).await.is(200);
            assert_eq!(page.link("/sign-in"), sign_in, "{other}");
            let refused = browser.fill(&page, other, &[("email", "newt@example.org"), ("name", "?")]).await;
            assert_eq!(refused.link("/sign-in"), sign_in, "{other}");
        }
        let page = browser.get(&page.link("/sign-up")).await.is(200);
        let typed = [("email", "newt@example.org"), ("name", "Newt"), ("password", PASSWORD)];
        let page = browser.fill(&page, "/sign-up", &typed).await.is(200);
        assert_eq!(page.has("Check your mail").link("/sign-in"), sign_in);

        let page = browser.get(&sign_in).await.is(200);
        let wrong = [("email", "bob@example.org"), ("password", "not the password")];
        let page = browser.fill(&page, "/sign-in", &wrong).await.is(422);
        page.has("bob@example.org").lacks("not the password");
        assert_eq!(page.link("/sign-in"), sign_in);
        let right = [("email", "bob@example.org"), ("password", PASSWORD)];
        assert_eq!(browser.fill(&page, "/sign-in", &right).await.leads_to(), there);
        assert!(browser.is_signed_in());
        let page = browser.get(&there).await.is(200);
        assert_eq!(browser.fill(&page, "/sign-out", &[]).await.leads_to(), "/?done=signed-out");
        assert!(!browser.is_signed_in());
        world.app.outbox().await;
    }

    async fn order_page_and_desk_are_places_to_come_back_to(app: TestApp) {
        let world = World::new(app).await;
        let ban = id(&world.ban(&world.ann).await);
        for path in [
            format!("{}?sort=oldest", story(&world)),
            "/moderation/bans?title=harbour&past=yes".to_owned(),
            format!("/moderation/bans/{ban}/lift"),
            format!("{}/thread", story(&world)),
            "/titles/harbour/house-rules".to_owned(),
        ] {
            let browser = Browser::new(&world);
            let page = browser.get(&path).await;
            let sign_in = if page.status == 303 { page.leads_to().to_owned() } else { page.link("/sign-in") };
            let page = browser.get(&sign_in).await.is(200);
            let typed = [("email", "mo@example.org"), ("password", PASSWORD)];
            assert_eq!(browser.fill(&page, "/sign-in", &typed).await.leads_to(), path);
            browser.get(&path).await.is(200);
        }
        world.app.outbox().await;
    }

    async fn vuln_c18_no_address_of_another_site_is_returned_to(app: TestApp) {
        let world = World::new(app).await;
        for evil in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/me%3Fx=//evil.example%23//evil"] {
            let browser = Browser::new(&world);
            let page = browser.get(&format!("/sign-in?return_to={evil}")).await.is(200);
            page.lacks("evil.example");
            let typed = [("email", "bob@example.org"), ("password", PASSWORD), ("return_to", "//evil.example")];
            assert_eq!(browser.fill(&page, "/sign-in", &typed).await.leads_to(), "/");
        }
    }

    async fn a_sign_in_page_that_was_opened_twice_may_be_sent_twice(app: TestApp) {
        let world = World::new(app).await;
        let browser = Browser::new(&world);
        let (first, second) = (browser.get("/sign-in").await, browser.get("/sign-in").await);
        let typed = [("email", "bob@example.org"), ("password", PASSWORD)];
        assert_eq!(browser.fill(&first, "/sign-in", &typed).await.leads_to(), "/");
        assert_eq!(browser.fill(&second, "/sign-in", &typed).await.leads_to(), "/");
        let stranger = Browser::of(&world, &world.ann).await;
        stranger.fill(&first, "/sign-in", &typed).await.is(403).lacks(PASSWORD);
        let cookieless = Browser::new(&world);
        cookieless.fill(&first, "/sign-in", &typed).await.is(403).has("bob@example.org").lacks(PASSWORD);
    }

    async fn an_account_is_opened_confirmed_and_given_a_new_password_by_mail(app: TestApp) {
        let world = World::new(app).await;
        let browser = Browser::new(&world);
        let page = browser.get("/sign-up").await.is(200);
        let typed = [("email", "new@example.org"), ("name", "Newt"), ("password", "short")];
        let page = browser.fill(&page, "/sign-up", &typed).await.is(422);
        page.has("new@example.org").has("Newt").lacks("\"short\"").has("id=\"password-problem\"");
        let typed = [("email", "new@example.org"), ("name", "Newt"), ("password", PASSWORD)];
        browser.fill(&page, "/sign-up", &typed).await.is(200).has("Check your mail").has("new@example.org");
        let Mail::ConfirmEmail { token } = world.app.outbox().await.remove(0).1 else { panic!("no confirmation") };

        let page = browser.get(&format!("/confirm?token={token}")).await.is(200);
        page.lacks("return_to");
        assert_eq!(browser.fill(&page, "/confirm", &[]).await.leads_to(), "/sign-in?done=confirmed");
        browser.fill(&page, "/confirm", &[]).await.is(400).has("This link has been used or is too old.");
        browser.get("/confirm?token=nonsense").await.is(400).has("This link has been used or is too old.");

        let page = browser.get("/password/forgot").await.is(200);
        let known = browser.fill(&page, "/password/forgot", &[("email", "new@example.org")]).await.is(200);
        let unknown = browser.fill(&page, "/password/forgot", &[("email", "old@example.org")]).await.is(200);
        assert_eq!(known.html.replace("new@", ""), unknown.html.replace("old@", ""));
        let Mail::ResetPassword { token } = world.app.outbox().await.remove(0).1 else { panic!("no reset") };
        let page = browser.get(&format!("/password/reset?token={token}")).await.is(200);
        assert_eq!(page.link("/sign-in"), "/sign-in");
        let page = browser.fill(&page, "/password/reset", &[("password", "short")]).await.is(422);
        let reset = browser.fill(&page, "/password/reset", &[("password", NEW_PASSWORD)]).await;
        assert_eq!(reset.leads_to(), "/sign-in?done=password-changed");
        let page = browser.get(reset.leads_to()).await.is(200);
        let typed = [("email", "new@example.org"), ("password", NEW_PASSWORD)];
        browser.fill(&page, "/sign-in", &typed).await.leads_to();
        assert!(browser.is_signed_in());
        world.app.outbox().await;
    }

    async fn ones_own_page_shows_bans_statements_and_sessions_and_changes_the_password(app: TestApp) {
        let world = World::new(app).await;
        world.comment(&world.ann, "The tide was high.").await;
        world.ban(&world.ann).await;
        let other = Browser::of(&world, &world.ann).await;
        let ann = Browser::of(&world, &world.ann).await;
        let page = ann.get("/me").await.is(200);
        page.has("ann@example.org").has("The tide was high.").has("Clause 1: No abuse").has("Your commenting at");
        let end = page.html.split("action=\"/me/sessions/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let ended = ann.fill(&page, &format!("/me/sessions/{end}"), &[]).await;
        assert_eq!(ended.leads_to(), "/me?done=session-ended");

        let wrong = [("current_password", "no"), ("password", NEW_PASSWORD)];
        ann.fill(&page, "/me/password", &wrong).await.is(422).has("This is not your password.").has("#current_password");
        let right = [("current_password", PASSWORD), ("password", NEW_PASSWORD)];
        assert_eq!(ann.fill(&page, "/me/password", &right).await.leads_to(), "/me?done=password-changed");
        ann.get("/me").await.is(200);
        assert_eq!(other.get("/me").await.leads_to(), "/sign-in?return_to=%2Fme");
        world.app.outbox().await;
    }
}
