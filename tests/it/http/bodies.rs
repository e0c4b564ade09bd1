//! What a body may be, asked over a real connection.

use axum::Router;
use axum::routing::post;
use belowline::http::Error;
use belowline::http::extract::{Form, Given, Json, Sent};
use belowline::kernel::CommentId;
use serde::Deserialize;
use utoipa::{PartialSchema, ToSchema};

use super::support::{Server, assert_closes, assert_problem, patient};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
struct Draft {
    #[schema(value_type = String, max_length = 20)]
    body: Given<String>,
    #[schema(value_type = Option<String>, max_length = 31)]
    parent: Given<Option<CommentId>>,
    #[schema(value_type = Option<Vec<String>>, max_items = 3)]
    tags: Given<Option<Vec<String>>>,
    #[schema(value_type = i64, minimum = 0, maximum = 9)]
    revision: Given<i64>,
    #[schema(value_type = bool)]
    is_read: Given<bool>,
}

#[derive(serde::Serialize)]
struct Told {
    body: String,
    parent: Option<CommentId>,
    tags: Vec<String>,
    revision: i64,
    is_read: bool,
    digest: String,
}

fn tell(sent: &Sent<Draft>) -> Result<Json<Told>, Error> {
    let mut check = sent.check();
    let body = check.text("body", &sent.form.body, 1..=20);
    let parent = check.value("parent", &sent.form.parent);
    let tags = check.value("tags", &sent.form.tags);
    let revision = check.number("revision", &sent.form.revision, 0..=9);
    let is_read = check.value("is_read", &sent.form.is_read);
    let (body, parent, tags, revision, is_read) = check.whole((body, parent, tags, revision, is_read))?;
    let digest = hex::encode(sent.digest);
    Ok(Json(Told { body, parent, tags: tags.unwrap_or_default(), revision, is_read, digest }))
}

async fn start() -> Server {
    let router = Router::new()
        .route("/json", post(|Json(sent): Json<Sent<Draft>>| async move { tell(&sent) }))
        .route("/form", post(|Form(sent): Form<Sent<Draft>>| async move { tell(&sent) }));
    Server::start(router, patient()).await
}

async fn ask(server: &Server, path: &str, head: &str, body: impl AsRef<[u8]>) -> String {
    let body = body.as_ref();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n{head}\r\n", body.len());
    server.connect().await.ask([head.as_bytes(), body].concat()).await
}

async fn json(server: &Server, body: impl AsRef<[u8]>) -> String {
    ask(server, "/json", "Content-Type: application/json\r\n", body).await
}

async fn form(server: &Server, body: &str) -> String {
    ask(server, "/form", "Content-Type: application/x-www-form-urlencoded\r\n", body).await
}

