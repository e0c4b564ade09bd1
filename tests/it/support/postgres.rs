//! A PostgreSQL server for one run of the tests, and a database of its own for each test.
//!
//! The server is started when the first test asks for it, in a folder under the system's temporary one, on a Unix
//! socket. A watching shell holds the other end of a pipe from this process: when the process ends, however it ends,
//! the shell stops the server and removes the folder. `BELOWLINE_TEST_POSTGRES` names a server to use instead.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use belowline::storage::{Db, Options};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

/// Where Debian and the usual packages put the server's programs, newest first.
const PROGRAMS: [&str; 4] = [
    "/usr/lib/postgresql/17/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/15/bin",
    "/usr/lib/postgresql/14/bin",
];

static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A running server with a migrated database to copy.
struct Server {
    admin_url: url::Url,
    template: String,
    /// Held, not used: closing it is what tells the watching shell that we are gone.
    _watched: Option<ChildStdin>,
}

/// A database of one test, dropped with it.
pub(crate) struct Database {
    pub(crate) url: String,
    name: String,
}

impl Database {
    /// A fresh copy of the migrated schema.
    pub(super) async fn create() -> Self {
        Self::copy_of(|server| &server.template).await
    }

    /// A database with nothing in it.
    pub(crate) async fn create_empty() -> Self {
        Self::copy_of(|_| "template0").await
    }

    async fn copy_of(template: impl FnOnce(&Server) -> &str) -> Self {
        // Starting takes seconds: not on a thread that drives tests.
        let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(Server::start)).await.unwrap();
        let name = format!("belowline_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        server.run(&format!("create database {name} template {}", template(server))).await;
        Self { url: server.url_of(&name), name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(server) = SERVER.get() else { return };
        let statement = format!("drop database if exists {} with (force)", self.name);
        // Pools of the test may still be closing, and their runtime going: use one that is neither.
        let dropped = std::thread::spawn(move || block_on(server.run(&statement))).join();
        if dropped.is_err() && !std::thread::panicking() {
            panic!("the test's database could not be dropped");
        }
    }
}

impl Server {
    fn start() -> Self {
        let server = match std::env::var("BELOWLINE_TEST_POSTGRES") {
            Ok(url) => {
                let admin_url = url.parse().expect("BELOWLINE_TEST_POSTGRES is a URL");
                Self { admin_url, template: template(), _watched: None }
            }
            Err(_) => Self::start_own(),
        };
        let is_prepared = std::thread::scope(|scope| scope.spawn(|| block_on(server.prepare())).join().is_ok());
        assert!(is_prepared, "the template database cannot be made");
        server
    }

    /// Makes the database that every test gets a copy of.
    async fn prepare(&self) {
        self.run(&format!("drop database if exists {} with (force)", self.template)).await;
        self.run(&format!(
            "create database {} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'",
            self.template
        ))
        .await;
        let db = Db::open(&self.url_of(&self.template), &Options::default()).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
    }

    fn start_own() -> Self {
        let programs = PROGRAMS.map(PathBuf::from).into_iter().find(|dir| dir.join("initdb").exists());
        let programs = programs.expect("PostgreSQL is installed (apt install postgresql), as every test run needs it");
        let dir = tempfile::Builder::new().prefix("belowline-pg-").tempdir().unwrap().keep();
        give_to_postgres(&dir);
        let data = dir.join("data");
        let (data_text, dir_text) = (data.display().to_string(), dir.display().to_string());
        let initdb = ["-D", &data_text, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"];
        run(&programs.join("initdb"), &initdb, &dir);
        // Nobody keeps what a test stores; a benchmark measures the disk, too.
        let durable = if cfg!(test) { "off" } else { "on" };
        let settings = format!(
            "-k {dir_text} -c listen_addresses='' -c fsync={durable} -c full_page_writes={durable} \
             -c max_connections=200 -c shared_buffers=64MB -c deadlock_timeout=200ms"
        );
        let log = dir.join("log").display().to_string();
        let start = ["-D", &data_text, "-l", &log, "-w", "-t", "60", "-o", &settings, "start"];
        run(&programs.join("pg_ctl"), &start, &dir);
        let watched = watch(&programs.join("pg_ctl"), &data, &dir);
        let mut admin_url: url::Url = "postgres://postgres@localhost/postgres".parse().unwrap();
        admin_url.query_pairs_mut().append_pair("host", &dir_text);
        Self { admin_url, template: template(), _watched: Some(watched) }
    }

    fn url_of(&self, database: &str) -> String {
        let mut url = self.admin_url.clone();
        url.set_path(database);
        url.into()
    }

    /// Runs a statement that cannot stand in a transaction.
    async fn run(&self, statement: &str) {
        let options: PgConnectOptions = self.admin_url.as_str().parse().unwrap();
        let mut connection = options.disable_statement_logging().connect().await.expect("the server answers");
        connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
        connection.close().await.unwrap();
    }
}

fn template() -> String {
    format!("belowline_template_{}", std::process::id())
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}

/// PostgreSQL refuses to run as root: root runs it as the user `postgres`.
fn command(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

fn give_to_postgres(dir: &Path) {
    if is_root() {
        let done = Command::new("chown").arg("postgres:").arg(dir).status().unwrap();
        assert!(done.success(), "{} cannot be given to the user postgres", dir.display());
    }
}

/// Runs a program to its end. Its output goes to a file: a server that it leaves behind would hold a pipe open.
fn run(program: &Path, arguments: &[&str], dir: &Path) {
    let said = dir.with_extension("said");
    let file = std::fs::File::create(&said).unwrap();
    let status = command(program)
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .process_group(0)
        .status()
        .unwrap();
    let text = std::fs::read_to_string(&said).unwrap_or_default();
    let _ = std::fs::remove_file(&said);
    assert!(status.success(), "{} failed: {text}", program.display());
}

#[expect(clippy::zombie_processes, reason = "it ends after us")]
fn watch(pg_ctl: &Path, data: &Path, dir: &Path) -> ChildStdin {
    let script = "cat >/dev/null; \"$@\" -m immediate -w stop; rm -rf \"$BELOWLINE_TEST_DIR\"";
    let mut shell = Command::new("sh");
    let stop = command(pg_ctl);
    shell.args(["-c", script, "sh"]).arg(stop.get_program()).args(stop.get_args()).arg("-D").arg(data);
    let child = shell
        .env("BELOWLINE_TEST_DIR", dir)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Of its own group, so that Ctrl-C in the terminal does not end the watch before the server.
        .process_group(0)
        .spawn()
        .unwrap();
    child.stdin.unwrap()
}
