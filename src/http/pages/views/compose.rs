//! One comment by itself: in its branch, replied to, edited, withdrawn.

use askama::Template;

use super::{Branch, CommentView, Compose, Frame, Problems, StoryHead};
use crate::http::pages::Moment;

/// A comment's own page: it stands in its branch, below what it answers.
#[derive(Clone, Debug, Template)]
#[template(path = "comment.html")]
pub struct CommentPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// What it answers, from the first level down.
    pub ancestors: Vec<CommentView>,
    /// The comment, with the replies to it.
    pub branch: Branch,
    /// Whether this is not the first page of the replies.
    pub is_later_page: bool,
}

/// Writing a reply.
#[derive(Clone, Debug, Template)]
#[template(path = "reply.html")]
pub struct ReplyPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// What is replied to.
    pub parent: CommentView,
    /// The box.
    pub compose: Compose,
}

/// Changing a comment.
#[derive(Clone, Debug, Template)]
#[template(path = "edit.html")]
pub struct EditPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// The comment's id.
    pub comment: String,
    /// The revision that was read.
    pub revision: u64,
    /// Until when it can be changed.
    pub until: Moment,
    /// The box.
    pub compose: Compose,
}

/// Asking before a comment is withdrawn.
#[derive(Clone, Debug, Template)]
#[template(path = "withdraw.html")]
pub struct WithdrawPage {
    /// What stands around it.
    pub frame: Frame,
    /// The story.
    pub story: StoryHead,
    /// The comment.
    pub comment: CommentView,
    /// What went wrong the first time.
    pub problems: Problems,
}
