//! Every way in which a setting can be wrong, with the very words that it is answered with.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::*;

const KEY: &str = "9f2c51d07be84a36c1d85e0f77b3a962408cf1de53b97a6420ed1b8f64c7a35d";
const OTHER_KEY: &str = "41b7e8093da6c25f8e10f4b96d73c2a85b0e9d176fc34288a1d5e60c97b24f3e";

/// A settings file with this text, the environment and the command line.
struct Case {
    dir: tempfile::TempDir,
    sources: Sources,
}

impl Case {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), sources: Sources::default() }
    }

    fn file(mut self, text: &str) -> Self {
        let path = self.dir.path().join("belowline.toml");
        std::fs::write(&path, text).unwrap();
        self.sources.file = Some(path);
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((OsString::from(name), OsString::from(value)));
        self
    }

    fn flag(mut self, key: &str, text: &str) -> Self {
        self.sources.flags.push((key.to_owned(), text.to_owned()));
        self
    }

    fn load(&self) -> Settings {
        Settings::load(&self.sources).unwrap()
    }

    /// The complaints, without the folder of this test.
    fn complaints(&self) -> Vec<String> {
        self.said(&Settings::load(&self.sources).unwrap_err())
    }

    fn said(&self, faults: &Faults) -> Vec<String> {
        let dir = format!("{}/", self.dir.path().display());
        faults.0.iter().map(|fault| fault.to_string().replace(&dir, "")).collect()
    }
}

#[test]
fn without_any_source_every_default_is_in_force() {
    let settings = Case::new().load();
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url().as_str(), "http://127.0.0.1:8080");
    assert_eq!(settings.database_url().to_string(), "sqlite:./belowline-data/belowline.db");
    assert_eq!(settings.accounts.session_idle_for(), Duration::from_secs(30 * 24 * 3600));
    assert_eq!((settings.comments.max_chars, settings.comments.burst), (5000, 5));
    settings.check_for_serve().unwrap();
}

#[test]
fn every_default_obeys_its_own_rules() {
    let sources = KEYS.iter().filter(|key| !key.default.is_empty());
    let case = sources.fold(Case::new(), |case, key| case.flag(key.dotted, key.default));
    case.load();
}

#[test]
fn a_later_source_wins_and_each_value_tells_where_it_came_from() {
    let case = Case::new()
        .file("[comments]\nmax_chars = 1\nburst = 2\nmax_links = 7\n")
        .variable("BELOWLINE__COMMENTS__MAX_CHARS", "3")
        .variable("BELOWLINE__COMMENTS__BURST", "4")
        .variable("BELOWLINE_PORT", "tcp://10.0.0.1:80")
        .flag("comments.max_chars", "5");
    let settings = case.load();
    assert_eq!((settings.comments.max_chars, settings.comments.burst, settings.comments.max_links), (5, 4, 7));
    let shown = settings.show();
    assert!(shown.contains("max_chars = 5 # command line\n"), "{shown}");
    assert!(shown.contains("burst = 4 # environment BELOWLINE__COMMENTS__BURST\n"), "{shown}");
    assert!(shown.contains("belowline.toml:4\n"), "{shown}");
    assert!(shown.contains("repeat_minutes = 60 # default\n"), "{shown}");
    assert!(shown.contains("# public_url is not set\n"), "{shown}");
}

#[test]
fn what_is_shown_is_a_settings_file_without_secrets() {
    let case = Case::new()
        .variable("DATABASE_URL", "postgres://ann:hunter2@db.example/belowline?password=hunter2")
        .variable("BELOWLINE__MAIL__SMTP_URL", "smtps://ann:hunter2@mail.example")
        .variable("BELOWLINE__SECRETS__SIGNING_KEY", KEY)
        .variable("BELOWLINE__MAIL__FROM", "\"Post, \\\"Harbour\\\"\" <post@example.org>")
        .variable("BELOWLINE__SERVER__TRUSTED_PROXIES", "10.1.2.3/8, 2001:db8::/32");
    let settings = case.load();
    let shown = settings.show();
    assert!(
        shown.contains("url = \"postgres://ann:***@db.example/belowline?***\" # environment DATABASE_URL"),
        "{shown}"
    );
    assert!(shown.contains("signing_key = \"***\""), "{shown}");
    assert!(shown.contains("trusted_proxies = [\"10.0.0.0/8\", \"2001:db8::/32\"]"), "{shown}");
    let debug = format!("{settings:?}");
    for text in [&shown, &debug] {
        assert!(!text.contains("hunter2") && !text.contains(KEY) && !text.contains("159, 44"), "{text}");
    }
    let without_secrets: String =
        shown.lines().filter(|line| !line.contains("***")).map(|line| format!("{line}\n")).collect();
    let again = Case::new().file(&without_secrets).load();
    assert_eq!(again.mail.from, settings.mail.from);
    assert_eq!(again.server.trusted_proxies, settings.server.trusted_proxies);
}

