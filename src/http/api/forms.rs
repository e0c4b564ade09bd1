//! What every handler of the API reads besides its body.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::http::extract::{page_cursor, page_limit};
use crate::http::{Error, cursor};
use crate::idempotency::Request;
use crate::kernel::{Cursor, Limit};

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where the page begins: `next` of the page before. Exclusive.
    #[param(max_length = 54, min_length = 1)]
    pub after: Option<String>,
    /// How many items the page holds at most; 30 unless told.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u16>,
}

impl PageQuery {
    /// The page asked for of the list `scope`.
    ///
    /// # Errors
    /// `invalid_query` when it cannot be.
    pub fn read(&self, app: &App, scope: &str) -> Result<(Option<Cursor>, Limit), Error> {
        let after = page_cursor(&cursor_key(app), scope, self.after.as_deref())?;
        Ok((after, page_limit(self.limit)?))
    }
}

/// No query at all: anything in it is refused.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

/// The key that cursors are signed with.
#[must_use]
pub fn cursor_key(app: &App) -> [u8; 32] {
    *app.keys.keyed_hash("cursor", b"").as_bytes()
}

/// The text of `next` of the list `scope`.
#[must_use]
pub fn next_of(app: &App, scope: &str, next: Option<Cursor>) -> Option<String> {
    next.map(|next| cursor::encode(&cursor_key(app), scope, next))
}

/// A request as the keys room remembers it.
#[must_use]
pub fn keyed(
    key: &crate::http::extract::IdempotencyKey,
    route: &str,
    object: impl ToString,
    digest: [u8; 32],
) -> Request {
    Request { key: key.as_str().to_owned(), route: format!("{route} {}", object.to_string()), digest }
}
