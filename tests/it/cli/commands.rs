//! What an operator does from a shell, on both engines.

use serde_json::json;

use super::home::Home;

async fn both(check: impl Fn(&Home)) {
    check(&Home::sqlite());
    let home = Home::postgres().await;
    let said = home.run(&["migrate"]);
    assert_eq!(said.code, 0, "{said:?}");
    check(&home);
}

const PASSWORD: &str = "gulls over the breakwater";

#[tokio::test]
async fn an_installation_is_set_up_from_the_shell() {
    both(|home| {
        home.make_title("post");
        let titles = home.json(&["title", "list"]);
        assert_eq!(titles, json!({ "titles": [{ "title": "post", "name": "post" }] }));
        let admin = ["account", "create", "--email", "mo@post.example", "--name", "Mo Hale", "--role", "admin"];
        let admin = home.json(&admin);
        assert!(admin["account"].as_str().unwrap().starts_with("acct_"), "{admin}");
        assert_eq!(admin["password"].as_str().unwrap().chars().count(), 27);
        let shown = home.json(&["account", "show", "--email", "mo@post.example"]);
        assert_eq!(shown["roles"], json!([{ "role": "admin", "scope": "all" }]));
        let story = ["story", "add", "--title", "post", "--key", "k1", "--headline", "Ferry", "--section", "News"];
        let story = [&story[..], &["--url", "https://post.example/ferry"]].concat();
        let added = home.json(&story);
        assert_eq!(added["is_new"], true);
        let again = home.json(&story);
        assert_eq!((&again["is_new"], &again["id"]), (&json!(false), &added["id"]));
        let said = home.run(&["audit", "verify"]);
        assert!(said.code == 0 && said.out.contains("whole"), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_is_granted_a_subscription_and_banned_and_unbanned() {
    both(|home| {
        home.make_title("post");
        let ann = home.json(&["account", "create", "--email", "ann@example.org", "--name", "Ann"]);
        let subscriber = ann["subscriber"].as_str().unwrap();
        let granted = home.json(&["subscription", "grant", "--subscriber", subscriber, "--days", "30"]);
        assert_eq!((&granted["subscriber"], &granted["status"]), (&ann["subscriber"], &json!("active")));
        let ban = ["ban", "--email", "ann@example.org", "--clause", "post-abuse", "--privileges", "comment,reply"];
        let ban = home.json(&[&ban[..], &["--for-good", "--note", "third time"]].concat());
        assert_eq!(ban["privileges"], json!(["comment", "reply"]));
        assert_eq!((&ban["scope"], &ban["until"]), (&json!("post"), &json!(null)));
        let id = ban["ban"].as_str().unwrap();
        let said = home.run(&["unban", id, "--reason", "mistaken"]);
        assert!(said.code == 0 && said.out.contains(id), "{said:?}");
        let said = home.run(&["unban", id, "--reason", "mistaken"]);
        assert!(said.code == 1 && said.err.contains("not in force"), "{said:?}");
        let revoked = home.json(&["subscription", "revoke", "--email", "ann@example.org"]);
        assert_eq!(revoked["subscription"], granted["subscription"]);
    })
    .await;
}

#[tokio::test]
async fn whatever_cannot_be_is_refused_with_words_and_leaves_nothing_behind() {
    let home = Home::sqlite();
    home.make_title("post");
    let refused = |arguments: &[&str], words: &str| {
        let said = home.run(arguments);
        assert!(said.code != 0 && said.out.is_empty(), "{arguments:?}: {said:?}");
        assert!(said.err.contains(words), "{arguments:?}: {said:?}");
    };
    let create = ["account", "create", "--email", "mo@post.example", "--name", "Mo Hale"];
    refused(&[&create[..], &["--role", "admin", "--title", "post"]].concat(), "leave --title out");
    refused(&[&create[..], &["--role", "editor", "--title", "gazette"]].concat(), "no title `gazette`");
    refused(&["account", "show", "--email", "mo@post.example"], "no account");
    home.json(&[&create[..], &["--role", "admin"]].concat());
    refused(&["account", "set-role", "reader", "--email", "mo@post.example"], "last admin");
    refused(&["ban", "--email", "mo@post.example", "--clause", "post-abuse", "--for-good"], "take the role away");
    home.json(&["account", "create", "--email", "ann@example.org", "--name", "Ann"]);
    let ban = ["ban", "--email", "ann@example.org"];
    refused(&[&ban[..], &["--clause", "no-such", "--for-good"]].concat(), "--clause");
    refused(&[&ban[..], &["--clause", "post-abuse", "--until", "2020-01-01T00:00:00Z"]].concat(), "future");
    refused(&[&ban[..], &["--clause", "post-abuse"]].concat(), "--for-good");
    refused(&[&ban[..], &["--clause", "post-abuse", "--for-good", "--title", "gazette"]].concat(), "--title");
    refused(
        &["subscription", "grant", "--email", "ann@example.org", "--until", "2020-01-01T00:00:00Z"],
        "over already",
    );
    refused(
        &["story", "add", "--title", "post", "--key", "", "--headline", "H", "--section", "S", "--url", "x"],
        "--url",
    );
    refused(
        &["title", "create", "post", "--name", "P", "--subscribe-url", "https://a.example", "--contact", "c"],
        "already",
    );
    refused(&["settings", "show", "--set", "secrets.signing_key=abc"], "not for the command line");
    refused(&["settings", "show", "--set", "server.lsten=abc"], "server.listen");
}

#[tokio::test]
async fn a_password_comes_from_a_file_or_standard_input_and_never_from_the_arguments() {
    let home = Home::sqlite();
    let create = |name: &'static str| {
        let address = format!("{}@example.org", name.to_lowercase());
        move |rest: &[&str], input: &str, home: &Home| {
            let arguments = ["account", "create", "--email", &address, "--name", name];
            home.run_with_input(&[&arguments[..], rest].concat(), input)
        }
    };
    let said = create("Ann")(&["--password", PASSWORD], "", &home);
    assert_eq!(said.code, 2, "{said:?}");
    let said = create("Ann")(&["--password-stdin"], &format!("{PASSWORD}\nmore\n"), &home);
    assert!(said.code == 0 && !said.out.contains("assword"), "{said:?}");
    let file = home.write("password", &format!("{PASSWORD}\n"));
    let said = create("Bob")(&["--password-file", &file], "", &home);
    assert!(said.code == 0 && !said.out.contains(PASSWORD), "{said:?}");
    let said = create("Cay")(&["--password-stdin"], "short\n", &home);
    assert!(said.code == 1 && said.err.contains("password"), "{said:?}");
    let said = create("Cay")(&["--password-stdin"], "", &home);
    assert!(said.code == 1 && said.err.contains("empty"), "{said:?}");
    let drawn = home.json(&["account", "set-password", "--email", "bob@example.org"]);
    assert_eq!(drawn["password"].as_str().unwrap().chars().count(), 27);
}

#[tokio::test]
async fn a_word_list_is_checked_whole_and_shown_with_carets() {
    let home = Home::sqlite();
    home.make_title("post");
    let list = "version = 1\n\n[[entry]]\ntext = \"numpty\"\noutcome = \"hold\"\nclause = \"post-abuse\"\n";
    let good = home.write("good.toml", list);
    let first = home.json(&["word-list", "publish", &good, "--title", "post"]);
    assert_eq!(first, json!({ "title": "post", "version": 1, "entries": 1, "is_new": true }));
    let again = home.json(&["word-list", "publish", &good, "--title", "post"]);
    assert_eq!((&again["version"], &again["is_new"]), (&json!(1), &json!(false)));
    let bad = format!("{list}\n[[entry]]\ntext = \"x\"\noutcome = \"hold\"\nclause = \"no-such\"\n");
    let bad = home.write("bad.toml", &bad);
    let said = home.run(&["word-list", "publish", &bad, "--title", "post"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("bad.toml:9: cites `no-such`"), "{}", said.err);
    assert!(said.err.contains("9 | text = \"x\"\n   |         ^\n"), "{}", said.err);
    assert!(said.err.contains("a single letter"), "{}", said.err);
    let said = home.run(&["word-list", "publish", &home.write("c.toml", "version = ["), "--title", "post"]);
    assert!(said.code == 1 && said.err.contains("c.toml:1:"), "{said:?}");
}

#[tokio::test]
async fn shells_learn_to_complete_the_commands() {
    let home = Home::sqlite();
    for shell in ["bash", "zsh", "fish"] {
        let said = home.run(&["completions", shell]);
        assert!(said.code == 0 && said.out.contains("house-rules"), "{shell}");
    }
    assert!(!home.data_dir().exists());
}

#[test]
fn a_demo_is_started_afresh_only_where_a_demo_was_whatever_folder_it_is_given() {
    let home = Home::sqlite();
    home.make_title("post");
    let real = home.database_url();
    let before = std::fs::read(home.data_dir().join("belowline.db")).unwrap();
    let folder = home.dir.path().join("a-demo");
    std::fs::create_dir(&folder).unwrap();
    // The folder says that it is a demo's; the database is not.
    std::fs::write(folder.join(".belowline-demo"), "").unwrap();
    let folder = folder.display().to_string();
    for more in [&["--reset"][..], &[]] {
        let demo = [&["demo", "--data-dir", &folder, "--database", &real, "--listen", "127.0.0.1:0"], more].concat();
        let said = home.run(&demo);
        assert!(said.code == 1 && said.err.contains("no demo"), "{said:?}");
    }
    assert!(std::fs::read(home.data_dir().join("belowline.db")).unwrap() == before, "the real database was touched");
    assert_eq!(home.json(&["title", "list"])["titles"][0]["title"], "post");
}

#[tokio::test]
async fn a_second_factor_that_does_not_exist_cannot_be_reset() {
    let home = Home::sqlite();
    home.json(&["account", "create", "--email", "mo@post.example", "--name", "Mo Hale", "--role", "admin"]);
    let said = home.run(&["account", "reset-second-factor", "--email", "mo@post.example"]);
    assert!(said.code == 1 && said.err.contains("has no second factor"), "{said:?}");
    let shown = home.json(&["account", "show", "--email", "mo@post.example"]);
    assert_eq!(shown["second_factor_since"], json!(null));
}

#[tokio::test]
async fn many_are_banned_at_once_after_a_dry_run_and_freed_again() {
    both(|home| {
        home.make_title("post");
        let of = |name: &str| {
            let email = format!("{}@example.org", name.to_lowercase());
            home.json(&["account", "create", "--email", &email, "--name", name])["subscriber"].clone()
        };
        let all: Vec<String> = ["Ann", "Bob", "Cay"].map(|name| of(name).as_str().unwrap().to_owned()).to_vec();
        let file = home.write("subscribers.txt", &all.join("\n"));
        let bulk = ["ban", "bulk", &file, "--clause", "post-spam", "--days", "7"];
        let dry = home.json(&[&bulk[..], &["--dry-run"]].concat());
        assert_eq!((&dry["affected"], &dry["batch"]), (&json!(3), &json!(null)), "{dry}");
        let done = home.json(&bulk);
        assert_eq!(done["affected"], json!(3), "{done}");
        let batch = done["batch"].as_str().unwrap();
        let undone = home.run(&["ban", "undo", batch]);
        assert!(undone.code == 0 && undone.out.contains('3'), "{undone:?}");
        let again = home.json(&bulk);
        assert_eq!(again["affected"], json!(3), "all were free: {again}");
    })
    .await;
}

#[tokio::test]
async fn a_ladder_is_checked_set_and_shown() {
    let home = Home::sqlite();
    home.make_title("post");
    let shown = home.run(&["ladder", "show", "post"]);
    assert!(shown.code == 0 && shown.out.contains("fades_after_days"), "{shown:?}");
    let good = home.write("good.toml", "fades_after_days = 30\n[[step]]\nname = \"reminder\"\nfrom_points = 1\n");
    assert_eq!(home.run(&["ladder", "check", "post", &good]).code, 0);
    assert_eq!(home.run(&["ladder", "set", "post", &good]).code, 0);
    let shown = home.run(&["ladder", "show", "post"]);
    assert!(shown.out.contains("fades_after_days = 30"), "{shown:?}");
    let bad = home.write("bad.toml", "fades_after_days = 0\n");
    let said = home.run(&["ladder", "check", "post", &bad]);
    assert!(said.code == 1 && said.err.contains("1 to 20 steps"), "{said:?}");
}
