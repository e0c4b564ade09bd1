//! `doctor` finds what is wrong and says what to do.

use std::os::unix::fs::PermissionsExt as _;

use belowline::execute;
use belowline::storage::{Db, Options};
use serde_json::Value;

use super::home::{Home, KEYS};

fn status<'a>(report: &'a Value, what: &str) -> Vec<&'a str> {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().filter(|check| check["what"] == what).map(|check| check["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_healthy_installation_is_healthy_on_both_engines_and_nothing_is_changed() {
    for home in [Home::sqlite(), Home::postgres().await] {
        home.run(&["migrate"]);
        home.make_title("post");
        home.json(&["account", "create", "--email", "mo@post.example", "--name", "Mo Hale", "--role", "admin"]);
        let report = home.json(&["doctor"]);
        assert_eq!(report["healthy"], true);
        for what in ["settings", "secrets", "database", "schema", "writing", "clock", "titles", "admins", "disk"] {
            assert_eq!(status(&report, what), ["fine"], "{what}: {report}");
        }
        assert_eq!(status(&report, "mail"), ["look"]);
        let said = home.run(&["doctor"]);
        assert!(said.out.lines().all(|line| ["✓ ", "! ", "    → "].iter().any(|mark| line.starts_with(mark))));
    }
}

#[tokio::test]
async fn before_the_first_start_it_only_looks() {
    let home = Home::sqlite();
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!home.data_dir().exists());
    let home = Home::postgres().await;
    let report = home.json(&["doctor"]);
    assert_eq!(status(&report, "schema"), ["look"]);
}

#[test]
fn a_short_secret_of_host_tokens_is_pointed_at_and_never_told() {
    let home = Home::sqlite();
    let tokens = |secret: &str| {
        let file = format!(
            "[[identity.host_token]]\nissuer = \"https://post.example\"\naudience = \"comments\"\nhs256 = {{ may = \"{secret}\" }}\n"
        );
        let said = home.run(&["doctor", "--print", "json", "--settings", &home.write("tokens.toml", &file)]);
        assert!(said.code == 0 && !said.out.contains(secret), "{said:?}");
        serde_json::from_str::<Value>(&said.out).unwrap()
    };
    assert_eq!(status(&tokens("thirty-one letters are too few."), "host tokens"), ["look"]);
    assert_eq!(status(&tokens("thirty-two letters are good enough"), "host tokens"), [""; 0]);
}

#[tokio::test]
async fn whatever_stops_an_installation_is_found_and_the_exit_code_says_so() {
    let home = Home::sqlite();
    home.make_title("post");
    let broken = |home: &Home, arguments: &[&str], what: &str| {
        let said = home.run(&[&["doctor", "--print", "json"], arguments].concat());
        assert_eq!(said.code, 1, "{what}: {said:?}");
        let report: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(report["healthy"], false);
        assert!(status(&report, what).contains(&"broken"), "{what}: {report}");
        let checks = report["checks"].as_array().unwrap();
        let is_mute = |check: &&Value| check["status"] == "broken" && check["remedy"] == "";
        assert!(checks.iter().find(is_mute).is_none(), "{report}");
    };
    broken(&home, &["--set", "server.listen=nowhere", "--set", "comments.burst=0"], "settings");
    broken(&home, &["--set", "server.listen=0.0.0.0:80"], "settings");
    let mail = home.write("smtp.toml", "[mail]\nsmtp_url = \"smtp://127.0.0.1:1\"\ntimeout_seconds = 5\n");
    broken(&home, &["--settings", &mail], "mail");

    let secrets = home.data_dir().join("secrets.toml");
    std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o644)).unwrap();
    broken(&home, &[], "secrets");
    std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o600)).unwrap();

    let db = Db::open(&home.database_url(), &Options::default()).await.unwrap();
    let mut tx = db.write().await.unwrap();
    let sql = "update audit_log set at = 4102444800000 where id = (select id from audit_log order by id desc limit 1)";
    execute!(&mut tx, sql).unwrap();
    tx.commit().await.unwrap();
    broken(&home, &[], "clock");
    let mut tx = db.write().await.unwrap();
    execute!(&mut tx, "update _sqlx_migrations set version = version - 10").unwrap();
    tx.commit().await.unwrap();
    broken(&home, &[], "schema");
    db.close().await;
}

#[tokio::test]
async fn a_dead_database_is_found() {
    let home = Home::sqlite();
    let url = "postgres://user:hunter2hunter2@127.0.0.1:1/belowline";
    let output = home.command(&["doctor"]).env("DATABASE_URL", url).envs(KEYS).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("✗ database"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
