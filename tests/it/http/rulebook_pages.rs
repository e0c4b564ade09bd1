//! The editors' desk in a browser without script, on both engines.

use belowline::kernel::Actor;
use belowline::rulebook::{self, Publication, backtest};

use super::browser::{Browser, Page};
use crate::support::{World, both_engines};

const RULES: &str = "/moderation/titles/harbour/rules";

fn rule(id: &str, word: &str) -> String {
    format!(
        "[[rule]]\nid = '{id}'\nclause = 'harbour-spam'\nwhen = \"text.content.contains('{word}')\"\nthen = 'hold'\nmode = 'live'\n"
    )
}

/// Sends the form of `page` to `path`, with these fields over its hidden ones.
async fn send(browser: &Browser, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
    let mut all = page.form(path);
    for (name, value) in fields {
        all.insert((*name).to_owned(), (*value).to_owned());
    }
    let fields: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_fields(path, &fields).await
}

both_engines! {
    async fn an_editor_writes_checks_looks_over_and_publishes(app: TestApp) {
        let world = World::new(app).await;
        let editor = Browser::of(&world, &world.editor).await;
        let home = editor.get("/moderation/rules").await;
        assert_eq!(home.leads_to(), RULES);
        editor.get(RULES).await.is(200).has("No rules have been published yet").has("nav aria-label=\"What this title");
        let edit = format!("{RULES}/edit");
        let form = editor.get(&edit).await.is(200);
        form.has("author.days_subscribed").has("What a rule can ask");
        let wrong = rule("boats", "boat").replace("text.content", "text.contents");
        let checked = send(&editor, &form, &edit, &[("source", &wrong), ("step", "check")]).await.is(422);
        checked.has("Line 4:").has("^^^^").has("hint").has("text.contents.contains");
        let right = rule("boats", "boat");
        let checked = send(&editor, &checked, &edit, &[("source", &right), ("step", "check")]).await.is(200);
        checked.has("Nothing is wrong: 1 live");
        let review = send(&editor, &checked, &edit, &[("source", &right), ("step", "review")]).await.is(200);
        review.has("It becomes version 1").has("is-added").has("Publish");
        editor.get(RULES).await.is(200).has("No rules have been published yet");
        let back = send(&editor, &review, &edit, &[("source", &right), ("step", "change")]).await.is(200);
        back.has("text.content.contains");
        let done = send(&editor, &review, &edit, &[("source", &right), ("step", "publish")]).await;
        assert_eq!(done.leads_to(), format!("{RULES}?done=rules-published"));
        let shown = editor.get(RULES).await.is(200);
        shown.has("Version 1").has("Edith").has("<li><code>[[rule]]</code></li>").has("boats").has("Live");
        rulebook::refresh(&world.app).await.unwrap();
        world.ann.post(&world.thread(), serde_json::json!({ "body": "A boat came in." })).await.is(202);
        editor.get(RULES).await.is(200).has("<td class=\"is-number\">1</td>");
    }

    async fn what_was_typed_survives_somebody_elses_publication(app: TestApp) {
        let world = World::new(app).await;
        let editor = Browser::of(&world, &world.editor).await;
        let edit = format!("{RULES}/edit");
        let form = editor.get(&edit).await.is(200);
        let title = "harbour".parse().unwrap();
        let other = rule("canoes", "canoe");
        rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&title, &other)).await.unwrap();
        let mine = rule("boats", "boat");
        let moved = send(&editor, &form, &edit, &[("source", &mine), ("step", "publish")]).await.is(409);
        moved.has("Somebody published another version").has("canoe").has("text.content.contains(&#39;boat&#39;)");
        moved.has("name=\"based_on\" value=\"1\"");
        let review = send(&editor, &moved, &edit, &[("source", &mine), ("step", "review")]).await.is(200);
        review.has("is-removed").has("is-added");
        send(&editor, &review, &edit, &[("source", &mine), ("step", "publish")]).await.is(303);
        editor.get(&format!("{RULES}/versions")).await.is(200).has("Version 2").has("Version 1");
    }

    async fn an_earlier_version_is_compared_and_put_back(app: TestApp) {
        let world = World::new(app).await;
        let title = "harbour".parse().unwrap();
        for word in ["boat", "canoe"] {
            let source = rule("boats", word);
            rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&title, &source)).await.unwrap();
        }
        let editor = Browser::of(&world, &world.editor).await;
        let diff = editor.get(&format!("{RULES}/diff?from=1&to=2")).await.is(200);
        diff.has("Lines added: 1. Lines removed: 1.").has("canoe").has("boat");
        let path = format!("{RULES}/versions/1");
        let old = editor.get(&path).await.is(200);
        old.has("What putting it back would change");
        let mo = Browser::of(&world, &world.mo).await;
        mo.get(&path).await.is(200).lacks("Put this version back");
        mo.get(RULES).await.is(200).lacks("Run over what is published</h2>").has("Editors of this title may change this.");
        mo.get(&format!("{RULES}/edit")).await.is(403);
        send(&mo, &old, &path, &[]).await.is(403);
        assert_eq!(send(&editor, &old, &path, &[]).await.leads_to(), format!("{RULES}?done=rules-published"));
        editor.get(RULES).await.is(200).has("Version 3").has("boat").lacks("canoe");
        // The same form once more is from before.
        let again = editor.get(&format!("{RULES}/versions/2")).await.is(200);
        rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&title, &rule("boats", "skiff"))).await.unwrap();
        send(&editor, &again, &format!("{RULES}/versions/2"), &[]).await.is(409).has("Somebody has published another version");
    }

    async fn rules_are_tried_on_the_past_and_the_page_loads_again_until_the_report_is_there(app: TestApp) {
        let world = World::new(app).await;
        world.comment(&world.ann, "A boat came in.").await;
        world.app.clock.advance(std::time::Duration::from_secs(60));
        let editor = Browser::of(&world, &world.editor).await;
        let edit = format!("{RULES}/edit");
        let form = editor.get(&edit).await.is(200);
        let source = rule("boats", "boat").replace("'live'", "'draft'");
        let refused = send(&editor, &form, &edit, &[("source", &source), ("step", "try"), ("days", "none")]).await.is(422);
        refused.has("boats");
        let asked = send(&editor, &form, &edit, &[("source", &source), ("step", "try"), ("days", "30")]).await;
        let path = asked.leads_to().to_owned();
        let open = editor.get(&path).await.is(200);
        assert!(open.headers.contains_key("refresh"));
        open.has("0 of 1 comments judged").has("<progress");
        assert_eq!(backtest::drive_waiting(&world.app).await.unwrap(), 1);
        let done = editor.get(&path).await.is(200);
        assert!(!done.headers.contains_key("refresh"));
        done.has("What boats sees").has("A <mark>boat</mark> came in.").has("<rect").has("1 comments of 1 subscribers");
        editor.get("/moderation/titles/harbour/backtests").await.is(200).has("Done");
        Browser::of(&world, &world.moor_mo).await.get(&path).await.is(403);
        let second = send(&editor, &form, &edit, &[("source", &source), ("step", "try"), ("days", "30")]).await;
        let path = second.leads_to().to_owned();
        let open = editor.get(&path).await.is(200);
        send(&editor, &open, &path, &[]).await.is(303);
        editor.get(&path).await.is(200).has("Stopped");
    }

    async fn a_sweep_is_counted_held_and_undone_on_its_page(app: TestApp) {
        let world = World::new(app).await;
        world.comment(&world.ann, "A boat came in.").await;
        world.app.clock.advance(std::time::Duration::from_secs(60));
        let title = "harbour".parse().unwrap();
        rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&title, &rule("boats", "boat"))).await.unwrap();
        let editor = Browser::of(&world, &world.editor).await;
        let path = "/moderation/titles/harbour/sweeps";
        let form = editor.get(RULES).await.is(200);
        let counted = send(&editor, &form, path, &[("hours", "24"), ("step", "count")]).await.is(200);
        counted.has("1 of 1 comments would be held").has("A <mark>boat</mark> came in.").has("Hold this comment");
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 1);
        let mo = Browser::of(&world, &world.mo).await;
        mo.get(path).await.is(200).lacks("name=\"hours\"");
        send(&mo, &counted, path, &[("hours", "24"), ("step", "hold")]).await.is(403);
        send(&editor, &counted, path, &[("hours", "9999"), ("step", "count")]).await.is(422).has("at most 30 days ago");
        send(&editor, &counted, path, &[("hours", "24"), ("step", "hold")]).await.is(303);
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 0);
        let made = editor.get(path).await.is(200);
        made.has("One comment held");
        let undo = made.html.split("action=\"").find(|part| part.starts_with(path) && part.contains("/undo\"")).unwrap();
        let undo = undo.split('"').next().unwrap().to_owned();
        send(&editor, &made, &undo, &[]).await.is(303);
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 1);
    }
}
