//! What was typed into a form, and what is wrong with it, in words.

use crate::app::App;
use crate::http::extract::Given;
use crate::http::pages::views::Problem;

/// The text of a field, with the line breaks of our own texts and without the space around it; empty when it was not
/// sent.
pub(super) fn text_of(given: &Given<String>) -> String {
    given.value().map(|text| text.replace("\r\n", "\n").trim().to_owned()).unwrap_or_default()
}

/// Something wrong with `field`, in the words of the message called `key`.
pub(super) fn problem(app: &App, field: Option<&'static str>, key: &str) -> Problem {
    Problem { field, message: app.words.text(key) }
}
