//! Trying rules on past comments before they act.
//!
//! A backtest is a row that anybody may drive on: the command line that asked for it, or a job on any node. Whoever does
//! holds a lease, keeps the tally every few seconds, and may be killed at any time; the next goes on from there. Rules or
//! lists that were published in between make it begin anew, so that one report never mixes two.
//!
//! INVARIANT: comments are judged by the engine that judges new ones, on the facts that were stored with them; nothing is
//! written but the backtest itself.

mod drive;
mod excerpt;
mod lab;
mod report;
mod request;
mod store;
mod tally;

pub use drive::{DriveError, Driven, Progress, drive, drive_waiting};
pub use report::{Example, Report, RuleReport};
pub use request::{RequestError, cancel, request};
pub use store::{find, list};
pub use tally::Ruling;

use crate::comments::Period;
use crate::kernel::{AccountId, BacktestId, Timestamp, TitleId};

/// How far a backtest has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits, or somebody works on it.
    Open,
    /// Its report is there.
    Done,
    /// It cannot be done.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl State {
    /// The state as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a state as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Done, Self::Failed, Self::Cancelled].into_iter().find(|state| state.as_str() == text)
    }
}

/// A trial of rules on past comments.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// Its id.
    pub id: BacktestId,
    /// The title whose comments are judged; every title's when there is none.
    pub title: Option<TitleId>,
    /// The rules, TOML.
    pub source: String,
    /// When the comments were written.
    pub period: Period,
    /// How far it has come.
    pub state: State,
    /// How many comments there were when it was asked for.
    pub total: u64,
    /// What has been counted so far.
    tally: Option<tally::Tally>,
    /// What came of it, once it is done.
    pub report: Option<Report>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    lease_until: Timestamp,
    /// Who asked for it; nothing for the operator.
    pub requested_by: Option<AccountId>,
    /// When.
    pub requested_at: Timestamp,
    /// When it ended, whichever way.
    pub finished_at: Option<Timestamp>,
}

impl Backtest {
    /// How many comments have been judged.
    #[must_use]
    pub fn examined(&self) -> u64 {
        let tallied = self.tally.as_ref().map(|tally| tally.examined);
        self.report.as_ref().map(|report| report.examined).or(tallied).unwrap_or(0)
    }
}
