//! What a mail says, in the words of the language files.
//!
//! Links are built from the installation's own address alone. What people wrote appears only where they are sent their
//! own comment back: as plain text, quoted, and without anything that a mail program would make a link of.

use std::fmt;

use fluent_bundle::FluentValue;

use crate::accounts;
use crate::app::App;
use crate::comments;
use crate::kernel::{AccountId, StatementId, Timestamp, shortened};
use crate::notifications::{self, Kind, Mail, Queued, Statement};
use crate::storage::{StorageError, Tx};
use crate::titles::{self, Title};

/// The most characters of a comment that a mail quotes.
const MAX_QUOTE_CHARS: usize = 1_500;

/// The most characters of each comment that a mail about several quotes, and the most comments that it tells of.
const MAX_EXCERPT_CHARS: usize = 200;
const MAX_IN_DIGEST: usize = 50;

/// The most words that a mail names as the reason.
const MAX_WORDS: usize = 20;

/// A mail before it is checked and sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl fmt::Debug for Letter {
    /// Shows nothing: all of it is personal, and links in it sign people in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letter(***)")
    }
}

/// What `queued` says, and to which address; nothing when the account or the statement is not there any more.
///
/// # Errors
/// When the database cannot be read.
pub async fn compose(app: &App, tx: &mut Tx, queued: &Queued) -> Result<Option<Letter>, StorageError> {
    let to = match &queued.mail {
        Mail::ConfirmNewAddress { to, .. } | Mail::AddressChanged { to } | Mail::AccountDeleted { to } => to.clone(),
        _ => match accounts::find_address(tx, queued.account).await? {
            Some((own, _)) => own,
            None => return Ok(None),
        },
    };
    let written = match &queued.mail {
        Mail::Statement { statement } => of_statement(app, tx, queued.account, *statement).await?,
        Mail::Digest { statements } => of_digest(app, tx, queued.account, statements).await?,
        Mail::RuleSuspended { title, rule, cause, firing_count } => {
            let title = titles::get(tx, title).await?;
            Some(of_suspension(app, &title, rule, cause, *firing_count))
        }
        mail => of_account(app, mail, sender(app, tx).await?),
    };
    Ok(written.map(|(subject, text)| Letter { to, subject, text }))
}

/// Whom a mail about an account speaks for: the titles while they are few, else the address of the installation.
async fn sender(app: &App, tx: &mut Tx) -> Result<String, StorageError> {
    let names: Vec<String> = titles::list(tx).await?.iter().map(|title| line(&title.name)).collect();
    let host = app.settings.public_url().as_str().split("://").last().unwrap_or_default().to_owned();
    Ok(if (1..=3).contains(&names.len()) { names.join(", ") } else { host })
}

/// A mail about an account; a statement is none.
fn of_account(app: &App, mail: &Mail, sender: String) -> Option<(String, String)> {
    let link = |path: &str| FluentValue::from(format!("{}{path}", app.settings.public_url().as_str()));
    let token = |path: &str, token: &str| link(&format!("{path}?token={token}"));
    let accounts = &app.settings.accounts;
    let (key, mut arguments) = match mail {
        Mail::ConfirmEmail { token: secret } => (
            "mail-confirm",
            vec![("link", token("/confirm", secret)), ("hours", FluentValue::from(accounts.confirm_hours))],
        ),
        Mail::AlreadySignedUp => {
            ("mail-already-signed-up", vec![("sign_in", link("/sign-in")), ("forgot", link("/password/forgot"))])
        }
        Mail::ResetPassword { token: secret } => (
            "mail-reset",
            vec![("link", token("/password/reset", secret)), ("minutes", FluentValue::from(accounts.reset_minutes))],
        ),
        Mail::PasswordChanged => ("mail-password-changed", vec![("forgot", link("/password/forgot"))]),
        Mail::SecondFactorSet => ("mail-second-factor-set", vec![("forgot", link("/password/forgot"))]),
        Mail::PasskeyAdded => ("mail-passkey-added", vec![("forgot", link("/password/forgot"))]),
        Mail::SecondFactorRemoved => ("mail-second-factor-removed", vec![("forgot", link("/password/forgot"))]),
        Mail::SignedInElsewhere { device, network, at } => (
            "mail-signed-in-elsewhere",
            vec![
                ("device", FluentValue::from(harmless(&line(device)))),
                ("network", FluentValue::from(network.clone())),
                ("at", FluentValue::from(at.to_jiff().strftime("%Y-%m-%d %H:%M UTC").to_string())),
                ("sessions", link("/me")),
                ("forgot", link("/password/forgot")),
            ],
        ),
        Mail::ConfirmNewAddress { token: secret, .. } => (
            "mail-new-address",
            vec![("link", token("/confirm-change", secret)), ("minutes", FluentValue::from(accounts.reset_minutes))],
        ),
        Mail::AddressTaken => {
            ("mail-address-taken", vec![("sign_in", link("/sign-in")), ("forgot", link("/password/forgot"))])
        }
        Mail::AddressChangeAsked => ("mail-address-change-asked", vec![("forgot", link("/password/forgot"))]),
        Mail::AddressChanged { .. } => ("mail-address-changed", vec![("contact", link("/"))]),
        Mail::AccountDeleted { .. } => ("mail-account-deleted", vec![("contact", link("/"))]),
        Mail::Statement { .. } | Mail::Digest { .. } | Mail::RuleSuspended { .. } => return None,
    };
    arguments.push(("sender", FluentValue::from(sender)));
    let subject = app.words.with(&format!("{key}-subject"), &arguments);
    Some((subject, app.words.with(key, &arguments) + "\n"))
}

