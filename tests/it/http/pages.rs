//! The readers' pages as a browser without script meets them, on both engines.

mod accounts;
mod address;
mod forms;
mod hidden;
mod reading;
mod report;
mod staff;
mod thread;

use serde_json::{Value, json};

use super::browser::Browser;
use crate::support::{Caller, World};

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

/// The path of the story of `harbour`.
fn story(world: &World) -> String {
    format!("/stories/{}", world.story)
}

/// Posts what the word list holds, and answers its id.
async fn held(world: &World, caller: &Caller, body: &str) -> String {
    id(&caller.post(&world.thread(), json!({ "body": body })).await.is(202)["comment"])
}

/// Posts a comment, removes it under the first clause, and answers its id.
async fn removed(world: &World, caller: &Caller, body: &str) -> String {
    let comment = id(&world.comment(caller, body).await);
    let decision = json!({ "action": "remove", "clause": "harbour-abuse", "note": "Among us.", "revision": 1 });
    world.mo.post(&format!("/api/v1/comments/{comment}/decisions"), decision).await.is(201);
    comment
}

/// Every page of the site that has to do with `comment`, a comment on the story of `harbour`.
fn every_path(world: &World, comment: &str) -> Vec<String> {
    let mut paths = vec!["/".to_owned(), "/titles/harbour".to_owned(), "/titles/harbour/house-rules".to_owned()];
    paths.push(story(world));
    paths.extend(["newest", "oldest", "recommended"].map(|sort| format!("{}?sort={sort}", story(world))));
    paths.push(format!("{}/thread", story(world)));
    let acts = ["", "/replies", "/reply", "/edit", "/report", "/withdraw"];
    paths.extend(acts.map(|act| format!("/comments/{comment}{act}")));
    paths.extend(["/me", "/moderation/queue", "/moderation/bans", "/moderation/bans?past=yes"].map(str::to_owned));
    paths.push(format!("/moderation/comments/{comment}"));
    paths.push(format!("/moderation/subscribers/{}", world.ann.subscriber()));
    paths.extend(["/sign-in", "/sign-up", "/password/forgot", "/nowhere"].map(str::to_owned));
    paths
}
