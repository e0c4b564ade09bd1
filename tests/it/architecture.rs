//! The walls between the rooms: a crate has none of its own, so every path in `src/` is read here.
//!
//! A room imports only from lower levels, never sideways and never up. If a wall is wrong, move it in [`LEVELS`], in
//! the open; there is no list of exceptions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Low to high; the rooms of one line may not know each other.
const LEVELS: &[&[&str]] = &[
    &["kernel"],
    &["settings"],
    &["storage"],
    &["rules", "live", "secrets", "limits", "egress"],
    &["app"],
    &["audit", "notifications", "idempotency"],
    &["titles"],
    &["accounts", "stories"],
    &["subscriptions", "bans"],
    &["identity"],
    &["gate"],
    &["comments"],
    &["reports"],
    &["moderation"],
    &["rulebook"],
    &["approvals"],
    &["appeals"],
    &["privacy"],
    &["http", "jobs"],
    &["cli"],
    &["lib", "main"],
];

/// What only `http` may name.
const OF_THE_WEB: &[&str] = &["axum", "askama", "StatusCode"];

fn level(room: &str) -> Option<usize> {
    LEVELS.iter().position(|rooms| rooms.contains(&room))
}

/// The code of a file without comment lines, each line with the number of `mod … {` around it.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    let mut inside: Vec<usize> = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if bare.starts_with("//") {
            continue;
        }
        if bare == "}" && inside.last() == Some(&indent) {
            inside.pop();
        }
        lines.push((inside.len(), line));
        let opens = bare.strip_prefix("pub(crate) ").or(bare.strip_prefix("pub ")).unwrap_or(bare);
        if opens.starts_with("mod ") && opens.ends_with('{') {
            inside.push(indent);
        }
    }
    lines
}

/// Whether `word` stands at `at` as a whole word.
fn is_word(text: &str, at: usize, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part)
}

/// The names that follow a path's root: one, or the first of each branch of a group.
fn first_names(after: &str) -> Vec<String> {
    let name = |s: &str| s.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = after.strip_prefix('{') else { return vec![name(after)] };
    let mut depth = 0usize;
    let mut branches = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => branches.push(String::new()),
            _ => branches.last_mut().expect("a branch").push(c),
        }
        depth = if c == '{' { depth + 1 } else { depth - usize::from(c == '}') };
    }
    branches.iter().map(|branch| name(branch)).filter(|name| !name.is_empty()).collect()
}

/// Every name taken from the crate's root, by `crate::` or by enough `super::`.
fn taken_from_the_root(text: &str, depth: usize) -> Vec<String> {
    let lines = code_lines(text);
    let joined = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
    let mut line_starts = lines.iter().scan(0, |at, (inside, line)| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, *inside))
    });
    let (mut inside, mut next) = (0, line_starts.next());
    let mut names = Vec::new();
    for (at, _) in joined.match_indices("::") {
        while let Some((_, deeper)) = next.filter(|(start, _)| *start <= at) {
            (inside, next) = (deeper, line_starts.next());
        }
        let (before, after) = (&joined[..at], &joined[at + 2..]);
        let mut ups = 0;
        let mut rest = before;
        while let Some(shorter) = rest.strip_suffix("super") {
            ups += 1;
            rest = shorter.strip_suffix("::").unwrap_or(shorter);
        }
        let by_super = ups > 0 && ups >= depth + inside && !after.starts_with("super");
        let by_crate = before.strip_suffix("crate").is_some_and(|b| is_word(&joined, b.len(), "crate"));
        if by_super || by_crate {
            names.extend(first_names(after));
        }
    }
    names
}

