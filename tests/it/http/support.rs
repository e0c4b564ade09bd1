//! A server on a free port, and raw connections to it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use belowline::http::server::{self, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// No test waits longer than this for anything: what takes so long never comes.
const FOREVER: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

/// Limits so generous that a test only meets the one that it shortens.
pub(crate) fn patient() -> Limits {
    let long = FOREVER * 3;
    Limits {
        opening: long,
        headers: long,
        idle: long,
        body_gap: long,
        body_total: long,
        handler: long,
        response_gap: long,
        shutdown: long,
        linger: Duration::from_millis(500),
        ..Limits::default()
    }
}

pub(crate) const SOON: Duration = Duration::from_millis(150);

impl Server {
    pub(crate) async fn start(router: Router, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(server::serve(listener, router, limits, stopped));
        Self { address, stop: Some(stop), task }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(within(TcpStream::connect(self.address)).await.unwrap())
    }

    /// Asks the server to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped.
    pub(crate) async fn stopped(self) {
        within(self.task).await.unwrap().unwrap();
    }
}

pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.0.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Everything until the server closes the connection, also when it does so harshly.
    pub(crate) async fn rest(&mut self) -> String {
        let mut all = Vec::new();
        let _ = within(self.0.read_to_end(&mut all)).await;
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Everything up to and including `end`.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        let mut all = Vec::new();
        while !all.ends_with(end.as_bytes()) {
            all.push(within(self.0.read_u8()).await.unwrap());
        }
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Sends one request that ends the connection, and reads the answer.
    pub(crate) async fn ask(mut self, bytes: impl AsRef<[u8]>) -> String {
        self.send(bytes).await;
        self.rest().await
    }
}

pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(FOREVER, future).await.expect("it never came")
}

/// Fails unless `answer` is one refusal with this status and code.
#[track_caller]
pub(crate) fn assert_problem(answer: &str, status: u16, code: &str) {
    let is_problem = answer.starts_with(&format!("HTTP/1.1 {status} "))
        && answer.to_ascii_lowercase().contains("content-type: application/problem+json")
        && answer.contains(&format!("\"code\":\"{code}\""));
    assert!(is_problem, "not {status} {code}: {answer}");
}

#[track_caller]
pub(crate) fn assert_closes(answer: &str) {
    assert!(answer.to_ascii_lowercase().contains("connection: close"), "{answer}");
}
