//! The table of reports.

use super::{Outcome, Report};
use crate::kernel::{
    AccountId, ClauseId, CommentId, Cursor, DecisionId, Id, Limit, Page, ReportId, SubscriberId, Timestamp, TitleId,
};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional, text_column};

text_column! {
    Outcome: |outcome: &Outcome| outcome.as_str(), Outcome::parse;
}

/// A report's columns; the comment's status says whether an open report has come to nothing.
macro_rules! columns {
    () => {
        "r.id, r.title, r.comment, r.account, r.subscriber, r.clause, r.clause_version, r.note, r.comment_revision,
         r.body, case when r.outcome is null and c.status = 'withdrawn' then 'withdrawn' else r.outcome end as outcome,
         r.decision, r.created_at, r.closed_at from reports r join comments c on c.id = r.comment "
    };
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    id: ReportId,
    title: TitleId,
    comment: CommentId,
    account: AccountId,
    subscriber: SubscriberId,
    clause: ClauseId,
    clause_version: i64,
    note: Option<String>,
    comment_revision: i64,
    body: String,
    outcome: Option<Outcome>,
    decision: Option<DecisionId>,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
}

impl From<ReportRow> for Report {
    fn from(row: ReportRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            comment: row.comment,
            account: row.account,
            subscriber: row.subscriber,
            clause: row.clause,
            clause_version: row.clause_version,
            note: row.note,
            comment_revision: row.comment_revision,
            body: row.body,
            outcome: row.outcome,
            decision: row.decision,
            created_at: row.created_at,
            closed_at: row.closed_at,
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, report: &Report) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into reports (id, title, comment, account, subscriber, clause, clause_version, note, comment_revision,
                              body, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        report.id,
        &report.title,
        report.comment,
        report.account,
        report.subscriber,
        &report.clause,
        report.clause_version,
        &report.note,
        report.comment_revision,
        &report.body,
        report.created_at
    )?;
    Ok(count == 1)
}

pub(super) async fn find(tx: &mut Tx, id: ReportId) -> Result<Option<Report>, StorageError> {
    let row = fetch_optional!(tx, ReportRow, concat!("select ", columns!(), "where r.id = $1"), id)?;
    Ok(row.map(Report::from))
}

/// The report of `comment` that `account` sent.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_own(tx: &mut Tx, comment: CommentId, account: AccountId) -> Result<Option<Report>, StorageError> {
    let sql = concat!("select ", columns!(), "where r.comment = $1 and r.account = $2");
    Ok(fetch_optional!(tx, ReportRow, sql, comment, account)?.map(Report::from))
}

/// The reports of `comment`, the open ones first and then the latest, at most 100.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_on(tx: &mut Tx, comment: CommentId) -> Result<Vec<Report>, StorageError> {
    let rows = fetch_all!(
        tx,
        ReportRow,
        concat!(
            "select ",
            columns!(),
            "where r.comment = $1 order by case when r.outcome is null then 0 else 1 end, r.created_at desc, r.id desc
             limit 100"
        ),
        comment
    )?;
    Ok(rows.into_iter().map(Report::from).collect())
}

/// Whether the person of `subscriber` has reported `comment`, under any account; `is_open`: and the report is still open.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_reported_by(
    tx: &mut Tx,
    comment: CommentId,
    subscriber: SubscriberId,
    is_open: bool,
) -> Result<bool, StorageError> {
    let found = fetch_optional!(
        tx,
        (ReportId,),
        "select id from reports where comment = $1 and (outcome is null or not $3) and subscriber in
            (select id from subscribers where person = (select person from subscribers where id = $2))
         limit 1",
        comment,
        subscriber,
        is_open
    )?;
    Ok(found.is_some())
}

/// The reports that `account` sent, newest first; `before` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_account(
    tx: &mut Tx,
    account: AccountId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Report>, StorageError> {
    let rows = fetch_all!(
        tx,
        ReportRow,
        concat!(
            "select ",
            columns!(),
            "where r.account = $1 and ($2 is null or (r.created_at, r.id) < ($2, $3))
             order by r.created_at desc, r.id desc limit $4"
        ),
        account,
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let reports = rows.into_iter().map(Report::from).collect();
    Ok(Page::from_rows(reports, limit, |last: &Report| Cursor::new(last.created_at.as_millis(), last.id.uuid())))
}

/// When the person of `subscriber` reported since `since`, oldest first.
pub(super) async fn list_times_since(
    tx: &mut Tx,
    subscriber: SubscriberId,
    since: Timestamp,
) -> Result<Vec<Timestamp>, StorageError> {
    let rows = fetch_all!(
        tx,
        (Timestamp,),
        "select created_at from reports where created_at > $2 and subscriber in
            (select id from subscribers where person = (select person from subscribers where id = $1))
         order by created_at",
        subscriber,
        since
    )?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

pub(super) async fn set_outcome(
    tx: &mut Tx,
    comment: CommentId,
    decision: DecisionId,
    outcome: Outcome,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let count = execute!(
        tx,
        "update reports set outcome = $2, decision = $3, closed_at = $4 where comment = $1 and outcome is null",
        comment,
        outcome,
        decision,
        now
    )?;
    Ok(i64::try_from(count).unwrap_or(0))
}

pub(super) async fn set_upheld_dismissed(
    tx: &mut Tx,
    comment: CommentId,
    decision: DecisionId,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let count = execute!(
        tx,
        "update reports set outcome = 'dismissed', decision = $2, closed_at = $3
         where comment = $1 and outcome = 'upheld'",
        comment,
        decision,
        now
    )?;
    Ok(i64::try_from(count).unwrap_or(0))
}

/// Keeps what the reports of `comment` with this `outcome` are before `decision` changes them.
pub(super) async fn note_before(
    tx: &mut Tx,
    comment: CommentId,
    decision: DecisionId,
    outcome: Option<Outcome>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into decided_reports (decision, report, outcome, earlier_decision, closed_at)
         select $2, id, outcome, decision, closed_at from reports
         where comment = $1 and coalesce(outcome, '') = $3",
        comment,
        decision,
        outcome.map_or("", Outcome::as_str)
    )?;
    Ok(())
}

pub(super) async fn count_upheld_by(tx: &mut Tx, decision: DecisionId) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from reports where outcome = 'upheld' and decision = $1
           and id in (select report from decided_reports where decision = $1)",
        decision
    )?;
    Ok(count)
}

pub(super) async fn count_upheld_before(tx: &mut Tx, decision: DecisionId) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from decided_reports where outcome = 'upheld' and decision = $1",
        decision
    )?;
    Ok(count)
}

pub(super) async fn set_as_before(tx: &mut Tx, decision: DecisionId) -> Result<(), StorageError> {
    execute!(
        tx,
        "update reports set
             outcome = (select d.outcome from decided_reports d where d.decision = $1 and d.report = reports.id),
             closed_at = (select d.closed_at from decided_reports d where d.decision = $1 and d.report = reports.id),
             decision = (select d.earlier_decision from decided_reports d
                         where d.decision = $1 and d.report = reports.id)
         where decision = $1 and id in (select report from decided_reports where decision = $1)",
        decision
    )?;
    Ok(())
}

/// How many reports that the person of `subscriber` sent in `title` after `since` were dismissed.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_dismissed(
    tx: &mut Tx,
    subscriber: SubscriberId,
    title: &TitleId,
    since: Timestamp,
) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from reports
         where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and title = $2 and created_at > $3 and outcome = 'dismissed'",
        subscriber,
        title,
        since
    )?;
    Ok(count)
}
