//! Reminding or warning a subscriber.

use super::ban::{BanError, check_ban};
use crate::accounts;
use crate::app::{App, Work};
use crate::bans::{self, NewWarning, WarnError, Warning, WarningKind};
use crate::idempotency::{self, Earlier, Request};
use crate::kernel::{ClauseId, SignedIn, SubscriberId, WarningId};
use crate::notifications::{self, Kind, Restriction, Statement};
use crate::storage::StorageError;
use crate::titles;

/// The warning to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarnForm {
    /// The clause broken.
    pub clause: ClauseId,
    /// Reminder or warning.
    pub kind: WarningKind,
    /// A note for the other moderators.
    pub note: Option<String>,
}

/// Reminds or warns a subscriber in the clause's title, and tells each account of the person.
///
/// # Errors
/// As for a ban.
pub async fn warn_subscriber(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    subscriber: SubscriberId,
    form: WarnForm,
) -> Result<Warning, BanError> {
    let mut work = app.write(person.clone()).await?;
    check_ban(&mut work.tx, person, subscriber).await?;
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    if let Some(warning) = replayed(&mut work, person, request).await? {
        return Ok(warning);
    }
    let person = &accounts::renewed(&mut work.tx, person).await?;
    check_ban(&mut work.tx, person, subscriber).await?;
    let Some(clause) = titles::locate_clause(&mut work.tx, &form.clause).await? else {
        return Err(BanError::Invalid(vec![("clause", "unknown")]));
    };
    if !person.roles.is_staff_in(&clause.title) {
        return Err(BanError::Forbidden);
    }
    let new = NewWarning { subscriber, kind: form.kind, clause, note: form.note, by: person.account };
    let warning = bans::warn(&mut work, new).await.map_err(|error| match error {
        WarnError::IsStaff => BanError::IsStaff,
        WarnError::Storage(error) => BanError::Storage(error),
    })?;
    tell(&mut work, &warning).await?;
    if let Some(request) = request
        && !idempotency::remember(&mut work, person.account, request, "warned", warning.id).await?
    {
        return Err(BanError::KeyMismatch);
    }
    work.commit().await?;
    Ok(warning)
}

async fn replayed(work: &mut Work, person: &SignedIn, request: Option<&Request>) -> Result<Option<Warning>, BanError> {
    let Some(request) = request else { return Ok(None) };
    match idempotency::find(&mut work.tx, person.account, request).await? {
        None => Ok(None),
        Some(Earlier::Other) => Err(BanError::KeyMismatch),
        Some(Earlier::Same(made)) => {
            let corrupt = || StorageError::corrupt("idempotency_keys", &made.made);
            let id: WarningId = made.made.parse().map_err(|_| corrupt())?;
            Ok(Some(bans::find_warning(&mut work.tx, id).await?.ok_or_else(corrupt)?))
        }
    }
}

async fn tell(work: &mut Work, warning: &Warning) -> Result<(), StorageError> {
    for account in super::ban::told(work, warning.subscriber).await? {
        let statement = Statement {
            id: work.mint(),
            title: warning.title.clone(),
            account,
            kind: match warning.kind {
                WarningKind::Reminder => Kind::Reminded,
                WarningKind::Warning => Kind::Warned,
            },
            comment: None,
            decision: None,
            ban: None,
            clause: Some((warning.clause.clone(), warning.clause_version)),
            is_automatic: false,
            restriction: Restriction { warning: Some(warning.id), ..Restriction::default() },
            created_at: work.now,
            taken_back_at: None,
        };
        notifications::restrict(work, &statement).await?;
    }
    Ok(())
}

/// Acknowledges a warning of one's own.
///
/// # Errors
/// When there is none of one's own.
pub async fn acknowledge(app: &App, person: &SignedIn, id: WarningId) -> Result<Warning, bans::AcknowledgeError> {
    let mut work = app.write(person.clone()).await?;
    let warning = bans::acknowledge(&mut work, person, id).await?;
    work.commit().await?;
    Ok(warning)
}
