//! What was written lately, by the author and by others: what a new comment is judged beside.

use std::time::Duration;

use crate::kernel::{CommentId, SubscriberId, Timestamp, TitleId};
use crate::rules::signals::simhash;
use crate::rules::{VelocityFacts, text_fingerprint};
use crate::storage::{StorageError, Tx};
use crate::stories::Story;
use crate::{fetch_all, fetch_one};

const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);
const HOUR: Duration = Duration::from_secs(3600);

/// From this on a story's heat is not counted further.
const MOST_HEAT: i64 = 1_000;

/// What is stored of a text to compare others with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prints {
    pub(super) fingerprint: i64,
    pub(super) simhash: Option<i64>,
}

impl Prints {
    pub(super) fn of(text: &str) -> Self {
        Self { fingerprint: text_fingerprint(text).cast_signed(), simhash: simhash(text).map(u64::cast_signed) }
    }
}

/// One of the author's own texts: its fingerprint, its simhash, and when it was written.
pub(in crate::comments) type OwnText = (i64, Option<i64>, Timestamp);

/// The author's latest texts in a title, newest first, leaving one comment out.
pub(in crate::comments) async fn list_own(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
    except: Option<CommentId>,
    limit: i64,
) -> Result<Vec<OwnText>, StorageError> {
    fetch_all!(
        tx,
        OwnText,
        "select body_fingerprint, simhash, created_at from comments
         where subscriber = $1 and title = $2 and ($3 is null or id <> $3) order by created_at desc limit $4",
        subscriber,
        title,
        except,
        limit
    )
}

/// The simhashes of what anybody but `subscriber` wrote in `title` after `since`, with who did, newest first. Whatever
/// became of a comment, it counts: what was rejected a hundred times is a campaign all the same.
pub(in crate::comments) async fn list_others(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<(SubscriberId, i64)>, StorageError> {
    fetch_all!(
        tx,
        (SubscriberId, i64),
        "select subscriber, simhash from comments
         where title = $1 and created_at > $2 and subscriber <> $3 and simhash is not null
         order by created_at desc, id desc limit $4",
        title,
        since,
        subscriber,
        limit
    )
}

/// How fast `subscriber` has been writing in the story's title, leaving one comment out.
pub(in crate::comments) async fn velocity_of(
    tx: &mut Tx,
    subscriber: SubscriberId,
    story: &Story,
    except: Option<CommentId>,
    now: Timestamp,
) -> Result<VelocityFacts, StorageError> {
    let (in_story,) = fetch_one!(
        tx,
        (i64,),
        "select cast(count(*) as bigint) from comments where story = $1 and subscriber = $2 and ($3 is null or id <> $3)",
        story.id,
        subscriber,
        except
    )?;
    let (in_hour, in_10_minutes) = fetch_one!(
        tx,
        (i64, i64),
        "select cast(count(*) as bigint), cast(coalesce(sum(case when created_at > $5 then 1 else 0 end), 0) as bigint)
         from comments where subscriber = $1 and title = $2 and created_at > $3 and ($4 is null or id <> $4)",
        subscriber,
        &story.title,
        now.minus(HOUR),
        except,
        now.minus(TEN_MINUTES)
    )?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(VelocityFacts {
        in_story_count: count(in_story),
        in_10_minutes_count: count(in_10_minutes),
        in_hour_count: count(in_hour),
    })
}

/// How many comments `story` had in the hour before `now`, leaving one out; a thousand stands for more.
pub(in crate::comments) async fn heat_of(
    tx: &mut Tx,
    story: &Story,
    except: Option<CommentId>,
    now: Timestamp,
) -> Result<u32, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select cast(count(*) as bigint) from (
             select 1 from comments where story = $1 and created_at > $2 and ($3 is null or id <> $3) limit $4
         ) as lately",
        story.id,
        now.minus(HOUR),
        except,
        MOST_HEAT
    )?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
