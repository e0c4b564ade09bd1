//! Signing up, confirming an address, and a forgotten password.

use std::time::Duration;

use belowline::accounts::{
    self, FieldFault, LinkError, Purpose, ResetPasswordError, SignIn, SignInError, SignUp, SignUpError,
};
use belowline::kernel::Actor;
use belowline::notifications::Mail;
use belowline::secrets::Token;

use crate::support::{PASSWORD, TestApp, both_engines, client};

const NEW_PASSWORD: &str = "harbour lights at six tonight";

fn form(email: &str, name: &str) -> SignUp {
    SignUp { email: email.to_owned(), password: PASSWORD.to_owned(), name: name.to_owned() }
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Result<accounts::Admission, SignInError> {
    let form = SignIn { email: email.to_owned(), password: password.to_owned(), second: None };
    accounts::sign_in(app, &form, &client("192.0.2.1")).await
}

/// The token of the one mail that waits.
async fn mailed_token(app: &TestApp) -> Token {
    let mails = app.outbox().await;
    match mails.as_slice() {
        [(_, Mail::ConfirmEmail { token } | Mail::ResetPassword { token })] => Token::parse(token).unwrap(),
        other => panic!("one mail with a link, not {other:?}"),
    }
}

fn codes(result: Result<(), SignUpError>) -> Vec<(&'static str, &'static str)> {
    match result {
        Err(SignUpError::Invalid(faults)) => faults.iter().map(|fault| (fault.field, fault.code)).collect(),
        other => panic!("faults, not {other:?}"),
    }
}

both_engines! {
    async fn who_signs_up_confirms_the_address_and_then_signs_in(app: TestApp) {
        let from = client("192.0.2.1");
        accounts::sign_up(&app, &form("Ann@example.org", "Ann Example"), &from).await.unwrap();
        let first = mailed_token(&app).await;

        assert!(matches!(sign_in(&app, "ann@example.org", PASSWORD).await, Err(SignInError::EmailUnconfirmed)));
        let second = mailed_token(&app).await;
        assert_eq!(accounts::peek_token(&app, &second).await.unwrap(), Some(Purpose::Confirm));
        accounts::confirm_email(&app, &second).await.unwrap();
        assert!(matches!(accounts::confirm_email(&app, &second).await, Err(LinkError::Invalid)));
        assert!(matches!(accounts::confirm_email(&app, &first).await, Err(LinkError::Invalid)));

        let admission = sign_in(&app, "ANN@example.ORG", PASSWORD).await.unwrap();
        assert_eq!(admission.person.name, "Ann Example");
        assert!(admission.person.is_confirmed);
        assert!(app.outbox().await.is_empty());
    }

    async fn a_link_to_confirm_an_address_is_good_for_two_days(app: TestApp) {
        accounts::sign_up(&app, &form("ann@example.org", "Ann Example"), &client("192.0.2.1")).await.unwrap();
        let token = mailed_token(&app).await;
        app.clock.advance(Duration::from_secs(48 * 3600));
        assert_eq!(accounts::peek_token(&app, &token).await.unwrap(), None);
        assert!(matches!(accounts::confirm_email(&app, &token).await, Err(LinkError::Invalid)));
        let forged = Token::draw(&app.ids);
        assert!(matches!(accounts::confirm_email(&app, &forged).await, Err(LinkError::Invalid)));
    }

    async fn a_known_address_gets_the_same_answer_and_work_and_its_owner_a_mail(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let from = client("192.0.2.1");
        let before = app.passwords.hash_count();
        accounts::sign_up(&app, &form("new@example.org", "Somebody New"), &from).await.unwrap();
        let work_for_unknown = app.passwords.hash_count() - before;
        assert!(matches!(app.outbox().await.as_slice(), [(_, Mail::ConfirmEmail { .. })]));

        let before = app.passwords.hash_count();
        accounts::sign_up(&app, &form("ann.example@EXAMPLE.org", "Another Name"), &from).await.unwrap();
        assert_eq!(app.passwords.hash_count() - before, work_for_unknown);
        assert_eq!(app.outbox().await, [(ann.id, Mail::AlreadySignedUp)]);
    }

    async fn nobody_is_mailed_more_than_five_times_an_hour_by_strangers(app: TestApp) {
        let ann = app.account("Ann Example").await;
        for n in 0..9 {
            let from = client(&format!("192.0.2.{n}"));
            accounts::sign_up(&app, &form("ann.example@example.org", &format!("Name Number{n}")), &from).await.unwrap();
            accounts::ask_reset(&app, "ann.example@example.org", &from).await.unwrap();
        }
        let mails = app.outbox().await;
        assert_eq!(mails.len(), 5);
        assert!(mails.iter().all(|(account, _)| *account == ann.id));
    }

    async fn everything_wrong_is_told_at_once(app: TestApp) {
        app.account("Ann Example").await;
        let from = client("192.0.2.1");
        let wrong = SignUp { email: "no address".into(), password: "short".into(), name: "Admin".into() };
        let found = codes(accounts::sign_up(&app, &wrong, &from).await);
        assert_eq!(found, [("email", "email_not_one_at"), ("name", "name_reserved"), ("password", "password_too_short")]);
        let alike = codes(accounts::sign_up(&app, &form("new@example.org", "Änn  Exarnple"), &from).await);
        assert_eq!(alike, [("name", "name_taken")]);
        assert!(app.outbox().await.is_empty());
    }

    async fn of_two_who_sign_up_at_once_one_gets_the_name_and_one_address_one_account(app: TestApp) {
        let from = client("192.0.2.1");
        let (ann, bob) = (form("ann@example.org", "Sam Example"), form("bob@example.org", "Sam Example"));
        let same_name = tokio::join!(accounts::sign_up(&app, &ann, &from), accounts::sign_up(&app, &bob, &from));
        assert_eq!([&same_name.0, &same_name.1].iter().filter(|result| result.is_ok()).count(), 1);
        app.outbox().await;

        let (one, two) = (form("kim@example.org", "Kim One"), form("kim@example.org", "Kim Two"));
        let same_address = tokio::join!(accounts::sign_up(&app, &one, &from), accounts::sign_up(&app, &two, &from));
        assert!(same_address.0.is_ok() && same_address.1.is_ok(), "{same_address:?}");
        let mails = app.outbox().await;
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].0, mails[1].0, "one account");
        assert_eq!(mails.iter().filter(|(_, mail)| *mail == Mail::AlreadySignedUp).count(), 1);
    }

    async fn a_forgotten_password_is_set_once_by_a_mailed_link_and_ends_every_session(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let (session, from) = (app.token_of(ann.id).await, client("192.0.2.1"));
        accounts::ask_reset(&app, " ann.example@example.org", &from).await.unwrap();
        let other_link = mailed_token(&app).await;
        accounts::ask_reset(&app, "ann.example@example.org", &from).await.unwrap();
        let link = mailed_token(&app).await;
        accounts::ask_reset(&app, "nobody@example.org", &from).await.unwrap();
        assert!(app.outbox().await.is_empty());

        let refused = accounts::reset_password(&app, &link, "ann example 12345").await;
        assert!(matches!(refused, Err(ResetPasswordError::Invalid(_))), "{refused:?}");
        accounts::reset_password(&app, &link, NEW_PASSWORD).await.unwrap();
        assert_eq!(app.outbox().await, [(ann.id, Mail::PasswordChanged)]);
        assert_eq!(accounts::authenticate(&app, &session).await.unwrap(), None);
        for spent in [&link, &other_link] {
            let again = accounts::reset_password(&app, spent, PASSWORD).await;
            assert!(matches!(again, Err(ResetPasswordError::InvalidLink)), "{again:?}");
        }
        assert!(matches!(sign_in(&app, "ann.example@example.org", PASSWORD).await, Err(SignInError::Refused)));
        sign_in(&app, "ann.example@example.org", NEW_PASSWORD).await.unwrap();
    }

    async fn a_link_sets_a_password_for_half_an_hour_and_confirms_no_address(app: TestApp) {
        let from = client("192.0.2.1");
        accounts::sign_up(&app, &form("ann@example.org", "Ann Example"), &from).await.unwrap();
        let confirm = mailed_token(&app).await;
        let crossed = accounts::reset_password(&app, &confirm, NEW_PASSWORD).await;
        assert!(matches!(crossed, Err(ResetPasswordError::InvalidLink)));
        accounts::ask_reset(&app, "ann@example.org", &from).await.unwrap();
        let late = mailed_token(&app).await;
        app.clock.advance(Duration::from_secs(30 * 60));
        assert!(matches!(
            accounts::reset_password(&app, &late, NEW_PASSWORD).await,
            Err(ResetPasswordError::InvalidLink)
        ));
        accounts::ask_reset(&app, "ann@example.org", &from).await.unwrap();
        let link = mailed_token(&app).await;
        assert!(matches!(accounts::confirm_email(&app, &link).await, Err(LinkError::Invalid)));
        accounts::reset_password(&app, &link, NEW_PASSWORD).await.unwrap();
        app.outbox().await;
        assert!(matches!(sign_in(&app, "ann@example.org", NEW_PASSWORD).await, Err(SignInError::EmailUnconfirmed)));
    }

    async fn two_uses_of_one_link_at_once_set_one_password(app: TestApp) {
        app.account("Ann Example").await;
        accounts::ask_reset(&app, "ann.example@example.org", &client("192.0.2.1")).await.unwrap();
        let link = mailed_token(&app).await;
        let both = tokio::join!(
            accounts::reset_password(&app, &link, NEW_PASSWORD),
            accounts::reset_password(&app, &link, "my aunt keeps bees in Leith")
        );
        assert_eq!([both.0, both.1].iter().filter(|result| result.is_ok()).count(), 1);
    }

    async fn the_operator_makes_accounts_and_is_told_what_is_taken(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let make = async |email: &str, name: &str, subscriber| {
            let new = accounts::NewAccount {
                email: email.into(),
                name: name.into(),
                password: None,
                is_confirmed: true,
                subscriber,
            };
            accounts::create_account(&app, Actor::Operator, &new).await
        };
        let taken = make("ANN.example@example.org", "Bob Other", None).await.unwrap_err();
        assert!(matches!(&taken, accounts::CreateAccountError::Invalid(faults)
            if *faults == [FieldFault { field: "email", code: "email_taken" }]), "{taken:?}");
        app.clock.advance(Duration::from_secs(1));
        let second = make("ann.two@example.org", "Ann Second", Some(ann.subscriber)).await.unwrap();
        assert_eq!(second.subscriber, ann.subscriber);
        assert!(matches!(sign_in(&app, "ann.two@example.org", PASSWORD).await, Err(SignInError::Refused)));
        accounts::set_password(&app, second.id, NEW_PASSWORD).await.unwrap();
        sign_in(&app, "ann.two@example.org", NEW_PASSWORD).await.unwrap();

        let mut work = app.read(Actor::Operator).await.unwrap();
        assert_eq!(accounts::find_by_email(&mut work.tx, "Ann.Two@example.org").await.unwrap(), Some(second.id));
        assert_eq!(accounts::find_by_email(&mut work.tx, "nobody@example.org").await.unwrap(), None);
        let all = accounts::list_accounts_of(&mut work.tx, ann.subscriber).await.unwrap();
        assert_eq!(all.iter().map(|profile| profile.id).collect::<Vec<_>>(), [ann.id, second.id]);
        let address = accounts::find_address(&mut work.tx, second.id).await.unwrap();
        assert_eq!(address, Some(("ann.two@example.org".to_owned(), "Ann Second".to_owned())));
        let names = accounts::names_of(&mut work.tx, &[ann.id, second.id]).await.unwrap();
        assert_eq!(names.get(&ann.id).map(String::as_str), Some("Ann Example"));
        assert_eq!(names.len(), 2);
        assert!(accounts::names_of(&mut work.tx, &[]).await.unwrap().is_empty());
    }
}
