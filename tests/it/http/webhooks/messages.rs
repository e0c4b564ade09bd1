//! What billing systems would send of what happens to readers drawn at random, in every shape that is known.

use belowline::kernel::Ids;
use serde_json::{Value, json};

use super::ISSUER;
use super::clerk::{Ledger, Reader};

/// What Stripe says, and what we make of it.
const STRIPE: [(&str, &str); 7] = [
    ("active", "active"),
    ("active", "active"),
    ("past_due", "past_due"),
    ("canceled", "lapsed"),
    ("paused", "paused"),
    ("unpaid", "lapsed"),
    ("trialing", "lapsed"),
];
const NEUTRAL: [&str; 7] = ["active", "grace", "past_due", "paused", "lapsed", "refunded", "charged_back"];

/// A message before it is signed.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) is_stripe: bool,
    pub(super) id: String,
    pub(super) body: String,
}

/// Readers, with what was told of them.
pub(super) struct Drawn {
    ids: Ids,
    begin: i64,
    pub(super) messages: Vec<Message>,
    pub(super) readers: Vec<Reader>,
    /// How many messages are about nobody who is ever known; every further payment of an invoice counts as one.
    pub(super) waiting: usize,
}

/// Who pays, and for what.
struct Customer {
    number: usize,
    id: String,
    subscriptions: Vec<String>,
}

impl Drawn {
    /// Readers until there are `count` messages; all of it happens in the minute after `begin`.
    pub(super) fn new(count: usize, begin: i64) -> Self {
        let mut drawn = Self { ids: Ids::seeded(12), begin, messages: Vec::new(), readers: Vec::new(), waiting: 0 };
        while drawn.messages.len() < count {
            let number = drawn.readers.len();
            let reader = match drawn.below(8) {
                0 => drawn.neutral(number, None),
                1 => drawn.neutral(number, Some(number / 40)),
                _ => drawn.customer(number),
            };
            drawn.readers.push(reader);
        }
        drawn
    }

    pub(super) fn below(&self, bound: usize) -> usize {
        usize::try_from(self.ids.below(bound as u64)).unwrap()
    }

    fn moment(&self) -> i64 {
        self.begin + i64::try_from(self.below(60)).unwrap()
    }

    fn stripe(&mut self, at: i64, kind: &str, object: Value) {
        let id = format!("evt_{}", self.messages.len());
        let body = json!({ "id": id, "type": kind, "created": at, "data": { "object": object } }).to_string();
        self.messages.push(Message { is_stripe: true, id, body });
    }

    /// Somebody of another billing system; with `family` on a seat of what somebody else pays for.
    fn neutral(&mut self, number: usize, family: Option<usize>) -> Reader {
        let mut ledger = Ledger { source: "billing", plan: Some("digital"), ..Ledger::default() };
        let (subscription, seat) = match family {
            Some(family) => (format!("family-{family}"), Some(format!("seat-{number}"))),
            None => (format!("n-{number}"), None),
        };
        for _ in 0..=self.below(12) {
            let (at, status) = (self.moment(), NEUTRAL[self.below(NEUTRAL.len())]);
            let until = (at % 3 > 0).then_some(at + 5_000_000);
            let payer = family.map_or_else(|| format!("of-{number}"), |family| format!("of-family-{family}"));
            let id = format!("msg_{}", self.messages.len());
            let data = json!({ "issuer": ISSUER, "subject": number.to_string(), "subscription": subscription, "seat": seat,
                "customer": format!("nc-{payer}"), "payment_fingerprint": format!("nf-{payer}"), "status": status,
                "valid_until": until, "plan": ledger.plan });
            let body = json!({ "type": "subscription.updated", "timestamp": at, "data": data }).to_string();
            self.messages.push(Message { is_stripe: false, id, body });
            ledger.said.push((at, status, until));
        }
        Reader { subject: number.to_string(), is_known: true, ledgers: vec![ledger] }
    }

    /// Somebody whom Stripe calls a customer, with a subscription or two.
    fn customer(&mut self, number: usize) -> Reader {
        let before = self.messages.len();
        let subscriptions: Vec<String> = (0..=self.below(2)).map(|place| format!("sub_{number}_{place}")).collect();
        let customer = Customer { number, id: format!("cus_{number}"), subscriptions };
        let metadata = json!({ "issuer": ISSUER, "subject": number.to_string() });
        // Said of the customer, of one subscription alone, or never.
        let said_of = self.below(12);
        if said_of < 6 {
            let kind = ["customer.created", "customer.updated"][self.below(2)];
            self.stripe(self.moment(), kind, json!({ "id": customer.id, "metadata": metadata.clone() }));
        }
        let mut ledgers = Vec::new();
        for place in 0..customer.subscriptions.len() {
            let own = if (6..11).contains(&said_of) && place == 0 { metadata.clone() } else { json!({}) };
            ledgers.push(self.subscription(&customer, place, &own));
        }
        for step in 0..self.below(4) {
            self.payment(&customer, step, &mut ledgers);
        }
        if self.below(3) == 0 {
            let card = json!({ "fingerprint": format!("card-{number}") });
            let object = json!({ "id": format!("pm_{number}"), "customer": customer.id, "card": card });
            self.stripe(self.moment(), "payment_method.attached", object);
        }
        if said_of == 11 {
            let further = self.messages[before..].iter().filter(|message| message.body.contains("px_")).count();
            self.waiting += self.messages.len() - before + further;
        }
        Reader { subject: number.to_string(), is_known: said_of < 11, ledgers }
    }

