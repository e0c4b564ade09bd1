//! Who is acting, and what they are in which title.

use super::{AccountId, Scope, SessionId, SubscriberId, Timestamp, TitleId};

/// What an account is in a title. Each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads, and with an entitlement comments.
    Reader,
    /// Works the queue and bans.
    Moderator,
    /// Writes house rules and manages stories.
    Editor,
    /// Manages accounts and subscriptions of the whole installation.
    Admin,
}

impl Role {
    /// Every role, least powerful first.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Moderator, Self::Editor, Self::Admin];

    /// The role as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Moderator => "moderator",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// Reads a role as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// The roles of one account, each with where it holds. An account without any is a reader everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Vec<(Scope, Role)>);

impl Roles {
    /// The roles given, in any order.
    #[must_use]
    pub const fn new(roles: Vec<(Scope, Role)>) -> Self {
        Self(roles)
    }

    /// The greatest role held in `title`.
    #[must_use]
    pub fn within(&self, title: &TitleId) -> Role {
        self.0.iter().filter(|(scope, _)| scope.covers(title)).map(|(_, role)| *role).max().unwrap_or(Role::Reader)
    }

    /// The greatest role held anywhere.
    #[must_use]
    pub fn highest(&self) -> Role {
        self.0.iter().map(|(_, role)| *role).max().unwrap_or(Role::Reader)
    }

    /// Whether the account works for the paper in `title`.
    #[must_use]
    pub fn is_staff_in(&self, title: &TitleId) -> bool {
        self.within(title) >= Role::Moderator
    }

    /// Whether the account manages the whole installation.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.highest() == Role::Admin
    }

    /// Where a role of at least `role` is held.
    pub fn scopes_with(&self, role: Role) -> impl Iterator<Item = &Scope> {
        self.0.iter().filter(move |(_, held)| *held >= role).map(|(scope, _)| scope)
    }

    /// Every role with its scope.
    pub fn iter(&self) -> impl Iterator<Item = &(Scope, Role)> {
        self.0.iter()
    }
}

/// How a person with a session showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When they last did: at sign-in, or when they were asked again.
    pub at: Timestamp,
    /// Whether that is enough to act for the paper: where a second factor is needed, they gave it.
    pub is_enough_for_staff: bool,
    /// The greatest role that the account holds and the session may not use because it is not enough.
    pub withheld: Role,
}

impl Proof {
    /// Proof at `at` of somebody who holds `roles`.
    #[must_use]
    pub fn of(at: Timestamp, is_enough_for_staff: bool, roles: &Roles) -> Self {
        let withheld = if is_enough_for_staff { Role::Reader } else { roles.highest() };
        Self { at, is_enough_for_staff, withheld }
    }

    /// Proof at `at` that is enough for everything.
    #[must_use]
    pub const fn whole(at: Timestamp) -> Self {
        Self { at, is_enough_for_staff: true, withheld: Role::Reader }
    }
}

/// A person with a session: the account that signed in, and the subscriber whom it acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who signed in.
    pub account: AccountId,
    /// Whom the account acts for.
    pub subscriber: SubscriberId,
    /// The session that the request came with.
    pub session: SessionId,
    /// The name that the account shows.
    pub name: String,
    /// Whether the e-mail address has been confirmed.
    pub is_confirmed: bool,
    /// What the account is, and where; nothing while its roles are withheld.
    pub roles: Roles,
    /// How they showed who they are.
    pub proof: Proof,
}

/// Who is behind a piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know.
    Anonymous,
    /// A person with a session.
    SignedIn(SignedIn),
    /// Whoever runs the commands on the machine itself.
    Operator,
    /// A job, by its name.
    Job(&'static str),
}

impl Actor {
    /// The person, when there is one.
    #[must_use]
    pub const fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::SignedIn(person) => Some(person),
            Self::Anonymous | Self::Operator | Self::Job(_) => None,
        }
    }

    /// The account, when a person is behind the work.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.signed_in().map(|person| person.account)
    }

    /// What the audit log calls this kind of actor.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::SignedIn(_) => "account",
            Self::Operator => "operator",
            Self::Job(_) => "job",
        }
    }

    /// Whether this actor has at least `role` in `title`. The operator has every role; a job has none.
    #[must_use]
    pub fn has_role(&self, role: Role, title: &TitleId) -> bool {
        match self {
            Self::Operator => true,
            Self::SignedIn(person) => person.roles.within(title) >= role,
            Self::Anonymous | Self::Job(_) => role == Role::Reader,
        }
    }
}

impl From<SignedIn> for Actor {
    fn from(person: SignedIn) -> Self {
        Self::SignedIn(person)
    }
}
