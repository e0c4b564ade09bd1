//! An installation as its operator sees it: a folder, a database, and the command.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::Database;

/// Keys for PostgreSQL, which makes none: drawn for these tests.
pub(super) const KEYS: [(&str, &str); 2] = [
    ("BELOWLINE__SECRETS__SIGNING_KEY", "9f1c27d04be86a35c17e02b94d58f3a6610b7fe2d94c83a5172e6db0498fc351"),
    ("BELOWLINE__SECRETS__IDENTITY_KEY", "37a0e95b14c8f26d80b35e79c2d1460fa8e47b90335d6cf12e9b8471d05ca6e8"),
];

/// An installation.
pub(super) struct Home {
    pub(super) dir: TempDir,
    database: Option<Database>,
}

/// What a command said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Said {
    /// Its one line of JSON.
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Home {
    pub(super) fn sqlite() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), database: None }
    }

    pub(super) async fn postgres() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), database: Some(Database::create_empty().await) }
    }

    /// The database's URL.
    pub(super) fn database_url(&self) -> String {
        match &self.database {
            Some(database) => database.url.clone(),
            None => format!("sqlite:{}", self.data_dir().join("belowline.db").display()),
        }
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Writes a file for a command to read; answers its path.
    pub(super) fn write(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// The command with this home's settings and nothing else of our environment.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_belowline"));
        command.args(arguments).env_clear().current_dir(self.dir.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("BELOWLINE__DATA__DIR", self.data_dir());
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", &database.url).envs(KEYS);
        }
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with_input(arguments, "")
    }

    pub(super) fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that does not read its input may be gone before it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// Runs a command that must work; answers its JSON.
    pub(super) fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--print", "json"]].concat()).json()
    }

    /// Makes a title with two clauses of house rules.
    pub(super) fn make_title(&self, id: &str) {
        let contact = format!("editor@{id}.example");
        let url = format!("https://{id}.example/subscribe");
        self.json(&["title", "create", id, "--name", id, "--subscribe-url", &url, "--contact", &contact]);
        let rules = self.write(
            "rules.toml",
            &format!(
                "introduction = \"Be kind.\"\n[[clause]]\nid = \"{id}-abuse\"\nheading = \"No abuse\"\nbody = \"Argue with what is said.\"\n\
                 [[clause]]\nid = \"{id}-spam\"\nheading = \"No advertising\"\nbody = \"Not here.\"\n"
            ),
        );
        self.json(&["house-rules", "publish", &rules, "--title", id]);
    }

    /// Starts `serve` on a free port and waits until it says where.
    pub(super) fn serve(&self) -> Serving {
        self.serve_by(self.command(&["serve", "--listen", "127.0.0.1:0", "--print", "json"]))
    }

    /// The same with a command that has other settings.
    pub(super) fn serve_by(&self, mut command: Command) -> Serving {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let said: Said = child.wait_with_output().unwrap().into();
            panic!("it does not serve: {said:?}");
        }
        Serving { said: serde_json::from_str(&line).unwrap(), child: Some(child) }
    }
}

/// A running server, killed unless it was stopped.
pub(super) struct Serving {
    /// What it said when it began to serve.
    pub(super) said: Value,
    child: Option<Child>,
}

impl Serving {
    /// Sends a signal and waits for the end; answers the exit code and the logs.
    pub(super) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let mut child = self.child.take().unwrap();
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let mut logs = String::new();
        child.stderr.take().unwrap().read_to_string(&mut logs).unwrap();
        (child.wait().unwrap().code(), logs)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
