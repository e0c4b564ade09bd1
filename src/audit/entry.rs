//! Appending to the log.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Action, store};
use crate::app::Work;
use crate::kernel::{Actor, AuditId, ClauseId, TitleId};
use crate::storage::StorageError;

/// What is to be remembered of an act besides who did it and when, which the [`Work`] knows.
#[derive(Clone, Debug)]
pub struct Entry {
    action: Action,
    title: Option<TitleId>,
    subject: Option<String>,
    clause: Option<(ClauseId, i64)>,
    details: Value,
    private: Option<Value>,
}

impl Entry {
    /// An act on `subject`, a public id.
    #[must_use]
    pub fn new(action: Action, subject: impl ToString) -> Self {
        Self {
            action,
            title: None,
            subject: Some(subject.to_string()),
            clause: None,
            details: Value::Object(serde_json::Map::new()),
            private: None,
        }
    }

    /// The title it happened in.
    #[must_use]
    pub fn within(mut self, title: &TitleId) -> Self {
        self.title = Some(title.clone());
        self
    }

    /// The clause it cites, and which version of the house rules.
    #[must_use]
    pub fn citing(mut self, clause: &ClauseId, version: i64) -> Self {
        self.clause = Some((clause.clone(), version));
        self
    }

    /// What else there is to know: ids, states and numbers; neither names nor texts.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Names, notes and addresses, which may be erased one day.
    #[must_use]
    pub fn private(mut self, private: Value) -> Self {
        self.private = Some(private);
        self
    }
}

/// Appends `entry` to the log, in the transaction of the act.
///
/// # Errors
/// When it cannot be stored; the act then must not happen either.
pub async fn record(work: &mut Work, entry: Entry) -> Result<AuditId, StorageError> {
    let id: AuditId = work.mint();
    let mut salt = [0; 16];
    work.fill_random(&mut salt);
    let private = entry.private.map(|content| content.to_string());
    let private_hash = private.as_deref().map(|content| private_hash(&salt, content));
    let details = match &work.actor {
        Actor::Job(name) => with_job(entry.details, name),
        Actor::Anonymous | Actor::SignedIn(_) | Actor::Operator => entry.details,
    };
    let row = store::AuditRow {
        id,
        at: work.now,
        actor_kind: work.actor.kind().to_owned(),
        actor: work.actor.account(),
        action: entry.action.as_str().to_owned(),
        title: entry.title,
        subject: entry.subject,
        clause: entry.clause.as_ref().map(|(clause, _)| clause.clone()),
        clause_version: entry.clause.map(|(_, version)| version),
        details: details.to_string(),
        private_hash,
    };
    store::insert(&mut work.tx, &row).await?;
    if let Some(content) = private {
        store::insert_private(&mut work.tx, id, &salt, &content).await?;
    }
    Ok(id)
}

fn with_job(mut details: Value, name: &str) -> Value {
    if let Value::Object(members) = &mut details {
        members.insert("job".into(), name.into());
    }
    details
}

pub(super) fn private_hash(salt: &[u8], content: &str) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(content.as_bytes()).finalize().to_vec()
}
