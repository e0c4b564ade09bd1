//! The demo's people: one for every role, and the town.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::accounts::{self, NewAccount, Profile};
use crate::app::App;
use crate::kernel::{Actor, Proof, Role, Scope, SignedIn, TitleId};
use crate::subscriptions::{self, Status};

/// One of the ready-made sign-ins.
pub(super) struct Part {
    /// What the person is for.
    pub(super) key: &'static str,
    name: &'static str,
    password: &'static str,
    role: Role,
    status: Option<Status>,
}

/// Every ready-made sign-in. The passwords are no secret: the demo is for looking around.
pub(super) const PARTS: [Part; 7] = [
    part("subscriber", "Winifred Oakshott", "herring gulls at breakfast", Role::Reader, Some(Status::Active)),
    part("second_subscriber", "Lorcan Brightwater", "a kettle on the lifeboat", Role::Reader, Some(Status::Active)),
    part("lapsed", "Prudence Holloway", "forgot to renew in march", Role::Reader, Some(Status::Lapsed)),
    part("reader", "Gideon Marsh", "only here for the tides", Role::Reader, None),
    part("moderator", "Beatrix Stone", "one eye on the harbour light", Role::Moderator, None),
    part("editor", "Ambrose Kettleby", "stop the presses for lunch", Role::Editor, None),
    part("admin", "Rosalind Thorne", "keeper of the long ladder", Role::Admin, None),
];

const fn part(
    key: &'static str,
    name: &'static str,
    password: &'static str,
    role: Role,
    status: Option<Status>,
) -> Part {
    Part { key, name, password, role, status }
}

impl Part {
    /// The address to sign in with.
    pub(super) fn email(&self) -> String {
        format!("{}@demo.example", self.key.replace('_', "-"))
    }

    /// The person as the printed line of JSON tells of them.
    pub(super) fn told(&self, profile: &Profile) -> Value {
        json!({
            "id": profile.id,
            "email": self.email(),
            "password": self.password,
            "subscriber_id": profile.subscriber,
        })
    }

    /// The person as the printed table tells of them: what for, name, address, password.
    pub(super) fn row(&self) -> [String; 3] {
        [self.key.replace('_', " "), self.email(), self.password.to_owned()]
    }

    /// Makes sure of the person with everything that belongs to the part.
    pub(super) async fn ensure(&self, app: &App, title: &TitleId) -> anyhow::Result<Profile> {
        let profile = ensure_account(app, &self.email(), self.name, Some(self.password)).await?;
        let mut work = app.write(Actor::Operator).await?;
        let scope = if self.role == Role::Admin { Scope::All } else { Scope::Title(title.clone()) };
        if self.role != Role::Reader {
            accounts::set_role(&mut work, profile.id, &scope, self.role).await?;
        }
        if let Some(status) = self.status
            && subscriptions::list(&mut work.tx, profile.subscriber).await?.is_empty()
        {
            subscriptions::set(&mut work, profile.subscriber, status, None).await?;
        }
        let profile = accounts::get_profile(&mut work.tx, profile.id).await?.context("an account was lost")?;
        work.commit().await?;
        Ok(profile)
    }
}

/// Makes sure of somebody of the town: a subscriber whom nobody signs in as.
pub(super) async fn ensure_townsperson(app: &App, name: &str) -> anyhow::Result<Profile> {
    let email = format!("{}@town.demo.example", name.to_lowercase().replace(' ', "."));
    let profile = ensure_account(app, &email, name, None).await?;
    let mut work = app.write(Actor::Operator).await?;
    if subscriptions::list(&mut work.tx, profile.subscriber).await?.is_empty() {
        subscriptions::set(&mut work, profile.subscriber, Status::Active, None).await?;
        work.commit().await?;
    }
    Ok(profile)
}

async fn ensure_account(app: &App, email: &str, name: &str, password: Option<&str>) -> anyhow::Result<Profile> {
    let mut work = app.read(Actor::Operator).await?;
    if let Some(id) = accounts::find_by_email(&mut work.tx, email).await? {
        return accounts::get_profile(&mut work.tx, id).await?.context("an account was lost");
    }
    drop(work);
    let new = NewAccount {
        email: email.to_owned(),
        name: name.to_owned(),
        password: password.map(str::to_owned),
        is_confirmed: true,
        subscriber: None,
    };
    Ok(accounts::create_account(app, Actor::Operator, &new).await?)
}

/// `profile` as if they had signed in, to do something in their name.
pub(super) fn acting(app: &App, profile: &Profile) -> SignedIn {
    SignedIn {
        account: profile.id,
        subscriber: profile.subscriber,
        session: app.ids.mint(app.now()),
        name: profile.name.clone(),
        is_confirmed: true,
        roles: profile.roles.clone(),
        proof: Proof::whole(app.now()),
    }
}
