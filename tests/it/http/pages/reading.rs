//! Stories, comments and what is offered beside them.

use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use super::{Browser, id, removed, story};
use crate::support::{World, both_engines};

both_engines! {
    async fn a_story_tells_everyone_how_things_stand_for_them(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "The tide *was* high.").await);
        let story = story(&world);

        let page = Browser::new(&world).get(&story).await.is(200);
        assert_eq!(page.headers[CONTENT_TYPE], "text/html; charset=utf-8");
        page.has("Ferry late again").has("<em>was</em>").has("Sign in to comment").has("Our subscribers talk");
        page.has(&format!("return_to=%2Fcomments%2F{comment}")).lacks("<textarea").lacks("/thread");

        let page = Browser::of(&world, &world.lapsed).await.get(&story).await.is(200);
        page.has("Your subscription has lapsed").has("https://paper.example/subscribe").lacks("<textarea");
        let page = Browser::of(&world, &world.bob).await.get(&story).await.is(200);
        page.has("Join the conversation").has(&format!("/comments/{comment}/report")).has("aria-pressed=\"false\"");
        page.lacks("/moderation/").lacks("/thread");
        let page = Browser::of(&world, &world.ann).await.get(&story).await.is(200);
        page.has(&format!("/comments/{comment}/edit")).lacks("/report\"");
        let page = Browser::of(&world, &world.mo).await.get(&story).await.is(200);
        page.has(&format!("/moderation/comments/{comment}")).has("/moderation/queue").has(&format!("{story}/thread"));
        Browser::of(&world, &world.moor_mo).await.get(&story).await.is(200).lacks("/thread");

        world.ban(&world.ann).await;
        let page = Browser::of(&world, &world.ann).await.get(&story).await.is(200);
        page.has("You cannot comment at the moment").has("Clause 1: No abuse").has("For good").lacks("<textarea");
    }

    async fn a_recommendation_leads_back_to_its_comment_in_the_same_order(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "The tide was high.").await);
        let reply = json!({ "body": "And the wind.", "parent": comment });
        let reply = id(&world.cat.post(&world.thread(), reply).await.is(201)["comment"]);
        let bob = Browser::of(&world, &world.bob).await;
        let (own, branch) = (format!("/comments/{comment}/recommend"), format!("/comments/{reply}/recommend"));
        for (from, action, there) in [
            (format!("{}?sort=oldest", story(&world)), &own, &comment),
            (format!("{}?done=held&sort=recommended", story(&world)), &branch, &reply),
            (format!("/comments/{comment}"), &own, &comment),
            (format!("/comments/{comment}"), &branch, &reply),
            (format!("/comments/{comment}/replies"), &branch, &reply),
        ] {
            for (word, pressed) in [("yes", true), ("no", false)] {
                let page = bob.get(&from).await.is(200);
                let to = bob.fill(&page, action, &[("recommend", word)]).await.leads_to().to_owned();
                assert_eq!(to, format!("{}#{there}", from.replace("done=held&", "")));
                let page = bob.get(&to).await.is(200);
                assert_eq!(page.html.contains("aria-pressed=\"true\""), pressed, "{from} {word}");
            }
        }
        let page = bob.get(&story(&world)).await;
        let evil = [("recommend", "yes"), ("return_to", "//evil.example/")];
        assert_eq!(bob.fill(&page, &own, &evil).await.leads_to(), format!("/comments/{comment}#{comment}"));
    }

    async fn a_long_branch_goes_on_page_by_page_and_loses_no_reply(app: TestApp) {
        let world = World::new(app).await;
        let top = id(&world.comment(&world.ann, "Top.").await);
        let people = [&world.bob, &world.cat, &world.mo, &world.max, &world.editor];
        let mut first = None;
        for n in 0..65 {
            world.app.clock.advance(Duration::from_secs(3));
            // One in ten answers the first answer.
            let parent = first.clone().filter(|_| n % 10 == 9).unwrap_or_else(|| top.clone());
            let body = json!({ "body": format!("Answer number {n}."), "parent": parent });
            let made = people[n % people.len()].post(&world.thread(), body).await.is(201);
            first.get_or_insert_with(|| id(&made["comment"]));
        }
        let browser = Browser::new(&world);
        let page = browser.get(&story(&world)).await.is(200);
        page.has("Answer number 2.").lacks("Answer number 3.").has("62 more replies");
        let mut path = page.link(&format!("/comments/{top}/replies?after="));
        let mut seen: Vec<usize> = vec![0, 1, 2];
        for left in [Some("32 more replies"), Some("2 more replies"), None] {
            let page = browser.get(&path).await.is(200);
            page.has("Back to the first replies").has(">Top.<");
            seen.extend((0..65).filter(|n| page.html.contains(&format!("Answer number {n}."))));
            if let Some(words) = left {
                path = page.has(words).link(&format!("/comments/{top}/replies?after="));
            } else {
                page.lacks("more repl");
            }
        }
        assert_eq!(seen, (0..65).collect::<Vec<_>>());

        let first = first.unwrap();
        let page = browser.get(&format!("/comments/{first}")).await.is(200);
        page.has("Answer number 9.").has("Answer number 59.").lacks("Answer number 10.").has("What it answers");
        browser.get(&format!("/comments/{first}/replies?after=forged")).await.is(400).has("<h1>");
        let other = path.replace(&top, &first);
        browser.get(&other).await.is(400);
    }

    async fn a_reply_deep_in_a_branch_leads_on_to_its_own_replies(app: TestApp) {
        let world = World::new(app).await;
        let mut parent = id(&world.comment(&world.ann, "Level one.").await);
        let mut chain = vec![parent.clone()];
        for level in ["two", "three", "four"] {
            world.app.clock.advance(Duration::from_secs(11));
            let body = json!({ "body": format!("Level {level}."), "parent": parent });
            parent = id(&world.bob.post(&world.thread(), body).await.is(201)["comment"]);
            chain.push(parent.clone());
        }
        let page = Browser::new(&world).get(&format!("/comments/{}", chain[1])).await.is(200);
        page.has("Level one.").has("Level two.").has("Level three.").lacks("Level four.").has("1 reply to this");
    }

    async fn the_author_of_a_removed_comment_sees_clause_decision_and_statement_and_others_that_it_is_gone(app: TestApp) {
        let world = World::new(app).await;
        let comment = removed(&world, &world.ann, "Krakens, all of you.").await;
        let path = format!("/comments/{comment}");
        let page = Browser::of(&world, &world.ann).await.get(&path).await.is(200);
        page.has("A moderator took it down.").has("Krakens, all of you.").has("Clause 1: No abuse");
        page.has("Decided by a moderator").lacks("Among us.");
        let statement = page.link("/me#");
        let me = Browser::of(&world, &world.ann).await.get("/me").await.is(200);
        me.has(&format!("id=\"{}\"", statement.trim_start_matches("/me#"))).has("Clause 1: No abuse");
        for caller in [&world.anonymous, &world.bob, &world.reader, &world.moor_mo] {
            let page = Browser::of(&world, caller).await.get(&path).await.is(200);
            page.has("A moderator removed this comment").lacks("Krakens").lacks("No abuse").lacks("Ann").lacks("/me#");
        }
        let page = Browser::of(&world, &world.mo).await.get(&path).await.is(200);
        page.has("Krakens").has("Clause 1: No abuse").lacks("/me#");
        let thread = Browser::of(&world, &world.ann).await.get(&story(&world)).await.is(200);
        thread.has("Krakens, all of you.").has("A moderator took it down.").has("Clause 1: No abuse").has(&statement);
        let thread = Browser::of(&world, &world.bob).await.get(&story(&world)).await.is(200);
        thread.has("A moderator removed this comment").lacks("Krakens").lacks("No abuse");

        // What a clause is called now is not what was decided under.
        let file = "introduction = 'Anew.'\n[[clause]]\nid = 'harbour-spam'\nheading = 'Other'\nbody = 'Other.'\n";
        let mut work = world.app.write(belowline::kernel::Actor::Operator).await.unwrap();
        let title = "harbour".parse().unwrap();
        belowline::titles::publish(&mut work, &title, toml::from_str(file).unwrap()).await.unwrap();
        work.commit().await.unwrap();
        Browser::of(&world, &world.ann).await.get(&path).await.is(200).has("Clause 1: No abuse");
        world.app.outbox().await;
    }

    async fn a_comment_is_replied_to_edited_and_withdrawn(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "The tide was high.").await);
        let ann = Browser::of(&world, &world.ann).await;
        let bob = Browser::of(&world, &world.bob).await;
        let path = format!("/comments/{comment}");
        let page = bob.get(&format!("{path}/reply")).await.is(200);
        let page = bob.fill(&page, &format!("{path}/reply"), &[("body", "And the wind.")]).await;
        let reply = page.leads_to().split('?').next().unwrap().to_owned();
        bob.get(&reply).await.is(200).has("And the wind.").has("The tide was high.").has("What it answers");
        bob.get(&path).await.is(200).has("And the wind.");

        let edit = format!("{path}/edit");
        let page = ann.get(&edit).await.is(200);
        page.has("The tide was high.</textarea>");
        ann.fill(&page, &edit, &[("body", " ")]).await.is(422);
        let edited = ann.fill(&page, &edit, &[("body", "The tide was low.")]).await;
        assert_eq!(edited.leads_to(), format!("{path}?done=edited"));
        ann.fill(&page, &edit, &[("body", "Stale.")]).await.is(409).has("Stale.</textarea>");
        bob.get(&edit).await.is(403);
        bob.get(&format!("{path}/withdraw")).await.is(403);

        let page = ann.get(&format!("{path}/withdraw")).await.is(200);
        let gone = ann.fill(&page, &format!("{path}/withdraw"), &[]).await;
        assert_eq!(gone.leads_to(), format!("{path}?done=withdrawn"));
        for browser in [&ann, &bob] {
            let page = browser.get(&path).await.is(200);
            page.has("The author has withdrawn this comment.").lacks("The tide").has("And the wind.");
        }
    }

    async fn the_front_page_titles_rules_and_assets_are_there(app: TestApp) {
        let world = World::new(app).await;
        let browser = Browser::new(&world);
        let page = browser.get("/").await.is(200);
        page.has("The harbour test").has("The moor test").has(&story(&world));
        browser.get("/titles/harbour").await.is(200).has("Ferry late again");
        browser.get("/titles/harbour/house-rules").await.is(200).has("id=\"clause-harbour-spam\"").has("Be kind.");
        for (start, kind) in [("/static/belowline.css", "text/css"), ("/static/belowline.svg", "image/svg+xml")] {
            let file = browser.get(&page.link(start)).await.is(200);
            assert!(file.headers[CONTENT_TYPE].to_str().unwrap().starts_with(kind));
            assert!(file.headers[CACHE_CONTROL].to_str().unwrap().contains("public"), "{start}");
        }
        for path in ["/nowhere", "/stories/nonsense", "/titles/none", "/comments/cmt_01h455vb4pex5vsknk084sn02q"] {
            let page = browser.get(path).await.is(404);
            assert_eq!(page.headers[CONTENT_TYPE], "text/html; charset=utf-8", "{path}");
            page.has("There is nothing here");
        }
        let page = browser.get("/sign-out").await.is(405);
        assert_eq!(page.headers["allow"], "POST");
        page.has("<h1>");
    }
}
