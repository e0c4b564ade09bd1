//! Putting in force what was published, here or by another process.

use super::rule_set::{RuleSetError, read_rule_set};
use super::store;
use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;

/// Reads and compiles the rules of every title, before the first comment is judged.
///
/// # Errors
/// When the database cannot be read. A list that does not compile is logged: its title's comments are held then.
pub async fn load_all(app: &App) -> Result<u64, StorageError> {
    refresh(app).await
}

/// Compiles anew what moved since it was last read; answers how many titles that were.
///
/// # Errors
/// When the database cannot be read. A list that does not compile is logged once and leaves its title the rules it had.
pub async fn refresh(app: &App) -> Result<u64, StorageError> {
    let mut work = app.read(Actor::Job("rulebook")).await?;
    let mut moved = 0;
    for versions in store::list_versions(&mut work.tx).await? {
        let title = versions.title;
        // The house rules count too: whether the starter list fits depends on their clauses.
        let stamp = format!(
            "{}/{}/{}/{}/{}",
            versions.word_list, versions.rules, versions.house_rules, versions.suspensions, versions.model
        );
        if app.rules.is_read(&title, &stamp) {
            continue;
        }
        match read_rule_set(app, &mut work.tx, &title).await {
            Ok(rules) => {
                app.rules.set(title.clone(), rules);
                moved += 1;
            }
            Err(RuleSetError::Storage(error)) => return Err(error),
            Err(error) => {
                tracing::error!(%title, version = versions.word_list, %error, "the rules of a title do not compile");
            }
        }
        app.rules.note_read(title, stamp);
    }
    Ok(moved)
}
