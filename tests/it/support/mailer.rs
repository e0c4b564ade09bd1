//! A mailer that keeps what it is given.

use std::sync::Mutex;

use belowline::egress::{Mailer, Message, Sending};

/// Keeps every message in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryMailer(Mutex<Vec<Message>>);

impl MemoryMailer {
    /// Takes the messages sent since the last time, oldest first.
    pub(crate) fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Mailer for MemoryMailer {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        self.0.lock().unwrap().push(message.clone());
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn what_the_installation_sends_is_kept_for_the_test_to_read() {
    let app = crate::support::TestApp::sqlite().await;
    let message = Message::new(app.ids.mint(app.now()), "ann@example.org", "Hello", "A line.").unwrap();
    app.app.mailer.send(&message).await.unwrap();
    assert_eq!(app.mailer.take(), [message]);
    assert!(app.mailer.take().is_empty());
}
