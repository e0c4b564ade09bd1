//! The facts of a comment: its author's record, its story, and what was written lately.

use std::time::Duration;

use super::judge::Question;
use super::record::record_of;
use super::store;
use crate::accounts;
use crate::app::Work;
use crate::bans;
use crate::kernel::{CommentId, Id as _, SignedIn, TitleId};
use crate::rules::signals::{SimilarFacts, simhash};
use crate::rules::{AuthorFacts, Facts, RecentText, StoryFacts};
use crate::storage::StorageError;
use crate::stories::{self, Story};
use crate::subscriptions;

/// How many of the author's recent texts a repeat is looked for in.
const OWN_TEXTS: i64 = 20;

/// How many of the title's latest texts, and how old at most, a text is compared with: a bound on what a comment costs.
const OTHERS_TEXTS: i64 = 500;
const OTHERS_WITHIN: Duration = Duration::from_secs(24 * 3600);

/// Everything that is known of `question`, and the version of the author's record that it was read from.
pub(super) async fn gather(work: &mut Work, question: Question<'_>) -> Result<(Facts, i64), StorageError> {
    let Question { person, story, body, edits } = question;
    let (author, own, version) = author_facts(work, person, &story.title, edits).await?;
    let facts = Facts {
        text: body.to_owned(),
        now: work.now,
        author,
        story: StoryFacts {
            in_hour_count: Some(store::heat_of(&mut work.tx, story, edits, work.now).await?),
            ..story_facts(story)
        },
        is_edit: edits.is_some(),
        velocity: Some(store::velocity_of(&mut work.tx, person.subscriber, story, edits, work.now).await?),
        similar: Some(similar(work, person, &story.title, body, own).await?),
    };
    Ok((facts, version))
}

/// What would be known of `body` now: as a new comment by `person` on `story` when both are told, else what can be said of
/// the one that is.
///
/// # Errors
/// When the database cannot be read.
pub async fn facts_now(
    work: &mut Work,
    title: &TitleId,
    person: Option<&SignedIn>,
    story: Option<&Story>,
    body: &str,
) -> Result<Facts, StorageError> {
    if let (Some(person), Some(story)) = (person, story) {
        return Ok(gather(work, Question { person, story, body, edits: None }).await?.0);
    }
    let mut facts = Facts { text: body.to_owned(), ..Facts::nobody(work.now) };
    if let Some(person) = person {
        let (author, own, _) = author_facts(work, person, title, None).await?;
        facts.author = author;
        facts.similar = Some(similar(work, person, title, body, own).await?);
    }
    if let Some(story) = story {
        facts.story = StoryFacts {
            in_hour_count: Some(store::heat_of(&mut work.tx, story, None, work.now).await?),
            ..story_facts(story)
        };
    }
    Ok(facts)
}

/// The author's record in `title`, the simhashes of the author's latest texts, and the record's version.
async fn author_facts(
    work: &mut Work,
    person: &SignedIn,
    title: &TitleId,
    edits: Option<CommentId>,
) -> Result<(AuthorFacts, Vec<u64>, i64), StorageError> {
    let record = record_of(&mut work.tx, person.subscriber, title).await?;
    let own = store::list_own(&mut work.tx, person.subscriber, title, edits, OWN_TEXTS).await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(0);
    let recent_texts =
        own.iter().map(|(fingerprint, _, at)| RecentText { fingerprint: fingerprint.cast_unsigned(), at: *at });
    let facts = AuthorFacts {
        published_count: count(record.published_count),
        removed_count: count(record.removed_count),
        upheld_report_count: count(record.upheld_report_count),
        is_staff: person.roles.is_staff_in(title),
        recent_texts: recent_texts.collect(),
        days_subscribed: Some(days_subscribed(work, person).await?),
        has_lookalike_name: Some(accounts::has_lookalike(&mut work.tx, person.subscriber, &person.name).await?),
        strike_count: Some(count(bans::points_of(&mut work.tx, person.subscriber, title, work.now).await?)),
        linked_to_banned: bans::common_with_banned(&mut work.tx, person.account, title, work.now).await?,
    };
    let own = own.iter().filter_map(|(_, simhash, _)| simhash.map(i64::cast_unsigned));
    Ok((facts, own.collect(), record.version))
}

async fn similar(
    work: &mut Work,
    person: &SignedIn,
    title: &TitleId,
    body: &str,
    own: Vec<u64>,
) -> Result<SimilarFacts, StorageError> {
    let Some(hash) = simhash(body) else { return Ok(SimilarFacts::default()) };
    let since = work.now.minus(OTHERS_WITHIN);
    let others = store::list_others(&mut work.tx, person.subscriber, title, since, OTHERS_TEXTS).await?;
    let others = others.iter().map(|(subscriber, hash)| (subscriber.uuid().as_u128(), hash.cast_unsigned()));
    Ok(SimilarFacts::of(Some(hash), own, others))
}

/// Whole days since the first subscription of the author's subscriber began; 0 for who never had one.
async fn days_subscribed(work: &mut Work, person: &SignedIn) -> Result<u32, StorageError> {
    let subscriptions = subscriptions::list(&mut work.tx, person.subscriber).await?;
    let first = subscriptions.iter().map(|subscription| subscription.created_at).min();
    let days = first.map(|first| first.until(work.now).as_secs() / (24 * 3600));
    Ok(days.and_then(|days| u32::try_from(days).ok()).unwrap_or(0))
}

/// What is known of a story by itself.
pub(super) fn story_facts(story: &Story) -> StoryFacts {
    StoryFacts {
        is_premoderated: story.status == stories::Status::PreModerated,
        section: Some(story.section.clone()),
        opened_at: Some(story.published_at),
        comment_count: u32::try_from(story.comment_count).ok(),
        in_hour_count: None,
    }
}
