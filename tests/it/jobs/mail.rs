//! Mail leaves the outbox: what it says, and what happens when it cannot leave.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use belowline::app::App;
use belowline::egress::{MailError, Mailer, Message, Sending};
use belowline::kernel::{AccountId, Actor, Timestamp, TitleId};
use belowline::notifications::{self, Digest, Kind, Mail, Restriction, Statement};
use belowline::{execute, fetch_all, jobs};

use super::rulebook::make_title;
use crate::support::{TestApp, both_engines};

async fn enqueue(app: &TestApp, account: AccountId, mail: &Mail) {
    // Ids sort by time: mails of one moment would have no order.
    app.clock.advance(Duration::from_millis(1));
    let mut work = app.write(Actor::Operator).await.unwrap();
    notifications::enqueue(&mut work, account, mail).await.unwrap();
    work.commit().await.unwrap();
}

async fn tell(app: &TestApp, account: AccountId, title: &TitleId, kind: Kind, restriction: Restriction) {
    app.clock.advance(Duration::from_millis(1));
    let mut work = app.write(Actor::Operator).await.unwrap();
    let statement = Statement {
        id: work.mint(),
        title: title.clone(),
        account,
        kind,
        comment: None,
        decision: None,
        ban: None,
        clause: Some(("no-abuse".parse().unwrap(), 1)),
        is_automatic: false,
        restriction,
        created_at: work.now,
        taken_back_at: None,
    };
    notifications::restrict(&mut work, &statement).await.unwrap();
    work.commit().await.unwrap();
}

/// How the rows of the outbox stand: the text they hold, whether sent, whether given up, how often tried.
async fn outbox(app: &App) -> Vec<(String, bool, bool, i64)> {
    let mut work = app.read(Actor::Operator).await.unwrap();
    let sql = "select details, sent_at is not null, failed_at is not null, attempts from outbox order by id";
    fetch_all!(&mut work.tx, (String, bool, bool, i64), sql).unwrap()
}

