//! Signing in, and what it must not tell.

use std::time::Duration;

use belowline::accounts::{self, Admission, ChangePasswordError, SignIn, SignInError};
use belowline::audit;
use belowline::kernel::{Actor, Role, Scope};
use belowline::notifications::Mail;

use crate::support::{PASSWORD, TestApp, both_engines, client};

const NEW_PASSWORD: &str = "harbour lights at six tonight";

async fn sign_in_from(app: &TestApp, address: &str, email: &str, password: &str) -> Result<Admission, SignInError> {
    let form = SignIn { email: email.to_owned(), password: password.to_owned(), second: None };
    accounts::sign_in(app, &form, &client(address)).await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Result<Admission, SignInError> {
    sign_in_from(app, "192.0.2.1", email, password).await
}

both_engines! {
    async fn every_refusal_looks_and_costs_the_same(app: TestApp) {
        app.account("Ann Example").await;
        let crowd = {
            let mut work = app.write(Actor::Operator).await.unwrap();
            let crowd = accounts::seed_crowd(&mut work, 1).await.unwrap();
            work.commit().await.unwrap();
            crowd
        };
        assert_eq!(crowd.len(), 1);
        let long = "x".repeat(20_000);
        let tries = [
            ("ann.example@example.org", "wrong", 1),
            ("nobody@example.org", PASSWORD, 1),
            ("crowd-0@crowd.invalid", PASSWORD, 1),
            ("no address", PASSWORD, 1),
            ("ann.example@example.org", long.as_str(), 0),
            ("nobody@example.org", long.as_str(), 0),
        ];
        for (email, password, cost) in tries {
            let before = app.passwords.hash_count();
            let refused = sign_in(&app, email, password).await;
            assert!(matches!(refused, Err(SignInError::Refused)), "{email}: {refused:?}");
            assert_eq!(app.passwords.hash_count() - before, cost, "{email}");
        }
    }

    async fn each_sign_in_makes_a_session_of_its_own(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let one = sign_in(&app, "ann.example@example.org", PASSWORD).await.unwrap();
        let two = sign_in_from(&app, "2001:db8::7", "ann.example@example.org", PASSWORD).await.unwrap();
        assert_ne!(one.session.id, two.session.id);
        assert_ne!(one.token.hash(), two.token.hash());
        assert_eq!((one.session.network.as_str(), two.session.network.as_str()), ("192.0.2.0/24", "2001:db8::/64"));
        assert_eq!((one.person.account, one.person.subscriber), (ann.id, ann.subscriber));
        let known = accounts::authenticate(&app, &two.token).await.unwrap().unwrap();
        assert_eq!((known.person, known.session), (two.person, two.session));
    }

    async fn attempts_are_counted_by_account_wherever_they_come_from_and_whether_or_not_it_exists(app: TestApp) {
        app.account("Ann Example").await;
        for email in ["ann.example@example.org", "nobody@example.org"] {
            for n in 0..20 {
                let refused = sign_in_from(&app, &format!("198.51.100.{n}"), email, "wrong").await;
                assert!(matches!(refused, Err(SignInError::Refused)), "{refused:?}");
            }
            let before = app.passwords.hash_count();
            let refused = sign_in_from(&app, "203.0.113.9", &email.to_uppercase(), PASSWORD).await;
            assert!(matches!(refused, Err(SignInError::TooMany(_))), "{refused:?}");
            assert_eq!(app.passwords.hash_count(), before);
        }
        app.clock.advance(Duration::from_secs(3600));
        sign_in(&app, "ann.example@example.org", PASSWORD).await.unwrap();
    }

    async fn changing_a_password_ends_the_other_sessions_and_tells_the_owner(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let here = sign_in(&app, "ann.example@example.org", PASSWORD).await.unwrap();
        let elsewhere = app.token_of(ann.id).await;
        let change = async |old: &str, new: &str| accounts::change_password(&app, &here.person, old, new).await;
        assert!(matches!(change("wrong", NEW_PASSWORD).await, Err(ChangePasswordError::WrongPassword)));
        assert!(matches!(change(PASSWORD, "password password").await, Err(ChangePasswordError::Invalid(_))));
        assert!(accounts::authenticate(&app, &elsewhere).await.unwrap().is_some());

        change(PASSWORD, NEW_PASSWORD).await.unwrap();
        assert_eq!(app.outbox().await, [(ann.id, Mail::PasswordChanged)]);
        assert!(accounts::authenticate(&app, &here.token).await.unwrap().is_some());
        assert_eq!(accounts::authenticate(&app, &elsewhere).await.unwrap(), None);
        assert!(matches!(sign_in(&app, "ann.example@example.org", PASSWORD).await, Err(SignInError::Refused)));
        sign_in(&app, "ann.example@example.org", NEW_PASSWORD).await.unwrap();
    }

    async fn staff_sessions_are_short(app: TestApp) {
        app.staff("Mo Example", Role::Moderator, &Scope::All).await;
        let admission = sign_in(&app, "mo.example@example.org", PASSWORD).await.unwrap();
        assert_eq!(admission.person.roles.highest(), Role::Moderator);
        let (session, now) = (&admission.session, app.now());
        assert_eq!(now.until(session.idles_at), Duration::from_secs(30 * 60));
        assert_eq!(now.until(session.expires_at), Duration::from_secs(12 * 3600));
    }

    async fn what_accounts_do_is_in_the_log_and_the_log_is_whole(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let here = sign_in(&app, "ann.example@example.org", PASSWORD).await.unwrap();
        let _ = sign_in(&app, "ann.example@example.org", "wrong").await;
        accounts::sign_out(&app, &here.person).await.unwrap();
        accounts::set_password(&app, ann.id, NEW_PASSWORD).await.unwrap();
        assert_eq!(audit::seal(&app).await.unwrap(), 5);
        assert_eq!(audit::verify(&app).await.unwrap(), Ok(5));
    }
}

#[tokio::test]
async fn a_hash_that_has_become_cheap_is_replaced_at_sign_in() {
    // Made with a quarter of today's memory and one pass for the same password and a fixed salt.
    let app = TestApp::sqlite().await;
    let ann = app.account("Ann Example").await;
    let cheap = {
        use argon2::password_hash::PasswordHasher as _;
        let params = argon2::Params::new(4864, 1, 1, None).unwrap();
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).unwrap().to_string()
    };
    let mut work = app.write(Actor::Operator).await.unwrap();
    belowline::execute!(&mut work.tx, "update accounts set password_hash = $2 where id = $1", ann.id, &cheap).unwrap();
    work.commit().await.unwrap();

    let hashes_of_a_sign_in = async || {
        let before = app.passwords.hash_count();
        sign_in(&app, "ann.example@example.org", PASSWORD).await.unwrap();
        app.passwords.hash_count() - before
    };
    assert_eq!(hashes_of_a_sign_in().await, 2);
    assert_eq!(hashes_of_a_sign_in().await, 1);
}
