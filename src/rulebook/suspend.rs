//! Suspending a live rule that fires more than it should: it goes on trial, and the title's editors are told.
//!
//! INVARIANT: a suspension belongs to one version of a title's rules, so publishing ends it; whoever publishes a rule again
//! that had fired suddenly has seen it, and for a day it is not suspended for that again.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::json;

use super::store;
use crate::accounts;
use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::comments::{self, RuleFirings};
use crate::kernel::{Actor, Timestamp};
use crate::notifications::{self, Mail};
use crate::rules::{Mode, Rule};
use crate::storage::StorageError;
use crate::titles::{self, Title};

const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The ten-minute stretches of a day.
const STRETCHES: i64 = 144;

/// How many times its rate of the day before a rule must fire to fire suddenly.
const SUDDEN: i64 = 5;

/// Why a rule is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It fired more often than its daily cap allows, since midnight in the title's time zone.
    DailyCap,
    /// In ten minutes it fired for many subscribers, and five times as often as in the day before.
    Sudden,
}

impl Cause {
    /// The cause as it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DailyCap => "daily_cap",
            Self::Sudden => "sudden",
        }
    }

    /// Its opposite.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::DailyCap, Self::Sudden].into_iter().find(|cause| cause.as_str() == text)
    }
}

/// A live rule that is on trial for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The rule.
    pub rule: String,
    /// The version of the title's rules that it stands in.
    pub version: i64,
    /// Why.
    pub cause: Cause,
    /// How often it had fired then: since midnight for a daily cap, else in ten minutes.
    pub firing_count: i64,
    /// Since when.
    pub suspended_at: Timestamp,
}

/// How often a rule fired: today, in the last ten minutes, and in the day before those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    today: i64,
    lately: i64,
    lately_subscribers: i64,
    day_before: i64,
}

impl Counts {
    fn of(rule: &str, today: &[RuleFirings], lately: &[RuleFirings], day_before: &[RuleFirings]) -> Self {
        let find = |firings: &[RuleFirings]| firings.iter().find(|it| it.rule == rule && !it.is_shadow).cloned();
        let count = |firings: &[RuleFirings]| find(firings).map_or(0, |it| it.firing_count);
        Self {
            today: count(today),
            lately: count(lately),
            lately_subscribers: find(lately).map_or(0, |it| it.subscriber_count),
            day_before: count(day_before),
        }
    }

    /// Why a rule that fired so often is to be suspended, and how often that was; `many` is how many subscribers make it
    /// sudden, none for never.
    fn cause(self, daily_cap: Option<u32>, many: Option<u32>) -> Option<(Cause, i64)> {
        if daily_cap.is_some_and(|cap| self.today > i64::from(cap)) {
            return Some((Cause::DailyCap, self.today));
        }
        let is_many = many.is_some_and(|many| self.lately_subscribers >= i64::from(many));
        let is_more = self.lately.saturating_mul(STRETCHES) >= self.day_before.saturating_mul(SUDDEN);
        (is_many && is_more).then_some((Cause::Sudden, self.lately))
    }
}

/// Looks at how often each live rule fired and suspends those that are past their daily cap or fire suddenly; answers how
/// many. Any number of nodes may do so at once: one of them suspends, and tells.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn suspend_rules(app: &App) -> Result<u64, StorageError> {
    let mut work = app.read(Actor::Job("rule-watch")).await?;
    let many = app.settings.rules.sudden_subscribers;
    let many = (many > 0).then_some(many);
    let mut found = Vec::new();
    for title in titles::list(&mut work.tx).await? {
        let Some(rules) = app.rules.get(&title.id) else { continue };
        let watched: Vec<&Rule> = rules.rules().iter().filter(|rule| is_watched(rule, many.is_some())).collect();
        if watched.is_empty() {
            continue;
        }
        let (now, after) = (work.now, work.now.plus(Duration::from_millis(1)));
        let (lately, before) = (now.minus(TEN_MINUTES), now.minus(TEN_MINUTES).minus(DAY));
        let today = comments::rule_firings(&mut work.tx, &title.id, midnight(&title, now), after).await?;
        let day_before = comments::rule_firings(&mut work.tx, &title.id, before, lately).await?;
        let lately = comments::rule_firings(&mut work.tx, &title.id, lately, after).await?;
        let known = store::list_suddenly_suspended(&mut work.tx, &title.id, now.minus(DAY)).await?;
        for rule in watched {
            let many = many.filter(|_| rule.then.is_restriction() && !known.iter().any(|known| **known == *rule.id));
            let counts = Counts::of(&rule.id, &today, &lately, &day_before);
            if let Some((cause, firing_count)) = counts.cause(rule.daily_cap, many) {
                let (version, suspended_at) = (i64::from(rule.version), now);
                let rule = rule.id.to_string();
                found.push((title.clone(), Suspension { rule, version, cause, firing_count, suspended_at }));
            }
        }
    }
    drop(work);
    let mut count = 0;
    for (title, suspension) in found {
        count += u64::from(suspend(app, &title, &suspension).await?);
    }
    Ok(count)
}

