//! Banning many subscribers in one act, and undoing it.

use std::time::Duration;

use serde_json::json;

use super::ban::tell;
use super::second_person::{Hands, WhySecond, count_act};
use crate::accounts;
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::bans::{self, Batch, Fate, ImposeError, NewBan, Privileges};
use crate::idempotency::{self, Earlier, Request};
use crate::kernel::{Actor, BatchId, ClauseId, Role, Scope, SignedIn, SubscriberId, Timestamp};
use crate::notifications::{self, About};
use crate::storage::{StorageError, Tx};
use crate::titles::{self, CitedClause};

const CAPPED_FOR: Duration = Duration::from_secs(600);

/// The bans to make, in the clause's title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkForm {
    /// Whom.
    pub subscribers: Vec<SubscriberId>,
    /// The clause broken.
    pub clause: ClauseId,
    /// What is withdrawn.
    pub privileges: Privileges,
    /// Until when; nothing for good.
    pub until: Option<Timestamp>,
    /// Whether only to say what would come of it.
    pub is_dry_run: bool,
}

/// What came of it, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// How many persons are banned.
    pub affected: i64,
    /// How many are not: staff, whoever asks, and those banned at least so already.
    pub protected: i64,
    /// The act, for undoing it; nothing when nothing was done.
    pub batch: Option<BatchId>,
}

impl Bulk {
    const fn of(batch: &Batch) -> Self {
        Self { affected: batch.affected_count, protected: batch.protected_count, batch: Some(batch.id) }
    }
}

/// Why many are not banned, or stay banned.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// There is no such act.
    #[error("there is no such act")]
    NotFound,
    /// The person does not edit the clause's title.
    #[error("only an editor of the title may ban many at once")]
    Forbidden,
    /// Fields that cannot be, each with the code of what is wrong.
    #[error("not a ban: {0:?}")]
    Invalid(Vec<(&'static str, &'static str)>),
    /// More than may be banned so in ten minutes.
    #[error("more than may be banned at once in ten minutes")]
    TooMany {
        /// How many still may.
        left: i64,
    },
    /// The act was undone already.
    #[error("the act was undone already")]
    AlreadyUndone,
    /// A second person has to approve it.
    #[error("a second person is needed")]
    SecondPersonNeeded(WhySecond),
    /// The key came with another request.
    #[error("the idempotency key came with another request")]
    KeyMismatch,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Bans many subscribers at once, each as by a ban of its own. A dry run changes nothing and is not capped.
///
/// # Errors
/// The first reason why not, in the order of [`BulkError`] after a repeated key; nobody is banned then.
pub async fn bulk_ban(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    form: &BulkForm,
) -> Result<Bulk, BulkError> {
    let mut work = begin(app, person.clone().into(), form.is_dry_run).await?;
    let bulk = bulk_ban_in(app, &mut work, person, (request, Hands::One), form).await?;
    finish(work, form.is_dry_run).await?;
    Ok(bulk)
}

/// The same within `work`, which its caller commits.
///
/// # Errors
/// As for [`bulk_ban`].
pub async fn bulk_ban_in(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    (request, hands): (Option<&Request>, Hands),
    form: &BulkForm,
) -> Result<Bulk, BulkError> {
    if let Some(batch) = replayed(work, person, request).await? {
        return Ok(Bulk::of(&batch));
    }
    let person = &accounts::renewed(&mut work.tx, person).await?;
    if person.roles.highest() < Role::Editor {
        return Err(BulkError::Forbidden);
    }
    let clause = checked(work, form).await?;
    if person.roles.within(&clause.title) < Role::Editor {
        return Err(BulkError::Forbidden);
    }
    // The same request may have been on its way twice, and the role may have been taken, while we waited for the lock.
    if !form.is_dry_run {
        bans::lock_title(&mut work.tx, &clause.title).await?;
        if let Some(batch) = replayed(work, person, request).await? {
            return Ok(Bulk::of(&batch));
        }
        if accounts::renewed(&mut work.tx, person).await?.roles.within(&clause.title) < Role::Editor {
            return Err(BulkError::Forbidden);
        }
    }
    let bulk = ban_all(app, work, form, clause, Some((person, hands))).await?;
    if let (Some(request), Some(batch)) = (request, bulk.batch)
        && !idempotency::remember(work, person.account, request, "bulk-banned", batch).await?
    {
        return Err(BulkError::KeyMismatch);
    }
    Ok(bulk)
}

