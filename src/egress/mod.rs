//! The only ways out of the installation: mail, and one HTTP client that asks for the keys of those who sign tokens.
//!
//! What leaves was written down before, as a row of the outbox, and may be sent more than once: its id makes the
//! Message-ID, so that a mailbox can tell. Who is written to, and when to try again, is decided elsewhere.

mod file;
mod http;
mod message;
mod provider_keys;
mod smtp;

use std::future::Future;
use std::pin::Pin;

pub use file::FileMailer;
pub use http::{HttpClient, HttpError};
pub use message::{Message, MessageError};
pub use provider_keys::ProviderKeys;
pub use smtp::SmtpMailer;

/// What sending ends in. Boxed, so that a mailer can be chosen while running.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Whoever takes a message out.
pub trait Mailer: Send + Sync + 'static {
    /// Sends `message`; done when somebody else has taken charge of it.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}

/// Why a message did not leave. The text is for logs: it names no address, so it does not repeat the server's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// This message will never be taken: give it up.
    #[error("the message is refused for good: {0}")]
    Permanent(String),
    /// Another time it may be: keep it.
    #[error("the message cannot be sent now: {0}")]
    Temporary(String),
}

impl MailError {
    /// Whether trying again is useless.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent(_))
    }
}
