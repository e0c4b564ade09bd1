//! A comment as it stands in a thread, and the branch that hangs from it.

use super::{CommentState, Frame, SafeHtml};
use crate::http::pages::Moment;

/// The deepest step to which replies are set in; deeper ones stand under each other and name whom they answer.
const MAX_DEPTH: u8 = 3;

/// A comment as this viewer may see it.
#[derive(Clone, Debug)]
pub struct CommentView {
    /// Its public id, which is also its anchor.
    pub id: String,
    /// The id of the comment it replies to.
    pub parent: Option<String>,
    /// Who wrote it; `None` when that is no longer shown.
    pub author: Option<Author>,
    /// How it stands.
    pub state: CommentState,
    /// Its text; empty when this viewer may not see it.
    pub html: SafeHtml,
    /// When it was submitted.
    pub posted: Moment,
    /// When its author last changed it.
    pub edited: Option<Moment>,
    /// How many recommend it.
    pub recommendation_count: u64,
    /// How many have replied.
    pub reply_count: u64,
    /// Whom it answers, where the page's order does not show it.
    pub answered: Option<Answered>,
    /// Replies to it that are elsewhere, where the page has its direct neighbours only.
    pub more: Option<MoreReplies>,
    /// Why others cannot see it; for its author and staff.
    pub fate: Option<Fate>,
    /// The id of the statement of reasons about it on the author's own page; for its author.
    pub statement: Option<String>,
    /// What this viewer may do with it here.
    pub can: Can,
    /// How far it is set in: 0 at the top, at most 3.
    pub depth: u8,
    /// Whether the page is about this one.
    pub is_target: bool,
}

impl CommentView {
    /// The path of its own page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/comments/{}", self.id)
    }

    /// The message called `key`, which mentions the author's `name`.
    #[must_use]
    pub fn action_label(&self, frame: &Frame, key: &str) -> String {
        match &self.author {
            Some(author) => frame.with(key, "name", &author.name),
            None => frame.with(key, "name", frame.t("comment-author-gone")),
        }
    }
}

/// Who wrote a comment.
#[derive(Clone, Debug)]
pub struct Author {
    /// The display name.
    pub name: String,
    /// Whether it speaks for the title.
    pub is_staff: bool,
    /// Whether it is the viewer.
    pub is_viewer: bool,
}

/// The comment that another one answers.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Its id.
    pub id: String,
    /// Its author's name.
    pub name: String,
}

/// Why a comment is held, rejected or removed.
#[derive(Clone, Debug, Default)]
pub struct Fate {
    /// The reason in words, when there is more to say than the clause.
    pub reason: Option<String>,
    /// The words that the reason is about, as they were typed.
    pub words: Vec<String>,
    /// The clause it breaks.
    pub clause: Option<ClauseRef>,
    /// When a moderator decided it.
    pub decided: Option<Moment>,
}

/// A clause, as decisions cite it.
#[derive(Clone, Debug)]
pub struct ClauseRef {
    /// Its id.
    pub id: String,
    /// The title whose house rules have it.
    pub title: String,
    /// Its number, such as "3".
    pub number: String,
    /// Its heading.
    pub heading: String,
}

/// The story that a comment belongs to.
#[derive(Clone, Debug)]
pub struct StoryRef {
    /// Its id.
    pub id: String,
    /// Its headline.
    pub headline: String,
    /// Its title's name.
    pub title_name: String,
}

/// What a viewer may do with a comment: each `true` is an offer, the gate decides again when it is taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Can {
    /// Recommend it.
    pub recommend: Recommend,
    /// Reply to it.
    pub reply: bool,
    /// Report it.
    pub report: bool,
    /// Edit it.
    pub edit: bool,
    /// Withdraw it.
    pub withdraw: bool,
    /// Decide on it.
    pub moderate: bool,
}

/// How the recommend button stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recommend {
    /// No button, only the count: one's own comment, or the gate is shut.
    #[default]
    Never,
    /// It can be pressed.
    Offered,
    /// It is pressed and can be released.
    Given,
    /// It leads to the sign-in page.
    AfterSignIn,
}

