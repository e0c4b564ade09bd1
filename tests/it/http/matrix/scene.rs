//! One cell of the matrix: somebody in a role, and the object that they reach for.

use belowline::accounts::{self, NewAccount, Profile};
use belowline::bans::{Privilege, Privileges};
use belowline::kernel::{Actor, BanId, Role, Scope, StoryId};
use belowline::moderation::{self, BanForm};
use belowline::subscriptions::{self, Status};
use serde_json::{Value, json};

use crate::support::{Caller, World};

/// The callers, in the order of the matrix's columns.
pub(super) const CALLERS: [&str; 9] =
    ["anonymous", "reader", "lapsed", "subscriber", "banned", "moderator_elsewhere", "moderator", "editor", "admin"];

/// Whose object it is, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// The caller's own.
    pub(super) is_own: bool,
    /// Of the other newspaper.
    pub(super) is_elsewhere: bool,
    /// A comment that waits for a moderator.
    pub(super) is_held: bool,
}

impl Object {
    /// Reads `own`, `foreign`, `elsewhere`, each also with `_held`, or `-` for operations on nothing.
    pub(super) fn parse(name: &str) -> Self {
        let (whose, is_held) = name.strip_suffix("_held").map_or((name, false), |whose| (whose, true));
        assert!(["own", "foreign", "elsewhere", "-"].contains(&whose), "{name} is no object");
        Self { is_own: whose == "own", is_elsewhere: whose == "elsewhere", is_held }
    }
}

/// Somebody with an object in front of them.
pub(super) struct Scene<'a> {
    pub(super) world: &'a World,
    /// Who asks.
    pub(super) caller: Caller,
    /// Whose object it is: the caller, or somebody with a subscription.
    pub(super) owner: Caller,
    /// The title that the object belongs to.
    pub(super) title: &'static str,
    /// The story of that title.
    pub(super) story: StoryId,
    /// A comment of the owner's in that story.
    pub(super) comment: Value,
    /// The number of the cell.
    pub(super) number: usize,
    role: &'a str,
}

impl<'a> Scene<'a> {
    /// Sets the scene with people whom nobody met before, so that no cell touches another.
    pub(super) async fn set(world: &'a World, number: usize, role: &'a str, object: Object) -> Self {
        let (title, story) = if object.is_elsewhere { ("moor", world.moor_story) } else { ("harbour", world.story) };
        let profile = account(world, &format!("Person {number}")).await;
        if !matches!(role, "reader" | "moderator_elsewhere" | "moderator" | "editor" | "admin") {
            set_subscription(world, &profile, Status::Active).await;
        } else if object.is_own {
            // Who never subscribed can own a comment only from a time when they were staff there.
            set_role(world, &profile, "harbour", Role::Moderator).await;
        }
        let owner = if object.is_own {
            profile.clone()
        } else {
            let owner = account(world, &format!("Owner {number}")).await;
            set_subscription(world, &owner, Status::Active).await;
            owner
        };
        let owner = world.caller(owner).await;
        let word = if object.is_held { "numpty" } else { "ferry" };
        let body = json!({ "body": format!("About the {word}, for the {number}th time.") });
        let path = format!("/api/v1/stories/{story}/comments");
        let comment = owner.post(&path, body).await.is(if object.is_held { 202 } else { 201 })["comment"].clone();
        become_role(world, &profile, role).await;
        let caller = match role {
            "anonymous" => world.anonymous.clone(),
            _ => world.caller(profile).await,
        };
        let owner = if object.is_own { caller.clone() } else { owner };
        Self { world, caller, owner, title, story, comment, number, role }
    }

    /// A ban of the object's owner, which stood before they got the role that they have.
    pub(super) async fn owner_banned(&mut self) -> BanId {
        let profile = self.owner.profile.clone().unwrap();
        let is_own = self.caller.profile.as_ref().is_some_and(|caller| caller.id == profile.id);
        if is_own {
            become_role(self.world, &profile, "reader").await;
            set_role(self.world, &profile, "moor", Role::Reader).await;
            set_role(self.world, &profile, "all", Role::Reader).await;
        }
        let ban = ban(self.world, &profile, self.title).await;
        if is_own {
            become_role(self.world, &profile, self.role).await;
            self.caller = self.world.caller(profile).await;
        }
        ban
    }

    /// The path of the comment.
    pub(super) fn comment_path(&self) -> String {
        format!("/api/v1/comments/{}", self.comment["id"].as_str().unwrap())
    }
}

/// An account without a password, since hashing hundreds of them would tell nothing.
async fn account(world: &World, name: &str) -> Profile {
    let new = NewAccount {
        email: format!("{}@example.org", name.to_lowercase().replace(' ', ".")),
        name: name.to_owned(),
        password: None,
        is_confirmed: true,
        subscriber: None,
    };
    accounts::create_account(&world.app, Actor::Operator, &new).await.unwrap()
}

async fn set_subscription(world: &World, profile: &Profile, status: Status) {
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    subscriptions::set(&mut work, profile.subscriber, status, None).await.unwrap();
    work.commit().await.unwrap();
}

async fn set_role(world: &World, profile: &Profile, scope: &str, role: Role) {
    let scope = if scope == "all" { Scope::All } else { Scope::Title(scope.parse().unwrap()) };
    let mut work = world.app.write(Actor::Operator).await.unwrap();
    accounts::set_role(&mut work, profile.id, &scope, role).await.unwrap();
    work.commit().await.unwrap();
}

async fn become_role(world: &World, profile: &Profile, caller: &str) {
    match caller {
        "anonymous" | "subscriber" => {}
        "reader" => set_role(world, profile, "harbour", Role::Reader).await,
        "lapsed" => set_subscription(world, profile, Status::Lapsed).await,
        "banned" => {
            ban(world, profile, "harbour").await;
        }
        "moderator_elsewhere" => {
            set_role(world, profile, "harbour", Role::Reader).await;
            set_role(world, profile, "moor", Role::Moderator).await;
        }
        "moderator" => set_role(world, profile, "harbour", Role::Moderator).await,
        "editor" => set_role(world, profile, "harbour", Role::Editor).await,
        "admin" => {
            set_role(world, profile, "harbour", Role::Reader).await;
            set_role(world, profile, "all", Role::Admin).await;
        }
        other => panic!("{other} is no caller"),
    }
}

/// Bans `profile` for good from everything in `title`.
pub(super) async fn ban(world: &World, profile: &Profile, title: &str) -> BanId {
    let form = BanForm {
        privileges: Privilege::ALL.into_iter().collect::<Privileges>(),
        clause: format!("{title}-abuse").parse().unwrap(),
        scope: Some(Scope::Title(title.parse().unwrap())),
        until: None,
        evidence: Vec::new(),
        note: None,
        comments: belowline::bans::Fate::Keep,
    };
    moderation::ban_by_operator(&world.app, profile.subscriber, form).await.unwrap().id
}
