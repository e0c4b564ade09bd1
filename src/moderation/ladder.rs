//! What the ladder proposes for a subscriber.

use crate::accounts;
use crate::app::Work;
use crate::bans::{self, Privileges, Proposed, Strike};
use crate::kernel::{ClauseId, Role, SignedIn, SubscriberId, Timestamp, TitleId};
use crate::reports;
use crate::storage::StorageError;
use crate::titles;

/// Where somebody stands on a title's ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Whose ladder.
    pub title: TitleId,
    /// How many points have not faded.
    pub points: i64,
    /// What is proposed for them, or, without points, for misuse of reporting; nothing below the first step.
    pub proposed: Option<Proposed>,
    /// The clause of the newest strike that counts.
    pub clause: Option<ClauseId>,
    /// How many of their reports were lately dismissed.
    pub dismissed_report_count: i64,
    /// What is proposed for those.
    pub reporting: Option<Proposed>,
}

impl Rung {
    /// Whether a ban of `privileges` until `until` is another act than the one proposed.
    #[must_use]
    pub fn is_departed_from(&self, privileges: Privileges, until: Option<Timestamp>) -> bool {
        let Some(proposed) = &self.proposed else { return false };
        // The form was shown a while ago, and a day of the calendar may be an hour longer: nobody departs by that.
        let near = |one: Timestamp, other: Timestamp| one.as_millis().abs_diff(other.as_millis()) <= 7_200_000;
        let is_same_end = match (proposed.until, until) {
            (None, None) => true,
            (Some(one), Some(other)) => near(one, other),
            _ => false,
        };
        proposed.privileges != privileges || !is_same_end
    }
}

/// Why nothing is proposed.
#[derive(Debug, thiserror::Error)]
pub enum RungError {
    /// There is no such subscriber, or no such title.
    #[error("there is no such subscriber or title")]
    NotFound,
    /// The person does not moderate there.
    #[error("not this person's to ban")]
    Forbidden,
    /// The person moderates several titles and has to say which.
    #[error("which title?")]
    WhichTitle,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the ladder of `title` proposes for the person of `subscriber`; `title` may be left out by whoever moderates one.
///
/// # Errors
/// The first reason why not, in the order of [`RungError`].
pub async fn rung_of(
    work: &mut Work,
    person: &SignedIn,
    subscriber: SubscriberId,
    title: Option<TitleId>,
) -> Result<Rung, RungError> {
    if person.roles.highest() < Role::Moderator {
        return Err(RungError::Forbidden);
    }
    if !accounts::subscriber_exists(&mut work.tx, subscriber).await? {
        return Err(RungError::NotFound);
    }
    let title = match title {
        Some(title) => title,
        None => match super::titles_of(&mut work.tx, person).await?.as_slice() {
            [only] => only.id.clone(),
            _ => return Err(RungError::WhichTitle),
        },
    };
    let title = titles::find(&mut work.tx, &title).await?.ok_or(RungError::NotFound)?;
    if !person.roles.is_staff_in(&title.id) {
        return Err(RungError::Forbidden);
    }
    Ok(rung_in(work, subscriber, &title).await?)
}

/// What the ladder of `title` proposes for the person of `subscriber`, whoever asks.
pub(super) async fn rung_in(
    work: &mut Work,
    subscriber: SubscriberId,
    title: &titles::Title,
) -> Result<Rung, StorageError> {
    let now = work.now;
    let ladder = bans::ladder_of(&mut work.tx, &title.id).await?;
    let zone = jiff::tz::TimeZone::get(&title.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let strikes = bans::list_strikes(&mut work.tx, subscriber, &title.id).await?;
    let points = ladder.points(&strikes.iter().map(Strike::weighed).collect::<Vec<_>>(), now);
    let dismissed_report_count = match ladder.misuse_since(now) {
        Some(since) => reports::count_dismissed(&mut work.tx, subscriber, &title.id, since).await?,
        None => 0,
    };
    let reporting = ladder.propose_for_reporting(dismissed_report_count, now, &zone);
    let since = ladder.counts_since(now);
    Ok(Rung {
        title: title.id.clone(),
        points,
        proposed: ladder.propose(points, now, &zone).or_else(|| reporting.clone().filter(|_| points == 0)),
        clause: strikes.into_iter().find(|one| one.points > 0 && one.created_at > since).map(|one| one.clause),
        dismissed_report_count,
        reporting,
    })
}
