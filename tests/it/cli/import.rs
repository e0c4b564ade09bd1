//! Subscriptions taken over from a file.

use serde_json::{Value, json};

use super::home::Home;
use crate::support::until;

const HEADER: &str = "status,issuer,subject,subscription,valid_until,plan,at\n";

fn import(home: &Home, file: &str, more: &[&str]) -> (i32, Value) {
    let said = home.run(&[&["subscription", "import", file, "--print", "json"], more].concat());
    let printed = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    (said.code, printed)
}

fn row(number: usize, status: &str) -> String {
    format!("{status},https://login.example,reader-{number},s-{number},2030-01-01T00:00:00Z,digital,1800000000\n")
}

async fn a_file_is_taken_over(home: Home) {
    let rows: String = (0..250).map(|number| row(number, if number % 10 == 0 { "lapsed" } else { "active" })).collect();
    let file = home.write("all.csv", &format!("\u{feff}{HEADER}{rows}{}", row(0, "lapsed")));
    let (code, dry) = import(&home, &file, &["--dry-run"]);
    assert_eq!((code, &dry["applied"], &dry["dry_run"]), (0, &json!(250), &json!(true)), "{dry}");
    let (code, mut done) = import(&home, &file, &[]);
    assert_eq!((code, &done["applied"], &done["known"]), (0, &json!(250), &json!(1)), "the dry run changed something");
    assert_eq!((&done["added"], &done["changed"], &done["unchanged"]), (&json!(250), &json!(0), &json!(0)));
    assert_eq!(done["by_status"], json!({ "active": 225, "lapsed": 25 }));
    done["dry_run"] = json!(true);
    assert_eq!(done, dry, "the dry run said what happens");
    let (code, again) = import(&home, &file, &[]);
    assert_eq!((code, &again["applied"], &again["known"]), (0, &json!(0), &json!(251)));
    assert_eq!(home.json(&["subscription", "waiting"])["items"], json!([]));
    let said = home.run(&["subscription", "import", &file]);
    assert!(said.out.contains("251 rows: 0 taken, 251 known already, 0 left out."), "{said:?}");
    // What is later changes what stands, and what is earlier does not.
    let later =
        [row(1, "lapsed").replace("1800000000", "1800000009"), row(2, "lapsed").replace("1800000000", "1799999999")];
    let file = home.write("later.csv", &format!("{HEADER}{}", later.concat()));
    for more in [&["--dry-run"][..], &[]] {
        let (_, done) = import(&home, &file, more);
        assert_eq!((&done["added"], &done["changed"], &done["unchanged"]), (&json!(0), &json!(1), &json!(1)), "{done}");
    }
    let said = home.run(&[
        "subscription",
        "import",
        &home.write("new.csv", &format!("{HEADER}{}", row(900, "paused"))),
        "--dry-run",
    ]);
    assert!(said.out.contains("1 rows: 1 would be taken (1 paused; 1 new, 0 changed, 0 as before)"), "{said:?}");
}

#[tokio::test]
async fn a_file_is_taken_over_once_and_a_dry_run_changes_nothing_on_sqlite() {
    a_file_is_taken_over(Home::sqlite()).await;
}

#[tokio::test]
async fn a_file_is_taken_over_once_and_a_dry_run_changes_nothing_on_postgres() {
    let home = Home::postgres().await;
    home.json(&["migrate"]);
    a_file_is_taken_over(home).await;
}

/// Waits until the machine's clock shows another second: rows without a time of their own count from it.
#[expect(clippy::disallowed_methods, reason = "the command goes by the clock of the machine")]
async fn another_second() {
    let second = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let begun = second();
    until("another second", async || second() > begun).await;
}

/// What the paper exports every night says of everybody what is so now, without saying since when.
async fn nightly_files_are_followed(home: Home) {
    const HEADER: &str = "issuer,subject,status,valid_until\n";
    let row = |status: &str| format!("https://login.example,reader-1,{status},\n");
    let night = |rows: &[&str]| {
        let rows: String = rows.iter().map(|status| row(status)).collect();
        let (code, done) = import(&home, &home.write("night.csv", &format!("{HEADER}{rows}")), &[]);
        assert_eq!(code, 0, "{done}");
        (done["added"].clone(), done["changed"].clone(), done["known"].clone())
    };
    assert_eq!(night(&["active"]), (json!(1), json!(0), json!(0)));
    assert_eq!(night(&["active"]), (json!(0), json!(0), json!(1)));
    another_second().await;
    assert_eq!(night(&["lapsed"]), (json!(0), json!(1), json!(0)));
    another_second().await;
    assert_eq!(night(&["active"]), (json!(0), json!(1), json!(0)), "what was so before is so again");
    assert_eq!(night(&["active"]), (json!(0), json!(0), json!(1)));
    another_second().await;
    // A file that contradicts itself counts as one moment: the more restrictive, however often it comes.
    assert_eq!(night(&["paused", "lapsed"]), (json!(0), json!(2), json!(0)));
    another_second().await;
    assert_eq!(night(&["paused", "lapsed"]), (json!(0), json!(0), json!(2)));
}

