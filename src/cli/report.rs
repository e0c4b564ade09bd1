//! What a command says it did.

use std::io::{self, Write as _};

use serde_json::Value;

/// For whom output is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Print {
    /// Words for people.
    #[default]
    Text,
    /// One JSON object on one line, for programs; of many things, one on each line.
    #[value(alias = "jsonl")]
    Json,
}

/// What was done, in words and as data.
#[derive(Clone, Debug)]
pub struct Report {
    text: String,
    json: Value,
}

impl Report {
    /// A report that says `text` to people and `json` to programs.
    #[must_use]
    pub fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json }
    }

    /// Writes it to standard output, and makes sure that it got there.
    ///
    /// # Errors
    /// When it could not be written, other than because nobody reads any more.
    pub fn print(&self, how: Print) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let written = match how {
            Print::Text => writeln!(out, "{}", self.text.trim_end()),
            Print::Json => writeln!(out, "{}", self.json),
        };
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}
