//! The tables of statements and outgoing mail.

use super::{About, Digest, Kind, Mail, Queued, Restriction, Statement};
use crate::kernel::{
    AccountId, BanId, ClauseId, CommentId, Cursor, DecisionId, Id, Limit, OutboxId, Page, StatementId, Timestamp,
    TitleId,
};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional, per_engine, text_column};

text_column! {
    Kind: |kind: &Kind| kind.as_str(), Kind::parse;
    Digest: |digest: &Digest| digest.as_str(), Digest::parse;
}

#[derive(sqlx::FromRow)]
struct StatementRow {
    id: StatementId,
    title: TitleId,
    account: AccountId,
    kind: Kind,
    comment: Option<CommentId>,
    decision: Option<DecisionId>,
    ban: Option<BanId>,
    clause: Option<ClauseId>,
    clause_version: Option<i64>,
    is_automatic: bool,
    details: String,
    created_at: Timestamp,
    taken_back_at: Option<Timestamp>,
}

impl TryFrom<StatementRow> for Statement {
    type Error = StorageError;

    fn try_from(row: StatementRow) -> Result<Self, StorageError> {
        let restriction: Restriction =
            serde_json::from_str(&row.details).map_err(|_| StorageError::corrupt("statements", row.id))?;
        Ok(Self {
            id: row.id,
            title: row.title,
            account: row.account,
            kind: row.kind,
            comment: row.comment,
            decision: row.decision,
            ban: row.ban,
            clause: row.clause.zip(row.clause_version),
            is_automatic: row.is_automatic,
            restriction,
            created_at: row.created_at,
            taken_back_at: row.taken_back_at,
        })
    }
}

pub(super) async fn insert_statement(tx: &mut Tx, statement: &Statement) -> Result<(), StorageError> {
    let details =
        serde_json::to_string(&statement.restriction).map_err(|_| StorageError::corrupt("statements", statement.id))?;
    execute!(
        tx,
        "insert into statements (id, title, account, kind, comment, decision, ban, clause, clause_version,
                                 is_automatic, details, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        statement.id,
        &statement.title,
        statement.account,
        statement.kind,
        statement.comment,
        statement.decision,
        statement.ban,
        statement.clause.as_ref().map(|(clause, _)| clause),
        statement.clause.as_ref().map(|(_, version)| *version),
        statement.is_automatic,
        &details,
        statement.created_at
    )?;
    Ok(())
}

pub(super) async fn find_statement(
    tx: &mut Tx,
    account: AccountId,
    id: StatementId,
) -> Result<Option<Statement>, StorageError> {
    let row = fetch_optional!(
        tx,
        StatementRow,
        "select id, title, account, kind, comment, decision, ban, clause, clause_version, is_automatic, details,
                created_at, taken_back_at
         from statements where id = $1 and account = $2",
        id,
        account
    )?;
    row.map(Statement::try_from).transpose()
}

pub(super) async fn latest_about(
    tx: &mut Tx,
    account: AccountId,
    comment: CommentId,
) -> Result<Option<StatementId>, StorageError> {
    let row = fetch_optional!(
        tx,
        (StatementId,),
        "select id from statements where account = $1 and comment = $2 order by created_at desc, id desc limit 1",
        account,
        comment
    )?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn list_statements(
    tx: &mut Tx,
    account: AccountId,
    before: Option<Cursor>,
    limit: Limit,
) -> Result<Page<Statement>, StorageError> {
    let rows = fetch_all!(
        tx,
        StatementRow,
        "with peers as (select a.id as account from accounts a join subscribers p on p.id = a.subscriber
            where p.person = (select q.person from accounts b join subscribers q on q.id = b.subscriber where b.id = $1))
         select id, title, account, kind, comment, decision, ban, clause, clause_version, is_automatic, details,
                created_at, taken_back_at
         from statements s where account in (select account from peers) and ($2 is null or (created_at, id) < ($2, $3))
           and (account = $1 or (ban is not null or kind in ('reminded', 'warned')) and not exists (
                select 1 from statements o where (o.ban = s.ban or s.ban is null and o.ban is null and o.kind = s.kind
                    and o.clause = s.clause and o.created_at = s.created_at)
                and (o.account = $1 or o.id < s.id and o.account in (select account from peers))))
         order by created_at desc, id desc limit $4",
        account,
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    let statements = rows.into_iter().map(Statement::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(statements, limit, |last| Cursor::new(last.created_at.as_millis(), last.id.uuid())))
}

#[derive(sqlx::FromRow)]
struct QueuedRow {
    id: OutboxId,
    account: AccountId,
    details: String,
    attempts: i64,
}

pub(super) async fn insert_mail(
    tx: &mut Tx,
    id: OutboxId,
    account: AccountId,
    mail: &Mail,
    now: Timestamp,
) -> Result<(), StorageError> {
    let details = serde_json::to_string(mail).map_err(|_| StorageError::corrupt("outbox", id))?;
    let message = serde_json::from_str::<serde_json::Value>(&details)
        .ok()
        .and_then(|value| value.get("mail").and_then(|name| name.as_str().map(str::to_owned)))
        .unwrap_or_default();
    execute!(
        tx,
        "insert into outbox (id, account, message, details, created_at, due_at, attempts)
         values ($1, $2, $3, $4, $5, $5, 0)",
        id,
        account,
        &message,
        &details,
        now
    )?;
    Ok(())
}

pub(super) async fn claim_due(
    tx: &mut Tx,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Queued>, StorageError> {
    let sql = per_engine!(tx,
        sqlite: "update outbox set due_at = $2 where id in (
                     select id from outbox where sent_at is null and failed_at is null and due_at <= $1
                     order by due_at, id limit $3)
                 returning id, account, details, attempts",
        postgres: "update outbox set due_at = $2 where id in (
                     select id from outbox where sent_at is null and failed_at is null and due_at <= $1
                     order by due_at, id limit $3 for update skip locked)
                 returning id, account, details, attempts",
    );
    let mut rows = fetch_all!(tx, QueuedRow, sql, now, until, limit)?;
    rows.sort_by_key(|row| row.id);
    rows.into_iter()
        .map(|row| {
            let mail = serde_json::from_str(&row.details).map_err(|_| StorageError::corrupt("outbox", row.id))?;
            Ok(Queued { id: row.id, account: row.account, mail, attempts: row.attempts })
        })
        .collect()
}

