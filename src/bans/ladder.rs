//! The ladder: what a moderator is proposed for how many points, as data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{Privilege, Privileges};
use crate::kernel::{ClauseId, Timestamp};

/// The ladder of every title that has none of its own.
pub const DEFAULT_LADDER: &str = include_str!("../../data/ladder.toml");

/// The most bytes of a ladder.
pub const MAX_LADDER_BYTES: usize = 64 * 1024;

const MAX_DAYS: i64 = 3_650;
const MAX_POINTS: i64 = 1_000;
const MAX_STEPS: usize = 20;
const DAY_MILLIS: i128 = 24 * 3_600 * 1_000;

static BUILT_IN: LazyLock<Ladder> = LazyLock::new(|| Ladder::parse(DEFAULT_LADDER).unwrap_or_else(|_| Ladder::empty()));

/// What follows from how many points.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// In how many days a point fades.
    fades_after_days: i64,
    /// What a clause weighs, where it is not 1.
    #[serde(default)]
    weights: BTreeMap<String, i64>,
    #[serde(default, rename = "step")]
    steps: Vec<Step>,
    /// When misuse of reporting is proposed to cost reporting.
    reporting: Option<Misuse>,
}

/// One step of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is called: `reminder` and `warning` withdraw nothing, everything else is a ban.
    pub name: String,
    /// From how many points it is proposed.
    pub from_points: i64,
    hours: Option<i64>,
    days: Option<i64>,
    #[serde(default)]
    for_good: bool,
    #[serde(default)]
    privileges: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Misuse {
    dismissed: i64,
    within_days: i64,
    days: i64,
}

/// Points given for a removed comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// How many.
    pub points: i64,
    /// When.
    pub at: Timestamp,
}

/// What the ladder proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The name of the step.
    pub step: String,
    /// What it withdraws; nothing for a reminder or a warning.
    pub privileges: Privileges,
    /// Until when; nothing for good, and when nothing is withdrawn.
    pub until: Option<Timestamp>,
}

impl Ladder {
    /// The ladder of titles that have none of their own.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    const fn empty() -> Self {
        Self { fades_after_days: 90, weights: BTreeMap::new(), steps: Vec::new(), reporting: None }
    }

    /// Reads a ladder from TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, a line for each fault.
    pub fn parse(source: &str) -> Result<Self, Vec<String>> {
        if source.len() > MAX_LADDER_BYTES {
            return Err(vec!["the ladder is larger than 64 KiB".to_owned()]);
        }
        let ladder: Self = toml::from_str(source).map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
        let faults = ladder.faults();
        if faults.is_empty() { Ok(ladder) } else { Err(faults) }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !(1..=MAX_DAYS).contains(&self.fades_after_days) {
            faults.push(format!("fades_after_days must be 1 to {MAX_DAYS}"));
        }
        for (clause, weight) in &self.weights {
            if clause.parse::<ClauseId>().is_err() {
                faults.push(format!("weights: `{clause}` is no clause id"));
            }
            if !(0..=MAX_POINTS).contains(weight) {
                faults.push(format!("weights: `{clause}` must weigh 0 to {MAX_POINTS}"));
            }
        }
        if self.steps.is_empty() || self.steps.len() > MAX_STEPS {
            faults.push(format!("a ladder has 1 to {MAX_STEPS} steps"));
        }
        let mut points = 0;
        for step in &self.steps {
            step.faults(points, &mut faults);
            points = step.from_points;
        }
        if let Some(misuse) = self.reporting {
            let is_fine = (1..=MAX_POINTS).contains(&misuse.dismissed)
                && (1..=MAX_DAYS).contains(&misuse.within_days)
                && (1..=MAX_DAYS).contains(&misuse.days);
            if !is_fine {
                faults.push(format!(
                    "reporting: dismissed must be 1 to {MAX_POINTS}, within_days and days 1 to {MAX_DAYS}"
                ));
            }
        }
        faults
    }

    /// The clauses whose weight it tells.
    pub fn weighed_clauses(&self) -> impl Iterator<Item = &str> {
        self.weights.keys().map(String::as_str)
    }

    /// What a removal under `clause` weighs.
    #[must_use]
    pub fn weight(&self, clause: &ClauseId) -> i64 {
        self.weights.get(clause.as_str()).copied().unwrap_or(1)
    }

    /// How many points of `strikes` have not faded at `now`: each fades evenly, and what is left of all together is
    /// rounded up, so that somebody has points until the last one is gone.
    #[must_use]
    pub fn points(&self, strikes: &[Weighed], now: Timestamp) -> i64 {
        let span = i128::from(self.fades_after_days) * DAY_MILLIS;
        let left: i128 = strikes
            .iter()
            .map(|strike| {
                // A clock that went back makes no strike weigh more than it did.
                let age = (i128::from(now.as_millis()) - i128::from(strike.at.as_millis())).max(0);
                i128::from(strike.points.max(0)) * (span - age).max(0)
            })
            .sum();
        let whole = left / span + i128::from(left % span != 0);
        i64::try_from(whole).unwrap_or(i64::MAX)
    }

    /// Since when a strike can still count at `now`.
    #[must_use]
    pub fn counts_since(&self, now: Timestamp) -> Timestamp {
        now.minus(days(self.fades_after_days))
    }

    /// What is proposed for `points`, times being those of `zone`; nothing below the first step.
    #[must_use]
    pub fn propose(&self, points: i64, now: Timestamp, zone: &TimeZone) -> Option<Proposed> {
        let step = self.steps.iter().rev().find(|step| step.from_points <= points)?;
        Some(Proposed { step: step.name.clone(), privileges: step.withdraws(), until: step.until(now, zone) })
    }

    /// Since when dismissed reports count; nothing when they cost nothing.
    #[must_use]
    pub fn misuse_since(&self, now: Timestamp) -> Option<Timestamp> {
        self.reporting.map(|misuse| now.minus(days(misuse.within_days)))
    }

    /// What is proposed for `dismissed` reports: that reporting alone be withdrawn.
    #[must_use]
    pub fn propose_for_reporting(&self, dismissed: i64, now: Timestamp, zone: &TimeZone) -> Option<Proposed> {
        let misuse = self.reporting.filter(|misuse| dismissed >= misuse.dismissed)?;
        let until = Some(later(now, zone, 0, misuse.days));
        Some(Proposed { step: "reporting".to_owned(), privileges: [Privilege::Report].into_iter().collect(), until })
    }
}

