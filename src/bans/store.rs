//! The tables of bans and their evidence.

use super::{Ban, Evidence, Privilege, Privileges};
use crate::kernel::{
    AccountId, BanId, ClauseId, CommentId, Cursor, Id, Limit, Page, Scope, SubscriberId, Timestamp, TitleId,
};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// A ban's columns, and where they are read from.
macro_rules! columns {
    () => {
        "id, scope, subscriber, withdraws_comment, withdraws_reply, withdraws_recommend, withdraws_report, clause,
                clause_title, clause_version, until, note, banned_by, created_at, lifted_at, lifted_by,
                lift_reason
         from bans "
    };
}

#[derive(sqlx::FromRow)]
struct BanRow {
    id: BanId,
    scope: Scope,
    subscriber: SubscriberId,
    withdraws_comment: bool,
    withdraws_reply: bool,
    withdraws_recommend: bool,
    withdraws_report: bool,
    clause: ClauseId,
    clause_title: TitleId,
    clause_version: i64,
    until: Option<Timestamp>,
    note: Option<String>,
    banned_by: Option<AccountId>,
    created_at: Timestamp,
    lifted_at: Option<Timestamp>,
    lifted_by: Option<AccountId>,
    lift_reason: Option<String>,
}

impl From<BanRow> for Ban {
    fn from(row: BanRow) -> Self {
        let privileges: Privileges = [
            (row.withdraws_comment, Privilege::Comment),
            (row.withdraws_reply, Privilege::Reply),
            (row.withdraws_recommend, Privilege::Recommend),
            (row.withdraws_report, Privilege::Report),
        ]
        .into_iter()
        .filter_map(|(is_withdrawn, privilege)| is_withdrawn.then_some(privilege))
        .collect();
        Self {
            id: row.id,
            scope: row.scope,
            subscriber: row.subscriber,
            privileges,
            clause: row.clause,
            clause_title: row.clause_title,
            clause_version: row.clause_version,
            until: row.until,
            note: row.note,
            banned_by: row.banned_by,
            created_at: row.created_at,
            lifted_at: row.lifted_at,
            lifted_by: row.lifted_by,
            lift_reason: row.lift_reason,
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, ban: &Ban) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into bans (id, scope, subscriber, withdraws_comment, withdraws_reply, withdraws_recommend,
                           withdraws_report, clause, clause_title, clause_version, until, note, banned_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        ban.id,
        &ban.scope,
        ban.subscriber,
        ban.privileges.has(Privilege::Comment),
        ban.privileges.has(Privilege::Reply),
        ban.privileges.has(Privilege::Recommend),
        ban.privileges.has(Privilege::Report),
        &ban.clause,
        &ban.clause_title,
        ban.clause_version,
        ban.until,
        &ban.note,
        ban.banned_by,
        ban.created_at
    )?;
    Ok(())
}

pub(super) async fn insert_evidence(tx: &mut Tx, ban: BanId, evidence: &Evidence) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into ban_evidence (ban, comment, comment_revision, body) values ($1, $2, $3, $4)",
        ban,
        evidence.comment,
        evidence.revision,
        &evidence.body
    )?;
    Ok(())
}

pub(super) async fn set_lifted(
    tx: &mut Tx,
    id: BanId,
    by: Option<AccountId>,
    reason: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "update bans set lifted_at = $2, lifted_by = $3, lift_reason = $4 where id = $1 and lifted_at is null",
        id,
        now,
        by,
        reason
    )?;
    Ok(count == 1)
}

/// The ban `id`, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: BanId) -> Result<Option<Ban>, StorageError> {
    let row = fetch_optional!(tx, BanRow, concat!("select ", columns!(), "where id = $1"), id)?;
    Ok(row.map(Ban::from))
}

/// What is in force against `subscriber` at `now`, in every title, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn in_force(tx: &mut Tx, subscriber: SubscriberId, now: Timestamp) -> Result<Vec<Ban>, StorageError> {
    let rows = fetch_all!(
        tx,
        BanRow,
        concat!(
            "select ",
            columns!(),
            "where subscriber = $1 and lifted_at is null and (until is null or until > $2)
         order by created_at, id"
        ),
        subscriber,
        now
    )?;
    Ok(rows.into_iter().map(Ban::from).collect())
}

/// Every ban of `subscriber`, newest first, at most 100.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Ban>, StorageError> {
    let rows = fetch_all!(
        tx,
        BanRow,
        concat!("select ", columns!(), "where subscriber = $1 order by created_at desc, id desc limit 100"),
        subscriber
    )?;
    Ok(rows.into_iter().map(Ban::from).collect())
}

/// The bans that hold in `title`, past ones too, newest first; `before` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    tx: &mut Tx,
    title: &TitleId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Ban>, StorageError> {
    let rows = fetch_all!(
        tx,
        BanRow,
        concat!(
            "select ",
            columns!(),
            "where (scope = $1 or scope = 'all') and ($2 is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc limit $4"
        ),
        title,
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let bans = rows.into_iter().map(Ban::from).collect();
    Ok(Page::from_rows(bans, limit, |last| Cursor::new(last.created_at.as_millis(), last.id.uuid())))
}

/// The bans in force at `now` that hold in `title`, newest first; `before` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_in_force(
    tx: &mut Tx,
    title: &TitleId,
    now: Timestamp,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Ban>, StorageError> {
    let rows = fetch_all!(
        tx,
        BanRow,
        concat!(
            "select ",
            columns!(),
            "where (scope = $1 or scope = 'all') and lifted_at is null and (until is null or until > $2)
           and ($3 is null or (created_at, id) < ($3, $4))
         order by created_at desc, id desc limit $5"
        ),
        title,
        now,
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let bans = rows.into_iter().map(Ban::from).collect();
    Ok(Page::from_rows(bans, limit, |last| Cursor::new(last.created_at.as_millis(), last.id.uuid())))
}

/// What the ban `id` rests on, as it read then.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_evidence(tx: &mut Tx, id: BanId) -> Result<Vec<Evidence>, StorageError> {
    let rows = fetch_all!(
        tx,
        (CommentId, i64, String),
        "select comment, comment_revision, body from ban_evidence where ban = $1 order by comment",
        id
    )?;
    Ok(rows.into_iter().map(|(comment, revision, body)| Evidence { comment, revision, body }).collect())
}

/// How many bans are in force at `now`.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_in_force(tx: &mut Tx, now: Timestamp) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from bans where lifted_at is null and (until is null or until > $1)",
        now
    )?;
    Ok(count)
}