both_engines! {
    async fn links_lead_to_the_installations_own_address_and_the_token_is_forgotten(app: TestApp) {
        make_title(&app, "post", &["no-abuse"]).await;
        let ann = app.account("Ann").await;
        enqueue(&app, ann.id, &Mail::ConfirmEmail { token: "tok-1".to_owned() }).await;
        enqueue(&app, ann.id, &Mail::ResetPassword { token: "tok-2".to_owned() }).await;
        enqueue(&app, ann.id, &Mail::AlreadySignedUp).await;
        enqueue(&app, ann.id, &Mail::PasswordChanged).await;
        jobs::run_once(&app).await.unwrap();
        let mut mails = app.mailer.take();
        mails.sort_by_key(Message::id);
        let all: Vec<_> = mails.iter().map(|mail| (mail.subject(), mail.text())).collect();
        assert_eq!(all.len(), 4);
        assert!(all[0].1.contains("\nhttp://127.0.0.1:8080/confirm?token=tok-1\n"), "{}", all[0].1);
        assert!(all[0].1.contains("works for 48 hours"), "{}", all[0].1);
        assert!(all[1].1.contains("\nhttp://127.0.0.1:8080/password/reset?token=tok-2\n"), "{}", all[1].1);
        assert!(all[2].1.contains("\nhttp://127.0.0.1:8080/sign-in\n"), "{}", all[2].1);
        assert!(all[3].1.contains("\nhttp://127.0.0.1:8080/password/forgot\n"), "{}", all[3].1);
        for (subject, text) in all {
            assert!(!subject.starts_with("mail-") && !text.contains("mail-") && !text.contains('{'), "{subject}: {text}");
            assert!(text.contains("Harbour Post"), "{text}");
        }
        assert!(mails.iter().all(|mail| mail.to() == "ann@example.org"));
        assert!(outbox(&app).await.iter().all(|(details, sent, _, _)| *sent && details == "{}"));
        jobs::run_once(&app).await.unwrap();
        assert!(app.mailer.take().is_empty());
    }

    async fn a_statement_quotes_the_comment_as_plain_text_without_its_links(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        let ann = app.account("Ann").await;
        let text = "**You** <b>numpty</b>\n\nsee https://evil.example/x and [this](https://evil.example/y) www.evil.example";
        tell(&app, ann.id, &title, Kind::Removed, Restriction { text: Some(text.to_owned()), ..Restriction::default() })
            .await;
        jobs::run_once(&app).await.unwrap();
        let mails = app.mailer.take();
        let (subject, text) = (mails[0].subject(), mails[0].text());
        assert_eq!(subject, "Your comment at Harbour Post was removed");
        assert!(text.contains("\n> You <b>numpty</b>\n"), "{text}");
        assert!(!text.contains("://evil") && !text.contains("www.evil") && !text.contains("/y"), "{text}");
        assert!(text.contains("“On no-abuse”") && text.contains("http://127.0.0.1:8080/me"), "{text}");
        assert!(text.contains("editor@harbourpost.example") && text.contains("no machine did"), "{text}");
        assert!(!text.contains("mail-"), "{text}");
    }

    async fn a_ban_says_what_is_withdrawn_and_until_when_in_the_titles_own_zone(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        let ann = app.account("Ann").await;
        let until: Timestamp = "2026-07-01T11:30:00Z".parse().unwrap();
        let privileges = vec!["comment".to_owned(), "reply".to_owned()];
        let some_time = Restriction { privileges: privileges.clone(), until: Some(until), ..Restriction::default() };
        tell(&app, ann.id, &title, Kind::Banned, some_time).await;
        let for_good = Restriction { privileges, is_everywhere: true, ..Restriction::default() };
        tell(&app, ann.id, &title, Kind::Banned, for_good).await;
        jobs::run_once(&app).await.unwrap();
        let mut mails = app.mailer.take();
        mails.sort_by_key(Message::id);
        let text = mails[0].text();
        assert!(text.contains("at Harbour Post: comment, reply."), "{text}");
        assert!(text.contains("until 1 July 2026, 12:30 BST."), "{text}");
        assert!(mails[1].text().contains("every title here") && mails[1].text().contains("for good"));
    }

    async fn many_bans_and_warnings_in_an_hour_are_told_together(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        let ann = app.account("Ann").await;
        let mut work = app.write(Actor::Operator).await.unwrap();
        notifications::choose(&mut work, ann.id, Digest::Daily).await.unwrap();
        work.commit().await.unwrap();
        let privileges = vec!["comment".to_owned()];
        for number in 0..12 {
            let kind = if number % 2 == 0 { Kind::Banned } else { Kind::Warned };
            tell(&app, ann.id, &title, kind, Restriction { privileges: privileges.clone(), ..Restriction::default() })
                .await;
        }
        jobs::run_once(&app).await.unwrap();
        assert_eq!(app.mailer.take().len(), 10, "neither does the chosen day put them off, nor are there more");
        app.clock.advance(Duration::from_secs(3_601));
        // Mail leaves in the run after the one that puts it together.
        jobs::run_once(&app).await.unwrap();
        jobs::run_once(&app).await.unwrap();
        let mails = app.mailer.take();
        assert_eq!(mails.len(), 1);
        let (subject, text) = (mails[0].subject(), mails[0].text());
        assert_eq!(subject, "2 decisions about you and your comments");
        assert!(text.contains("at Harbour Post: comment.") && text.contains("“On no-abuse”"), "{text}");
        assert!(!text.contains("mail-") && !text.contains("\n>"), "{text}");
    }

    async fn mail_that_cannot_leave_waits_longer_each_time_and_is_one_day_given_up(app: TestApp) {
        let ann = app.account("Ann").await;
        enqueue(&app, ann.id, &Mail::PasswordChanged).await;
        let mailer = Arc::new(Wayward::default());
        let wayward = app.another_node(mailer.clone());
        jobs::run_once(&wayward).await.unwrap();
        assert_eq!(outbox(&app).await[0].3, 1);
        jobs::run_once(&wayward).await.unwrap();
        assert_eq!(outbox(&app).await[0].3, 1, "it is tried again at once");
        app.clock.advance(Duration::from_secs(61));
        jobs::run_once(&wayward).await.unwrap();
        assert_eq!(outbox(&app).await[0].3, 2);
        mailer.is_final.store(true, Ordering::SeqCst);
        app.clock.advance(Duration::from_secs(3600));
        jobs::run_once(&wayward).await.unwrap();
        let rows = outbox(&app).await;
        assert_eq!((rows[0].0.as_str(), rows[0].1, rows[0].2), ("{}", false, true));
    }

    async fn mail_to_an_account_that_is_gone_is_given_up_and_holds_up_no_other(app: TestApp) {
        let ann = app.account("Ann").await;
        enqueue(&app, app.ids.mint(app.now()), &Mail::PasswordChanged).await;
        for _ in 0..25 {
            enqueue(&app, ann.id, &Mail::PasswordChanged).await;
        }
        jobs::run_once(&app).await.unwrap();
        assert_eq!(app.mailer.take().len(), 25);
        let rows = outbox(&app).await;
        assert_eq!(rows.iter().filter(|row| row.2).count(), 1);
        assert_eq!(rows.iter().filter(|row| row.1).count(), 25);
    }

    async fn one_run_of_all_jobs_seals_the_log_and_forgets_what_is_old(app: TestApp) {
        let ann = app.account("Ann").await;
        app.token_of(ann.id).await;
        jobs::run_once(&app).await.unwrap();
        assert_eq!(belowline::audit::verify(&app).await.unwrap().unwrap(), 1);
        app.clock.advance(Duration::from_secs(400 * 24 * 3600));
        let mut work = app.write(Actor::Operator).await.unwrap();
        let sql = "insert into idempotency_keys (account, key, route, digest, answer, made, created_at)
                   values ($1, 'k', 'r', $2, 'a', 'm', 0)";
        execute!(&mut work.tx, sql, ann.id, vec![0_u8; 32]).unwrap();
        work.commit().await.unwrap();
        assert_eq!(jobs::run_once(&app).await.unwrap(), 2, "one key and one session");
    }
}

/// A mail server that takes nothing, for now or for good.
#[derive(Default)]
struct Wayward {
    is_final: AtomicBool,
}

impl Mailer for Wayward {
    fn send<'a>(&'a self, _: &'a Message) -> Sending<'a> {
        let error = if self.is_final.load(Ordering::SeqCst) {
            MailError::Permanent("no such mailbox".to_owned())
        } else {
            MailError::Temporary("busy".to_owned())
        };
        Box::pin(async move { Err(error) })
    }
}
