//! Serves a router on a listener, and lets no client hold a connection by being slow or silent.
//!
//! Every wait for a client ends: for its first byte, for half an HTTP/2 preface, for headers, for a body that drips,
//! for the next request, for an answer to be taken. A request that has been read is answered, in order, also while
//! the server stops; only its deadline cuts one off. Panics and slow handlers are answered like any other refusal.

mod activity;
mod body;
mod connection;
mod respond;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

pub use body::{BodyFault, MAX_BODY_BYTES, max_body_bytes};

/// How long, how many and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a new connection may stay silent, or with half an HTTP/2 preface.
    pub opening: Duration,
    /// How long the headers of a request may take, counted on HTTP/1 from the end of the answer before.
    pub headers: Duration,
    /// How long a connection may be without a request; on HTTP/1 `headers` ends it when that is shorter.
    pub idle: Duration,
    /// How long a body may pause.
    pub body_gap: Duration,
    /// How long a body may take in all.
    pub body_total: Duration,
    /// How many bytes a body may have; the extractors never take more than [`max_body_bytes`] of its address, which may be
    /// more than this where it is the default.
    pub body_bytes: usize,
    /// How long a handler may take once the body has arrived.
    pub handler: Duration,
    /// How long a client may leave an answer lying.
    pub response_gap: Duration,
    /// How long requests in flight may take once the server stops.
    pub shutdown: Duration,
    /// How long what a refused client still sends is thrown away, so that it gets to read the refusal.
    pub linger: Duration,
    /// How many bytes the headers of a request may have; HTTP/1 never takes less than 8,192.
    pub header_bytes: usize,
    /// How many connections may be open; further ones wait in the system's queue.
    pub connections: usize,
    /// How many requests one HTTP/2 connection may have in flight.
    pub streams: u32,
    /// How often an HTTP/2 client is asked whether it is still there.
    pub ping_interval: Duration,
    /// How long it may take to answer that.
    pub ping_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            opening: Duration::from_secs(10),
            headers: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            body_gap: Duration::from_secs(5),
            body_total: Duration::from_secs(20),
            body_bytes: MAX_BODY_BYTES,
            handler: Duration::from_secs(20),
            response_gap: Duration::from_secs(20),
            shutdown: Duration::from_secs(20),
            linger: Duration::from_secs(2),
            header_bytes: 32 * 1024,
            connections: 8192,
            streams: 64,
            ping_interval: Duration::from_secs(20),
            ping_timeout: Duration::from_secs(10),
        }
    }
}

/// How long to wait when the system has no descriptor or memory for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` on `listener` until `shutdown` is ready, then answers what is in flight, for at most
/// `limits.shutdown`. Every request carries the [`Peer`](super::address::Peer) that it came from.
///
/// # Errors
/// When the listener cannot be asked for its address: it is not one that can be served.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving");
    let (stop, stopping) = watch::channel(false);
    let slots = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let mut open = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            // Ended connections are collected at once, so that the set does not grow with the server's age.
            Some(_) = open.join_next(), if !open.is_empty() => {}
            Some((stream, peer, slot)) = accept(&listener, &slots) => {
                let served = connection::serve(stream, peer, router.clone(), limits, stopping.clone());
                open.spawn(async move {
                    served.await;
                    drop(slot);
                });
            }
        }
    }
    drop(listener);
    tracing::info!(open = open.len(), "stopping");
    // Nobody listening means that no connection is open, which is as good.
    let _ = stop.send(true);
    let all = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.shutdown, all).await.is_err() {
        tracing::warn!(cut = open.len(), "the deadline for stopping is over");
        open.shutdown().await;
    }
    Ok(())
}

/// The next connection, once there is room for it; nothing when accepting failed and is worth another try.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, std::net::SocketAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Some((stream, peer, slot)),
            // The client gave up before its turn came.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {
            }
            Err(error) => {
                tracing::warn!(%error, "no further connection can be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
