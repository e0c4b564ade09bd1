//! What happens without anybody asking: mail leaves, the log is sealed, new rules come into force, old things go.
//!
//! Each job calls a use case in a loop of its own, so that a slow one holds up no other. A failure, a dead database
//! too, is logged when it begins and when it ends and never ends the loop. Any number of nodes may run the same jobs:
//! whatever only one may do at a time, its use case locks.

mod deliver;
mod letter;
mod run;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use deliver::deliver_mail;
pub use letter::{Letter, compose};

use crate::app::App;
use crate::kernel::Actor;
use crate::storage::StorageError;
use crate::{accounts, approvals, audit, comments, idempotency, identity, live, rulebook};

/// How many things a run did.
type Running = Pin<Box<dyn Future<Output = Result<u64, StorageError>> + Send>>;

/// A job: what it is called, how often it runs, and what it runs.
struct Job {
    name: &'static str,
    every: Duration,
    /// When a run did so many there may be more, and the next one follows at once.
    batch: u64,
    run: fn(App) -> Running,
}

const SECOND: Duration = Duration::from_secs(1);
const TEN_SECONDS: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// Runs that leave nothing behind.
const ALL_AT_ONCE: u64 = u64::MAX;

const JOBS: &[Job] = &[
    Job {
        name: "mail",
        every: SECOND,
        batch: deliver::BATCH,
        run: |app| Box::pin(async move { deliver_mail(&app).await }),
    },
    Job {
        name: "digests",
        every: TEN_SECONDS,
        batch: deliver::DIGESTS,
        run: |app| Box::pin(async move { deliver::gather_digests(&app).await }),
    },
    Job { name: "changes", every: SECOND, batch: ALL_AT_ONCE, run: |app| Box::pin(async move { hear(&app).await }) },
    Job {
        name: "old_changes",
        every: HOUR,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { forget_changes(&app).await }),
    },
    // The log seals at most 500 rows a run.
    Job { name: "seal", every: SECOND, batch: 500, run: |app| Box::pin(async move { audit::seal(&app).await }) },
    Job {
        name: "renames",
        every: SECOND,
        batch: 20,
        run: |app| Box::pin(async move { comments::tell_of_names(&app).await }),
    },
    Job {
        name: "links",
        every: HOUR,
        batch: 1_000,
        run: |app| Box::pin(async move { accounts::forget_links(&app).await }),
    },
    Job {
        name: "tokens",
        every: HOUR,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { identity::forget_tokens(&app).await }),
    },
    Job {
        name: "recommendations",
        every: SECOND,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { comments::tell_stories(&app).await }),
    },
    Job {
        name: "rulebook",
        every: SECOND,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { rulebook::refresh(&app).await }),
    },
    Job {
        name: "rule-watch",
        every: TEN_SECONDS,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { rulebook::suspend_rules(&app).await }),
    },
    Job {
        name: "firings",
        every: HOUR,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { comments::forget_firings(&app).await }),
    },
    // One turn of two seconds at a time, until the backtest is at its end.
    Job {
        name: "backtest",
        every: SECOND,
        batch: 1,
        run: |app| Box::pin(async move { rulebook::backtest::drive_waiting(&app).await }),
    },
    Job {
        name: "learning",
        every: MINUTE,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { rulebook::learning::learn_waiting(&app).await }),
    },
    Job {
        name: "throttles",
        every: MINUTE,
        batch: ALL_AT_ONCE,
        run: |app| {
            Box::pin(async move {
                app.limits.retain_recent();
                Ok(0)
            })
        },
    },
    Job {
        name: "idempotency",
        every: HOUR,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { idempotency::forget_old(&app).await }),
    },
    Job {
        name: "approvals",
        every: HOUR,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { approvals::forget_old(&app).await }),
    },
    // Only accounts made before the bare form of a name was kept.
    Job {
        name: "names",
        every: HOUR,
        batch: accounts::NAMES_BATCH,
        run: |app| Box::pin(async move { accounts::fill_names(&app).await }),
    },
    Job {
        name: "sessions",
        every: HOUR,
        batch: ALL_AT_ONCE,
        run: |app| Box::pin(async move { accounts::forget_old(&app).await }),
    },
];

/// Tells here what changed on other nodes.
async fn hear(app: &App) -> Result<u64, StorageError> {
    let mut work = app.read(Actor::Job("changes")).await?;
    live::catch_up(&mut work.tx, &app.live, work.now).await
}

async fn forget_changes(app: &App) -> Result<u64, StorageError> {
    let mut work = app.write(Actor::Job("changes")).await?;
    let count = live::forget_old(&mut work.tx, work.now).await?;
    work.commit().await?;
    Ok(count)
}

/// Starts every job; they stop, each after the run that it is in, when `shutdown` says true or its sender is gone.
#[must_use]
pub fn start(app: &App, shutdown: &watch::Receiver<bool>) -> JoinHandle<()> {
    let loops: Vec<_> = JOBS.iter().map(|job| tokio::spawn(run::keep(job, app.clone(), shutdown.clone()))).collect();
    tokio::spawn(async move {
        for each in loops {
            if let Err(error) = each.await {
                tracing::error!(%error, "a job ended");
            }
        }
    })
}

/// Runs every job until it finds no more to do; answers how many things they did.
///
/// # Errors
/// The first failure; the jobs after it have not run.
pub async fn run_once(app: &App) -> Result<u64, StorageError> {
    let mut total = 0;
    for job in JOBS {
        loop {
            let count = (job.run)(app.clone()).await?;
            total += count;
            if count < job.batch {
                break;
            }
        }
    }
    Ok(total)
}