impl Recommend {
    /// Whether there is a button.
    #[must_use]
    pub fn is_button(self) -> bool {
        matches!(self, Self::Offered | Self::Given)
    }

    /// Whether it is pressed.
    #[must_use]
    pub fn is_given(self) -> bool {
        self == Self::Given
    }

    /// Whether one has to sign in for it.
    #[must_use]
    pub fn is_after_sign_in(self) -> bool {
        self == Self::AfterSignIn
    }
}

/// Replies that are not on this page.
#[derive(Clone, Debug)]
pub struct MoreReplies {
    /// Where they are: path and query.
    pub href: String,
    /// How many.
    pub count: u64,
}

/// A comment of the first level with the replies below it.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The comment.
    pub top: CommentView,
    /// The replies in reading order, each after the one it answers.
    pub replies: Vec<CommentView>,
    /// Replies that are elsewhere.
    pub more: Option<MoreReplies>,
}

impl Branch {
    /// Puts `replies`, oldest first, in reading order below `top` and sets them in.
    ///
    /// A reply whose parent is not among them stands directly below `top`.
    #[must_use]
    pub fn new(top: CommentView, replies: Vec<CommentView>, more: Option<MoreReplies>) -> Self {
        let mut ordered: Vec<CommentView> = Vec::with_capacity(replies.len());
        for mut reply in replies {
            let parent = ordered.iter().position(|other| reply.parent.as_ref() == Some(&other.id));
            let (at, depth) = match parent {
                Some(index) => below(&ordered, index),
                None => (ordered.len(), 1),
            };
            if let Some(name) = parent.and_then(|index| ordered.get(index)).and_then(|other| other.author.as_ref()) {
                let id = reply.parent.clone().unwrap_or_default();
                reply.answered = reply.answered.or_else(|| Some(Answered { id, name: name.name.clone() }));
            }
            reply.depth = depth;
            ordered.insert(at, reply);
        }
        Self { top, replies: ordered, more }
    }
}

/// Where a reply to the comment at `index` belongs, after all that already hangs from it, and how far it is set in.
fn below(ordered: &[CommentView], index: usize) -> (usize, u8) {
    let mut family = vec![index];
    let mut end = index + 1;
    while let Some(next) = ordered.get(end) {
        let is_kin = family.iter().any(|member| ordered.get(*member).map(|kin| &kin.id) == next.parent.as_ref());
        if !is_kin {
            break;
        }
        family.push(end);
        end += 1;
    }
    let depth = ordered.get(index).map_or(0, |parent| parent.depth);
    (end, depth.saturating_add(1).min(MAX_DEPTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(id: &str, parent: Option<&str>) -> CommentView {
        let moment = Moment { iso: String::new(), shown: String::new() };
        CommentView {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            author: Some(Author { name: id.to_uppercase(), is_staff: false, is_viewer: false }),
            state: CommentState::Published,
            html: SafeHtml::default(),
            posted: moment,
            edited: None,
            recommendation_count: 0,
            reply_count: 0,
            answered: None,
            more: None,
            fate: None,
            statement: None,
            can: Can::default(),
            depth: 0,
            is_target: false,
        }
    }

    #[test]
    fn replies_follow_what_they_answer_and_are_set_in_three_steps_at_most() {
        let replies = vec![
            comment("a", Some("top")),
            comment("b", Some("top")),
            comment("c", Some("a")),
            comment("d", Some("c")),
            comment("e", Some("d")),
            comment("f", Some("a")),
            comment("g", Some("lost")),
        ];
        let branch = Branch::new(comment("top", None), replies, None);
        let order: Vec<(&str, u8)> = branch.replies.iter().map(|reply| (reply.id.as_str(), reply.depth)).collect();
        assert_eq!(order, [("a", 1), ("c", 2), ("d", 3), ("e", 3), ("f", 2), ("b", 1), ("g", 1)]);
        let answered: Vec<Option<&str>> =
            branch.replies.iter().map(|reply| reply.answered.as_ref().map(|to| to.name.as_str())).collect();
        assert_eq!(answered, [None, Some("A"), Some("C"), Some("D"), Some("A"), None, None]);
    }
}
