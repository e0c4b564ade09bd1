//! Every parameter of every operation dropped, blank, doubled, and one that nobody knows.

use serde_json::Value;

use super::operations;
use super::request::request;
use super::scene::{Object, Scene};
use crate::support::{World, both_engines};

/// What a parameter may be, by its name.
fn value_of(name: &str) -> &'static str {
    match name {
        "title" => "harbour",
        "limit" => "10",
        "from" | "before" | "to" => "1",
        "sort" => "oldest",
        "after" => "rubbish",
        other => panic!("no value is written for {other}"),
    }
}

/// The query parameters of `operation`, each with whether it is needed.
fn parameters(operation: &Value) -> Vec<(String, bool)> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| (parameter["name"].as_str().unwrap().to_owned(), parameter["required"] == true))
        .collect()
}

both_engines! {
    async fn a_parameter_that_is_dropped_blank_or_doubled_never_widens_what_is_seen(app: TestApp) {
        let world = World::new(app).await;
        let mut scene = Scene::set(&world, 1, "admin", Object::parse("foreign")).await;
        let mut asked = 0;
        for (id, operation) in operations() {
            let ask = request(&id, &mut scene).await.unwrap();
            let path = ask.path.split('?').next().unwrap().to_owned();
            let known = parameters(&operation);
            let needed: Vec<String> = known
                .iter()
                .filter(|(_, is_needed)| *is_needed)
                .map(|(name, _)| format!("{name}={}", value_of(name)))
                .collect();
            let mut queries = vec!["stranger=1".to_owned(), "&".to_owned() + "stranger"];
            for (name, is_needed) in &known {
                let value = value_of(name);
                queries.extend([format!("{name}="), name.clone(), format!("{name}={value}&{name}={value}")]);
                queries.push(format!("{name}[]={value}"));
                if *is_needed {
                    let others = needed.iter().filter(|other| !other.starts_with(&format!("{name}=")));
                    queries.push(others.cloned().collect::<Vec<_>>().join("&"));
                }
            }
            for query in queries {
                let path = format!("{path}?{query}");
                let key = format!("parameter-{asked}");
                let answer = scene.caller.send(ask.method.clone(), &path, Some(&key), ask.body.clone()).await;
                assert_eq!((answer.status.as_u16(), &answer.body["code"]), (400, &Value::from("invalid_query")), "{id} {path} {}", answer.body);
                asked += 1;
            }
        }
        assert!(asked > 100, "{asked}");
    }
}
