//! Running rules over what was published before them, on both engines.

use std::time::Duration;

use belowline::audit;
use belowline::kernel::{Actor, TitleId};
use belowline::rulebook::sweep::{self, SweepError, SweepForm, UndoError};
use belowline::rulebook::{self, Publication};
use serde_json::{Value, json};

use crate::support::{Caller, TestApp, World, both_engines};

const LIST: &str = "version = 1\n[[entry]]\ntext = 'ferry'\noutcome = 'reject'\nclause = 'harbour-spam'\n";

const RULES: &str = "[[rule]]\nid = 'boats'\nclause = 'harbour-spam'\nwhen = \"text.content.contains('boat')\"\nthen = 'hold'\nmode = 'live'\n";

fn form(world: &World, rules: &[&str]) -> SweepForm {
    SweepForm {
        title: "harbour".parse().unwrap(),
        since: world.app.now().minus(Duration::from_secs(24 * 3600)),
        rules: rules.iter().map(|&id| id.to_owned()).collect(),
    }
}

async fn posted(world: &World, by: &Caller, body: &str) -> String {
    world.app.clock.advance(Duration::from_secs(60));
    world.comment(by, body).await["id"].as_str().unwrap().to_owned()
}

async fn seen(by: &Caller, comment: &str) -> Value {
    by.get(&format!("/api/v1/comments/{comment}")).await.is(200)
}

async fn count(world: &World) -> Value {
    world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"].clone()
}

/// Three comments about ferries, of which a moderator approved one, one about boats, and then the rules against them.
async fn history(app: TestApp) -> (World, [String; 4]) {
    let world = World::new(app).await;
    let one = posted(&world, &world.ann, "The ferry is late once more").await;
    let two = posted(&world, &world.bob, "And the ferry was late yesterday").await;
    let three = posted(&world, &world.ann, "Still no ferry in sight today").await;
    let four = posted(&world, &world.bob, "There is a boat though").await;
    let decide = json!({ "action": "approve", "revision": 1 });
    world.mo.post(&format!("/api/v1/comments/{three}/decisions"), decide).await.is(201);
    let harbour: TitleId = "harbour".parse().unwrap();
    rulebook::publish_word_list(&world.app, Actor::Operator, Publication::new(&harbour, LIST)).await.unwrap();
    rulebook::publish_rules(&world.app, Actor::Operator, Publication::new(&harbour, RULES)).await.unwrap();
    rulebook::refresh(&world.app).await.unwrap();
    (world, [one, two, three, four])
}

both_engines! {
    async fn a_sweep_is_counted_first_then_holds_and_is_undone_with_one_act(app: TestApp) {
        let (world, [one, two, three, four]) = history(app).await;
        let all = form(&world, &[]);
        let found = sweep::examine(&world.app, Actor::Operator, &all).await.unwrap();
        assert_eq!((found.examined, found.caught.len(), found.decided), (4, 3, 1));
        assert_eq!(found.caught[0].findings[0].rule, "word-list");
        assert_eq!(count(&world).await, 4, "nothing is held by looking");
        let before = seen(&world.mo, &one).await;

        let swept = sweep::sweep(&world.app, Actor::Operator, &all, &mut |_, _| {}).await.unwrap();
        assert_eq!((swept.examined, swept.decided, swept.sweep.held_count), (4, 1, 3));
        assert_eq!(count(&world).await, 1);
        assert_eq!(seen(&world.ann, &one).await["status"], "held", "never rejected: readers have seen it");
        assert_eq!(seen(&world.anonymous, &three).await["status"], "published");
        let told = world.ann.get("/api/v1/me/decisions").await.is(200)["items"][0].clone();
        assert_eq!((told["kind"].as_str(), told["clause"].as_str()), (Some("held"), Some("harbour-spam")), "{told}");
        let queue = world.mo.get("/api/v1/moderation/queue").await.is(200)["items"].clone();
        assert_eq!(queue.as_array().unwrap().len(), 3, "{queue}");

        // Meanwhile a moderator decides on one of them.
        let revision = seen(&world.mo, &two).await["revision"].clone();
        let remove = json!({ "action": "remove", "clause": "harbour-spam", "revision": revision });
        world.mo.post(&format!("/api/v1/comments/{two}/decisions"), remove).await.is(201);
        let undone = sweep::undo(&world.app, Actor::Operator, swept.sweep.id).await.unwrap();
        assert_eq!((undone.restored, undone.left), (2, 1));
        assert_eq!(count(&world).await, 3);
        assert_eq!(seen(&world.anonymous, &four).await["status"], "published");
        let after = seen(&world.mo, &one).await;
        assert_eq!((&after["status"], &after["body"]), (&before["status"], &before["body"]));
        assert!(matches!(sweep::undo(&world.app, Actor::Operator, swept.sweep.id).await, Err(UndoError::AlreadyUndone)));
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let kept = sweep::list(&mut work.tx, &all.title, 10).await.unwrap();
        assert!(kept.len() == 1 && kept[0].undone_at.is_some() && kept[0].held_count == 3, "{kept:?}");
        drop(work);
        audit::seal(&world.app).await.unwrap();
    }

    async fn only_the_rules_that_are_named_hold(app: TestApp) {
        let (world, [one, _, _, four]) = history(app).await;
        let boats = form(&world, &["boats"]);
        let swept = sweep::sweep(&world.app, Actor::Operator, &boats, &mut |_, _| {}).await.unwrap();
        assert_eq!((swept.sweep.held_count, swept.decided), (1, 0));
        assert_eq!(seen(&world.bob, &four).await["status"], "held");
        assert_eq!(seen(&world.ann, &one).await["status"], "published");
        let refused = |error: Result<_, SweepError>| error.map(|_: sweep::Examined| ()).unwrap_err().to_string();
        let unknown = sweep::examine(&world.app, Actor::Operator, &form(&world, &["boots"])).await;
        assert_eq!(refused(unknown), "no rule in force is called `boots`");
        let old = SweepForm { since: world.app.now().minus(Duration::from_secs(31 * 24 * 3600)), ..form(&world, &[]) };
        assert!(matches!(sweep::examine(&world.app, Actor::Operator, &old).await, Err(SweepError::TooOld)));
        let nowhere = SweepForm { title: "nowhere".parse().unwrap(), ..form(&world, &[]) };
        assert!(matches!(sweep::examine(&world.app, Actor::Operator, &nowhere).await, Err(SweepError::NoTitle(_))));
    }

    async fn two_sweeps_at_once_hold_each_comment_once(app: TestApp) {
        let (world, _) = history(app).await;
        let all = form(&world, &[]);
        let (mut quiet, mut silent) = (|_: usize, _: usize| {}, |_: usize, _: usize| {});
        let (one, two) = tokio::join!(
            sweep::sweep(&world.app, Actor::Operator, &all, &mut quiet),
            sweep::sweep(&world.app, Actor::Operator, &all, &mut silent),
        );
        assert_eq!(one.unwrap().sweep.held_count + two.unwrap().sweep.held_count, 3);
        assert_eq!(count(&world).await, 1);
        let queue = world.mo.get("/api/v1/moderation/queue").await.is(200)["items"].clone();
        assert_eq!(queue.as_array().unwrap().len(), 3, "{queue}");
    }
}
