//! The table of ladders, by title and version.

use crate::kernel::{AccountId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_optional, lock_rows};

/// A title's ladder as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderFile {
    /// Counts the publications, from 1.
    pub version: i64,
    /// TOML.
    pub source: String,
    /// When it was published.
    pub published_at: Timestamp,
}

/// The newest ladder of `title`; nothing when it has none of its own.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, title: &TitleId) -> Result<Option<LadderFile>, StorageError> {
    let row = fetch_optional!(
        tx,
        (i64, String, Timestamp),
        "select version, source, published_at from ladders where title = $1 order by version desc limit 1",
        title
    )?;
    Ok(row.map(|(version, source, published_at)| LadderFile { version, source, published_at }))
}

/// Lets one act at a time add ladders or batches of bans to `title`.
///
/// # Errors
/// When the database does not answer in time.
pub async fn lock_title(tx: &mut Tx, title: &TitleId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from titles where id = $1", title)
}

pub(in crate::bans) async fn insert(
    tx: &mut Tx,
    title: &TitleId,
    file: &LadderFile,
    by: Option<AccountId>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into ladders (title, version, source, published_at, published_by) values ($1, $2, $3, $4, $5)",
        title,
        file.version,
        &file.source,
        file.published_at,
        by
    )?;
    Ok(())
}
