//! The words that people read, by language: Fluent files, compiled in.
//!
//! A message that is missing shows its own key, and a test walks the templates so that none ever is.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// Values that a message mentions, by name.
pub type Arguments<'a> = &'a [(&'a str, FluentValue<'a>)];

/// The files of one language.
const EN_GB: &[&str] = &[
    include_str!("../../locales/en-GB/names.ftl"),
    include_str!("../../locales/en-GB/pages.ftl"),
    include_str!("../../locales/en-GB/errors.ftl"),
    include_str!("../../locales/en-GB/mail.ftl"),
];

/// Every message of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").finish_non_exhaustive()
    }
}

impl Words {
    /// British English.
    ///
    /// # Panics
    /// When a file that was compiled in is not valid Fluent, which a test shows first.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the files are compiled in and a test loads them")]
    pub fn british() -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec!["en-GB".parse().expect("a language tag")]);
        // Marks that isolate right-to-left text would show up in mail and in attributes; pages isolate with `<bdi>`.
        bundle.set_use_isolating(false);
        for file in EN_GB {
            let resource = FluentResource::try_new((*file).to_owned()).expect("a valid Fluent file");
            bundle.add_resource(resource).expect("no message twice");
        }
        Self { bundle }
    }

    /// Whether there is a message called `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The message called `key`; the key itself when there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The message called `key`, with what it mentions filled in.
    #[must_use]
    pub fn with(&self, key: &str, arguments: Arguments<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut values = FluentArgs::new();
        for (name, value) in arguments {
            values.set(Cow::from(*name), value.clone());
        }
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_loads_and_a_missing_message_shows_its_key() {
        let words = Words::british();
        assert_eq!(words.text("no-such-message"), "no-such-message");
    }
}
