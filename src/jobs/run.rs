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
