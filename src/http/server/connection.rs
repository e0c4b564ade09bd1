//! One connection, from its first byte to its end.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::Limits;
use super::activity::{Activity, Patience};
use super::respond::respond;
use crate::http::address::Peer;

const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How many bytes of a refused client are thrown away at most.
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// Serves `stream` until it ends, breaks a limit, or the server stops.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
) {
    // Answers are small and written whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let (mut read, write) = stream.into_split();
    let opened = tokio::select! {
        biased;
        _ = stopping.wait_for(|stop| *stop) => return,
        opened = timeout(limits.opening, opening(&mut read)) => opened,
    };
    let Ok(Ok(start)) = opened else { return };
    let returned = Arc::new(Mutex::new(None));
    let io = Stream { start, read: Some(read), write, returned: Arc::clone(&returned) };
    let activity = Activity::new();
    drive(io, Peer(peer), router, limits, stopping, &activity).await;
    let read = returned.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(read) = read.filter(|_| activity.is_body_left()) {
        linger(read, limits.linger).await;
    }
}

/// The first bytes, as many as it takes to tell which protocol they begin.
async fn opening(read: &mut OwnedReadHalf) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(HTTP2_PREFACE.len());
    // INVARIANT: hyper is only given a connection whose protocol it can tell, since it has no time-out before that.
    while start.len() < HTTP2_PREFACE.len() && HTTP2_PREFACE.starts_with(&start) {
        let missing = HTTP2_PREFACE.len() - start.len();
        if (&mut *read).take(missing as u64).read_buf(&mut start).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(start)
}

async fn drive(
    io: Stream,
    peer: Peer,
    router: Router,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
    activity: &Arc<Activity>,
) {
    let builder = builder(&limits);
    let service = service_fn(|request| respond(request, router.clone(), peer, limits, Arc::clone(activity)));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    // Once the connection is asked to end, idle ones have this long to say goodbye.
    let mut cut_at: Option<Instant> = None;
    let mut is_stopping = false;
    // Requests come and go while this waits, so it looks again before the shortest patience can have ended twice.
    let tick = limits.idle.min(limits.response_gap) / 2;
    loop {
        let look_at = Instant::now() + tick;
        let wake_at = match (activity.patience(Instant::now(), &limits), cut_at) {
            (Patience::Until(at), None) => at,
            (Patience::Until(at), Some(cut)) => at.min(cut),
            (Patience::Idle, None) => {
                connection.as_mut().graceful_shutdown();
                *cut_at.insert(Instant::now() + limits.linger)
            }
            (Patience::Idle, Some(cut)) => cut,
            (Patience::Stalled, _) => return,
        };
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            _ = stopping.wait_for(|stop| *stop), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = tokio::time::sleep_until(wake_at.min(look_at)) => {
                if cut_at.is_some_and(|cut| cut <= Instant::now()) {
                    return;
                }
            }
        }
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_buf_size(limits.header_bytes.max(8192))
        // A client that has sent its request and closed its side still gets the answer.
        .half_close(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.ping_interval)
        .keep_alive_timeout(limits.ping_timeout)
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX));
    builder
}

/// Throws away what a client still sends after it was refused. Closing at once would reset the connection, and the
/// client would lose the refusal that it has not read yet.
async fn linger(mut read: OwnedReadHalf, span: Duration) {
    let mut left = LINGER_BYTES;
    let mut scrap = vec![0; 16 * 1024];
    let drain = async {
        while let Ok(count @ 1..) = read.read(&mut scrap).await {
            left = left.saturating_sub(count);
            if left == 0 {
                return;
            }
        }
    };
    let _ = timeout(span, drain).await;
}

/// A connection with the bytes already read put back before the rest. Dropped, it closes the writing side and gives
/// the reading side back.
struct Stream {
    start: Vec<u8>,
    read: Option<OwnedReadHalf>,
    write: OwnedWriteHalf,
    returned: Arc<Mutex<Option<OwnedReadHalf>>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        *self.returned.lock().unwrap_or_else(PoisonError::into_inner) = self.read.take();
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.start.is_empty() {
            let count = self.start.len().min(into.remaining());
            let put_back: Vec<u8> = self.start.drain(..count).collect();
            into.put_slice(&put_back);
            return Poll::Ready(Ok(()));
        }
        match &mut self.read {
            Some(read) => Pin::new(read).poll_read(cx, into),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.write.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_shutdown(cx)
    }
}