#[tokio::test]
async fn nightly_files_without_times_are_followed_back_and_forth_on_sqlite() {
    nightly_files_are_followed(Home::sqlite()).await;
}

#[tokio::test]
async fn nightly_files_without_times_are_followed_back_and_forth_on_postgres() {
    let home = Home::postgres().await;
    home.json(&["migrate"]);
    nightly_files_are_followed(home).await;
}

#[tokio::test]
async fn every_row_with_a_mistake_is_told_and_the_others_are_taken() {
    let home = Home::sqlite();
    let rows = [
        row(1, "active"),
        "actve,https://login.example,reader-2,s-2,,,\n".to_owned(),
        "active,,reader-3,s-3,,,\n".to_owned(),
        "active,https://login.example,reader-4,s-4,tomorrow,,-5\n".to_owned(),
        "active,https://login.example,reader-5\n".to_owned(),
        "\n".to_owned(),
        "active,\"https://login.example\",\"reader\n6\",s-6,,\"a, \"\"b\"\"\",\r\n".to_owned(),
        format!("active,https://login.example,{},s-7,,,\n", "x".repeat(256)),
        "active,https://login.example,rea\0der,s-8,,,\n".to_owned(),
        "actve,https://login.example,reader-8,s-8,,,".to_owned(),
    ];
    let file = home.write("some.csv", &format!("{HEADER}{}", rows.concat()));
    let (code, done) = import(&home, &file, &[]);
    assert_eq!((code, &done["rows"], &done["applied"], &done["refused_rows"]), (1, &json!(9), &json!(1), &json!(8)));
    let told: Vec<_> = done["refused"].as_array().unwrap().iter().map(|one| (&one["line"], &one["column"])).collect();
    let expected = [
        (json!(3), json!("status")),
        (json!(4), json!("issuer")),
        (json!(5), json!("valid_until")),
        (json!(5), json!("at")),
        (json!(6), Value::Null),
        (json!(8), Value::Null),
        (json!(10), json!("subject")),
        (json!(11), json!("subject")),
        (json!(12), json!("status")),
    ];
    assert_eq!(told, expected.iter().map(|(line, column)| (line, column)).collect::<Vec<_>>(), "{done}");
    assert_eq!(done["refused"][0]["value"], "actve");
    assert_eq!(done["refused"][7]["reason"], "it has a character U+0000");
    for (last, line) in
        [("active,i,reader-9,s-9,,\"digital,\nactive,i,reader-10,s-10,,,\n", 3), ("active,i,reader-9,s-9,,,\"", 3)]
    {
        let open = home.write("open.csv", &format!("{HEADER}{}{last}", row(1, "active")));
        let (code, done) = import(&home, &open, &[]);
        assert_eq!((code, &done["refused"][0]["line"]), (1, &json!(line)), "{done}");
        assert!(done["refused"][0]["reason"].as_str().unwrap().contains("not closed"), "{done}");
    }
    let said = home.run(&["subscription", "import", &file]);
    assert!(said.out.contains("line 3, status: it is none of active"), "{said:?}");
}

#[tokio::test]
async fn a_file_that_is_none_changes_nothing() {
    let home = Home::sqlite();
    for (name, text, complaint) in [
        ("empty.csv", String::new(), "`issuer` is missing"),
        ("other.csv", "name,price\na,1\n".to_owned(), "`name` is no column that is known"),
        ("twice.csv", format!("status,{HEADER}"), "`status` comes twice"),
        ("missing.csv", "issuer,subject,subscription\na,b,c\n".to_owned(), "`status` is missing"),
        ("endless.csv", "issuer,subject,status\na,b,active\n".to_owned(), "`valid_until` is missing"),
    ] {
        let file = home.write(name, &text);
        let said = home.run(&["subscription", "import", &file]);
        assert!(said.code == 2 && said.err.contains(complaint) && said.out.is_empty(), "{name}: {said:?}");
    }
    let said = home.run(&["subscription", "import", "nowhere.csv"]);
    assert!(said.code == 2 && said.err.contains("nowhere.csv"), "{said:?}");
    let open = format!("{HEADER}{}active,\"{}\n", row(1, "active"), "never closed\n".repeat(20_000));
    let (code, done) = import(&home, &home.write("open.csv", &open), &[]);
    assert_eq!((code, &done["applied"]), (2, &json!(1)), "{done}");
    assert!(done["stopped"].as_str().unwrap().contains("is a quotation mark not closed"), "{done}");
}

#[tokio::test]
async fn a_subscription_without_a_name_is_the_logins_and_a_seat_needs_one() {
    let home = Home::sqlite();
    let header = "issuer,subject,status,valid_until,seat,subscription\n";
    let rows = "https://login.example,reader-1,active,,,\nhttps://login.example,reader-2,active,,a,\n\
                https://login.example,reader-3,active,,a,family\n";
    let (code, done) = import(&home, &home.write("some.csv", &format!("{header}{rows}")), &[]);
    assert_eq!((code, &done["added"]), (1, &json!(2)), "{done}");
    let refused = json!([{ "line": 3, "column": "seat", "reason": "it is a seat of no subscription", "value": "a" }]);
    assert_eq!(done["refused"], refused);
}
