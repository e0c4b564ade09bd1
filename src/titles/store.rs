//! The tables of titles and house rules.

use super::{CitedClause, Clause, HouseRules, Title};
use crate::kernel::{AccountId, ClauseId, Timestamp, TitleId};
use crate::storage::{StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, lock_rows};

#[derive(sqlx::FromRow)]
struct TitleRow {
    id: TitleId,
    name: String,
    language: String,
    time_zone: String,
    subscribe_url: String,
    subscribe_text: String,
    contact: String,
    closes_after_days: Option<i64>,
    created_at: Timestamp,
}

impl From<TitleRow> for Title {
    fn from(row: TitleRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            language: row.language,
            time_zone: row.time_zone,
            subscribe_url: row.subscribe_url,
            subscribe_text: row.subscribe_text,
            contact: row.contact,
            closes_after_days: row.closes_after_days,
            created_at: row.created_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct ClauseRow {
    id: ClauseId,
    heading: String,
    body: String,
}

#[derive(sqlx::FromRow)]
struct HouseRulesRow {
    version: i64,
    introduction: String,
    published_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct CitedRow {
    title: TitleId,
    id: ClauseId,
    version: i64,
    position: i64,
    heading: String,
}

impl From<CitedRow> for CitedClause {
    fn from(row: CitedRow) -> Self {
        Self { title: row.title, id: row.id, version: row.version, number: row.position, heading: row.heading }
    }
}

pub(super) async fn insert(tx: &mut Tx, title: &Title) -> Result<bool, StorageError> {
    let count = execute!(
        tx,
        "insert into titles (id, name, language, time_zone, subscribe_url, subscribe_text, contact, closes_after_days,
                             created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        &title.id,
        &title.name,
        &title.language,
        &title.time_zone,
        &title.subscribe_url,
        &title.subscribe_text,
        &title.contact,
        title.closes_after_days,
        title.created_at
    )?;
    Ok(count == 1)
}

/// The title `id`, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: &TitleId) -> Result<Option<Title>, StorageError> {
    let row = fetch_optional!(
        tx,
        TitleRow,
        "select id, name, language, time_zone, subscribe_url, subscribe_text, contact, closes_after_days, created_at
         from titles where id = $1",
        id
    )?;
    Ok(row.map(Title::from))
}

/// The title `id`, which a row that was read points at.
///
/// # Errors
/// `Corrupt` when it is not there.
pub async fn get(tx: &mut Tx, id: &TitleId) -> Result<Title, StorageError> {
    find(tx, id).await?.ok_or_else(|| StorageError::corrupt("titles", id))
}

/// Every title, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(tx: &mut Tx) -> Result<Vec<Title>, StorageError> {
    let rows = fetch_all!(
        tx,
        TitleRow,
        "select id, name, language, time_zone, subscribe_url, subscribe_text, contact, closes_after_days, created_at
         from titles order by name, id"
    )?;
    Ok(rows.into_iter().map(Title::from).collect())
}

pub(super) async fn lock(tx: &mut Tx, id: &TitleId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from titles where id = $1", id)
}

/// Takes the clause id for `title`; answers who has it when that is another title.
pub(super) async fn claim_clause(
    tx: &mut Tx,
    clause: &ClauseId,
    title: &TitleId,
) -> Result<Option<TitleId>, StorageError> {
    execute!(tx, "insert into clause_ids (id, title) values ($1, $2) on conflict do nothing", clause, title)?;
    let owner = fetch_optional!(tx, (TitleId,), "select title from clause_ids where id = $1", clause)?;
    Ok(owner.map(|(owner,)| owner).filter(|owner| owner != title))
}

pub(super) async fn insert_house_rules(
    tx: &mut Tx,
    rules: &HouseRules,
    by: Option<AccountId>,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into house_rules (title, version, introduction, published_at, published_by)
         values ($1, $2, $3, $4, $5)",
        &rules.title,
        rules.version,
        &rules.introduction,
        rules.published_at,
        by
    )?;
    for (position, clause) in (1_i64..).zip(&rules.clauses) {
        execute!(
            tx,
            "insert into clauses (title, version, id, position, heading, body) values ($1, $2, $3, $4, $5, $6)",
            &rules.title,
            rules.version,
            &clause.id,
            position,
            &clause.heading,
            &clause.body
        )?;
    }
    Ok(())
}

/// The house rules of `title` that hold now, if it has published any.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_house_rules(tx: &mut Tx, title: &TitleId) -> Result<Option<HouseRules>, StorageError> {
    let Some(row) = fetch_optional!(
        tx,
        HouseRulesRow,
        "select version, introduction, published_at from house_rules where title = $1 order by version desc limit 1",
        title
    )?
    else {
        return Ok(None);
    };
    let clauses = fetch_all!(
        tx,
        ClauseRow,
        "select id, heading, body from clauses where title = $1 and version = $2 order by position",
        title,
        row.version
    )?;
    Ok(Some(HouseRules {
        title: title.clone(),
        version: row.version,
        introduction: row.introduction,
        published_at: row.published_at,
        clauses: clauses.into_iter().map(|c| Clause { id: c.id, heading: c.heading, body: c.body }).collect(),
    }))
}

/// The clause `id` as the house rules that hold now have it, whichever title's it is.
///
/// # Errors
/// When the database cannot be read.
pub async fn locate_clause(tx: &mut Tx, id: &ClauseId) -> Result<Option<CitedClause>, StorageError> {
    let row = fetch_optional!(
        tx,
        CitedRow,
        "select c.title, c.id, c.version, c.position, c.heading
         from clause_ids i join clauses c on c.title = i.title and c.id = i.id
         where i.id = $1 and c.version = (select max(h.version) from house_rules h where h.title = i.title)",
        id
    )?;
    Ok(row.map(CitedClause::from))
}

/// The clause `id` as the house rules `version` of `title` had it.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_clause_at(
    tx: &mut Tx,
    title: &TitleId,
    id: &ClauseId,
    version: i64,
) -> Result<Option<CitedClause>, StorageError> {
    let row = fetch_optional!(
        tx,
        CitedRow,
        "select title, id, version, position, heading from clauses where title = $1 and id = $2 and version = $3",
        title,
        id,
        version
    )?;
    Ok(row.map(CitedClause::from))
}

/// What the clause `id` of `title` said in `version`.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_clause_text(
    tx: &mut Tx,
    title: &TitleId,
    id: &ClauseId,
    version: i64,
) -> Result<Option<String>, StorageError> {
    let sql = "select body from clauses where title = $1 and id = $2 and version = $3";
    Ok(fetch_optional!(tx, (String,), sql, title, id, version)?.map(|(body,)| body))
}