impl Step {
    fn faults(&self, points_before: i64, faults: &mut Vec<String>) {
        let name = &self.name;
        let mut wrong = |what: &str| faults.push(format!("step `{name}`: {what}"));
        if name.is_empty() || name.len() > 40 || name.chars().any(char::is_control) {
            wrong("the name must have 1 to 40 characters");
        }
        if !(1..=MAX_POINTS).contains(&self.from_points) || self.from_points <= points_before {
            wrong("from_points must be 1 to 1000, and more than the step before");
        }
        if self.privileges.iter().any(|name| Privilege::parse(name).is_none()) {
            wrong("privileges are comment, reply, recommend and report");
        }
        let ends = [self.hours.is_some(), self.days.is_some(), self.for_good].into_iter().filter(|is| *is).count();
        if matches!(name.as_str(), "reminder" | "warning") {
            if ends > 0 || !self.privileges.is_empty() {
                wrong("a reminder or a warning withdraws nothing");
            }
            return;
        }
        if self.privileges.is_empty() {
            wrong("a ban withdraws at least one privilege");
        }
        if ends != 1 {
            wrong("needs one of hours, days and for_good");
        }
        if self.hours.is_some_and(|hours| !(1..=MAX_DAYS * 24).contains(&hours))
            || self.days.is_some_and(|days| !(1..=MAX_DAYS).contains(&days))
        {
            wrong("lasts 1 hour to 3650 days");
        }
    }

    fn withdraws(&self) -> Privileges {
        self.privileges.iter().filter_map(|name| Privilege::parse(name)).collect()
    }

    fn until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match (self.hours, self.days) {
            (None, None) => None,
            (hours, days) => Some(later(now, zone, hours.unwrap_or(0), days.unwrap_or(0))),
        }
    }
}

fn days(count: i64) -> std::time::Duration {
    std::time::Duration::from_secs(u64::try_from(count).unwrap_or(0).saturating_mul(24 * 3_600))
}

/// So many hours that pass, and so many days of the calendar of `zone`, after `now`: a day that a clock change makes
/// shorter or longer is still one day, and ends at the same time of day. The last moment that can be written when that
/// is too far.
#[must_use]
pub fn later(now: Timestamp, zone: &TimeZone, hours: i64, days: i64) -> Timestamp {
    let local = now.to_jiff().to_zoned(zone.clone());
    let span = jiff::Span::new().try_days(days).and_then(|span| span.try_hours(hours));
    match span.and_then(|span| local.checked_add(span)) {
        Ok(end) => Timestamp::from_millis(end.timestamp().as_millisecond()),
        Err(_) if hours < 0 || days < 0 => now,
        Err(_) => Timestamp::from_millis(i64::MAX),
    }
}
