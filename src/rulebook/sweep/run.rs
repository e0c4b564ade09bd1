//! Holding what a sweep catches.

use serde_json::json;

use super::examine::{Caught, examine, is_decided};
use super::{Sweep, SweepError, SweepForm, store};
use crate::accounts;
use crate::app::App;
use crate::audit::{self, Entry};
use crate::comments::{self, Status};
use crate::kernel::{Actor, SweepId};
use crate::moderation::{self, Hands};
use crate::rulebook::publication::may_edit;
use crate::storage::StorageError;

/// What a sweep came to.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The sweep, as it is kept.
    pub sweep: Sweep,
    /// How many comments were judged.
    pub examined: u64,
    /// How many were left to what a moderator decided.
    pub decided: u64,
}

/// Holds every comment that [`examine`] would name now, one transaction each: readers and writers pass in between, and
/// what was held before a failure is kept with the sweep, to be undone like the rest. `progress` is told how many of how
/// many are done.
///
/// # Errors
/// When there is nothing to judge by, or the database fails.
pub async fn sweep(
    app: &App,
    actor: impl Into<Actor>,
    form: &SweepForm,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Swept, SweepError> {
    sweep_with(app, actor, form, Hands::One, progress).await
}

/// The same when a second person may stand behind it.
///
/// # Errors
/// As for [`sweep`].
pub async fn sweep_with(
    app: &App,
    actor: impl Into<Actor>,
    form: &SweepForm,
    hands: Hands,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Swept, SweepError> {
    let actor = actor.into();
    let found = examine(app, actor.clone(), form).await?;
    let mut work = app.write(actor.clone()).await?;
    if !may_edit(&mut work.tx, &work.actor, &form.title).await? {
        return Err(SweepError::Forbidden);
    }
    if let Some(person) = actor.signed_in()
        && let Some(why) = moderation::count_act(app, &mut work, person, hands, None).await?
    {
        return Err(SweepError::SecondPersonNeeded(why));
    }
    let mut sweep = Sweep {
        id: work.mint(),
        title: form.title.clone(),
        since: form.since,
        rules: form.rules.clone(),
        swept_by: work.actor.account(),
        swept_at: work.now,
        undone_at: None,
        held_count: 0,
    };
    store::insert(&mut work.tx, &sweep).await?;
    let details = json!({ "since": form.since, "rules": form.rules, "caught": found.caught.len() });
    let entry = Entry::new(audit::Action::SweepMade, sweep.id).within(&form.title).details(details);
    audit::record(&mut work, entry).await?;
    work.commit().await?;
    let count = found.caught.len();
    for (done, caught) in found.caught.iter().enumerate() {
        progress(done, count);
        sweep.held_count += i64::from(hold(app, &actor, sweep.id, caught).await?);
    }
    progress(count, count);
    Ok(Swept { sweep, examined: found.examined, decided: found.decided })
}

/// Holds one comment, unless it moved or was decided meanwhile; answers whether it did.
async fn hold(app: &App, actor: &Actor, sweep: SweepId, caught: &Caught) -> Result<bool, StorageError> {
    let seen = &caught.comment;
    let mut work = app.write(actor.clone()).await?;
    accounts::lock_subscriber(&mut work.tx, seen.subscriber).await?;
    comments::lock(&mut work.tx, seen.id, seen.parent).await?;
    let comment = comments::find(&mut work.tx, seen.id).await?;
    let same = |comment: &comments::Comment| comment.status == Status::Published && comment.body == seen.body;
    let Some(comment) = comment.filter(same) else { return Ok(false) };
    let acts = moderation::acts_on(&mut work.tx, &[comment.id]).await?;
    if is_decided(&comment, acts.last().map(|(_, _, at)| at)) {
        return Ok(false);
    }
    let held = comments::hold(&mut work, &comment, &caught.facts, &caught.verdict).await?;
    store::insert_hold(&mut work.tx, sweep, held.id, held.revision, comment.verdict).await?;
    work.commit().await?;
    Ok(true)
}
