//! The tables of persons, keys and links.

use std::collections::BTreeSet;

use super::key::{KeyKind, LinkKey};
use crate::app::Work;
use crate::kernel::{KeyId, MoveId, SubscriberId, Timestamp};
use crate::storage::{Engine, StorageError, Tx};
use crate::{execute, fetch_all, fetch_optional, lock_rows, text_column};

text_column! {
    KeyKind: |kind: &KeyKind| kind.as_str(), KeyKind::parse;
}

// Persons

/// Locks the row of the person of `subscriber`, whose record or privileges are read or changed, until the transaction
/// ends.
///
/// # Errors
/// When the database cannot.
pub async fn lock_subscriber(tx: &mut Tx, subscriber: SubscriberId) -> Result<(), StorageError> {
    let mut person = find_person(tx, subscriber).await?;
    while let Some(row) = person {
        lock_row(tx, row).await?;
        // INVARIANT: the name of the person is read again under its lock; if it moved meanwhile, begin anew.
        let now = find_person(tx, subscriber).await?;
        if now == person {
            return Ok(());
        }
        person = now;
    }
    Ok(())
}

pub(super) async fn lock_row(tx: &mut Tx, row: SubscriberId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from subscribers where id = $1", row)
}

/// The person that `subscriber` is; nothing when there is no such subscriber.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_person(tx: &mut Tx, subscriber: SubscriberId) -> Result<Option<SubscriberId>, StorageError> {
    let sql = "select coalesce(person, id) from subscribers where id = $1";
    Ok(fetch_optional!(tx, (SubscriberId,), sql, subscriber)?.map(|(person,)| person))
}

/// Whether two subscribers are one person.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_one_person(tx: &mut Tx, one: SubscriberId, other: SubscriberId) -> Result<bool, StorageError> {
    if one == other {
        return Ok(true);
    }
    let person = find_person(tx, one).await?;
    Ok(person.is_some() && person == find_person(tx, other).await?)
}

pub(super) async fn persons_of(
    tx: &mut Tx,
    one: SubscriberId,
    other: SubscriberId,
) -> Result<(SubscriberId, SubscriberId), StorageError> {
    let corrupt = |id| StorageError::corrupt("subscribers", id);
    let first = find_person(tx, one).await?.ok_or_else(|| corrupt(one))?;
    Ok((first, find_person(tx, other).await?.ok_or_else(|| corrupt(other))?))
}

/// Every subscriber of `person`, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn subscribers_of(tx: &mut Tx, person: SubscriberId) -> Result<Vec<SubscriberId>, StorageError> {
    let rows = fetch_all!(tx, (SubscriberId,), "select id from subscribers where person = $1 order by id", person)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn set_person(
    tx: &mut Tx,
    subscriber: SubscriberId,
    person: SubscriberId,
) -> Result<(), StorageError> {
    execute!(tx, "update subscribers set person = $2 where id = $1", subscriber, person)?;
    Ok(())
}

pub(super) async fn set_person_of_all(tx: &mut Tx, from: SubscriberId, to: SubscriberId) -> Result<(), StorageError> {
    execute!(tx, "update subscribers set person = $2 where person = $1", from, to)?;
    Ok(())
}

// Moves and separations

/// A move to be stored.
pub(super) struct NewMove<'a> {
    pub(super) id: MoveId,
    pub(super) act: MoveId,
    pub(super) subscriber: SubscriberId,
    pub(super) from: SubscriberId,
    pub(super) to: SubscriberId,
    pub(super) cause: &'a str,
    pub(super) reason: Option<&'a str>,
}

