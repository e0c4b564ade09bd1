//! `serve`: what it needs, what it refuses, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;

use belowline::storage::{Db, Options};
use belowline::{execute, fetch_one};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};

use super::home::{Home, KEYS};
use crate::support::until;

async fn count(db: &Db, sql: &'static str) -> i64 {
    fetch_one!(&mut db.read().await.unwrap(), (i64,), sql).unwrap().0
}

#[tokio::test]
async fn it_serves_says_what_comes_next_and_stops_cleanly_on_either_signal() {
    let homes = [Home::sqlite(), Home::postgres().await];
    for home in &homes {
        home.run(&["migrate"]);
        for signal in ["-TERM", "-INT"] {
            let serving = home.serve();
            let next = serving.said["next"].as_array().unwrap();
            assert!(next.iter().any(|command| command.as_str().unwrap().contains("title create")), "{next:?}");
            assert!(next.iter().any(|command| command.as_str().unwrap().contains("--role admin")), "{next:?}");
            let mut stream = TcpStream::connect(serving.said["listen"].as_str().unwrap()).unwrap();
            stream.write_all(b"GET /no-such-page HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
            let (code, logs) = serving.stop(signal);
            assert_eq!(code, Some(0), "{logs}");
            assert!(!logs.contains("ERROR") && !logs.contains("WARN"), "{logs}");
        }
    }
    homes[0].make_title("post");
    homes[0].json(&["account", "create", "--email", "mo@post.example", "--name", "Mo Hale", "--role", "admin"]);
    let serving = homes[0].serve();
    assert_eq!(serving.said["next"], serde_json::json!([]));
}

#[tokio::test]
async fn while_it_serves_the_log_is_sealed_and_mail_leaves() {
    let home = Home::sqlite();
    home.json(&["account", "create", "--email", "ann@example.org", "--name", "Ann"]);
    let serving = home.serve();
    home.json(&["account", "set-password", "--email", "ann@example.org"]);
    let db = Db::open(&home.database_url(), &Options::default()).await.unwrap();
    until("sealing", async || count(&db, "select count(*) from audit_seals").await >= 2).await;
    until("sending", async || count(&db, "select count(*) from outbox where sent_at is not null").await == 1).await;
    drop(db);
    let mails: Vec<_> = std::fs::read_dir(home.data_dir().join("mail")).unwrap().collect();
    assert_eq!(mails.len(), 1);
    assert_eq!(serving.stop("-TERM").0, Some(0));
}

#[tokio::test]
async fn generated_keys_and_the_database_are_their_owners_alone() {
    let home = Home::sqlite();
    home.serve().stop("-TERM");
    for name in ["secrets.toml", "belowline.db"] {
        let mode = std::fs::metadata(home.data_dir().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn it_refuses_plain_http_elsewhere_and_keys_that_anybody_could_guess() {
    let home = Home::sqlite();
    let refused = |arguments: &[&str], environment: &[(&str, &str)], words: &[&str]| {
        let output = home.command(arguments).envs(environment.iter().copied()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    refused(&["serve", "--listen", "0.0.0.0:0"], &[], &["server.", "in the clear"]);
    refused(&["serve"], &[("BELOWLINE__SERVER__PUBLIC_URL", "http://comments.example.org")], &["in the clear"]);
    refused(&["serve"], &[("BELOWLINE__SECRETS__SIGNING_KEY", "changeme")], &["secrets.signing_key"]);
    let mistakes = [("BELOWLINE__SERVER__LISTEN", "here"), ("BELOWLINE__MAIL__FROM", "nobody")];
    refused(&["serve"], &mistakes, &["2 settings are wrong", "server.listen", "mail.from"]);
    assert!(!home.data_dir().exists());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&["serve", "--listen", &address], &[], &["cannot be listened on"]);
}

#[tokio::test]
async fn a_node_whose_key_differs_does_not_start_until_the_key_is_accepted() {
    let home = Home::postgres().await;
    home.run(&["migrate"]);
    assert_eq!(home.serve().stop("-TERM").0, Some(0));
    let other = [(KEYS[0].0, "c2b7e4910f5d3a68e71940bd2c86f5a3394d7e01b8c5f26a90e3174db85c6f2e")];
    let output = home.command(&["serve", "--listen", "127.0.0.1:0"]).envs(other).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("secrets.signing_key is another key"), "{said}");
    let output = home.command(&["doctor"]).envs(other).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("✗ secrets"));
    let refused = home.command(&["settings", "accept-keys"]).envs(other).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let accepted = home.command(&["settings", "accept-keys", "--yes"]).envs(other).output().unwrap();
    assert!(String::from_utf8(accepted.stdout).unwrap().contains("signing_key"));
    let output = home.command(&["title", "list"]).envs(other).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    // And now the old one is the other.
    assert_eq!(home.run(&["title", "list"]).code, 1);
}

#[tokio::test]
async fn on_sqlite_lost_keys_are_noticed() {
    let home = Home::sqlite();
    home.make_title("post");
    std::fs::remove_file(home.data_dir().join("secrets.toml")).unwrap();
    let said = home.run(&["title", "list"]);
    assert!(said.code == 1 && said.err.contains("put the backup of"), "{said:?}");
}

#[tokio::test]
async fn on_postgresql_keys_must_be_given_and_tables_made_first() {
    let home = Home::postgres().await;
    let output = home.command(&["serve"]).env_remove(KEYS[0].0).env_remove(KEYS[1].0).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1), "{said}");
    assert!(said.contains("secrets.signing_key") && said.contains("secrets.identity_key"), "{said}");
    let said = home.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.code == 1 && said.err.contains("belowline migrate"), "{said:?}");
    let first = home.run(&["migrate"]);
    assert!(first.code == 0 && first.out.contains("are made"), "{first:?}");
    let again = home.run(&["migrate"]);
    assert!(again.code == 0 && again.out.contains("up to date"), "{again:?}");
    assert_eq!(home.serve().stop("-TERM").0, Some(0));
    let said = home.run(&["migrate", "--set", "database.is_pooled=true"]);
    assert!(said.code == 1 && said.err.contains("pooler"), "{said:?}");
}

