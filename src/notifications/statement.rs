//! The statement of reasons: what an author is told when a comment or a privilege is taken.

use serde::{Deserialize, Serialize};

use super::{Mail, digest, enqueue, store};
use crate::app::Work;
use crate::kernel::{
    AccountId, BanId, ClauseId, CommentId, Cursor, DecisionId, Limit, Page, StatementId, Timestamp, TitleId, WarningId,
};
use crate::storage::{StorageError, Tx};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A comment waits for a moderator.
    Held,
    /// A comment was not taken.
    Rejected,
    /// A comment was taken down.
    Removed,
    /// Privileges were withdrawn.
    Banned,
    /// A clause was called to mind.
    Reminded,
    /// A warning has to be acknowledged.
    Warned,
}

impl Kind {
    /// The kind as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
            Self::Banned => "banned",
            Self::Reminded => "reminded",
            Self::Warned => "warned",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Held, Self::Rejected, Self::Removed, Self::Banned, Self::Reminded, Self::Warned]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// What the person is told besides kind, clause and date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// The text that was restricted, as it read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The words in it that led to this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// The rules that fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The privileges withdrawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub privileges: Vec<String>,
    /// Until when; nothing for good, or when it does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether it holds in every title.
    #[serde(default)]
    pub is_everywhere: bool,
    /// Whether a rule had seen something in the text before anybody decided.
    #[serde(default)]
    pub was_detected_by_rules: bool,
    /// The story that the comment stands under, as it was headed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// The warning to acknowledge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<WarningId>,
    /// How many comments a ban took along.
    #[serde(default)]
    pub removed_comment_count: i64,
}

/// A statement of reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Whose house rules it cites.
    pub title: TitleId,
    /// Who is told.
    pub account: AccountId,
    /// What was done.
    pub kind: Kind,
    /// The comment, when one was restricted.
    pub comment: Option<CommentId>,
    /// The decision behind it, when a person decided on a comment.
    pub decision: Option<DecisionId>,
    /// The ban, when privileges were withdrawn.
    pub ban: Option<BanId>,
    /// The clause broken, and which version of the house rules.
    pub clause: Option<(ClauseId, i64)>,
    /// Whether a rule and not a person decided.
    pub is_automatic: bool,
    /// The facts.
    pub restriction: Restriction,
    /// When.
    pub created_at: Timestamp,
    /// When what it tells of was undone, if it was.
    pub taken_back_at: Option<Timestamp>,
}

/// Whose statements are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Those of a decision.
    Decision(DecisionId),
    /// Those of a ban.
    Ban(BanId),
}

/// Marks what was told of a decision or a ban as taken back; what has not been mailed yet is not mailed with others.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_back(work: &mut Work, about: About) -> Result<(), StorageError> {
    store::set_taken_back(&mut work.tx, about, Some(work.now)).await
}

/// Lets what was told of a decision or a ban stand again.
///
/// # Errors
/// When the database cannot be written.
pub async fn give_again(work: &mut Work, about: About) -> Result<(), StorageError> {
    store::set_taken_back(&mut work.tx, about, None).await
}

/// Tells `statement.account` of a restriction: a statement to read in their own page, and by mail what a person decided
/// while they were away: a ban or a warning at once, a removal when and with what others the reader chose, and all together
/// when there are many in an hour. Of a verdict the author is told at once, by the answer to their own request.
///
/// # Errors
/// When it cannot be stored; the restriction must not happen then.
pub async fn restrict(work: &mut Work, statement: &Statement) -> Result<(), StorageError> {
    store::insert_statement(&mut work.tx, statement).await?;
    match statement.kind {
        Kind::Held | Kind::Rejected => Ok(()),
        Kind::Removed | Kind::Banned | Kind::Reminded | Kind::Warned => {
            match digest::put_off(work, statement.account, statement.kind).await? {
                Some(due) => store::set_digest_due(&mut work.tx, statement.id, due).await,
                None => enqueue(work, statement.account, &Mail::Statement { statement: statement.id }).await,
            }
        }
    }
}

/// The statement `id`, if `account` was sent it.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_statement(
    tx: &mut Tx,
    account: AccountId,
    id: StatementId,
) -> Result<Option<Statement>, StorageError> {
    store::find_statement(tx, account, id).await
}

/// The latest that `account` was told about `comment`.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_about(
    tx: &mut Tx,
    account: AccountId,
    comment: CommentId,
) -> Result<Option<StatementId>, StorageError> {
    store::latest_about(tx, account, comment).await
}

/// What `account` was told, and of what bans other accounts of the same person were, newest first; `before` is exclusive.
/// Whoever comes back with a new account so reads why they are banned.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_statements(
    tx: &mut Tx,
    account: AccountId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Statement>, StorageError> {
    store::list_statements(tx, account, before, limit).await
}
