//! What a request carries, read strictly: whatever is wrong is answered with a code, and never with plain text.
//!
//! A form is a struct of [`Given`] fields that derives `serde::Deserialize` and `utoipa::ToSchema`; each field states
//! its documented type with `#[schema(value_type = …, max_length = …)]`. The same struct reads a JSON body
//! (`Json<Sent<T>>`) and a page's form (`Form<Sent<T>>`). Reading fails only for what is not a body at all; faults of
//! fields are found by [`Check`], all at once, when the handler has dealt with whatever comes before them.

mod body;
mod check;
mod decode;
mod fields;
mod given;
mod key;
mod params;
mod strict;

pub use body::{Form, FormFields, Json, Sent};
pub use check::{Check, Whole};
pub use given::{Field, Given, Nullable};
pub use key::{IdempotencyKey, MAX_KEY_CHARS};
pub use params::{Path, Query, page_cursor, page_limit};
