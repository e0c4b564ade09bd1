//! Reading every version of rules and word lists.

use super::{Document, Past, Version};
use crate::kernel::{AccountId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{fetch_all, fetch_optional, per_engine};

#[derive(sqlx::FromRow)]
struct PastRow {
    version: i64,
    published_at: Timestamp,
    published_by: Option<AccountId>,
    size_bytes: i64,
}

impl From<PastRow> for Past {
    fn from(row: PastRow) -> Self {
        let PastRow { version, published_at, published_by, size_bytes } = row;
        Self { version, published_at, published_by, size_bytes }
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    version: i64,
    source: String,
    published_at: Timestamp,
    published_by: Option<AccountId>,
}

macro_rules! past {
    ($table:literal, $length:literal) => {
        concat!(
            "select version, published_at, published_by, cast(",
            $length,
            " as bigint) as size_bytes from ",
            $table,
            " where title = $1 and version < $2 order by version desc limit $3"
        )
    };
}

/// The versions of `title` before `before`, newest first, at most `count`.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_versions(
    tx: &mut Tx,
    title: &TitleId,
    document: Document,
    before: i64,
    count: i64,
) -> Result<Vec<Past>, StorageError> {
    let sql = match document {
        Document::Rules => per_engine!(tx,
            sqlite: past!("rule_files", "length(cast(source as blob))"),
            postgres: past!("rule_files", "octet_length(source)")),
        Document::WordList => per_engine!(tx,
            sqlite: past!("word_lists", "length(cast(source as blob))"),
            postgres: past!("word_lists", "octet_length(source)")),
    };
    Ok(fetch_all!(tx, PastRow, sql, title, before, count)?.into_iter().map(Past::from).collect())
}

/// The version `version` of `title`, or its newest one; nothing when it has none.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_version(
    tx: &mut Tx,
    title: &TitleId,
    document: Document,
    version: Option<i64>,
) -> Result<Option<Version>, StorageError> {
    let sql = match document {
        Document::Rules => {
            "select version, source, published_at, published_by from rule_files
             where title = $1 and (cast($2 as bigint) is null or version = $2) order by version desc limit 1"
        }
        Document::WordList => {
            "select version, source, published_at, published_by from word_lists
             where title = $1 and (cast($2 as bigint) is null or version = $2) order by version desc limit 1"
        }
    };
    let row = fetch_optional!(tx, VersionRow, sql, title, version)?;
    Ok(row.map(|VersionRow { version, source, published_at, published_by }| {
        let size_bytes = i64::try_from(source.len()).unwrap_or(i64::MAX);
        Version { past: Past { version, published_at, published_by, size_bytes }, source }
    }))
}
