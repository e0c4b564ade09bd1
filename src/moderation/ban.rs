//! Banning a subscriber, and lifting a ban.

use std::time::Duration;

use serde_json::json;

use super::fate;
use super::second_person::{Hands, WhySecond, count_act};
use crate::accounts;
use crate::app::{App, Work};
use crate::bans::{self, Ban, Evidence, Fate, ImposeError, NewBan, Privileges};
use crate::comments;
use crate::idempotency::{self, Earlier, Request};
use crate::kernel::{AccountId, BanId, ClauseId, CommentId, Role, Scope, SignedIn, SubscriberId, Timestamp, TitleId};
use crate::notifications::{self, Kind, Restriction, Statement};
use crate::storage::{StorageError, Tx};
use crate::titles::{self, CitedClause};

/// The ban to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BanForm {
    /// What it withdraws.
    pub privileges: Privileges,
    /// The clause broken.
    pub clause: ClauseId,
    /// Where it holds; unless told, in the clause's title.
    pub scope: Option<Scope>,
    /// Until when; nothing for good.
    pub until: Option<Timestamp>,
    /// The comments that it rests on.
    pub evidence: Vec<CommentId>,
    /// A note for the other moderators.
    pub note: Option<String>,
    /// What happens to the subscriber's comments where the ban holds.
    pub comments: Fate,
}

/// Beyond this a ban is one for good to the two people who decide on these: a date of the next century is none.
const AS_GOOD_AS_PERMANENT: Duration = Duration::from_hours(24 * 366);

impl BanForm {
    fn is_as_good_as_permanent(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now.plus(AS_GOOD_AS_PERMANENT))
    }
}

/// Why a ban cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BanError {
    /// There is no such subscriber.
    #[error("there is no such subscriber")]
    NotFound,
    /// The person does not moderate there, or is the subscriber.
    #[error("not this person's to ban")]
    Forbidden,
    /// The subscriber works for the paper there.
    #[error("staff cannot be banned while they hold a role")]
    IsStaff,
    /// Fields that cannot be, each with the code of what is wrong.
    #[error("not a ban: {0:?}")]
    Invalid(Vec<(&'static str, &'static str)>),
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

/// Whether `person` may ban `subscriber` anywhere.
///
/// # Errors
/// `NotFound` or `Forbidden`.
pub async fn check_ban(tx: &mut Tx, person: &SignedIn, subscriber: SubscriberId) -> Result<(), BanError> {
    if !accounts::subscriber_exists(tx, subscriber).await? {
        return Err(BanError::NotFound);
    }
    if person.roles.highest() < Role::Moderator || accounts::is_one_person(tx, person.subscriber, subscriber).await? {
        return Err(BanError::Forbidden);
    }
    Ok(())
}

/// Whether `person` may lift bans of `scope`.
pub(super) fn may_lift_in(person: &SignedIn, scope: &Scope) -> bool {
    match scope {
        Scope::All => person.roles.is_admin(),
        Scope::Title(title) => person.roles.is_staff_in(title),
    }
}

/// Bans a subscriber and tells each of their accounts why.
///
/// # Errors
/// The first reason why not, in the order of [`BanError`] after a repeated key.
pub async fn make_ban(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    subscriber: SubscriberId,
    form: BanForm,
) -> Result<Ban, BanError> {
    let mut work = app.write(person.clone()).await?;
    let ban = make_ban_in(app, &mut work, person, (request, Hands::One), subscriber, form).await?;
    work.commit().await?;
    Ok(ban)
}

