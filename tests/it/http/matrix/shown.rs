//! Which fields of an answer each caller is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

/// The paths of the fields that have a value, by operation and object, then by caller.
#[derive(Default)]
pub(super) struct Shown(BTreeMap<(String, String), BTreeMap<String, BTreeSet<String>>>);

impl Shown {
    /// Notes what `caller` was answered.
    pub(super) fn note(&mut self, operation: &str, object: &str, caller: &str, body: &Value) {
        let mut paths = BTreeSet::new();
        collect(body, "", &mut paths);
        let cell = self.0.entry((operation.to_owned(), object.to_owned())).or_default();
        cell.insert(caller.to_owned(), paths);
    }
}

impl fmt::Display for Shown {
    /// One line for each set of fields, after whom it is shown to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((operation, object), callers) in &self.0 {
            let mut by_fields: BTreeMap<&BTreeSet<String>, Vec<&str>> = BTreeMap::new();
            for (caller, fields) in callers {
                by_fields.entry(fields).or_default().push(caller);
            }
            for (fields, callers) in by_fields {
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                writeln!(f, "{operation} {object} [{}]: {}", callers.join(" "), fields.join(" "))?;
            }
        }
        Ok(())
    }
}

fn collect(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, paths);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, &format!("{path}[]"), paths)),
        Value::String(text) if text.is_empty() => {}
        _ => {
            paths.insert(path.to_owned());
        }
    }
}
