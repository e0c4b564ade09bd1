//! Bans as rows: on the list, on a subscriber's page and before one is lifted.

use super::desk::Desk;
use super::label::{count, privilege_of};
use crate::app::Work;
use crate::bans::{self, Ban};
use crate::http::pages::views::{BanRow, Evidence, Lifted};
use crate::kernel::Scope;
use crate::storage::StorageError;

/// `bans` as rows, in the order given.
pub(super) async fn rows(desk: &mut Desk<'_>, work: &mut Work, bans: Vec<Ban>) -> Result<Vec<BanRow>, StorageError> {
    let mut rows = Vec::with_capacity(bans.len());
    for ban in bans {
        rows.push(row(desk, work, ban).await?);
    }
    Ok(rows)
}

/// `ban` as a row. Note and evidence are for those who moderate where the clause comes from.
pub(super) async fn row(desk: &mut Desk<'_>, work: &mut Work, ban: Ban) -> Result<BanRow, StorageError> {
    let at = desk.title(work, &ban.clause_title).await?;
    let is_inside = desk.person.roles.is_staff_in(&ban.clause_title);
    let is_in_force = ban.is_in_force(work.now);
    let lifted = match ban.lifted_at {
        Some(lifted_at) => Some(Lifted {
            by: desk.name(work, ban.lifted_by).await?,
            at: at.moments.moment(lifted_at),
            reason: ban.lift_reason.clone().unwrap_or_default(),
        }),
        None => None,
    };
    Ok(BanRow {
        id: ban.id.to_string(),
        subscriber: ban.subscriber.to_string(),
        names: desk.accounts(work, ban.subscriber).await?.into_iter().map(|account| account.name).collect(),
        privileges: ban.privileges.iter().map(privilege_of).collect(),
        clause: desk.clause(work, &ban.clause_title, &ban.clause, ban.clause_version).await?,
        title_name: place(desk, work, &ban.scope).await?,
        since: at.moments.moment(ban.created_at),
        until: ban.until.map(|until| at.moments.moment(until)),
        by: desk.name(work, ban.banned_by).await?,
        evidence: if is_inside { evidence(work, &ban).await? } else { Vec::new() },
        is_in_force,
        removed_count: count(ban.removed_comment_count),
        lifted,
        may_lift: is_in_force && may_lift(desk, &ban),
        note: if is_inside { ban.note.unwrap_or_default() } else { String::new() },
    })
}

/// The name of the title where a ban holds; nothing when it holds everywhere.
pub(super) async fn place(desk: &mut Desk<'_>, work: &mut Work, scope: &Scope) -> Result<Option<String>, StorageError> {
    match scope {
        Scope::All => Ok(None),
        Scope::Title(title) => Ok(Some(desk.title(work, title).await?.title.name.clone())),
    }
}

async fn evidence(work: &mut Work, ban: &Ban) -> Result<Vec<Evidence>, StorageError> {
    let kept = bans::list_evidence(&mut work.tx, ban.id).await?;
    Ok(kept.into_iter().map(|kept| Evidence { comment: kept.comment.to_string(), text: kept.body }).collect())
}

/// Whether the button is offered; lifting asks again.
fn may_lift(desk: &Desk<'_>, ban: &Ban) -> bool {
    let roles = &desk.person.roles;
    let may = match &ban.scope {
        Scope::All => roles.is_admin(),
        Scope::Title(title) => roles.is_staff_in(title),
    };
    may && ban.subscriber != desk.person.subscriber
}
