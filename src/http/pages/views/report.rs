//! Reporting a comment.

use askama::Template;

use super::{ClauseChoice, ClauseRef, CommentView, Frame, Problems, ReportOutcome, StoryHead};
use crate::http::pages::Moment;

/// The form that reports a comment, with a way out.
#[derive(Clone, Debug, Template)]
#[template(path = "report.html")]
pub struct ReportPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// The comment.
    pub comment: CommentView,
    /// The clauses it may break.
    pub clauses: Vec<ClauseChoice>,
    /// The id of the clause chosen so far; empty at first.
    pub chosen: String,
    /// The note typed so far.
    pub note: String,
    /// The most characters a note may have.
    pub note_max_chars: u64,
    /// The viewer's earlier report of this comment: there is no second one.
    pub earlier: Option<EarlierReport>,
    /// What was wrong with the form.
    pub problems: Problems,
}

/// A report that the viewer has sent.
#[derive(Clone, Debug)]
pub struct EarlierReport {
    /// The clause that it named.
    pub clause: ClauseRef,
    /// What it added; may be empty.
    pub note: String,
    /// When it was sent.
    pub sent: Moment,
    /// What became of it.
    pub outcome: ReportOutcome,
}