#[tokio::test]
async fn a_database_that_another_version_made_is_left_alone() {
    for home in [Home::sqlite(), Home::postgres().await] {
        home.run(&["migrate"]);
        let db = Db::open(&home.database_url(), &Options::default()).await.unwrap();
        let set = async |sql: &'static str| {
            let mut tx = db.write().await.unwrap();
            execute!(&mut tx, sql).unwrap();
            tx.commit().await.unwrap();
        };
        set("update _sqlx_migrations set version = version + 9000").await;
        let said = home.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(said.code == 1 && said.err.contains("newer Belowline"), "{said:?}");
        assert_eq!(home.run(&["migrate"]).code, 1);
        set("update _sqlx_migrations set version = version - 10000").await;
        let said = home.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(said.code == 1 && said.err.contains("belowline migrate"), "{said:?}");
        db.close().await;
    }
}

#[tokio::test]
async fn a_dead_postgresql_at_the_start_is_said_and_gives_no_password_away() {
    let home = Home::sqlite();
    let url = "postgres://user:hunter2hunter2@127.0.0.1:1/belowline";
    let output = home.command(&["serve"]).env("DATABASE_URL", url).envs(KEYS).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("does not answer"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn a_database_that_dies_stops_nothing_and_heals() {
    let home = Home::postgres().await;
    home.run(&["migrate"]);
    let serving = home.serve();
    let listen = serving.said["listen"].as_str().unwrap().to_owned();
    let is_ready = || {
        let mut stream = TcpStream::connect(&listen).unwrap();
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 200")
    };
    assert!(is_ready());
    let mut url: url::Url = home.database_url().parse().unwrap();
    let name = url.path().trim_start_matches('/').to_owned();
    url.set_path("postgres");
    let mut admin = PgConnection::connect(url.as_str()).await.unwrap();
    let mut run = async |sql: String| admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    run(format!("alter database {name} with allow_connections false")).await;
    run(format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")).await;
    until("noticing", async || !is_ready()).await;
    run(format!("alter database {name} with allow_connections true")).await;
    until("healing", async || is_ready()).await;
    home.json(&["account", "create", "--email", "ann@example.org", "--name", "Ann"]);
    let db = Db::open(&home.database_url(), &Options::default()).await.unwrap();
    until("sealing again", async || count(&db, "select count(*) from audit_seals").await == 1).await;
    db.close().await;
    let (code, logs) = serving.stop("-TERM");
    assert_eq!(code, Some(0), "{logs}");
}
