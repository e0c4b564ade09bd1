//! Keys, disk and mail.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::Findings;
use crate::egress::SmtpMailer;
use crate::kernel::SystemClock;
use crate::settings::Settings;

/// With less than this many kibibytes free, writing will soon fail.
const TOO_LITTLE_KIB: u64 = 100 * 1024;
/// With less than this it is time to make room.
const LITTLE_KIB: u64 = 1024 * 1024;

/// Looks at the file of generated keys. That given keys are there is a matter of settings.
pub(super) fn check_secrets(settings: &Settings, findings: &mut Findings) {
    if settings.secrets.signing_key.is_some() && settings.secrets.identity_key.is_some() {
        return findings.fine("secrets", "both keys are given");
    }
    if settings.database_url().is_postgres() {
        return;
    }
    let path = settings.data.dir.join("secrets.toml");
    match fs::metadata(&path) {
        Ok(found) if found.permissions().mode() & 0o077 == 0 => {
            findings.fine("secrets", format!("{} is its owner's alone; keep a copy with every backup", path.display()));
        }
        Ok(found) => findings.broken(
            "secrets",
            format!("{} has mode {:o}: others can read it", path.display(), found.permissions().mode() & 0o777),
            format!("run chmod 600 {}, and replace the keys if anybody did", path.display()),
        ),
        Err(_) => findings.look(
            "secrets",
            format!("{} does not exist yet", path.display()),
            "nothing: the first start makes it; if there were starts before, put its backup back",
        ),
    }
}

/// Looks for secrets of host tokens that are shorter than the hash that they make.
///
/// # Source
/// RFC 7518, 3.2: a key of HS256 has 256 bits or more.
pub(super) fn check_shared_secrets(settings: &Settings, findings: &mut Findings) {
    for issuer in settings.identity.host_token.iter() {
        for (id, _) in issuer.shared_secrets().iter().filter(|(_, secret)| secret.len() < 32) {
            findings.look(
                "host tokens",
                format!("the secret {id} of {} is short: who sees one token can try to guess it", issuer.issuer),
                "draw another with openssl rand -hex 32, add it beside the old one, and have the newspaper sign with it",
            );
        }
    }
}

/// Looks at how much room there is for the database, keys and mail.
pub(super) fn check_disk(settings: &Settings, findings: &mut Findings) {
    let dir = &settings.data.dir;
    let Some(free) = nearest(dir).and_then(|there| free_kib(&there)) else {
        return findings.look("disk", "the free space cannot be read", format!("look at {} yourself", dir.display()));
    };
    let says = format!("{} MiB free for {}", free / 1024, dir.display());
    if free < TOO_LITTLE_KIB {
        findings.broken("disk", says, "make room: writing will fail");
    } else if free < LITTLE_KIB {
        findings.look("disk", says, "make room soon");
    } else {
        findings.fine("disk", says);
    }
}

/// The folder itself, or the nearest above it that exists.
fn nearest(dir: &Path) -> Option<PathBuf> {
    let dir = std::path::absolute(dir).ok()?;
    dir.ancestors().find(|folder| folder.is_dir()).map(Path::to_owned)
}

/// What the system's own tool says: asking the kernel would need code that is not safe.
fn free_kib(dir: &Path) -> Option<u64> {
    let said = Command::new("df").args(["-Pk", "--"]).arg(dir).env("LC_ALL", "C").output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    // Columns count from the right: only the device's name, on the left, may have spaces in it.
    let mut columns = text.lines().nth(1)?.split_whitespace().rev();
    let is_percent = |column: &&str| column.ends_with('%');
    columns.find(is_percent)?;
    columns.next()?.parse().ok()
}

/// Speaks to the mail server, or tries the folder that stands in for one.
pub(super) async fn check_mail(settings: &Settings, findings: &mut Findings) {
    let Some(url) = &settings.mail.smtp_url else {
        return check_mail_folder(settings, findings);
    };
    let mailer = SmtpMailer::new(url, &settings.mail, Arc::new(SystemClock));
    let outcome = match mailer {
        Ok(mailer) => mailer.check().await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => findings.fine("mail", format!("{url:?} answers")),
        Err(error) => findings.broken("mail", format!("{url:?}: {error}"), "correct mail.smtp_url or the mail server"),
    }
}

fn check_mail_folder(settings: &Settings, findings: &mut Findings) {
    let dir = settings.data.dir.join("mail");
    // A folder that does not exist yet will be made in the nearest that does.
    let written = nearest(&dir).map(|there| tempfile_in(&there));
    match written {
        Some(Ok(())) => findings.look(
            "mail",
            format!("there is no mail server: mail is written to {} and nobody gets it", dir.display()),
            "set mail.smtp_url, unless this is only for trying things",
        ),
        Some(Err(error)) => {
            findings.broken("mail", format!("{} cannot be written: {error}", dir.display()), "let us write there");
        }
        None => findings.broken("mail", format!("{} cannot be made", dir.display()), "correct data.dir"),
    }
}

/// Makes a file and takes it away again.
fn tempfile_in(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(format!(".belowline-doctor-{}", std::process::id()));
    let file = fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
    drop(file);
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_on_the_disk_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("a/b/c");
        assert_eq!(nearest(&missing).unwrap(), dir.path());
        assert!(free_kib(dir.path()).is_some_and(|free| free > 0));
        assert!(free_kib(&missing).is_none());
    }
}
