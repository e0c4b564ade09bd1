//! Knowing again who signed in.

use super::session::Lifetime;
use super::{Session, store};
use crate::app::App;
use crate::kernel::{Actor, Proof, Roles, SignedIn};
use crate::secrets::Token;
use crate::storage::StorageError;

/// Whoever a request comes from, and by which session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The person.
    pub person: SignedIn,
    /// The session, its last use as it was noted before this request.
    pub session: Session,
}

/// Who holds `token` now, with the roles of this moment; nobody when its session has ended, idled or run out.
///
/// Without the second factor that is needed, the roles are withheld. One read. That the session is in use is noted apart from it, at most every minute for staff and every ten minutes
/// for readers.
///
/// # Errors
/// When the database cannot be read.
pub async fn authenticate(app: &App, token: &Token) -> Result<Option<Authenticated>, StorageError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let now = work.now;
    let rows = store::list_session_rows(&mut work.tx, &token.hash(), now).await?;
    drop(work);
    let Some(first) = rows.first().cloned() else { return Ok(None) };
    let is_enough_for_staff = first.is_enough_for_staff(app.settings.staff.second_factor_required);
    let proven_at = first.proven_at();
    let held = Roles::new(rows.into_iter().filter_map(|row| row.scope.zip(row.role)).collect());
    // Roles that are withheld shorten the session as those in force do.
    let lifetime = Lifetime::of(&app.settings.accounts, &held);
    let proof = Proof::of(proven_at, is_enough_for_staff, &held);
    let person = SignedIn {
        account: first.account,
        subscriber: first.subscriber,
        session: first.session.id,
        name: first.name,
        is_confirmed: first.confirmed_at.is_some(),
        roles: if is_enough_for_staff { held } else { Roles::default() },
        proof,
    };
    let session = Session::from(first.session);
    if session.seen_at.until(now) >= lifetime.noted_every {
        // A session that cannot be noted is good all the same: the worst is that it idles out too early.
        if let Err(error) = note(app, &session, lifetime).await {
            tracing::warn!(%error, "the use of a session could not be noted");
        }
    }
    Ok(Some(Authenticated { person, session }))
}

async fn note(app: &App, session: &Session, lifetime: Lifetime) -> Result<(), StorageError> {
    let mut work = app.write(Actor::Anonymous).await?;
    let now = work.now;
    store::set_seen(&mut work.tx, session.id, now, now.plus(lifetime.idle_for)).await?;
    work.commit().await
}
