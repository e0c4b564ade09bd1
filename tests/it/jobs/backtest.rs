//! Trying rules on past comments, on both engines: what is counted, and that a stop loses nothing.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use belowline::comments::Period;
use belowline::kernel::{Actor, BacktestId, Id as _, TitleId};
use belowline::rulebook::backtest::{self, Driven, Report, RequestError, Ruling, State};
use belowline::rulebook::{self, Publication};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Caller, TestApp, World, both_engines};

const DRAFTS: &str = r#"
[[rule]]
id = "ferries"
clause = "harbour-spam"
when = "text.content.contains('ferry')"
then = "hold"
mode = "draft"

[[rule]]
id = "of-moor"
clause = "moor-spam"
when = "text.content.contains('ferry')"
then = "reject"
mode = "live"
title = "moor"

[[rule]]
id = "needs-a-fact"
clause = "harbour-spam"
when = "author.strikes > 100"
then = "hold"
mode = "shadow"
"#;

const LIST: &str = "version = 1\n[[entry]]\ntext = 'numpty'\noutcome = 'hold'\nclause = 'harbour-abuse'\n";

const ONE: NonZeroUsize = NonZeroUsize::MIN;

fn title(name: &str) -> TitleId {
    name.parse().unwrap()
}

fn always(app: &TestApp) -> Period {
    Period {
        since: app.now().minus(Duration::from_secs(30 * 24 * 3600)),
        until: app.now().plus(Duration::from_secs(1)),
    }
}

async fn posted(world: &World, by: &Caller, body: &str) -> Value {
    world.app.clock.advance(Duration::from_secs(60));
    let answer = by.post(&world.thread(), json!({ "body": body })).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    answer.body["comment"].clone()
}

async fn decided(world: &World, comment: &Value, action: &str) {
    let path = format!("/api/v1/comments/{}/decisions", comment["id"].as_str().unwrap());
    let mut form = json!({ "action": action, "revision": comment["revision"] });
    if action == "remove" {
        form["clause"] = json!("harbour-abuse");
    }
    world.mo.post(&path, form).await.is(201);
}

/// Six comments with the word in question, of which moderators removed two and approved one, and four without.
async fn history(app: TestApp) -> World {
    let world = World::new(app).await;
    let harbour = title("harbour");
    rulebook::publish_word_list(&world.app, Actor::Operator, Publication::new(&harbour, LIST)).await.unwrap();
    let rude = "[[rule]]\nid = 'old'\nclause = 'harbour-spam'\nwhen = \"text.content.contains('late')\"\nthen = 'hold'\nmode = 'shadow'\n";
    rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&harbour, rude)).await.unwrap();
    rulebook::refresh(&world.app).await.unwrap();
    let held = posted(&world, &world.ann, "What a numpty runs the ferry, I ask you").await;
    decided(&world, &held, "remove").await;
    let removed = posted(&world, &world.ann, "The ferry is late and so is its captain").await;
    decided(&world, &removed, "remove").await;
    let approved = posted(&world, &world.bob, "I took the ferry to Larne in the rain").await;
    decided(&world, &approved, "remove").await;
    let restored = json!({ "id": approved["id"], "revision": 2 });
    decided(&world, &restored, "restore").await;
    posted(&world, &world.bob, "The ferry has a new café on its upper deck").await;
    posted(&world, &world.cat, "Nothing to say about boats at all today").await;
    let withdrawn = posted(&world, &world.cat, "My ferry story is nobody's business").await;
    world.cat.delete(&format!("/api/v1/comments/{}", withdrawn["id"].as_str().unwrap())).await.is(204);
    world
}

async fn asked(world: &World, of: Option<&str>, drafts: &str) -> Result<BacktestId, RequestError> {
    let of = of.map(title);
    let period = always(&world.app);
    backtest::request(&world.app, Actor::Operator, of.as_ref(), drafts, period, None).await.map(|asked| asked.id)
}

async fn driven(world: &World, id: BacktestId, lease: u128, is_stopped: bool) -> Driven {
    let stop = AtomicBool::new(is_stopped);
    backtest::drive(&world.app, id, Uuid::from_u128(lease), ONE, &stop, &mut |_| {}).await.unwrap()
}

async fn report_of(world: &World, id: BacktestId) -> Option<Report> {
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    backtest::find(&mut work.tx, id).await.unwrap().unwrap().report
}