/// What is wrong with one file, whose `path` is relative to `src/`; `macros` names the room of each exported macro.
fn faults(path: &str, text: &str, macros: &BTreeMap<String, String>) -> Vec<String> {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let room = parts[0];
    let Some(own) = level(room) else { return vec![format!("{path}: the room `{room}` is not in the list of levels")] };
    let depth = parts.len() - usize::from(parts.last() == Some(&"mod"));
    let mut found = Vec::new();
    if !["lib", "main"].contains(&room) {
        for name in taken_from_the_root(text, depth) {
            let target = macros.get(&name).map_or(name.as_str(), String::as_str);
            match level(target) {
                None => found.push(format!("{path}: `crate::{name}` is in no room of the list")),
                Some(other) if target != room && other >= own => {
                    let way = if other == own { "sideways" } else { "up" };
                    found.push(format!("{path}: `{room}` reaches {way} to `{target}`"));
                }
                Some(_) => {}
            }
        }
    }
    let names = |word: &str| {
        let lines = code_lines(text);
        lines.iter().any(|(_, line)| line.match_indices(word).any(|(at, _)| is_word(line, at, word)))
    };
    let may_speak_sql = room == "storage" || path.ends_with("store.rs") || path.contains("/store/");
    if !may_speak_sql && names("sqlx") {
        found.push(format!("{path}: only storage and stores name sqlx"));
    }
    for word in OF_THE_WEB.iter().filter(|word| room != "http" && names(word)) {
        found.push(format!("{path}: only http names {word}"));
    }
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn every_import_goes_down_and_sql_and_the_web_stay_in_their_rooms() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    let files: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            let relative = path.strip_prefix(&src).expect("under src").to_string_lossy().replace('\\', "/");
            (relative, fs::read_to_string(path).expect("UTF-8"))
        })
        .collect();
    assert!(files.len() > 50, "only {} files found under src/", files.len());
    let mut macros = BTreeMap::new();
    for (path, text) in &files {
        let room = path.split(['/', '.']).next().expect("a room");
        for (at, word) in text.match_indices("macro_rules! ") {
            let name = text[at + word.len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            macros.insert(name, room.to_owned());
        }
    }
    let found: BTreeSet<String> = files.iter().flat_map(|(path, text)| faults(path, text, &macros)).collect();
    assert!(found.is_empty(), "\n{}", found.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_forbidden_import_is_seen_however_it_is_written() {
    let macros = BTreeMap::from([("fetch_all".to_owned(), "storage".to_owned())]);
    let red = [
        ("bans/ban.rs", "use crate::gate::Standing;", "up to `gate`"),
        ("bans/ban.rs", "use crate::subscriptions::Entitlement;", "sideways to `subscriptions`"),
        ("bans/ban.rs", "use crate::{\n    kernel::{Clock, Ids},\n    comments::Comment,\n};", "up to `comments`"),
        ("bans/ban.rs", "fn f() { let x = crate::comments::get(); }", "up to `comments`"),
        ("bans/ban.rs", "use super::super::moderation;", "up to `moderation`"),
        ("bans/mod.rs", "use super::moderation::queue;", "up to `moderation`"),
        ("app.rs", "use super::{kernel, titles};", "up to `titles`"),
        ("bans/ban.rs", "mod tests {\n    use super::super::super::gate;\n}", "up to `gate`"),
        ("kernel/ids.rs", "use crate::fetch_all;", "up to `storage`"),
        ("http/mod.rs", "pub(crate) use crate::jobs;", "sideways to `jobs`"),
        ("bans/ban.rs", "use crate::helpers;", "in no room"),
        ("helpers/mod.rs", "", "not in the list"),
        ("helpers.rs", "", "not in the list"),
        ("bans/ban.rs", "fn f(tx: sqlx::Sqlite) {}", "name sqlx"),
        ("bans/ban.rs", "use axum::Json;", "names axum"),
        ("jobs/mod.rs", "use http::StatusCode;", "names StatusCode"),
        ("cli/mod.rs", "#[derive(askama::Template)]", "names askama"),
    ];
    for (path, text, expected) in red {
        let found = faults(path, text, &macros);
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{path}: {text:?} gave {found:?}, not {expected:?}"
        );
    }
    let green = [
        ("bans/ban.rs", "use crate::{kernel::{Clock, Ids}, titles};\nuse crate::bans::store;"),
        ("bans/ban.rs", "use super::store;\nmod tests {\n    use super::super::store;\n    use super::*;\n}"),
        ("bans/mod.rs", "/// Asked by [`crate::gate`]; no sqlx here.\npub(crate) fn f() {}"),
        ("bans/store.rs", "use crate::fetch_all;\nfn f(row: sqlx::Row) {}"),
        ("http/errors.rs", "use axum::http::StatusCode;\nuse crate::moderation;"),
        ("cli/mod.rs", "use crate::http;\nuse crate::jobs;"),
    ];
    for (path, text) in green {
        assert_eq!(faults(path, text, &macros), Vec::<String>::new(), "{path}: {text:?}");
    }
}
