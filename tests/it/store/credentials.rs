//! Every kind of credential against every event that revokes some: what should be dead is, at once.

use belowline::accounts::{self, Profile};
use belowline::bans::Privilege;
use belowline::kernel::{Actor, Role, Scope};
use belowline::moderation::{self, BanForm};
use belowline::notifications::Mail;
use belowline::secrets::Token;
use belowline::subscriptions::{self, Status};

use crate::support::{PASSWORD, TestApp, World, both_engines, client};

const NEW_PASSWORD: &str = "harbour lights at six tonight";

/// What somebody may hold: the session that acts, another one, and a mailed link for a new password.
struct Held {
    profile: Profile,
    this: Token,
    other: Token,
    link: Token,
}

async fn hold(app: &TestApp, number: usize) -> Held {
    let name = format!("Holder {number}");
    let profile = app.account(&name).await;
    let (this, other) = (app.token_of(profile.id).await, app.token_of(profile.id).await);
    Held { link: ask_link(app, &name).await, profile, this, other }
}

async fn ask_link(app: &TestApp, name: &str) -> Token {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    accounts::ask_reset(app, &email, &client("192.0.2.1")).await.unwrap();
    let mails = app.outbox().await;
    let link = mails.iter().rev().find_map(|(_, mail)| match mail {
        Mail::ResetPassword { token } => Some(Token::parse(token).unwrap()),
        _ => None,
    });
    link.unwrap()
}

async fn alive(app: &TestApp, held: &Held) -> [bool; 3] {
    let this = accounts::authenticate(app, &held.this).await.unwrap().is_some();
    let other = accounts::authenticate(app, &held.other).await.unwrap().is_some();
    [this, other, accounts::peek_token(app, &held.link).await.unwrap().is_some()]
}

/// The events, each with what is alive after it.
const EVENTS: [(&str, [bool; 3]); 10] = [
    ("nothing", [true, true, true]),
    ("sign out", [false, true, true]),
    ("end the other session", [true, false, true]),
    ("change the password", [true, false, false]),
    ("set a password by the link", [false, false, false]),
    // Anybody may ask for one: were the first to die, a stranger could keep the owner out.
    ("ask for another link", [true, true, true]),
    ("the operator sets a password", [false, false, false]),
    ("a role", [false, false, true]),
    // Whoever is banned or has not paid may still sign in, read, and take their own comments back.
    ("a ban", [true, true, true]),
    ("a lapsed subscription", [true, true, true]),
];

async fn happen(world: &World, event: &str, held: &Held) {
    let app = &world.app;
    let person = accounts::authenticate(app, &held.this).await.unwrap().unwrap().person;
    let subscriber = held.profile.subscriber;
    match event {
        "nothing" => {}
        "sign out" => accounts::sign_out(app, &person).await.unwrap(),
        "end the other session" => {
            accounts::end_other_sessions(app, &person).await.unwrap();
        }
        "change the password" => accounts::change_password(app, &person, PASSWORD, NEW_PASSWORD).await.unwrap(),
        "set a password by the link" => accounts::reset_password(app, &held.link, NEW_PASSWORD).await.unwrap(),
        "ask for another link" => {
            ask_link(app, &held.profile.name).await;
        }
        "the operator sets a password" => accounts::set_password(app, person.account, NEW_PASSWORD).await.unwrap(),
        "a role" => {
            let mut work = app.write(Actor::Operator).await.unwrap();
            let scope = Scope::Title("harbour".parse().unwrap());
            accounts::set_role(&mut work, person.account, &scope, Role::Moderator).await.unwrap();
            work.commit().await.unwrap();
        }
        "a ban" => {
            let form = BanForm {
                privileges: Privilege::ALL.into_iter().collect(),
                clause: "harbour-abuse".parse().unwrap(),
                scope: Some(Scope::All),
                until: None,
                evidence: Vec::new(),
                note: None,
                comments: belowline::bans::Fate::Keep,
            };
            moderation::ban_by_operator(app, subscriber, form).await.unwrap();
        }
        "a lapsed subscription" => {
            let mut work = app.write(Actor::Operator).await.unwrap();
            subscriptions::set(&mut work, subscriber, Status::Lapsed, None).await.unwrap();
            work.commit().await.unwrap();
        }
        other => panic!("{other} is no event"),
    }
}

both_engines! {
    async fn what_an_event_revokes_is_dead_at_once_and_the_rest_lives_on(app: TestApp) {
        let world = World::new(app).await;
        for (number, (event, expected)) in EVENTS.into_iter().enumerate() {
            let held = hold(&world.app, number).await;
            happen(&world, event, &held).await;
            assert_eq!(alive(&world.app, &held).await, expected, "{event}: this session, another one, a link");
        }
    }
}
