//! The clerk of T12: writes down each fact once, as the rules of the paper read, and knows nothing of messages.

use std::collections::BTreeMap;

use belowline::kernel::Timestamp;
use serde_json::{Value, json};

/// Every status, the most restrictive first.
const WORST_FIRST: [&str; 7] = ["charged_back", "refunded", "lapsed", "paused", "past_due", "grace", "active"];

/// One subscription, with everything that ever happened to it; times are seconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) source: &'static str,
    pub(super) plan: Option<&'static str>,
    /// What was said of it, when, and until when it was then paid for.
    pub(super) said: Vec<(i64, &'static str, Option<i64>)>,
    /// When money was paid for it.
    pub(super) paid: Vec<i64>,
    /// When money was given back whole.
    pub(super) refunds: Vec<i64>,
    /// What the bank said of each payment, and whether that takes it back.
    pub(super) disputes: BTreeMap<String, Vec<(i64, bool)>>,
}

impl Ledger {
    /// What anybody should be told of it; nothing when nobody ever said what it is.
    pub(super) fn stands(&self) -> Option<Value> {
        let last = self.said.iter().map(|(at, ..)| *at).max()?;
        let lately = self.said.iter().filter(|(at, ..)| *at == last);
        let (_, said, until) = lately.min_by_key(|(_, status, _)| rank(status)).unwrap();
        // Only what is paid later makes good what was given or taken back.
        let stands = |at: i64| self.paid.iter().all(|paid| *paid <= at);
        let is_taken_back = self.disputes.values().any(|told| {
            let (at, is_open) = told.iter().max().unwrap();
            *is_open && stands(*at)
        });
        let status = if is_taken_back {
            "charged_back"
        } else if self.refunds.iter().any(|at| stands(*at)) {
            "refunded"
        } else {
            said
        };
        let until = until.map(|until| Timestamp::from_millis(until * 1_000));
        Some(json!({ "source": self.source, "status": status, "valid_until": until, "plan": self.plan }))
    }
}

fn rank(status: &str) -> usize {
    WORST_FIRST.iter().position(|one| *one == status).unwrap()
}

/// Somebody who reads the paper, and everything that they subscribe to.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) subject: String,
    /// Whether anything ever says who they are.
    pub(super) is_known: bool,
    pub(super) ledgers: Vec<Ledger>,
}

impl Reader {
    /// What should stand of each subscription, in a fixed order.
    pub(super) fn expected(&self) -> Vec<String> {
        let mut all: Vec<String> = self.ledgers.iter().filter_map(Ledger::stands).map(|one| one.to_string()).collect();
        all.sort_unstable();
        all
    }
}
