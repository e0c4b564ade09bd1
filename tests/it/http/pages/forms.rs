//! What was typed into a form is never lost, and nothing happens that was not asked for on our own pages.

use std::collections::BTreeMap;

use axum::http::header::RETRY_AFTER;
use serde_json::json;

use super::{Browser, held, id, removed, story};
use crate::support::{Caller, PASSWORD, World, both_engines};

const TYPED: &str = "An hour's <work>.";
const SHOWN: &str = "An hour&#39;s &#60;work&#62;.</textarea>";

/// Every form with a text of its own: who fills it in, where it is and where it goes, and what is typed into it.
async fn every_form(world: &World) -> Vec<(&Caller, String, String, Vec<(&'static str, String)>)> {
    let own = id(&world.comment(&world.ann, "The tide was high.").await);
    let other = id(&world.comment(&world.cat, "The wind was strong.").await);
    let waits = held(world, &world.bob, "A numpty wrote this.").await;
    let ban = id(&world.ban(&world.bob).await);
    let typed = |name: &'static str| vec![(name, TYPED.to_owned())];
    let at = |path: String| (path.clone(), path);
    let form = |caller, (page, action), fields| (caller, page, action, fields);
    let with = |mut fields: Vec<(&'static str, String)>, more: &[(&'static str, &str)]| {
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        fields
    };
    let ban_fields = [
        ("step", "send"),
        ("rules", "harbour"),
        ("title", "harbour"),
        ("privileges", "comment"),
        ("clause", "harbour-abuse"),
        ("until", "never"),
    ];
    let address = vec![("new_email", "an.hour@example.org".to_owned()), ("address_password", PASSWORD.to_owned())];
    vec![
        form(&world.ann, at(story(world)), typed("body")),
        form(&world.ann, at(format!("/comments/{other}/reply")), typed("body")),
        form(&world.ann, at(format!("/comments/{own}/edit")), typed("body")),
        form(&world.ann, at(format!("/comments/{other}/report")), with(typed("note"), &[("clause", "harbour-spam")])),
        form(
            &world.mo,
            at(format!("/moderation/comments/{waits}")),
            with(typed("note"), &[("action", "remove"), ("clause", "harbour-abuse")]),
        ),
        form(
            &world.mo,
            at(format!("/moderation/subscribers/{}", world.cat.subscriber())),
            with(typed("note"), &ban_fields),
        ),
        form(&world.mo, at(format!("/moderation/bans/{ban}/lift")), typed("reason")),
        form(&world.ann, ("/me".to_owned(), "/me/email".to_owned()), address),
    ]
}

/// How much has happened, told apart well enough.
async fn state(world: &World) -> String {
    let thread = world.anonymous.get(&world.thread()).await.is(200);
    let queue = world.mo.get("/api/v1/moderation/queue").await.is(200);
    let bans = world.mo.get("/api/v1/bans?title=harbour").await.is(200);
    let mails = world.app.outbox().await;
    format!("{thread} {queue} {bans} {mails:?}")
}

