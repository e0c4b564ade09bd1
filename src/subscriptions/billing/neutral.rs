//! Events of any other billing system, in our own words.

use serde_json::{Map, Value};

use super::told::{MAX_BYTES, Told, from_seconds};
use super::{BillingEvent, Malformed};
use crate::kernel::Timestamp;
use crate::secrets::Keys;
use crate::subscriptions::{Source, Status};

/// What a `subscription.updated` tells; nothing of any other type. `message` is what the sender calls it.
///
/// Times are RFC 3339 or whole seconds since 1970.
///
/// # Errors
/// When the body is no such event, with every fault.
pub fn read(keys: &Keys, message: &str, body: &[u8]) -> Result<Option<BillingEvent>, Malformed> {
    let event: Value = serde_json::from_slice(body).map_err(|_| Malformed("the body is not JSON".to_owned()))?;
    let mut faults = Faults(Vec::new());
    let event = event.as_object().ok_or_else(|| Malformed("the body is no object".to_owned()))?;
    let kind = faults.text(event, "type");
    if kind.as_deref().is_some_and(|kind| kind != "subscription.updated") {
        return Ok(None);
    }
    let at = faults.time(event, "timestamp");
    let empty = Map::new();
    let data = event.get("data").and_then(Value::as_object).unwrap_or_else(|| {
        faults.0.push("`data` is missing".to_owned());
        &empty
    });
    let (issuer, subject) = (faults.text(data, "issuer"), faults.text(data, "subject"));
    let (subscription, customer) = (faults.text(data, "subscription"), faults.optional(data, "customer"));
    let (payment_fingerprint, seat) = (faults.optional(data, "payment_fingerprint"), faults.optional(data, "seat"));
    let plan = faults.optional(data, "plan");
    let status = faults.text(data, "status").and_then(|status| {
        let read = Status::parse(&status);
        if read.is_none() {
            let known = Status::ALL.map(Status::as_str).join(", ");
            faults.0.push(format!("`data.status` is none of {known}"));
        }
        read
    });
    let valid_until = match data.get("valid_until") {
        Some(Value::Null) => None,
        _ => faults.time(data, "valid_until"),
    };
    let (Some(at), Some(issuer), Some(subject), Some(subscription), Some(status), true) =
        (at, issuer, subject, subscription, status, faults.0.is_empty())
    else {
        return Err(Malformed(faults.0.join("; ")));
    };
    let subscription = Some(subscription);
    let told = Told { issuer, subject, subscription, customer, payment_fingerprint, seat, status, valid_until, plan };
    Ok(Some(told.event(keys, Source::Billing, message, at)))
}

/// Everything wrong with a message, told at once.
struct Faults(Vec<String>);

impl Faults {
    fn text(&mut self, object: &Map<String, Value>, name: &str) -> Option<String> {
        let text = self.optional(object, name);
        if text.is_none() && matches!(object.get(name), None | Some(Value::Null)) {
            self.0.push(format!("`{name}` is missing"));
        }
        text
    }

    fn optional(&mut self, object: &Map<String, Value>, name: &str) -> Option<String> {
        match object.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if !text.is_empty() && text.len() <= MAX_BYTES && !text.contains('\0') => {
                Some(text.clone())
            }
            Some(_) => {
                self.0.push(format!("`{name}` is no text of 1 to {MAX_BYTES} bytes"));
                None
            }
        }
    }

    fn time(&mut self, object: &Map<String, Value>, name: &str) -> Option<Timestamp> {
        let read = match object.get(name) {
            Some(Value::String(text)) => text.parse().ok(),
            Some(Value::Number(number)) => number.as_i64().and_then(from_seconds),
            _ => None,
        };
        if read.is_none() {
            self.0.push(format!("`{name}` is no time: write RFC 3339 or whole seconds since 1970"));
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use crate::subscriptions::billing::Fact;
    use serde_json::json;

    use super::*;
    use crate::kernel::Ids;

    fn event() -> Value {
        json!({ "type": "subscription.updated", "timestamp": "2027-01-15T08:00:00.900Z", "data": { "issuer": "https://i.example",
            "subject": "7", "subscription": "s1", "customer": "c1", "payment_fingerprint": "f1", "status": "active",
            "valid_until": 1_900_000_000, "plan": "digital" } })
    }

    fn told(event: &Value) -> Result<Option<BillingEvent>, Malformed> {
        read(&Keys::drawn(&Ids::seeded(1)), "msg_1", event.to_string().as_bytes())
    }

    #[test]
    fn a_message_is_read_in_either_notation_of_time() {
        let told = told(&event()).unwrap().unwrap();
        assert_eq!(told.at, Timestamp::from_millis(1_800_000_000_000));
        let until = Some(Timestamp::from_millis(1_900_000_000_000));
        assert_eq!(
            told.fact,
            Fact::Status { status: Status::Active, valid_until: until, plan: Some("digital".into()) }
        );
        assert!(
            told.identity.is_some() && told.customer.is_some() && told.payment.is_some() && told.of_payer.is_empty()
        );
    }

    #[test]
    fn a_seat_has_the_payers_keys_only_in_common() {
        let mut event = event();
        event["data"]["seat"] = json!("2");
        let told = told(&event).unwrap().unwrap();
        assert!(told.customer.is_none() && told.payment.is_none());
        assert_eq!(told.of_payer.len(), 3);
        assert_ne!(told.subscription, self::told(&self::event()).unwrap().unwrap().subscription);
    }

    #[test]
    fn every_fault_is_named_and_other_types_are_nothing() {
        let mut bad = event();
        bad["data"]["status"] = json!("happy");
        bad["data"]["subject"] = json!("");
        bad["data"]["valid_until"] = json!("soon");
        bad["timestamp"] = json!(-1);
        let fault = told(&bad).unwrap_err().to_string();
        for named in ["`data.status`", "`subject`", "`valid_until`", "`timestamp`"] {
            assert!(fault.contains(named), "{fault}");
        }
        assert!(told(&json!({ "type": "subscription.updated" })).is_err());
        assert!(told(&json!([])).is_err());
        assert!(told(&json!({ "type": "invoice.sent" })).unwrap().is_none());
    }
}
