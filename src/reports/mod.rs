//! Readers report what breaks the house rules.
//!
//! One report per account and comment, naming a clause, with the text as it read then. A report puts the comment into
//! the moderators' queue and never takes it down. Whoever reported is told the outcome; the report button is a privilege
//! of its own and can be withdrawn on its own.

mod close;
mod report;
mod store;
mod submit;

pub use close::{close_open, reverse_upheld, undo_decided};
pub use report::{Outcome, Report};
pub use store::{count_dismissed, find_own, is_reported_by, list_of_account, list_on};
pub use submit::{NewReport, SubmitError, is_unknown_clause, may_report, submit};