fn is_watched(rule: &Rule, watches_sudden: bool) -> bool {
    rule.mode == Mode::Live && (rule.daily_cap.is_some() || (watches_sudden && rule.then.is_restriction()))
}

/// When the day of `now` began where the title is.
fn midnight(title: &Title, now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(&title.time_zone).unwrap_or(TimeZone::UTC);
    let midnight = now.to_jiff().to_zoned(zone).start_of_day();
    midnight.map_or(now.minus(DAY), |midnight| Timestamp::from_millis(midnight.timestamp().as_millisecond()))
}

/// Suspends one rule and tells the editors, unless another node has or its rules were published again meanwhile.
async fn suspend(app: &App, title: &Title, suspension: &Suspension) -> Result<bool, StorageError> {
    let mut work = app.write(Actor::Job("rule-watch")).await?;
    store::lock(&mut work.tx, &title.id).await?;
    let latest = store::find_rule_file(&mut work.tx, &title.id).await?;
    let is_current = latest.is_some_and(|latest| latest.version == suspension.version);
    if !is_current || !store::insert_suspension(&mut work.tx, &title.id, suspension).await? {
        return Ok(false);
    }
    let Suspension { rule, version, cause, firing_count, .. } = suspension;
    let details = json!({ "rule": rule, "version": version, "cause": cause.as_str(), "firings": firing_count });
    audit::record(&mut work, Entry::new(Action::RuleSuspended, &title.id).within(&title.id).details(details)).await?;
    for editor in accounts::editors_of(&mut work.tx, &title.id).await? {
        let mail = Mail::RuleSuspended {
            title: title.id.clone(),
            rule: rule.clone(),
            cause: cause.as_str().to_owned(),
            firing_count: *firing_count,
        };
        notifications::enqueue(&mut work, editor, &mail).await?;
    }
    work.commit().await?;
    tracing::warn!(title = %title.id, rule, cause = cause.as_str(), firings = firing_count, "a rule is suspended");
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_is_how_often_a_rule_may_fire_in_a_day() {
        let fired = |today| Counts { today, ..Counts::default() }.cause(Some(100), Some(20));
        assert_eq!(fired(100), None);
        assert_eq!(fired(101), Some((Cause::DailyCap, 101)));
        assert_eq!(Counts { today: 1_000, ..Counts::default() }.cause(None, Some(20)), None);
        assert_eq!(Counts { today: 1, ..Counts::default() }.cause(Some(0), None), Some((Cause::DailyCap, 1)));
    }

    #[test]
    fn sudden_is_many_subscribers_and_five_times_the_rate_of_the_day_before() {
        let fired = |lately_subscribers, lately, day_before| {
            Counts { today: lately, lately, lately_subscribers, day_before }.cause(None, Some(20))
        };
        assert_eq!(fired(19, 400, 0), None, "few subscribers, however often");
        assert_eq!(fired(20, 20, 0), Some((Cause::Sudden, 20)));
        assert_eq!(fired(20, 20, 576), Some((Cause::Sudden, 20)), "four in ten minutes on the day before");
        assert_eq!(fired(20, 20, 577), None);
        assert_eq!(Counts { lately: 900, lately_subscribers: 900, ..Counts::default() }.cause(None, None), None);
    }
}
