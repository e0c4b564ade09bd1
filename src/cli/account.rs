//! `belowline account`: who signs in, and what they may do.

use anyhow::{Context as _, anyhow, bail};
use serde_json::json;

use super::password::PasswordFrom;
use super::start::{begin_logging, open};
use super::who::Who;
use super::{Global, Report};
use crate::accounts::{
    self, CreateAccountError, FieldFault, NewAccount, Profile, RemoveError, SetPasswordError, SetRoleError,
};
use crate::app::App;
use crate::kernel::{Actor, Role, Scope, SubscriberId, TitleId};
use crate::titles;

/// Make accounts, give roles, set passwords.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Account {
    Create(Box<Create>),
    SetRole(SetRole),
    SetPassword(SetPassword),
    ResetSecondFactor(ResetSecondFactor),
    Show(Show),
}

/// Make an account with a confirmed address. No mail is sent.
///
/// Its password is read from a file or from standard input; unless told, one is drawn and shown once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline account create --email mo@harbourpost.example --name 'Mo Hale' \\\n    \
    --role moderator --title harbour-post --password-file mo.txt")]
pub(super) struct Create {
    /// The address that its owner signs in with.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The name that readers see.
    #[arg(long)]
    name: String,
    /// What it may do.
    #[arg(long, value_parser = role, default_value = "reader", value_name = "ROLE")]
    role: Role,
    /// In which title it has the role; unless told, in all.
    #[arg(long, value_name = "SHORT-NAME")]
    title: Option<TitleId>,
    /// Act for this subscriber, subr_…; unless told, for a new one.
    #[arg(long, value_name = "ID")]
    subscriber: Option<SubscriberId>,
    #[command(flatten)]
    password: PasswordFrom,
}

/// Give an account a role, instead of the one it has there. Ends its sessions.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  belowline account set-role editor --email ed@harbourpost.example --title harbour-post"
)]
pub(super) struct SetRole {
    /// reader, moderator, editor or admin; each may do what the ones before it may. An admin is one in every title.
    #[arg(value_parser = role)]
    role: Role,
    #[command(flatten)]
    who: Who,
    /// In which title; unless told, in all.
    #[arg(long, value_name = "SHORT-NAME")]
    title: Option<TitleId>,
}

/// Give an account another password. Ends its sessions and tells its owner by mail.
///
/// The password is read from a file or from standard input; unless told, one is drawn and shown once.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  belowline account set-password --email mo@harbourpost.example --password-stdin < mo.txt"
)]
pub(super) struct SetPassword {
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    password: PasswordFrom,
}

/// Remove the second factor of somebody who lost it with every recovery code. Ends their sessions and tells them by mail.
///
/// Make sure by another way than mail or chat that it is they who ask. Where a second factor is required, they set up
/// another when they next sign in.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline account reset-second-factor --email mo@harbourpost.example")]
pub(super) struct ResetSecondFactor {
    #[command(flatten)]
    who: Who,
}

/// Show an account: its ids, name and roles.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline account show --email ann@example.org")]
pub(super) struct Show {
    #[command(flatten)]
    who: Who,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "write reader, moderator, editor or admin".to_owned())
}

pub(super) async fn run(global: &Global, command: Account) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let report = match command {
        Account::Create(args) => create(&app, *args).await,
        Account::SetRole(args) => set_role(&app, &args).await,
        Account::SetPassword(args) => set_password(&app, &args).await,
        Account::ResetSecondFactor(args) => reset_second_factor(&app, &args).await,
        Account::Show(args) => show(&app, &args).await,
    }?;
    app.db.close().await;
    Ok(report)
}

async fn create(app: &App, args: Create) -> anyhow::Result<Report> {
    let scope = args.title.map_or(Scope::All, Scope::Title);
    check_role(app, args.role, &scope).await?;
    let given = args.password.read(&app.ids)?;
    let new = NewAccount {
        email: args.email,
        name: args.name,
        password: Some(given.text.to_string()),
        is_confirmed: true,
        subscriber: args.subscriber,
    };
    let profile = accounts::create_account(app, Actor::Operator, &new).await.map_err(|error| match error {
        CreateAccountError::Invalid(faults) => anyhow!("the account cannot be made:\n  {}", in_words(app, &faults)),
        other => other.into(),
    })?;
    if args.role != Role::Reader {
        give_role(app, &profile, &scope, args.role).await.with_context(|| {
            format!("the account {} is made, but has no role yet: use `account set-role`", profile.id)
        })?;
    }
    let mut text = format!(
        "The account {} ({}) is made, for the subscriber {}, as {} in {scope}.",
        profile.id,
        profile.name,
        profile.subscriber,
        args.role.as_str()
    );
    let mut json = json!({
        "account": profile.id, "subscriber": profile.subscriber, "name": profile.name,
        "role": args.role.as_str(), "scope": scope,
    });
    if given.is_drawn {
        text += &format!("\nIts password, shown only now: {}", *given.text);
        add(&mut json, "password", &given.text);
    }
    Ok(Report::new(text, json))
}