/// The same within `work`, which its caller commits.
///
/// # Errors
/// As for [`make_ban`].
pub async fn make_ban_in(
    app: &App,
    work: &mut Work,
    person: &SignedIn,
    (request, hands): (Option<&Request>, Hands),
    subscriber: SubscriberId,
    form: BanForm,
) -> Result<Ban, BanError> {
    if let Some(ban) = replayed(work, person, request).await? {
        return Ok(ban);
    }
    check_ban(&mut work.tx, person, subscriber).await?;
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    // The same request may have been on its way twice, and the role may have been taken, while we waited for the lock.
    if let Some(ban) = replayed(work, person, request).await? {
        return Ok(ban);
    }
    let person = &accounts::renewed(&mut work.tx, person).await?;
    check_ban(&mut work.tx, person, subscriber).await?;
    let place = placed(work, person, subscriber, Some(&form.clause), form.scope.as_ref()).await?;
    let evidence = checked(work, &form, place.faults, |title| person.roles.is_staff_in(title)).await?;
    // Without a clause or a scope the form was refused above.
    let (Some(clause), Some(scope)) = (place.clause, place.scope) else {
        return Err(BanError::Invalid(vec![("clause", "unknown")]));
    };
    let always = form.is_as_good_as_permanent(work.now).then_some(WhySecond::Permanent);
    if let Some(why) = count_act(app, work, person, hands, always).await? {
        return Err(BanError::SecondPersonNeeded(why));
    }
    let title = clause.title.clone();
    let departs_from = departure(work, subscriber, &title, &form).await?;
    let new = NewBan {
        subscriber,
        scope,
        privileges: form.privileges,
        clause,
        until: form.until,
        evidence,
        note: form.note,
        comments: form.comments,
        departs_from,
        batch: None,
    };
    let mut ban = bans::impose(work, new).await.map_err(|error| match error {
        ImposeError::IsStaff => BanError::IsStaff,
        ImposeError::Storage(error) => BanError::Storage(error),
    })?;
    (ban.removed_comment_count, ban.left_comment_count) = fate::follow(work, person, &ban).await?;
    tell(work, &title, &ban).await?;
    if let Some(request) = request
        && !idempotency::remember(work, person.account, request, "banned", ban.id).await?
    {
        return Err(BanError::KeyMismatch);
    }
    Ok(ban)
}

/// What the ladder proposes, when that is a ban and `form` asks for another one.
async fn departure(
    work: &mut Work,
    subscriber: SubscriberId,
    title: &TitleId,
    form: &BanForm,
) -> Result<Option<serde_json::Value>, StorageError> {
    let title = titles::get(&mut work.tx, title).await?;
    let rung = super::ladder::rung_in(work, subscriber, &title).await?;
    let proposed = rung.proposed.as_ref().filter(|_| rung.is_departed_from(form.privileges, form.until));
    Ok(proposed.map(
        |proposed| json!({ "step": proposed.step, "privileges": proposed.privileges.names(), "until": proposed.until }),
    ))
}

/// Whether the subscriber could be banned at all, as far as a form tells that cannot be read as a whole; answers what else
/// is wrong with what it tells, as field and code.
///
/// # Errors
/// As for [`make_ban`], as far as they do not depend on the form.
pub async fn may_ban(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    subscriber: SubscriberId,
    (clause, scope): (Option<&ClauseId>, Option<&Scope>),
) -> Result<Vec<(&'static str, &'static str)>, BanError> {
    let mut work = app.read(person.clone()).await?;
    replayed(&mut work, person, request).await?;
    check_ban(&mut work.tx, person, subscriber).await?;
    Ok(placed(&mut work, person, subscriber, clause, scope).await?.faults)
}

async fn replayed(work: &mut Work, person: &SignedIn, request: Option<&Request>) -> Result<Option<Ban>, BanError> {
    let Some(request) = request else { return Ok(None) };
    match idempotency::find(&mut work.tx, person.account, request).await? {
        None => Ok(None),
        Some(Earlier::Other) => Err(BanError::KeyMismatch),
        Some(Earlier::Same(made)) => {
            let corrupt = || StorageError::corrupt("idempotency_keys", &made.made);
            let id: BanId = made.made.parse().map_err(|_| corrupt())?;
            Ok(Some(bans::find(&mut work.tx, id).await?.ok_or_else(corrupt)?))
        }
    }
}

