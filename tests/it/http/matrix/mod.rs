//! Who may do what: every operation of the API, as everybody, on their own, on others' and on another title's object.
//!
//! `declared.txt` says what each cell answers: a status, or the code of the refusal. The operations come from the OpenAPI
//! document: one without a line in the table fails, and so does a line without its operation. A snapshot keeps which
//! fields each of them is shown, so that a new one is seen by whoever reviews the change.

mod parameters;
mod request;
mod scene;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use axum::http::Method;
use serde_json::Value;

use self::request::request;
use self::scene::{CALLERS, Object, Scene};
use self::shown::Shown;
use crate::support::{Answer, TestApp, World};

/// Every operation of the document, by its id.
fn operations() -> BTreeMap<String, Value> {
    let document = serde_json::to_value(belowline::http::document()).unwrap();
    let items = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    items
        .filter_map(|operation| Some((operation.get("operationId")?.as_str()?.to_owned(), operation.clone())))
        .collect()
}

/// The lines of the table: an operation, an object, and a cell for each caller.
fn declared() -> Vec<(String, String, Vec<String>)> {
    let lines = include_str!("declared.txt").lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let line = (words.next().unwrap(), words.next().unwrap(), words.collect::<Vec<_>>());
            assert_eq!(line.2.len(), CALLERS.len(), "{} {} has not a cell for each caller", line.0, line.1);
            line
        })
        .collect()
}

/// What is missing in the table, and what has no place in it.
fn gaps(operations: &BTreeSet<String>, table: &BTreeSet<String>) -> Vec<String> {
    let missing = operations.difference(table).map(|name| format!("{name} is not declared"));
    let strange = table.difference(operations).map(|name| format!("{name} is no operation"));
    missing.chain(strange).collect()
}

#[test]
fn every_operation_is_declared() {
    let operations: BTreeSet<String> = operations().into_keys().collect();
    let table: BTreeSet<String> = declared().into_iter().map(|(operation, ..)| operation).collect();
    assert_eq!(gaps(&operations, &table), Vec::<String>::new());

    let mut more = operations.clone();
    more.insert("read_everything".into());
    assert_eq!(gaps(&more, &table), ["read_everything is not declared"]);
    let mut fewer = operations;
    fewer.remove("decide");
    assert_eq!(gaps(&fewer, &table), ["decide is no operation"]);
}

async fn answer(world: &World, number: usize, operation: &str, object: &str, caller: &str) -> Option<Answer> {
    let object = Object::parse(object);
    if caller == "anonymous" && object.is_own {
        return None;
    }
    let mut scene = Scene::set(world, number, caller, object).await;
    let ask = request(operation, &mut scene).await.unwrap_or_else(|| panic!("no request is written for {operation}"));
    let key = format!("matrix-{number}");
    let key = (ask.method == Method::POST).then_some(key.as_str());
    Some(scene.caller.send(ask.method, &ask.path, key, ask.body).await)
}

fn cell_of(answer: Option<&Answer>) -> String {
    match answer.map(|answer| (answer, answer.body["code"].as_str())) {
        None => "-".into(),
        Some((_, Some(code))) => code.to_owned(),
        Some((answer, None)) => answer.status.as_u16().to_string(),
    }
}

async fn holds(app: TestApp) {
    let world = World::new(app).await;
    let (mut number, mut wrong) = (0, String::new());
    let mut shown = Shown::default();
    for (operation, object, cells) in declared() {
        for (caller, declared) in CALLERS.iter().zip(&cells) {
            number += 1;
            let answered = answer(&world, number, &operation, &object, caller).await;
            let cell = cell_of(answered.as_ref());
            if cell != *declared {
                writeln!(wrong, "{operation} {object} {caller}: declared {declared}, answered {cell}").unwrap();
            }
            if let Some(answered) = answered.filter(|answered| answered.status.is_success()) {
                shown.note(&operation, &object, caller, &answered.body);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    insta::assert_snapshot!("fields", shown.to_string());
}

/// Nothing that depends on how many asked before.
const CALM: [(&str, &str); 5] = [
    ("accounts.sign_in_per_account_per_hour", "100"),
    ("accounts.sign_in_per_network_per_hour", "100"),
    ("accounts.sign_up_per_network_per_hour", "100"),
    ("comments.burst", "100"),
    ("staff.destructive_per_10_minutes", "10000"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_holds_on_sqlite() {
    holds(TestApp::sqlite_with(&CALM).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_holds_on_postgres() {
    holds(TestApp::postgres_with(&CALM).await).await;
}
