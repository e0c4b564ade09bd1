//! The statement of reasons: what an author is told when a comment or a privilege is taken.

use serde::{Deserialize, Serialize};

use super::{Mail, enqueue, store};
use crate::app::Work;
use crate::kernel::{
    AccountId, BanId, ClauseId, CommentId, Cursor, DecisionId, Limit, Page, StatementId, Timestamp, TitleId,
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
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Held, Self::Rejected, Self::Removed, Self::Banned].into_iter().find(|kind| kind.as_str() == text)
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
}

/// Tells `statement.account` of a restriction: a statement to read in their own page, and by mail what a person decided
/// while they were away. Of a verdict the author is told at once, by the answer to their own request.
///
/// # Errors
/// When it cannot be stored; the restriction must not happen then.
pub async fn restrict(work: &mut Work, statement: &Statement) -> Result<(), StorageError> {
    store::insert_statement(&mut work.tx, statement).await?;
    match statement.kind {
        Kind::Held | Kind::Rejected => Ok(()),
        Kind::Removed | Kind::Banned => {
            enqueue(work, statement.account, &Mail::Statement { statement: statement.id }).await
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

/// What `account` was told, newest first; `before` is exclusive.
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
