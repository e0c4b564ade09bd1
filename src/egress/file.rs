//! Mail as files, where there is no mail server.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::message::Mailbox;

use super::{MailError, Mailer, Message, Sending};
use crate::kernel::Clock;
use crate::settings::Settings;

/// Writes each mail to `data.dir`/mail, as `out_….eml`, for its owner's eyes only: links in it sign people in.
pub struct FileMailer {
    dir: PathBuf,
    from: Mailbox,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for FileMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileMailer({})", self.dir.display())
    }
}

impl FileMailer {
    /// A mailer for the folder that `settings` name.
    #[must_use]
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Self {
        Self { dir: settings.data.dir.join("mail"), from: settings.mail.from.mailbox().clone(), clock }
    }

    /// Where the mail is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Mailer for FileMailer {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            let mail = message.to_mail(&self.from, self.clock.now())?.formatted();
            let (dir, name) = (self.dir.clone(), message.id().to_string());
            let written = tokio::task::spawn_blocking(move || write(&dir, &name, &mail)).await;
            let written = written.unwrap_or_else(|error| Err(io::Error::other(error)));
            written.map_err(|error| MailError::Temporary(format!("the file cannot be written: {}", error.kind())))
        })
    }
}

/// Writes `name`.eml whole or not at all; sent again, a mail takes the place of its copy.
fn write(dir: &Path, name: &str, mail: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let beside = dir.join(format!("{name}.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(mail)?;
    file.sync_all()?;
    fs::rename(&beside, dir.join(format!("{name}.eml")))?;
    fs::File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::message::tests::{Parsed, message};
    use super::*;
    use crate::kernel::{ManualClock, Timestamp};
    use crate::settings::Sources;

    fn mailer(dir: &Path) -> Box<dyn Mailer> {
        let flags = vec![("data.dir".to_owned(), dir.display().to_string())];
        let settings = Settings::load(&Sources { flags, ..Sources::default() }).unwrap();
        let clock = ManualClock::new(Timestamp::from_millis(1_800_000_000_000));
        Box::new(FileMailer::new(&settings, Arc::new(clock)))
    }

    #[tokio::test]
    async fn a_mail_is_one_file_that_only_we_can_read_even_when_sent_twice() {
        let dir = tempfile::tempdir().unwrap();
        let (mailer, message) = (mailer(dir.path()), message("Hello", "One\n"));
        mailer.send(&message).await.unwrap();
        mailer.send(&message).await.unwrap();
        let files: Vec<_> = fs::read_dir(dir.path().join("mail")).unwrap().map(|entry| entry.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name().to_str().unwrap(), format!("{}.eml", message.id()));
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let mail = Parsed::of(&fs::read(files[0].path()).unwrap());
        assert_eq!((mail.header("subject"), mail.body.as_str()), ("Hello", "One\r\n"));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_may_be_mended() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mail"), "in the way").unwrap();
        let error = mailer(dir.path()).send(&message("Hello", "x")).await.unwrap_err();
        assert!(!error.is_permanent(), "{error}");
    }
}