#[test]
fn a_secret_may_lie_in_a_file_of_its_own() {
    let case = Case::new();
    let path = case.dir.path().join("key");
    std::fs::write(&path, format!("{KEY}\n")).unwrap();
    let case = case.variable("BELOWLINE__SECRETS__SIGNING_KEY_FILE", path.to_str().unwrap());
    assert_eq!(case.load().secrets.signing_key.unwrap().expose(), hex::decode(KEY).unwrap());
    let case = case.variable("BELOWLINE__SECRETS__SIGNING_KEY", KEY);
    assert_eq!(
        case.complaints(),
        ["environment BELOWLINE__SECRETS__SIGNING_KEY_FILE: secrets.signing_key: BELOWLINE__SECRETS__SIGNING_KEY is \
             given as well; give only one of the two"]
    );
}

#[test]
fn the_prefixed_name_of_the_database_wins_over_the_plain_one() {
    let case = Case::new().variable("BELOWLINE__DATABASE__URL", "sqlite:a.db").variable("DATABASE_URL", "sqlite:b.db");
    assert_eq!(case.load().database_url().to_string(), "sqlite:a.db");
}

#[test]
fn every_fault_of_every_source_is_reported_at_once() {
    let case = Case::new()
        .file("[server]\nlisten = 8080\nlisen = \"x\"\n[comments]\nmax_chars = 0\n")
        .variable("BELOWLINE__COMMENTS__BURTS", "4")
        .variable("BELOWLINE__REPORTS__PER_HOUR", "many")
        .flag("log.format", "xml");
    assert_eq!(
        case.complaints(),
        [
            "belowline.toml:3: server.lisen: there is no such setting; did you mean server.listen?",
            "environment BELOWLINE__COMMENTS__BURTS: there is no such setting; did you mean BELOWLINE__COMMENTS__BURST?",
            "belowline.toml:2: server.listen: a number does not belong here; write text in quotes, as in \"text\"",
            "belowline.toml:5: comments.max_chars: the number is out of range; write a whole number from 1 to 50000",
            "environment BELOWLINE__REPORTS__PER_HOUR: reports.per_hour: \"many\" is not a whole number from 0; write digits",
            "command line: log.format: \"xml\" is no format; write text or json",
        ]
    );
    let faults = Settings::load(&case.sources).unwrap_err().to_string();
    assert!(faults.starts_with("6 settings are wrong:\n  "), "{faults}");
}