/// What would make giving the role fail, looked at before an account is made.
async fn check_role(app: &App, role: Role, scope: &Scope) -> anyhow::Result<()> {
    if role == Role::Admin && *scope != Scope::All {
        bail!("an admin is one in every title: leave --title out");
    }
    if let Some(title) = scope.title()
        && titles::find(&mut app.read(Actor::Operator).await?.tx, title).await?.is_none()
    {
        bail!("there is no title `{title}`");
    }
    Ok(())
}

async fn give_role(app: &App, profile: &Profile, scope: &Scope, role: Role) -> anyhow::Result<bool> {
    let mut work = app.write(Actor::Operator).await?;
    let is_changed = accounts::set_role(&mut work, profile.id, scope, role).await.map_err(|error| match error {
        SetRoleError::LastAdmin => anyhow!("{} is the last admin: make another first", profile.id),
        other => other.into(),
    })?;
    work.commit().await?;
    Ok(is_changed)
}

async fn find(app: &App, who: &Who) -> anyhow::Result<Profile> {
    let mut work = app.read(Actor::Operator).await?;
    let account = who.find(&mut work.tx).await?;
    let profile = accounts::get_profile(&mut work.tx, account).await?;
    profile.ok_or_else(|| anyhow!("there is no account {account}"))
}

async fn set_role(app: &App, args: &SetRole) -> anyhow::Result<Report> {
    let scope = args.title.clone().map_or(Scope::All, Scope::Title);
    check_role(app, args.role, &scope).await?;
    let profile = find(app, &args.who).await?;
    let is_changed = give_role(app, &profile, &scope, args.role).await?;
    let role = args.role.as_str();
    let text = if is_changed {
        format!("The account {} ({}) is {role} in {scope} now. Its sessions have ended.", profile.id, profile.name)
    } else {
        format!("The account {} ({}) was {role} in {scope} already.", profile.id, profile.name)
    };
    Ok(Report::new(text, json!({ "account": profile.id, "role": role, "scope": scope, "changed": is_changed })))
}

async fn set_password(app: &App, args: &SetPassword) -> anyhow::Result<Report> {
    let profile = find(app, &args.who).await?;
    let given = args.password.read(&app.ids)?;
    accounts::set_password(app, profile.id, &given.text).await.map_err(|error| match error {
        SetPasswordError::Invalid(faults) => anyhow!("the password cannot be chosen:\n  {}", in_words(app, &faults)),
        other => other.into(),
    })?;
    let mut text =
        format!("The account {} ({}) has another password. Its sessions have ended.", profile.id, profile.name);
    let mut json = json!({ "account": profile.id });
    if given.is_drawn {
        text += &format!("\nThe password, shown only now: {}", *given.text);
        add(&mut json, "password", &given.text);
    }
    Ok(Report::new(text, json))
}

async fn reset_second_factor(app: &App, args: &ResetSecondFactor) -> anyhow::Result<Report> {
    let profile = find(app, &args.who).await?;
    accounts::reset_second_factor(app, profile.id).await.map_err(|error| match error {
        RemoveError::NotEnrolled => anyhow!("the account {} has no second factor", profile.id),
        other => other.into(),
    })?;
    let text =
        format!("The account {} ({}) has no second factor now. Its sessions have ended.", profile.id, profile.name);
    Ok(Report::new(text, json!({ "account": profile.id })))
}

async fn show(app: &App, args: &Show) -> anyhow::Result<Report> {
    let profile = find(app, &args.who).await?;
    let roles: Vec<_> = profile.roles.iter().map(|(scope, role)| format!("{} in {scope}", role.as_str())).collect();
    let shown = if roles.is_empty() { "reader".to_owned() } else { roles.join(", ") };
    let confirmed = if profile.is_confirmed { "confirmed" } else { "not confirmed" };
    let factor = accounts::second_factor_of(&mut app.read(Actor::Operator).await?.tx, profile.id).await?;
    let since = factor.since.map_or_else(|| "none".to_owned(), |since| format!("since {since}"));
    let text = format!(
        "Account     {}\nName        {}\nSubscriber  {}\nRoles       {shown}\nAddress     {confirmed}\nMade        {}\n2nd factor  {since}",
        profile.id, profile.name, profile.subscriber, profile.created_at
    );
    let roles: Vec<_> =
        profile.roles.iter().map(|(scope, role)| json!({ "role": role.as_str(), "scope": scope })).collect();
    let json = json!({
        "account": profile.id, "name": profile.name, "subscriber": profile.subscriber, "roles": roles,
        "is_confirmed": profile.is_confirmed, "created_at": profile.created_at,
        "second_factor_since": factor.since,
    });
    Ok(Report::new(text, json))
}

fn add(json: &mut serde_json::Value, name: &str, value: &str) {
    if let Some(members) = json.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// Each fault in the words that a form would show.
fn in_words(app: &App, faults: &[FieldFault]) -> String {
    let words = faults.iter().map(|fault| {
        let key = fault.code.replace('_', "-");
        let text = if app.words.has(&key) { app.words.text(&key) } else { fault.code.replace('_', " ") };
        format!("{}: {text}", fault.field)
    });
    words.collect::<Vec<_>>().join("\n  ")
}
