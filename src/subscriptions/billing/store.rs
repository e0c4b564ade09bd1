//! The table of what billing systems told.

use std::collections::BTreeSet;

use super::{BillingEvent, Fact, Known, Mark};
use crate::kernel::{BillingEventId, Cursor, Id, KeyId, Limit, Page, SubscriberId, Timestamp};
use crate::secrets::KeyedHash;
use crate::storage::{Engine, StorageError, Tx};
use crate::subscriptions::{Source, Status};
use crate::{execute, fetch_all, fetch_optional, lock_rows};

/// The payment, the invoice and what ties them, as their rows have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) charge: Option<Vec<u8>>,
    pub(super) invoice: Option<Vec<u8>>,
    pub(super) intent: Option<Vec<u8>>,
}

/// An event to be stored, its keys found.
pub(super) struct NewEvent<'a> {
    pub(super) hashes: &'a [KeyedHash],
    pub(super) told: &'a BillingEvent,
    pub(super) keyed: Keyed,
    pub(super) marks: &'a Marks,
}

/// Whether an event was told before, under whichever key.
pub(super) async fn is_known(tx: &mut Tx, hashes: &[KeyedHash]) -> Result<bool, StorageError> {
    for hash in hashes {
        let sql = "select id from billing_events where hash = $1";
        if fetch_optional!(tx, (BillingEventId,), sql, hash.as_bytes().as_slice())?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Stores an event that waits.
pub(super) async fn insert(tx: &mut Tx, row: &NewEvent<'_>, now: Timestamp) -> Result<(), StorageError> {
    let (status, valid_until, plan) = match &row.told.fact {
        Fact::Status { status, valid_until, plan } => (Some(*status), *valid_until, plan.as_deref()),
        Fact::Tie | Fact::Paid | Fact::Refunded | Fact::Disputed { .. } => (None, None, None),
    };
    execute!(
        tx,
        "insert into billing_events (id, hash, source, at, fact, subscription, customer, payment, charge, invoice, intent,
                                     status, valid_until, plan, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        row.keyed.id,
        row.hashes.first().map(|hash| hash.as_bytes().to_vec()),
        row.told.source,
        row.told.at,
        row.told.fact.as_str(),
        row.keyed.subscription,
        row.keyed.customer,
        row.keyed.payment,
        row.marks.charge.clone(),
        row.marks.invoice.clone(),
        row.marks.intent.clone(),
        status,
        valid_until,
        plan,
        now
    )?;
    Ok(())
}

/// Locks everything that was told, until the transaction ends: no event is taken meanwhile. Answers whether others may have
/// been at it until then.
pub(super) async fn lock_all(tx: &mut Tx) -> Result<bool, StorageError> {
    // SQLite has one writer: this one.
    if tx.engine() == Engine::Sqlite {
        return Ok(false);
    }
    let all: &[u8] = b"";
    execute!(tx, "insert into billing_marks (hash) values ($1) on conflict do nothing", all)?;
    lock_rows!(tx, "select hash from billing_marks where hash = $1", all)?;
    Ok(true)
}

/// The hash under which a payment or an invoice was first told of: the same whichever key is in force.
pub(super) async fn claim_mark(tx: &mut Tx, mark: &Mark) -> Result<Vec<u8>, StorageError> {
    for hash in mark.hashes() {
        let sql = "select hash from billing_marks where hash = $1";
        if let Some((known,)) = fetch_optional!(tx, (Vec<u8>,), sql, hash.as_bytes().as_slice())? {
            return Ok(known);
        }
    }
    let hash = mark.hashes().first().map(|hash| hash.as_bytes().to_vec()).unwrap_or_default();
    execute!(tx, "insert into billing_marks (hash) values ($1) on conflict do nothing", &hash)?;
    Ok(hash)
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    at: Timestamp,
    fact: String,
    charge: Option<Vec<u8>>,
    status: Option<Status>,
    valid_until: Option<Timestamp>,
    plan: Option<String>,
}

impl From<KnownRow> for Known {
    fn from(row: KnownRow) -> Self {
        let fact = match (row.fact.as_str(), row.status) {
            ("status", Some(status)) => Fact::Status { status, valid_until: row.valid_until, plan: row.plan },
            ("paid", _) => Fact::Paid,
            ("refunded", _) => Fact::Refunded,
            ("disputed", _) => Fact::Disputed { is_open: true },
            ("dispute_won", _) => Fact::Disputed { is_open: false },
            _ => Fact::Tie,
        };
        Self { at: row.at, fact, charge: row.charge }
    }
}

/// Everything that was told of a subscription: by itself, or of money of its customer when no invoice says which of theirs
/// it was for.
///
/// The `case` keeps SQLite from looking through every event without a subscription instead of those of the customer.
pub(super) async fn list_known(tx: &mut Tx, subscription: KeyId) -> Result<Vec<Known>, StorageError> {
    let rows = fetch_all!(
        tx,
        KnownRow,
        "select at, fact, charge, status, valid_until, plan from billing_events where subscription = $1
         union all
         select m.at, m.fact, m.charge, m.status, m.valid_until, m.plan from billing_events m
         where m.customer in (select e.customer from billing_events e where e.subscription = $1)
           and m.fact in ('refunded', 'disputed', 'dispute_won')
           and case when m.subscription is null then 1 else 0 end = 1",
        subscription
    )?;
    Ok(rows.into_iter().map(Known::from).collect())
}

/// What was said of the subscription at the last moment at which anything was.
pub(super) async fn list_said_last(
    tx: &mut Tx,
    subscription: KeyId,
) -> Result<Vec<(Status, Option<Timestamp>, Option<String>)>, StorageError> {
    fetch_all!(
        tx,
        (Status, Option<Timestamp>, Option<String>),
        "select status, valid_until, plan from billing_events where subscription = $1 and fact = 'status' and at =
             (select max(at) from billing_events where subscription = $1 and fact = 'status')",
        subscription
    )
}

/// Who spoke of the subscription last.
pub(super) async fn find_source(tx: &mut Tx, subscription: KeyId) -> Result<Option<Source>, StorageError> {
    let sql = "select source from billing_events where subscription = $1 and fact = 'status'
               order by at desc, id desc limit 1";
    Ok(fetch_optional!(tx, (Source,), sql, subscription)?.map(|(source,)| source))
}

/// The keys that an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Keyed {
    pub(super) id: BillingEventId,
    pub(super) subscription: Option<KeyId>,
    pub(super) customer: Option<KeyId>,
    pub(super) payment: Option<KeyId>,
}

/// The events that wait and are about one of these.
pub(super) async fn list_waiting_for(
    tx: &mut Tx,
    subscription: Option<KeyId>,
    customer: Option<KeyId>,
) -> Result<Vec<Keyed>, StorageError> {
    fetch_all!(
        tx,
        Keyed,
        "select id, subscription, customer, payment from billing_events
         where subscriber is null and (subscription = $1 or customer = $2) order by id",
        subscription,
        customer
    )
}

pub(super) async fn set_subscriber(
    tx: &mut Tx,
    id: BillingEventId,
    subscriber: SubscriberId,
) -> Result<(), StorageError> {
    execute!(tx, "update billing_events set subscriber = $2 where id = $1", id, subscriber)?;
    Ok(())
}

/// The subscriptions that the customer's events name.
pub(super) async fn subscriptions_of(tx: &mut Tx, customer: KeyId) -> Result<Vec<KeyId>, StorageError> {
    let sql = "select distinct subscription from billing_events where customer = $1 and subscription is not null";
    Ok(fetch_all!(tx, (KeyId,), sql, customer)?.into_iter().map(|(id,)| id).collect())
}

/// The events about the same payment or invoice.
pub(super) async fn list_tied(tx: &mut Tx, marks: &Marks) -> Result<Vec<Keyed>, StorageError> {
    fetch_all!(
        tx,
        Keyed,
        "select id, subscription, customer, payment from billing_events
         where charge = $1 or invoice = $2 or intent = $3 order by id",
        marks.charge.clone(),
        marks.invoice.clone(),
        marks.intent.clone()
    )
}

/// The events about these marks, and about whatever those are tied to in turn.
pub(super) async fn list_reached(tx: &mut Tx, marks: &Marks) -> Result<Vec<Keyed>, StorageError> {
    let mut reached = vec![marks.clone()];
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while let Some(marks) = reached.pop() {
        let news = |place: u8, mark: Option<Vec<u8>>, seen: &mut BTreeSet<(u8, Vec<u8>)>| {
            mark.filter(|mark| seen.insert((place, mark.clone())))
        };
        let marks = Marks {
            charge: news(0, marks.charge, &mut seen),
            invoice: news(1, marks.invoice, &mut seen),
            intent: news(2, marks.intent, &mut seen),
        };
        if marks == Marks::default() {
            continue;
        }
        let tied = fetch_all!(
            tx,
            ReachedRow,
            "select id, subscription, customer, payment, charge, invoice, intent from billing_events
             where charge = $1 or invoice = $2 or intent = $3",
            marks.charge.clone(),
            marks.invoice.clone(),
            marks.intent.clone()
        )?;
        for ReachedRow { id, subscription, customer, payment, charge, invoice, intent } in tied {
            found.push(Keyed { id, subscription, customer, payment });
            reached.push(Marks { charge, invoice, intent });
        }
    }
    Ok(found)
}

/// Fills in what the events about one payment or invoice do not tell from those that do: the customer and the invoice of
/// every event about the payment, the subscription of every one about the invoice. Answers the events concerned.
pub(super) async fn connect(tx: &mut Tx, mut marks: Marks) -> Result<Vec<Keyed>, StorageError> {
    if let Some(charge) = &marks.charge {
        let known = fetch_all!(
            tx,
            TiedRow,
            "select customer, invoice, intent from billing_events where charge = $1 order by customer, invoice, intent",
            charge
        )?;
        let told = Tied::of(known);
        execute!(
            tx,
            "update billing_events set customer = coalesce(customer, $2), invoice = coalesce(invoice, $3),
                                       intent = coalesce(intent, $4)
             where charge = $1 and (customer is null or invoice is null or intent is null)",
            charge,
            told.customer,
            told.invoice.clone(),
            told.intent.clone()
        )?;
        (marks.invoice, marks.intent) = (marks.invoice.or(told.invoice), marks.intent.or(told.intent));
    }
    if let Some(intent) = &marks.intent {
        let known = fetch_all!(
            tx,
            TiedRow,
            "select customer, invoice, intent from billing_events where intent = $1 order by customer, invoice",
            intent
        )?;
        let told = Tied::of(known);
        execute!(
            tx,
            "update billing_events set customer = coalesce(customer, $2), invoice = coalesce(invoice, $3)
             where intent = $1 and (customer is null or invoice is null)",
            intent,
            told.customer,
            told.invoice.clone()
        )?;
        marks.invoice = marks.invoice.or(told.invoice);
    }
    if let Some(invoice) = &marks.invoice {
        connect_invoice(tx, invoice).await?;
    }
    if marks == Marks::default() {
        return Ok(Vec::new());
    }
    list_tied(tx, &marks).await
}

#[derive(sqlx::FromRow)]
struct ReachedRow {
    id: BillingEventId,
    subscription: Option<KeyId>,
    customer: Option<KeyId>,
    payment: Option<KeyId>,
    charge: Option<Vec<u8>>,
    invoice: Option<Vec<u8>>,
    intent: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct TiedRow {
    customer: Option<KeyId>,
    invoice: Option<Vec<u8>>,
    intent: Option<Vec<u8>>,
}

/// What the events about one thing tell of it, together.
#[derive(Default)]
struct Tied {
    customer: Option<KeyId>,
    invoice: Option<Vec<u8>>,
    intent: Option<Vec<u8>>,
}

impl Tied {
    fn of(rows: Vec<TiedRow>) -> Self {
        rows.into_iter().fold(Self::default(), |told, row| Self {
            customer: told.customer.or(row.customer),
            invoice: told.invoice.or(row.invoice),
            intent: told.intent.or(row.intent),
        })
    }
}

async fn connect_invoice(tx: &mut Tx, invoice: &[u8]) -> Result<(), StorageError> {
    let sql = "select subscription, customer from billing_events
               where invoice = $1 and subscription is not null order by subscription limit 1";
    let Some((subscription, customer)) = fetch_optional!(tx, (KeyId, Option<KeyId>), sql, invoice)? else {
        return Ok(());
    };
    execute!(
        tx,
        "update billing_events set subscription = $2, customer = coalesce(customer, $3)
         where invoice = $1 and subscription is null",
        invoice,
        subscription,
        customer
    )?;
    Ok(())
}

/// An event that waits until it is known whose it is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    /// Its id.
    pub id: BillingEventId,
    /// Who told it.
    pub source: Source,
    /// When it happened.
    pub at: Timestamp,
    /// What it tells.
    pub fact: String,
    /// A mark that stands for the subscription.
    pub subscription: Option<KeyId>,
    /// A mark that stands for the customer.
    pub customer: Option<KeyId>,
    /// When it came.
    pub received_at: Timestamp,
}

/// The events that wait, newest first; `before` is exclusive.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_waiting(tx: &mut Tx, before: Option<Cursor>, limit: Limit) -> Result<Page<Waiting>, StorageError> {
    let rows = fetch_all!(
        tx,
        Waiting,
        "select id, source, at, fact, subscription, customer, received_at from billing_events
         where subscriber is null and ($1 is null or (received_at, id) < ($1, $2))
         order by received_at desc, id desc limit $3",
        before.map(|cursor| cursor.major),
        before.map(|cursor| cursor.minor),
        limit.rows()
    )?;
    Ok(Page::from_rows(rows, limit, |last| Cursor::new(last.received_at.as_millis(), last.id.uuid())))
}
