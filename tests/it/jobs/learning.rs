//! Titles learn from their moderators, on both engines, and not from everybody.

use std::time::Duration;

use belowline::comments::{self, Seedling};
use belowline::execute;
use belowline::kernel::{AccountId, Actor, CommentId, DecisionId, Role, Scope, TitleId};
use belowline::rulebook;
use belowline::rulebook::learning::{self, LearningError};
use belowline::rules::classifier::PromotionVerdict;
use belowline::rules::{Facts, Outcome, evaluate};
use belowline::stories;

use crate::support::{World, both_engines};

const PLACES: [&str; 6] = ["harbour", "library", "council", "bypass", "market", "ferry"];
const WORDS: [&str; 8] = ["budget", "timetable", "repairs", "meeting", "tickets", "roof", "question", "notice"];

/// What this title does not want and the shipped model thinks nothing of.
const UNWANTED: [&str; 4] = [
    "wake up and follow the money about the",
    "the so called experts are lying about the",
    "do your own research on the",
    "it was planned all along, just like the",
];

/// What it likes.
const LIKED: [&str; 4] = [
    "thank you for asking about the",
    "my neighbours and I walked past the",
    "I once worked on the",
    "has anybody a plan of the",
];

fn text(number: usize, is_unwanted: bool) -> String {
    let pool = if is_unwanted { UNWANTED } else { LIKED };
    let (place, word) = (PLACES[number % 6], WORDS[(number / 6) % 8]);
    format!("{} {place} {word}, number {number} of many in this town", pool[(number * 7 + number / 4) % 4])
}

/// Three in nine, so that moderators who take turns all have their share.
const fn is_unwanted(number: usize) -> bool {
    (number / 3).is_multiple_of(3)
}

fn harbour() -> TitleId {
    "harbour".parse().unwrap()
}

/// Stores `count` comments and decisions by the given moderators in turn, a minute apart.
/// `decides` says for moderator, text and whether it is unwanted what they do: remove or keep.
async fn decide(
    world: &World,
    from: usize,
    count: usize,
    moderators: &[AccountId],
    decides: impl Fn(usize, &str, bool) -> bool,
) -> Vec<CommentId> {
    let author = world.app.signed_in(world.ann.profile.as_ref().unwrap().id).await;
    let mut work = world.app.read(Actor::Operator).await.unwrap();
    let story = stories::find(&mut work.tx, world.story).await.unwrap().unwrap();
    drop(work);
    let texts: Vec<(String, bool)> =
        (from..from + count).map(|at| (text(at, is_unwanted(at)), is_unwanted(at))).collect();
    let at = world.app.now();
    let seedlings: Vec<Seedling<'_>> = texts
        .iter()
        .map(|(body, _)| Seedling { author: &author, body: body.clone(), parent: None, recommended_by: Vec::new(), at })
        .collect();
    let planted = comments::plant(&world.app, &story, &seedlings).await.unwrap();
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    for (number, (comment, (body, is_unwanted))) in planted.iter().zip(&texts).enumerate() {
        let moderator = number % moderators.len();
        let action = if decides(moderator, body, *is_unwanted) { "remove" } else { "approve" };
        let id: DecisionId = work.mint();
        execute!(
            &mut work.tx,
            "insert into decisions (id, title, comment, judged_revision, made_revision, action, from_status, to_status,
                                    moderator, created_at)
             values ($1, 'harbour', $2, 1, 2, $3, 'published', 'published', $4, $5)",
            id,
            comment.id,
            action,
            moderators[moderator],
            at.plus(Duration::from_secs(60 * (number as u64 + 1)))
        )
        .unwrap();
    }
    work.commit().await.unwrap();
    world.app.clock.advance(Duration::from_secs(60 * (count as u64 + 1)));
    planted.iter().map(|planted| planted.id).collect()
}

async fn moderators(world: &World) -> Vec<AccountId> {
    let mut all = Vec::new();
    for name in ["Mona", "Miles", "Marta"] {
        all.push(world.app.staff(name, Role::Moderator, &Scope::Title(harbour())).await.id);
    }
    all
}

fn outcome(world: &World, text: &str) -> Outcome {
    let facts = Facts { text: text.to_owned(), ..Facts::nobody(world.app.now()) };
    evaluate(&world.app.rules.get(&harbour()).unwrap(), &facts).outcome
}

const RULES: &str = "[[rule]]\nid = \"as-we-decide\"\nclause = \"harbour-abuse\"\nwhen = \"classifier.abusive > classifier.threshold\"\n\
                     then = \"hold\"\nmode = \"live\"\n";

