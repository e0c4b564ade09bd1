//! What moderators see of a subscriber.

use crate::accounts::{self, FormerName, LinkRow, Profile};
use crate::app::{App, Work};
use crate::bans::{self, Ban, Strike};
use crate::comments::{self, Record};
use crate::kernel::{SubscriberId, TitleId};
use crate::storage::StorageError;
use crate::subscriptions::{self, Entitlement, Policy, Subscription};

/// The author of a comment that waits: their record in the title, and what is withdrawn from them.
#[derive(Clone, Debug)]
pub struct Accused {
    /// The subscriber.
    pub subscriber: SubscriberId,
    /// What their comments in the title came to.
    pub record: Record,
    /// The bans in force there.
    pub bans: Vec<Ban>,
}

/// The record and bans of `subscriber` as they matter in `title`.
///
/// # Errors
/// When the database cannot be read.
pub async fn accused(work: &mut Work, subscriber: SubscriberId, title: &TitleId) -> Result<Accused, StorageError> {
    let mut bans = bans::in_force(&mut work.tx, subscriber, work.now).await?;
    bans.retain(|ban| ban.scope.covers(title));
    Ok(Accused { subscriber, record: comments::record_of(&mut work.tx, subscriber, title).await?, bans })
}

/// A subscriber: everyone who acts for them, what they have paid for, and what was withdrawn.
#[derive(Clone, Debug)]
pub struct SubscriberCard {
    /// The subscriber.
    pub id: SubscriberId,
    /// What the subscription grants now.
    pub entitlement: Entitlement,
    /// The accounts that act for them.
    pub accounts: Vec<Profile>,
    /// What was paid for.
    pub subscriptions: Vec<Subscription>,
    /// What the person is known by.
    pub links: Vec<LinkRow>,
    /// Names that the accounts had before.
    pub former_names: Vec<FormerName>,
    /// Strikes in those titles that were not taken back, newest first in each.
    pub strikes: Vec<Strike>,
    /// Every ban that holds or held in one of those titles, newest first.
    pub bans: Vec<Ban>,
    /// What their comments came to, by title.
    pub records: Vec<(TitleId, Record)>,
}

/// The card of `subscriber` for whoever moderates `titles`; nothing when there is no such subscriber.
///
/// # Errors
/// When the database cannot be read.
pub async fn subscriber_card(
    app: &App,
    work: &mut Work,
    subscriber: SubscriberId,
    titles: &[TitleId],
) -> Result<Option<SubscriberCard>, StorageError> {
    if !accounts::subscriber_exists(&mut work.tx, subscriber).await? {
        return Ok(None);
    }
    let mut records = Vec::with_capacity(titles.len());
    let mut strikes = Vec::new();
    for title in titles {
        records.push((title.clone(), comments::record_of(&mut work.tx, subscriber, title).await?));
        strikes.extend(bans::list_strikes(&mut work.tx, subscriber, title).await?);
    }
    let mut bans = bans::list_of(&mut work.tx, subscriber).await?;
    bans.retain(|ban| titles.iter().any(|title| ban.scope.covers(title)));
    Ok(Some(SubscriberCard {
        id: subscriber,
        entitlement: {
            let policy = Policy::of(&app.settings.billing);
            subscriptions::entitlement_of(&mut work.tx, subscriber, &policy, work.now).await?
        },
        accounts: accounts::list_accounts_of(&mut work.tx, subscriber).await?,
        subscriptions: subscriptions::list(&mut work.tx, subscriber).await?,
        links: accounts::list_links(&mut work.tx, subscriber).await?,
        former_names: accounts::former_names_of(&mut work.tx, subscriber).await?,
        strikes,
        bans,
        records,
    }))
}
