//! The classifier from the shell: made, measured, explained and taught.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::home::Home;

/// Sixty labelled comments, every third of them rude.
fn write_collection(path: &Path) {
    let line = |at: usize| {
        let rude = at.is_multiple_of(3);
        let text =
            if rude { format!("You daft clown, number {at}") } else { format!("The ferry is late, number {at}") };
        json!({ "text": text, "label": u8::from(rude), "source": "made", "scope": "toxicity", "category": "" })
    };
    let hateful = |at: usize| {
        let text =
            if at.is_multiple_of(2) { format!("All weeds are vermin {at}") } else { format!("Tulips are out {at}") };
        json!({ "text": text, "label": (at + 1) % 2, "source": "made too", "scope": "hate", "category": "" })
    };
    let lines: Vec<String> = (0..90).map(line).chain((0..300).map(hateful)).map(|line| line.to_string()).collect();
    fs::write(path, lines.join("\n")).expect("written");
}

fn write_decisions(path: &Path, count: usize) {
    let line = |at: usize| {
        let text = if at.is_multiple_of(3) {
            format!("Sell your gold here, {at}")
        } else {
            format!("The ferry was late, {at}")
        };
        json!({ "text": text, "removed": at.is_multiple_of(3) }).to_string()
    };
    fs::write(path, (0..count).map(line).collect::<Vec<_>>().join("\n")).expect("written");
}

#[test]
fn a_model_is_trained_twice_to_the_same_bytes_and_measured() {
    let home = Home::sqlite();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    write_collection(Path::new(&at("made.jsonl")));
    for out in ["first.model", "second.model"] {
        let trained = home.json(&["classifier", "train", &at("made.jsonl"), "--out", &at(out)]);
        assert_eq!((&trained["rows"], &trained["left_out"]), (&json!(390), &json!(60)));
    }
    let bytes = |name: &str| fs::read(at(name)).expect("a model");
    assert_eq!(bytes("first.model"), bytes("second.model"));
    let measured = home.json(&["classifier", "eval", &at("made.jsonl"), "--model", &at("first.model"), "--worst", "2"]);
    let sets = measured["sets"].as_array().expect("sets");
    assert_eq!(sets.iter().map(|set| &set["score"]).collect::<Vec<_>>(), ["abusive", "hateful"]);
    assert_eq!((&sets[0]["rows"], &sets[0]["positives"], &sets[0]["roc_auc"]), (&json!(90), &json!(30), &json!(1.0)));
    assert_eq!(sets[0]["worst"].as_array().expect("worst").len(), 4);
    let said = home.run(&["classifier", "eval", &at("made.jsonl"), "--worst", "1"]);
    assert!(said.code == 0 && said.out.contains("recall") && said.out.contains("worst mistakes"), "{said:?}");
}

#[test]
fn a_title_is_taught_by_decisions() {
    let home = Home::sqlite();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    write_decisions(Path::new(&at("decisions.jsonl")), 90);
    let learnt = home.json(&["classifier", "learn", "--decisions", &at("decisions.jsonl"), "--out", &at("t.model")]);
    assert_eq!((&learnt["decisions"], &learnt["removed"]), (&json!(90), &json!(30)));
    assert!(learnt["calibration_error_after"].as_f64() < learnt["calibration_error_before"].as_f64(), "{learnt}");
    let shipped = home.json(&["classifier", "show", "Sell your gold here"]);
    let taught = home.json(&["classifier", "show", "Sell your gold here", "--model", &at("t.model")]);
    assert!(taught["abusive"]["probability"].as_f64() > shipped["abusive"]["probability"].as_f64());
    assert_eq!(taught["hateful"], shipped["hateful"], "hate is not what removals teach");
}

#[test]
fn what_cannot_teach_is_refused_and_leaves_no_model() {
    let home = Home::sqlite();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let refused = |arguments: &[&str], words: &str| {
        let said = home.run(arguments);
        assert!(said.code == 1 && said.out.is_empty() && said.err.contains(words), "{arguments:?}: {said:?}");
    };
    let learn = |file: &str| ["classifier", "learn", "--decisions", file, "--out"].map(str::to_owned);
    let refused_to_learn = |file: &str, words: &str| {
        let arguments = [&learn(&at(file))[..], &[at("out.model")]].concat();
        refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), words);
    };
    refused_to_learn("absent.jsonl", "absent.jsonl cannot be read");
    write_decisions(Path::new(&at("few.jsonl")), 12);
    refused_to_learn("few.jsonl", "at least 10 of each");
    fs::write(at("bad.jsonl"), "{\"text\":\"x\",\"removed\":true}\n{\"text\":\"x\"}\n").expect("written");
    refused_to_learn("bad.jsonl", "bad.jsonl, line 2: missing field `removed`");
    refused(&["classifier", "train", &at("bad.jsonl"), "--out", &at("out.model")], "bad.jsonl, line 1");
    fs::write(at("cut.model"), &b"BELOWCLS\x01\x00\x01\x00 and no more"[..]).expect("written");
    refused(&["classifier", "show", "a text", "--model", &at("cut.model")], "cut off");
    assert!(!Path::new(&at("out.model")).exists());
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 3, "nothing half-written");
}

#[test]
fn what_pulled_a_text_up_is_shown() {
    let home = Home::sqlite();
    let said = home.run(&["classifier", "show", "You are an idiot", "--top", "5"]);
    assert!(said.code == 0 && said.out.starts_with("abusive 1.000") && said.out.contains("letters idiot"), "{said:?}");
}
