//! The table of subscriptions.

use super::{Entitlement, Paid, Policy, Source, Status, Subscription, entitlement};
use crate::kernel::{KeyId, SubscriberId, SubscriptionId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional, text_column};

text_column! {
    Status: |status: &Status| status.as_str(), Status::parse;
    Source: |source: &Source| source.as_str(), Source::parse;
}

#[derive(sqlx::FromRow)]
struct Row {
    id: SubscriptionId,
    subscriber: SubscriberId,
    source: Source,
    status: Status,
    valid_until: Option<Timestamp>,
    plan: Option<String>,
    since: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for Subscription {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            subscriber: row.subscriber,
            source: row.source,
            status: row.status,
            valid_until: row.valid_until,
            plan: row.plan,
            since: row.since,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Stores `given`, or brings what is known by the same key up to date, or without a key what was granted by hand; answers
/// what stands now.
pub(super) async fn set(tx: &mut Tx, given: &Subscription, key: Option<KeyId>) -> Result<Subscription, StorageError> {
    let changed = match key {
        Some(key) => execute!(
            tx,
            "update subscriptions set source = $2, status = $3, valid_until = $4, plan = $5, since = $6, updated_at = $7
             where key = $1",
            key,
            given.source,
            given.status,
            given.valid_until,
            &given.plan,
            given.since,
            given.updated_at
        )?,
        None => execute!(
            tx,
            "update subscriptions set status = $2, valid_until = $3, since = $4, updated_at = $4
             where subscriber = $1 and key is null",
            given.subscriber,
            given.status,
            given.valid_until,
            given.updated_at
        )?,
    };
    if changed == 0 {
        execute!(
            tx,
            "insert into subscriptions (id, subscriber, source, key, status, valid_until, plan, since, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            given.id,
            given.subscriber,
            given.source,
            key,
            given.status,
            given.valid_until,
            &given.plan,
            given.since,
            given.created_at,
            given.updated_at
        )?;
    }
    let row = fetch_one!(
        tx,
        Row,
        "select id, subscriber, source, status, valid_until, plan, since, created_at, updated_at
         from subscriptions where key = $1 or ($1 is null and key is null and subscriber = $2)",
        key,
        given.subscriber
    )?;
    Ok(row.into())
}

/// The subscription that is known by this key.
pub(super) async fn find_by_key(tx: &mut Tx, key: KeyId) -> Result<Option<Subscription>, StorageError> {
    let row = fetch_optional!(
        tx,
        Row,
        "select id, subscriber, source, status, valid_until, plan, since, created_at, updated_at
         from subscriptions where key = $1",
        key
    )?;
    Ok(row.map(Subscription::from))
}

/// Every subscription of the person of `subscriber`, by source, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Subscription>, StorageError> {
    let rows = fetch_all!(
        tx,
        Row,
        "select id, subscriber, source, status, valid_until, plan, since, created_at, updated_at
         from subscriptions
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
         order by source, created_at, id",
        subscriber
    )?;
    Ok(rows.into_iter().map(Subscription::from).collect())
}

/// What the person of `subscriber` has paid for at `now`, by the paper's policy.
///
/// # Errors
/// When the database cannot be read.
pub async fn entitlement_of(
    tx: &mut Tx,
    subscriber: SubscriberId,
    policy: &Policy,
    now: Timestamp,
) -> Result<Entitlement, StorageError> {
    let rows = fetch_all!(
        tx,
        (Status, Option<Timestamp>, Option<String>, Timestamp, Source),
        "select status, valid_until, plan, since, source from subscriptions
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))",
        subscriber
    )?;
    let paid = rows.into_iter().map(|(status, valid_until, plan, since, source)| Paid {
        status,
        valid_until,
        plan,
        since,
        is_by_hand: source == Source::Manual,
    });
    Ok(entitlement(paid, policy, now))
}