/// A setting, a wrong value on the command line, and what is said about it.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "server.listen",
        "8080",
        "\"8080\" is not an IP address with a port; write for example 127.0.0.1:8080 or [::1]:8080",
    ),
    ("server.public_url", "comments", "\"comments\" is not a URL; write for example https://comments.example.org"),
    (
        "server.public_url",
        "ftp://example.org",
        "\"ftp://example.org\" is neither http nor https; write for example https://comments.example.org",
    ),
    (
        "server.public_url",
        "https://example.org/comments",
        "there is more than scheme, host and port; write for example https://comments.example.org",
    ),
    (
        "server.trusted_proxies",
        "10.0.0.1",
        "\"10.0.0.1\" is not a network with a prefix length; write for example 10.0.0.0/8, or 192.0.2.7/32 for one address",
    ),
    (
        "server.trusted_proxies",
        "10.0.0.0/8,::/0",
        "\"::/0\" would trust everybody; write for example 10.0.0.0/8, or 192.0.2.7/32 for one address",
    ),
    (
        "database.url",
        "mysql://ann:hunter2@db.example/x",
        "this is neither a sqlite: nor a postgres: URL; write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
    ),
    (
        "database.url",
        "postgres://db.example",
        "the name of the database is missing; write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
    ),
    (
        "database.url",
        "sqlite:",
        "after sqlite: there must be a path and nothing else; write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
    ),
    (
        "database.url",
        "sqlite::memory:",
        "a database in memory is lost when Belowline stops; write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
    ),
    ("database.is_pooled", "yes", "\"yes\" is neither true nor false; write true or false"),
    ("database.max_connections", "0", "the number is out of range; write a whole number from 1 to 1000"),
    ("database.max_connections", "-1", "\"-1\" is not a whole number from 0; write digits"),
    ("database.max_connections", "99999999999", "the number is out of range; write a whole number from 1 to 1000"),
    ("data.dir", "", "nothing is given; write text or leave the key out"),
    (
        "mail.smtp_url",
        "http://mail.example",
        "this is no smtp: or smtps: URL with a host; write smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT",
    ),
    (
        "mail.smtp_url",
        "smtp://mail.example?tls=opportunistic",
        "there is more than user, password, host and port; write smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT",
    ),
    (
        "mail.smtp_url",
        "smtp://ann@mail.example",
        "user and password come together or not at all; write smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT",
    ),
    (
        "mail.from",
        "nobody",
        "\"nobody\" is not a mail address; write for example Harbour Post <comments@harbourpost.example>",
    ),
    (
        "mail.from",
        "A\r\nBcc: x@example.org <a@example.org>",
        "there is a control character in it; write it in one line",
    ),
    ("secrets.signing_key", "", "the key has 0 bytes, fewer than 32; write what `openssl rand -hex 32` prints"),
    ("secrets.signing_key", "abcd", "the key has 2 bytes, fewer than 32; write what `openssl rand -hex 32` prints"),
    (
        "secrets.identity_key",
        "?",
        "the key is neither hexadecimal nor base 64; write what `openssl rand -hex 32` prints",
    ),
    (
        "secrets.identity_key",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "the key is an example or a pattern that anybody could guess; write what `openssl rand -hex 32` prints",
    ),
    ("accounts.password_min_chars", "8", "the number is out of range; write a whole number from 15 to 64"),
    (
        "accounts.session_idle_days",
        "200",
        "this is longer than accounts.session_absolute_days; write a shorter time here or a longer one there",
    ),
    (
        "accounts.staff_idle_minutes",
        "1000",
        "this is longer than accounts.staff_absolute_hours; write a shorter time here or a longer one there",
    ),
    (
        "mail.per_recipient_per_hour",
        "20",
        "this is more than mail.per_recipient_per_day; write a smaller number here or a greater one there",
    ),
    ("log.format", "xml", "\"xml\" is no format; write text or json"),
    ("comments.max_char", "1", "there is no such setting; did you mean comments.max_chars?"),
    ("nothing.like.it", "1", "there is no such setting; leave it out"),
];

#[test]
fn each_wrong_value_has_its_message() {
    for (key, value, said) in WRONG {
        assert_eq!(Case::new().flag(key, value).complaints(), [format!("command line: {key}: {said}")], "{value}");
    }
}

#[test]
fn every_number_refuses_what_is_beyond_its_bounds() {
    for key in KEYS {
        let Some((least, most)) = key.bounds else { continue };
        let beyond = [Some(most + 1), least.checked_sub(1)];
        for number in beyond.into_iter().flatten() {
            let said = Case::new().flag(key.dotted, &number.to_string()).complaints();
            assert!(said[0].ends_with(&format!("write a whole number from {least} to {most}")), "{said:?}");
        }
    }
}

