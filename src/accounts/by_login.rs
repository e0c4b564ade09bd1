//! Accounts of people whom the newspaper's own login vouches for: without a password, and without an address to sign in with.

use serde_json::json;

use super::name::bare;
use super::rename::neutral_name;
use super::second_factor::has_factor;
use super::sign_in::Admission;
use super::store::{self, NewName, NewRow};
use super::{Client, DisplayName, EmailAddress, LinkKey, check, places, session};
use crate::app::{App, Work};
use crate::audit::{self, Action, Entry};
use crate::kernel::{AccountId, Actor, Proof, Roles, SignedIn, SubscriberId};
use crate::storage::StorageError;

/// What a login says of a person, as far as an account shows it.
#[derive(Clone, Debug)]
pub struct Described {
    /// What they want to be called, as it was told.
    pub wanted: Option<String>,
    /// The same, when it can be a name.
    pub name: Option<DisplayName>,
    /// Where mail goes.
    pub email: Option<EmailAddress>,
    /// Whether the login says that the address is confirmed; nothing when it does not say.
    pub email_verified: Option<bool>,
}

impl Described {
    /// Reads what is told: whatever cannot be is left out, and turns nobody away.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(
        app: &App,
        name: Option<&str>,
        email: Option<&str>,
        email_verified: Option<bool>,
    ) -> Result<Self, StorageError> {
        let read = match name {
            Some(name) => check::name(app, name).await?.ok(),
            None => None,
        };
        Ok(Self {
            wanted: name.map(str::to_owned),
            name: read,
            email: email.and_then(|email| EmailAddress::parse(email).ok()),
            email_verified,
        })
    }

    /// What the person can be known by.
    #[must_use]
    pub fn links(&self, app: &App, from: &Client) -> Vec<LinkKey> {
        let email = self.email.as_ref().map(|email| LinkKey::email(&app.keys, email));
        from.links(&app.keys).into_iter().chain(email).collect()
    }

    /// The bare form of the name that was wanted, whether it could be had or not.
    fn bare(&self) -> String {
        self.wanted.as_deref().map(bare).unwrap_or_default()
    }
}

/// Makes an account that acts for `subscriber`, called what was told when that can be and is free, else something neutral.
///
/// # Errors
/// When the database cannot be written.
pub async fn create_by_login(
    app: &App,
    work: &mut Work,
    subscriber: SubscriberId,
    told: &Described,
) -> Result<AccountId, StorageError> {
    let id: AccountId = work.mint();
    for attempt in 0..20 {
        let chosen = told.name.clone().filter(|_| attempt == 0);
        let is_neutral = chosen.is_none();
        let name = chosen.unwrap_or_else(|| neutral_name(app, work.ids()));
        let row = NewRow {
            id,
            subscriber,
            // No address opens this account: where one would stand is its id, which is none.
            email: None,
            name: &name,
            password_hash: None,
            // The newspaper vouches for the person; only an address that it doubts has to be confirmed.
            confirmed_at: (told.email_verified != Some(false)).then_some(work.now),
            created_at: work.now,
        };
        if store::insert_account(&mut work.tx, &row).await? {
            store::set_login_profile(&mut work.tx, id, told.mail_address().as_deref(), is_neutral, &told.bare())
                .await?;
            let details = json!({ "subscriber": subscriber, "by": "login" });
            audit::record(work, Entry::new(Action::AccountCreated, id).details(details)).await?;
            return Ok(id);
        }
    }
    Err(StorageError::Conflict("no neutral name is free".into()))
}

impl Described {
    /// Where mail goes: nowhere until the address is known to be theirs.
    fn mail_address(&self) -> Option<String> {
        self.email.as_ref().filter(|_| self.email_verified == Some(true)).map(ToString::to_string)
    }
}

/// Brings `account` to what the login says now: its address, and its name when the login calls the person something else than
/// it did before, unless the name cannot be had or was changed lately.
///
/// # Errors
/// When the database cannot be written.
pub async fn describe_by_login(
    app: &App,
    work: &mut Work,
    account: AccountId,
    told: &Described,
    has_other_name: bool,
) -> Result<(), StorageError> {
    store::lock_account(&mut work.tx, account).await?;
    store::set_mail_address(&mut work.tx, account, told.mail_address().as_deref()).await?;
    let (Some(name), true) = (&told.name, has_other_name) else { return Ok(()) };
    let Some(before) = store::find_name(&mut work.tx, account).await? else { return Ok(()) };
    let now = work.now;
    let skeleton = name.skeleton();
    if !before.may_change(app, now) || store::is_name_of_another(&mut work.tx, &skeleton, account).await? {
        return Ok(());
    }
    if !before.is_name_neutral && before.name_skeleton != skeleton {
        store::insert_former_name(&mut work.tx, account, &before, false, now).await?;
    }
    let bare = bare(name.as_str());
    let new =
        NewName { name: name.as_str(), skeleton: &skeleton, bare: &bare, is_neutral: false, renamed_at: Some(now) };
    if store::set_name(&mut work.tx, account, &new).await? {
        let private = json!({ "before": before.name, "after": name.as_str() });
        audit::record(work, Entry::new(Action::AccountRenamed, account).private(private)).await?;
    }
    Ok(())
}

/// Opens a session for `account`, which a login vouches for now.
///
/// # Errors
/// When the database cannot be written.
pub async fn admit_by_login(
    app: &App,
    work: &mut Work,
    account: AccountId,
    from: &Client,
) -> Result<Admission, StorageError> {
    let found = store::find_account(&mut work.tx, account).await?;
    let found = found.ok_or_else(|| StorageError::corrupt("accounts", account))?;
    let roles = store::list_roles(&mut work.tx, account).await?;
    let network = from.network();
    let (token, session) =
        session::open(work, &app.settings.accounts, account, &roles, (&network, &from.user_agent)).await?;
    let is_enough = !app.settings.staff.second_factor_required && !has_factor(&mut work.tx, account).await?;
    let person = SignedIn {
        account,
        subscriber: found.subscriber,
        session: session.id,
        name: found.name,
        is_confirmed: found.confirmed_at.is_some(),
        proof: Proof::of(session.created_at, is_enough, &roles),
        roles: if is_enough { roles } else { Roles::default() },
    };
    work.actor = Actor::SignedIn(person.clone());
    let entry = Entry::new(Action::SignedIn, session.id).details(json!({ "by": "login" }));
    audit::record(work, entry.private(json!({ "network": network }))).await?;
    places::note(app, work, account, from).await?;
    Ok(Admission { token, session, person })
}
