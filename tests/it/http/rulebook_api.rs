//! Rules and word lists over the API: read, checked, published, compared, put back, tried and swept, on both engines.

use belowline::kernel::Actor;
use belowline::{fetch_all, rulebook};
use serde_json::{Value, json};

use crate::support::{World, both_engines};

const RULES: &str = "/api/v1/titles/harbour/rules";
const LIST: &str = "/api/v1/titles/harbour/word-list";

fn rule(id: &str, word: &str, mode: &str) -> String {
    format!(
        "[[rule]]\nid = '{id}'\nclause = 'harbour-spam'\nwhen = \"text.content.contains('{word}')\"\nthen = 'hold'\nmode = '{mode}'\n\n"
    )
}

fn put(source: &str, based_on: i64) -> Value {
    json!({ "source": source, "based_on": based_on })
}

both_engines! {
    async fn what_is_published_is_read_back_and_judges(app: TestApp) {
        let world = World::new(app).await;
        let none = world.mo.get(RULES).await.is(200);
        assert_eq!((none["version"].clone(), none["source"].clone()), (json!(0), json!("")));
        let source = rule("boats", "boat", "live") + &rule("ferries", "ferry", "shadow");
        let told = world.editor.put(RULES, put(&source, 0)).await.is(200);
        assert_eq!((told["version"].clone(), told["is_new"].clone()), (json!(1), json!(true)));
        assert_eq!((told["live"].clone(), told["shadow"].clone(), told["draft"].clone()), (json!(1), json!(1), json!(0)));
        let read = world.mo.get(RULES).await.is(200);
        assert_eq!(read["source"], source.as_str());
        assert_eq!(read["published_by"], world.editor.profile.as_ref().unwrap().id.to_string());
        rulebook::refresh(&world.app).await.unwrap();
        world.ann.post(&world.thread(), json!({ "body": "A boat came in." })).await.is(202);

        let list = "version = 1\n[[entry]]\ntext = 'blether'\noutcome = 'hold'\nclause = 'harbour-abuse'\n";
        let told = world.editor.put(LIST, put(list, 0)).await.is(200);
        assert_eq!((told["version"].clone(), told["entries"].clone()), (json!(1), json!(1)));
        assert_eq!(world.mo.get(LIST).await.is(200)["source"], list);
        world.mo.get("/api/v1/titles/harbour/headlines").await.refused(404, "not_found");
    }

    async fn a_check_tells_where_each_mistake_is_and_stores_nothing(app: TestApp) {
        let world = World::new(app).await;
        let wrong = rule("boats", "boat", "live").replace("text.content", "text.contents") + &rule("x", "y", "live").replace("harbour-spam", "moor-spam");
        let path = format!("{RULES}/check");
        let found = world.editor.post(&path, json!({ "source": wrong })).await.is(200);
        assert_eq!(found["published"], Value::Null);
        let first = &found["complaints"][0];
        assert_eq!((first["code"].clone(), first["line"].clone(), first["column"].clone()), (json!("unknown_signal"), json!(4), json!(9)));
        assert!(first["hint"].as_str().unwrap().contains("text.content"), "{first}");
        let right = rule("boats", "boat", "live");
        let unknown = right.replace("harbour-spam", "moor-spam");
        let found = world.editor.post(&path, json!({ "source": unknown })).await.is(200);
        assert_eq!((found["complaints"][0]["code"].clone(), found["complaints"][0]["line"].clone()), (json!("unknown_clause"), json!(3)));
        let fine = world.editor.post(&path, json!({ "source": right })).await.is(200);
        assert_eq!((fine["complaints"].clone(), fine["published"]["version"].clone()), (json!([]), json!(1)));
        let refused = world.editor.put(RULES, put(&wrong, 0)).await.refused(422, "invalid_text");
        assert_eq!(refused["complaints"][0], *first);
        assert_eq!(world.mo.get(RULES).await.is(200)["version"], 0);

        let list = "version = 1\n[[entry]]\ntext = 'x'\noutcome = 'hold'\nclause = 'harbour-abuse'\n";
        let found = world.editor.post(&format!("{LIST}/check"), json!({ "source": list })).await.is(200);
        assert_eq!((found["complaints"][0]["code"].clone(), found["complaints"][0]["line"].clone()), (json!("entry_too_short"), json!(2)));
        world.mo.post(&path, json!({ "source": "" })).await.refused(403, "forbidden");
        world.editor.put(RULES, json!({ "source": "", "colour": 1 })).await.refused(422, "invalid");
    }

    async fn of_two_editors_the_later_learns_what_came_between(app: TestApp) {
        let world = World::new(app).await;
        let (one, two) = (rule("boats", "boat", "live"), rule("boats", "canoe", "live"));
        world.editor.put(RULES, put(&one, 0)).await.is(200);
        let stale = world.admin.put(RULES, put(&two, 0)).await.refused(409, "stale_version");
        assert_eq!((stale["based_on"].clone(), stale["latest"].clone()), (json!(0), json!(1)));
        world.admin.put(RULES, put(&two, 1)).await.is(200);

        let diff = world.mo.get(&format!("{RULES}/diff?from=1&to=2")).await.is(200);
        assert_eq!((diff["added"].clone(), diff["removed"].clone()), (json!(1), json!(1)));
        let changed: Vec<&Value> = diff["lines"].as_array().unwrap().iter().filter(|line| line["change"] != "same").collect();
        assert_eq!((changed[0]["change"].clone(), changed[0]["from_line"].clone()), (json!("removed"), json!(4)));
        assert!(changed[1]["text"].as_str().unwrap().contains("canoe"));
        world.mo.get(&format!("{RULES}/diff?from=1&to=3")).await.refused(404, "not_found");
        world.mo.get(&format!("{RULES}/diff?from=1")).await.refused(400, "invalid_query");

        let versions = world.mo.get(&format!("{RULES}/versions?limit=1")).await.is(200);
        assert_eq!((versions["items"][0]["version"].clone(), versions["next"].clone()), (json!(2), json!(2)));
        let versions = world.mo.get(&format!("{RULES}/versions?limit=1&before=2")).await.is(200);
        assert_eq!((versions["items"][0]["version"].clone(), versions["next"].clone()), (json!(1), Value::Null));
        assert_eq!(versions["items"][0]["size_bytes"], one.len());
        assert_eq!(world.mo.get(&format!("{RULES}/versions/1")).await.is(200)["source"], one.as_str());
        world.mo.get(&format!("{RULES}/versions/9")).await.refused(404, "not_found");
    }

    async fn going_back_publishes_an_old_text_anew_and_says_where_it_came_from(app: TestApp) {
        let world = World::new(app).await;
        let (one, two) = (rule("boats", "boat", "live"), rule("boats", "canoe", "live"));
        world.editor.put(RULES, put(&one, 0)).await.is(200);
        world.editor.put(RULES, put(&two, 1)).await.is(200);
        let path = format!("{RULES}/revert");
        world.editor.post(&path, json!({ "version": 1, "based_on": 1 })).await.refused(409, "stale_version");
        world.editor.post(&path, json!({ "version": 7, "based_on": 2 })).await.refused(422, "invalid");
        world.mo.post(&path, json!({ "version": 1, "based_on": 2 })).await.refused(403, "forbidden");
        let told = world.editor.post(&path, json!({ "version": 1, "based_on": 2 })).await.is(200);
        assert_eq!((told["version"].clone(), told["is_new"].clone()), (json!(3), json!(true)));
        assert_eq!(world.mo.get(RULES).await.is(200)["source"], one.as_str());
        assert_eq!(world.mo.get(&format!("{RULES}/versions/2")).await.is(200)["source"], two.as_str());
        let mut work = world.app.read(Actor::Operator).await.unwrap();
        let sql = "select details from audit_log where action = 'rules.published'";
        let rows: Vec<(String,)> = fetch_all!(&mut work.tx, (String,), sql).unwrap();
        assert_eq!(rows.iter().filter(|row| row.0.contains("\"from_version\":1")).count(), 1, "{rows:?}");
    }

    async fn who_loses_the_role_while_a_text_is_on_its_way_publishes_nothing(app: TestApp) {
        use belowline::kernel::{Role, Scope};
        use belowline::rulebook::history::Document;
        let world = World::new(app).await;
        let editor = world.editor.profile.as_ref().unwrap().clone();
        let token = world.app.token_of(editor.id).await;
        let person = belowline::accounts::authenticate(&world.app, &token).await.unwrap().unwrap().person;
        let harbour: belowline::kernel::TitleId = "harbour".parse().unwrap();
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        belowline::accounts::set_role(&mut work, editor.id, &Scope::Title(harbour.clone()), Role::Moderator).await.unwrap();
        work.commit().await.unwrap();
        let source = rule("boats", "boat", "live");
        let publication = rulebook::Publication::new(&harbour, &source);
        let outcome = rulebook::publish(&world.app, person, Document::Rules, publication).await;
        assert!(matches!(outcome, Err(rulebook::PublishError::Forbidden)), "{outcome:?}");
    }

    async fn a_backtest_is_asked_for_watched_and_stopped(app: TestApp) {
        let world = World::new(app).await;
        world.comment(&world.ann, "A boat came in.").await;
        world.app.clock.advance(std::time::Duration::from_secs(60));
        let path = "/api/v1/titles/harbour/backtests";
        let ask = json!({ "rules": rule("boats", "boat", "draft"), "since": "2026-02-01T00:00:00Z" });
        let asked = world.editor.post(path, ask.clone()).await.is(202);
        assert_eq!((asked["state"].clone(), asked["total"].clone(), asked["report"].clone()), (json!("open"), json!(1), Value::Null));
        let one = format!("{path}/{}", asked["id"].as_str().unwrap());
        assert_eq!(rulebook::backtest::drive_waiting(&world.app).await.unwrap(), 1);
        let done = world.mo.get(&one).await.is(200);
        assert_eq!((done["state"].clone(), done["report"]["rules"][0]["hits"].clone()), (json!("done"), json!(1)));
        world.editor.delete(&one).await.refused(409, "conflict");
        world.app.clock.advance(std::time::Duration::from_secs(1));
        let other = world.editor.post(path, ask).await.is(202)["id"].as_str().unwrap().to_owned();
        world.mo.delete(&format!("{path}/{other}")).await.refused(403, "forbidden");
        world.editor.delete(&format!("{path}/{other}")).await.is(204);
        let listed = world.mo.get(path).await.is(200);
        assert_eq!((listed["items"][0]["state"].clone(), listed["items"][1]["state"].clone()), (json!("cancelled"), json!("done")));
        world.admin.get(&format!("/api/v1/titles/moor/backtests/{other}")).await.refused(404, "not_found");
        let wrong = json!({ "rules": "[[rule]]\nid = 'x'\n", "since": "2026-02-01T00:00:00Z" });
        let found = world.editor.post(path, wrong).await.refused(422, "invalid_text");
        assert!(!found["complaints"].as_array().unwrap().is_empty());
        let late = json!({ "rules": rule("boats", "boat", "draft"), "since": "2027-01-01T00:00:00Z" });
        assert_eq!(world.editor.post(path, late).await.refused(422, "invalid")["errors"][0]["field"], "since");
    }

    async fn a_sweep_is_counted_made_and_undone(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "A boat came in.").await["id"].clone();
        world.app.clock.advance(std::time::Duration::from_secs(60));
        world.editor.put(RULES, put(&rule("boats", "boat", "live"), 0)).await.is(200);
        let path = "/api/v1/titles/harbour/sweeps";
        let form = json!({ "since": "2026-03-01T00:00:00Z", "rules": ["boats"] });
        let found = world.editor.post(&format!("{path}/count"), form.clone()).await.is(200);
        assert_eq!((found["would_hold"].clone(), found["comments"][0]["comment"].clone()), (json!(1), comment.clone()));
        let at = format!("/api/v1/comments/{}", comment.as_str().unwrap());
        assert_eq!(world.bob.get(&at).await.is(200)["status"], "published");
        world.mo.post(path, form.clone()).await.refused(403, "forbidden");
        let made = world.editor.post(path, form).await.is(201);
        assert_eq!(made["held"], 1);
        world.bob.get(&at).await.refused(404, "not_found");
        let undo = format!("{path}/{}/undo", made["id"].as_str().unwrap());
        world.admin.post(&undo.replace("harbour", "moor"), Value::Null).await.refused(404, "not_found");
        assert_eq!(world.editor.post(&undo, Value::Null).await.is(200)["restored"], 1);
        world.editor.post(&undo, Value::Null).await.refused(409, "conflict");
        assert_eq!(world.bob.get(&at).await.is(200)["status"], "published");
        assert!(world.mo.get(path).await.is(200)["items"][0]["undone_at"].is_string());
        let old = json!({ "since": "2025-03-01T00:00:00Z" });
        assert_eq!(world.editor.post(&format!("{path}/count"), old).await.refused(422, "invalid")["errors"][0]["code"], "too_old");
    }
}

/// Every `$ref` below `value`.
fn references(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(|reference| reference.as_str()).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        serde_json::Value::Array(members) => members.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn everything_that_the_openapi_document_refers_to_is_in_it() {
    let world = World::new(crate::support::TestApp::sqlite().await).await;
    let document = world.anonymous.get("/api/openapi.json").await.is(200);
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "only {}", found.len());
    let missing: Vec<_> = found.iter().filter(|it| document.pointer(it.trim_start_matches('#')).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