/// What editors are told when a rule of theirs was suspended.
fn of_suspension(app: &App, title: &Title, rule: &str, cause: &str, firing_count: i64) -> (String, String) {
    let arguments = [
        ("title", FluentValue::from(line(&title.name))),
        ("rule", FluentValue::from(rule.to_owned())),
        ("cause", FluentValue::from(cause.to_owned())),
        ("count", FluentValue::from(firing_count)),
    ];
    let subject = app.words.with("mail-rule-suspended-subject", &arguments);
    (subject, app.words.with("mail-rule-suspended", &arguments) + "\n")
}

/// The statement of reasons as mail: what was done, why, in which clause, and where to object.
async fn of_statement(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    statement: StatementId,
) -> Result<Option<(String, String)>, StorageError> {
    let Some(statement) = notifications::find_statement(tx, account, statement).await? else { return Ok(None) };
    let title = titles::get(tx, &statement.title).await?;
    let own = own_page(app);
    let name = FluentValue::from(line(&title.name));
    let mut parts = vec![what_was_done(app, &title, &statement)];
    let facts = &statement.restriction;
    if statement.taken_back_at.is_some() {
        parts.push(app.words.text("mail-statement-taken-back"));
    }
    if facts.removed_comment_count > 0 {
        let count = FluentValue::from(facts.removed_comment_count);
        parts.push(app.words.with("mail-statement-comments", &[("count", count)]));
    }
    if let Some(headline) = &facts.headline {
        let headline = FluentValue::from(harmless(&line(headline)));
        parts.push(app.words.with("mail-statement-story", &[("headline", headline)]));
    }
    if let Some(text) = &facts.text {
        parts.push(app.words.text("mail-statement-comment"));
        parts.push(quoted(text));
    }
    if !facts.words.is_empty() {
        let words = facts.words.iter().take(MAX_WORDS).map(|word| format!("“{}”", harmless(&line(word))));
        let words = FluentValue::from(shortened(&words.collect::<Vec<_>>().join(", "), MAX_QUOTE_CHARS));
        parts.push(app.words.with("mail-statement-words", &[("words", words)]));
    }
    if let Some((clause, version)) = &statement.clause
        && let Some(cited) = titles::find_clause_at(tx, &title.id, clause, *version).await?
    {
        let heading = FluentValue::from(line(&cited.heading));
        parts.push(app.words.with("mail-statement-clause", &[("title", name.clone()), ("clause", heading)]));
        if let Some(text) = titles::find_clause_text(tx, &title.id, clause, *version).await? {
            parts.push(app.words.text("mail-statement-clause-text"));
            parts.push(quoted(&text));
        }
        parts.push(app.words.with("mail-statement-version", &[("version", FluentValue::from(*version))]));
    }
    parts.extend(by_whom(app, &statement));
    let contact = FluentValue::from(line(&title.contact));
    parts.push(app.words.with("mail-statement-object", &[("own", own), ("contact", contact)]));
    let subject = format!("mail-statement-{}-subject", statement.kind.as_str());
    let subject = app.words.with(&subject, &[("title", name)]);
    Ok(Some((subject, parts.join("\n\n") + "\n")))
}

/// Whether a machine saw it, and whether one decided.
fn by_whom(app: &App, statement: &Statement) -> Vec<String> {
    if statement.is_automatic {
        return vec![app.words.text("mail-statement-by-rule")];
    }
    let mut said = Vec::new();
    if statement.kind == Kind::Removed {
        let key = if statement.restriction.was_detected_by_rules {
            "mail-statement-detected-by-rule"
        } else {
            "mail-statement-not-detected"
        };
        said.push(app.words.text(key));
    }
    said.push(app.words.text("mail-statement-by-person"));
    said
}

fn own_page(app: &App) -> FluentValue<'static> {
    FluentValue::from(format!("{}/me", app.settings.public_url().as_str()))
}

