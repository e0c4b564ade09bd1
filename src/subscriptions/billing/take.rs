//! Taking what a billing system tells.

use std::collections::BTreeSet;

use serde_json::json;

use super::event::Fact;
use super::fold::state_of;
use super::store::{self, Keyed, Marks, NewEvent};
use super::{BillingEvent, FurtherPayment, Mark, State};
use crate::accounts::{self, LinkKey};
use crate::app::Work;
use crate::audit::{self, Action, Entry};
use crate::kernel::{KeyId, SubscriberId};
use crate::secrets::{KeyedHash, Keys};
use crate::storage::{Engine, StorageError, Tx};
use crate::subscriptions::{Source, Subscription, store as subscriptions};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The gate follows it from now on.
    Applied,
    /// It is kept until it is known whose it is.
    Waits,
    /// It was taken before: nothing changed.
    Known,
}

/// Whether an event was taken before: asked without taking anything, so that what comes again waits for nobody who writes.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_known(tx: &mut Tx, keys: &Keys, told: &BillingEvent) -> Result<bool, StorageError> {
    store::is_known(tx, &hashes_of(keys, told.source, &told.id)).await
}

/// Takes an event: kept once, its keys linked to whoever subscribes, every subscription that it touches brought up to date,
/// and whatever waited for it applied.
///
/// INVARIANT: one event is taken at a time, so that each sees all before it, however payments and invoices tie them; then
/// every key that may be linked is locked, in the order of keys, and then every person whom one of them binds, in the order
/// of persons: called before any other lock of the transaction is taken.
///
/// # Errors
/// When the database cannot be written.
pub async fn take(work: &mut Work, keys: &Keys, told: &BillingEvent) -> Result<Taken, StorageError> {
    take_and_lock(work, keys, told, &[]).await
}

/// The same for whoever goes on to link `also` in the same transaction: those keys are locked in their place.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_and_lock(
    work: &mut Work,
    keys: &Keys,
    told: &BillingEvent,
    also: &[LinkKey],
) -> Result<Taken, StorageError> {
    let hashes = hashes_of(keys, told.source, &told.id);
    if store::is_known(&mut work.tx, &hashes).await? {
        return Ok(Taken::Known);
    }
    if store::lock_all(&mut work.tx).await? && store::is_known(&mut work.tx, &hashes).await? {
        return Ok(Taken::Known);
    }
    let marks = marks_of(work, told).await?;
    let own = claim(work, told, also, &marks).await?;
    let mut concerned = vec![own];
    for (place, marks) in marks.iter().enumerate() {
        match place {
            0 => store::insert(&mut work.tx, &NewEvent { hashes: &hashes, told, keyed: own, marks }, work.now).await?,
            // Each further payment of an invoice is a row of its own, which ties it.
            _ => {
                let hashes = hashes_of(keys, told.source, &format!("{}\0{place}", told.id));
                let tie = BillingEvent { fact: Fact::Tie, ..told.clone() };
                let keyed = Keyed { id: work.mint(), ..own };
                store::insert(&mut work.tx, &NewEvent { hashes: &hashes, told: &tie, keyed, marks }, work.now).await?;
                concerned.push(keyed);
            }
        }
    }
    for marks in marks {
        concerned.extend(store::connect(&mut work.tx, marks).await?);
    }
    let Some(subscriber) = owner(work, told, &concerned).await? else { return Ok(Taken::Waits) };
    accounts::link(work, subscriber, &links_of(told)).await?;
    let touched = settle(work, subscriber, concerned).await?;
    for subscription in touched {
        refresh(work, subscription, subscriber).await?;
    }
    Ok(Taken::Applied)
}

async fn mark_of(work: &mut Work, mark: Option<&Mark>) -> Result<Option<Vec<u8>>, StorageError> {
    match mark {
        Some(mark) => store::claim_mark(&mut work.tx, mark).await.map(Some),
        None => Ok(None),
    }
}

/// What an event is known again by, the first as it is written.
pub(super) fn hashes_of(keys: &Keys, source: Source, id: &str) -> Vec<KeyedHash> {
    keys.keyed_hashes("billing.event", format!("{}\0{id}", source.as_str()).as_bytes())
}

/// The marks that it tells: its own, and those of every further payment of its invoice.
async fn marks_of(work: &mut Work, told: &BillingEvent) -> Result<Vec<Marks>, StorageError> {
    let own = FurtherPayment { charge: told.charge.clone(), intent: told.intent.clone() };
    let invoice = mark_of(work, told.invoice.as_ref()).await?;
    let mut marks = Vec::with_capacity(1 + told.further.len());
    for payment in std::iter::once(&own).chain(&told.further) {
        marks.push(Marks {
            charge: mark_of(work, payment.charge.as_ref()).await?,
            invoice: invoice.clone(),
            intent: mark_of(work, payment.intent.as_ref()).await?,
        });
    }
    Ok(marks)
}

/// The rows of the keys that it tells, locked together with `also` and those of everything that may be settled with it, and
/// then the persons whom they bind.
async fn claim(work: &mut Work, told: &BillingEvent, also: &[LinkKey], marks: &[Marks]) -> Result<Keyed, StorageError> {
    let all: Vec<&LinkKey> = [&told.identity, &told.subscription, &told.customer, &told.payment]
        .into_iter()
        .flatten()
        .chain(&told.of_payer)
        .chain(also)
        .collect();
    let others = within_reach(work, told, marks).await?;
    let ids = accounts::claim_keys(work, &all, &others).await?;
    let locked: BTreeSet<KeyId> = ids.iter().flatten().chain(&others).copied().collect();
    accounts::lock_bound(&mut work.tx, &locked).await?;
    let id_of = |wanted: &Option<LinkKey>| {
        let wanted = wanted.as_ref()?;
        all.iter().zip(&ids).find(|(key, _)| **key == wanted).and_then(|(_, ids)| ids.first().copied())
    };
    Ok(Keyed {
        id: work.mint(),
        subscription: id_of(&told.subscription),
        customer: id_of(&told.customer),
        payment: id_of(&told.payment),
    })
}

