//! Comments, findings and bans as JSON.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::forms::next_of;
use crate::app::App;
use crate::bans::Ban;
use crate::comments::{self, Author, Branch, Comment, StoredVerdict, Viewer};
use crate::kernel::{AccountId, BanId, BatchId, ClauseId, CommentId, StoryId, SubscriberId, Timestamp, TitleId};
use crate::rules::{FaultCode, Finding};

/// Who wrote a comment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthorView {
    /// The account.
    #[schema(value_type = String, max_length = 31)]
    pub id: AccountId,
    /// The name it shows.
    #[schema(max_length = 40)]
    pub name: String,
    /// Whether the author spoke for the paper.
    pub is_staff: bool,
}

impl From<&Author> for AuthorView {
    fn from(author: &Author) -> Self {
        Self { id: author.id, name: author.name.clone(), is_staff: author.is_staff }
    }
}

/// A comment as its viewer may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    pub id: CommentId,
    /// The story it stands under.
    #[schema(value_type = String, max_length = 31)]
    pub story: StoryId,
    /// The comment it answers.
    #[schema(value_type = Option<String>, max_length = 31)]
    pub parent: Option<CommentId>,
    /// Its author; null for whoever may not see the text.
    pub author: Option<AuthorView>,
    /// `published`, `held`, `rejected`, `removed` or `withdrawn`.
    #[schema(max_length = 9, value_type = String)]
    pub status: &'static str,
    /// Its text as sanitised HTML; empty for whoever may not see it.
    #[schema(max_length = 200_000)]
    pub html: String,
    /// Counts the changes of its text and status.
    pub revision: i64,
    /// When it was written.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    pub created_at: Timestamp,
    /// When its text last changed.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    pub edited_at: Option<Timestamp>,
    /// How many recommend it.
    pub recommendation_count: i64,
    /// How many published comments answer it directly.
    pub reply_count: i64,
    /// Answers to it, oldest first, as far as this page brings them.
    #[schema(no_recursion, max_items = 150)]
    pub replies: Vec<CommentView>,
    /// On a top-level comment: where `/replies` goes on with its other descendants, when there are any.
    #[schema(max_length = 54)]
    pub replies_next: Option<String>,
}

impl CommentView {
    /// `comment` alone.
    #[must_use]
    pub fn of(viewer: Viewer<'_>, comment: &Comment) -> Self {
        let reads = viewer.reads(comment);
        Self {
            id: comment.id,
            story: comment.story,
            parent: comment.parent,
            author: reads.then(|| AuthorView::from(&comment.author)),
            status: comment.status.as_str(),
            html: if reads { comments::html(&comment.body) } else { String::new() },
            revision: comment.revision,
            created_at: comment.created_at,
            edited_at: comment.edited_at,
            recommendation_count: comment.recommendation_count,
            reply_count: comment.reply_count,
            replies: Vec::new(),
            replies_next: None,
        }
    }

    /// A top-level comment with the replies that came with it, nested.
    #[must_use]
    pub fn of_branch(app: &App, viewer: Viewer<'_>, branch: &Branch) -> Self {
        let mut children: HashMap<CommentId, Vec<Self>> = HashMap::new();
        // Latest first: by the time that a comment is placed, all its answers are.
        for reply in branch.replies.iter().rev() {
            let mut view = Self::of(viewer, reply);
            view.replies = children.remove(&reply.id).unwrap_or_default();
            view.replies.reverse();
            children.entry(reply.parent.unwrap_or(branch.top.id)).or_default().push(view);
        }
        let mut top = Self::of(viewer, &branch.top);
        top.replies = children.remove(&branch.top.id).unwrap_or_default();
        top.replies.reverse();
        top.replies_next = next_of(app, &replies_scope(branch.top.id), branch.replies_next);
        top
    }
}

/// What a cursor into the replies of `comment` is bound to.
#[must_use]
pub fn replies_scope(comment: CommentId) -> String {
    format!("replies:{comment}")
}

/// A comment in an answer of its own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentAnswer {
    /// The comment.
    pub comment: CommentView,
    /// Why it waits for a moderator, when it was sent just now and does.
    #[schema(max_items = 1_000)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<FindingView>,
}

