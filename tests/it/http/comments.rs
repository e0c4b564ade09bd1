//! A comment's life over the API, on both engines.

use std::time::Duration;

use axum::http::Method;
use belowline::comments;
use serde_json::json;

use crate::support::{World, both_engines};

both_engines! {
    async fn a_subscriber_comments_and_everyone_reads_it(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "The *ferry* was late.\n\n> again").await;
        assert_eq!(comment["status"], "published");
        assert!(comment["html"].as_str().unwrap().contains("<em>ferry</em>"));
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        assert_eq!(thread["story"]["comment_count"], 1);
        assert_eq!(thread["comments"][0]["id"], comment["id"]);
        assert_eq!(thread["comments"][0]["author"]["name"], "Ann");
    }

    async fn those_without_a_subscription_are_told_why(app: TestApp) {
        let world = World::new(app).await;
        let body = json!({ "body": "Let me in." });
        world.anonymous.post(&world.thread(), body.clone()).await.refused(401, "not_signed_in");
        let lapsed = world.lapsed.post(&world.thread(), body.clone()).await.refused(403, "not_subscribed");
        assert_eq!(lapsed["standing"], "lapsed");
        let reader = world.reader.post(&world.thread(), body).await.refused(403, "not_subscribed");
        assert_eq!(reader["standing"], "none");
        let me = world.reader.get("/api/v1/me").await.is(200);
        assert_eq!(me["privileges"]["comment"], json!({ "allowed": false, "reason": "not_subscribed" }));
        assert_eq!(me["privileges"]["report"], json!({ "allowed": true }));
    }

    async fn staff_speak_without_a_subscription_and_are_marked(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.mo, "I asked the ferry company.").await;
        assert_eq!(comment["author"]["is_staff"], true);
        let path = format!("/api/v1/stories/{}/comments", world.moor_story);
        world.mo.post(&path, json!({ "body": "Elsewhere I am a reader." })).await.refused(403, "not_subscribed");
    }

    async fn a_word_on_the_list_holds_and_a_worse_one_rejects(app: TestApp) {
        let world = World::new(app).await;
        let held = world.ann.post(&world.thread(), json!({ "body": "What a numpty." })).await.is(202)["comment"].clone();
        assert_eq!(held["status"], "held");
        let id = held["id"].as_str().unwrap();
        let path = format!("/api/v1/comments/{id}");
        world.bob.get(&path).await.refused(404, "not_found");
        world.anonymous.get(&path).await.refused(404, "not_found");
        assert_eq!(world.ann.get(&path).await.is(200)["status"], "held");
        assert_eq!(world.mo.get(&path).await.is(200)["status"], "held");
        world.moor_mo.get(&path).await.refused(404, "not_found");

        let rejected = world.ann.post(&world.thread(), json!({ "body": "You gobshite." })).await.refused(422, "rejected");
        assert_eq!(rejected["reasons"][0]["rule"], "word-list");
        assert_eq!(rejected["reasons"][0]["spans"], json!([[4, 12]]));
        let mine = world.ann.get(&format!("/api/v1/stories/{}/mine", world.story)).await.is(200);
        let statuses: Vec<_> = mine["comments"].as_array().unwrap().iter().map(|own| own["status"].clone()).collect();
        assert_eq!(statuses, ["held", "rejected"]);
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        assert_eq!((&thread["comments"], &thread["story"]["comment_count"]), (&json!([]), &json!(0)));
    }

    async fn a_repeated_key_is_answered_alike_and_shows_the_comment_as_it_is_now(app: TestApp) {
        let world = World::new(app).await;
        let body = json!({ "body": "Once is enough." });
        let thread = world.thread();
        let send = |body| world.ann.send(Method::POST, &thread, Some("k1"), Some(body));
        let first = send(body.clone()).await.is(201)["comment"].clone();
        let again = send(body.clone()).await.is(201)["comment"].clone();
        assert_eq!(first["id"], again["id"]);
        send(json!({ "body": "Something else." })).await.refused(422, "idempotency_mismatch");
        world.ban(&world.ann).await;
        assert_eq!(send(body.clone()).await.is(201)["comment"]["id"], first["id"]);
        world.ann.delete(&format!("/api/v1/comments/{}", first["id"].as_str().unwrap())).await.is(204);
        assert_eq!(send(body).await.is(201)["comment"]["status"], "withdrawn");
        let rejected = json!({ "body": "You gobshite, twice." });
        let send = |key| world.bob.send(Method::POST, &thread, Some(key), Some(rejected.clone()));
        let once = send("k2").await.refused(422, "rejected");
        assert_eq!(send("k2").await.refused(422, "rejected")["comment"], once["comment"]);
    }

    async fn replies_nest_and_count(app: TestApp) {
        let world = World::new(app).await;
        let top = world.comment(&world.ann, "Who runs the ferry?").await;
        let top_id = top["id"].as_str().unwrap();
        let mut last = top_id.to_owned();
        for turn in 0..5 {
            let caller = if turn % 2 == 0 { &world.bob } else { &world.ann };
            let body = json!({ "body": format!("Answer number {turn}."), "parent": last });
            last = caller.post(&world.thread(), body).await.is(201)["comment"]["id"].as_str().unwrap().to_owned();
        }
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        let shown = &thread["comments"][0];
        assert_eq!(shown["reply_count"], 1);
        assert_eq!(shown["replies"][0]["replies"][0]["replies"][0]["reply_count"], 1);
        assert_eq!(shown["replies"][0]["replies"][0]["replies"][0]["replies"], json!([]));
        let next = shown["replies_next"].as_str().unwrap();
        let rest = world.anonymous.get(&format!("/api/v1/comments/{top_id}/replies?after={next}")).await.is(200);
        assert_eq!(rest["comments"].as_array().unwrap().len(), 2);
        assert_eq!(rest["next"], json!(null));
        assert_eq!(thread["story"]["comment_count"], 6);
    }

    async fn an_edit_is_judged_anew(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "A first thought.").await;
        let path = format!("/api/v1/comments/{}", comment["id"].as_str().unwrap());
        let edited = world.ann.patch(&path, json!({ "body": "A second thought.", "revision": 1 })).await.is(200);
        assert_eq!(edited["comment"]["revision"], 2);
        assert!(edited["comment"]["edited_at"].is_string());
        let stale = world.ann.patch(&path, json!({ "body": "Too late.", "revision": 1 })).await.refused(409, "stale_revision");
        assert_eq!(stale["winner"], json!(null));
        world.bob.patch(&path, json!({ "body": "Not mine.", "revision": 2 })).await.refused(403, "forbidden");
        world.ann.patch(&path, json!({ "body": "You gobshite.", "revision": 2 })).await.refused(422, "rejected");
        assert!(world.anonymous.get(&path).await.is(200)["html"].as_str().unwrap().contains("second thought"));
        let held = world.ann.patch(&path, json!({ "body": "A numpty thought.", "revision": 2 })).await.is(200);
        assert_eq!(held["comment"]["status"], "held");
        world.anonymous.get(&path).await.refused(404, "not_found");
        let story = world.anonymous.get(&world.thread()).await.is(200)["story"].clone();
        assert_eq!(story["comment_count"], 0);
        world.app.clock.advance(Duration::from_secs(601));
        world.ann.patch(&path, json!({ "body": "Much later.", "revision": 3 })).await.refused(409, "edit_window_over");
    }

    async fn a_tombstone_keeps_the_thread(app: TestApp) {
        let world = World::new(app).await;
        let top = world.comment(&world.ann, "I take this back soon.").await;
        let id = top["id"].as_str().unwrap();
        world.bob.post(&world.thread(), json!({ "body": "Please do not.", "parent": id })).await.is(201);
        world.bob.delete(&format!("/api/v1/comments/{id}")).await.refused(403, "forbidden");
        world.ann.delete(&format!("/api/v1/comments/{id}")).await.is(204);
        world.ann.delete(&format!("/api/v1/comments/{id}")).await.is(204);
        let thread = world.anonymous.get(&world.thread()).await.is(200);
        let shown = &thread["comments"][0];
        assert_eq!((&shown["status"], &shown["html"], &shown["author"]), (&json!("withdrawn"), &json!(""), &json!(null)));
        assert_eq!(shown["replies"][0]["status"], "published");
        assert_eq!(thread["story"]["comment_count"], 1);
        let gone = world.cat.post(&world.thread(), json!({ "body": "To nobody.", "parent": id })).await;
        gone.refused(409, "parent_gone");
    }

    async fn vuln_c39_parallel_recommendations_by_one_person_count_once(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "Recommend me.").await;
        let path = format!("/api/v1/comments/{}/recommendation", comment["id"].as_str().unwrap());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (bob, path) = (world.bob.clone(), path.clone());
            tasks.spawn(async move { bob.put(&path, json!(null)).await.is(200) });
        }
        while let Some(done) = tasks.join_next().await {
            assert_eq!(done.unwrap()["recommendation_count"], 1);
        }
        world.ann.put(&path, json!(null)).await.refused(403, "forbidden");
        assert_eq!(world.bob.delete(&path).await.is(200)["recommendation_count"], 0);
        assert_eq!(world.bob.delete(&path).await.is(200)["recommendation_count"], 0);
        assert_eq!(comments::tell_stories(&world.app).await.unwrap(), 1);
        assert_eq!(comments::tell_stories(&world.app).await.unwrap(), 0);
    }

    async fn posting_is_paced(app: TestApp) {
        let world = World::new(app).await;
        for turn in 0..5 {
            world.comment(&world.ann, &format!("Thought number {turn} on the ferry.")).await;
        }
        let body = json!({ "body": "One thought too many." });
        world.ann.post(&world.thread(), body.clone()).await.refused(429, "too_fast");
        world.app.clock.advance(Duration::from_secs(10));
        world.ann.post(&world.thread(), body).await.is(201);
    }

    async fn refusals_come_in_their_order_and_all_faults_of_a_form_at_once(app: TestApp) {
        let world = World::new(app).await;
        let odd = json!({ "body": 5, "parent": "nonsense", "colour": "red" });
        world.anonymous.send(Method::POST, &world.thread(), None, Some(odd.clone())).await.refused(401, "not_signed_in");
        world.ann.send(Method::POST, &world.thread(), None, Some(odd.clone())).await.refused(400, "idempotency_key_missing");
        let gone = "/api/v1/stories/stry_01h455vb4pex5vsknk084sn02q/comments";
        world.ann.post(gone, odd.clone()).await.refused(404, "not_found");
        world.lapsed.post(&world.thread(), odd.clone()).await.refused(403, "not_subscribed");
        let all = world.ann.post(&world.thread(), odd).await.refused(422, "invalid");
        let fields: Vec<_> = all["errors"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
        assert_eq!(fields, ["colour", "body", "parent"]);
        for body in ["", "  \n ", &"x".repeat(5_001)] {
            world.ann.post(&world.thread(), json!({ "body": body })).await.refused(422, "body_length");
        }
        world.ann.post(&world.thread(), json!({ "body": "x".repeat(5_000) })).await.is(201);
        for query in ["?limit=0", "?limit=101", "?limit=", "?limit=1&limit=2", "?sort=best", "?after=x", "?page=2"] {
            world.anonymous.get(&format!("{}{query}", world.thread())).await.refused(400, "invalid_query");
        }
    }

    async fn every_page_of_a_thread_holds_what_the_others_do_not(app: TestApp) {
        let world = World::new(app).await;
        for turn in 0..7 {
            world.app.clock.advance(Duration::from_secs(60));
            world.comment(&world.ann, &format!("Thought number {turn}.")).await;
        }
        for sort in ["newest", "oldest", "recommended"] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = world.anonymous.get(&format!("{}?sort={sort}&limit=3{after}", world.thread())).await.is(200);
                seen.extend(page["comments"].as_array().unwrap().iter().map(|one| one["html"].to_string()));
                match page["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
            let count = seen.len();
            let mut sorted = seen.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!((count, sorted.len()), (7, 7), "{sort}");
        }
    }
}