/// Several statements in one mail: of each what was done, the clause and how the comment began. What was undone
/// meanwhile is left out.
async fn of_digest(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    statements: &[StatementId],
) -> Result<Option<(String, String)>, StorageError> {
    let mut parts = Vec::new();
    let mut contacts = Vec::new();
    let mut is_on_comments = true;
    for id in statements {
        let Some(statement) = notifications::find_statement(tx, account, *id).await? else { continue };
        if statement.taken_back_at.is_some() {
            continue;
        }
        is_on_comments &= statement.restriction.text.is_some();
        let title = titles::get(tx, &statement.title).await?;
        let name = FluentValue::from(line(&title.name));
        let mut said = vec![what_was_done(app, &title, &statement)];
        if let Some((clause, version)) = &statement.clause
            && let Some(cited) = titles::find_clause_at(tx, &title.id, clause, *version).await?
        {
            let clause = FluentValue::from(line(&cited.heading));
            said.push(app.words.with("mail-statement-clause", &[("title", name), ("clause", clause)]));
        }
        if let Some(text) = &statement.restriction.text {
            said.push(quoted(&shortened(text, MAX_EXCERPT_CHARS)));
        }
        contacts.push(line(&title.contact));
        parts.push(said.join("\n"));
    }
    if parts.is_empty() {
        return Ok(None);
    }
    contacts.sort_unstable();
    contacts.dedup();
    let number = |count: usize| ("count", FluentValue::from(count as u64));
    let count = parts.len();
    let subject = if is_on_comments { "mail-digest-subject" } else { "mail-digest-subject-mixed" };
    let subject = app.words.with(subject, &[number(count)]);
    parts.truncate(MAX_IN_DIGEST);
    parts.insert(0, app.words.with("mail-digest", &[number(count)]));
    if count > MAX_IN_DIGEST {
        parts.push(app.words.with("mail-digest-more", &[number(count - MAX_IN_DIGEST)]));
    }
    parts.push(app.words.with("mail-digest-end", &[("own", own_page(app))]));
    let contact = FluentValue::from(contacts.join(", "));
    parts.push(app.words.with("statement-object", &[("contact", contact)]));
    Ok(Some((subject, parts.join("\n\n") + "\n")))
}

fn what_was_done(app: &App, title: &Title, statement: &Statement) -> String {
    match statement.kind {
        Kind::Banned => banned(app, title, statement),
        Kind::Held | Kind::Rejected | Kind::Removed | Kind::Reminded | Kind::Warned => {
            let name = FluentValue::from(line(&title.name));
            app.words.with(&format!("mail-statement-{}", statement.kind.as_str()), &[("title", name)])
        }
    }
}

fn banned(app: &App, title: &Title, statement: &Statement) -> String {
    let restriction = &statement.restriction;
    let privileges: Vec<String> =
        restriction.privileges.iter().map(|name| app.words.text(&format!("mail-privilege-{name}"))).collect();
    let privileges = FluentValue::from(privileges.join(", "));
    let place = if restriction.is_everywhere { app.words.text("mail-everywhere") } else { line(&title.name) };
    let place = FluentValue::from(place);
    match restriction.until {
        Some(until) => {
            let until = FluentValue::from(moment(until, title));
            let arguments = [("title", place), ("privileges", privileges), ("until", until)];
            app.words.with("mail-statement-banned-until", &arguments)
        }
        None => app.words.with("mail-statement-banned-for-good", &[("title", place), ("privileges", privileges)]),
    }
}

/// A moment as the title's readers know it.
fn moment(at: Timestamp, title: &Title) -> String {
    let zone = jiff::tz::TimeZone::get(&title.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.to_jiff().to_zoned(zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// Text from a settings page or a command that must not begin a new line, as a name or an address.
fn line(text: &str) -> String {
    text.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')).collect::<Vec<_>>().join(" ")
}

/// A comment as its author is sent it back.
fn quoted(text: &str) -> String {
    let plain = shortened(&comments::plain_text(text), MAX_QUOTE_CHARS);
    let broken = harmless(&plain);
    broken.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Text without anything that a mail program would make a link of: each full stop, at sign or colon that joins what
/// stands on both sides of it is set apart.
fn harmless(text: &str) -> String {
    let mut broken = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().filter(|c| !matches!(c, '\r' | '\0')).peekable();
    while let Some(c) = chars.next() {
        broken.push(c);
        let joins = matches!(c, '.' | '@' | ':' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
        if joins && chars.peek().is_some_and(|next| next.is_alphanumeric() || matches!(next, '/' | '[')) {
            broken.push(' ');
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn nothing_that_was_written_is_left_to_click_on() {
        for (written, sent) in [
            ("see https://bad.example/x?y=1", "see https: //bad. example/x?y=1"),
            ("www.bad.example", "www. bad. example"),
            ("mail me: a@bad.example", "mail me: a@ bad. example"),
            ("bad。example and mailto:x", "bad。 example and mailto: x"),
            ("At half past six. Really.", "At half past six. Really."),
            ("http://[::1]/", "http: //[:: 1]/"),
        ] {
            assert_eq!(harmless(written), sent);
        }
    }
}
