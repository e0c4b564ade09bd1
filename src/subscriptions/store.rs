//! The table of subscriptions.

use super::{Entitlement, Source, Status, Subscription, entitlement};
use crate::kernel::{SubscriberId, SubscriptionId, Timestamp};
use crate::storage::{StorageError, Tx};
use crate::{fetch_all, fetch_one, text_column};

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
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Stores `given`, or brings what its source said before up to date; answers what stands now.
pub(super) async fn set(tx: &mut Tx, given: &Subscription) -> Result<Subscription, StorageError> {
    let row = fetch_one!(
        tx,
        Row,
        "insert into subscriptions (id, subscriber, source, status, valid_until, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (subscriber, source) do update
         set status = excluded.status, valid_until = excluded.valid_until, updated_at = excluded.updated_at
         returning id, subscriber, source, status, valid_until, created_at, updated_at",
        given.id,
        given.subscriber,
        given.source,
        given.status,
        given.valid_until,
        given.created_at,
        given.updated_at
    )?;
    Ok(row.into())
}

/// Every subscription of `subscriber`, by source.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Subscription>, StorageError> {
    let rows = fetch_all!(
        tx,
        Row,
        "select id, subscriber, source, status, valid_until, created_at, updated_at
         from subscriptions where subscriber = $1 order by source",
        subscriber
    )?;
    Ok(rows.into_iter().map(Subscription::from).collect())
}

/// What `subscriber` has paid for at `now`.
///
/// # Errors
/// When the database cannot be read.
pub async fn entitlement_of(
    tx: &mut Tx,
    subscriber: SubscriberId,
    now: Timestamp,
) -> Result<Entitlement, StorageError> {
    let rows = fetch_all!(
        tx,
        (Status, Option<Timestamp>),
        "select status, valid_until from subscriptions where subscriber = $1",
        subscriber
    )?;
    Ok(entitlement(rows, now))
}
