//! Authors' records, by title.

use crate::comments::record::{Record, RecordChange};
use crate::kernel::{SubscriberId, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_optional};

#[derive(sqlx::FromRow)]
struct RecordRow {
    version: i64,
    published_count: i64,
    removed_count: i64,
    upheld_report_count: i64,
    pace_until: i64,
    slow_until: i64,
}

pub(in crate::comments) async fn find_record(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
) -> Result<Option<Record>, StorageError> {
    let row = fetch_optional!(
        tx,
        RecordRow,
        "select version, published_count, removed_count, upheld_report_count, pace_until, slow_until
         from author_records
         where subscriber = $1 and title = $2",
        subscriber,
        title
    )?;
    Ok(row.map(|row| Record {
        version: row.version,
        published_count: row.published_count,
        removed_count: row.removed_count,
        upheld_report_count: row.upheld_report_count,
        pace_until: row.pace_until,
        slow_until: row.slow_until,
    }))
}

pub(in crate::comments) async fn change_record(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
    change: RecordChange,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into author_records (subscriber, title, version, published_count, removed_count, upheld_report_count,
                                     pace_until, slow_until)
         values ($1, $2, 1, $3, $4, $5, coalesce($6, 0), coalesce($7, 0))
         on conflict (subscriber, title) do update
         set version = author_records.version + 1,
             published_count = author_records.published_count + $3,
             removed_count = author_records.removed_count + $4,
             upheld_report_count = author_records.upheld_report_count + $5,
             pace_until = coalesce($6, author_records.pace_until),
             slow_until = coalesce($7, author_records.slow_until)",
        subscriber,
        title,
        change.published,
        change.removed,
        change.upheld_reports,
        change.pace_until,
        change.slow_until
    )?;
    Ok(())
}
