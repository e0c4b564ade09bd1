//! Trying rules on the past, and running them over it, as editors see both.

use askama::Template;

use super::{Frame, Room, RulebookHead, Segment};
use crate::http::pages::Moment;

/// The trials of a title.
#[derive(Clone, Debug, Template)]
#[template(path = "backtests.html")]
pub struct BacktestsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// The trials, newest first.
    pub rows: Vec<BacktestRow>,
    /// Why none was begun, in a sentence.
    pub problem: Option<String>,
}

/// A trial.
#[derive(Clone, Debug)]
pub struct BacktestRow {
    /// Its id.
    pub id: String,
    /// The message that names how far it has come.
    pub state_key: &'static str,
    /// Whether it is not at its end.
    pub is_open: bool,
    /// The first day looked at.
    pub since: Moment,
    /// The last.
    pub until: Moment,
    /// How many comments were judged.
    pub examined: u64,
    /// How many there are to judge.
    pub total: u64,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// One trial: how far it has come, or what came of it.
#[derive(Clone, Debug, Template)]
#[template(path = "backtest.html")]
pub struct BacktestPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// How far it has come.
    pub row: BacktestRow,
    /// Why it failed.
    pub failure: Option<String>,
    /// What came of it.
    pub report: Option<ReportView>,
    /// The rules that were tried, line by line.
    pub lines: Vec<String>,
}

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// How many comments, subscribers and seconds, in a sentence.
    pub summary: String,
    /// What moderators and the rules in force made of them, in a sentence.
    pub background: String,
    /// All comments over time.
    pub chart: Chart,
    /// The rules that were tried.
    pub rules: Vec<RuleResult>,
    /// What rules on trial recorded when the comments came.
    pub shadow: Vec<RuleResult>,
}

/// What one rule would have done.
#[derive(Clone, Debug)]
pub struct RuleResult {
    /// Its id.
    pub id: String,
    /// What it leads to; empty of a recorded one.
    pub then: String,
    /// How many comments it fires on.
    pub hits: u64,
    /// Of its hits that moderators decided, the share they removed, with its interval; a dash where none is known.
    pub precision: String,
    /// Of what moderators removed, the share it hits, with its interval.
    pub recall: String,
    /// The share of subscribers it meets.
    pub subscribers: String,
    /// How many of its hits the rules in force do not publish anyway.
    pub already_caught: u64,
    /// On how many comments it had no answer.
    pub faults: u64,
    /// Its hits over time.
    pub chart: Chart,
    /// Some of its hits.
    pub examples: Vec<ExampleView>,
}

impl RuleResult {
    /// What stands behind the ids of its part of the page.
    #[must_use]
    pub fn anchor(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
        self.id.chars().map(plain).collect()
    }
}

/// A comment that a rule sees something in.
#[derive(Clone, Debug)]
pub struct ExampleView {
    /// The comment.
    pub comment: String,
    /// When it was written.
    pub at: Moment,
    /// Its text in pieces: what the rule saw is marked.
    pub segments: Vec<Segment>,
    /// The message that says what a moderator made of it.
    pub decision_key: &'static str,
    /// Whether the rules in force do not publish it anyway.
    pub is_already_caught: bool,
}

/// Counts over time as bars, in units of a picture 24 high.
#[derive(Clone, Debug)]
pub struct Chart {
    /// How wide the picture is.
    pub width: usize,
    /// The bars that are not empty.
    pub bars: Vec<Bar>,
    /// The same in a sentence.
    pub label: String,
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where it begins.
    pub x: usize,
    /// Where its top is.
    pub y: u64,
    /// How high it is.
    pub height: u64,
}

/// How high a chart is.
pub const CHART_HEIGHT: u64 = 24;

impl Chart {
    /// `counts` as bars, oldest first: any hit can be seen, and the most fills the height.
    #[must_use]
    pub fn new(counts: &[u64], label: String) -> Self {
        let most = counts.iter().copied().max().unwrap_or(0).max(1);
        let bar = |(place, count): (usize, &u64)| {
            let height = (count.saturating_mul(CHART_HEIGHT)).div_ceil(most);
            Bar { x: place * 4, y: CHART_HEIGHT - height, height }
        };
        let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar);
        Self { width: (counts.len() * 4).max(4), bars: bars.collect(), label }
    }
}

/// Running what holds now over what was published before.
#[derive(Clone, Debug, Template)]
#[template(path = "sweeps.html")]
pub struct SweepsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands above it.
    pub head: RulebookHead,
    /// How many hours are looked back, as typed.
    pub hours: String,
    /// What was counted, when somebody asked.
    pub counted: Option<SweepCount>,
    /// Why nothing was, in a sentence.
    pub problem: Option<String>,
    /// What was done before, newest first.
    pub rows: Vec<SweepRow>,
}

/// What a sweep would hold.
#[derive(Clone, Debug)]
pub struct SweepCount {
    /// How many comments were judged, and how many would be held and are left to moderators' decisions, in a sentence.
    pub summary: String,
    /// How many would be held.
    pub would_hold: u64,
    /// Some of them.
    pub examples: Vec<CaughtView>,
    /// How many more there are.
    pub more: u64,
}

/// A comment that would be held.
#[derive(Clone, Debug)]
pub struct CaughtView {
    /// The comment.
    pub comment: String,
    /// When it was written.
    pub at: Moment,
    /// The rules that see something in it.
    pub rules: String,
    /// Its text in pieces: what they saw is marked.
    pub segments: Vec<Segment>,
}

/// A sweep that was made.
#[derive(Clone, Debug)]
pub struct SweepRow {
    /// Its id.
    pub id: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Comments written from then on were judged.
    pub since: Moment,
    /// How many it held.
    pub held: u64,
    /// When it was undone.
    pub undone: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bar_fills_the_chart_and_one_hit_can_be_seen() {
        let chart = Chart::new(&[0, 1, 1_000], String::new());
        assert_eq!(chart.width, 12);
        assert_eq!(chart.bars, [Bar { x: 4, y: 23, height: 1 }, Bar { x: 8, y: 0, height: 24 }]);
        assert!(Chart::new(&[], String::new()).bars.is_empty());
    }
}