pub(super) async fn insert_move(work: &mut Work, row: &NewMove<'_>) -> Result<(), StorageError> {
    let (by, now) = (work.actor.account(), work.now);
    execute!(
        &mut work.tx,
        "insert into person_moves (id, act, subscriber, from_person, to_person, cause, reason, moved_by, moved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id,
        row.act,
        row.subscriber,
        row.from,
        row.to,
        row.cause,
        row.reason,
        by,
        now
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(super) struct MoveRow {
    pub(super) subscriber: SubscriberId,
    pub(super) from_person: SubscriberId,
    pub(super) to_person: SubscriberId,
}

/// Whom an act of a moderator's moved.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_moved(tx: &mut Tx, act: MoveId) -> Result<Vec<SubscriberId>, StorageError> {
    Ok(list_moves(tx, act).await?.into_iter().map(|moved| moved.subscriber).collect())
}

pub(super) async fn list_moves(tx: &mut Tx, act: MoveId) -> Result<Vec<MoveRow>, StorageError> {
    let sql = "select subscriber, from_person, to_person from person_moves where act = $1 order by id";
    fetch_all!(tx, MoveRow, sql, act)
}

pub(super) async fn set_undone(work: &mut Work, act: MoveId) -> Result<bool, StorageError> {
    let now = work.now;
    let sql = "update person_moves set undone_at = $2 where act = $1 and undone_at is null";
    Ok(execute!(&mut work.tx, sql, act, now)? > 0)
}

fn ordered(a: SubscriberId, b: SubscriberId) -> (SubscriberId, SubscriberId) {
    (a.min(b), a.max(b))
}

pub(super) async fn separate_pair(tx: &mut Tx, a: SubscriberId, b: SubscriberId) -> Result<(), StorageError> {
    let (one, other) = ordered(a, b);
    execute!(tx, "insert into separations (one, other) values ($1, $2) on conflict do nothing", one, other)?;
    Ok(())
}

pub(super) async fn unite_pair(tx: &mut Tx, a: SubscriberId, b: SubscriberId) -> Result<(), StorageError> {
    let (one, other) = ordered(a, b);
    execute!(tx, "delete from separations where one = $1 and other = $2", one, other)?;
    Ok(())
}

/// Whether a moderator found anybody of the one person and anybody of the other to be two.
pub(super) async fn are_separated(tx: &mut Tx, a: SubscriberId, b: SubscriberId) -> Result<bool, StorageError> {
    let sql = "select p.one from separations p join subscribers x on x.id = p.one join subscribers y on y.id = p.other
               where x.person = $1 and y.person = $2 or x.person = $2 and y.person = $1 limit 1";
    Ok(fetch_optional!(tx, (SubscriberId,), sql, a, b)?.is_some())
}

// Keys and links

/// The rows of a key, one made when there is none, locked until the transaction ends. There may be one under each identity
/// key that was ever in force.
///
/// # Errors
/// When the database cannot be written.
pub async fn claim_key(work: &mut Work, key: &LinkKey) -> Result<Vec<KeyId>, StorageError> {
    let mut found = find_key_rows(&mut work.tx, key).await?;
    if let (true, Some(hash)) = (found.is_empty(), key.hash()) {
        let id: KeyId = work.mint();
        execute!(
            &mut work.tx,
            "insert into link_keys (id, kind, hash) values ($1, $2, $3) on conflict do nothing",
            id,
            key.kind,
            hash.as_bytes().as_slice()
        )?;
        // Somebody else may have been quicker; then theirs is committed now.
        found = find_key_rows(&mut work.tx, key).await?;
    }
    for id in &found {
        lock_rows!(&mut work.tx, "select id from link_keys where id = $1", id)?;
    }
    Ok(found)
}

/// Locks the row of a key.
pub(super) async fn lock_key_row(tx: &mut Tx, key: KeyId) -> Result<(), StorageError> {
    lock_rows!(tx, "select id from link_keys where id = $1", key)
}

/// Locks the row of a key; answers its kind, and whether it binds `subscriber`: nothing when they were never seen with it.
pub(super) async fn lock_key(
    tx: &mut Tx,
    key: KeyId,
    subscriber: SubscriberId,
) -> Result<(KeyKind, Option<bool>), StorageError> {
    lock_key_row(tx, key).await?;
    let sql = "select k.kind, l.is_binding from link_keys k
               left join links l on l.key = k.id and l.subscriber = $2 where k.id = $1";
    let row = fetch_optional!(tx, (KeyKind, Option<bool>), sql, key, subscriber)?;
    row.ok_or_else(|| StorageError::corrupt("link_keys", key))
}

/// The subscriber whom the key of this row binds; of several the oldest.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_bound(tx: &mut Tx, key: KeyId) -> Result<Option<SubscriberId>, StorageError> {
    let sql = "select subscriber from links where key = $1 and is_binding order by subscriber limit 1";
    Ok(fetch_optional!(tx, (SubscriberId,), sql, key)?.map(|(subscriber,)| subscriber))
}

/// Locks everybody whom one of `keys` binds, in the order of persons.
///
/// # Errors
/// When the database cannot.
pub async fn lock_bound(tx: &mut Tx, keys: &BTreeSet<KeyId>) -> Result<(), StorageError> {
    // SQLite has one writer, and no rows to lock.
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    let mut locked = BTreeSet::new();
    loop {
        let mut persons = BTreeSet::new();
        for key in keys {
            let sql = "select distinct coalesce(s.person, s.id) from links l join subscribers s on s.id = l.subscriber
                       where l.key = $1 and l.is_binding";
            persons.extend(fetch_all!(tx, (SubscriberId,), sql, key)?.into_iter().map(|(id,)| id));
        }
        // INVARIANT: the names of the persons are read again under their locks; if one moved meanwhile, begin anew.
        if persons.is_subset(&locked) {
            return Ok(());
        }
        for person in persons {
            lock_row(tx, person).await?;
            locked.insert(person);
        }
    }
}

