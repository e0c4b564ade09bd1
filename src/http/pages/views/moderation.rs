//! The moderators' desk: the queue and the card of one comment.

use askama::Template;

use super::{Action, ClauseChoice, ClauseRef, CommentState, Frame, Problems, ReportOutcome, StoryRef};
use crate::http::pages::Moment;

/// Held and reported comments, one card each.
#[derive(Clone, Debug, Template)]
#[template(path = "queue.html")]
pub struct QueuePage {
    /// What stands around it.
    pub frame: Frame,
    /// The titles whose queues the viewer works, to choose from when there are several.
    pub titles: Vec<QueueTitle>,
    /// How many comments wait in all.
    pub waiting_count: u64,
    /// This page of the queue.
    pub cards: Vec<QueueCard>,
    /// Where the next page is: path and query.
    pub next_href: Option<String>,
}

/// A title in the queue's filter.
#[derive(Clone, Debug)]
pub struct QueueTitle {
    /// Its name.
    pub name: String,
    /// Where its queue is: path and query.
    pub href: String,
    /// Whether it is the one shown.
    pub is_chosen: bool,
}

/// One comment to decide on.
#[derive(Clone, Debug, Template)]
#[template(path = "card.html")]
pub struct CardPage {
    /// What stands around it.
    pub frame: Frame,
    /// The card.
    pub card: QueueCard,
    /// What was decided before, newest first.
    pub history: Vec<DecisionRow>,
}

/// A comment with all that a moderator needs to decide.
#[derive(Clone, Debug)]
pub struct QueueCard {
    /// The comment's id.
    pub comment: String,
    /// The revision that is shown, which a decision names.
    pub revision: u64,
    /// How the comment stands.
    pub state: CommentState,
    /// Its story.
    pub story: StoryRef,
    /// When it was submitted.
    pub posted: Moment,
    /// Its source text in pieces, in order: what a rule saw is marked. None when its author took it back.
    pub segments: Vec<Segment>,
    /// Why it is here.
    pub why: Vec<WhyHere>,
    /// What the engine decided, and why; nothing when its author took it back.
    pub verdict: Option<VerdictView>,
    /// What readers reported, newest first.
    pub reports: Vec<ReportCard>,
    /// Who wrote it.
    pub author: AuthorRecord,
    /// The clauses that a removal can cite.
    pub clauses: Vec<ClauseChoice>,
    /// The clause chosen so far; empty at first.
    pub chosen_clause: String,
    /// The note typed so far.
    pub note: String,
    /// The most characters a note may have.
    pub note_max_chars: u64,
    /// Why the viewer may not decide, when they may not.
    pub barred: Option<Barred>,
    /// Somebody else was faster.
    pub conflict: Option<Conflict>,
    /// What was wrong with the form.
    pub problems: Problems,
}

impl QueueCard {
    /// What stands behind the ids of its fields: there are several cards on a page.
    #[must_use]
    pub fn suffix(&self) -> String {
        format!("-{}", self.comment)
    }

    /// How many reports there are.
    #[must_use]
    pub fn report_count(&self) -> u64 {
        u64::try_from(self.reports.len()).unwrap_or(u64::MAX)
    }
}

/// Why somebody who moderates here may still not decide on a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// They wrote it.
    OwnComment,
    /// They reported it.
    OwnReport,
}

impl Barred {
    /// The sentence that says so.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::OwnComment => "queue-own",
            Self::OwnReport => "queue-own-report",
        }
    }
}

/// A piece of a comment's source.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The text as typed.
    pub text: String,
    /// Whether a rule saw it.
    pub is_marked: bool,
}

/// What brought a comment into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyHere {
    /// A rule held it.
    HeldByRules,
    /// The story is pre-moderated.
    Premoderated,
    /// A rule could not be evaluated.
    RuleFault,
    /// Readers reported it.
    Reported,
    /// Readers reported it after a decision.
    ReportedAgain,
}

impl WhyHere {
    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::HeldByRules => "why-held-by-rules",
            Self::Premoderated => "why-premoderated",
            Self::RuleFault => "why-rule-fault",
            Self::Reported => "why-reported",
            Self::ReportedAgain => "why-reported-again",
        }
    }
}

/// What the engine decided, and all that led to it.
#[derive(Clone, Debug)]
pub struct VerdictView {
    /// The message that names the outcome.
    pub outcome_key: &'static str,
    /// What the rules saw.
    pub findings: Vec<FindingView>,
    /// Rules that could not be evaluated, each in a sentence.
    pub faults: Vec<String>,
    /// What rules on trial saw: it decided nothing.
    pub shadow: Vec<FindingView>,
    /// What the classifier thought, in percent.
    pub chances: Vec<Chance>,
    /// Which engine and which rules judged, in a sentence.
    pub judged_by: String,
}

impl VerdictView {
    /// Whether there is more to say than the outcome.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.findings.is_empty() && self.faults.is_empty()
    }
}

/// What the classifier thought of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// The message that names the question.
    pub key: &'static str,
    /// How likely it is, 0 to 100.
    pub percent: u64,
    /// The message that says so in a word.
    pub word_key: &'static str,
}

impl Chance {
    /// A probability between 0 and 1.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    pub fn new(key: &'static str, probability: f64) -> Self {
        let percent = (probability.clamp(0.0, 1.0) * 100.0).round() as u64;
        let word_key = match percent {
            0..=19 => "chance-unlikely",
            20..=49 => "chance-possible",
            50..=79 => "chance-likely",
            _ => "chance-very-likely",
        };
        Self { key, percent, word_key }
    }
}

/// What one rule saw.
#[derive(Clone, Debug)]
pub struct FindingView {
    /// The rule's id.
    pub rule: String,
    /// The rule's version.
    pub version: u64,
    /// The message that names what the rule leads to.
    pub outcome_key: &'static str,
    /// The clause that it stands for.
    pub clause: Option<ClauseRef>,
    /// How much it counts, 0 to 100.
    pub weight: u8,
    /// What it saw, in words.
    pub text: String,
    /// The words that it saw, as they were typed.
    pub words: Vec<String>,
}

/// A report, as it lies beside the comment.
#[derive(Clone, Debug)]
pub struct ReportCard {
    /// Who sent it.
    pub reporter: String,
    /// The clause it names.
    pub clause: ClauseRef,
    /// What the reporter wrote; empty when nothing.
    pub note: String,
    /// When it was sent.
    pub sent: Moment,
    /// The text as it was reported, when the author has changed it since.
    pub snapshot: Option<String>,
    /// What became of it.
    pub outcome: ReportOutcome,
}

/// An author and their record in this title.
#[derive(Clone, Debug)]
pub struct AuthorRecord {
    /// The display name.
    pub name: String,
    /// The subscriber they act for.
    pub subscriber: Option<String>,
    /// Whether they are staff here.
    pub is_staff: bool,
    /// Since when they have an account.
    pub since: Moment,
    /// Their comments that are published.
    pub published_count: u64,
    /// Their comments that were removed.
    pub removed_count: u64,
    /// Reports against them that were upheld.
    pub upheld_count: u64,
    /// Bans in force.
    pub ban_count: u64,
}

/// A decision that came between.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Who decided and what; `None` when the author changed the comment.
    pub winner: Option<(String, Action)>,
}

/// A decision of the past.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// Its id.
    pub id: String,
    /// What was done.
    pub action: Action,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The clause that was cited.
    pub clause: Option<ClauseRef>,
    /// The note; empty when none.
    pub note: String,
    /// When it was undone, if it was.
    pub undone: Option<Moment>,
    /// Whether the viewer may undo it.
    pub may_undo: bool,
}