    fn subscription(&mut self, customer: &Customer, place: usize, metadata: &Value) -> Ledger {
        let mut ledger = Ledger { source: "stripe", ..Ledger::default() };
        for step in 0..=self.below(4) {
            let (theirs, ours) = STRIPE[self.below(STRIPE.len())];
            let at = self.moment();
            let end = at + 1_000_000;
            let mut object = json!({ "id": customer.subscriptions[place], "customer": customer.id, "status": theirs,
                "metadata": metadata.clone() });
            if self.below(2) == 0 {
                object["current_period_end"] = json!(end);
            } else {
                object["items"] = json!({ "data": [{ "current_period_end": end - 7 }, { "current_period_end": end }] });
            }
            if self.below(4) == 0 {
                object["customer"] = json!({ "id": customer.id, "object": "customer" });
            }
            let kind = if step == 0 { "customer.subscription.created" } else { "customer.subscription.updated" };
            let (kind, ours) =
                if self.below(12) == 0 { ("customer.subscription.deleted", "lapsed") } else { (kind, ours) };
            if kind == "customer.subscription.deleted" {
                object.as_object_mut().unwrap().remove("status");
            }
            self.stripe(at, kind, object);
            ledger.said.push((at, ours, Some(end)));
        }
        ledger
    }

    /// An invoice, the payment of it, and what came of that, in one of the shapes in which the two are tied.
    fn payment(&mut self, customer: &Customer, step: usize, ledgers: &mut [Ledger]) {
        let place = self.below(customer.subscriptions.len());
        let named = |what: &str| format!("{what}_{}_{step}", customer.number);
        let (invoiced_at, shape) = (self.moment(), self.below(6));
        let mut invoice = json!({ "id": named("in"), "customer": customer.id });
        let mut charge = json!({ "id": named("ch"), "customer": customer.id, "amount": 900,
            "payment_method_details": { "card": { "fingerprint": format!("card-{}", customer.number) } } });
        if shape < 3 {
            invoice["subscription"] = json!(customer.subscriptions[place]);
        } else {
            invoice["parent"] = json!({ "subscription_details": { "subscription": customer.subscriptions[place] } });
            charge["payment_intent"] = json!(named("pi"));
        }
        let paid = json!({ "payment": { "type": "payment_intent", "payment_intent": named("pi") }, "status": "paid" });
        match shape {
            0 => charge["invoice"] = json!(named("in")),
            1 => invoice["charge"] = json!(named("ch")),
            2 => {
                invoice["payment_intent"] = json!(named("pi"));
                charge["payment_intent"] = json!(named("pi"));
            }
            3 => {
                let failed = json!({ "payment": { "type": "payment_intent", "payment_intent": named("px") }, "status": "canceled" });
                invoice["payments"] =
                    json!({ "data": if self.below(2) == 0 { vec![failed, paid] } else { vec![paid] } });
            }
            4 => {
                let mut tie = paid;
                tie["id"] = json!(named("inpay"));
                tie["invoice"] = json!(named("in"));
                self.stripe(self.moment(), "invoice_payment.paid", tie);
            }
            _ => {}
        }
        let amount = [900, 900, 0][self.below(3)];
        invoice["amount_paid"] = json!(amount);
        let kind =
            ["invoice.paid", "invoice.paid", "invoice.payment_succeeded", "invoice.payment_failed"][self.below(4)];
        if kind != "invoice.payment_failed" && amount > 0 {
            ledgers[place].paid.push(invoiced_at);
        }
        self.stripe(invoiced_at, kind, invoice);
        self.stripe(self.moment(), "charge.succeeded", charge.clone());
        // Where nothing ties the payment to an invoice, it may be for anything that the customer has.
        let concerned = if shape == 5 { 0..ledgers.len() } else { place..place + 1 };
        if self.below(3) == 0 {
            let (at, is_whole) = (self.moment(), self.below(3) > 0);
            charge["refunded"] = json!(is_whole);
            charge["amount_refunded"] = json!(if is_whole { 900 } else { 100 });
            self.stripe(at, "charge.refunded", charge.clone());
            if is_whole {
                ledgers[concerned.clone()].iter_mut().for_each(|ledger| ledger.refunds.push(at));
            }
        }
        for _ in 0..self.below(3) {
            let (at, status) =
                (self.moment(), ["needs_response", "lost", "won", "warning_needs_response"][self.below(4)]);
            let kind = ["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"][self.below(3)];
            self.stripe(at, kind, json!({ "id": named("dp"), "charge": charge["id"], "status": status }));
            if !status.starts_with("warning") {
                for ledger in &mut ledgers[concerned.clone()] {
                    ledger.disputes.entry(named("ch")).or_default().push((at, status != "won"));
                }
            }
        }
    }
}
