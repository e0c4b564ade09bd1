//! Markup that may stand in a page as it is.

use std::fmt;

use askama::filters::HtmlSafe;

/// A comment's rendered body after the sanitiser, which was the last to touch it.
///
/// A template escapes everything else; this type is what makes the difference, not a filter that somebody might
/// put behind the wrong name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes the sanitiser's own output.
    ///
    /// INVARIANT: nothing may change the markup between the sanitiser and here; a filter after it could open again
    /// what it closed.
    #[must_use]
    pub fn from_sanitised(markup: String) -> Self {
        Self(markup)
    }

    /// Whether there is nothing to show: a comment whose text this viewer may not see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}