fn told(answer: &str) -> serde_json::Value {
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn faults(answer: &str) -> Vec<(String, String)> {
    assert_problem(answer, 422, "invalid");
    let problem: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let errors = problem["errors"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    errors.iter().map(|fault| (text(&fault["field"]), text(&fault["code"]))).collect()
}

fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

const COMMENT: &str = "cmt_01h455vb4pex5vsknk084sn02q";

#[tokio::test]
async fn one_form_struct_reads_json_and_pages_alike() {
    let server = start().await;
    let body =
        format!("{{\"body\":\"a é\",\"parent\":\"{COMMENT}\",\"tags\":[\"x\",\"y\"],\"revision\":3,\"is_read\":true}}");
    let mut by_json = told(&json(&server, &body).await);
    let page = format!("body=a+%C3%A9&parent={COMMENT}&tags=x&tags=y&revision=3&is_read=on");
    let mut by_page = told(&form(&server, &page).await);
    by_json["digest"].take();
    by_page["digest"].take();
    assert_eq!(by_json, by_page);
    assert_eq!(by_json["parent"], COMMENT);
}

#[tokio::test]
async fn what_may_be_left_out_may_also_be_null_or_an_empty_field() {
    let server = start().await;
    for body in [
        "{\"body\":\"a\",\"revision\":0,\"is_read\":false}",
        "{\"body\":\"a\",\"revision\":0,\"is_read\":false,\"parent\":null,\"tags\":null}",
    ] {
        assert!(told(&json(&server, body).await)["parent"].is_null());
    }
    let by_page = told(&form(&server, "body=a&revision=0&parent=").await);
    assert_eq!((&by_page["parent"], &by_page["is_read"]), (&serde_json::Value::Null, &false.into()));
}

#[tokio::test]
async fn every_fault_of_a_body_is_reported_at_once() {
    let server = start().await;
    let body = "{\"body\":\"\",\"parent\":\"nobody\",\"tags\":[1],\"revision\":\"3\",\"colour\":\"red\"}";
    assert_eq!(
        faults(&json(&server, body).await),
        [
            pair("colour", "unknown_field"),
            pair("body", "too_short"),
            pair("parent", "unreadable"),
            pair("tags", "wrong_type"),
            pair("revision", "wrong_type"),
            pair("is_read", "missing"),
        ]
    );
    assert_eq!(
        faults(&form(&server, "body=a&body=b&revision=x&is_read=perhaps").await),
        [pair("body", "wrong_type"), pair("revision", "unreadable"), pair("is_read", "unreadable")]
    );
    assert_eq!(faults(&json(&server, "{\"body\":null,\"revision\":1.0,\"is_read\":1}").await).len(), 3);
}

#[tokio::test]
async fn the_digest_is_of_what_is_said_and_not_of_how() {
    let server = start().await;
    let one = told(&json(&server, "{\"body\":\"a\",\"revision\":1,\"is_read\":true}").await);
    let same = told(&json(&server, "{ \"is_read\":true, \"revision\":1,\"body\":\"\\u0061\" }").await);
    let other = told(&json(&server, "{\"body\":\"b\",\"revision\":1,\"is_read\":true}").await);
    assert_eq!(one["digest"], same["digest"]);
    assert_ne!(one["digest"], other["digest"]);
    let one = told(&form(&server, "body=a&revision=1").await);
    let same = told(&form(&server, "revision=1&body=%61").await);
    assert_eq!(one["digest"], same["digest"]);
}

#[tokio::test]
async fn vuln_c38_a_body_of_another_type_is_refused() {
    let server = start().await;
    let body = "{\"body\":\"a\",\"revision\":1,\"is_read\":true}";
    for head in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/jsonx\r\n",
        "Content-Type: text/plain; application/json\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Type: application/json\r\n",
    ] {
        assert_problem(&ask(&server, "/json", head, body).await, 415, "unsupported_type");
    }
    for head in ["Content-Type: application/json; charset=UTF-8\r\n", "Content-Type: Application/JSON;v=1\r\n"] {
        told(&ask(&server, "/json", head, body).await);
    }
    let answer = ask(&server, "/form", "Content-Type: application/json\r\n", body).await;
    assert_problem(&answer, 415, "unsupported_type");
}

#[tokio::test]
async fn vuln_c45_a_compressed_body_is_refused_unread() {
    let server = start().await;
    for coding in ["gzip", "br", "identity, gzip", "deflate"] {
        let head = format!("Content-Type: application/json\r\nContent-Encoding: {coding}\r\n");
        assert_problem(&ask(&server, "/json", &head, [0x1f, 0x8b, 8]).await, 415, "unsupported_type");
    }
}

#[tokio::test]
async fn vuln_c45_a_body_over_64_kib_is_refused_and_the_refusal_arrives() {
    let server = start().await;
    let large = vec![b' '; 1024 * 1024];
    let answer = json(&server, &large).await;
    assert_problem(&answer, 413, "too_large");
    assert_closes(&answer);
    let chunk = format!("{:x}\r\n{}\r\n", 30_000, " ".repeat(30_000));
    let head = "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = server.connect().await.ask(format!("{head}{}", chunk.repeat(20))).await;
    assert_problem(&answer, 413, "too_large");
    let mut fits = b"{\"body\":\"a\",\"revision\":1,\"is_read\":true}".to_vec();
    fits.resize(64 * 1024, b' ');
    told(&json(&server, &fits).await);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_asked_for() {
    let server = start().await;
    let head = "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n";
    let answer = server.connect().await.ask(format!("{head}Content-Length: 99999\r\n\r\n")).await;
    assert_problem(&answer, 413, "too_large");
}

#[tokio::test]
async fn vuln_c48_hostile_bodies_are_malformed_and_nothing_worse() {
    let server = start().await;
    let deep = format!("{{\"body\":{}", "[".repeat(10_000));
    let bodies: [&[u8]; 8] = [
        b"",
        b"[]",
        b"{\"body\":\"a\",\"body\":\"a\"}",
        b"{\"body\":\"\\u0000\"}",
        b"{\"body\":\"\xff\"}",
        b"{\"body\":\"a\"} {}",
        b"{\"body\":",
        deep.as_bytes(),
    ];
    for body in bodies {
        assert_problem(&json(&server, body).await, 400, "malformed");
    }
    for body in ["body=%00", "body=%ff", "body=%zz", &"a=1&".repeat(300)] {
        assert_problem(&form(&server, body).await, 400, "malformed");
    }
    let head = "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = server.connect().await.ask(format!("{head}zz\r\nrubbish\r\n")).await;
    assert_problem(&answer, 400, "malformed");
    assert_closes(&answer);
}

#[test]
fn a_form_is_documented_by_the_struct_that_reads_it() {
    let schema = serde_json::to_value(Draft::schema()).unwrap();
    assert_eq!(schema["properties"]["body"], serde_json::json!({"type": "string", "maxLength": 20}));
    assert_eq!(schema["properties"]["revision"]["maximum"], 9);
    assert_eq!(schema["required"], serde_json::json!(["body", "revision", "is_read"]));
}
