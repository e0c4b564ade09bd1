//! The loop around one job.

use tokio::sync::watch;

use super::Job;
use crate::app::App;

/// Runs `job` again and again until `shutdown`.
pub(super) async fn keep(job: &'static Job, app: App, mut shutdown: watch::Receiver<bool>) {
    let mut is_failing = false;
    while !is_over(&shutdown) {
        let outcome = once(job, app.clone()).await;
        if let Some(failure) = outcome.as_ref().err().filter(|_| !is_failing) {
            tracing::warn!(job = job.name, error = failure, "a job fails; it goes on trying");
        }
        if is_failing && outcome.is_ok() {
            tracing::info!(job = job.name, "a job works again");
        }
        is_failing = outcome.is_err();
        if outcome.is_ok_and(|count| count >= job.batch) {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(job.every) => {}
            // An error means that whoever could tell us to stop is gone, which ends the loop as well.
            _ = shutdown.changed() => {}
        }
    }
}

fn is_over(shutdown: &watch::Receiver<bool>) -> bool {
    *shutdown.borrow() || shutdown.has_changed().is_err()
}

/// One run, on a task of its own: a panic in it is a failure like any other.
async fn once(job: &'static Job, app: App) -> Result<u64, String> {
    match tokio::spawn((job.run)(app)).await {
        Ok(Ok(count)) => Ok(count),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::app::Parts;
    use crate::egress::FileMailer;
    use crate::kernel::{Clock, Ids, SystemClock, Words};
    use crate::limits::Limits;
    use crate::live::Live;
    use crate::rules::RuleSets;
    use crate::secrets::{Keys, Passwords};
    use crate::settings::{Settings, Sources};
    use crate::storage::{Db, Options, StorageError};

    static RUNS: AtomicU64 = AtomicU64::new(0);

    /// Fails, panics, and from then on works.
    static WAYWARD: Job = Job {
        name: "wayward",
        every: Duration::from_millis(1),
        batch: u64::MAX,
        run: |_| {
            Box::pin(async {
                match RUNS.fetch_add(1, Ordering::SeqCst) {
                    0 | 1 => Err(StorageError::Unavailable("gone".to_owned())),
                    2 => panic!("on purpose"),
                    _ => Ok(0),
                }
            })
        },
    };

    static BATCHES: AtomicU64 = AtomicU64::new(0);

    /// Has three batches to do and would wait an hour between any two.
    static BUSY: Job = Job {
        name: "busy",
        every: Duration::from_secs(3600),
        batch: 10,
        run: |_| Box::pin(async { Ok(if BATCHES.fetch_add(1, Ordering::SeqCst) < 3 { 10 } else { 9 }) }),
    };

    async fn app(dir: &std::path::Path) -> App {
        let flags = vec![("data.dir".to_owned(), dir.display().to_string())];
        let settings = Settings::load(&Sources { flags, ..Sources::default() }).unwrap();
        let url = format!("sqlite:{}", dir.join("a.db").display());
        let ids = Arc::new(Ids::seeded(1));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        App::new(Parts {
            provider_keys: crate::egress::ProviderKeys::new(crate::egress::HttpClient::new(), Arc::clone(&clock)),
            db: Db::open(&url, &Options::default()).await.unwrap(),
            mailer: Arc::new(FileMailer::new(&settings, Arc::clone(&clock))),
            clock,
            keys: Keys::drawn(&ids),
            live: Live::new(&ids, SystemClock.now()),
            ids,
            settings,
            rules: RuleSets::default(),
            passwords: Passwords::new(),
            limits: Limits::off(),
            words: Arc::new(Words::british()),
            is_unlimited: false,
        })
    }

    async fn reached(counter: &AtomicU64, count: u64) {
        while counter.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }

    /// What was logged, for a test to read.
    #[derive(Clone, Default)]
    struct Logs(Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Logs {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn neither_a_failure_nor_a_panic_ends_a_job_each_trouble_is_logged_once_and_shutdown_ends_it() {
        let logs = Logs::default();
        let written = logs.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || written.clone()).with_ansi(false).finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let dir = tempfile::tempdir().unwrap();
        let (stop, stopping) = watch::channel(false);
        let kept = tokio::spawn(keep(&WAYWARD, app(dir.path()).await, stopping));
        reached(&RUNS, 6).await;
        stop.send(true).unwrap();
        kept.await.unwrap();
        let logs = String::from_utf8(logs.0.lock().unwrap().clone()).unwrap();
        assert_eq!(logs.matches("a job fails").count(), 1, "{logs}");
        assert_eq!(logs.matches("a job works again").count(), 1, "{logs}");
    }

    #[tokio::test]
    async fn a_full_batch_is_followed_by_the_next_at_once_and_a_lost_sender_ends_the_wait() {
        let dir = tempfile::tempdir().unwrap();
        let (stop, stopping) = watch::channel(false);
        let kept = tokio::spawn(keep(&BUSY, app(dir.path()).await, stopping));
        reached(&BATCHES, 4).await;
        drop(stop);
        kept.await.unwrap();
        assert_eq!(BATCHES.load(Ordering::SeqCst), 4);
    }
}