both_engines! {
    async fn vuln_c38_no_form_that_is_not_ours_does_anything_and_each_gives_back_what_was_typed(app: TestApp) {
        let world = World::new(app).await;
        let forms = every_form(&world).await;
        world.app.outbox().await;
        let before = state(&world).await;
        for (caller, path, action, typed) in forms {
            let shown = if typed[0].1 == TYPED { SHOWN.to_owned() } else { format!("{}</textarea>", typed[0].1) };
            let browser = Browser::of(&world, caller).await;
            let page = browser.get(&path).await.is(200);
            let mut fields = page.form(&action);
            fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
            let without = |name: &str| fields.iter().filter(|(field, _)| *field != name)
                .map(|(name, value)| (name.clone(), value.clone())).collect::<BTreeMap<_, _>>();

            let page = browser.post(&action, &without("csrf")).await.is(403);
            page.has(&shown).has("This form had expired").has(&format!("href=\"{path}\"")).lacks(PASSWORD);
            browser.post(&action, &without("key")).await.is(400).has(&shown).has("This form had expired");
            Browser::of(&world, &world.max).await.post(&action, &fields).await.is(403).has(&shown);
            let evil = Browser::of(&world, caller).await.at("https://evil.example");
            evil.post(&action, &fields).await.is(403).has(&shown);
            browser.lose_session();
            let page = browser.post(&action, &fields).await.is(403);
            let back = url::form_urlencoded::byte_serialize(path.as_bytes()).collect::<String>();
            page.has(&shown).has(&format!("href=\"/sign-in?return_to={back}\"")).lacks(PASSWORD);
        }
        assert_eq!(state(&world).await, before);
    }

    async fn whatever_refuses_a_form_its_text_comes_back(app: TestApp) {
        let world = World::new(app).await;
        let forms = every_form(&world).await;
        let mut opened = Vec::new();
        for (caller, path, action, typed) in forms {
            let browser = Browser::of(&world, caller).await;
            let mut fields = browser.get(&path).await.is(200).form(&action);
            fields.extend(typed.into_iter().map(|(name, value)| (name.to_owned(), value)));
            opened.push((browser, action, fields));
        }
        // Everything that these forms are about goes.
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        for (caller, comment) in [(&world.cat, &thread["comments"][0]), (&world.ann, &thread["comments"][1])] {
            caller.delete(&format!("/api/v1/comments/{}", id(comment))).await.is(204);
        }
        let waits = world.mo.get("/api/v1/moderation/queue").await.is(200)["items"][0]["comment"].clone();
        let decision = json!({ "action": "approve", "revision": 1 });
        world.max.post(&format!("/api/v1/comments/{}/decisions", id(&waits)), decision).await.is(201);
        for ban in world.mo.get("/api/v1/bans?title=harbour").await.is(200)["items"].as_array().unwrap() {
            let path = format!("/api/v1/bans/{}/lift", id(ban));
            world.max.post(&path, json!({ "reason": "A second look." })).await.is(200);
        }
        world.ban(&world.ann).await;
        for (browser, action, mut fields) in opened {
            if action.contains("/subscribers/") {
                fields.insert("step".to_owned(), "leap".to_owned());
            } else if action == "/me/email" {
                fields.insert("address_password".to_owned(), "not the password".to_owned());
            }
            let page = browser.post(&action, &fields).await;
            assert!(page.status.is_client_error(), "{action} {}", page.status);
            let shown = if action == "/me/email" { "value=\"an.hour@example.org\"" } else { SHOWN };
            page.has(shown).lacks("not the password");
        }
        world.app.outbox().await;
    }

    async fn a_double_click_posts_once(app: TestApp) {
        let world = World::new(app).await;
        let story = story(&world);
        let browser = Browser::of(&world, &world.ann).await;
        let page = browser.get(&story).await;
        let first = browser.fill(&page, &story, &[("body", "Once.")]).await;
        let second = browser.fill(&page, &story, &[("body", "Once.")]).await;
        assert_eq!(first.leads_to(), second.leads_to());
        assert!(first.leads_to().starts_with(&format!("{story}?done=published#cmt_")), "{}", first.leads_to());
        browser.get(first.leads_to()).await.is(200).has("Your comment is published.").has("1 comment<");
        // Going back and sending something else with the same key is told, and not lost.
        browser.fill(&page, &story, &[("body", "Twice.")]).await.is(422).has("Twice.</textarea>");
    }

    async fn whoever_is_too_quick_is_told_when_to_try_again_and_keeps_the_text(app: TestApp) {
        let world = World::new(app).await;
        let story = story(&world);
        let browser = Browser::of(&world, &world.ann).await;
        let mut slow = None;
        for n in 0..7 {
            let page = browser.get(&story).await;
            let page = browser.fill(&page, &story, &[("body", &format!("Quick {n}."))]).await;
            if page.status == 429 {
                page.has(&format!("Quick {n}.</textarea>"));
                slow = Some(page);
                break;
            }
        }
        let page = slow.expect("somebody is told to slow down");
        let seconds = page.headers[RETRY_AFTER].to_str().unwrap().to_owned();
        page.has(&format!("You can try again in {seconds} seconds."));

        let guest = Browser::new(&world);
        let page = guest.get("/sign-in?return_to=%2Fme").await.is(200);
        for _ in 0..60 {
            let wrong = [("email", "bob@example.org"), ("password", "not the password")];
            let page = guest.fill(&page, "/sign-in", &wrong).await;
            page.has("bob@example.org").lacks("not the password").has("value=\"/me\"");
            if page.status == 429 {
                assert!(page.headers.contains_key(RETRY_AFTER));
                page.has("You can try again in");
                return;
            }
            assert_eq!(page.status, 422);
        }
        panic!("nobody may guess for ever");
    }

    async fn a_page_for_a_database_that_does_not_answer_says_when_to_try_again(app: TestApp) {
        let world = World::new(app).await;
        let story = story(&world);
        let browser = Browser::of(&world, &world.ann).await;
        let page = browser.get(&story).await.is(200);
        world.app.db.close().await;
        let mut fields = page.form(&story);
        fields.insert("body".into(), TYPED.into());
        for page in [browser.get(&story).await, browser.get("/sign-in").await, browser.post(&story, &fields).await] {
            let page = page.is(503);
            assert!(page.headers.contains_key(RETRY_AFTER));
            page.has("Back in a moment").has("You can try again in");
            if page.html.contains("<textarea") {
                page.has(SHOWN);
            }
        }
        browser.post(&story, &fields).await.is(503).has(SHOWN);
    }

    async fn what_shuts_the_box_meanwhile_shows_what_was_typed(app: TestApp) {
        let world = World::new(app).await;
        let story = story(&world);
        let browser = Browser::of(&world, &world.ann).await;
        let page = browser.get(&story).await;
        world.ban(&world.ann).await;
        let page = browser.fill(&page, &story, &[("body", "Meanwhile.")]).await.is(403);
        page.has("You cannot comment at the moment").has("Meanwhile.</textarea>");
        let gone = removed(&world, &world.bob, "Soon gone.").await;
        let cat = Browser::of(&world, &world.cat).await;
        let reply = format!("/comments/{gone}/reply");
        let page = cat.get(&reply).await.is(200);
        cat.fill(&page, &reply, &[("body", "Too late to answer.")]).await.is(409).has("Too late to answer.</textarea>");
        world.app.outbox().await;
    }
}
