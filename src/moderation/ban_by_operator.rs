//! Banning a subscriber from the command line, and lifting bans.

use super::ban::{BanError, BanForm, checked, tell};
use crate::accounts;
use crate::app::App;
use crate::bans::{self, Ban, Fate, ImposeError, LiftError, NewBan};
use crate::kernel::{Actor, BanId, Scope, SubscriberId};
use crate::notifications::{self, About};
use crate::titles;

/// Bans a subscriber, as whoever runs the installation may in every title, and tells each of their accounts why.
///
/// # Errors
/// The first reason why not; the operator is never `Forbidden`.
pub async fn ban_by_operator(app: &App, subscriber: SubscriberId, form: BanForm) -> Result<Ban, BanError> {
    let mut work = app.write(Actor::Operator).await?;
    if !accounts::subscriber_exists(&mut work.tx, subscriber).await? {
        return Err(BanError::NotFound);
    }
    let clause = titles::locate_clause(&mut work.tx, &form.clause).await?;
    let mut faults = Vec::new();
    // A decision on a comment is somebody's, and the operator is no account.
    if form.comments != Fate::Keep {
        faults.push(("comments", "not_a_choice"));
    }
    if clause.is_none() {
        faults.push(("clause", "unknown"));
    }
    if let Some(title) = form.scope.as_ref().and_then(Scope::title)
        && titles::find(&mut work.tx, title).await?.is_none()
    {
        faults.push(("title", "unknown"));
    }
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    let evidence = checked(&mut work, &form, faults, |_| true).await?;
    // Without a clause the form was refused above.
    let Some(clause) = clause else { return Err(BanError::Invalid(vec![("clause", "unknown")])) };
    let scope = form.scope.clone().unwrap_or_else(|| Scope::Title(clause.title.clone()));
    let title = clause.title.clone();
    let new = NewBan {
        subscriber,
        scope,
        privileges: form.privileges,
        clause,
        until: form.until,
        evidence,
        note: form.note,
        comments: form.comments,
        departs_from: None,
        batch: None,
    };
    let ban = bans::impose(&mut work, new).await.map_err(|error| match error {
        ImposeError::IsStaff => BanError::IsStaff,
        ImposeError::Storage(error) => BanError::Storage(error),
    })?;
    tell(&mut work, &title, &ban).await?;
    work.commit().await?;
    Ok(ban)
}

/// Lifts a ban of whatever scope, and takes back what its subscriber was told.
///
/// # Errors
/// When there is no such ban, or it is over.
pub async fn lift_by_operator(app: &App, id: BanId, reason: &str) -> Result<Ban, LiftError> {
    let mut work = app.write(Actor::Operator).await?;
    let ban = bans::lift(&mut work, id, reason).await?;
    notifications::take_back(&mut work, About::Ban(id)).await?;
    work.commit().await?;
    Ok(ban)
}
