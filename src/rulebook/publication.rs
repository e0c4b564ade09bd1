//! What is to be published for whom, whether a word list or rules.

use serde_json::Value;

use crate::accounts;
use crate::kernel::{Actor, Role, TitleId};
use crate::storage::{StorageError, Tx};

/// A file as its editor wrote it, to become the newest of its title.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// Whose it is.
    pub title: &'a TitleId,
    /// The file, TOML.
    pub source: &'a str,
    /// The version that it was made from, 0 for none: when another was published since, nothing is. `None` publishes
    /// whatever stands.
    pub based_on: Option<i64>,
    /// The earlier version that it puts back, if it does.
    pub from_version: Option<i64>,
}

/// Another version was published since the one that an editor began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("version {latest} was published since version {based_on}, which this was made from")]
pub struct Moved {
    /// The version that it was made from.
    pub based_on: i64,
    /// The newest.
    pub latest: i64,
}

/// Whether `actor` may change what `title` is judged by, asked with the roles of this moment.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn may_edit(tx: &mut Tx, actor: &Actor, title: &TitleId) -> Result<bool, StorageError> {
    Ok(match actor {
        Actor::SignedIn(person) => accounts::renewed(tx, person).await?.roles.within(title) >= Role::Editor,
        Actor::Operator => true,
        Actor::Anonymous | Actor::Job(_) => false,
    })
}

impl<'a> Publication<'a> {
    /// A file that replaces whatever stands.
    #[must_use]
    pub const fn new(title: &'a TitleId, source: &'a str) -> Self {
        Self { title, source, based_on: None, from_version: None }
    }

    /// Writes into the audit log's details from which version it came.
    pub(super) fn note_origin(&self, details: &mut Value) {
        if let (Some(version), Some(details)) = (self.from_version, details.as_object_mut()) {
            details.insert("from_version".to_owned(), version.into());
        }
    }

    /// The number of its publication after `latest`, unless something came between.
    pub(super) fn next(&self, latest: i64) -> Result<i64, Moved> {
        match self.based_on {
            Some(based_on) if based_on != latest => Err(Moved { based_on, latest }),
            _ => Ok(latest + 1),
        }
    }
}