/// What a rule saw.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    /// The rule.
    #[schema(max_length = 80)]
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// What it asks for: `publish`, `nudge`, `hold` or `reject`.
    #[schema(max_length = 7, value_type = String)]
    pub outcome: &'static str,
    /// The clause it stands for.
    #[schema(value_type = Option<String>, max_length = 40)]
    pub clause: Option<ClauseId>,
    /// How much it weighs, 0 to 100.
    pub weight: u8,
    /// The words it saw: UTF-8 byte offsets into the text as typed, `[start, end]`, the end exclusive.
    #[schema(max_items = 10_000)]
    pub spans: Vec<[usize; 2]>,
    /// The same in plain words.
    #[schema(max_length = 1_000)]
    pub message: String,
}

impl FindingView {
    /// A finding in the words meant for the author.
    #[must_use]
    pub fn for_author(app: &App, finding: &Finding) -> Self {
        let told = Self::worded(app, finding, &finding.author_key());
        Self { message: finding.message.clone().unwrap_or(told.message), ..told }
    }

    /// Each finding in the words meant for the author.
    #[must_use]
    pub fn all_for_author(app: &App, findings: &[Finding]) -> Vec<Self> {
        findings.iter().map(|finding| Self::for_author(app, finding)).collect()
    }

    /// A finding in the words meant for moderators.
    #[must_use]
    pub fn for_moderator(app: &App, finding: &Finding) -> Self {
        Self::worded(app, finding, &finding.moderator_key())
    }

    fn worded(app: &App, finding: &Finding, key: &str) -> Self {
        Self {
            rule: finding.rule.to_string(),
            version: finding.version,
            outcome: finding.outcome.as_str(),
            clause: finding.clause.clone(),
            weight: finding.weight,
            spans: finding.spans.iter().map(|span| [span.start, span.end]).collect(),
            message: app.words.with(key, &finding.arguments()),
        }
    }
}

/// A ban, as its subscriber and moderators see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Ban)]
pub struct BanView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    pub id: BanId,
    /// Whom it binds.
    #[schema(value_type = String, max_length = 31)]
    pub subscriber: SubscriberId,
    /// Where it holds: a title, or `all`.
    #[schema(max_length = 40)]
    pub title: String,
    /// What it withdraws.
    #[schema(max_items = 4)]
    pub privileges: Vec<String>,
    /// The clause broken.
    #[schema(value_type = String, max_length = 40)]
    pub clause: ClauseId,
    /// In which version of the house rules.
    pub clause_version: i64,
    /// Until when; null for good.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    pub until: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    pub created_at: Timestamp,
    /// When it was lifted, if it was.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    pub lifted_at: Option<Timestamp>,
    /// Why it was lifted.
    #[schema(max_length = 1_000)]
    pub lift_reason: Option<String>,
    /// The moderators' note.
    #[schema(max_length = 1_000)]
    pub note: Option<String>,
    /// What happened to the comments: `keep`, `remove` or `remove_held`.
    #[schema(max_length = 11, value_type = String)]
    pub comments: &'static str,
    /// How many comments it removed.
    pub removed_comments: i64,
    /// How many more there were than one ban removes.
    pub left_comments: i64,
    /// The act that it was made in with others.
    #[schema(value_type = Option<String>, max_length = 31)]
    pub batch: Option<BatchId>,
}

impl From<Ban> for BanView {
    fn from(ban: Ban) -> Self {
        Self {
            id: ban.id,
            subscriber: ban.subscriber,
            title: ban.scope.as_str().to_owned(),
            privileges: ban.privileges.names(),
            clause: ban.clause,
            clause_version: ban.clause_version,
            until: ban.until,
            created_at: ban.created_at,
            lifted_at: ban.lifted_at,
            lift_reason: ban.lift_reason,
            note: ban.note,
            comments: ban.comments.as_str(),
            removed_comments: ban.removed_comment_count,
            left_comments: ban.left_comment_count,
            batch: ban.batch,
        }
    }
}

/// A ban in an answer of its own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BanAnswer {
    /// The ban.
    pub ban: BanView,
}

