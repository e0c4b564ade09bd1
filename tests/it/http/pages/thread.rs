//! The state of a thread, set by staff on a page.

use std::time::Duration;

use serde_json::json;

use super::{Browser, story};
use crate::support::{World, both_engines};

const DAY: Duration = Duration::from_secs(24 * 3_600);

both_engines! {
    async fn staff_close_pre_moderate_and_open_a_conversation(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("{}/thread", story(&world));
        let mo = Browser::of(&world, &world.mo).await;
        let set = async |browser: &Browser, typed: &[(&str, &str)]| {
            let page = browser.get(&path).await.is(200);
            browser.fill(&page, &path, typed).await
        };
        let done = set(&mo, &[("status", "premoderated"), ("closing", "never")]).await;
        assert_eq!(done.leads_to(), format!("{}?done=thread-set", story(&world)));
        mo.get(done.leads_to()).await.is(200).has("The state of the conversation is set.").has("Read by a moderator first");
        world.ann.post(&world.thread(), json!({ "body": "Wait for it." })).await.is(202);
        set(&mo, &[("status", "closed"), ("closing", "never")]).await.leads_to();
        world.ann.post(&world.thread(), json!({ "body": "Too late." })).await.refused(409, "story_closed");
        let editor = Browser::of(&world, &world.editor).await;
        set(&editor, &[("status", "open"), ("closing", "days"), ("days", "2")]).await.leads_to();
        world.comment(&world.ann, "In time.").await;
        let page = mo.get(&path).await.is(200);
        page.has("As now, on").has("3 March 2026");
        set(&mo, &[("status", "open"), ("closing", "keep")]).await.leads_to();
        world.app.clock.advance(DAY * 2);
        let bob = world.caller(world.bob.profile.clone().unwrap()).await;
        bob.post(&world.thread(), json!({ "body": "Too late." })).await.refused(409, "story_closed");
        Browser::of(&world, &world.bob).await.get(&story(&world)).await.is(200).has("This story is closed");
    }

    async fn a_form_that_makes_no_sense_comes_back_and_only_staff_of_the_title_have_it(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("{}/thread", story(&world));
        let mo = Browser::of(&world, &world.mo).await;
        let page = mo.get(&path).await.is(200);
        for (days, shown) in [("", "value=\"\""), ("0", "value=\"0\""), ("ten", "value=\"ten\""), ("99999", "value=\"99999\"")] {
            let typed = [("status", "closed"), ("closing", "days"), ("days", days)];
            mo.fill(&page, &path, &typed).await.is(422).has("Write a number of days").has(shown);
        }
        mo.fill(&page, &path, &[]).await.is(422).has("Choose what may happen.").has("Choose whether it closes");
        let fields = page.form(&path);
        for caller in [&world.bob, &world.moor_mo, &world.reader] {
            let browser = Browser::of(&world, caller).await;
            browser.get(&path).await.is(403).lacks("name=\"status\"");
            let mut sent = fields.clone();
            sent.insert("csrf".into(), browser.get("/me").await.is(200).form("/sign-out").remove("csrf").unwrap());
            sent.extend([("status".to_owned(), "closed".to_owned()), ("closing".to_owned(), "never".to_owned())]);
            browser.post(&path, &sent).await.is(403);
        }
        let nobody = Browser::new(&world).get(&path).await;
        assert!(nobody.leads_to().starts_with("/sign-in?return_to=%2Fstories%2F"));
        world.comment(&world.ann, "Still open.").await;
    }
}
