//! Changing to another address.

use std::time::Duration;

use belowline::accounts::{self, AskChangeError, FieldFault, LinkError, Purpose, SignIn, SignInError};
use belowline::jobs;
use belowline::kernel::AccountId;
use belowline::notifications::Mail;
use belowline::secrets::Token;

use crate::support::{PASSWORD, TestApp, both_engines, client};

const NEW: &str = "ann.new@example.org";

async fn sign_in(app: &TestApp, email: &str) -> Result<accounts::Admission, SignInError> {
    let form = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), second: None };
    accounts::sign_in(app, &form, &client("192.0.2.1")).await
}

/// The link among `mails`, all of them to `account`.
fn link(mails: &[(AccountId, Mail)], account: AccountId) -> Token {
    assert!(mails.iter().all(|(to, _)| *to == account), "{mails:?}");
    let tokens = mails.iter().filter_map(|(_, mail)| match mail {
        Mail::ConfirmNewAddress { token, to } if to == NEW => Some(token),
        _ => None,
    });
    let tokens: Vec<_> = tokens.collect();
    assert_eq!(tokens.len(), 1, "{mails:?}");
    Token::parse(tokens[0]).unwrap()
}

both_engines! {
    async fn an_address_changes_by_its_link_alone_and_the_old_one_is_told_twice(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let (person, elsewhere) = (app.signed_in(ann.id).await, app.token_of(ann.id).await);
        accounts::ask_reset(&app, "ann.example@example.org", &client("192.0.2.1")).await.unwrap();
        let Mail::ResetPassword { token: reset } = app.outbox().await.remove(0).1 else { panic!("no link") };
        accounts::ask_change_email(&app, &person, NEW, PASSWORD).await.unwrap();
        jobs::run_once(&app).await.unwrap();
        let sent = app.mailer.take();
        let mut to: Vec<_> = sent.iter().map(|mail| (mail.to(), mail.text().contains("/confirm-change?token="))).collect();
        to.sort_unstable();
        assert_eq!(to, [("ann.example@example.org", false), (NEW, true)]);
        assert!(sign_in(&app, NEW).await.is_err());
        sign_in(&app, "ann.example@example.org").await.unwrap();

        let text = sent.iter().find(|mail| mail.to() == NEW).unwrap().text().to_owned();
        let token = text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap();
        let token = Token::parse(token).unwrap();
        assert_eq!(accounts::peek_token(&app, &token).await.unwrap(), Some(Purpose::ChangeEmail));
        assert!(matches!(accounts::confirm_email(&app, &token).await, Err(LinkError::Invalid)));
        accounts::change_email(&app, &token, Some(&person)).await.unwrap();
        assert!(matches!(accounts::change_email(&app, &token, Some(&person)).await, Err(LinkError::Invalid)));
        assert_eq!(app.outbox().await, [(ann.id, Mail::AddressChanged { to: "ann.example@example.org".to_owned() })]);

        // The session that changed it stays, the others are over, and so are links to the mailbox before.
        assert_eq!(accounts::authenticate(&app, &elsewhere).await.unwrap(), None);
        let mut work = app.read(person.clone()).await.unwrap();
        let now = work.now;
        assert_eq!(accounts::list_sessions(&mut work.tx, ann.id, now).await.unwrap().len(), 1);
        drop(work);
        assert_eq!(accounts::peek_token(&app, &Token::parse(&reset).unwrap()).await.unwrap(), None);
        sign_in(&app, NEW).await.unwrap();
        assert!(matches!(sign_in(&app, "ann.example@example.org").await, Err(SignInError::Refused)));
    }

    async fn the_link_is_good_for_half_an_hour_and_only_the_latest_is(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let person = app.signed_in(ann.id).await;
        accounts::ask_change_email(&app, &person, NEW, PASSWORD).await.unwrap();
        let first = link(&app.outbox().await, ann.id);
        accounts::ask_change_email(&app, &person, NEW, PASSWORD).await.unwrap();
        let second = link(&app.outbox().await, ann.id);
        assert!(matches!(accounts::change_email(&app, &first, None).await, Err(LinkError::Invalid)));
        app.clock.advance(Duration::from_secs(30 * 60));
        assert!(matches!(accounts::change_email(&app, &second, None).await, Err(LinkError::Invalid)));
        assert!(matches!(accounts::change_email(&app, &Token::draw(&app.ids), None).await, Err(LinkError::Invalid)));
        sign_in(&app, "ann.example@example.org").await.unwrap();
    }

    async fn an_address_that_has_an_account_gets_the_same_answer_and_its_owner_a_mail(app: TestApp) {
        let (ann, bob) = (app.account("Ann Example").await, app.account("Bob Other").await);
        let person = app.signed_in(ann.id).await;
        accounts::ask_change_email(&app, &person, "BOB.other@example.org", PASSWORD).await.unwrap();
        let mut mails = app.outbox().await;
        mails.sort_by_key(|(account, _)| *account != bob.id);
        assert_eq!(mails, [(bob.id, Mail::AddressTaken), (ann.id, Mail::AddressChangeAsked)]);

        // Taken between the asking and the link: the link comes too late.
        accounts::ask_change_email(&app, &person, NEW, PASSWORD).await.unwrap();
        let token = link(&app.outbox().await, ann.id);
        app.account("Ann New").await;
        assert!(matches!(accounts::change_email(&app, &token, None).await, Err(LinkError::Invalid)));
        sign_in(&app, "ann.example@example.org").await.unwrap();
    }

    async fn the_password_is_asked_again_and_cannot_be_guessed_there(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let person = app.signed_in(ann.id).await;
        let codes = |result| match result {
            Err(AskChangeError::Invalid(faults)) => faults,
            other => panic!("faults, not {other:?}"),
        };
        let fault = |code| vec![FieldFault { field: "email", code }];
        let odd = accounts::ask_change_email(&app, &person, "no address", PASSWORD).await;
        assert_eq!(codes(odd), fault("email_not_one_at"));
        let same = accounts::ask_change_email(&app, &person, "ann.example@example.org", PASSWORD).await;
        assert_eq!(codes(same), fault("email_unchanged"));
        for _ in 0..100 {
            match accounts::ask_change_email(&app, &person, NEW, "a guess at the password").await {
                Err(AskChangeError::WrongPassword) => {}
                Err(AskChangeError::TooMany(_)) => {
                    assert!(app.outbox().await.is_empty());
                    return;
                }
                other => panic!("{other:?}"),
            }
        }
        panic!("nobody may guess for ever");
    }

    async fn two_uses_of_one_link_at_once_change_the_address_once(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let person = app.signed_in(ann.id).await;
        accounts::ask_change_email(&app, &person, NEW, PASSWORD).await.unwrap();
        let token = link(&app.outbox().await, ann.id);
        let both = tokio::join!(
            accounts::change_email(&app, &token, None),
            accounts::change_email(&app, &token, None)
        );
        assert_eq!([both.0, both.1].iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(app.outbox().await.len(), 1);
    }
}
