//! The table of decisions.

use super::{Action, Decision, Lesson};
use crate::comments::{Status, Waiting};
use crate::kernel::{AccountId, ActId, BanId, ClauseId, CommentId, DecisionId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx, id_list};
use crate::{execute, fetch_all, fetch_one, fetch_optional, per_engine, text_column};

text_column! {
    Action: |action: &Action| action.as_str(), Action::parse;
}

macro_rules! columns {
    () => {
        "d.id, d.title, d.comment, d.judged_revision, d.made_revision, d.action, d.from_status, d.to_status, d.clause,
         d.clause_version, d.note, d.moderator, a.name, d.created_at, d.queued_before, d.open_reports_before, d.ban,
         d.undone_at
         from decisions d join accounts a on a.id = d.moderator "
    };
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    id: DecisionId,
    title: TitleId,
    comment: CommentId,
    judged_revision: i64,
    made_revision: i64,
    action: Action,
    from_status: Status,
    to_status: Status,
    clause: Option<ClauseId>,
    clause_version: Option<i64>,
    note: Option<String>,
    moderator: AccountId,
    name: String,
    created_at: Timestamp,
    queued_before: Option<Timestamp>,
    open_reports_before: Option<i64>,
    ban: Option<BanId>,
    undone_at: Option<Timestamp>,
}

impl From<DecisionRow> for Decision {
    fn from(row: DecisionRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            comment: row.comment,
            judged_revision: row.judged_revision,
            made_revision: row.made_revision,
            action: row.action,
            from: row.from_status,
            to: row.to_status,
            clause: row.clause.zip(row.clause_version),
            note: row.note,
            moderator: row.moderator,
            moderator_name: row.name,
            created_at: row.created_at,
            waited: row
                .open_reports_before
                .map(|open_report_count| Waiting { queued_at: row.queued_before, open_report_count }),
            ban: row.ban,
            undone_at: row.undone_at,
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, decision: &Decision) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into decisions (id, title, comment, judged_revision, made_revision, action, from_status, to_status,
                                clause, clause_version, note, moderator, created_at, queued_before,
                                open_reports_before, ban)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        decision.id,
        &decision.title,
        decision.comment,
        decision.judged_revision,
        decision.made_revision,
        decision.action,
        decision.from,
        decision.to,
        decision.clause.as_ref().map(|(clause, _)| clause),
        decision.clause.as_ref().map(|(_, version)| *version),
        &decision.note,
        decision.moderator,
        decision.created_at,
        decision.waited.and_then(|waited| waited.queued_at),
        decision.waited.map(|waited| waited.open_report_count),
        decision.ban
    )?;
    Ok(())
}

/// Marks the decision undone, unless it is.
pub(super) async fn set_undone(
    tx: &mut Tx,
    id: DecisionId,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let sql = "update decisions set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null";
    Ok(execute!(tx, sql, id, now, by)? == 1)
}

/// The decisions by which the ban `ban` took comments along, without those that were undone.
pub(super) async fn list_of_ban(tx: &mut Tx, ban: BanId) -> Result<Vec<Decision>, StorageError> {
    let sql = concat!("select ", columns!(), "where d.ban = $1 and d.undone_at is null order by d.id");
    Ok(fetch_all!(tx, DecisionRow, sql, ban)?.into_iter().map(Decision::from).collect())
}

/// The last decision that removed `comment`, made no later than its revision `judged` and not undone.
pub(super) async fn find_removal(
    tx: &mut Tx,
    comment: CommentId,
    judged: i64,
) -> Result<Option<DecisionId>, StorageError> {
    let row = fetch_optional!(
        tx,
        (DecisionId,),
        "select id from decisions where comment = $1 and made_revision <= $2 and action = 'remove' and undone_at is null
         order by made_revision desc limit 1",
        comment,
        judged
    )?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn find(tx: &mut Tx, id: DecisionId) -> Result<Option<Decision>, StorageError> {
    let row = fetch_optional!(tx, DecisionRow, concat!("select ", columns!(), "where d.id = $1"), id)?;
    Ok(row.map(Decision::from))
}

/// The decisions on `comments`, undone ones too: what was done and when, of each comment the newest last.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_acts(
    tx: &mut Tx,
    comments: &[CommentId],
) -> Result<Vec<(CommentId, Action, Timestamp)>, StorageError> {
    let sql = per_engine!(tx,
        sqlite: "select comment, action, created_at from decisions
                 where comment in (select unhex(value) from json_each($1)) order by comment, judged_revision",
        postgres: "select comment, action, created_at from decisions
                   where comment in (select value::uuid from json_array_elements_text($1::json))
                   order by comment, judged_revision",
    );
    fetch_all!(tx, (CommentId, Action, Timestamp), sql, id_list(comments))
}

