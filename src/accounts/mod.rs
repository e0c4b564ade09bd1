//! Subscriber accounts: who signs in, what they are called, and what they are in which title.
//!
//! Every account acts for a subscriber from its first moment. A [`DisplayName`] is what readers see and an
//! [`EmailAddress`] is where mail goes; both are checked once, when they come in. Whether an address has an account
//! shows in no answer and in no amount of hashing; that a name is taken may be told.
//!
//! INVARIANT: passwords are hashed before a transaction begins. Of several locks the subscriber's comes first, then the
//! account's, then the rows of roles. Tokens and sessions are stored as hashes; a change of password or role ends
//! sessions in the same transaction.

mod authenticate;
mod change_email;
mod change_password;
mod check;
mod confirm_email;
mod create_account;
mod crowd;
mod email;
mod end_session;
mod fill_names;
mod forget_old;
mod name;
mod profile;
mod reset_password;
mod session;
mod set_password;
mod set_role;
mod sign_in;
mod sign_up;
mod store;
mod token;

pub use authenticate::{Authenticated, authenticate};
pub use change_email::{AskChangeError, ask_change_email, change_email};
pub use change_password::{ChangePasswordError, change_password};
pub use check::FieldFault;
pub use confirm_email::confirm_email;
pub use create_account::{CreateAccountError, NewAccount, create_account};
pub use crowd::{Member, issue_session, seed_crowd};
pub use email::{EmailAddress, EmailFault};
pub use end_session::{EndSessionError, end_other_sessions, end_session, sign_out};
pub use fill_names::{BATCH as NAMES_BATCH, fill_names};
pub use forget_old::forget_old;
pub use name::{DisplayName, NameFault, skeleton};
pub use profile::{Profile, find_by_email, get_profile, list_accounts_of, renewed};
pub use reset_password::{AskResetError, ResetPasswordError, ask_reset, reset_password};
pub use session::{Client, Session, list_sessions};
pub use set_password::{SetPasswordError, set_password};
pub use set_role::{SetRoleError, set_role};
pub use sign_in::{Admission, SignIn, SignInError, sign_in};
pub use sign_up::{SignUp, SignUpError, sign_up};
pub use store::{
    count_admins, editors_of, find_address, has_lookalike, is_staff_anywhere, is_staff_within, lock_account,
    lock_subscriber, names_of, subscriber_exists,
};
pub use token::{LinkError, Purpose, peek_token};
