//! What one installation knows about itself: short values by key, written once and shared by all its nodes.

use super::{StorageError, Tx};
use crate::{execute, fetch_one, fetch_optional};

/// The value of `key`, which becomes `value` when it has none yet: of several nodes that start together one writes it,
/// and all are answered the same.
///
/// # Errors
/// When the database cannot be written.
pub async fn get_or_insert(tx: &mut Tx, key: &str, value: &str) -> Result<String, StorageError> {
    execute!(tx, "insert into installation (key, value) values ($1, $2) on conflict do nothing", key, value)?;
    let (stored,) = fetch_one!(tx, (String,), "select value from installation where key = $1", key)?;
    Ok(stored)
}

/// The value of `key`, if it has one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<String>, StorageError> {
    let row = fetch_optional!(tx, (String,), "select value from installation where key = $1", key)?;
    Ok(row.map(|(value,)| value))
}

/// Gives `key` the value `value`, whatever it had.
///
/// # Errors
/// When the database cannot be written.
pub async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into installation (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
        key,
        value
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::{Db, Options};

    #[tokio::test]
    async fn a_value_is_written_once_and_told_ever_after() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("a.db").display());
        let db = Db::open(&url, &Options::default()).await.unwrap();
        db.migrate().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(find(&mut tx, "signing_key").await.unwrap(), None);
        assert_eq!(get_or_insert(&mut tx, "signing_key", "one").await.unwrap(), "one");
        assert_eq!(get_or_insert(&mut tx, "signing_key", "two").await.unwrap(), "one");
        assert_eq!(find(&mut tx, "signing_key").await.unwrap().as_deref(), Some("one"));
        set(&mut tx, "signing_key", "three").await.unwrap();
        assert_eq!(find(&mut tx, "signing_key").await.unwrap().as_deref(), Some("three"));
    }
}
