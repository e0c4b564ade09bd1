//! Reminders and warnings: what comes before a ban.

use serde_json::json;

use super::store::warnings as store;
use crate::accounts;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, ClauseId, Scope, SignedIn, SubscriberId, Timestamp, TitleId, WarningId};
use crate::storage::StorageError;
use crate::titles::CitedClause;

/// How much of a warning it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// Only says which clause was broken.
    Reminder,
    /// Has to be acknowledged before the next comment.
    Warning,
}

impl WarningKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Reminder, Self::Warning];

    /// The kind as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Warning => "warning",
        }
    }

    /// Reads a kind as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A reminder or a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its id.
    pub id: WarningId,
    /// Who is warned.
    pub subscriber: SubscriberId,
    /// Where it holds: the clause's title.
    pub title: TitleId,
    /// Which of the two.
    pub kind: WarningKind,
    /// The clause broken.
    pub clause: ClauseId,
    /// In which version of the house rules.
    pub clause_version: i64,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// Who warned.
    pub warned_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// When it was acknowledged, if it was.
    pub acknowledged_at: Option<Timestamp>,
}

impl Warning {
    /// Whether it closes commenting in `title` until it is acknowledged.
    #[must_use]
    pub fn closes(&self, title: &TitleId) -> bool {
        self.kind == WarningKind::Warning && self.acknowledged_at.is_none() && self.title == *title
    }
}

/// The warning to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWarning {
    /// Who is warned.
    pub subscriber: SubscriberId,
    /// Reminder or warning.
    pub kind: WarningKind,
    /// The clause broken.
    pub clause: CitedClause,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// Who warns.
    pub by: AccountId,
}

/// Why nobody is warned.
#[derive(Debug, thiserror::Error)]
pub enum WarnError {
    /// The subscriber works for the paper there.
    #[error("staff cannot be warned while they hold a role")]
    IsStaff,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reminds or warns a subscriber.
///
/// # Errors
/// When the subscriber is staff of the clause's title.
pub async fn warn(work: &mut Work, new: NewWarning) -> Result<Warning, WarnError> {
    accounts::lock_subscriber(&mut work.tx, new.subscriber).await?;
    let scope = Scope::Title(new.clause.title.clone());
    if accounts::is_staff_within(&mut work.tx, new.subscriber, &scope).await? {
        return Err(WarnError::IsStaff);
    }
    let warning = Warning {
        id: work.mint(),
        subscriber: new.subscriber,
        title: new.clause.title,
        kind: new.kind,
        clause: new.clause.id,
        clause_version: new.clause.version,
        note: new.note,
        warned_by: new.by,
        created_at: work.now,
        acknowledged_at: None,
    };
    store::insert(&mut work.tx, &warning).await?;
    let entry = Entry::new(Action::WarningMade, warning.id)
        .within(&warning.title)
        .citing(&warning.clause, warning.clause_version)
        .details(json!({ "subscriber": warning.subscriber, "kind": warning.kind.as_str() }))
        .private(json!({ "note": warning.note }));
    audit::record(work, entry).await?;
    accounts::tell_of_privileges(work, warning.subscriber).await?;
    Ok(warning)
}

/// Why a warning cannot be acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AcknowledgeError {
    /// There is no such warning of this person's.
    #[error("there is no such warning")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Acknowledges a warning of one's own, whichever of one's accounts it came to; again, it changes nothing.
///
/// # Errors
/// When there is none, or it is somebody else's.
pub async fn acknowledge(work: &mut Work, person: &SignedIn, id: WarningId) -> Result<Warning, AcknowledgeError> {
    let warning = store::find(&mut work.tx, id).await?.ok_or(AcknowledgeError::NotFound)?;
    accounts::lock_subscriber(&mut work.tx, person.subscriber).await?;
    let own = accounts::find_person(&mut work.tx, person.subscriber).await?;
    if own.is_none() || own != accounts::find_person(&mut work.tx, warning.subscriber).await? {
        return Err(AcknowledgeError::NotFound);
    }
    if store::set_acknowledged(&mut work.tx, id, person.account, work.now).await? {
        let entry = Entry::new(Action::WarningAcknowledged, id)
            .within(&warning.title)
            .citing(&warning.clause, warning.clause_version)
            .details(json!({ "subscriber": warning.subscriber }));
        audit::record(work, entry).await?;
        accounts::tell_of_privileges(work, warning.subscriber).await?;
    }
    store::find(&mut work.tx, id).await?.ok_or(AcknowledgeError::NotFound)
}
