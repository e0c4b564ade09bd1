//! A mail before it leaves: text to one address.

use std::fmt;
use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::{Address, address::AddressError};

use super::MailError;
use crate::kernel::{OutboxId, Timestamp, char_count};

/// The most characters of a subject.
const MAX_SUBJECT_CHARS: usize = 200;

/// A mail to one address, in plain text. Made only of parts that fit into one, so that nobody who fills in a name or
/// an address writes headers.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    id: OutboxId,
    to: Address,
    subject: String,
    text: String,
}

/// Why this makes no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The recipient is no mail address.
    #[error("the recipient is not a mail address")]
    Recipient,
    /// The subject has a line break, another control character or too many characters.
    #[error("the subject does not fit in a line")]
    Subject,
    /// The text has U+0000.
    #[error("the text has U+0000")]
    Text,
}

impl Message {
    /// The mail `id`, to `to` alone.
    ///
    /// # Errors
    /// When a part could not stand in a mail.
    pub fn new(
        id: OutboxId,
        to: &str,
        subject: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<Self, MessageError> {
        let (subject, text) = (subject.into(), text.into());
        if to.chars().any(|character| character.is_control() || character.is_whitespace()) {
            return Err(MessageError::Recipient);
        }
        let to = to.parse().map_err(|_: AddressError| MessageError::Recipient)?;
        let breaks = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
        if subject.trim().is_empty() || subject.chars().any(breaks) || char_count(&subject) > MAX_SUBJECT_CHARS {
            return Err(MessageError::Subject);
        }
        if text.contains('\0') {
            return Err(MessageError::Text);
        }
        Ok(Self { id, to, subject, text })
    }

    /// Which row of the outbox it is.
    #[must_use]
    pub const fn id(&self) -> OutboxId {
        self.id
    }

    /// The address that it goes to.
    #[must_use]
    pub fn to(&self) -> &str {
        self.to.as_ref()
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The mail as it leaves: the same Message-ID each time it is sent.
    pub(super) fn to_mail(&self, from: &Mailbox, now: Timestamp) -> Result<lettre::Message, MailError> {
        let since_1970 = Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or(0));
        lettre::Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, self.to.clone()))
            .subject(self.subject.as_str())
            .message_id(Some(format!("<{}@{}>", self.id, from.email.domain())))
            .date(SystemTime::UNIX_EPOCH + since_1970)
            .header(AutoSubmitted)
            // Without it a strict reader takes the rest for ASCII, whatever it is encoded in.
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(self.text.clone())
            .map_err(|_| MailError::Permanent("its parts make no mail".to_owned()))
    }
}

impl fmt::Debug for Message {
    /// Shows the id alone: the rest is personal, and links in it sign people in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({})", self.id)
    }
}

