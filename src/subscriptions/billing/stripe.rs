//! Stripe's events, in the shapes before and after API version 2025-03-31.

use serde_json::Value;

use super::told::{MAX_BYTES, from_seconds};
use super::{BillingEvent, Fact, FurtherPayment, Malformed, Mark};
use crate::accounts::LinkKey;
use crate::kernel::Timestamp;
use crate::secrets::Keys;
use crate::subscriptions::{Source, Status};

/// The most payments of one invoice that are read: Stripe sends no more with it.
const MAX_PAYMENTS: usize = 100;

/// What a Stripe event tells, or nothing when it is none of those that we read.
///
/// Read are `customer.created` and `.updated`, `customer.subscription.*`, `invoice.*`, `charge.succeeded`, `charge.refunded`,
/// `charge.dispute.*`, `invoice_payment.*` and `payment_method.attached`. A refund in part is no refund, a bank's inquiry no
/// dispute, and an invoice of nothing no payment.
///
/// # Errors
/// When the body is no event of Stripe's.
pub fn read(keys: &Keys, body: &[u8], trial_may_comment: bool) -> Result<Option<BillingEvent>, Malformed> {
    let malformed = |what: &str| Malformed(what.to_owned());
    let event: Value = serde_json::from_slice(body).map_err(|_| malformed("the body is not JSON"))?;
    let id = text(event.get("id")).ok_or_else(|| malformed("`id` is missing"))?;
    let kind = text(event.get("type")).ok_or_else(|| malformed("`type` is missing"))?;
    let at = event.get("created").and_then(seconds).ok_or_else(|| malformed("`created` is no time"))?;
    let object = event.pointer("/data/object").filter(|object| object.is_object());
    let object = object.ok_or_else(|| malformed("`data.object` is missing"))?;
    let told = BillingEvent::new(id.to_owned(), Source::Stripe, at);
    let reader = Reader { keys, object };
    let told = match kind {
        "customer.created" | "customer.updated" => reader.customer(told),
        "payment_method.attached" => reader.payment_method(told),
        "charge.succeeded" | "charge.refunded" => reader.charge(told, kind == "charge.refunded"),
        _ if kind.starts_with("customer.subscription.") => reader.subscription(told, kind, trial_may_comment)?,
        _ if kind.starts_with("invoice_payment.") => reader.invoice_payment(told),
        _ if kind.starts_with("invoice.") => reader.invoice(told, kind),
        _ if kind.starts_with("charge.dispute.") => reader.dispute(told),
        _ => return Ok(None),
    };
    Ok(Some(told).filter(BillingEvent::tells_anything))
}

struct Reader<'a> {
    keys: &'a Keys,
    object: &'a Value,
}

