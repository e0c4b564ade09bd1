//! Mail by a mail server.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::response::Code;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::{MailError, Mailer, Message, Sending};
use crate::kernel::Clock;
use crate::settings::{Mail, SmtpUrl};

/// Hands mail to a mail server, over TLS everywhere but on this machine. Keeps connections open between mails.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpMailer")
    }
}

impl SmtpMailer {
    /// A mailer for the server at `url`. Connects when the first mail is sent.
    ///
    /// # Errors
    /// When no connection to such a server can be set up at all.
    pub fn new(url: &SmtpUrl, mail: &Mail, clock: Arc<dyn Clock>) -> Result<Self, MailError> {
        let unusable = |_| MailError::Temporary("mail.smtp_url cannot be used".to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url))
            .map_err(unusable)?
            .timeout(Some(Duration::from_secs(u64::from(mail.timeout_seconds))))
            .build();
        Ok(Self { transport, from: mail.from.mailbox().clone(), clock })
    }

    /// Whether the server answers, for `doctor`.
    ///
    /// # Errors
    /// When it does not, refuses us, or its certificate is not trusted.
    pub async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Temporary("the mail server does not answer".to_owned())),
            Err(error) => Err(of(&error)),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            let mail = message.to_mail(&self.from, self.clock.now())?;
            self.transport.send(mail).await.map(|_| ()).map_err(|error| of(&error))
        })
    }
}

/// The URL as the library wants it: without being told it would speak in the clear.
fn with_tls(url: &SmtpUrl) -> String {
    if url.is_implicit_tls() || url.is_loopback() {
        url.expose().to_owned()
    } else {
        format!("{}?tls=required", url.expose())
    }
}

fn of(error: &lettre::transport::smtp::Error) -> MailError {
    match error.status() {
        Some(code) if error.is_permanent() && !is_about_us(code) => {
            MailError::Permanent(format!("the mail server answered {code}"))
        }
        Some(code) => MailError::Temporary(format!("the mail server answered {code}")),
        None if error.is_tls() => MailError::Temporary("no TLS with the mail server".to_owned()),
        None if error.is_timeout() => MailError::Temporary("the mail server took too long".to_owned()),
        None => MailError::Temporary("no conversation with the mail server".to_owned()),
    }
}

/// Whether the answer is about how we signed in (53x) or spoke (50x), which the operator can mend: giving up would
/// lose every mail for one wrong password.
fn is_about_us(code: Code) -> bool {
    let code = u16::from(code);
    (500..510).contains(&code) || (530..540).contains(&code)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

    use super::super::message::tests::{Parsed, message};
    use super::*;
    use crate::kernel::{ManualClock, Timestamp};
    use crate::settings::{Settings, Sources};

    fn settings(url: &str) -> Settings {
        let flags = [("mail.smtp_url", url), ("mail.from", "Post <post@example.org>"), ("mail.timeout_seconds", "5")];
        let flags = flags.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        Settings::load(&Sources { flags, ..Sources::default() }).unwrap()
    }

    fn mailer(url: &str) -> SmtpMailer {
        let settings = settings(url);
        let clock = ManualClock::new(Timestamp::from_millis(1_800_000_000_000));
        SmtpMailer::new(settings.mail.smtp_url.as_ref().unwrap(), &settings.mail, Arc::new(clock)).unwrap()
    }

    async fn serve(stream: TcpStream, to_rcpt: &'static str, taken: UnboundedSender<String>) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer = match line.get(..4).unwrap_or_default() {
                "RCPT" => to_rcpt,
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                        mail.push_str("\r\n");
                    }
                    let _ = taken.send(mail);
                    "250 taken"
                }
                _ => "250 mail.example",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// A mail server that answers `to_rcpt` to every recipient, its URL, and what it was given.
    async fn server(to_rcpt: &'static str) -> (String, UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (taken, mails) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, to_rcpt, taken.clone()));
            }
        });
        (url, mails)
    }

    #[tokio::test]
    async fn a_mail_server_on_this_machine_is_given_the_mail() {
        let (url, mut mails) = server("250 fine").await;
        let mailer = mailer(&url);
        mailer.check().await.unwrap();
        let message = message("Hello", "One\n.\nTwo\n");
        mailer.send(&message).await.unwrap();
        let mail = Parsed::of(mails.recv().await.unwrap().as_bytes());
        assert_eq!(mail.header("message-id"), format!("<{}@example.org>", message.id()));
        assert_eq!(mail.header("from"), "Post <post@example.org>");
        assert!(mail.body.starts_with("One\r\n.\r\nTwo"), "{}", mail.body);
    }

    #[tokio::test]
    async fn a_refusal_for_good_is_told_from_one_for_now_and_repeats_no_address() {
        let cases = [
            ("550 5.1.1 no such ann@example.org", MailError::Permanent("the mail server answered 550".to_owned())),
            ("451 4.7.1 ann@example.org later", MailError::Temporary("the mail server answered 451".to_owned())),
            ("530 5.7.0 sign in first", MailError::Temporary("the mail server answered 530".to_owned())),
        ];
        for (answer, expected) in cases {
            let (url, _mails) = server(answer).await;
            assert_eq!(mailer(&url).send(&message("Hello", "x")).await, Err(expected), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_tried_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let error = mailer(&format!("smtp://{address}")).send(&message("Hello", "x")).await.unwrap_err();
        assert_eq!(error, MailError::Temporary("no conversation with the mail server".to_owned()));
    }

    #[tokio::test]
    async fn a_server_that_speaks_in_the_clear_where_tls_belongs_is_given_nothing() {
        let (url, mut mails) = server("250 fine").await;
        let error = mailer(&url.replace("smtp://", "smtps://")).send(&message("Hello", "x")).await.unwrap_err();
        assert!(!error.is_permanent(), "{error}");
        assert!(mails.try_recv().is_err());
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let url = |text: &str| with_tls(settings(text).mail.smtp_url.as_ref().unwrap());
        for here in ["smtp://localhost:25", "smtp://127.0.0.1:25", "smtp://[::1]:25", "smtps://mail.example.org"] {
            assert_eq!(url(here), here);
        }
        for there in ["smtp://mail.example.org", "smtp://ann:pw@10.0.0.7:25", "smtp://localhost.example.org"] {
            assert_eq!(url(there), format!("{there}?tls=required"));
        }
    }
}
