//! What goes on in one connection, so that one in which nothing does can be ended.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;

use super::Limits;

/// The requests in flight in one connection.
#[derive(Debug)]
pub(super) struct Activity(Mutex<State>);

#[derive(Debug)]
struct State {
    in_flight: usize,
    next: u64,
    idle_since: Instant,
    is_body_left: bool,
    /// When the last piece of an answer was handed over and the client has not made room for another since.
    handed: BTreeMap<u64, Instant>,
}

/// What is to be done about a connection now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Nothing, before this moment.
    Until(Instant),
    /// It has been without a request for too long.
    Idle,
    /// The client does not take its answer.
    Stalled,
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        let state =
            State { in_flight: 0, next: 0, idle_since: Instant::now(), is_body_left: false, handed: BTreeMap::new() };
        Arc::new(Self(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request until the ticket is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Ticket {
        let mut state = self.state();
        state.in_flight += 1;
        state.next += 1;
        Ticket { activity: Arc::clone(self), number: state.next }
    }

    /// Notes that a request is answered whose body is still on its way.
    pub(super) fn leave_body(&self) {
        self.state().is_body_left = true;
    }

    pub(super) fn is_body_left(&self) -> bool {
        self.state().is_body_left
    }

    pub(super) fn patience(&self, now: Instant, limits: &Limits) -> Patience {
        let state = self.state();
        if state.in_flight == 0 {
            let end = state.idle_since + limits.idle;
            return if end > now { Patience::Until(end) } else { Patience::Idle };
        }
        let oldest = state.handed.values().min().copied().unwrap_or(now);
        let end = oldest + limits.response_gap;
        if end > now { Patience::Until(end) } else { Patience::Stalled }
    }
}

/// One request in flight, from its headers to the last byte of its answer.
#[derive(Debug)]
pub(super) struct Ticket {
    activity: Arc<Activity>,
    number: u64,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        state.handed.remove(&self.number);
        state.in_flight -= 1;
        state.idle_since = Instant::now();
    }
}

/// The body of an answer, which notes when the client takes nothing of it.
#[derive(Debug)]
pub(super) struct Tracked {
    body: Body,
    ticket: Ticket,
}

impl Tracked {
    pub(super) const fn new(body: Body, ticket: Ticket) -> Self {
        Self { body, ticket }
    }
}

impl hyper::body::Body for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // Being asked for more means that there is room again: waiting is now the handler's doing.
        self.ticket.activity.state().handed.remove(&self.ticket.number);
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_some() {
            self.ticket.activity.state().handed.insert(self.ticket.number, Instant::now());
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
