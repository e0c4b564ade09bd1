//! When which rule fired.

use crate::comments::RuleFirings;
use crate::kernel::{SubscriberId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all};

#[derive(sqlx::FromRow)]
struct FiringsRow {
    rule: String,
    is_shadow: bool,
    firing_count: i64,
    subscriber_count: i64,
}

pub(in crate::comments) async fn insert_firing(
    tx: &mut Tx,
    title: &TitleId,
    rule: &str,
    at: Timestamp,
    subscriber: SubscriberId,
    is_shadow: bool,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into rule_firings (title, rule, at, subscriber, is_shadow) values ($1, $2, $3, $4, $5)",
        title,
        rule,
        at,
        subscriber,
        is_shadow
    )?;
    Ok(())
}

pub(in crate::comments) async fn count_firings(
    tx: &mut Tx,
    title: &TitleId,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<RuleFirings>, StorageError> {
    let rows = fetch_all!(
        tx,
        FiringsRow,
        "select rule, is_shadow, cast(count(*) as bigint) as firing_count,
                cast(count(distinct subscriber) as bigint) as subscriber_count
         from rule_firings where title = $1 and at >= $2 and at < $3
         group by rule, is_shadow order by rule, is_shadow",
        title,
        since,
        until
    )?;
    let firings = rows.into_iter().map(|row| RuleFirings {
        rule: row.rule,
        is_shadow: row.is_shadow,
        firing_count: row.firing_count,
        subscriber_count: row.subscriber_count,
    });
    Ok(firings.collect())
}

pub(in crate::comments) async fn delete_firings_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from rule_firings where at < $1", before)
}
