//! The gate: may this account do this here now?
//!
//! What the subscription grants, less what bans withdraw, is what one may do. There is one answer, [`may`], and it names
//! its reason; API, pages and every writing transaction ask it. It is pure: [`standing_of`] reads what it needs, and a
//! writing transaction reads it again after it has locked the subscriber's row.

mod answer;
mod standing;

pub use crate::bans::{Privilege, Privileges};
pub use answer::{Refusal, may, may_in_any_title};
pub use standing::{Standing, standing_of};
