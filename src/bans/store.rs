//! The tables of bans and their evidence.

pub(super) mod batches;
pub(super) mod ladders;
pub(super) mod strikes;
pub(super) mod warnings;

use super::{Ban, Evidence, Fate, Privilege, Privileges};
use crate::kernel::{
    AccountId, BanId, BatchId, ClauseId, CommentId, Cursor, Id, Limit, Page, Scope, SubscriberId, Timestamp, TitleId,
};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_one, fetch_optional, text_column};

text_column! {
    Fate: |fate: &Fate| fate.as_str(), Fate::parse;
}

/// A ban's columns, and where they are read from.
macro_rules! columns {
    () => {
        "id, scope, subscriber, withdraws_comment, withdraws_reply, withdraws_recommend, withdraws_report, clause,
                clause_title, clause_version, until, note, banned_by, created_at, lifted_at, lifted_by,
                lift_reason, comments, removed_comment_count, left_comment_count, batch
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
    comments: Fate,
    removed_comment_count: i64,
    left_comment_count: i64,
    batch: Option<BatchId>,
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
            comments: row.comments,
            removed_comment_count: row.removed_comment_count,
            left_comment_count: row.left_comment_count,
            batch: row.batch,
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, ban: &Ban, departs_from: Option<&str>) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into bans (id, scope, subscriber, withdraws_comment, withdraws_reply, withdraws_recommend,
                           withdraws_report, clause, clause_title, clause_version, until, note, banned_by, created_at,
                           comments, batch, proposal)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
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
        ban.created_at,
        ban.comments,
        ban.batch,
        departs_from
    )?;
    Ok(())
}

/// Notes how many comments the ban removed, and how many it left.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_comment_counts(tx: &mut Tx, id: BanId, removed: i64, left: i64) -> Result<(), StorageError> {
    let sql = "update bans set removed_comment_count = $2, left_comment_count = $3 where id = $1";
    execute!(tx, sql, id, removed, left)?;
    Ok(())
}

/// Every ban of the act `batch`, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_batch(tx: &mut Tx, batch: BatchId) -> Result<Vec<Ban>, StorageError> {
    let sql = concat!("select ", columns!(), "where batch = $1 order by id");
    Ok(fetch_all!(tx, BanRow, sql, batch)?.into_iter().map(Ban::from).collect())
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

/// What is in force against the person of `subscriber` at `now`, in every title, oldest first.
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
            "where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
           and lifted_at is null and (until is null or until > $2)
         order by created_at, id"
        ),
        subscriber,
        now
    )?;
    Ok(rows.into_iter().map(Ban::from).collect())
}

/// Every ban of the person of `subscriber`, newest first, at most 100.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Ban>, StorageError> {
    let rows = fetch_all!(
        tx,
        BanRow,
        concat!(
            "select ",
            columns!(),
            "where subscriber in (select id from subscribers where person = (select person from subscribers where id = $1))
         order by created_at desc, id desc limit 100"
        ),
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

/// What `account` has in common with somebody else who is banned from commenting in `title`, by a ban older than the account
/// or one that followed another under which the account was made: the kinds of keys, and `name`. Pairs that a moderator found to be two people have nothing in common, and
/// neither have names of a series, both with figures.
///
/// # Errors
/// When the database cannot be read.
pub async fn common_with_banned(
    tx: &mut Tx,
    account: AccountId,
    title: &TitleId,
    now: Timestamp,
) -> Result<Vec<String>, StorageError> {
    let rows = fetch_all!(
        tx,
        (String, String, String),
        "with me as (select a.id, a.created_at, a.name_bare, s.person,
                            case when a.is_name_neutral then '' else a.name end as name
                     from accounts a join subscribers s on s.id = a.subscriber where a.id = $1),
              common as (
             select k.kind as kind, os.id as other, '' as mine, '' as theirs
             from me join subscribers s on s.person = me.person
                  join links l on l.subscriber = s.id
                  join link_keys k on k.id = l.key
                  join links o on o.key = l.key
                  join subscribers os on os.id = o.subscriber and os.person <> me.person
             where not exists (select 1 from separations p join subscribers t on t.id in (p.one, p.other)
                               where s.id in (p.one, p.other) and t.id <> s.id and t.person = os.person)
             union all
             select 'name' as kind, o.subscriber as other, me.name as mine,
                    case when o.is_name_neutral then '' else o.name end as theirs
             from me join accounts o on o.name_bare = me.name_bare and o.id <> me.id
                  join subscribers os on os.id = o.subscriber and os.person <> me.person
             where me.name_bare <> ''
             union all
             select 'name' as kind, o.subscriber as other, me.name as mine, f.name as theirs
             from me join former_names f on f.bare = me.name_bare and f.account <> me.id
                  join accounts o on o.id = f.account
                  join subscribers os on os.id = o.subscriber and os.person <> me.person
             where me.name_bare <> '')
         select distinct c.kind, c.mine, c.theirs
         from common c
              join subscribers other on other.id = c.other
              join subscribers banned on banned.person = other.person
              join bans b on b.subscriber = banned.id
         where (b.withdraws_comment or b.withdraws_reply) and b.lifted_at is null and (b.until is null or b.until > $2)
           and (b.scope = 'all' or b.scope = $3)
           and (b.created_at <= (select created_at from me) or exists (
               select 1 from bans e join subscribers s on s.id = e.subscriber, me
               where s.person = banned.person and e.created_at <= me.created_at
                 and (e.withdraws_comment or e.withdraws_reply) and (e.scope = 'all' or e.scope = $3)
                 and (e.lifted_at is null or e.lifted_at > me.created_at)
                 and (e.until is null or e.until > me.created_at)))
         order by c.kind",
        account,
        now,
        title
    )?;
    let has_figures = |name: &str| name.contains(char::is_numeric);
    let common = rows.into_iter().filter(|(_, mine, theirs)| !(has_figures(mine) && has_figures(theirs)));
    let mut kinds: Vec<String> = common.map(|(kind, _, _)| kind).collect();
    kinds.dedup();
    Ok(kinds)
}
