//! The crowd, and the long thread that it writes.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::chatter;
use super::seed::beginning;
use crate::accounts::{self, Member};
use crate::app::App;
use crate::comments::{self, Planted, Seedling};
use crate::kernel::{Actor, Ids, Proof, Roles, SignedIn, StoryId, Timestamp};
use crate::storage::installation;
use crate::stories;
use crate::subscriptions::{self, Status};

/// How many comments or people share a transaction.
const BATCH: usize = 500;

/// Who writes a long thread when no crowd was asked for.
const LEAST_CROWD: usize = 20;

/// Makes sure of `count` active subscribers, always the same.
pub(super) async fn ensure(app: &App, count: usize) -> anyhow::Result<Vec<Member>> {
    let mut members = Vec::new();
    let progress = bar(count, "people");
    while members.len() < count {
        let upto = (members.len() + BATCH).min(count);
        let mut work = app.write(Actor::Operator).await?;
        let known = accounts::seed_crowd(&mut work, upto).await?;
        for member in known.into_iter().skip(members.len()) {
            if subscriptions::list(&mut work.tx, member.subscriber).await?.is_empty() {
                subscriptions::set(&mut work, member.subscriber, Status::Active, None).await?;
            }
            members.push(member);
        }
        work.commit().await?;
        progress.set_position(members.len() as u64);
    }
    progress.finish_and_clear();
    Ok(members)
}

/// Opens a new session for each member; those of earlier starts stay open.
pub(super) async fn with_tokens(app: &App, members: &[Member]) -> anyhow::Result<Vec<Value>> {
    let mut told = Vec::with_capacity(members.len());
    for batch in members.chunks(BATCH) {
        let mut work = app.write(Actor::Operator).await?;
        for member in batch {
            let token = accounts::issue_session(app, &mut work, member.account).await?;
            told.push(json!({
                "id": member.account,
                "subscriber_id": member.subscriber,
                "token": token.expose(),
            }));
        }
        work.commit().await?;
    }
    Ok(told)
}

/// Fills the thread of `story` with generated comments until it has had `count` of them.
pub(super) async fn chat(
    app: &App,
    story: StoryId,
    members: &[Member],
    count: usize,
    first_start: Timestamp,
) -> anyhow::Result<()> {
    let done = planted_so_far(app).await?;
    if done >= count {
        return Ok(());
    }
    let own;
    let members = if members.is_empty() {
        own = ensure(app, LEAST_CROWD).await?;
        &own
    } else {
        members
    };
    let people: Vec<SignedIn> = members.iter().map(|member| acting(app, member)).collect();
    let mut work = app.read(Actor::Operator).await?;
    let story = stories::find(&mut work.tx, story).await?.ok_or_else(|| anyhow::anyhow!("the first story is gone"))?;
    drop(work);
    let progress = bar(count, "comments");
    let mut earlier: Vec<Planted> = Vec::new();
    let mut at = done;
    while at < count {
        let upto = (at + BATCH).min(count);
        let ids = Ids::seeded(at as u64 + 1);
        let seedlings: Vec<Seedling<'_>> =
            (at..upto).filter_map(|number| seedling(&ids, &people, &earlier, number, count, first_start)).collect();
        earlier.extend(comments::plant(app, &story, &seedlings).await?);
        note_planted(app, upto).await?;
        at = upto;
        progress.set_position(at as u64);
    }
    progress.finish_and_clear();
    Ok(())
}

fn seedling<'a>(
    ids: &Ids,
    people: &'a [SignedIn],
    earlier: &[Planted],
    number: usize,
    count: usize,
    first_start: Timestamp,
) -> Option<Seedling<'a>> {
    let below = |bound: usize| usize::try_from(ids.below(bound as u64)).unwrap_or(0);
    // Answers go to comments of earlier batches, rather to the latest ones.
    let parent = if below(10) < 4 && !earlier.is_empty() {
        let back = below(earlier.len().min(400)).min(below(earlier.len()));
        earlier.get(earlier.len() - 1 - back).copied()
    } else {
        None
    };
    let author = people.get(number % people.len().max(1))?;
    // A long tail: most have none, a few have many.
    let likes = if below(3) == 0 { below(1 + below(people.len().min(40))) } else { 0 };
    let first = below(people.len());
    let recommended_by = (0..likes)
        .filter_map(|step| people.get((first + step) % people.len()))
        .filter(|reader| reader.account != author.account)
        .collect();
    let span = super::seed::STORY_AGE.as_millis() as u64;
    let into = span * number as u64 / count.max(1) as u64;
    Some(Seedling {
        author,
        body: chatter::comment(ids, parent.is_some(), number),
        parent,
        recommended_by,
        at: beginning(first_start).plus(Duration::from_millis(into)),
    })
}

fn acting(app: &App, member: &Member) -> SignedIn {
    SignedIn {
        account: member.account,
        subscriber: member.subscriber,
        session: app.ids.mint(app.now()),
        name: member.name.clone(),
        is_confirmed: true,
        roles: Roles::default(),
        proof: Proof::whole(app.now()),
    }
}

const PLANTED: &str = "demo.comments";

async fn planted_so_far(app: &App) -> anyhow::Result<usize> {
    let mut work = app.read(Actor::Operator).await?;
    let stored = installation::find(&mut work.tx, PLANTED).await?;
    Ok(stored.and_then(|count| count.parse().ok()).unwrap_or(0))
}

async fn note_planted(app: &App, count: usize) -> anyhow::Result<()> {
    let mut work = app.write(Actor::Operator).await?;
    installation::set(&mut work.tx, PLANTED, &count.to_string()).await?;
    work.commit().await?;
    Ok(())
}

fn bar(count: usize, of: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:>10} {bar:40} {pos}/{len}  {eta} left");
    let bar = if count < 200 { ProgressBar::hidden() } else { ProgressBar::new(count as u64) };
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(of)
}
