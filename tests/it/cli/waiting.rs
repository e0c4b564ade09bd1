//! What billing told of nobody known, from the command line.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::home::Home;
use crate::http::webhooks::stripe_headers;

#[tokio::test]
async fn what_waits_is_listed_newest_first_by_marks_alone() {
    let home = Home::sqlite();
    home.json(&["migrate"]);
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--print", "json"]);
    command.env("BELOWLINE__STRIPE__WEBHOOK_SECRETS", "whsec_test");
    let serving = home.serve_by(command);
    #[expect(clippy::disallowed_methods, reason = "the server goes by the clock of the machine")]
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    for number in 0..130 {
        let object = json!({ "id": format!("sub_{number}"), "customer": "cus_1", "status": "active" });
        let event = json!({ "id": format!("evt_{number}"), "type": "customer.subscription.created",
            "created": 1_800_000_000 + number, "data": { "object": object } });
        let body = event.to_string();
        let headers = stripe_headers("whsec_test", now, &body);
        let mut stream = TcpStream::connect(serving.said["listen"].as_str().unwrap()).unwrap();
        let head =
            format!("host: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
        let (name, value) = &headers[0];
        write!(stream, "POST /webhooks/stripe HTTP/1.1\r\n{head}\r\n{name}: {value}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(r#""result":"waits""#), "{answer}");
    }
    let listed = home.json(&["subscription", "waiting"]);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["more"]), (100, &json!(true)));
    let all = home.json(&["subscription", "waiting", "--limit", "1000"]);
    assert_eq!((all["items"].as_array().unwrap().len(), &all["more"]), (130, &json!(false)));
    assert_eq!(all["items"][99], listed["items"][99]);
    let newest = &all["items"][0];
    // The same as `GET /api/v1/billing/waiting` shows.
    let shown: Vec<_> = newest.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(shown, ["at", "customer", "fact", "id", "received_at", "source", "subscription"]);
    assert_eq!((&newest["at"], &newest["fact"]), (&json!("2027-01-15T08:02:09Z"), &json!("status")));
    assert!(
        newest["customer"].as_str().unwrap().starts_with("key_") && newest["customer"] == all["items"][99]["customer"]
    );
    let said = home.run(&["subscription", "waiting", "--limit", "2"]);
    assert!(
        said.out.contains("stripe") && said.out.contains("The newest 2; more wait.") && !said.out.contains("cus_1"),
        "{said:?}"
    );
    assert_eq!(serving.stop("-TERM").0, Some(0));
}