/// The same for whoever runs the installation.
///
/// # Errors
/// The first reason why not; the operator is never `Forbidden`.
pub async fn bulk_ban_by_operator(app: &App, form: &BulkForm) -> Result<Bulk, BulkError> {
    let mut work = begin(app, Actor::Operator, form.is_dry_run).await?;
    let clause = checked(&mut work, form).await?;
    let bulk = ban_all(app, &mut work, form, clause, None).await?;
    finish(work, form.is_dry_run).await?;
    Ok(bulk)
}

async fn begin(app: &App, actor: Actor, is_dry_run: bool) -> Result<Work, StorageError> {
    if is_dry_run { app.read(actor).await } else { app.write(actor).await }
}

async fn finish(work: Work, is_dry_run: bool) -> Result<(), StorageError> {
    if is_dry_run { Ok(()) } else { work.commit().await }
}

async fn replayed(work: &mut Work, person: &SignedIn, request: Option<&Request>) -> Result<Option<Batch>, BulkError> {
    let Some(request) = request else { return Ok(None) };
    match idempotency::find(&mut work.tx, person.account, request).await? {
        None => Ok(None),
        Some(Earlier::Other) => Err(BulkError::KeyMismatch),
        Some(Earlier::Same(made)) => {
            let corrupt = || StorageError::corrupt("idempotency_keys", &made.made);
            let id: BatchId = made.made.parse().map_err(|_| corrupt())?;
            Ok(Some(bans::find_batch(&mut work.tx, id).await?.ok_or_else(corrupt)?))
        }
    }
}

async fn checked(work: &mut Work, form: &BulkForm) -> Result<CitedClause, BulkError> {
    let mut faults = Vec::new();
    if form.subscribers.is_empty() {
        faults.push(("subscribers", "missing"));
    }
    if form.privileges.is_empty() {
        faults.push(("privileges", "missing"));
    }
    if form.until.is_some_and(|until| until <= work.now) {
        faults.push(("until", "past"));
    }
    for subscriber in &form.subscribers {
        if !accounts::subscriber_exists(&mut work.tx, *subscriber).await? {
            faults.push(("subscribers", "unknown"));
            break;
        }
    }
    let clause = titles::locate_clause(&mut work.tx, &form.clause).await?;
    if clause.is_none() {
        faults.push(("clause", "unknown"));
    }
    match clause {
        Some(clause) if faults.is_empty() => Ok(clause),
        _ => Err(BulkError::Invalid(faults)),
    }
}

/// Each person once, in the order in which persons are locked.
async fn persons(tx: &mut Tx, subscribers: &[SubscriberId]) -> Result<Vec<(SubscriberId, SubscriberId)>, StorageError> {
    let mut persons = Vec::with_capacity(subscribers.len());
    for subscriber in subscribers {
        persons.push((accounts::find_person(tx, *subscriber).await?.unwrap_or(*subscriber), *subscriber));
    }
    persons.sort_unstable();
    persons.dedup_by_key(|(person, _)| *person);
    Ok(persons)
}

/// Bans them; `by` is the person whose act is counted, nobody when the operator does it.
async fn ban_all(
    app: &App,
    work: &mut Work,
    form: &BulkForm,
    clause: CitedClause,
    by: Option<(&SignedIn, Hands)>,
) -> Result<Bulk, BulkError> {
    if !form.is_dry_run {
        bans::lock_title(&mut work.tx, &clause.title).await?;
    }
    let scope = Scope::Title(clause.title.clone());
    let mut affected = Vec::new();
    let mut protected = 0;
    for (_, subscriber) in persons(&mut work.tx, &form.subscribers).await? {
        if !form.is_dry_run {
            accounts::lock_subscriber(&mut work.tx, subscriber).await?;
        }
        if is_protected(work, subscriber, form, &scope).await? { protected += 1 } else { affected.push(subscriber) }
    }
    let affected_count = i64::try_from(affected.len()).unwrap_or(i64::MAX);
    if form.is_dry_run {
        return Ok(Bulk { affected: affected_count, protected, batch: None });
    }
    let since = work.now.minus(CAPPED_FOR);
    let recent = bans::count_bans_in_batches(&mut work.tx, &clause.title, since).await?;
    let left = i64::from(app.settings.bans.bulk_per_10_minutes) - recent;
    if affected_count > left {
        return Err(BulkError::TooMany { left: left.max(0) });
    }
    if let Some((person, hands)) = by
        && let Some(why) = count_act(app, work, person, hands, Some(WhySecond::Bulk)).await?
    {
        return Err(BulkError::SecondPersonNeeded(why));
    }
    let batch = Batch {
        id: work.mint(),
        title: clause.title.clone(),
        clause: clause.id.clone(),
        made_by: work.actor.account(),
        affected_count,
        protected_count: protected,
        created_at: work.now,
        undone_at: None,
    };
    bans::insert_batch(&mut work.tx, &batch).await?;
    let details = json!({ "affected": affected_count, "protected": protected });
    let entry = Entry::new(Action::BatchMade, batch.id)
        .within(&clause.title)
        .citing(&clause.id, clause.version)
        .details(details);
    audit::record(work, entry).await?;
    for subscriber in affected {
        impose(work, form, &clause, (subscriber, batch.id)).await?;
    }
    Ok(Bulk { affected: affected_count, protected, batch: Some(batch.id) })
}

