//! What is asked of an address, a name and a password before any of them is taken.

use super::{DisplayName, EmailAddress, EmailFault, NameFault, store};
use crate::app::App;
use crate::kernel::Actor;
use crate::secrets::{KeyedHash, PasswordsError, Policy, Verified};
use crate::storage::StorageError;
use crate::titles;

/// Something wrong in one field of a form, by the code under which its words are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field, by its name in the form.
    pub field: &'static str,
    /// What is wrong, stable.
    pub code: &'static str,
}

impl FieldFault {
    pub(super) const NAME_TAKEN: Self = Self { field: "name", code: "name_taken" };
    pub(super) const EMAIL_UNCHANGED: Self = Self { field: "email", code: "email_unchanged" };
    pub(super) const EMAIL_TAKEN: Self = Self { field: "email", code: "email_taken" };
}

/// Checks everything that makes an account, at once; without a password only the rest.
pub(super) async fn newcomer(
    app: &App,
    email: &str,
    name: &str,
    password: Option<&str>,
) -> Result<Result<(EmailAddress, DisplayName), Vec<FieldFault>>, StorageError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let titles = title_names(&mut work.tx).await?;
    let title_names: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut faults = Vec::new();

    let email_found = EmailAddress::parse(email);
    if let Err(email_faults) = &email_found {
        faults.extend(email_faults.iter().map(|fault: &EmailFault| FieldFault { field: "email", code: fault.code() }));
    }
    let name_found = DisplayName::parse(name, &title_names);
    match &name_found {
        Err(name_faults) => {
            faults.extend(name_faults.iter().map(|fault: &NameFault| FieldFault { field: "name", code: fault.code() }));
        }
        Ok(name) if store::is_name_taken(&mut work.tx, &name.skeleton()).await? => {
            faults.push(FieldFault::NAME_TAKEN);
        }
        Ok(_) => {}
    }
    if let Some(password) = password {
        let known: Vec<&str> = title_names.into_iter().chain([email, name]).collect();
        faults.extend(password_fault(app, "password", password, &known));
    }
    Ok(match (email_found, name_found) {
        (Ok(email), Ok(name)) if faults.is_empty() => Ok((email, name)),
        _ => Err(faults),
    })
}

/// Checks a name alone.
pub(super) async fn name(app: &App, name: &str) -> Result<Result<DisplayName, Vec<FieldFault>>, StorageError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let titles = title_names(&mut work.tx).await?;
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let fault = |fault: &NameFault| FieldFault { field: "name", code: fault.code() };
    Ok(DisplayName::parse(name, &titles).map_err(|faults| faults.iter().map(fault).collect()))
}

/// Checks a password that an account of this `email` and `name` would change to.
pub(super) async fn new_password(
    app: &App,
    field: &'static str,
    password: &str,
    email: &str,
    name: &str,
) -> Result<Option<FieldFault>, StorageError> {
    let mut work = app.read(Actor::Anonymous).await?;
    let titles = title_names(&mut work.tx).await?;
    let known: Vec<&str> = titles.iter().map(String::as_str).chain([email, name]).collect();
    Ok(password_fault(app, field, password, &known))
}

fn password_fault(app: &App, field: &'static str, password: &str, known: &[&str]) -> Option<FieldFault> {
    let min_chars = usize::try_from(app.settings.accounts.password_min_chars).unwrap_or(usize::MAX);
    let policy = Policy { min_chars, has_second_factor: false, known };
    policy.check(password).err().map(|refusal| FieldFault { field, code: refusal.code() })
}

async fn title_names(tx: &mut crate::storage::Tx) -> Result<Vec<String>, StorageError> {
    Ok(titles::list(tx).await?.into_iter().map(|title| title.name).collect())
}

/// Whether `password` is the one behind `stored`. One longer than any password may be is simply not.
pub(super) async fn verify(app: &App, stored: Option<&str>, password: &str) -> Result<Verified, PasswordsError> {
    match app.passwords.verify(stored, password).await {
        Err(PasswordsError::TooLong) => Ok(Verified::No),
        other => other,
    }
}

/// What stands for an address in throttles and in the log.
pub(super) fn address_hash(app: &App, canonical: &str) -> KeyedHash {
    app.keys.keyed_hash("email", canonical.as_bytes())
}

/// Whether this address may be sent one more of the mails that anybody can ask for. Counts it.
pub(super) fn may_mail(app: &App, canonical: &str) -> bool {
    app.limits.mail_per_recipient.check(address_hash(app, canonical).as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Words;
    use crate::secrets::Refusal;

    #[test]
    fn every_fault_that_this_room_tells_has_words() {
        let words = Words::british();
        let refusals = [
            Refusal::TooShort { min_chars: 15 },
            Refusal::TooLong,
            Refusal::Repeated,
            Refusal::Common,
            Refusal::Personal,
        ];
        let taken = [FieldFault::NAME_TAKEN.code, FieldFault::EMAIL_TAKEN.code, FieldFault::EMAIL_UNCHANGED.code];
        for code in refusals.into_iter().map(Refusal::code).chain(taken) {
            assert!(words.has(&code.replace('_', "-")), "{code}");
        }
    }
}
