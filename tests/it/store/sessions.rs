//! Sessions: how long they live, and who ends them.

use std::time::Duration;

use belowline::accounts::{self, EndSessionError};
use belowline::kernel::{Actor, Role, Scope};
use belowline::secrets::Token;

use crate::support::{TestApp, both_engines};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn is_alive(app: &TestApp, token: &Token) -> bool {
    accounts::authenticate(app, token).await.unwrap().is_some()
}

async fn seen_at(app: &TestApp, token: &Token) -> belowline::kernel::Timestamp {
    accounts::authenticate(app, token).await.unwrap().unwrap().session.seen_at
}

both_engines! {
    async fn a_readers_session_lives_thirty_days_unused_and_half_a_year_in_use(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let unused = app.token_of(ann.id).await;
        app.clock.advance(30 * DAY - MINUTE);
        assert!(is_alive(&app, &unused).await);
        app.clock.advance(29 * DAY);
        assert!(is_alive(&app, &unused).await, "its use has been noted");
        app.clock.advance(30 * DAY);
        assert!(!is_alive(&app, &unused).await);

        let used = app.token_of(ann.id).await;
        for _ in 0..179 {
            app.clock.advance(DAY);
            assert!(is_alive(&app, &used).await);
        }
        app.clock.advance(DAY);
        assert!(!is_alive(&app, &used).await);
    }

    async fn the_use_of_a_session_is_noted_now_and_then(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let mo = app.staff("Mo Example", Role::Moderator, &Scope::All).await;
        for (account, minutes) in [(ann.id, 10), (mo.id, 1)] {
            let token = app.token_of(account).await;
            let opened_at = app.now();
            app.clock.advance(minutes * MINUTE - Duration::from_millis(1));
            assert!(is_alive(&app, &token).await);
            assert_eq!(seen_at(&app, &token).await, opened_at);
            app.clock.advance(Duration::from_millis(1));
            assert!(is_alive(&app, &token).await);
            assert_eq!(seen_at(&app, &token).await, app.now());
        }
    }

    async fn one_ends_ones_own_sessions_and_nobody_elses(app: TestApp) {
        let (ann, bob) = (app.account("Ann Example").await, app.account("Bob Other").await);
        let tokens = [app.token_of(ann.id).await, app.token_of(ann.id).await, app.token_of(ann.id).await];
        let bobs = app.signed_in(bob.id).await;
        let here = accounts::authenticate(&app, &tokens[0]).await.unwrap().unwrap().person;
        let there = accounts::authenticate(&app, &tokens[1]).await.unwrap().unwrap().person;

        let list = async || {
            let mut work = app.read(here.clone()).await.unwrap();
            let now = work.now;
            accounts::list_sessions(&mut work.tx, ann.id, now).await.unwrap()
        };
        assert_eq!(list().await.len(), 3);
        let foreign = accounts::end_session(&app, &here, bobs.session).await;
        assert!(matches!(foreign, Err(EndSessionError::NotFound)));
        accounts::end_session(&app, &here, there.session).await.unwrap();
        let again = accounts::end_session(&app, &here, there.session).await;
        assert!(matches!(again, Err(EndSessionError::NotFound)));
        assert!(!is_alive(&app, &tokens[1]).await);

        assert_eq!(accounts::end_other_sessions(&app, &here).await.unwrap(), 1);
        assert!(is_alive(&app, &tokens[0]).await && !is_alive(&app, &tokens[2]).await);
        accounts::sign_out(&app, &here).await.unwrap();
        accounts::sign_out(&app, &here).await.unwrap();
        assert!(!is_alive(&app, &tokens[0]).await);
        assert!(list().await.is_empty());
        assert!(!is_alive(&app, &Token::draw(&app.ids)).await);
    }

    async fn what_is_long_over_is_forgotten(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let here = app.signed_in(ann.id).await;
        accounts::sign_out(&app, &here).await.unwrap();
        accounts::ask_reset(&app, "ann.example@example.org", &crate::support::client("192.0.2.1")).await.unwrap();
        let alive = app.token_of(ann.id).await;
        assert_eq!(accounts::forget_old(&app).await.unwrap(), 0);
        app.clock.advance(29 * DAY);
        assert!(is_alive(&app, &alive).await);
        app.clock.advance(2 * DAY);
        assert_eq!(accounts::forget_old(&app).await.unwrap(), 2);
        assert!(is_alive(&app, &alive).await);
    }

    async fn locks_are_taken_on_rows_that_exist_or_not(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let mut work = app.write(Actor::Operator).await.unwrap();
        accounts::lock_subscriber(&mut work.tx, ann.subscriber).await.unwrap();
        accounts::lock_account(&mut work.tx, ann.id).await.unwrap();
        let (nobody, no_account) = (work.mint(), work.mint());
        accounts::lock_subscriber(&mut work.tx, nobody).await.unwrap();
        accounts::lock_account(&mut work.tx, no_account).await.unwrap();
        assert!(!accounts::subscriber_exists(&mut work.tx, nobody).await.unwrap());
        work.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_session_in_use_outlives_the_shortest_idle_time() {
    let app = TestApp::sqlite_with(&[("accounts.staff_idle_minutes", "1")]).await;
    let mo = app.staff("Mo Example", Role::Moderator, &Scope::All).await;
    let token = app.token_of(mo.id).await;
    for _ in 0..10 {
        app.clock.advance(MINUTE / 2);
        assert!(is_alive(&app, &token).await);
    }
    app.clock.advance(MINUTE);
    assert!(!is_alive(&app, &token).await);
}