#[test]
fn each_fault_of_a_file_has_its_message_and_line() {
    let cases: &[(&str, &str)] = &[
        ("[comment]\nburst = 1", "1: comment: there is no such section; did you mean comments?"),
        ("burst = 1", "1: burst: there is no such section; leave it out"),
        ("\nlog = \"json\"", "2: log: this is a section, not a value; write [log] and its keys below"),
        (
            "[comments]\nburst = \"5\"",
            "2: comments.burst: text does not belong here; write a whole number without quotes",
        ),
        (
            "[comments]\nburst = 5.5",
            "2: comments.burst: a number does not belong here; write a whole number without quotes",
        ),
        (
            "[server]\ntrusted_proxies = \"10.0.0.0/8\"",
            "2: server.trusted_proxies: text does not belong here; write a list of texts, as in [\"one\", \"two\"]",
        ),
        ("[database]\nis_pooled = 1", "2: database.is_pooled: a number does not belong here; write true or false"),
        ("[log]\nformat = \"text\"\nformat = \"json\"", "3: this is not TOML: duplicate key; correct the line"),
    ];
    for (text, said) in cases {
        assert_eq!(Case::new().file(text).complaints(), [format!("belowline.toml:{said}")], "{text}");
    }
}

#[test]
fn a_file_that_is_not_there_is_a_fault() {
    let mut case = Case::new();
    case.sources.file = Some(case.dir.path().join("none.toml"));
    let said = case.complaints();
    assert!(said[0].starts_with("none.toml:1: the file cannot be read: No such file"), "{said:?}");
}

#[test]
fn a_secret_put_where_a_file_belongs_is_not_repeated() {
    let said = Case::new().variable("BELOWLINE__SECRETS__SIGNING_KEY_FILE", KEY).complaints();
    assert!(said[0].contains("the file that it names cannot be read") && !said[0].contains(KEY), "{said:?}");
}

#[test]
fn the_two_keys_are_not_one() {
    let case = Case::new().flag("secrets.signing_key", KEY).flag("secrets.identity_key", KEY);
    assert_eq!(
        case.complaints(),
        ["command line: secrets.identity_key: this is the same key as secrets.signing_key; write what another \
             `openssl rand -hex 32` prints"]
    );
}

#[test]
fn serving_in_the_clear_is_refused_except_on_this_machine() {
    let refused = |case: Case| {
        let settings = case.load();
        case.said(&settings.check_for_serve().unwrap_err())
    };
    let behind = |public: &str| Case::new().flag("server.listen", "0.0.0.0:80").flag("server.public_url", public);
    assert_eq!(
        refused(behind("http://comments.example.org").flag("server.trusted_proxies", "10.0.0.0/8")),
        ["command line: server.public_url: passwords would cross the network in the clear; put a proxy with https in \
             front and write its https address here, and its network in server.trusted_proxies"]
    );
    assert_eq!(
        refused(behind("http://localhost")),
        [
            "command line: server.listen: other machines could reach this in the clear; listen on 127.0.0.1 or [::1], or \
             put a proxy with https in front and write its https address in server.public_url"
        ]
    );
    assert_eq!(
        refused(behind("https://comments.example.org")),
        ["default: server.trusted_proxies: no proxy is trusted, but something must end https in front of Belowline; \
             write its network, as [\"127.0.0.1/32\"] for a proxy on this machine"]
    );
    let settings = behind("https://comments.example.org").flag("server.trusted_proxies", "10.0.0.0/8").load();
    settings.check_for_serve().unwrap();
    assert!(settings.server.trusted_proxies.contains("::ffff:10.1.1.1".parse().unwrap()));
    assert!(!settings.server.trusted_proxies.contains("192.0.2.1".parse().unwrap()));
}

#[test]
fn postgresql_needs_both_keys() {
    let case = Case::new().flag("database.url", "postgres://db.example/x").flag("secrets.signing_key", KEY);
    assert_eq!(
        case.said(&case.load().check_for_serve().unwrap_err()),
        ["default: secrets.identity_key: with PostgreSQL the key must be given, the same on every node; write what \
             `openssl rand -hex 32` prints"]
    );
    case.flag("secrets.identity_key", OTHER_KEY).load().check_for_serve().unwrap();
}

#[test]
fn no_key_stands_in_the_catalogue_twice_and_each_is_explained() {
    let names: BTreeSet<&str> = KEYS.iter().map(|key| key.dotted).collect();
    assert_eq!(names.len(), KEYS.len());
    assert!(KEYS.iter().all(|key| key.help.join("").len() > 20));
}
