//! Driving a backtest on, from wherever it stands to the end or until there is no more time.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::lab::{Case, Lab};
use super::report::{Report, bucket_millis};
use super::request::{RequestError, titles_of};
use super::store;
use super::tally::{Cursor, Ruling, Tally};
use super::{Backtest, State};
use crate::app::App;
use crate::comments;
use crate::kernel::{Actor, BacktestId, CommentId, Id as _, Timestamp, TitleId};
use crate::moderation::{self, Action};
use crate::rulebook::rule_set::{RuleSetError, read_rule_set};
use crate::rules::{BookFault, Rule, rule_file};
use crate::storage::StorageError;

/// How long nobody else works on it after the tally was last kept.
pub(super) const LEASE: Duration = Duration::from_secs(15);

/// How often the tally is kept.
const KEEP_EVERY: Duration = Duration::from_secs(3);

/// How many comments are read at a time: two such parts are in memory, whatever the history.
const PART: usize = 4_096;

/// How long a job drives before others have their turn.
const TURN: Duration = Duration::from_secs(2);

const ACTOR: Actor = Actor::Job("backtest");

/// Where a backtest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Comments judged.
    pub examined: u64,
    /// Comments to judge.
    pub total: u64,
}

/// What came of driving.
#[derive(Clone, Debug)]
pub enum Driven {
    /// It is at its end.
    Done(Box<Report>),
    /// There is more to do, for whoever comes next.
    Paused,
    /// Somebody else works on it.
    Busy,
    /// Somebody stopped it.
    Cancelled,
}