/// The kind and the hash of a key's row.
pub(super) async fn find_key(tx: &mut Tx, key: KeyId) -> Result<(KeyKind, Vec<u8>), StorageError> {
    let row = fetch_optional!(tx, (KeyKind, Vec<u8>), "select kind, hash from link_keys where id = $1", key)?;
    row.ok_or_else(|| StorageError::corrupt("link_keys", key))
}

/// The rows of a key, under each of our own keys that it was seen under, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_key_rows(tx: &mut Tx, key: &LinkKey) -> Result<Vec<KeyId>, StorageError> {
    let mut found = Vec::new();
    for hash in key.hashes() {
        let sql = "select id from link_keys where kind = $1 and hash = $2";
        let row = fetch_optional!(tx, (KeyId,), sql, key.kind, hash.as_bytes().as_slice())?;
        found.extend(row.map(|(id,)| id));
    }
    found.sort_unstable();
    Ok(found)
}

/// The subscriber whom this key binds; of several the oldest.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_key(tx: &mut Tx, key: &LinkKey) -> Result<Option<SubscriberId>, StorageError> {
    let mut found = Vec::new();
    for id in find_key_rows(tx, key).await? {
        found.extend(find_bound(tx, id).await?);
    }
    Ok(found.into_iter().min())
}

pub(super) async fn set_link(
    tx: &mut Tx,
    key: KeyId,
    subscriber: SubscriberId,
    is_binding: bool,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into links (key, subscriber, is_binding, since, seen_at) values ($1, $2, $3, $4, $4)
         on conflict (key, subscriber) do update
         set seen_at = excluded.seen_at, is_binding = links.is_binding or excluded.is_binding",
        key,
        subscriber,
        is_binding,
        now
    )?;
    Ok(())
}

/// Whom else the key binds.
pub(super) async fn list_bound(
    tx: &mut Tx,
    key: KeyId,
    subscriber: SubscriberId,
) -> Result<Vec<SubscriberId>, StorageError> {
    let sql = "select subscriber from links where key = $1 and is_binding and subscriber <> $2 order by subscriber";
    Ok(fetch_all!(tx, (SubscriberId,), sql, key, subscriber)?.into_iter().map(|(id,)| id).collect())
}

/// A key of a person, and who else was seen with it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkRow {
    /// A mark that stands for the key: the same wherever it is seen, and nothing of what it is.
    pub key: KeyId,
    /// What kind of key.
    pub kind: KeyKind,
    /// Whether it binds.
    pub is_binding: bool,
    /// Another subscriber who was seen with it; nothing when nobody was.
    pub other: Option<SubscriberId>,
    /// Whether that one is the same person.
    pub is_same_person: bool,
    /// Since when the person is known by it.
    pub since: Timestamp,
}

/// What the person of `subscriber` is known by, a row for everybody else who was seen with it, binding ones first, at most
/// 1,000.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_links(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<LinkRow>, StorageError> {
    fetch_all!(
        tx,
        LinkRow,
        "select mine.key, k.kind, (mine.is_binding and coalesce(o.is_binding, true)) as is_binding,
                o.subscriber as other, coalesce(os.person = s.person, false) as is_same_person, mine.since
         from subscribers me
         join subscribers s on s.person = me.person
         join links mine on mine.subscriber = s.id
         join link_keys k on k.id = mine.key
         left join links o on o.key = mine.key and o.subscriber <> mine.subscriber
         left join subscribers os on os.id = o.subscriber
         where me.id = $1
         order by mine.is_binding desc, k.kind, mine.since, mine.key, o.subscriber limit 1000",
        subscriber
    )
}

// Forgetting

pub(super) async fn delete_places(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, StorageError> {
    execute!(
        tx,
        "delete from links where (key, subscriber) in (
             select l.key, l.subscriber from links l join link_keys k on k.id = l.key
             where k.kind in ('network', 'device') and l.seen_at < $1 limit $2)",
        before,
        limit
    )
}

/// INVARIANT: a ban in force keeps every key of its person, however long ago they went.
pub(super) async fn delete_links_of_the_gone(
    tx: &mut Tx,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StorageError> {
    execute!(
        tx,
        "delete from links where (key, subscriber) in (
             select l.key, l.subscriber from links l join subscribers s on s.id = l.subscriber
             where l.seen_at < $1
               and exists (select 1 from accounts a where a.subscriber = l.subscriber)
               and not exists (select 1 from accounts a where a.subscriber = l.subscriber
                               and (a.deleted_at is null or a.deleted_at >= $1))
               and not exists (select 1 from bans b join subscribers bs on bs.id = b.subscriber
                               where bs.person = s.person and b.lifted_at is null
                                 and (b.until is null or b.until > $2))
             limit $3)",
        before,
        now,
        limit
    )
}
