//! JSON as the contract takes it: one object, no name twice, no U+0000, not deep; and the digest of a body.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use crate::kernel::is_storable;

/// How many objects and lists may lie inside each other.
const MAX_DEPTH: usize = 32;

/// Reads a body; nothing when it is not an object that can be taken.
pub(super) fn read_object(body: &[u8]) -> Option<Map<String, Value>> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Strict(MAX_DEPTH).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Reads one value that may hold as many levels as the number says.
struct Strict(usize);

impl Strict {
    fn inner<E: Error>(&self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("nested too deep"))
    }
}

fn storable<E: Error>(text: &str) -> Result<String, E> {
    if is_storable(text) { Ok(text.to_owned()) } else { Err(E::custom("U+0000")) }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        storable(text).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self.inner()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = object.next_key::<std::borrow::Cow<'_, str>>()? {
            let name = storable(&name)?;
            let value = object.next_value_seed(self.inner()?)?;
            if fields.insert(name, value).is_some() {
                return Err(A::Error::custom("a field twice"));
            }
        }
        Ok(Value::Object(fields))
    }
}

/// The digest of what an object means: order of fields and spelling do not count.
pub(super) fn digest_object(object: &Map<String, Value>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"json");
    add_object(&mut hash, object);
    hash.finalize().into()
}

/// The digest of a form, by name and in the order of values.
pub(super) fn digest_form<'a>(fields: impl Iterator<Item = (&'a str, &'a [String])>) -> [u8; 32] {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(b"form");
    for (name, values) in fields {
        add_text(&mut hash, b'k', name);
        add_count(&mut hash, b'l', values.len());
        values.iter().for_each(|value| add_text(&mut hash, b's', value));
    }
    hash.finalize().into()
}

fn add_count(hash: &mut Sha256, kind: u8, count: usize) {
    hash.update([kind]);
    hash.update(u64::try_from(count).unwrap_or(u64::MAX).to_be_bytes());
}

// INVARIANT: each part says its kind and length first, so that no two bodies run together to the same bytes.
fn add_text(hash: &mut Sha256, kind: u8, text: &str) {
    add_count(hash, kind, text.len());
    hash.update(text.as_bytes());
}

fn add_object(hash: &mut Sha256, object: &Map<String, Value>) {
    let mut fields: Vec<_> = object.iter().collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    add_count(hash, b'o', fields.len());
    for (name, value) in fields {
        add_text(hash, b'k', name);
        add_value(hash, value);
    }
}

fn add_value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hash.update(b"0"),
        Value::Bool(value) => hash.update(if *value { b"t" } else { b"f" }),
        Value::Number(number) => add_text(hash, b'n', &number.to_string()),
        Value::String(text) => add_text(hash, b's', text),
        Value::Array(items) => {
            add_count(hash, b'l', items.len());
            items.iter().for_each(|item| add_value(hash, item));
        }
        Value::Object(object) => add_object(hash, object),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nested(depth: usize) -> String {
        format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn what_is_not_one_clean_object_is_no_body() {
        for odd in [
            "",
            "[]",
            "\"a\"",
            "null",
            "{} {}",
            "{}x",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":NaN}",
            "{\"a\":1e999}",
            "\u{feff}{}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\n\"}",
            "{\"a\":01}",
        ] {
            assert!(read_object(odd.as_bytes()).is_none(), "{odd}");
        }
        assert!(read_object(b"{\"a\":\"\xff\"}").is_none());
        assert!(read_object(b"{\"\xc3\":1}").is_none());
        assert!(read_object(b" {\"a\":[1,-2,0.5,null,true,\"\\u00e9\"]} ").is_some());
    }

    #[test]
    fn a_field_twice_is_refused_at_any_depth_and_in_any_spelling() {
        for odd in ["{\"a\":1,\"a\":1}", "{\"x\":[{\"a\":1,\"\\u0061\":2}]}"] {
            assert!(read_object(odd.as_bytes()).is_none(), "{odd}");
        }
    }

    #[test]
    fn u_0000_is_refused_anywhere_even_in_disguise() {
        for odd in ["{\"a\":\"\\u0000\"}", "{\"a\\u0000\":1}", "{\"x\":[\"a\\u0000b\"]}", "{\"a\":\"\0\"}"] {
            assert!(read_object(odd.as_bytes()).is_none(), "{odd}");
        }
    }

    #[test]
    fn vuln_c48_a_body_nested_too_deep_is_refused_and_harms_nothing() {
        assert!(read_object(nested(MAX_DEPTH - 1).as_bytes()).is_some());
        assert!(read_object(nested(MAX_DEPTH + 1).as_bytes()).is_none());
        assert!(read_object(nested(10_000).as_bytes()).is_none());
        assert!(read_object("{\"a\":".repeat(10_000).as_bytes()).is_none());
    }

    #[test]
    fn the_digest_is_of_what_a_body_means() {
        let digest = |text: &str| digest_object(&read_object(text.as_bytes()).unwrap());
        assert_eq!(digest("{\"a\":1,\"b\":\"é\"}"), digest(" {\"b\":\"\\u00e9\", \"a\":1}"));
        let others =
            ["{}", "{\"a\":null}", "{\"a\":\"1\"}", "{\"a\":1}", "{\"a\":[1]}", "{\"a\":[[1]]}", "{\"a\":1.5}"];
        for (at, one) in others.iter().enumerate() {
            others.iter().skip(at + 1).for_each(|other| assert_ne!(digest(one), digest(other), "{one} {other}"));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes: Vec<u8>) {
            let _ = read_object(&bytes);
        }
    }
}
