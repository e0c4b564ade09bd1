//! The facts of a comment: its author's record, its story, and what was written lately.

use std::time::Duration;

use super::judge::Question;
use super::record::record_of;
use super::store;
use crate::accounts;
use crate::app::Work;
use crate::kernel::{Id as _, SignedIn};
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
    let record = record_of(&mut work.tx, person.subscriber, &story.title).await?;
    let own = store::list_own(&mut work.tx, person.subscriber, &story.title, edits, OWN_TEXTS).await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(0);
    let recent_texts =
        own.iter().map(|(fingerprint, _, at)| RecentText { fingerprint: fingerprint.cast_unsigned(), at: *at });
    let author = AuthorFacts {
        published_count: count(record.published_count),
        removed_count: count(record.removed_count),
        upheld_report_count: count(record.upheld_report_count),
        is_staff: person.roles.is_staff_in(&story.title),
        recent_texts: recent_texts.collect(),
        days_subscribed: Some(days_subscribed(work, person).await?),
        has_lookalike_name: Some(accounts::has_lookalike(&mut work.tx, person.subscriber, &person.name).await?),
        ..AuthorFacts::default()
    };
    let own = own.iter().filter_map(|(_, simhash, _)| *simhash);
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
        similar: Some(similar(work, question, own.map(i64::cast_unsigned)).await?),
    };
    Ok((facts, record.version))
}

async fn similar(
    work: &mut Work,
    question: Question<'_>,
    own: impl Iterator<Item = u64>,
) -> Result<SimilarFacts, StorageError> {
    let Some(hash) = simhash(question.body) else { return Ok(SimilarFacts::default()) };
    let (author, title) = (question.person.subscriber, &question.story.title);
    let others = store::list_others(&mut work.tx, author, title, work.now.minus(OTHERS_WITHIN), OTHERS_TEXTS).await?;
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
