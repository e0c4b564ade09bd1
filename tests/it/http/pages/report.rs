//! Reporting a comment.

use serde_json::json;

use super::{Browser, id};
use crate::support::{World, both_engines};

both_engines! {
    async fn a_report_names_a_clause_that_says_what_it_asks_and_can_be_cancelled(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "Buy my boat.").await);
        let (path, form) = (format!("/comments/{comment}"), format!("/comments/{comment}/report"));
        let bob = Browser::of(&world, &world.bob).await;
        let page = bob.get(&form).await.is(200);
        page.has(&format!("<a class=\"button\" href=\"{path}\">Cancel</a>")).has("Buy my boat.");
        for (clause, heading, summary) in [
            ("harbour-abuse", "No abuse", "Argue, do not abuse."),
            ("harbour-spam", "No spam", "Nothing for sale."),
        ] {
            let choice = page.html.split(&format!("value=\"{clause}\"")).nth(1).unwrap();
            let choice = choice.split("</div>").next().unwrap();
            assert!(choice.contains(heading), "{choice}");
            assert!(choice.contains(&format!("id=\"clause-{clause}-text\">{summary}</p>")), "{choice}");
            assert!(choice.contains(&format!("aria-describedby=\"clause-{clause}-text\"")), "{choice}");
        }
        let page = bob.fill(&page, &form, &[("note", "An advertisement.")]).await.is(422);
        page.has("An advertisement.</textarea>").has("href=\"#clause\"");
        let sent = bob.fill(&page, &form, &[("note", "An advertisement."), ("clause", "harbour-spam")]).await;
        assert_eq!(sent.leads_to(), format!("{path}?done=reported"));
        Browser::of(&world, &world.ann).await.get(&path).await.is(200).lacks("advertisement");
    }

    async fn whoever_has_reported_a_comment_sees_what_became_of_it_instead_of_the_form(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "Buy my boat.").await);
        let form = format!("/comments/{comment}/report");
        let bob = Browser::of(&world, &world.bob).await;
        let opened = bob.get(&form).await.is(200);
        let typed = [("note", "An advertisement."), ("clause", "harbour-spam")];
        bob.fill(&opened, &form, &typed).await.leads_to();
        // A second click asks for the same, and a second form for another report.
        bob.fill(&opened, &form, &typed).await.leads_to();
        let page = bob.get(&form).await.is(200);
        page.has("You have reported this comment already.").has("Waiting for a moderator").has("Clause 2: No spam");
        page.has("An advertisement.").lacks("name=\"clause\"");

        let mut fields = opened.form(&form);
        fields.insert("key".into(), "another-key".into());
        fields.insert("clause".into(), "harbour-abuse".into());
        fields.insert("note".into(), "Rude as well.".into());
        let again = bob.post(&form, &fields).await.is(409);
        again.has("You have reported this comment already.").has("Waiting for a moderator");
        again.has("Rude as well.</textarea>").lacks("name=\"clause\"");

        let decision = json!({ "action": "approve", "revision": 1 });
        world.mo.post(&format!("/api/v1/comments/{comment}/decisions"), decision).await.is(201);
        bob.get(&form).await.is(200).has("Not upheld: the comment stays").lacks("Waiting");
        bob.post(&form, &fields).await.is(409).has("Not upheld: the comment stays");
        let cat = Browser::of(&world, &world.cat).await.get(&form).await.is(200);
        cat.has("name=\"clause\"").lacks("An advertisement.");
    }
}