async fn is_protected(
    work: &mut Work,
    subscriber: SubscriberId,
    form: &BulkForm,
    scope: &Scope,
) -> Result<bool, StorageError> {
    if accounts::is_staff_within(&mut work.tx, subscriber, scope).await? {
        return Ok(true);
    }
    let in_force = bans::in_force(&mut work.tx, subscriber, work.now).await?;
    Ok(in_force.iter().any(|ban| ban.includes(form.privileges, scope, form.until, work.now)))
}

async fn impose(
    work: &mut Work,
    form: &BulkForm,
    clause: &CitedClause,
    (subscriber, batch): (SubscriberId, BatchId),
) -> Result<(), BulkError> {
    let new = NewBan {
        subscriber,
        scope: Scope::Title(clause.title.clone()),
        privileges: form.privileges,
        clause: clause.clone(),
        until: form.until,
        evidence: Vec::new(),
        note: None,
        comments: Fate::Keep,
        departs_from: None,
        batch: Some(batch),
    };
    let ban = bans::impose(work, new).await.map_err(|error| match error {
        ImposeError::IsStaff => BulkError::Invalid(vec![("subscribers", "is_staff")]),
        ImposeError::Storage(error) => BulkError::Storage(error),
    })?;
    Ok(tell(work, &clause.title, &ban).await?)
}

/// Lifts exactly the bans of the act `id` that are still in force; answers how many.
///
/// # Errors
/// When there is no such act, it is not this person's to undo, or was undone.
pub async fn undo_bulk(app: &App, person: &SignedIn, id: BatchId) -> Result<i64, BulkError> {
    let mut work = app.write(person.clone()).await?;
    let person = accounts::renewed(&mut work.tx, person).await?;
    if person.roles.highest() < Role::Editor {
        return Err(BulkError::Forbidden);
    }
    let batch = bans::find_batch(&mut work.tx, id).await?.ok_or(BulkError::NotFound)?;
    if person.roles.within(&batch.title) < Role::Editor {
        return Err(BulkError::Forbidden);
    }
    let lifted = lift_all(&mut work, &batch).await?;
    work.commit().await?;
    Ok(lifted)
}

/// The same for whoever runs the installation.
///
/// # Errors
/// When there is no such act, or it was undone.
pub async fn undo_bulk_by_operator(app: &App, id: BatchId) -> Result<i64, BulkError> {
    let mut work = app.write(Actor::Operator).await?;
    let batch = bans::find_batch(&mut work.tx, id).await?.ok_or(BulkError::NotFound)?;
    let lifted = lift_all(&mut work, &batch).await?;
    work.commit().await?;
    Ok(lifted)
}

async fn lift_all(work: &mut Work, batch: &Batch) -> Result<i64, BulkError> {
    bans::lock_title(&mut work.tx, &batch.title).await?;
    let by = work.actor.account();
    if !bans::set_batch_undone(&mut work.tx, batch.id, by, work.now).await? {
        return Err(BulkError::AlreadyUndone);
    }
    let made = bans::list_batch(&mut work.tx, batch.id).await?;
    let subscribers: Vec<SubscriberId> = made.iter().map(|ban| ban.subscriber).collect();
    for (_, subscriber) in persons(&mut work.tx, &subscribers).await? {
        accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    }
    let mut lifted = 0;
    let reason = format!("undone with {}", batch.id);
    for ban in made {
        match bans::lift(work, ban.id, &reason).await {
            Ok(_) => lifted += 1,
            // Lifted one by one meanwhile, or over.
            Err(bans::LiftError::NotInForce | bans::LiftError::NotFound) => continue,
            Err(bans::LiftError::Storage(error)) => return Err(error.into()),
        }
        notifications::take_back(work, About::Ban(ban.id)).await?;
    }
    let entry = Entry::new(Action::BatchUndone, batch.id).within(&batch.title).details(json!({ "lifted": lifted }));
    audit::record(work, entry).await?;
    Ok(lifted)
}
