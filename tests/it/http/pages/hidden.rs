//! What nobody else may see: held comments, and pages made for one person.

use std::collections::BTreeMap;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use super::super::browser::Page;
use super::{Browser, every_path, held, id, removed, story};
use crate::support::{Caller, World, both_engines};

/// A cache in front of everybody, which keys by path alone and keeps whatever it is allowed to.
#[derive(Default)]
struct SharedCache(BTreeMap<String, Page>);

impl SharedCache {
    async fn get(&mut self, browser: &Browser, path: &str) -> Page {
        if let Some(kept) = self.0.get(path) {
            return kept.clone();
        }
        let page = browser.get(path).await;
        let line = page.headers[CACHE_CONTROL].to_str().unwrap();
        if !line.contains("no-store") && !line.contains("private") {
            self.0.insert(path.to_owned(), page.clone());
        }
        page
    }
}

fn name(caller: &Caller) -> Option<String> {
    caller.profile.as_ref().map(|profile| profile.name.clone())
}

both_engines! {
    async fn vuln_c37_what_is_hidden_shows_on_no_page_of_somebody_else(app: TestApp) {
        let world = World::new(app).await;
        let seen = id(&world.comment(&world.cat, "Ships ahoy.").await);
        let top = held(&world, &world.ann, "A numpty kraken.").await;
        let reply = json!({ "body": "A numpty kraken, again.", "parent": seen });
        let reply = id(&world.ann.post(&world.thread(), reply).await.is(202)["comment"]);
        let rejected = world.ann.post(&world.thread(), json!({ "body": "A gobshite kraken." })).await;
        let rejected = rejected.refused(422, "rejected")["comment"].as_str().unwrap().to_owned();
        let gone = removed(&world, &world.ann, "A removed kraken.").await;
        let hidden = [top, reply, rejected];

        let others = [&world.anonymous, &world.bob, &world.cat, &world.lapsed, &world.reader, &world.moor_mo];
        for caller in others {
            let browser = Browser::of(&world, caller).await;
            for comment in hidden.iter().chain([&seen, &gone]) {
                for path in every_path(&world, comment) {
                    let page = browser.get(&path).await;
                    page.lacks("kraken").lacks("Among us.");
                    for id in hidden.iter().filter(|id| !path.contains(*id)) {
                        page.lacks(id);
                    }
                    if hidden.contains(comment) && path.starts_with("/comments/") {
                        let sent_off = page.status == 404 || page.status == 303;
                        assert!(sent_off, "{:?} sees {path}: {}", name(caller), page.status);
                    }
                    assert!(page.headers[CACHE_CONTROL].to_str().unwrap().contains("no-store"), "{path}");
                }
            }
        }
        // The same pages show them to those who may see them, and no search engine keeps them.
        for caller in [&world.ann, &world.mo, &world.editor, &world.admin] {
            let browser = Browser::of(&world, caller).await;
            for comment in &hidden {
                browser.get(&format!("/comments/{comment}")).await.is(200).has("kraken").has("content=\"noindex\"");
            }
        }
        let own = Browser::of(&world, &world.ann).await.get(&story(&world)).await.is(200);
        own.has("A numpty kraken.").has("content=\"noindex\"");
        world.app.outbox().await;
    }

    async fn vuln_c41_people_who_alternate_at_a_shared_cache_never_see_each_others_pages(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.cat, "The tide was high.").await);
        let people = [&world.ann, &world.anonymous, &world.mo, &world.bob];
        let mut browsers = Vec::new();
        for caller in people {
            browsers.push(Browser::of(&world, caller).await);
        }
        let mut cache = SharedCache::default();
        for path in every_path(&world, &comment) {
            // Twice around: whoever comes second would get what the first has left.
            for turn in 0..people.len() * 2 {
                let at = turn % people.len();
                let page = cache.get(&browsers[at], &path).await;
                if page.status != 303 {
                    assert_eq!(page.headers[CACHE_CONTROL], "private, no-store", "{path}");
                    let viewer = |caller: &Caller| name(caller).map(|name| format!("<a href=\"/me\"><bdi>{name}</bdi></a>"));
                    for (other, caller) in people.iter().enumerate() {
                        let Some(viewer) = viewer(caller) else { continue };
                        assert_eq!(page.html.contains(&viewer), other == at, "{path} {:?}", name(people[at]));
                    }
                }
            }
        }
        assert!(cache.0.is_empty());
        let page = browsers[0].get("/").await;
        let sheet = cache.get(&browsers[0], &page.link("/static/belowline.css")).await;
        assert!(sheet.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/css"));
        assert_eq!(cache.0.len(), 1, "what is the same for everybody may be kept");
    }

    async fn vuln_c41_headers_that_no_cache_keys_by_change_no_page(app: TestApp) {
        let world = World::new(app).await;
        for (header, value) in [
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("x-original-url", "/moderation/queue"),
            ("x-rewrite-url", "/me"),
            ("x-http-method-override", "POST"),
        ] {
            let browser = Browser::of(&world, &world.mo).await.with(header, value);
            let page = browser.get(&story(&world)).await.is(200);
            page.has("Ferry late again").lacks("evil.example").lacks("Moderation queue");
            assert!(!page.headers.values().any(|line| line.to_str().unwrap_or_default().contains("evil.example")));
        }
    }
}
