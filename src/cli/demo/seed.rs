//! Filling the demo: the title, its stories, and what its people said, done through the ordinary use cases with a clock
//! that stands in the past.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use sha2::{Digest, Sha256};

use super::content::{self, Comment, Fate};
use super::people::{self, PARTS};
use crate::accounts::Profile;
use crate::app::App;
use crate::comments::{self, Draft};
use crate::idempotency::Request;
use crate::kernel::{Actor, CommentId, ManualClock, SignedIn, StoryId, Timestamp, TitleId};
use crate::moderation::{self, Action, DecideForm};
use crate::reports::{self, NewReport};
use crate::rulebook;
use crate::stories::{self, StoryForm};
use crate::titles::{self, HouseRulesFile, Title};

/// The demo's newspaper.
pub(super) const TITLE: &str = "harbour-post";

/// How long ago the first comment was written when the demo is started for the first time.
pub(super) const STORY_AGE: Duration = Duration::from_secs(9 * 3600);

/// Everybody who takes part, by role or name.
pub(super) type Cast = HashMap<String, Profile>;

/// Makes sure of the title, its house rules and its word list.
pub(super) async fn ensure_title(app: &App) -> anyhow::Result<TitleId> {
    let id: TitleId = TITLE.parse()?;
    let mut work = app.write(Actor::Operator).await?;
    if titles::find(&mut work.tx, &id).await?.is_none() {
        let title = Title {
            id: id.clone(),
            name: "The Harbour Post".into(),
            language: "en-GB".into(),
            time_zone: "Europe/London".into(),
            subscribe_url: "https://harbourpost.example/subscribe".into(),
            subscribe_text:
                "Everybody may read what our readers say to each other. Joining in is for subscribers: they \
                             pay for the paper, and they have a name to lose."
                    .into(),
            contact: "readers-editor@harbourpost.example".into(),
            closes_after_days: None,
            created_at: work.now,
        };
        titles::create(&mut work, &title).await?;
    }
    let rules: HouseRulesFile = toml::from_str(content::HOUSE_RULES)?;
    titles::publish(&mut work, &id, rules).await?;
    work.commit().await?;
    rulebook::load_all(app).await?;
    Ok(id)
}

/// Makes sure of the stories, in their order.
pub(super) async fn ensure_stories(app: &App, title: &TitleId) -> anyhow::Result<Vec<StoryId>> {
    let mut ids = Vec::new();
    for story in content::stories()?.story {
        let mut work = app.write(Actor::Operator).await?;
        let known = stories::find_by_key(&mut work.tx, title, &story.key).await?;
        let id = match known {
            Some(known) => known.id,
            None => {
                let form = StoryForm {
                    url: story.url,
                    headline: story.headline,
                    section: story.section,
                    published_at: work.now.minus(Duration::from_secs(1800)),
                };
                let (made, _) = stories::put(&mut work, title, &story.key, &form).await?;
                work.commit().await?;
                made.id
            }
        };
        ids.push(id);
    }
    Ok(ids)
}

/// Makes sure of the people: the parts by their keys, the town by name.
pub(super) async fn ensure_cast(app: &App, title: &TitleId) -> anyhow::Result<Cast> {
    let mut cast = Cast::new();
    for part in &PARTS {
        cast.insert(part.key.to_owned(), part.ensure(app, title).await?);
    }
    let names: BTreeSet<String> =
        content::stories()?.story.into_iter().flat_map(|story| story.comment).map(|comment| comment.by).collect();
    for name in names {
        if let Entry::Vacant(place) = cast.entry(name) {
            let profile = people::ensure_townsperson(app, place.key()).await?;
            place.insert(profile);
        }
    }
    Ok(cast)
}

/// Lets the people say what they have to say, each comment once however often this is begun.
pub(super) async fn play(app: &App, clock: &Arc<ManualClock>, cast: &Cast, stories: &[StoryId]) -> anyhow::Result<()> {
    let began = app.now();
    for (story, told) in stories.iter().zip(content::stories()?.story) {
        clock.set(began);
        let mut ids: Vec<CommentId> = Vec::new();
        for (place, comment) in told.comment.iter().enumerate() {
            clock.advance(Duration::from_secs(comment.after * 60));
            let author = cast.get(&comment.by).context("somebody in the thread is not in the cast")?;
            let parent = comment.to.map(|to| ids.get(to - 1).copied().context("an answer to nothing")).transpose()?;
            let draft = Draft { story: *story, parent, body: comment.text.clone(), nudge: None };
            let key = request(&format!("{}-{place}", told.key));
            let submitted = comments::submit(app, &people::acting(app, author), &key, draft).await?;
            let id = submitted.comment.id;
            recommend(app, cast, comment, author, id).await?;
            befall(app, cast, comment, author, submitted.comment).await?;
            ids.push(id);
        }
    }
    Ok(())
}

fn request(name: &str) -> Request {
    Request { key: format!("demo-{name}"), route: "demo".into(), digest: Sha256::digest(name).into() }
}

async fn recommend(app: &App, cast: &Cast, comment: &Comment, author: &Profile, id: CommentId) -> anyhow::Result<()> {
    let mut names: Vec<&String> = cast.keys().collect();
    names.sort();
    let others = names.into_iter().filter_map(|name| cast.get(name)).filter(|other| other.id != author.id);
    let mut given = 0;
    for other in others {
        if given == comment.recommended_by {
            break;
        }
        // Those without a subscription cannot; somebody else does.
        if comments::recommend(app, &people::acting(app, other), id).await.is_ok() {
            given += 1;
        }
    }
    Ok(())
}

async fn befall(
    app: &App,
    cast: &Cast,
    comment: &Comment,
    author: &Profile,
    stored: comments::Comment,
) -> anyhow::Result<()> {
    let person = |key: &str| -> anyhow::Result<SignedIn> {
        Ok(people::acting(app, cast.get(key).context("a part is not in the cast")?))
    };
    let clause = comment.clause.as_deref().map(str::parse).transpose()?;
    match comment.fate {
        None | Some(Fate::Held) => {}
        Some(Fate::Withdrawn) => comments::withdraw(app, &people::acting(app, author), stored.id).await?,
        Some(Fate::Removed) if stored.status == comments::Status::Published => {
            let form = DecideForm { action: Action::Remove, clause, note: None, revision: stored.revision };
            moderation::decide(app, &person("moderator")?, None, stored.id, form).await?;
        }
        Some(Fate::Removed) => {}
        Some(Fate::Reported) => {
            let clause = clause.context("a report cites a clause")?;
            let new = NewReport { comment: stored.id, clause, note: comment.note.clone() };
            reports::submit(app, &person("reader")?, &request("report"), new).await?;
        }
    }
    Ok(())
}

/// When the demo's past begins: the same moment on every start.
pub(super) fn beginning(first_start: Timestamp) -> Timestamp {
    first_start.minus(STORY_AGE)
}
