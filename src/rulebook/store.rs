//! The table of word lists.

use super::suspend::{Cause, Suspension};
use crate::kernel::{AccountId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, lock_rows};

/// A title's word list as it was written.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WordList {
    /// Counts the publications, from 1.
    pub version: i64,
    /// The list, TOML.
    pub source: String,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A title's rules as their editors wrote them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RuleFile {
    /// Counts the publications, from 1.
    pub version: i64,
    /// The rules, TOML.
    pub source: String,
    /// When they were published.
    pub published_at: Timestamp,
}

/// The versions of everything that a title's rules are made of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Versions {
    pub(super) title: TitleId,
    pub(super) word_list: i64,
    pub(super) house_rules: i64,
    pub(super) rules: i64,
    pub(super) suspensions: i64,
    pub(super) model: i64,
}

/// The latest word list of `title`, if it has published any.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_word_list(tx: &mut Tx, title: &TitleId) -> Result<Option<WordList>, StorageError> {
    fetch_optional!(
        tx,
        WordList,
        "select version, source, published_at from word_lists where title = $1 order by version desc limit 1",
        title
    )
}

/// Makes publishing for `title` wait for any other publishing for it.
pub(super) async fn lock(tx: &mut Tx, title: &TitleId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from titles where id = $1", title)
}

pub(super) async fn insert_word_list(
    tx: &mut Tx,
    title: &TitleId,
    list: &WordList,
    by: Option<AccountId>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into word_lists (title, version, source, published_at, published_by) values ($1, $2, $3, $4, $5)",
        title,
        list.version,
        &list.source,
        list.published_at,
        by
    )?;
    Ok(())
}

/// The latest rules of `title`, if it has published any.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_rule_file(tx: &mut Tx, title: &TitleId) -> Result<Option<RuleFile>, StorageError> {
    fetch_optional!(
        tx,
        RuleFile,
        "select version, source, published_at from rule_files where title = $1 order by version desc limit 1",
        title
    )
}

pub(super) async fn insert_rule_file(
    tx: &mut Tx,
    title: &TitleId,
    file: &RuleFile,
    by: Option<AccountId>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into rule_files (title, version, source, published_at, published_by) values ($1, $2, $3, $4, $5)",
        title,
        file.version,
        &file.source,
        file.published_at,
        by
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SuspensionRow {
    rule: String,
    version: i64,
    cause: String,
    firing_count: i64,
    suspended_at: Timestamp,
}

/// The live rules of `title` that are on trial for now, of this version of its rules.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_suspensions(tx: &mut Tx, title: &TitleId, version: i64) -> Result<Vec<Suspension>, StorageError> {
    let rows = fetch_all!(
        tx,
        SuspensionRow,
        "select rule, version, cause, firing_count, suspended_at from rule_suspensions
         where title = $1 and version = $2 order by suspended_at, rule",
        title,
        version
    )?;
    let suspension = |row: SuspensionRow| {
        Ok(Suspension {
            cause: Cause::parse(&row.cause).ok_or_else(|| StorageError::corrupt("rule_suspensions", &row.rule))?,
            rule: row.rule,
            version: row.version,
            firing_count: row.firing_count,
            suspended_at: row.suspended_at,
        })
    };
    rows.into_iter().map(suspension).collect()
}

/// The rules of `title`, whatever their version, that were suspended since `since` because they fired suddenly.
pub(super) async fn list_suddenly_suspended(
    tx: &mut Tx,
    title: &TitleId,
    since: Timestamp,
) -> Result<Vec<String>, StorageError> {
    let sql = "select rule from rule_suspensions where title = $1 and suspended_at >= $2 and cause = $3";
    let rows = fetch_all!(tx, (String,), sql, title, since, Cause::Sudden.as_str())?;
    Ok(rows.into_iter().map(|(rule,)| rule).collect())
}

/// Suspends a rule; answers false when it is already.
pub(super) async fn insert_suspension(
    tx: &mut Tx,
    title: &TitleId,
    suspension: &Suspension,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into rule_suspensions (title, version, rule, cause, firing_count, suspended_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        title,
        suspension.version,
        &suspension.rule,
        suspension.cause.as_str(),
        suspension.firing_count,
        suspension.suspended_at
    )?;
    Ok(count == 1)
}

/// The versions of every title's word list, rules and house rules, 0 for what it has none of.
pub(super) async fn list_versions(tx: &mut Tx) -> Result<Vec<Versions>, StorageError> {
    fetch_all!(
        tx,
        Versions,
        "select t.id as title,
                cast(coalesce((select max(w.version) from word_lists w where w.title = t.id), 0) as bigint) as word_list,
                cast(coalesce((select max(h.version) from house_rules h where h.title = t.id), 0) as bigint) as house_rules,
                cast(coalesce((select max(r.version) from rule_files r where r.title = t.id), 0) as bigint) as rules,
                cast((select count(*) from rule_suspensions s where s.title = t.id) as bigint) as suspensions,
                cast(coalesce((select max(m.version) from title_models m
                    where m.title = t.id and m.is_promoted and m.reverted_at is null), 0) as bigint) as model
         from titles t order by t.id"
    )
}
