//! Rules that editors wrote, from the file to what an author is told, on both engines.

use std::time::Duration;

use belowline::kernel::{Actor, TitleId};
use belowline::rulebook::{self, Publication, PublishRulesError};
use belowline::rules::language::ComplaintCode;
use serde_json::json;

use crate::support::{TestApp, World, both_engines};

const RULES: &str = r#"
[[rule]]
id = "shouting"
clause = "harbour-abuse"
when = "text.capitals > 0.8 && text.words > 3"
then = "nudge"
mode = "live"
message = "Capitals read like shouting."

[[rule.test]]
text = "STOP BUILDING THAT PIER NOW"
expect = "nudge"

[[rule]]
id = "piers"
clause = "harbour-abuse"
when = "text.content.contains('pier of doom')"
then = "hold"
mode = "live"

[[rule]]
id = "ferries"
clause = "harbour-spam"
when = "text.content.contains('ferry')"
then = "reject"
mode = "shadow"
"#;

const SLOW: &str = r#"
[[rule]]
id = "on-boats"
clause = "harbour-abuse"
when = "text.content.matches('(?i)boats')"
then = "slow_down"
every = "10m"
mode = "live"
"#;

async fn push(app: &TestApp, rules: &str) -> Result<rulebook::PublishedRules, PublishRulesError> {
    let title: TitleId = "harbour".parse().unwrap();
    let published = rulebook::publish_rules(app, Actor::Operator, Publication::new(&title, rules)).await?;
    rulebook::refresh(app).await.unwrap();
    Ok(published)
}