/// The decisions on `comments` that were not undone: what was done and when, of each comment the newest last.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_standing_acts(
    tx: &mut Tx,
    comments: &[CommentId],
) -> Result<Vec<(CommentId, Action, Timestamp)>, StorageError> {
    let sql = per_engine!(tx,
        sqlite: "select comment, action, created_at from decisions where undone_at is null
                 and comment in (select unhex(value) from json_each($1)) order by comment, judged_revision",
        postgres: "select comment, action, created_at from decisions where undone_at is null
                   and comment in (select value::uuid from json_array_elements_text($1::json))
                   order by comment, judged_revision",
    );
    fetch_all!(tx, (CommentId, Action, Timestamp), sql, id_list(comments))
}

/// The decision that made the revision `made` of `comment`, if one did.
pub(super) async fn find_maker(tx: &mut Tx, comment: CommentId, made: i64) -> Result<Option<Decision>, StorageError> {
    let row = fetch_optional!(
        tx,
        DecisionRow,
        concat!("select ", columns!(), "where d.comment = $1 and d.made_revision = $2"),
        comment,
        made
    )?;
    Ok(row.map(Decision::from))
}

/// The decisions on `comment`, newest first, at most 100.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_on(tx: &mut Tx, comment: CommentId) -> Result<Vec<Decision>, StorageError> {
    let rows = fetch_all!(
        tx,
        DecisionRow,
        concat!("select ", columns!(), "where d.comment = $1 order by d.made_revision desc limit 100"),
        comment
    )?;
    Ok(rows.into_iter().map(Decision::from).collect())
}

/// How many comments of `title` wait for a moderator.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending_counts(tx: &mut Tx, title: &TitleId) -> Result<i64, StorageError> {
    let (count,) =
        fetch_one!(tx, (i64,), "select count(*) from comments where title = $1 and queued_at is not null", title)?;
    Ok(count)
}

#[derive(sqlx::FromRow)]
struct LessonRow {
    comment: CommentId,
    action: Action,
    moderator: AccountId,
    created_at: Timestamp,
    body: Option<String>,
}

pub(super) async fn list_lessons(tx: &mut Tx, title: &TitleId, limit: i64) -> Result<Vec<Lesson>, StorageError> {
    let rows = fetch_all!(
        tx,
        LessonRow,
        "select d.comment, d.action, d.moderator, d.created_at,
                (select t.body from comment_texts t where t.comment = d.comment and t.revision <= d.judged_revision
                 order by t.revision desc limit 1) as body
         from decisions d
         where d.title = $1 and d.action in ('approve', 'remove') and d.undone_at is null and d.ban is null
           and not exists (select 1 from decisions later where later.comment = d.comment
                           and later.judged_revision > d.judged_revision and later.undone_at is null)
         order by d.created_at desc, d.id desc limit $2",
        title,
        limit
    )?;
    let lesson = |row: LessonRow| {
        let is_removal = row.action == Action::Remove;
        let text = row.body.filter(|body| !body.trim().is_empty())?;
        Some(Lesson { comment: row.comment, text, is_removal, moderator: row.moderator, decided_at: row.created_at })
    };
    Ok(rows.into_iter().filter_map(lesson).collect())
}

pub(super) async fn count_decided(
    tx: &mut Tx,
    title: &TitleId,
    since: Timestamp,
) -> Result<(i64, Option<Timestamp>), StorageError> {
    fetch_one!(
        tx,
        (i64, Option<Timestamp>),
        "select cast(count(*) as bigint), max(created_at) from decisions where title = $1 and created_at > $2",
        title,
        since
    )
}

// Harmful acts

/// How many harmful acts `account` made after `since`.
pub(super) async fn count_harmful(tx: &mut Tx, account: AccountId, since: Timestamp) -> Result<i64, StorageError> {
    let sql = "select cast(count(*) as bigint) from destructive_acts where account = $1 and made_at > $2";
    Ok(fetch_one!(tx, (i64,), sql, account, since)?.0)
}

pub(super) async fn insert_harmful(
    tx: &mut Tx,
    id: ActId,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(tx, "insert into destructive_acts (id, account, made_at) values ($1, $2, $3)", id, account, now)?;
    Ok(())
}

pub(super) async fn delete_harmful_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    execute!(tx, "delete from destructive_acts where made_at <= $1", before)
}
