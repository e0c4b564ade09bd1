//! An installation for one test.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use belowline::accounts::{self, Client, NewAccount, Profile};
use belowline::app::{App, Parts};
use belowline::egress::Mailer;
use belowline::kernel::{AccountId, Actor, Clock, Ids, ManualClock, Role, Scope, SignedIn, Timestamp, Words};
use belowline::limits::Limits;
use belowline::live::Live;
use belowline::notifications::{self, Mail};
use belowline::rules::RuleSets;
use belowline::secrets::{Keys, Passwords, Token};
use belowline::settings::{Settings, Sources};
use belowline::storage::{Db, Options};
use belowline::subscriptions::{self, Status};
use tempfile::TempDir;

use super::MemoryMailer;
use super::postgres::Database;

/// A password that may be chosen, and that accounts made by a test have.
pub(crate) const PASSWORD: &str = "gulls over the breakwater";

/// When every test begins: 2026-03-01T12:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_772_366_400_000);

/// A whole installation: a fresh database, seeded ids, and a clock that stands still until it is told to move.
///
/// Roles as types, with their requests over HTTP, are made from [`TestApp::account`] and [`TestApp::token_of`].
pub(crate) struct TestApp {
    /// The application itself.
    pub(crate) app: App,
    /// Its clock.
    pub(crate) clock: Arc<ManualClock>,
    /// What it has sent.
    pub(crate) mailer: Arc<MemoryMailer>,
    _data: TempDir,
    // After `app`, whose connections it would have to break.
    _database: Option<Database>,
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    /// On SQLite, in a file of its own.
    pub(crate) async fn sqlite() -> Self {
        Self::with(None, &[]).await
    }

    /// On PostgreSQL, in a database of its own.
    pub(crate) async fn postgres() -> Self {
        Self::with(Some(Database::create().await), &[]).await
    }

    /// On SQLite with other settings, as dotted keys and values.
    pub(crate) async fn sqlite_with(settings: &[(&str, &str)]) -> Self {
        Self::with(None, settings).await
    }

    /// On PostgreSQL with other settings.
    pub(crate) async fn postgres_with(settings: &[(&str, &str)]) -> Self {
        Self::with(Some(Database::create().await), settings).await
    }

    async fn with(database: Option<Database>, settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        // The tests of the second factor and of showing again who one is turn them on.
        let mut flags = vec![
            ("data.dir".to_owned(), data.path().display().to_string()),
            ("staff.second_factor_required".to_owned(), "false".to_owned()),
            ("staff.reauthenticate_minutes".to_owned(), "10080".to_owned()),
        ];
        flags.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let settings = Settings::load(&Sources { flags, ..Sources::default() }).unwrap();

        let url = match &database {
            Some(database) => database.url.clone(),
            None => format!("sqlite:{}", data.path().join("belowline.db").display()),
        };
        let options = Options { max_connections: 8, acquire_for: Duration::from_secs(20), ..Options::default() };
        let db = Db::open(&url, &options).await.unwrap();
        if database.is_none() {
            db.migrate().await.unwrap();
        }
        let ids = Arc::new(Ids::seeded(1));
        let clock = Arc::new(ManualClock::new(START));
        let as_clock: Arc<dyn Clock> = clock.clone();
        let mailer = Arc::new(MemoryMailer::default());
        let limits = Limits::new(&settings, &as_clock, &ids);
        let app = App::new(Parts {
            provider_keys: belowline::egress::ProviderKeys::new(
                belowline::egress::HttpClient::new(),
                Arc::clone(&as_clock),
            ),
            db,
            clock: as_clock,
            keys: Keys::drawn(&ids),
            live: Live::new(&ids, START),
            ids,
            settings,
            rules: RuleSets::default(),
            passwords: Passwords::new(),
            limits,
            mailer: mailer.clone() as Arc<dyn Mailer>,
            words: Arc::new(Words::british()),
            is_unlimited: false,
        });
        Self { app, clock, mailer, _data: data, _database: database }
    }

    /// Another node on the same database, with the same clock and keys, whose mail leaves by `mailer`.
    pub(crate) fn another_node(&self, mailer: Arc<dyn Mailer>) -> App {
        App::new(Parts {
            provider_keys: belowline::egress::ProviderKeys::new(
                belowline::egress::HttpClient::new(),
                self.app.clock.clone(),
            ),
            db: self.db.clone(),
            clock: self.app.clock.clone(),
            live: Live::new(&self.ids, self.now()),
            ids: self.ids.clone(),
            settings: self.settings.clone(),
            rules: RuleSets::default(),
            keys: self.keys.clone(),
            passwords: self.passwords.clone(),
            limits: Limits::off(),
            mailer,
            words: self.words.clone(),
            is_unlimited: false,
        })
    }

    /// Makes a confirmed account `name`, whose address is `name@example.org` and whose password is [`PASSWORD`].
    pub(crate) async fn account(&self, name: &str) -> Profile {
        let new = NewAccount {
            email: address_of(name),
            name: name.to_owned(),
            password: Some(PASSWORD.to_owned()),
            is_confirmed: true,
            subscriber: None,
        };
        accounts::create_account(self, Actor::Operator, &new).await.unwrap()
    }

    /// Makes an account whose subscriber has an active subscription.
    pub(crate) async fn subscribing(&self, name: &str) -> Profile {
        let profile = self.account(name).await;
        let mut work = self.write(Actor::Operator).await.unwrap();
        subscriptions::set(&mut work, profile.subscriber, Status::Active, None).await.unwrap();
        work.commit().await.unwrap();
        profile
    }

    /// Makes an account that is a `role` in `scope`.
    pub(crate) async fn staff(&self, name: &str, role: Role, scope: &Scope) -> Profile {
        let profile = self.account(name).await;
        let mut work = self.write(Actor::Operator).await.unwrap();
        accounts::set_role(&mut work, profile.id, scope, role).await.unwrap();
        work.commit().await.unwrap();
        profile
    }

    /// A session of `account`, opened without its password.
    pub(crate) async fn token_of(&self, account: AccountId) -> Token {
        let mut work = self.write(Actor::Operator).await.unwrap();
        let token = accounts::issue_session(self, &mut work, account).await.unwrap();
        work.commit().await.unwrap();
        token
    }

    /// `account` as somebody who has just signed in.
    pub(crate) async fn signed_in(&self, account: AccountId) -> SignedIn {
        let token = self.token_of(account).await;
        accounts::authenticate(self, &token).await.unwrap().unwrap().person
    }

    /// Takes the mails that wait in the outbox, oldest first.
    pub(crate) async fn outbox(&self) -> Vec<(AccountId, Mail)> {
        let mut work = self.write(Actor::Job("test")).await.unwrap();
        let queued = notifications::deliveries_due(&mut work, 10_000, Duration::from_secs(60)).await.unwrap();
        let now = work.now;
        for mail in &queued {
            notifications::mark_sent(&mut work.tx, mail.id, now).await.unwrap();
        }
        work.commit().await.unwrap();
        queued.into_iter().map(|queued| (queued.account, queued.mail)).collect()
    }
}

/// The address that [`TestApp::account`] gives.
pub(crate) fn address_of(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}

/// A browser at `address`.
pub(crate) fn client(address: &str) -> Client {
    Client { address: address.parse().unwrap(), user_agent: "Firefox".to_owned(), device: None }
}
