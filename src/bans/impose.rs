//! Making a ban.

use serde_json::json;

use super::{Ban, Evidence, Fate, Privileges, store};
use crate::accounts;
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{BatchId, Scope, SubscriberId, Timestamp};
use crate::storage::StorageError;
use crate::titles::CitedClause;

/// The ban to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBan {
    /// Whom it binds.
    pub subscriber: SubscriberId,
    /// Where it holds.
    pub scope: Scope,
    /// What it withdraws: at least one privilege.
    pub privileges: Privileges,
    /// The clause broken.
    pub clause: CitedClause,
    /// Until when; nothing for good.
    pub until: Option<Timestamp>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// What happens to the comments; whoever imposes sees to it.
    pub comments: Fate,
    /// What the ladder had proposed, when the ban departs from that.
    pub departs_from: Option<serde_json::Value>,
    /// The act that it is made in with others.
    pub batch: Option<BatchId>,
}

/// Why a ban cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ImposeError {
    /// The subscriber works for the paper where the ban would hold.
    #[error("staff cannot be banned while they hold a role")]
    IsStaff,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Withdraws privileges from a subscriber.
///
/// # Errors
/// When the subscriber is staff where the ban would hold.
pub async fn impose(work: &mut Work, new: NewBan) -> Result<Ban, ImposeError> {
    accounts::lock_subscriber(&mut work.tx, new.subscriber).await?;
    if accounts::is_staff_within(&mut work.tx, new.subscriber, &new.scope).await? {
        return Err(ImposeError::IsStaff);
    }
    let ban = Ban {
        id: work.mint(),
        scope: new.scope,
        subscriber: new.subscriber,
        privileges: new.privileges,
        clause: new.clause.id,
        clause_title: new.clause.title,
        clause_version: new.clause.version,
        until: new.until,
        note: new.note,
        banned_by: work.actor.account(),
        created_at: work.now,
        lifted_at: None,
        lifted_by: None,
        lift_reason: None,
        comments: new.comments,
        removed_comment_count: 0,
        left_comment_count: 0,
        batch: new.batch,
    };
    let departs_from = new.departs_from.as_ref().map(ToString::to_string);
    store::insert(&mut work.tx, &ban, departs_from.as_deref()).await?;
    for evidence in &new.evidence {
        store::insert_evidence(&mut work.tx, ban.id, evidence).await?;
    }
    let details = json!({
        "subscriber": ban.subscriber,
        "scope": ban.scope,
        "privileges": ban.privileges.names(),
        "until": ban.until,
        "comments": ban.comments.as_str(),
        "departs_from": new.departs_from,
        "batch": ban.batch,
        "evidence": new.evidence.iter().map(|evidence| evidence.comment).collect::<Vec<_>>(),
    });
    let entry = Entry::new(Action::BanMade, ban.id)
        .within(&ban.clause_title)
        .citing(&ban.clause, ban.clause_version)
        .details(details)
        .private(json!({ "note": ban.note }));
    audit::record(work, entry).await?;
    accounts::tell_of_privileges(work, ban.subscriber).await?;
    Ok(ban)
}
