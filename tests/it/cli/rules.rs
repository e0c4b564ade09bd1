//! Rules from the shell: tried on texts, checked, and put in force.

use serde_json::{Value, json};

use super::home::Home;

const RULES: &str = "[[rule]]\nid = \"shouting\"\nclause = \"post-abuse\"\nwhen = \"text.capitals > 0.8 && text.words > 3\"\n\
                     then = \"nudge\"\nmode = \"live\"\n";

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn texts_are_judged_in_order_without_a_database_on_any_number_of_threads() {
    let home = Home::sqlite();
    let texts: String = (0..1_500)
        .map(|at| json!({ "id": format!("t{at}"), "text": if at % 3 == 0 { "What a f.u.c.k.i.n.g mess" } else { "Well put." } }))
        .map(|line| format!("{line}\n"))
        .collect();
    let one = home.run_with_input(&["rules", "judge", "-", "--print", "jsonl"], &texts);
    assert_eq!(one.code, 0, "{}", one.err);
    let judged = lines(&one.out);
    assert_eq!((judged.len(), &judged[1_499]["id"]), (1_500, &json!("t1499")));
    assert_eq!(judged[0]["outcome"], "hold");
    assert_eq!(judged[0]["findings"][0]["spans"], json!([[7, 20]]));
    assert_eq!(
        (&judged[1]["outcome"], &judged[1]["findings"], &judged[1]["faults"]),
        (&json!("publish"), &json!([]), &json!([]))
    );
    assert!(
        judged[0]["probabilities"]["abusive"].as_f64().unwrap()
            > judged[1]["probabilities"]["abusive"].as_f64().unwrap()
    );
    let three = home.run_with_input(&["rules", "judge", "-", "--print", "jsonl", "--threads", "3"], &texts);
    assert!(three.out == one.out, "threads change the order or the verdicts");
    assert!(!home.data_dir().exists(), "a folder was made for nothing");

    let own = home.write("own.toml", RULES);
    let shouted = r#"{"id":1,"text":"STOP BUILDING THAT PIER NOW"}"#;
    let said = home.run_with_input(&["rules", "judge", "-", "--rules", &own, "--print", "jsonl"], shouted);
    assert_eq!(lines(&said.out)[0]["outcome"], "nudge");
    let broken =
        home.run_with_input(&["rules", "judge", "-", "--print", "jsonl"], &format!("{shouted}\n{{\"id\":2}}\n"));
    assert_eq!((broken.code, lines(&broken.out).len()), (1, 1));
    assert!(broken.err.contains("line 2") && broken.err.contains("text"), "{}", broken.err);
    assert_eq!(home.run(&["rules", "judge", "nowhere.jsonl"]).code, 1);
}

