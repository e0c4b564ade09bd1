//! Asking an author to reconsider before a comment counts.
//!
//! Nothing of the comment is kept: the author is handed a signed token that says which text was meant, and who comes
//! back with it is not asked again. Only how many were asked, and what they did then, is counted by title and day.

use std::time::Duration;

use serde::Serialize;

use super::store;
use crate::app::Work;
use crate::kernel::{AccountId, StoryId, Timestamp, TitleId};
use crate::rules::text_fingerprint;
use crate::secrets::Keys;
use crate::storage::{StorageError, Tx};

/// How long an author may think about it.
const GOOD_FOR: Duration = Duration::from_secs(24 * 3600);
const DAY_MILLIS: i64 = 24 * 3600 * 1_000;

/// What became of a nudge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The author was asked.
    Shown,
    /// The author posted the same text all the same.
    Kept,
    /// The author posted another text.
    Changed,
}

/// How many authors were asked to reconsider, and what they did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NudgeCounts {
    /// How often somebody was asked.
    pub shown: i64,
    /// How often the same text was posted all the same.
    pub kept: i64,
    /// How often another text was posted. Whoever posted nothing is in neither of the two.
    pub changed: i64,
}

/// The token for `account` to come back with to `story`, after having been asked about `body`.
pub(super) fn offer(keys: &Keys, account: AccountId, story: StoryId, body: &str, now: Timestamp) -> String {
    let expires_at = now.plus(GOOD_FOR).as_millis();
    let claim = format!("{expires_at:x}.{:016x}", text_fingerprint(body));
    let seal = seal(keys, account, story, &claim);
    format!("{claim}.{seal}")
}

/// What coming back with `token` and `body` means, if the token is one that was offered here and has not run out.
pub(super) fn heeded(
    keys: &Keys,
    account: AccountId,
    story: StoryId,
    token: &str,
    body: &str,
    now: Timestamp,
) -> Option<Step> {
    let (claim, sealed) = token.rsplit_once('.')?;
    // Compared as a whole and not secret to whom it was offered; what counts is that nobody else can make one.
    if seal(keys, account, story, claim) != sealed {
        return None;
    }
    let (expires_at, fingerprint) = claim.split_once('.')?;
    if i64::from_str_radix(expires_at, 16).ok()? <= now.as_millis() {
        return None;
    }
    let is_same = u64::from_str_radix(fingerprint, 16).ok()? == text_fingerprint(body);
    Some(if is_same { Step::Kept } else { Step::Changed })
}

fn seal(keys: &Keys, account: AccountId, story: StoryId, claim: &str) -> String {
    hex::encode(keys.keyed_hash("nudge", format!("{account} {story} {claim}").as_bytes()).as_bytes())
}

/// Counts one step of a nudge in `title`.
pub(super) async fn count(work: &mut Work, title: &TitleId, step: Step) -> Result<(), StorageError> {
    let day = work.now.as_millis().div_euclid(DAY_MILLIS);
    let one = |counted| i64::from(step == counted);
    let counts = NudgeCounts { shown: one(Step::Shown), kept: one(Step::Kept), changed: one(Step::Changed) };
    store::add_nudges(&mut work.tx, title, day, counts).await
}

/// What nudges in `title` came to since `since`, by whole days of UTC.
///
/// # Errors
/// When the database cannot be read.
pub async fn nudge_counts(tx: &mut Tx, title: &TitleId, since: Timestamp) -> Result<NudgeCounts, StorageError> {
    store::sum_nudges(tx, title, since.as_millis().div_euclid(DAY_MILLIS)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Ids;

    const NOW: Timestamp = Timestamp::from_millis(1_772_366_400_000);

    #[test]
    fn a_nudge_is_heeded_by_whom_and_where_it_was_shown_for_a_day() {
        let ids = Ids::seeded(1);
        let keys = Keys::drawn(&ids);
        let (ann, bob): (AccountId, AccountId) = (ids.mint(NOW), ids.mint(NOW));
        let (story, other): (StoryId, StoryId) = (ids.mint(NOW), ids.mint(NOW));
        let token = offer(&keys, ann, story, "You all again.", NOW);
        let asked = |account, story, body: &str, now| heeded(&keys, account, story, &token, body, now);
        assert_eq!(asked(ann, story, "You all again.", NOW), Some(Step::Kept));
        assert_eq!(asked(ann, story, "I disagree.", NOW), Some(Step::Changed));
        assert_eq!(asked(bob, story, "You all again.", NOW), None);
        assert_eq!(asked(ann, other, "You all again.", NOW), None);
        assert_eq!(asked(ann, story, "You all again.", NOW.plus(GOOD_FOR)), None);
        assert_eq!(heeded(&Keys::drawn(&Ids::seeded(2)), ann, story, &token, "You all again.", NOW), None);
        for broken in ["", ".", "..", "x.y.z", &token[1..], &format!("0{token}"), &format!("{token}0")] {
            assert_eq!(heeded(&keys, ann, story, broken, "You all again.", NOW), None, "{broken}");
        }
    }
}