/// The keys of whatever is tied to the event, or waits for one of its keys, or for one of theirs.
async fn within_reach(work: &mut Work, told: &BillingEvent, marks: &[Marks]) -> Result<BTreeSet<KeyId>, StorageError> {
    // SQLite has one writer, and no rows to lock.
    if work.tx.engine() == Engine::Sqlite {
        return Ok(BTreeSet::new());
    }
    let mut waiting = Vec::new();
    for marks in marks {
        waiting.extend(store::list_reached(&mut work.tx, marks).await?);
    }
    for (key, is_customer) in [(&told.subscription, false), (&told.customer, true)] {
        let Some(key) = key else { continue };
        for id in accounts::find_key_rows(&mut work.tx, key).await? {
            let (subscription, customer) = if is_customer { (None, Some(id)) } else { (Some(id), None) };
            waiting.extend(store::list_waiting_for(&mut work.tx, subscription, customer).await?);
        }
    }
    let mut keys = BTreeSet::new();
    while let Some(keyed) = waiting.pop() {
        keys.extend(keyed.payment);
        // Whatever waits for a key is asked for once.
        let subscription = keyed.subscription.filter(|key| keys.insert(*key));
        let customer = keyed.customer.filter(|key| keys.insert(*key));
        if subscription.is_some() || customer.is_some() {
            waiting.extend(store::list_waiting_for(&mut work.tx, subscription, customer).await?);
        }
    }
    Ok(keys)
}

/// Whose it is: by the login, else by whoever is known to have the subscription or to be the customer.
async fn owner(
    work: &mut Work,
    told: &BillingEvent,
    concerned: &[Keyed],
) -> Result<Option<SubscriberId>, StorageError> {
    if let Some(identity) = &told.identity {
        return accounts::subscriber_with(work, identity).await.map(Some);
    }
    for keyed in concerned {
        for key in [keyed.subscription, keyed.customer].into_iter().flatten() {
            if let Some(found) = accounts::find_bound(&mut work.tx, key).await? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

fn links_of(told: &BillingEvent) -> Vec<LinkKey> {
    let binding = [&told.identity, &told.subscription, &told.customer, &told.payment];
    binding.into_iter().flatten().chain(&told.of_payer).cloned().collect()
}

/// Gives `subscriber` everything that is theirs: what is concerned, whatever waited for one of its keys, and what waited for
/// that. Answers the subscriptions that are touched.
async fn settle(
    work: &mut Work,
    subscriber: SubscriberId,
    concerned: Vec<Keyed>,
) -> Result<BTreeSet<KeyId>, StorageError> {
    let (mut touched, mut seen, mut asked) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut waiting = concerned;
    while let Some(keyed) = waiting.pop() {
        if !seen.insert(keyed.id) {
            continue;
        }
        store::set_subscriber(&mut work.tx, keyed.id, subscriber).await?;
        let keys: Vec<KeyId> = [keyed.subscription, keyed.customer, keyed.payment].into_iter().flatten().collect();
        accounts::link_known(work, subscriber, &keys).await?;
        touched.extend(keyed.subscription);
        let subscription = keyed.subscription.filter(|key| asked.insert(*key));
        let customer = keyed.customer.filter(|key| asked.insert(*key));
        if let Some(customer) = customer {
            touched.extend(store::subscriptions_of(&mut work.tx, customer).await?);
        }
        if subscription.is_some() || customer.is_some() {
            waiting.extend(store::list_waiting_for(&mut work.tx, subscription, customer).await?);
        }
    }
    Ok(touched)
}

/// Brings one subscription to what its events come to; whoever has it already keeps it.
async fn refresh(work: &mut Work, key: KeyId, subscriber: SubscriberId) -> Result<(), StorageError> {
    accounts::lock_subscriber(&mut work.tx, subscriber).await?;
    let events = store::list_known(&mut work.tx, key).await?;
    let Some(State { status, since, valid_until, plan }) = state_of(&events) else { return Ok(()) };
    let before = subscriptions::find_by_key(&mut work.tx, key).await?;
    let source = store::find_source(&mut work.tx, key).await?.unwrap_or(Source::Billing);
    let is_same = before.as_ref().is_some_and(|before| {
        (before.status, before.since, before.valid_until, &before.plan, before.source)
            == (status, since, valid_until, &plan, source)
    });
    if is_same {
        return Ok(());
    }
    let given = Subscription {
        id: work.mint(),
        subscriber: before.as_ref().map_or(subscriber, |before| before.subscriber),
        source,
        status,
        valid_until,
        plan,
        since,
        created_at: work.now,
        updated_at: work.now,
    };
    let stored = subscriptions::set(&mut work.tx, &given, Some(key)).await?;
    if before.is_none_or(|before| (before.status, before.valid_until) != (status, valid_until)) {
        let details = json!({
            "subscription": stored.id,
            "source": source.as_str(),
            "status": status.as_str(),
            "valid_until": valid_until,
        });
        audit::record(work, Entry::new(Action::SubscriptionSet, stored.subscriber).details(details)).await?;
    }
    Ok(())
}
