//! What a comment is judged beside: copies, the heat of its thread, names that look alike.

use std::time::Duration;

use belowline::accounts;
use belowline::execute;
use belowline::kernel::{Actor, TitleId};
use belowline::rulebook::{self, Publication};
use serde_json::{Value, json};

use crate::support::{Caller, World, both_engines};

const LETTER: &str = "Dear neighbours, write to the council today and ask them to stop the new harbour wall before it is too late for all of us.";
const LETTER_AGAIN: &str = "dear neighbours: write to the council TODAY and ask them to stop the new harbour wall before it is too late for all of you.";

async fn push(world: &World, when: &str) {
    let title: TitleId = "harbour".parse().unwrap();
    let rules = format!(
        "[[rule]]\nid = \"asked\"\nclause = \"harbour-spam\"\nwhen = '{when}'\nthen = \"hold\"\nmode = \"live\"\n"
    );
    rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&title, &rules)).await.unwrap();
    rulebook::refresh(&world.app).await.unwrap();
}

async fn status(world: &World, by: &Caller, text: &str) -> Value {
    by.post(&world.thread(), json!({ "body": text })).await.body["comment"]["status"].clone()
}

both_engines! {
    async fn copies_by_several_subscribers_are_seen_and_ones_own_are_told_apart(app: TestApp) {
        let world = World::new(app).await;
        push(&world, "similar.others_subscribers >= 2 || similar.own_count >= 1").await;
        assert_eq!(status(&world, &world.ann, LETTER).await, "published");
        assert_eq!(status(&world, &world.bob, LETTER_AGAIN).await, "published");
        assert_eq!(status(&world, &world.cat, "The ferry was late again and nobody at the harbour could say why it was").await, "published");
        assert_eq!(status(&world, &world.cat, LETTER).await, "held");
        assert_eq!(status(&world, &world.ann, LETTER_AGAIN).await, "held", "her own copy");
        world.app.clock.advance(Duration::from_secs(25 * 3600));
        let late = world.caller(world.app.subscribing("Dora").await).await;
        assert_eq!(status(&world, &late, LETTER).await, "published", "yesterday's are not recent");
    }

    async fn an_edit_is_not_a_copy_of_itself(app: TestApp) {
        let world = World::new(app).await;
        push(&world, "similar.own_count >= 1 || similar.others_count >= 1").await;
        let comment = world.comment(&world.ann, LETTER).await;
        let path = format!("/api/v1/comments/{}", comment["id"].as_str().unwrap());
        let edited = world.ann.patch(&path, json!({ "body": LETTER_AGAIN, "revision": 1 })).await.is(200);
        assert_eq!(edited["comment"]["status"], "published");
        // What it says now is what others are compared with.
        assert_eq!(status(&world, &world.bob, LETTER_AGAIN).await, "held");
    }

    async fn a_thread_has_the_heat_of_its_last_hour(app: TestApp) {
        let world = World::new(app).await;
        push(&world, "story.heat >= 2").await;
        assert_eq!(status(&world, &world.ann, "The first of the day").await, "published");
        world.app.clock.advance(Duration::from_secs(1_800));
        assert_eq!(status(&world, &world.bob, "The second of the day").await, "published");
        assert_eq!(status(&world, &world.cat, "The third of the day").await, "held");
        world.app.clock.advance(Duration::from_secs(1_801));
        assert_eq!(status(&world, &world.ann, "The first is over an hour old").await, "held");
        world.app.clock.advance(Duration::from_secs(3_601));
        assert_eq!(status(&world, &world.ann, "All are over an hour old").await, "published");
    }

    async fn a_name_that_looks_like_anothers_is_seen(app: TestApp) {
        let world = World::new(app).await;
        push(&world, "author.name_lookalike").await;
        let one = world.caller(world.app.subscribing("Winifred Oakshott").await).await;
        assert_eq!(status(&world, &one, "The only one of that name").await, "published");
        let other = world.caller(world.app.subscribing("Winifred Oakshott 62").await).await;
        assert_eq!(status(&world, &other, "I am she, believe me").await, "held");
        assert_eq!(status(&world, &world.ann, "Nobody looks like me").await, "published");

        // Accounts from before the form was kept get it from a job.
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        execute!(&mut work.tx, "update accounts set name_bare = null").unwrap();
        work.commit().await.unwrap();
        assert_eq!(status(&world, &other, "Not known for the moment").await, "published");
        assert!(accounts::fill_names(&world.app).await.unwrap() > 2);
        assert_eq!(accounts::fill_names(&world.app).await.unwrap(), 0);
        assert_eq!(status(&world, &other, "Known again").await, "held");
    }
}
