//! No client holds a connection by being slow or silent.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::routing::{get, post};
use belowline::http::address::Peer;
use belowline::http::extract::{Form, Given, Json, Sent};
use belowline::http::server::Limits;
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::support::{SOON, Server, assert_closes, assert_problem, patient, within};

#[derive(Debug, serde::Deserialize)]
struct Note {
    body: Given<String>,
}

async fn echo(Json(sent): Json<Sent<Note>>) -> Json<Option<String>> {
    Json(sent.form.body.value().cloned())
}

async fn form_echo(Form(sent): Form<Sent<Note>>) -> Json<Option<String>> {
    Json(sent.form.body.value().cloned())
}

/// A gate that a handler has reached, and that the test opens.
#[derive(Clone)]
struct Gate {
    reached: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        Self { reached: Arc::new(Semaphore::new(0)), open: Arc::new(Semaphore::new(0)) }
    }

    async fn pass(self) -> &'static str {
        self.reached.add_permits(1);
        self.open.acquire().await.unwrap().forget();
        "passed"
    }

    async fn reached(&self) {
        within(self.reached.acquire()).await.unwrap().forget();
    }
}

fn router(gate: Gate) -> Router {
    let router = Router::new()
        .route("/", get(|| async { "home" }))
        .route("/peer", get(|Extension(peer): Extension<Peer>| async move { peer.0.to_string() }))
        .route("/number/{n}", get(|uri: axum::http::Uri| async move { uri.path().to_owned() }))
        .route("/echo", post(echo))
        .route("/form", post(form_echo))
        .route("/deaf", post(|| async { "I did not listen" }))
        .route("/panic", get(async || -> &'static str { panic!("the secret is 42") }))
        .route("/never", get(|| async { std::future::pending::<&'static str>().await }))
        .route("/endless", get(|| async { Body::new(Endless) }))
        .route("/gate", get(move || gate.clone().pass()));
    belowline::http::error::with_fallbacks(router)
}

/// A body without end, always ready.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(Bytes::from_static(&[b'x'; 16_384])))))
    }
}

async fn start(limits: Limits) -> Server {
    Server::start(router(Gate::new()), limits).await
}

const ONE: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_knows_its_peer() {
    let server = start(patient()).await;
    let client = server.connect().await;
    let own = client.0.local_addr().unwrap();
    let answer = client.ask("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(answer.ends_with(&own.to_string()), "{answer}");
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = start(Limits { opening: SOON, ..patient() }).await;
    assert_eq!(server.connect().await.rest().await, "");
}

#[tokio::test]
async fn half_an_http2_preface_is_closed() {
    let server = start(Limits { opening: SOON, ..patient() }).await;
    assert_eq!(server.connect().await.ask("PRI * HTTP/2.0\r\n\r\nSM").await, "");
}

#[tokio::test]
async fn an_http2_preface_with_nothing_after_it_is_closed() {
    let server = start(Limits { idle: SOON, linger: SOON, ..patient() }).await;
    server.connect().await.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
}

#[tokio::test]
async fn an_http2_connection_that_opens_no_stream_is_closed() {
    let server = start(Limits { idle: SOON, linger: SOON, ..patient() }).await;
    server.connect().await.ask(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
}

#[tokio::test]
async fn http2_headers_without_end_are_closed() {
    let server = start(Limits { idle: SOON, linger: SOON, ..patient() }).await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    // A HEADERS frame of one byte (`:method: GET`) on stream 1, without END_HEADERS.
    server.connect().await.ask([&preface[..], b"\0\0\x01\x01\0\0\0\0\x01\x82"].concat()).await;
}

#[tokio::test]
async fn dripped_headers_are_closed() {
    let server = start(Limits { headers: SOON, ..patient() }).await;
    assert_eq!(server.connect().await.ask("GET / HTTP/1.1\r\nHost: a\r\nX-Drip: ").await, "");
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    for limits in [Limits { idle: SOON, ..patient() }, Limits { headers: SOON, ..patient() }] {
        let server = start(limits).await;
        let answer = server.connect().await.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(answer.ends_with("home"), "{answer}");
    }
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_closed() {
    let server = start(Limits { response_gap: SOON, connections: 1, ..patient() }).await;
    let mut client = server.connect().await;
    client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    // The only place is taken, so an answer to another shows that the first was put out.
    assert!(server.connect().await.ask(ONE).await.ends_with("home"));
    assert!(client.rest().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn further_connections_wait_for_room() {
    let server = start(Limits { connections: 1, ..patient() }).await;
    let mut first = server.connect().await;
    first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    first.until("home").await;
    let mut second = server.connect().await;
    second.send(ONE).await;
    let early = tokio::time::timeout(SOON, second.0.readable()).await;
    assert!(early.is_err(), "answered beyond the limit");
    drop(first);
    assert!(second.rest().await.ends_with("home"));
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = start(patient()).await;
    let numbers = || 0..20;
    let mut all: String = numbers().map(|n| format!("GET /number/{n} HTTP/1.1\r\nHost: a\r\n\r\n")).collect();
    all.push_str(ONE);
    let answer = server.connect().await.ask(all).await;
    let places: Vec<_> = numbers().map(|n| answer.find(&format!("/number/{n}H")).expect("an answer")).collect();
    assert!(places.is_sorted() && answer.ends_with("home"), "{answer}");
}

#[tokio::test]
async fn a_request_not_read_to_its_end_is_answered_with_connection_close() {
    let server = start(patient()).await;
    let smuggled = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for head in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        for path in ["/deaf", "/nowhere"] {
            let request = format!("POST {path} HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n{smuggled}");
            let answer = server.connect().await.ask(request).await;
            assert_closes(&answer);
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        }
    }
}

#[tokio::test]
async fn a_request_read_to_its_end_leaves_the_connection_open() {
    let server = start(patient()).await;
    let mut client = server.connect().await;
    let body = "{\"body\":\"ab\"}";
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    client.send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await;
    client.until("\"ab\"").await;
    client.send(format!("{head}Transfer-Encoding: chunked\r\n\r\nd\r\n{body}\r\n0\r\n\r\n")).await;
    client.until("\"ab\"").await;
    assert!(client.ask(ONE).await.ends_with("home"));
}

#[tokio::test]
async fn a_body_that_pauses_ends_with_408() {
    let server = start(Limits { body_gap: SOON, ..patient() }).await;
    for (path, kind) in [("/echo", "application/json"), ("/form", "application/x-www-form-urlencoded")] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 50\r\n\r\n");
        let answer = server.connect().await.ask(head + "{").await;
        assert_problem(&answer, 408, "request_timeout");
        assert_closes(&answer);
    }
}

#[tokio::test]
async fn a_body_that_drips_without_pause_ends_with_408() {
    let limits = Limits { body_gap: Duration::from_secs(5), body_total: SOON, ..patient() };
    let server = start(limits).await;
    let mut client = server.connect().await;
    client
        .send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{")
        .await;
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let is_answered = async {
        loop {
            tokio::select! {
                ready = client.0.readable() => return ready.is_ok(),
                _ = tick.tick() => assert!(client.0.try_write(b" ").is_ok()),
            }
        }
    };
    assert!(within(is_answered).await);
    let answer = client.rest().await;
    assert_problem(&answer, 408, "request_timeout");
    assert_closes(&answer);
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_answered_with_503() {
    let server = start(Limits { handler: SOON, ..patient() }).await;
    let answer = server.connect().await.ask("GET /never HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert_problem(&answer, 503, "unavailable");
    assert!(answer.to_ascii_lowercase().contains("retry-after: "), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("content-security-policy: "), "{answer}");
}

#[tokio::test]
async fn a_panic_is_a_500_that_tells_nothing() {
    let server = start(patient()).await;
    let answer = server.connect().await.ask("GET /panic HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert_problem(&answer, 500, "internal");
    assert!(!answer.contains("secret"), "{answer}");
    assert!(server.connect().await.ask(ONE).await.ends_with("home"));
}

#[tokio::test]
async fn stopping_answers_what_is_in_flight_and_takes_no_more() {
    let gate = Gate::new();
    let mut server = Server::start(router(gate.clone()), patient()).await;
    let mut idle = server.connect().await;
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    idle.until("home").await;
    let silent = server.connect().await;
    let mut busy = server.connect().await;
    busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n").await;
    gate.reached().await;
    server.stop();
    assert_eq!(idle.rest().await, "", "an idle connection is closed at once");
    assert_eq!({ silent }.rest().await, "", "a silent one too");
    assert!(TcpStream::connect(server.address).await.is_err(), "nothing new is taken");
    gate.open.add_permits(1);
    let answer = busy.rest().await;
    assert!(answer.ends_with("passed"), "{answer}");
    assert_closes(&answer);
    server.stopped().await;
}

#[tokio::test]
async fn stopping_cuts_what_does_not_end_by_the_deadline() {
    let gate = Gate::new();
    let mut server = Server::start(router(gate.clone()), Limits { shutdown: SOON, ..patient() }).await;
    let mut busy = server.connect().await;
    busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n").await;
    gate.reached().await;
    server.stop();
    server.stopped().await;
    assert_eq!(busy.rest().await, "");
}

#[tokio::test]
async fn a_client_that_closes_its_side_still_gets_its_answer() {
    let gate = Gate::new();
    let server = Server::start(router(gate.clone()), patient()).await;
    let mut client = server.connect().await;
    client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n").await;
    gate.reached().await;
    tokio::io::AsyncWriteExt::shutdown(&mut client.0).await.unwrap();
    gate.open.add_permits(1);
    assert!(client.rest().await.ends_with("passed"));
}

#[tokio::test]
async fn http2_answers_and_limits_its_streams() {
    let gate = Gate::new();
    let server = Server::start(router(gate.clone()), Limits { streams: 2, ..patient() }).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http2::handshake::<_, _, http_body_util::Empty<Bytes>>(
        TokioExecutor::new(),
        TokioIo::new(stream),
    )
    .await
    .unwrap();
    tokio::spawn(connection);
    let get = |path: &str| {
        let uri = format!("http://a{path}");
        axum::http::Request::get(uri).body(http_body_util::Empty::<Bytes>::new()).unwrap()
    };
    let home = within(sender.send_request(get("/"))).await.unwrap();
    assert_eq!(within(home.collect()).await.unwrap().to_bytes(), "home");
    let answers: Vec<_> = (0..3).map(|_| sender.send_request(get("/gate"))).collect();
    gate.reached().await;
    gate.reached().await;
    assert!(tokio::time::timeout(SOON, gate.reached.acquire()).await.is_err(), "a third stream beyond the limit");
    gate.open.add_permits(3);
    for answer in answers {
        assert_eq!(within(answer).await.unwrap().status(), 200);
    }
}