/// Says that no person wrote this, so that no holiday notice comes back.
///
/// # Source
/// RFC 3834, 5.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Ids;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const NAMES: [&str; 9] = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];

    pub(in crate::egress) fn message(subject: &str, text: &str) -> Message {
        Message::new(Ids::seeded(1).mint(NOW), "ann@example.org", subject, text).unwrap()
    }

    /// A mail read back: its headers, unfolded, and its body as it stands.
    pub(in crate::egress) struct Parsed {
        pub(in crate::egress) headers: Vec<(String, String)>,
        pub(in crate::egress) body: String,
    }

    impl Parsed {
        pub(in crate::egress) fn of(mail: &[u8]) -> Self {
            let mail = String::from_utf8(mail.to_vec()).unwrap();
            let (head, body) = mail.split_once("\r\n\r\n").unwrap();
            let mut headers: Vec<(String, String)> = Vec::new();
            for line in head.split("\r\n") {
                assert!(!line.contains(['\r', '\n', '\0']), "a bare break in {line:?}");
                match line.strip_prefix([' ', '\t']) {
                    Some(rest) => {
                        let value = &mut headers.last_mut().unwrap().1;
                        value.push(' ');
                        value.push_str(rest);
                    }
                    None => {
                        let (name, value) = line.split_once(": ").unwrap();
                        headers.push((name.to_owned(), value.to_owned()));
                    }
                }
            }
            Self { headers, body: body.to_owned() }
        }

        pub(in crate::egress) fn header(&self, name: &str) -> &str {
            let mut found = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
            let (_, value) = found.next().unwrap();
            assert!(found.next().is_none(), "{name} twice");
            value
        }

        fn names(&self) -> Vec<&str> {
            self.headers.iter().map(|(name, _)| name.as_str()).collect()
        }
    }

    fn parsed(message: &Message, from: &str) -> Parsed {
        Parsed::of(&message.to_mail(&from.parse().unwrap(), NOW).unwrap().formatted())
    }

    #[test]
    fn a_mail_has_the_headers_that_we_gave_it_and_no_others() {
        let message = message("Confirm your address", "Follow this link.\n");
        let mail = parsed(&message, "Harbour Post <comments@harbourpost.example>");
        assert_eq!(mail.names(), NAMES);
        assert_eq!(mail.header("to"), "ann@example.org");
        assert_eq!(mail.header("subject"), "Confirm your address");
        assert_eq!(mail.header("message-id"), format!("<{}@harbourpost.example>", message.id()));
        assert_eq!(mail.header("date"), "Fri, 15 Jan 2027 08:00:00 +0000");
        assert_eq!(mail.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(mail.body, "Follow this link.\r\n");
    }

    #[test]
    fn nothing_that_would_write_a_header_makes_a_mail() {
        let id = Ids::seeded(1).mint(NOW);
        let new = |to: &str, subject: &str, text: &str| Message::new(id, to, subject, text).err();
        for bad in ["\r\nBcc: x@example.org", "\nx", "\rx", "\0", "\u{85}", "\u{2028}"] {
            assert_eq!(new("ann@example.org", &format!("Hello{bad}"), "x"), Some(MessageError::Subject), "{bad:?}");
            for to in
                [format!("ann@example.org{bad}"), format!("ann{bad}@example.org"), format!("{bad}ann@example.org")]
            {
                assert_eq!(new(&to, "Hello", "x"), Some(MessageError::Recipient), "{to:?}");
            }
        }
        for to in ["", "ann", "ann@", "Ann <ann@example.org>", "ann@example.org, bob@example.org", "ann@exa mple.org"] {
            assert_eq!(new(to, "Hello", "x"), Some(MessageError::Recipient), "{to:?}");
        }
        assert_eq!(new("ann@example.org", " ", "x"), Some(MessageError::Subject));
        assert_eq!(new("ann@example.org", &"x".repeat(201), "x"), Some(MessageError::Subject));
        assert_eq!(new("ann@example.org", "Hello", "a\0b"), Some(MessageError::Text));
    }

    #[test]
    fn a_message_shows_neither_address_nor_text() {
        let shown = format!("{:?}", message("Hello", "the link"));
        assert!(shown.starts_with("Message(out_") && !shown.contains("ann") && !shown.contains("link"), "{shown}");
    }

    proptest! {
        #[test]
        fn whatever_is_written_the_headers_stay_ours(subject in any::<String>(), to in any::<String>(), text in any::<String>(), name in "[^\\p{Cc}]{1,30}") {
            let id = Ids::seeded(1).mint(NOW);
            let _ = Message::new(id, &to, "x", "x").map(|message| parsed(&message, "a@example.org"));
            if let Ok(message) = Message::new(id, "ann@example.org", subject, text) {
                let from = Mailbox::new(Some(name), "comments@harbourpost.example".parse().unwrap());
                let mail = message.to_mail(&from, NOW).unwrap();
                let mail = Parsed::of(&mail.formatted());
                prop_assert_eq!(mail.names(), NAMES);
                prop_assert_eq!(mail.header("to"), "ann@example.org");
                prop_assert!(mail.header("from").ends_with("<comments@harbourpost.example>"));
            }
        }

        #[test]
        fn a_subject_in_ascii_reads_back_as_written(subject in "[!-~]([ -~]{0,120}[!-~])?") {
            let mail = parsed(&message(&subject, "x"), "a@example.org");
            prop_assert_eq!(mail.header("subject"), subject);
        }
    }
}