#[test]
fn a_text_is_explained_with_its_words_underlined() {
    let home = Home::sqlite();
    let said = home.run(&["rules", "explain", "What a f.u.c.k.i.n.g disgrace"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let mut shown = said.out.lines().skip_while(|line| !line.contains("What a")).map(str::trim_end);
    assert_eq!(shown.next().map(str::trim), Some("What a f.u.c.k.i.n.g disgrace"));
    assert_eq!(shown.next(), Some("           ^^^^^^^^^^^^^"));
}

#[tokio::test]
async fn rules_are_put_in_force_after_a_dry_run_and_the_same_file_again_changes_nothing() {
    for home in [Home::sqlite(), Home::postgres().await] {
        assert_eq!(home.run(&["migrate"]).code, 0);
        home.make_title("post");
        let file = home.write("editors.toml", RULES);
        let push = ["rules", "push", &file, "--title", "post"];
        let dry = home.json(&[&push[..], &["--dry-run"]].concat());
        assert_eq!((&dry["version"], &dry["is_new"], &dry["dry_run"]), (&json!(1), &json!(true), &json!(true)));
        let pushed = home.json(&push);
        assert_eq!((&pushed["version"], &pushed["is_new"], &pushed["live"]), (&json!(1), &json!(true), &json!(1)));
        assert_eq!(home.json(&push)["is_new"], false);
        let said = home.run(&["rules", "explain", "STOP BUILDING THAT PIER NOW", "--title", "post"]);
        assert!(said.out.contains("Outcome: nudge") && said.out.contains("shouting@1"), "{said:?}");
        let wrong = home.write("wrong.toml", &RULES.replace("text.words", "text.wrods"));
        let said = home.run(&["rules", "push", &wrong, "--title", "post"]);
        assert!(said.code == 1 && said.err.contains("text.wrods") && said.err.contains('^'), "{said:?}");
        assert_eq!(home.run(&["rules", "push", &file, "--title", "nowhere"]).code, 1);
        assert_eq!(home.run(&["rules", "explain", "x", "--title", "nowhere"]).code, 1);
    }
}

#[tokio::test]
async fn tests_are_shown_one_by_one_and_a_failing_one_is_told_by_the_exit_code() {
    let home = Home::sqlite();
    let tests = "\n[[rule.test]]\ntext = \"STOP BUILDING THAT PIER NOW\"\nexpect = \"nudge\"\n[[rule.test]]\ntext = \"Stop it\"\nexpect = \"nothing\"\n";
    let file = home.write("right.toml", &format!("{RULES}{tests}"));
    let said = home.run(&["rules", "test", &file]);
    assert!(
        said.code == 0
            && said.out.contains("ok    fires         STOP BUILDING")
            && said.out.contains("2 tests passed, 0 failed"),
        "{said:?}"
    );
    let wrong = home.write("wrong.toml", &format!("{RULES}{}", tests.replace("Stop it", "STOP IT NOW, STOP IT")));
    let said = home.run(&["rules", "test", &wrong]);
    assert!(
        said.code == 1 && said.out.contains("FAIL  does not fire") && said.out.contains("1 test passed, 1 failed"),
        "{said:?}"
    );
    let all = home.run(&["rules", "test", &wrong, "--print", "json"]);
    let all: Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!((&all[0]["passed"], &all[1]["passed"]), (&json!(true), &json!(false)));
    assert_eq!(all[1]["complaint"]["code"], "test_failed");
    let none = home.run(&["rules", "test", &home.write("none.toml", RULES)]);
    assert!(none.code == 0 && none.out.contains("has no tests"), "{none:?}");
}

#[tokio::test]
async fn how_the_rules_of_a_title_stand_is_shown_and_the_file_in_force_printed() {
    for home in [Home::sqlite(), Home::postgres().await] {
        assert_eq!(home.run(&["migrate"]).code, 0);
        home.make_title("post");
        let said = home.run(&["rules", "status", "--title", "post"]);
        assert!(said.code == 0 && said.out.contains("the starter rules are in force"), "{said:?}");
        let file = home.write("editors.toml", RULES);
        home.json(&["rules", "push", &file, "--title", "post"]);
        let status = home.json(&["rules", "status", "--title", "post"]);
        assert_eq!(
            (&status["version"], &status["rules"][0]["id"], &status["rules"][0]["day"]),
            (&json!(1), &json!("shouting"), &json!(0))
        );
        assert_eq!(home.run(&["rules", "show", "--title", "post"]).out, RULES);
        assert_eq!(home.run(&["rules", "show", "--title", "nowhere"]).code, 1);
        let same = home.run(&["rules", "diff", &file, "--title", "post"]);
        assert!(same.code == 0 && same.out.contains("is what is in force"), "{same:?}");
        let other = home.write("other.toml", &RULES.replace("> 0.8", "> 0.7"));
        let differs = home.run(&["rules", "diff", &other, "--title", "post"]).out;
        assert!(
            differs.contains("\n-when = \"text.capitals > 0.8") && differs.contains("\n+when = \"text.capitals > 0.7"),
            "{differs}"
        );
        let counts = home.json(&["rules", "diff", &other, "--title", "post"]);
        assert_eq!((&counts["added"], &counts["removed"]), (&json!(1), &json!(1)));
    }
}