/// Where a ban is to hold, and under which clause, as far as the form tells.
struct Place {
    clause: Option<CitedClause>,
    scope: Option<Scope>,
    faults: Vec<(&'static str, &'static str)>,
}

/// Finds the place, if the person may ban there and the subscriber is not staff there.
async fn placed(
    work: &mut Work,
    person: &SignedIn,
    subscriber: SubscriberId,
    clause: Option<&ClauseId>,
    scope: Option<&Scope>,
) -> Result<Place, BanError> {
    let mut faults = Vec::new();
    let cited = match clause {
        Some(clause) => titles::locate_clause(&mut work.tx, clause).await?,
        None => None,
    };
    if clause.is_some() && cited.is_none() {
        faults.push(("clause", "unknown"));
    }
    let scope = scope.cloned().or_else(|| cited.as_ref().map(|clause| Scope::Title(clause.title.clone())));
    let may = match &scope {
        None => true,
        Some(Scope::All) => person.roles.is_admin(),
        Some(Scope::Title(title)) => person.roles.is_staff_in(title),
    };
    if !may || cited.as_ref().is_some_and(|clause| !person.roles.is_staff_in(&clause.title)) {
        return Err(BanError::Forbidden);
    }
    if let Some(scope) = &scope {
        if accounts::is_staff_within(&mut work.tx, subscriber, scope).await? {
            return Err(BanError::IsStaff);
        }
        if let Some(title) = scope.title()
            && titles::find(&mut work.tx, title).await?.is_none()
        {
            faults.push(("title", "unknown"));
        }
    }
    Ok(Place { clause: cited, scope, faults })
}

/// Everything that can be wrong with a ban besides `faults`, all at once; answers the evidence as it reads now.
pub(super) async fn checked(
    work: &mut Work,
    form: &BanForm,
    mut faults: Vec<(&'static str, &'static str)>,
    may_see: impl Fn(&TitleId) -> bool,
) -> Result<Vec<Evidence>, BanError> {
    if form.privileges.is_empty() {
        faults.push(("privileges", "missing"));
    }
    if form.until.is_some_and(|until| until <= work.now) {
        faults.push(("until", "past"));
    }
    let found = comments::find_many(&mut work.tx, &form.evidence).await?;
    let mut evidence: Vec<Evidence> = found
        .into_iter()
        .filter(|comment| may_see(&comment.title) && comment.status != comments::Status::Withdrawn)
        .map(|comment| Evidence { comment: comment.id, revision: comment.revision, body: comment.body })
        .collect();
    evidence.sort_by_key(|evidence| evidence.comment);
    if !form.evidence.iter().all(|id| evidence.iter().any(|evidence| evidence.comment == *id)) {
        faults.push(("evidence", "unknown"));
    }
    if faults.is_empty() { Ok(evidence) } else { Err(BanError::Invalid(faults)) }
}

/// Every account of the person of `subscriber`, each once; of a person who deleted all of them the one deleted last, since
/// whoever comes back reads what it was told.
pub(super) async fn told(work: &mut Work, subscriber: SubscriberId) -> Result<Vec<AccountId>, StorageError> {
    let accounts = accounts::list_accounts_of(&mut work.tx, subscriber).await?;
    let mut told: Vec<AccountId> = accounts.into_iter().map(|account| account.id).collect();
    if told.is_empty() {
        told.extend(accounts::find_last_deleted(&mut work.tx, subscriber).await?);
    }
    Ok(told)
}