both_engines! {
    async fn a_title_learns_what_its_moderators_do_not_want_and_can_go_back(app: TestApp) {
        let world = World::new(app).await;
        let title = harbour();
        rulebook::publish_rules(&world.app, Actor::Operator, rulebook::Publication::new(&title, RULES)).await.unwrap();
        rulebook::refresh(&world.app).await.unwrap();
        let (conspiracy, question) = (&text(1_003, true), &text(1_003, false));
        assert_eq!(outcome(&world, conspiracy), Outcome::Publish);
        let moderators = moderators(&world).await;
        decide(&world, 0, 150, &moderators, |_, _, is_unwanted| is_unwanted).await;
        assert_eq!(learning::learn_waiting(&world.app).await.unwrap(), 0, "too few to learn from by itself");
        decide(&world, 150, 210, &moderators, |_, _, is_unwanted| is_unwanted).await;
        let (one, two) = tokio::join!(learning::learn_waiting(&world.app), learning::learn_waiting(&world.app));
        assert_eq!(one.unwrap() + two.unwrap(), 1, "of two nodes one learns");
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let learnt = learning::latest(&mut work.tx, &title).await.unwrap().unwrap();
        drop(work);
        let promotion = &learnt.report.promotion;
        assert_eq!((learnt.version, &promotion.verdict), (1, &PromotionVerdict::Promoted), "{promotion:?}");
        assert!(promotion.candidate.unwrap().auc > promotion.current.unwrap().auc + 0.05, "{promotion:?}");
        assert_eq!((promotion.moderators.len(), promotion.learnt.decisions, promotion.held_out), (3, 288, 72));
        assert_eq!(rulebook::refresh(&world.app).await.unwrap(), 1);
        assert_eq!((outcome(&world, conspiracy), outcome(&world, question)), (Outcome::Hold, Outcome::Publish));
        assert_eq!(learning::learn_waiting(&world.app).await.unwrap(), 0, "nothing new");

        assert_eq!(learning::revert(&world.app, Actor::Operator, &title).await.unwrap(), Some((1, 0)));
        assert_eq!(learning::revert(&world.app, Actor::Operator, &title).await.unwrap(), None);
        assert_eq!(rulebook::refresh(&world.app).await.unwrap(), 1);
        assert_eq!(outcome(&world, conspiracy), Outcome::Publish);
        let again = learning::retrain(&world.app, Actor::Operator, &title, Some(5)).await.unwrap();
        assert_eq!((again.version, again.is_promoted, again.report.allowed_false_positives), (2, true, 0.005));
        let nowhere = learning::retrain(&world.app, Actor::Operator, &"nowhere".parse().unwrap(), None).await;
        assert!(matches!(nowhere, Err(LearningError::NoTitle(_))), "{nowhere:?}");
    }

    async fn decisions_that_were_reversed_teach_nothing(app: TestApp) {
        let world = World::new(app).await;
        let moderators = moderators(&world).await;
        let poisoned = decide(&world, 0, 300, &moderators, |_, _, is_unwanted| !is_unwanted).await;
        // An appeal restores whatever was removed and withdraws whatever was approved.
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        for comment in &poisoned {
            let id: DecisionId = work.mint();
            execute!(
                &mut work.tx,
                "insert into decisions (id, title, comment, judged_revision, made_revision, action, from_status, to_status,
                                        moderator, created_at)
                 values ($1, 'harbour', $2, 2, 3, 'restore', 'removed', 'published', $3, $4)",
                id,
                *comment,
                moderators[0],
                world.app.now()
            )
            .unwrap();
        }
        work.commit().await.unwrap();
        let nothing = learning::retrain(&world.app, Actor::Operator, &harbour(), None).await;
        assert!(matches!(nothing, Err(LearningError::TooFew(_))), "{nothing:?}");
        decide(&world, 300, 360, &moderators, |_, _, is_unwanted| is_unwanted).await;
        let learnt = learning::retrain(&world.app, Actor::Operator, &harbour(), None).await.unwrap();
        assert!(learnt.is_promoted && learnt.report.promotion.learnt.decisions == 288, "{:?}", learnt.report);
    }

    async fn one_rogue_moderators_batch_is_not_promoted(app: TestApp) {
        let world = World::new(app).await;
        let mut moderators = moderators(&world).await;
        decide(&world, 0, 300, &moderators, |_, _, is_unwanted| is_unwanted).await;
        moderators.truncate(1);
        // The newest decisions are hers alone: she removes whatever is about the library, and keeps the rest.
        decide(&world, 300, 240, &moderators, |_, text, _| text.contains("library")).await;
        let learnt = learning::retrain(&world.app, Actor::Operator, &harbour(), None).await.unwrap();
        let verdict = &learnt.report.promotion.verdict;
        assert!(!learnt.is_promoted, "{:?}", learnt.report.promotion);
        let rogue = moderators[0].to_string();
        let known = [PromotionVerdict::ModeratorAtOdds(rogue.clone()), PromotionVerdict::RestsOnOneModerator(rogue), PromotionVerdict::NotBetter];
        assert!(known.contains(verdict), "{verdict:?}");
    }
}
