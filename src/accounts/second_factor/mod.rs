//! The second factor of people who work for the paper: the codes of an authenticator app, and recovery codes for the day
//! that it is lost; passkeys beside them.
//!
//! INVARIANT: a code is good once, and so is a recovery code; the secret is shown once, and lies in the database only under a
//! pad that the identity key makes. Every code that is tried counts against the account, whoever tries it.

mod enrol;
mod give;
mod passkeys;
mod recovery;
mod remove;
mod status;
mod store;
mod ticket;
mod totp;

pub use enrol::{ConfirmError, EnrolError, Enrolment, confirm_second_factor, enrol_second_factor};
pub use give::Given;
pub(super) use give::{Outcome, give};
pub(super) use passkeys::delete_ceremonies_before;
pub use passkeys::{
    Challenge, MAX_ANSWER_BYTES, MAX_LABEL_CHARS, MOST_PASSKEYS, Passkey, PasskeyError, add_passkey, ask_passkey,
    begin_passkey, list_passkeys, offers_passkeys, remove_passkey,
};
pub use recovery::{RenewError, renew_recovery_codes};
pub use remove::{RemoveError, remove_second_factor, reset_second_factor};
pub use status::{FactorStatus, second_factor_of};
pub(super) use store::{delete as delete_factor, has_factor};
pub(super) use ticket::{open_ticket, ticket_for};