pub(super) async fn set_sent(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "update outbox set sent_at = $2, details = '{}' where id = $1 and sent_at is null", id, now)?;
    Ok(())
}

pub(super) async fn set_later(tx: &mut Tx, id: OutboxId, attempts: i64, due: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update outbox set attempts = $2, due_at = $3 where id = $1 and sent_at is null and failed_at is null",
        id,
        attempts,
        due
    )?;
    Ok(())
}

pub(super) async fn set_failed(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "update outbox set failed_at = $2, details = '{}' where id = $1 and sent_at is null", id, now)?;
    Ok(())
}

pub(super) async fn set_taken_back(tx: &mut Tx, about: About, at: Option<Timestamp>) -> Result<(), StorageError> {
    let (decision, ban) = match about {
        About::Decision(decision) => (Some(decision), None),
        About::Ban(ban) => (None, Some(ban)),
    };
    execute!(
        tx,
        "update statements set taken_back_at = $3, digest_due_at = null where decision = $1 or ban = $2",
        decision,
        ban,
        at
    )?;
    Ok(())
}

pub(super) async fn set_digest_due(tx: &mut Tx, id: StatementId, due: Timestamp) -> Result<(), StorageError> {
    execute!(tx, "update statements set digest_due_at = $2 where id = $1", id, due)?;
    Ok(())
}

/// How many mails with one statement each went to `account` since `since`.
pub(super) async fn count_single(tx: &mut Tx, account: AccountId, since: Timestamp) -> Result<i64, StorageError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from outbox where account = $1 and created_at > $2 and message = 'statement'",
        account,
        since
    )?;
    Ok(count)
}

/// Accounts with statements that are due to be mailed together, at most `limit`.
pub(super) async fn list_digests_due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<AccountId>, StorageError> {
    let rows = fetch_all!(
        tx,
        (AccountId,),
        "select distinct account from statements where digest_due_at <= $1 order by account limit $2",
        now,
        limit
    )?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}

/// Takes the statements of `account` that wait to be mailed together, due or not; answers them, oldest first.
pub(super) async fn take_waiting(tx: &mut Tx, account: AccountId) -> Result<Vec<StatementId>, StorageError> {
    let mut rows = fetch_all!(
        tx,
        (StatementId,),
        "update statements set digest_due_at = null where account = $1 and digest_due_at is not null returning id",
        account
    )?;
    rows.sort_unstable();
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn find_choice(tx: &mut Tx, account: AccountId) -> Result<Option<Digest>, StorageError> {
    let row = fetch_optional!(tx, (Digest,), "select digest from mail_choices where account = $1", account)?;
    Ok(row.map(|(digest,)| digest))
}

pub(super) async fn set_choice(
    tx: &mut Tx,
    account: AccountId,
    digest: Digest,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into mail_choices (account, digest, chosen_at) values ($1, $2, $3)
         on conflict (account) do update set digest = excluded.digest, chosen_at = excluded.chosen_at",
        account,
        digest,
        now
    )?;
    Ok(())
}