/// A story as JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Story)]
pub struct StoryView {
    /// Its id.
    #[schema(value_type = String, max_length = 31)]
    pub id: StoryId,
    /// The title it appeared in.
    #[schema(value_type = String, max_length = 40)]
    pub title: TitleId,
    /// The newspaper's own id of it.
    #[schema(max_length = 255)]
    pub key: String,
    /// Where it can be read.
    #[schema(max_length = 2_000)]
    pub url: String,
    /// Its headline.
    #[schema(max_length = 255)]
    pub headline: String,
    /// Its section.
    #[schema(max_length = 255)]
    pub section: String,
    /// When it was published.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    pub published_at: Timestamp,
    /// `open`, `pre_moderated` or `closed`.
    #[schema(max_length = 13, value_type = String)]
    pub status: &'static str,
    /// Whether a new comment may be written now.
    pub is_open: bool,
    /// When its thread closes by itself.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    pub closes_at: Option<Timestamp>,
    /// How many comments are published.
    pub comment_count: i64,
    /// Counts the changes in its thread.
    pub revision: i64,
}

impl StoryView {
    /// `story` as it is at `now`.
    #[must_use]
    pub fn of(story: crate::stories::Story, now: Timestamp) -> Self {
        Self {
            is_open: story.is_open(now),
            id: story.id,
            title: story.title,
            key: story.key,
            url: story.url,
            headline: story.headline,
            section: story.section,
            published_at: story.published_at,
            status: story.status.as_str(),
            closes_at: story.closes_at,
            comment_count: story.comment_count,
            revision: story.revision,
        }
    }
}

/// A verdict in full, with the members that `belowline rules judge` prints, and where it came from.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Verdict)]
pub struct VerdictView {
    /// `publish`, `nudge`, `hold` or `reject`.
    #[schema(max_length = 7, value_type = String)]
    pub outcome: &'static str,
    /// What the classifier thought, when it was asked.
    pub probabilities: Option<ProbabilitiesView>,
    /// What the rules saw.
    #[schema(max_items = 10_000)]
    pub findings: Vec<FindingView>,
    /// Rules that could not be evaluated; a comment is held when one cannot.
    #[schema(max_items = 1_000)]
    pub faults: Vec<FaultView>,
    /// What rules on trial saw: it decided nothing.
    #[schema(max_items = 10_000)]
    pub shadow: Vec<FindingView>,
    /// Which engine judged.
    pub engine_version: i64,
    /// Which rules judged: changes with every word and number of them.
    #[schema(max_length = 40)]
    pub rule_set_version: String,
}

/// Probabilities, each between 0 and 1.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Probabilities)]
pub struct ProbabilitiesView {
    /// That the comment is abusive.
    #[schema(minimum = 0, maximum = 1)]
    pub abusive: f64,
    /// That it is hateful or threatening.
    #[schema(minimum = 0, maximum = 1)]
    pub hateful: f64,
}

/// A rule that could not be evaluated.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultView {
    /// The rule.
    #[schema(max_length = 80)]
    pub rule: String,
    /// `too_long_to_judge`, `missing_signal`, `division_by_zero`, `overflow` or `no_rules`.
    #[schema(value_type = String, max_length = 40)]
    pub code: FaultCode,
}

impl VerdictView {
    /// A verdict in the words meant for moderators.
    #[must_use]
    pub fn for_moderator(app: &App, verdict: &StoredVerdict) -> Self {
        let seen = |findings: &[Finding]| findings.iter().map(|it| FindingView::for_moderator(app, it)).collect();
        Self {
            outcome: verdict.outcome.as_str(),
            probabilities: verdict
                .probabilities
                .map(|scores| ProbabilitiesView { abusive: scores.abusive, hateful: scores.hateful }),
            findings: seen(&verdict.findings),
            faults: verdict.faults.iter().map(|it| FaultView { rule: it.rule.to_string(), code: it.code }).collect(),
            shadow: seen(&verdict.shadow),
            engine_version: verdict.engine_version,
            rule_set_version: verdict.rule_set_version.clone(),
        }
    }
}
