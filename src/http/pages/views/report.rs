//! Reporting a comment.

use askama::Template;

use super::{ClauseChoice, CommentView, Frame, Problems, StoryHead};

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
    /// What was wrong with the form.
    pub problems: Problems,
}
