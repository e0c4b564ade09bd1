//! The body of a request, which ends when it is too large or too slow.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::Limits;

/// How many bytes a body may have at most.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// How many where editors send rules and word lists: a megabyte of text, every character of it escaped.
const MAX_TEXT_BODY_BYTES: usize = 4 * 1024 * 1024;

/// How many where billing systems post: an invoice of many lines is long.
const MAX_WEBHOOK_BODY_BYTES: usize = 512 * 1024;

/// How many bytes the body of a request for `path` may have.
#[must_use]
pub fn max_body_bytes(path: &str) -> usize {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match *parts.as_slice() {
        ["api", "v1", "titles", _, "rules" | "word-list" | "backtests", ..]
        | ["moderation", "titles", _, "rules" | "word-list" | "backtests", ..] => MAX_TEXT_BODY_BYTES,
        ["webhooks", ..] => MAX_WEBHOOK_BODY_BYTES,
        _ => MAX_BODY_BYTES,
    }
}

/// Why the body of a request could not be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// It has more bytes than a body may have.
    #[error("the body is too large")]
    TooLarge,
    /// It paused for too long, or took too long in all.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The connection broke, or its framing did.
    #[error("the body broke off")]
    Broken,
}

impl BodyFault {
    /// The fault behind an error of a body, however deep it is wrapped.
    #[must_use]
    pub fn behind(error: &(dyn StdError + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(fault) = error.downcast_ref::<Self>() {
                return *fault;
            }
            cause = error.source();
        }
        Self::Broken
    }
}

/// How far the reading of one body has come, for whoever answers the request.
#[derive(Debug)]
pub(super) struct Progress(Mutex<(bool, Instant)>);

impl Progress {
    pub(super) fn new(body: &Incoming) -> Arc<Self> {
        Arc::new(Self(Mutex::new((body.is_end_stream(), Instant::now()))))
    }

    /// Whether all of it has been read.
    pub(super) fn is_ended(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// When the handler last read or waited for some of it; the start of the request when it never has.
    pub(super) fn last_read_at(&self) -> Instant {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn note(&self, is_ended: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (state.0 || is_ended, Instant::now());
    }
}

/// A body under its limits.
#[derive(Debug)]
pub(super) struct Guarded {
    body: Incoming,
    progress: Arc<Progress>,
    limits: Limits,
    read_bytes: usize,
    deadline: Instant,
    gap: Option<Pin<Box<Sleep>>>,
    fault: Option<BodyFault>,
}

impl Guarded {
    pub(super) fn new(body: Incoming, progress: Arc<Progress>, limits: Limits) -> Self {
        let deadline = Instant::now() + limits.body_total;
        // A length that is announced and too large is refused before any of it, or `100 Continue`, is exchanged.
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        let fault = (announced > limits.body_bytes).then_some(BodyFault::TooLarge);
        Self { body, progress, limits, read_bytes: 0, deadline, gap: None, fault }
    }

    fn fail(&mut self, fault: BodyFault) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        self.fault = Some(fault);
        Poll::Ready(Some(Err(fault)))
    }
}

impl hyper::body::Body for Guarded {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        if let Some(fault) = self.fault {
            return Poll::Ready(Some(Err(fault)));
        }
        if Instant::now() >= self.deadline {
            return self.fail(BodyFault::TooSlow);
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.gap = None;
                self.read_bytes += frame.data_ref().map_or(0, Bytes::len);
                if self.read_bytes > self.limits.body_bytes {
                    return self.fail(BodyFault::TooLarge);
                }
                self.progress.note(self.body.is_end_stream());
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                tracing::debug!(%error, "a body broke off");
                self.fail(BodyFault::Broken)
            }
            Poll::Ready(None) => {
                self.progress.note(true);
                Poll::Ready(None)
            }
            Poll::Pending => {
                let end = self.deadline.min(Instant::now() + self.limits.body_gap);
                let gap = self.gap.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
                if gap.as_mut().poll(cx).is_pending() {
                    self.progress.note(false);
                    return Poll::Pending;
                }
                self.fail(BodyFault::TooSlow)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.fault.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
