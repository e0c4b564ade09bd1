//! Rules that fire more than they should go on trial, and somebody is told.

use std::time::Duration;

use belowline::kernel::{Actor, TitleId};
use belowline::rulebook::{self, Cause, Publication};
use belowline::{comments, fetch_all, jobs};
use serde_json::{Value, json};

use crate::support::{Caller, World, both_engines};

fn rules(more: &str) -> String {
    format!(
        "[[rule]]\nid = \"boats\"\nclause = \"harbour-spam\"\nwhen = \"text.content.contains('boat')\"\nthen = \"hold\"\n\
         mode = \"live\"\n{more}\n"
    )
}

async fn push(world: &World, source: &str) {
    let title: TitleId = "harbour".parse().unwrap();
    rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&title, source)).await.unwrap();
    rulebook::refresh(&world.app).await.unwrap();
}

async fn post(world: &World, by: &Caller, text: &str) -> Value {
    by.post(&world.thread(), json!({ "body": text })).await.body["comment"]["status"].clone()
}

/// The rules in the log's rows of this act, and how many mails wait.
async fn told(world: &World) -> (Vec<String>, usize) {
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let rows =
        fetch_all!(&mut work.tx, (String,), "select details from audit_log where action = 'rules.suspended'").unwrap();
    let mails = fetch_all!(&mut work.tx, (String,), "select message from outbox where details like '%rule_suspended%'")
        .unwrap();
    (rows.into_iter().map(|(details,)| details).collect(), mails.len())
}

both_engines! {
    async fn a_rule_past_its_daily_cap_goes_on_trial_until_it_is_published_again(app: TestApp) {
        let world = World::new(app).await;
        push(&world, &rules("daily_cap = 2")).await;
        for text in ["a boat of mine", "another boat of mine"] {
            assert_eq!(post(&world, &world.ann, text).await, "held");
        }
        assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 0, "as often as it may");
        assert_eq!(post(&world, &world.bob, "the third boat").await, "held");
        // Two nodes look at the same moment.
        let (one, two) = tokio::join!(rulebook::suspend_rules(&world.app), rulebook::suspend_rules(&world.app));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        let (rows, mails) = told(&world).await;
        assert_eq!((rows.len(), mails), (1, 1), "the editor of the title is told, once");
        assert!(rows[0].contains("boats") && rows[0].contains("daily_cap"), "{rows:?}");
        assert_eq!(rulebook::refresh(&world.app).await.unwrap(), 1);
        assert_eq!(post(&world, &world.bob, "a fourth boat").await, "published");
        assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 0);

        let title: TitleId = "harbour".parse().unwrap();
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let suspended = rulebook::list_suspensions(&mut work.tx, &title, 1).await.unwrap();
        assert_eq!((suspended[0].rule.as_str(), suspended[0].cause, suspended[0].firing_count), ("boats", Cause::DailyCap, 3));
        let firings = comments::rule_firings(&mut work.tx, &title, world.app.now().minus(Duration::from_secs(60)), world.app.now().plus(Duration::from_secs(1))).await.unwrap();
        let counts: Vec<_> = firings.iter().map(|it| (it.is_shadow, it.firing_count, it.subscriber_count)).collect();
        assert_eq!(counts, [(false, 3, 2), (true, 1, 1)], "what it would have done is still recorded");
        drop(work);

        push(&world, &rules("daily_cap = 100")).await;
        assert_eq!(post(&world, &world.bob, "a fifth boat").await, "held");
        jobs::run_once(&world.app).await.unwrap();
        let letters = world.app.mailer.take().iter().map(|letter| letter.text().to_owned()).collect::<Vec<String>>();
        assert!(letters.iter().any(|letter| letter.contains("“boats” of The harbour test has fired 3 times")), "{letters:?}");
    }

    async fn a_day_begins_at_midnight_where_the_title_is(app: TestApp) {
        let world = World::new(app).await;
        push(&world, &rules("daily_cap = 1")).await;
        // The tests' clock stands at noon of 1 March in London; this is a minute before midnight.
        world.app.clock.advance(Duration::from_secs(12 * 3600 - 60));
        let ann = world.caller(world.app.subscribing("Dora").await).await;
        assert_eq!(post(&world, &ann, "a boat before midnight").await, "held");
        world.app.clock.advance(Duration::from_secs(60));
        assert_eq!(post(&world, &ann, "a boat after midnight").await, "held");
        assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 0);
        assert_eq!(post(&world, &ann, "one boat too many").await, "held");
        assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 1);
    }

    async fn a_rule_that_fires_for_many_at_once_goes_on_trial_and_is_let_be_once_seen(app: TestApp) {
        let world = World::new(app).await;
        let tag = "[[rule]]\nid = \"marked\"\nwhen = \"text.content.contains('boat')\"\nthen = \"tag\"\ntag = \"boat\"\nmode = \"live\"\n";
        push(&world, &rules(tag)).await;
        for letter in "abcdefghjkmnopqrstuv".chars() {
            let sailor = world.caller(world.app.subscribing(&format!("Sailor {letter}")).await).await;
            assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 0, "those before {letter} are not many");
            assert_eq!(post(&world, &sailor, "We all love our boat").await, "held");
        }
        assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 1, "and a mark harms nobody");
        let (rows, mails) = told(&world).await;
        assert!(rows.len() == 1 && mails == 1 && rows[0].contains("sudden"), "{rows:?}");
        rulebook::refresh(&world.app).await.unwrap();
        assert_eq!(post(&world, &world.ann, "A boat is what I want").await, "published");

        push(&world, &rules(&format!("{tag}# We want it so.\n"))).await;
        assert_eq!(post(&world, &world.bob, "A boat is what we want").await, "held");
        assert_eq!(rulebook::suspend_rules(&world.app).await.unwrap(), 0, "whoever published it again has seen it");
    }

    async fn old_firings_are_forgotten(app: TestApp) {
        let world = World::new(app).await;
        push(&world, &rules("")).await;
        post(&world, &world.ann, "a boat of mine").await;
        assert_eq!(comments::forget_firings(&world.app).await.unwrap(), 0);
        world.app.clock.advance(Duration::from_secs(9 * 24 * 3600));
        assert_eq!(comments::forget_firings(&world.app).await.unwrap(), 1);
    }
}
