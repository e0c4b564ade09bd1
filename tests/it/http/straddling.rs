//! Requests whose body comes slowly: who was signed out or demoted on the way does nothing any more.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::http::Method;
use belowline::accounts;
use belowline::kernel::{Actor, Role, Scope};
use hyper::body::Frame;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::support::{Answer, Caller, World, both_engines};

/// A body in two halves: it tells when the first is taken, and has the second when that is sent.
struct Halves {
    first: Option<Bytes>,
    begun: Option<oneshot::Sender<()>>,
    second: Option<oneshot::Receiver<Bytes>>,
}

impl hyper::body::Body for Halves {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if let Some(begun) = self.begun.take() {
            begun.send(()).unwrap();
        }
        let Some(second) = &mut self.second else { return Poll::Ready(None) };
        let rest = ready!(Pin::new(second).poll(context)).unwrap();
        self.second = None;
        Poll::Ready(Some(Ok(Frame::data(rest))))
    }
}

/// Sends `body` to `path`, and does `meanwhile` when half of it has arrived.
async fn straddle(caller: &Caller, path: &str, body: &Value, meanwhile: impl AsyncFnOnce()) -> Answer {
    let text = body.to_string();
    let (first, second) = text.split_at(text.len() / 2);
    let ((begun, has_begun), (send, receive)) = (oneshot::channel(), oneshot::channel());
    let halves =
        Halves { first: Some(Bytes::copy_from_slice(first.as_bytes())), begun: Some(begun), second: Some(receive) };
    let sent = caller.send_body(Method::POST, path, Some("straddling"), Some(Body::new(halves)));
    let rest = async {
        has_begun.await.unwrap();
        meanwhile().await;
        send.send(Bytes::copy_from_slice(second.as_bytes())).unwrap();
    };
    tokio::join!(sent, rest).0
}

async fn demote(world: &World, caller: &Caller) {
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    let scope = Scope::Title("harbour".parse().unwrap());
    let account = caller.profile.as_ref().unwrap().id;
    accounts::set_role(&mut work, account, &scope, Role::Reader).await.unwrap();
    work.commit().await.unwrap();
}

both_engines! {
    async fn a_moderator_who_is_demoted_while_sending_decides_and_bans_nothing(app: TestApp) {
        let world = World::new(app).await;
        let comment = world.comment(&world.ann, "An ordinary remark.").await;
        let path = format!("/api/v1/comments/{}", comment["id"].as_str().unwrap());
        let remove = json!({ "action": "remove", "clause": "harbour-abuse", "revision": 1 });
        let decisions = format!("{path}/decisions");
        let answer = straddle(&world.mo, &decisions, &remove, async || demote(&world, &world.mo).await).await;
        answer.refused(401, "not_signed_in");
        let ban = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null });
        let bans = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        straddle(&world.max, &bans, &ban, async || demote(&world, &world.max).await).await.refused(401, "not_signed_in");
        assert_eq!(world.anonymous.get(&path).await.is(200)["status"], "published");
        assert_eq!(world.ann.get("/api/v1/me").await.is(200)["bans"], json!([]));
    }

    async fn a_comment_that_straddles_a_sign_out_is_not_taken_and_one_that_straddles_nothing_is(app: TestApp) {
        let world = World::new(app).await;
        let body = json!({ "body": "Slowly, slowly." });
        let sign_out = async || {
            world.bob.delete("/api/v1/sessions/current").await.is(204);
        };
        straddle(&world.bob, &world.thread(), &body, sign_out).await.refused(401, "not_signed_in");
        straddle(&world.ann, &world.thread(), &body, async || {}).await.is(201);
        assert_eq!(world.anonymous.get(&world.thread()).await.is(200)["story"]["comment_count"], 1);
    }

    async fn a_ban_tells_first_what_forbids_it_and_then_everything_that_is_wrong(app: TestApp) {
        let world = World::new(app).await;
        let of = |caller: &Caller| format!("/api/v1/subscribers/{}/bans", caller.subscriber());
        let form = |clause: &str, title: &str| json!({ "privileges": ["zz"], "clause": clause, "until": null, "title": title });
        world.mo.post(&of(&world.ann), form("harbour-abuse", "all")).await.refused(403, "forbidden");
        world.mo.post(&of(&world.ann), form("zz", "all")).await.refused(403, "forbidden");
        world.admin.post(&of(&world.editor), form("harbour-abuse", "harbour")).await.refused(409, "is_staff");
        let both = world.admin.post(&of(&world.ann), form("zz", "nope")).await.refused(422, "invalid");
        assert_eq!(both["errors"].as_array().unwrap().len(), 3, "{both}");
        let nowhere = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null, "title": "nope" });
        let nowhere = world.admin.post(&of(&world.ann), nowhere).await.refused(422, "invalid");
        assert_eq!(nowhere["errors"][0]["field"], "title");
        let ids: Vec<String> = (0..21).map(|_| world.app.ids.mint::<belowline::kernel::CommentId>(world.app.now()).to_string()).collect();
        let many = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null, "evidence": ids });
        let many = world.mo.post(&of(&world.ann), many).await.refused(422, "invalid");
        assert!(many["errors"][0]["message"].as_str().unwrap().contains("20"), "{many}");

        let never = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": "9999-12-31T23:59:59Z" });
        let ban = world.mo.post(&of(&world.ann), never).await.is(201)["ban"].clone();
        let lift = format!("/api/v1/bans/{}/lift", ban["id"].as_str().unwrap());
        let blank = world.mo.post(&lift, json!({ "reason": " \u{200b} " })).await.refused(422, "invalid");
        assert_eq!(blank["errors"][0]["field"], "reason");

        let two = world.bob.post(&world.thread(), json!({ "body": "", "parent": "q" })).await.refused(422, "invalid");
        assert_eq!(two["errors"].as_array().unwrap().len(), 2, "{two}");
    }

    async fn the_same_act_sent_twice_at_once_is_done_once_and_told_alike(app: TestApp) {
        let world = World::new(app).await;
        for turn in 0..5 {
            world.app.clock.advance(std::time::Duration::from_secs(60));
            let held = world.ann.post(&world.thread(), json!({ "body": format!("Numpty number {turn}") })).await.is(202);
            let decide = format!("/api/v1/comments/{}/decisions", held["comment"]["id"].as_str().unwrap());
            let remove = json!({ "action": "remove", "clause": "harbour-abuse", "revision": 1 });
            let bans = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
            let ban = json!({ "privileges": ["report"], "clause": "harbour-abuse", "until": null });
            let banned = world.mo.post(&bans, ban.clone()).await.is(201);
            let lift = format!("/api/v1/bans/{}/lift", banned["ban"]["id"].as_str().unwrap());
            for (path, body, key) in [(&decide, remove, "decide"), (&bans, ban, "ban"), (&lift, json!({ "reason": "Done." }), "lift")] {
                let key = format!("{key}-{turn}");
                let send = || world.mo.send(Method::POST, path, Some(&key), Some(body.clone()));
                let (one, other) = tokio::join!(send(), send());
                assert!(one.status.is_success(), "{key}: {}", one.body);
                assert_eq!((one.status, one.body), (other.status, other.body), "{key}");
            }
        }
    }
}