impl Reader<'_> {
    /// The id at `pointer`, where the object itself may stand in its place.
    fn id_at(&self, pointer: &str) -> Option<&str> {
        let value = self.object.pointer(pointer)?;
        text(Some(value)).or_else(|| text(value.get("id")))
    }

    fn customer_at(&self, pointer: &str) -> Option<LinkKey> {
        self.id_at(pointer).map(|id| LinkKey::customer(self.keys, id))
    }

    fn subscription_at(&self, pointers: &[&str]) -> Option<LinkKey> {
        let id = pointers.iter().find_map(|pointer| self.id_at(pointer))?;
        Some(LinkKey::subscription(self.keys, id))
    }

    fn charge_at(&self, pointer: &str) -> Option<Mark> {
        self.id_at(pointer).map(|id| Mark::new(self.keys, "billing.charge", id))
    }

    fn invoice_at(&self, pointer: &str) -> Option<Mark> {
        self.id_at(pointer).map(|id| Mark::new(self.keys, "billing.invoice", id))
    }

    fn intent_at(&self, pointers: &[&str]) -> Option<Mark> {
        let id = pointers.iter().find_map(|pointer| self.id_at(pointer))?;
        Some(Mark::new(self.keys, "billing.intent", id))
    }

    /// The login that the paper wrote down as `issuer` and `subject`.
    fn identity_at(&self, pointers: &[&str]) -> Option<LinkKey> {
        pointers.iter().find_map(|pointer| {
            let metadata = self.object.pointer(pointer)?;
            let (issuer, subject) = (text(metadata.get("issuer"))?, text(metadata.get("subject"))?);
            Some(LinkKey::identity(self.keys, issuer, subject))
        })
    }

    fn customer(&self, told: BillingEvent) -> BillingEvent {
        BillingEvent { customer: self.customer_at("/id"), identity: self.identity_at(&["/metadata"]), ..told }
    }

    fn payment_method(&self, told: BillingEvent) -> BillingEvent {
        let fingerprint = text(self.object.pointer("/card/fingerprint"));
        let payment = fingerprint.map(|fingerprint| LinkKey::payment(self.keys, fingerprint));
        BillingEvent { customer: self.customer_at("/customer"), payment, ..told }
    }

    fn charge(&self, told: BillingEvent, is_refund: bool) -> BillingEvent {
        let fingerprint = text(self.object.pointer("/payment_method_details/card/fingerprint"));
        let is_whole = match (self.object.get("refunded").and_then(Value::as_bool), self.amounts()) {
            (Some(is_whole), _) => is_whole,
            (None, Some((amount, refunded))) => refunded >= amount,
            (None, None) => true,
        };
        BillingEvent {
            customer: self.customer_at("/customer"),
            payment: fingerprint.map(|fingerprint| LinkKey::payment(self.keys, fingerprint)),
            subscription: self.subscription_at(&["/subscription"]),
            charge: self.charge_at("/id"),
            invoice: self.invoice_at("/invoice"),
            intent: self.intent_at(&["/payment_intent"]),
            identity: self.identity_at(&["/metadata"]),
            fact: if is_refund && is_whole { Fact::Refunded } else { Fact::Tie },
            ..told
        }
    }

    fn amounts(&self) -> Option<(i64, i64)> {
        Some((self.object.get("amount")?.as_i64()?, self.object.get("amount_refunded")?.as_i64()?))
    }

    fn dispute(&self, told: BillingEvent) -> BillingEvent {
        let fact = match text(self.object.get("status")) {
            Some("won") => Fact::Disputed { is_open: false },
            // A bank that only asks has taken nothing back.
            Some(status) if status.starts_with("warning_") => Fact::Tie,
            _ => Fact::Disputed { is_open: true },
        };
        BillingEvent {
            customer: self.customer_at("/customer").or_else(|| self.customer_at("/charge/customer")),
            charge: self.charge_at("/charge"),
            invoice: self.invoice_at("/charge/invoice"),
            intent: self.intent_at(&["/payment_intent", "/charge/payment_intent"]),
            fact,
            ..told
        }
    }

    fn invoice(&self, told: BillingEvent, kind: &str) -> BillingEvent {
        let is_nothing = self.object.get("amount_paid").and_then(Value::as_i64).is_some_and(|amount| amount <= 0);
        let is_paid = matches!(kind, "invoice.paid" | "invoice.payment_succeeded") && !is_nothing;
        let payments = self.object.pointer("/payments/data").and_then(Value::as_array).map_or(0, Vec::len);
        let named = (0..payments.min(MAX_PAYMENTS)).map(|place| FurtherPayment {
            charge: self.charge_at(&format!("/payments/data/{place}/payment/charge")),
            intent: self.intent_at(&[&format!("/payments/data/{place}/payment/payment_intent")]),
        });
        let own = FurtherPayment { charge: self.charge_at("/charge"), intent: self.intent_at(&["/payment_intent"]) };
        let mut further: Vec<_> = std::iter::once(own).chain(named).collect();
        further.retain(|payment| *payment != FurtherPayment::default());
        further.dedup();
        let own = if further.is_empty() { FurtherPayment::default() } else { further.remove(0) };
        BillingEvent {
            customer: self.customer_at("/customer"),
            subscription: self.subscription_at(&["/subscription", "/parent/subscription_details/subscription"]),
            identity: self.identity_at(&[
                "/subscription_details/metadata",
                "/parent/subscription_details/metadata",
                "/metadata",
            ]),
            charge: own.charge,
            invoice: self.invoice_at("/id"),
            intent: own.intent,
            further,
            fact: if is_paid { Fact::Paid } else { Fact::Tie },
            ..told
        }
    }

    /// Which payment paid an invoice, in the newer shape.
    fn invoice_payment(&self, told: BillingEvent) -> BillingEvent {
        BillingEvent {
            invoice: self.invoice_at("/invoice"),
            charge: self.charge_at("/payment/charge"),
            intent: self.intent_at(&["/payment/payment_intent"]),
            ..told
        }
    }

    fn subscription(&self, told: BillingEvent, kind: &str, trial_may_comment: bool) -> Result<BillingEvent, Malformed> {
        let subscription = self.subscription_at(&["/id"]);
        let subscription = subscription.ok_or_else(|| Malformed("`data.object.id` is missing".to_owned()))?;
        let status = text(self.object.get("status"));
        let is_paused = self.object.get("pause_collection").is_some_and(|pause| !pause.is_null());
        let status = match (kind, status) {
            ("customer.subscription.deleted", _) => Status::Lapsed,
            (_, None) => return Err(Malformed("`data.object.status` is missing".to_owned())),
            ("customer.subscription.paused", _) | (_, Some("paused")) => Status::Paused,
            (_, Some("active" | "trialing")) if is_paused => Status::Paused,
            (_, Some("active")) => Status::Active,
            (_, Some("trialing")) if trial_may_comment => Status::Active,
            (_, Some("past_due")) => Status::PastDue,
            (_, Some("trialing" | "canceled" | "unpaid" | "incomplete" | "incomplete_expired")) => Status::Lapsed,
            // A status that is not known yet grants nothing.
            (_, Some(_)) => Status::Lapsed,
        };
        Ok(BillingEvent {
            customer: self.customer_at("/customer"),
            subscription: Some(subscription),
            identity: self.identity_at(&["/metadata", "/customer/metadata"]),
            fact: Fact::Status { status, valid_until: self.period_end()?, plan: self.plan() },
            ..told
        })
    }

    /// When what is paid for ends: said on the subscription, or, in newer versions, on each of its items.
    fn period_end(&self) -> Result<Option<Timestamp>, Malformed> {
        let end = |of: &Value| match of.get("current_period_end") {
            None | Some(Value::Null) => Ok(None),
            // A subscription without an end grants for ever: none is better than one that cannot be read.
            Some(end) => {
                let end = seconds(end).ok_or_else(|| Malformed("`current_period_end` is no time".to_owned()))?;
                Ok(Some(end))
            }
        };
        let of_items = self.items().map(end).collect::<Result<Vec<_>, _>>()?;
        Ok(end(self.object)?.or_else(|| of_items.into_iter().flatten().max()))
    }

    fn plan(&self) -> Option<String> {
        let of = |item: &Value| {
            let names = ["/price/lookup_key", "/price/id", "/plan/id"];
            names.iter().find_map(|pointer| text(item.pointer(pointer))).map(str::to_owned)
        };
        self.items().find_map(of).or_else(|| text(self.object.pointer("/plan/id")).map(str::to_owned))
    }

    fn items(&self) -> impl Iterator<Item = &Value> {
        self.object.pointer("/items/data").and_then(Value::as_array).into_iter().flatten()
    }
}

