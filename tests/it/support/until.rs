//! Waiting for a condition, never for a duration.

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up: a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < PATIENCE, "{what} did not happen");
        tokio::task::yield_now().await;
    }
}