both_engines! {
    async fn an_author_is_asked_to_reconsider_once_and_nothing_is_stored_before(app: TestApp) {
        let world = World::new(app).await;
        let published = push(&world.app, RULES).await.unwrap();
        assert_eq!((published.version, published.live_count, published.shadow_count, published.test_count), (1, 2, 1, 1));
        let shouted = json!({ "body": "STOP BUILDING THAT PIER NOW" });
        let asked = world.ann.post(&world.thread(), shouted.clone()).await.refused(409, "nudged");
        assert_eq!(asked["findings"][0]["rule"], "shouting");
        assert_eq!(asked["findings"][0]["message"], "Capitals read like shouting.");
        assert_eq!(world.ann.get("/api/v1/me/comments").await.is(200)["items"], json!([]));
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 0);

        let forged = json!({ "body": "STOP BUILDING THAT PIER NOW", "nudge": "0.0.0" });
        world.ann.post(&world.thread(), forged).await.refused(409, "nudged");
        let nudge = asked["nudge"].as_str().unwrap();
        let others = json!({ "body": "STOP BUILDING THAT PIER NOW", "nudge": nudge });
        let bobs = world.bob.post(&world.thread(), others.clone()).await.refused(409, "nudged");
        let kept = world.ann.post(&world.thread(), others).await.is(201);
        assert_eq!(kept["comment"]["status"], "published");
        let changed = json!({ "body": "PLEASE STOP BUILDING IT NOW", "nudge": nudge });
        world.ann.post(&world.thread(), changed).await.is(201);
        let calm = json!({ "body": "Please stop building that pier now.", "nudge": bobs["nudge"] });
        world.bob.post(&world.thread(), calm).await.is(201);
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 3);

        let title = "harbour".parse().unwrap();
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let now = work.now;
        let counts = belowline::comments::nudge_counts(&mut work.tx, &title, now).await.unwrap();
        assert_eq!((counts.shown, counts.kept, counts.changed), (3, 1, 2));
        drop(work);
        let status = world.mo.get("/api/v1/titles/harbour/rules/status").await.is(200);
        assert_eq!(status["nudges"], json!({ "shown": 3, "kept": 1, "changed": 2 }));
        let shouting = status["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "shouting").unwrap();
        assert_eq!((&shouting["then"], &shouting["mode"]), (&json!("nudge"), &json!("live")), "{shouting}");
    }

    async fn a_stronger_rule_wins_over_a_nudge_and_one_on_trial_decides_nothing(app: TestApp) {
        let world = World::new(app).await;
        push(&world.app, RULES).await.unwrap();
        let held = json!({ "body": "A pier of doom, I say" });
        let held = world.ann.post(&world.thread(), held).await.is(202)["comment"].clone();
        let queue = world.mo.get("/api/v1/moderation/queue?title=harbour").await.is(200);
        assert_eq!(queue["items"][0]["comment"]["id"], held["id"]);
        assert_eq!(queue["items"][0]["findings"][0]["rule"], "piers");
        world.ann.post(&world.thread(), json!({ "body": "The ferry was late." })).await.is(201);
    }

    async fn rules_that_are_wrong_are_not_published_and_those_in_force_stay(app: TestApp) {
        let world = World::new(app).await;
        let failing = RULES.replace("STOP BUILDING", "stop building").replace("THAT PIER NOW", "that pier now");
        assert!(matches!(push(&world.app, &failing).await, Err(PublishRulesError::Invalid(complaints)) if complaints.len() == 1));
        let unknown = RULES.replace("harbour-spam", "moor-spam");
        assert!(matches!(push(&world.app, &unknown).await, Err(PublishRulesError::UnknownClauses(cited)) if cited.len() == 1));
        world.ann.post(&world.thread(), json!({ "body": "STOP BUILDING THAT PIER NOW" })).await.is(201);
        assert!(push(&world.app, RULES).await.unwrap().is_new);
        assert!(!push(&world.app, RULES).await.unwrap().is_new);
        world.bob.post(&world.thread(), json!({ "body": "STOP BUILDING THAT PIER NOW" })).await.refused(409, "nudged");
    }

    async fn of_two_editors_who_began_with_one_version_only_one_publishes(app: TestApp) {
        let world = World::new(app).await;
        let title: TitleId = "harbour".parse().unwrap();
        let other = RULES.replace("pier of doom", "pier of gloom");
        let from_none = |source| Publication { based_on: Some(0), ..Publication::new(&title, source) };
        let (one, two) = tokio::join!(
            rulebook::publish_rules(&world.app, Actor::Operator, from_none(RULES)),
            rulebook::publish_rules(&world.app, Actor::Operator, from_none(&other)),
        );
        let moved = |outcome: &Result<_, _>| {
            matches!(outcome, Err(PublishRulesError::Moved(rulebook::Moved { based_on: 0, latest: 1 })))
        };
        assert!(one.is_ok() != two.is_ok() && (moved(&one) || moved(&two)), "{one:?} {two:?}");
        let late = rulebook::check_rules(&world.app, Actor::Operator, from_none(&other)).await;
        assert!(moved(&late), "{late:?}");
        let from_one = Publication { based_on: Some(1), ..Publication::new(&title, &other) };
        let next = rulebook::check_rules(&world.app, Actor::Operator, from_one).await.unwrap();
        assert!(next.version == if two.is_ok() { 1 } else { 2 }, "{next:?}");
    }

    async fn a_rule_that_would_have_fired_on_every_past_comment_is_refused(app: TestApp) {
        let world = World::new(app).await;
        let by = |mode: &str| format!(
            "[[rule]]\nid = \"all\"\nclause = \"harbour-abuse\"\nwhen = \"text.content.contains('the')\"\nthen = \"hold\"\n\
             mode = \"{mode}\"\n[[rule]]\nid = \"none\"\nclause = \"harbour-abuse\"\nwhen = \"text.links > 90\"\nthen = \"hold\"\n\
             mode = \"live\"\n[[rule]]\nid = \"elsewhere\"\nclause = \"moor-abuse\"\nwhen = \"text.links > 91\"\nthen = \"hold\"\n\
             mode = \"live\"\ntitle = \"moor\"\n[[rule]]\nid = \"unknown\"\nclause = \"harbour-abuse\"\nwhen = \"author.strikes > 9\"\n\
             then = \"hold\"\nmode = \"shadow\"\n"
        );
        for number in 0..99 {
            world.app.clock.advance(Duration::from_secs(20));
            world.comment(&world.ann, &format!("By the harbour wall, number {number}")).await;
        }
        let title: TitleId = "harbour".parse().unwrap();
        let live = by("live");
        let few = rulebook::check_rules(&world.app, Actor::Operator, Publication::new(&title, &live)).await.unwrap();
        assert_eq!((few.tried_count, few.never_fired), (0, Vec::new()));
        world.app.clock.advance(Duration::from_secs(20));
        world.comment(&world.ann, "One more by the wall").await;
        let refused = push(&world.app, &live).await;
        let Err(PublishRulesError::Invalid(complaints)) = refused else { panic!("{refused:?}") };
        assert_eq!((complaints.len(), complaints[0].code), (1, ComplaintCode::AlwaysTrue));
        assert_eq!(&live[complaints[0].span.clone()], "\"text.content.contains('the')\"");
        let tried = push(&world.app, &by("shadow")).await.unwrap();
        assert_eq!((tried.tried_count, tried.never_fired), (100, vec!["none".to_owned(), "unknown".to_owned()]));
    }

    async fn a_rule_lets_an_author_comment_only_every_so_often(app: TestApp) {
        let world = World::new(app).await;
        push(&world.app, SLOW).await.unwrap();
        let boats = json!({ "body": "Boats, boats, and nothing but boats in this harbour" });
        assert_eq!(world.ann.post(&world.thread(), boats).await.is(201)["comment"]["status"], "published");
        let calm = json!({ "body": "A calm word about the weather instead" });
        let told = world.ann.post(&world.thread(), calm.clone()).await.refused(429, "slow_down");
        assert_eq!(told["until"], "2026-03-01T12:10:00Z");
        world.bob.post(&world.thread(), calm.clone()).await.is(201);
        world.app.clock.advance(Duration::from_secs(599));
        world.ann.post(&world.thread(), calm.clone()).await.refused(429, "slow_down");
        world.app.clock.advance(Duration::from_secs(1));
        world.ann.post(&world.thread(), calm).await.is(201);
        world.ann.post(&world.thread(), json!({ "body": "And one more at once, since nothing fired" })).await.is(201);
    }

    async fn of_two_comments_at_once_a_rule_that_slows_down_lets_one_through(app: TestApp) {
        let world = World::new(app).await;
        push(&world.app, SLOW).await.unwrap();
        let path = world.thread();
        let post = |word: &str| {
            let body = json!({ "body": format!("Boats again, and a {word} word about boats") });
            let (ann, path) = (world.ann.clone(), path.clone());
            async move { ann.post(&path, body).await }
        };
        let answers = tokio::join!(post("first"), post("second"), post("third"), post("fourth"));
        let codes = [&answers.0, &answers.1, &answers.2, &answers.3].map(|answer| answer.status.as_u16());
        assert_eq!(codes.iter().filter(|code| **code == 201).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 429).count(), 3, "{codes:?}");
    }
}