/// A text that is there and of a sensible length.
fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str().filter(|text| !text.is_empty() && text.len() <= MAX_BYTES && !text.contains('\0'))
}

/// A time in whole seconds since 1970, within the years that we can tell.
fn seconds(value: &Value) -> Option<Timestamp> {
    value.as_i64().and_then(from_seconds)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kernel::Ids;

    fn keys() -> Keys {
        Keys::drawn(&Ids::seeded(1))
    }

    fn told(kind: &str, object: Value) -> Option<BillingEvent> {
        let event = json!({ "id": "evt_1", "type": kind, "created": 1_800_000_000, "data": { "object": object } });
        read(&keys(), event.to_string().as_bytes(), false).unwrap()
    }

    fn status(object: Value) -> (Status, Option<i64>) {
        match told("customer.subscription.updated", object).unwrap().fact {
            Fact::Status { status, valid_until, .. } => (status, valid_until.map(Timestamp::as_millis)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_period_ends_on_the_subscription_or_on_its_items() {
        let old =
            json!({ "id": "sub_1", "customer": "cus_1", "status": "active", "current_period_end": 1_800_000_100 });
        let new = json!({ "id": "sub_1", "customer": { "id": "cus_1" }, "status": "active", "items": { "data": [
            { "current_period_end": 1_800_000_050 }, { "current_period_end": 1_800_000_100, "price": { "id": "price_1" } }] } });
        assert_eq!(status(old.clone()), (Status::Active, Some(1_800_000_100_000)));
        assert_eq!(status(new.clone()), status(old.clone()));
        let (old, new) =
            (told("customer.subscription.created", old).unwrap(), told("customer.subscription.updated", new).unwrap());
        assert_eq!((&old.customer, &old.subscription), (&new.customer, &new.subscription));
    }

    #[test]
    fn every_status_of_stripes_has_one_of_ours_and_an_unknown_one_grants_nothing() {
        for (theirs, ours) in [
            ("active", Status::Active),
            ("trialing", Status::Lapsed),
            ("past_due", Status::PastDue),
            ("unpaid", Status::Lapsed),
            ("canceled", Status::Lapsed),
            ("incomplete", Status::Lapsed),
            ("paused", Status::Paused),
            ("quantum", Status::Lapsed),
        ] {
            assert_eq!(status(json!({ "id": "sub_1", "status": theirs })).0, ours, "{theirs}");
        }
        let paused = json!({ "id": "sub_1", "status": "active", "pause_collection": { "behavior": "void" } });
        assert_eq!(status(paused).0, Status::Paused);
        for object in [json!({ "id": "sub_1", "status": "active" }), json!({ "id": "sub_1" })] {
            let deleted = told("customer.subscription.deleted", object).unwrap();
            assert!(matches!(deleted.fact, Fact::Status { status: Status::Lapsed, .. }));
        }
    }

    #[test]
    fn an_invoice_names_its_subscription_in_either_shape() {
        let old = told(
            "invoice.paid",
            json!({ "id": "in_1", "customer": "cus_1", "subscription": "sub_1",
            "subscription_details": { "metadata": { "issuer": "https://i.example", "subject": "7" } } }),
        )
        .unwrap();
        let new = told(
            "invoice.payment_succeeded",
            json!({ "id": "in_1", "customer": "cus_1", "parent": { "subscription_details":
            { "subscription": "sub_1", "metadata": { "issuer": "https://i.example", "subject": "7" } } } }),
        )
        .unwrap();
        assert_eq!(old.subscription, Some(LinkKey::subscription(&keys(), "sub_1")));
        assert_eq!((old.subscription, old.identity, old.fact), (new.subscription, new.identity.clone(), new.fact));
        assert_eq!(new.identity, Some(LinkKey::identity(&keys(), "https://i.example", "7")));
        assert_eq!(told("invoice.payment_failed", json!({ "id": "in_1" })).unwrap().fact, Fact::Tie);
    }

    #[test]
    fn only_money_given_back_whole_is_a_refund_and_only_money_taken_a_dispute() {
        let refund = |object| told("charge.refunded", object).unwrap().fact;
        assert_eq!(refund(json!({ "id": "ch_1", "refunded": true })), Fact::Refunded);
        assert_eq!(
            refund(json!({ "id": "ch_1", "refunded": false, "amount_refunded": 100, "amount": 900 })),
            Fact::Tie
        );
        assert_eq!(refund(json!({ "id": "ch_1", "amount_refunded": 900, "amount": 900 })), Fact::Refunded);
        let dispute = |status: &str| {
            told("charge.dispute.created", json!({ "id": "dp_1", "charge": "ch_1", "status": status })).unwrap().fact
        };
        assert_eq!(dispute("needs_response"), Fact::Disputed { is_open: true });
        assert_eq!(dispute("lost"), Fact::Disputed { is_open: true });
        assert_eq!(dispute("won"), Fact::Disputed { is_open: false });
        assert_eq!(dispute("warning_needs_response"), Fact::Tie);
        let charge = told(
            "charge.succeeded",
            json!({ "id": "ch_1", "customer": "cus_1",
            "payment_method_details": { "card": { "fingerprint": "f1" } } }),
        )
        .unwrap();
        let attached = told(
            "payment_method.attached",
            json!({ "id": "pm_1", "customer": "cus_1", "card": { "fingerprint": "f1" } }),
        )
        .unwrap();
        assert_eq!((charge.payment, charge.customer), (attached.payment, attached.customer));
    }

    #[test]
    fn whatever_is_no_event_is_told_so_and_whatever_we_do_not_read_is_nothing() {
        for bad in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"id":"e","type":"x","created":"now","data":{"object":{}}}"#,
            r#"{"id":"e","type":"x","created":1,"data":{}}"#,
            r#"{"id":"","type":"x","created":1,"data":{"object":{}}}"#,
            r#"{"id":"e","type":"customer.subscription.updated","created":1,"data":{"object":{"id":"sub_1"}}}"#,
            r#"{"id":"e","type":"customer.subscription.updated","created":-1,"data":{"object":{"id":"s","status":"active"}}}"#,
        ] {
            assert!(read(&keys(), bad.as_bytes(), false).is_err(), "{bad}");
        }
        assert!(told("product.created", json!({ "id": "prod_1" })).is_none());
        assert!(told("payment_method.attached", json!({ "id": "pm_1" })).is_none());
    }
}
