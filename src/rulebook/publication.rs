//! What is to be published for whom, whether a word list or rules.

use crate::kernel::TitleId;

/// A file as its editor wrote it, to become the newest of its title.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// Whose it is.
    pub title: &'a TitleId,
    /// The file, TOML.
    pub source: &'a str,
    /// The version that it was made from, 0 for none: when another was published since, nothing is. `None` publishes
    /// whatever stands.
    pub based_on: Option<i64>,
}

/// Another version was published since the one that an editor began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("version {latest} was published since version {based_on}, which this was made from")]
pub struct Moved {
    /// The version that it was made from.
    pub based_on: i64,
    /// The newest.
    pub latest: i64,
}

impl<'a> Publication<'a> {
    /// A file that replaces whatever stands.
    #[must_use]
    pub const fn new(title: &'a TitleId, source: &'a str) -> Self {
        Self { title, source, based_on: None }
    }

    /// The number of its publication after `latest`, unless something came between.
    pub(super) fn next(&self, latest: i64) -> Result<i64, Moved> {
        match self.based_on {
            Some(based_on) if based_on != latest => Err(Moved { based_on, latest }),
            _ => Ok(latest + 1),
        }
    }
}
