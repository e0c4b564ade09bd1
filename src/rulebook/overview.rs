//! How the rules of a title stand: their modes, what is suspended, and how often each fired.

use std::time::Duration;

use serde::Serialize;

use super::rule_set::RuleSetError;
use super::store;
use super::suspend::Suspension;
use crate::app::App;
use crate::comments::{self, NudgeCounts, RuleFirings};
use crate::kernel::{Actor, ClauseId, Timestamp, TitleId};
use crate::rules::{Mode, rule_file, starter};

const DAY: Duration = Duration::from_secs(24 * 3600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

/// The rules of a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The version in force, 0 for the starter rules.
    pub version: i64,
    /// When it was published; never, for the starter rules.
    pub published_at: Option<Timestamp>,
    /// The file, TOML.
    pub source: String,
    /// Its rules that are for this title, in the file's order.
    pub rules: Vec<RuleLine>,
    /// How many authors were asked to reconsider in the last seven days, by whole days of UTC, and what they did.
    pub nudges: NudgeCounts,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleLine {
    /// Its id.
    pub id: String,
    /// Its clause.
    pub clause: Option<ClauseId>,
    /// What follows when it fires.
    pub then: &'static str,
    /// How far it has come, as it is written.
    pub mode: Mode,
    /// Why it is on trial although it is live.
    pub suspended: Option<&'static str>,
    /// For how many comments it fired in the last 24 hours, live or on trial.
    pub day: i64,
    /// And in the last seven days.
    pub week: i64,
    /// For how many subscribers in the last seven days, counted apart for its time live and its time on trial.
    pub week_subscribers: i64,
}

/// How the rules of `title` stand.
///
/// # Errors
/// When what was published cannot be read, or the database cannot.
pub async fn overview(app: &App, actor: impl Into<Actor>, title: &TitleId) -> Result<Overview, RuleSetError> {
    let mut work = app.read(actor).await.map_err(RuleSetError::Storage)?;
    let file = store::find_rule_file(&mut work.tx, title).await?;
    let (version, published_at, source) = match file {
        Some(file) => (file.version, Some(file.published_at), file.source),
        None => (0, None, starter::RULES.to_owned()),
    };
    let suspended = store::list_suspensions(&mut work.tx, title, version).await?;
    let after = work.now.plus(Duration::from_millis(1));
    let day = comments::rule_firings(&mut work.tx, title, work.now.minus(DAY), after).await?;
    let week = comments::rule_firings(&mut work.tx, title, work.now.minus(WEEK), after).await?;
    let nudges = comments::nudge_counts(&mut work.tx, title, work.now.minus(WEEK)).await?;
    drop(work);
    let read = rule_file::read(&source).map_err(RuleSetError::Rules)?;
    let rules = read.into_iter().filter(|rule| rule.is_for(title)).map(|rule| {
        let count = |firings: &[RuleFirings], number: fn(&RuleFirings) -> i64| {
            firings.iter().filter(|it| it.rule == *rule.id).map(number).sum()
        };
        let suspension = suspended.iter().find(|it: &&Suspension| it.rule == *rule.id);
        RuleLine {
            id: rule.id.to_string(),
            then: rule.then.as_str(),
            mode: rule.mode,
            suspended: suspension.map(|suspension| suspension.cause.as_str()),
            day: count(&day, |it| it.firing_count),
            week: count(&week, |it| it.firing_count),
            week_subscribers: count(&week, |it| it.subscriber_count),
            clause: rule.clause,
        }
    });
    Ok(Overview { version, published_at, rules: rules.collect(), nudges, source })
}