/// Why a backtest cannot be driven on.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// There is no such backtest.
    #[error("there is no such backtest")]
    NotFound,
    /// It cannot be done, for the reason given; what it says is kept with it.
    #[error("{0}")]
    Failed(String),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<RuleSetError> for DriveError {
    fn from(error: RuleSetError) -> Self {
        match error {
            RuleSetError::Storage(error) => Self::Storage(error),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<BookFault> for DriveError {
    fn from(fault: BookFault) -> Self {
        Self::Failed(fault.to_string())
    }
}

/// Drives `id` on with the lease `lease` on so many threads, until its end or until `stop` is true.
///
/// # Errors
/// When there is none, it cannot be done, or the database fails: what was kept stays, and somebody else may go on.
pub async fn drive(
    app: &App,
    id: BacktestId,
    lease: Uuid,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Driven, DriveError> {
    let mut work = app.write(ACTOR).await?;
    let is_ours = store::take(&mut work.tx, id, lease, work.now.plus(LEASE), work.now).await?
        || store::keep_lease(&mut work.tx, id, lease, work.now.plus(LEASE)).await?;
    let backtest = store::find(&mut work.tx, id).await?.ok_or(DriveError::NotFound)?;
    work.commit().await?;
    match (backtest.state, backtest.report.clone(), backtest.failure.clone()) {
        (State::Done, Some(report), _) => return Ok(Driven::Done(Box::new(report))),
        (State::Failed, _, failure) => return Err(DriveError::Failed(failure.unwrap_or_default())),
        (State::Cancelled, ..) => return Ok(Driven::Cancelled),
        (State::Open, ..) if !is_ours => return Ok(Driven::Busy),
        _ => {}
    }
    match run(app, backtest, lease, threads, stop, progress).await {
        Err(DriveError::Failed(failure)) => {
            let mut work = app.write(ACTOR).await?;
            store::finish(&mut work.tx, id, lease, Err(&failure), work.now).await?;
            work.commit().await?;
            Err(DriveError::Failed(failure))
        }
        other => other,
    }
}

/// Drives one waiting backtest for a moment; answers how many that were: a job calls it again then.
///
/// # Errors
/// When the database fails.
pub async fn drive_waiting(app: &App) -> Result<u64, StorageError> {
    let mut work = app.read(ACTOR).await?;
    let Some(id) = store::find_waiting(&mut work.tx, work.now).await? else { return Ok(0) };
    let lease = work.mint::<BacktestId>().uuid();
    drop(work);
    let stop = Arc::new(AtomicBool::new(false));
    let ringing = Arc::clone(&stop);
    let alarm = tokio::spawn(async move {
        tokio::time::sleep(TURN).await;
        ringing.store(true, Ordering::Relaxed);
    });
    // One thread: readers and subscribers come first.
    let driven = drive(app, id, lease, NonZeroUsize::MIN, &stop, &mut |_| {}).await;
    alarm.abort();
    match driven {
        Ok(_) => Ok(1),
        Err(DriveError::Storage(error)) => Err(error),
        Err(error) => {
            tracing::warn!(backtest = %id, %error, "a backtest cannot be done");
            Ok(1)
        }
    }
}

/// Everything that one drive works with.
struct Course<'a> {
    app: &'a App,
    backtest: Backtest,
    lease: Uuid,
    drafts: Vec<Rule>,
    labs: Vec<Arc<Lab>>,
    tally: Tally,
    /// Time spent before this drive.
    spent_millis: u64,
    began: Instant,
    kept: Instant,
}

/// Part of a title's history, with the lab that judges it.
struct Part {
    lab: Arc<Lab>,
    cases: Vec<Case>,
    /// Where the next part begins; nothing at the end.
    next: Option<Cursor>,
}

async fn run(
    app: &App,
    backtest: Backtest,
    lease: Uuid,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Driven, DriveError> {
    let mut course = Course::begin(app, backtest, lease).await?;
    let total = course.backtest.total;
    progress(Progress { examined: course.tally.examined, total });
    let mut coming = course.read_next(course.tally.cursor.clone());
    while let Some(reading) = coming.take() {
        let part = reading.await.map_err(|error| DriveError::Failed(error.to_string()))??;
        // The next part is read while this one is judged.
        coming = part.next.clone().and_then(|next| course.read_next(Some(next)));
        course.judge(part, threads).await?;
        let examined = course.tally.examined;
        progress(Progress { examined, total: total.max(examined) });
        let is_over = coming.is_none();
        let is_stopped = stop.load(Ordering::Relaxed) && !is_over;
        if is_stopped || (course.kept.elapsed() >= KEEP_EVERY && !is_over) {
            if !course.keep(is_stopped).await? {
                return Ok(Driven::Busy);
            }
            if is_stopped {
                return Ok(Driven::Paused);
            }
        }
    }
    course.finish().await
}

impl<'a> Course<'a> {
    async fn begin(app: &'a App, mut backtest: Backtest, lease: Uuid) -> Result<Self, DriveError> {
        let drafts = rule_file::read(&backtest.source).map_err(RuleSetError::Rules)?;
        let mut work = app.read(ACTOR).await?;
        let titles = titles_of(&mut work.tx, backtest.title.as_ref()).await.map_err(|error| match error {
            RequestError::Storage(error) => DriveError::Storage(error),
            other => DriveError::Failed(other.to_string()),
        })?;
        let mut labs = Vec::with_capacity(titles.len());
        for title in titles {
            let rules = read_rule_set(app, &mut work.tx, &title).await?;
            labs.push(Arc::new(Lab::new(title, rules, &drafts)?));
        }
        drop(work);
        let judged_by = labs.iter().map(|lab| lab.version()).collect::<Vec<_>>().join("/");
        let kept = backtest.tally.take().filter(|tally| tally.judged_by == judged_by);
        let tally = kept.unwrap_or_else(|| Tally::new(judged_by, drafts.len()));
        let (spent_millis, now) = (tally.millis, Instant::now());
        Ok(Self { app, backtest, lease, drafts, labs, tally, spent_millis, began: now, kept: now })
    }

    /// Begins to read the part at `cursor`, or the first one; nothing when there are no titles.
    fn read_next(&self, cursor: Option<Cursor>) -> Option<tokio::task::JoinHandle<Result<Part, StorageError>>> {
        let place = match &cursor {
            None => 0,
            Some(cursor) => self.labs.iter().position(|lab| lab.title == cursor.title)?,
        };
        let lab = Arc::clone(self.labs.get(place)?);
        let following = self.labs.get(place + 1).map(|lab| lab.title.clone());
        let (app, period) = (self.app.clone(), self.backtest.period);
        let after = cursor.and_then(|cursor| cursor.after);
        Some(tokio::spawn(async move {
            let cases = read(&app, &lab.title, period, after).await?;
            let last = cases.last().map(|case| (case.comment.created_at, case.comment.id));
            let next = match last.filter(|_| cases.len() == PART) {
                Some(after) => Some(Cursor { title: lab.title.clone(), after: Some(after) }),
                None => following.map(|title| Cursor { title, after: None }),
            };
            Ok(Part { lab, cases, next })
        }))
    }

    async fn judge(&mut self, part: Part, threads: NonZeroUsize) -> Result<(), DriveError> {
        let Part { lab, cases, next } = part;
        let judged = tokio::task::spawn_blocking(move || lab.judge(&cases, threads)).await;
        let seen = judged.map_err(|error| DriveError::Failed(error.to_string()))??;
        let (since, width) = (self.backtest.period.since.as_millis(), bucket_millis(self.backtest.period));
        for seen in &seen {
            let place = seen.created_at.as_millis().saturating_sub(since).div_euclid(width);
            self.tally.add(seen, usize::try_from(place).unwrap_or(0));
        }
        self.tally.cursor = next;
        let spent = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.tally.millis = self.spent_millis.saturating_add(spent);
        Ok(())
    }

    /// Keeps the tally, and the lease unless it is given back; answers whether the lease was still ours.
    async fn keep(&mut self, is_given_back: bool) -> Result<bool, StorageError> {
        let text = serde_json::to_string(&self.tally);
        let text = text.map_err(|_| StorageError::corrupt("backtests", self.backtest.id))?;
        let mut work = self.app.write(ACTOR).await?;
        let lease_until = if is_given_back { work.now } else { work.now.plus(LEASE) };
        let is_ours = store::keep(&mut work.tx, self.backtest.id, self.lease, &text, lease_until).await?;
        work.commit().await?;
        self.kept = Instant::now();
        Ok(is_ours)
    }

    async fn finish(self) -> Result<Driven, DriveError> {
        let report = Report::of(&self.tally, &self.drafts, self.backtest.period);
        let text = serde_json::to_string(&report);
        let text = text.map_err(|_| StorageError::corrupt("backtests", self.backtest.id))?;
        let mut work = self.app.write(ACTOR).await?;
        let is_ours = store::finish(&mut work.tx, self.backtest.id, self.lease, Ok(&text), work.now).await?;
        work.commit().await?;
        Ok(if is_ours { Driven::Done(Box::new(report)) } else { Driven::Busy })
    }
}

/// Reads comments with what moderators made of them.
async fn read(
    app: &App,
    title: &TitleId,
    period: comments::Period,
    after: Option<(Timestamp, CommentId)>,
) -> Result<Vec<Case>, StorageError> {
    let mut work = app.read(ACTOR).await?;
    let count = i64::try_from(PART).unwrap_or(i64::MAX);
    let past = comments::past_comments(&mut work.tx, title, period, after, count).await?;
    let ids: Vec<CommentId> = past.iter().map(|comment| comment.id).collect();
    let acts = moderation::standing_acts_on(&mut work.tx, &ids).await?;
    let latest: HashMap<CommentId, (Action, Timestamp)> =
        acts.into_iter().map(|(comment, action, at)| (comment, (action, at))).collect();
    let ruled = |comment: &comments::PastComment| {
        let (action, at) = latest.get(&comment.id)?;
        // What was decided of another text says nothing of this one.
        if comment.edited_at.is_some_and(|edited| edited > *at) {
            return None;
        }
        Some(match action {
            Action::Remove => Ruling::Removed,
            Action::Approve | Action::Restore => Ruling::Approved,
        })
    };
    Ok(past.into_iter().map(|comment| Case { ruling: ruled(&comment), comment }).collect())
}