/// What a report says besides how long it took.
fn said(report: &Report) -> Value {
    let mut said = json!(report);
    said["seconds"] = json!(null);
    said
}

both_engines! {
    async fn a_report_says_what_rules_would_have_done_and_what_moderators_did(app: TestApp) {
        let world = history(app).await;
        let id = asked(&world, Some("harbour"), DRAFTS).await.unwrap();
        assert!(backtest::drive_waiting(&world.app).await.unwrap() == 1);
        assert!(backtest::drive_waiting(&world.app).await.unwrap() == 0);
        let report = report_of(&world, id).await.unwrap();
        assert_eq!((report.examined, report.removed, report.approved, report.caught, report.subscribers), (5, 2, 1, 1, 3));
        let ferries = &report.rules[0];
        assert_eq!((ferries.hits, ferries.removed, ferries.approved, ferries.already_caught), (4, 2, 1, 1));
        assert_eq!((ferries.subscribers, ferries.faults), (2, 0));
        assert!((ferries.precision.unwrap() - 2.0 / 3.0).abs() < 1e-9 && ferries.recall == Some(1.0));
        assert!((ferries.subscribers_share - 2.0 / 3.0).abs() < 1e-9);
        let [low, high] = ferries.interval.unwrap();
        assert!(low > 0.2 && low < 2.0 / 3.0 && high < 1.0, "{low} {high}");
        let kinds: Vec<_> = ferries.examples.iter().map(|example| example.decision).collect();
        assert_eq!(kinds, [Some(Ruling::Approved), Some(Ruling::Removed), Some(Ruling::Removed), None]);
        let example = &ferries.examples[0];
        assert!(example.text.contains("Larne"), "{}", example.text);
        assert_eq!(ferries.over_time.iter().sum::<u64>(), 4);
        assert_eq!((report.rules[1].hits, report.rules[1].precision), (0, None));
        assert_eq!((report.rules[2].hits, report.rules[2].faults), (0, 0), "the strikes of then are among the facts of then");
        assert_eq!(report.shadow.iter().map(|rule| (rule.id.as_str(), rule.hits, rule.removed)).collect::<Vec<_>>(), [("old@1", 1, 1)]);
    }

    async fn a_decision_on_another_text_says_nothing(app: TestApp) {
        let world = history(app).await;
        let comment = posted(&world, &world.ann, "Another word about the ferry from me").await;
        decided(&world, &comment, "approve").await;
        let path = format!("/api/v1/comments/{}", comment["id"].as_str().unwrap());
        let before = asked(&world, Some("harbour"), DRAFTS).await.unwrap();
        let Driven::Done(before) = driven(&world, before, 1, false).await else { panic!() };
        world.app.clock.advance(Duration::from_secs(5));
        let revision = world.ann.get(&path).await.is(200)["revision"].clone();
        let form = json!({ "body": "Another word about the ferry, mended", "revision": revision });
        world.ann.patch(&path, form).await.is(200);
        let after = asked(&world, Some("harbour"), DRAFTS).await.unwrap();
        let Driven::Done(after) = driven(&world, after, 1, false).await else { panic!() };
        assert_eq!((before.rules[0].hits, before.rules[0].approved), (5, 2));
        assert_eq!((after.rules[0].hits, after.rules[0].approved), (5, 1));
    }

    async fn a_stop_loses_nothing_and_whoever_comes_next_goes_on(app: TestApp) {
        let world = history(app).await;
        let whole = asked(&world, None, DRAFTS).await.unwrap();
        let Driven::Done(whole) = driven(&world, whole, 1, false).await else { panic!("not done") };
        let id = asked(&world, None, DRAFTS).await.unwrap();
        assert!(matches!(driven(&world, id, 1, true).await, Driven::Paused));
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let kept = backtest::find(&mut work.tx, id).await.unwrap().unwrap();
        drop(work);
        assert_eq!((kept.state, kept.examined(), kept.total), (State::Open, 5, 5), "the first of two titles");
        let Driven::Done(resumed) = driven(&world, id, 2, false).await else { panic!("not done") };
        assert_eq!(said(&resumed), said(&whole));
        assert_eq!(resumed.examined, 5);
        assert!(matches!(driven(&world, id, 3, false).await, Driven::Done(_)), "the report stays");
    }

    async fn a_dead_driver_holds_it_up_for_seconds_and_a_living_one_is_not_disturbed(app: TestApp) {
        let world = history(app).await;
        let harbour = title("harbour");
        let lease = Some(Uuid::from_u128(1));
        let ours = backtest::request(&world.app, Actor::Operator, Some(&harbour), DRAFTS, always(&world.app), lease).await.unwrap();
        assert!(matches!(driven(&world, ours.id, 2, false).await, Driven::Busy));
        assert_eq!(backtest::drive_waiting(&world.app).await.unwrap(), 0);
        world.app.clock.advance(Duration::from_secs(16));
        assert_eq!(backtest::drive_waiting(&world.app).await.unwrap(), 1);
        assert!(report_of(&world, ours.id).await.is_some());
    }

    async fn of_many_drivers_at_once_each_comment_is_counted_once(app: TestApp) {
        let world = history(app).await;
        let id = asked(&world, None, DRAFTS).await.unwrap();
        let stop = AtomicBool::new(false);
        let one = |lease| {
            let (app, stop) = (&world.app, &stop);
            async move { backtest::drive(app, id, Uuid::from_u128(lease), ONE, stop, &mut |_| {}).await.unwrap() }
        };
        let (a, b, c, d) = tokio::join!(one(1), one(2), one(3), one(4));
        let done = [&a, &b, &c, &d].into_iter().filter(|driven| matches!(driven, Driven::Done(_))).count();
        assert!(done >= 1, "{a:?} {b:?} {c:?} {d:?}");
        let report = report_of(&world, id).await.unwrap();
        assert_eq!((report.examined, report.rules[0].hits), (5, 4));
    }

    async fn another_list_in_between_begins_anew(app: TestApp) {
        let world = history(app).await;
        let id = asked(&world, None, DRAFTS).await.unwrap();
        assert!(matches!(driven(&world, id, 1, true).await, Driven::Paused));
        let list = LIST.replace("numpty", "larne");
        let harbour = title("harbour");
        rulebook::publish_word_list(&world.app, Actor::Operator, Publication::new(&harbour, &list)).await.unwrap();
        let Driven::Done(report) = driven(&world, id, 2, false).await else { panic!("not done") };
        assert_eq!((report.examined, report.caught, report.rules[0].hits), (5, 1, 4));
        let caught: Vec<_> = report.rules[0].examples.iter().filter(|example| example.already_caught).collect();
        assert!(caught.len() == 1 && caught[0].text.contains("Larne"), "{caught:?}");
    }

    async fn what_cannot_be_tried_is_refused_and_a_stopped_one_stays_stopped(app: TestApp) {
        let world = history(app).await;
        assert!(matches!(asked(&world, Some("nowhere"), DRAFTS).await, Err(RequestError::NoTitle(_))));
        assert!(matches!(asked(&world, Some("harbour"), "[[rule]]").await, Err(RequestError::Invalid(_))));
        let elsewhere = DRAFTS.replace("then = \"hold\"\n", "then = \"hold\"\ntitle = \"moor\"\n");
        assert!(matches!(asked(&world, Some("harbour"), &elsewhere).await, Err(RequestError::NoRules)));
        assert!(matches!(asked(&world, Some("harbour"), "# \0").await, Err(RequestError::NotText)));
        let empty = Period { since: world.app.now(), until: world.app.now() };
        let refused = backtest::request(&world.app, Actor::Operator, None, DRAFTS, empty, None).await;
        assert!(matches!(refused, Err(RequestError::EmptyPeriod)));
        let id = asked(&world, Some("harbour"), DRAFTS).await.unwrap();
        assert!(backtest::cancel(&world.app, Actor::Operator, id).await.unwrap());
        assert!(!backtest::cancel(&world.app, Actor::Operator, id).await.unwrap());
        assert!(matches!(driven(&world, id, 1, false).await, Driven::Cancelled));
        assert_eq!(backtest::drive_waiting(&world.app).await.unwrap(), 0);
        let stop = AtomicBool::new(false);
        let absent = BacktestId::from_uuid(Uuid::nil());
        let gone = backtest::drive(&world.app, absent, Uuid::nil(), ONE, &stop, &mut |_| {}).await;
        assert!(matches!(gone, Err(backtest::DriveError::NotFound)));
    }
}