pub(super) async fn tell(work: &mut Work, title: &TitleId, ban: &Ban) -> Result<(), StorageError> {
    for account in told(work, ban.subscriber).await? {
        let statement = Statement {
            id: work.mint(),
            title: title.clone(),
            account,
            kind: Kind::Banned,
            comment: None,
            decision: None,
            ban: Some(ban.id),
            clause: Some((ban.clause.clone(), ban.clause_version)),
            is_automatic: false,
            restriction: Restriction {
                privileges: ban.privileges.names(),
                until: ban.until,
                is_everywhere: ban.scope == Scope::All,
                removed_comment_count: ban.removed_comment_count,
                ..Restriction::default()
            },
            created_at: work.now,
            taken_back_at: None,
        };
        notifications::restrict(work, &statement).await?;
    }
    Ok(())
}

/// Why a ban cannot be lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// There is no such ban.
    #[error("there is no such ban")]
    NotFound,
    /// The person does not moderate where it holds, or is the one who is banned.
    #[error("not this person's to lift")]
    Forbidden,
    /// It is over already.
    #[error("the ban is not in force any more")]
    NotInForce,
    /// The key came with another request.
    #[error("the idempotency key came with another request")]
    KeyMismatch,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lifts a ban, with the reason why, and puts back the comments that it removed if `restore` says so. A ban that holds in every title, only an admin lifts.
///
/// # Errors
/// The first reason why not, in the order of [`LiftError`].
pub async fn lift_ban(
    app: &App,
    person: &SignedIn,
    request: Option<&Request>,
    id: BanId,
    (reason, restore): (&str, bool),
) -> Result<Ban, LiftError> {
    let mut work = app.write(person.clone()).await?;
    if let Some(ban) = bans::find(&mut work.tx, id).await? {
        accounts::lock_subscriber(&mut work.tx, ban.subscriber).await?;
    }
    let person = &accounts::renewed(&mut work.tx, person).await?;
    if let Some(ban) = liftable(&mut work, person, request, id).await? {
        return Ok(ban);
    }
    let ban = bans::lift(&mut work, id, reason).await.map_err(|error| match error {
        bans::LiftError::NotFound => LiftError::NotFound,
        bans::LiftError::NotInForce => LiftError::NotInForce,
        bans::LiftError::Storage(error) => LiftError::Storage(error),
    })?;
    if restore {
        fate::put_back(&mut work, &ban).await?;
    }
    notifications::take_back(&mut work, notifications::About::Ban(id)).await?;
    if let Some(request) = request
        && !idempotency::remember(&mut work, person.account, request, "lifted", id).await?
    {
        return Err(LiftError::KeyMismatch);
    }
    work.commit().await?;
    Ok(ban)
}

/// Whether the ban could be lifted at all, whatever the reason: asked when the rest of a form cannot be read.
///
/// # Errors
/// As for [`lift_ban`], as far as they do not depend on the form.
pub async fn may_lift(app: &App, person: &SignedIn, request: Option<&Request>, id: BanId) -> Result<(), LiftError> {
    let mut work = app.read(person.clone()).await?;
    liftable(&mut work, person, request, id).await.map(|_| ())
}

/// Nothing when the person may lift the ban; the ban itself when the same request lifted it before.
async fn liftable(
    work: &mut Work,
    person: &SignedIn,
    request: Option<&Request>,
    id: BanId,
) -> Result<Option<Ban>, LiftError> {
    if let Some(request) = request {
        match idempotency::find(&mut work.tx, person.account, request).await? {
            None => {}
            Some(Earlier::Other) => return Err(LiftError::KeyMismatch),
            Some(Earlier::Same(_)) => return Ok(bans::find(&mut work.tx, id).await?),
        }
    }
    let ban = bans::find(&mut work.tx, id).await?.ok_or(LiftError::NotFound)?;
    let is_own = accounts::is_one_person(&mut work.tx, person.subscriber, ban.subscriber).await?;
    if is_own || !may_lift_in(person, &ban.scope) {
        return Err(LiftError::Forbidden);
    }
    if ban.is_in_force(work.now) { Ok(None) } else { Err(LiftError::NotInForce) }
}
