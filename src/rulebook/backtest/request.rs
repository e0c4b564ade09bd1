//! Asking for a backtest.

use std::time::Duration;

use uuid::Uuid;

use super::drive::LEASE;
use super::{Backtest, State, store};
use crate::app::App;
use crate::comments::{self, Period};
use crate::kernel::{Actor, BacktestId, TitleId, is_storable};
use crate::rulebook::publication::may_edit;
use crate::rulebook::rule_set::{RuleSetError, engine_of, read_rule_set};
use crate::rules::language::Complaint;
use crate::rules::rule_file;
use crate::storage::{StorageError, Tx};
use crate::titles;

/// How long reports are kept.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// Why a backtest cannot be asked for.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// There is no such title.
    #[error("there is no title `{0}`")]
    NoTitle(TitleId),
    /// Only the title's editors may.
    #[error("only an editor of the title may do this")]
    Forbidden,
    /// The period ends before it begins.
    #[error("the time to look at ends before it begins")]
    EmptyPeriod,
    /// What is wrong with the rules, in their order.
    #[error("{} complaints about the rules", .0.len())]
    Invalid(Vec<Complaint>),
    /// No rule in the file is for the title, or there is none at all.
    #[error("the file has no rule for these comments")]
    NoRules,
    /// The file holds U+0000.
    #[error("the file holds the character U+0000")]
    NotText,
    /// The title's own lists or rules cannot be read.
    #[error("what the title is judged by now cannot be read: {0}")]
    RuleSet(RuleSetError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Asks for a trial of the rules in `source` on the comments of `title`, or of every title, written in `period`. With a
/// `lease` the caller drives it; else the next node that has time does.
///
/// # Errors
/// When anything in the file is wrong, or there is nothing to look at.
pub async fn request(
    app: &App,
    actor: impl Into<Actor>,
    title: Option<&TitleId>,
    source: &str,
    period: Period,
    lease: Option<Uuid>,
) -> Result<Backtest, RequestError> {
    let actor = actor.into();
    if !is_storable(source) {
        return Err(RequestError::NotText);
    }
    let mut work = app.read(actor.clone()).await?;
    let titles = titles_of(&mut work.tx, title).await?;
    for title in &titles {
        if !may_edit(&mut work.tx, &work.actor, title).await? {
            return Err(RequestError::Forbidden);
        }
    }
    if period.since >= period.until {
        return Err(RequestError::EmptyPeriod);
    }
    let mut total = 0;
    let mut engine = None;
    for title in &titles {
        total += comments::count_past_comments(&mut work.tx, title, period).await?;
        if engine.is_none() {
            let rules = read_rule_set(app, &mut work.tx, title).await.map_err(|error| match error {
                RuleSetError::Storage(error) => RequestError::Storage(error),
                other => RequestError::RuleSet(other),
            })?;
            engine = Some(rules);
        }
    }
    drop(work);
    let checked = rule_file::check(source, &|text| engine_of(engine.as_ref(), text));
    let checked = checked.map_err(RequestError::Invalid)?;
    if !checked.rules.iter().any(|rule| titles.iter().any(|title| rule.is_for(title))) {
        return Err(RequestError::NoRules);
    }
    let mut work = app.write(actor).await?;
    store::delete_before(&mut work.tx, work.now.minus(KEPT)).await?;
    let backtest = Backtest {
        id: work.mint(),
        title: title.cloned(),
        source: source.to_owned(),
        period,
        state: State::Open,
        total: u64::try_from(total).unwrap_or(0),
        tally: None,
        report: None,
        failure: None,
        lease_until: if lease.is_some() { work.now.plus(LEASE) } else { work.now },
        requested_by: work.actor.account(),
        requested_at: work.now,
        finished_at: None,
    };
    store::insert(&mut work.tx, &backtest, lease).await?;
    work.commit().await?;
    Ok(backtest)
}

/// The titles that a backtest looks at, in their order.
pub(super) async fn titles_of(tx: &mut Tx, title: Option<&TitleId>) -> Result<Vec<TitleId>, RequestError> {
    match title {
        None => Ok(titles::list(tx).await?.into_iter().map(|title| title.id).collect()),
        Some(title) if titles::find(tx, title).await?.is_some() => Ok(vec![title.clone()]),
        Some(title) => Err(RequestError::NoTitle(title.clone())),
    }
}

/// Stops a backtest; answers whether it was still open.
///
/// # Errors
/// When the database cannot be written.
pub async fn cancel(app: &App, actor: impl Into<Actor>, id: BacktestId) -> Result<bool, StorageError> {
    let mut work = app.write(actor).await?;
    let was_open = store::cancel(&mut work.tx, id, work.now).await?;
    work.commit().await?;
    Ok(was_open)
}
