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
mod by_login;
mod change_email;
mod change_password;
mod check;
mod confirm_email;
mod create_account;
mod crowd;
mod delete_account;
mod email;
mod end_session;
mod fill_names;
mod forget_old;
mod name;
mod persons;
mod places;
mod profile;
mod reauthenticate;
mod rename;
mod reset_password;
mod second_factor;
mod session;
mod set_password;
mod set_role;
mod sign_in;
mod sign_up;
mod store;
mod token;

pub use authenticate::{Authenticated, authenticate};
pub use by_login::{Described, admit_by_login, create_by_login, describe_by_login};
pub use change_email::{AskChangeError, ask_change_email, change_email};
pub use change_password::{ChangePasswordError, change_password};
pub use check::FieldFault;
pub use confirm_email::confirm_email;
pub use create_account::{CreateAccountError, NewAccount, create_account};
pub use crowd::{Member, issue_session, seed_crowd};
pub use delete_account::{DeleteAccountError, delete_account};
pub use email::{EmailAddress, EmailFault};
pub use end_session::{
    EndSessionError, StaffSessionError, end_all_sessions_of, end_other_sessions, end_session, end_session_of,
    end_session_of_staff, sessions_of_staff, sign_out,
};
pub use fill_names::{BATCH as NAMES_BATCH, fill_names};
pub use forget_old::forget_old;
pub use name::{DisplayName, NameFault, skeleton};
pub use persons::{
    KeyKind, LinkKey, LinkRow, ReorderError, claim_key, claim_keys, find_bound, find_by_key, find_key_rows,
    find_person, forget_links, is_one_person, join, link, link_known, list_links, list_moved, lock_bound,
    lock_subscriber, separate, subscriber_with, subscribers_of, tell_of_privileges, undo_reorder,
};
pub use profile::{Profile, find_by_email, get_profile, list_accounts_of, on_behalf_of, renewed};
pub use reauthenticate::{ReauthenticateError, has_proven_lately, reauthenticate};
pub use rename::{RenameError, neutral_name, remove_name, rename};
pub use reset_password::{AskResetError, ResetPasswordError, ask_reset, reset_password};
pub use second_factor::{
    Challenge, ConfirmError, EnrolError, Enrolment, FactorStatus, Given as SecondFactor, MAX_ANSWER_BYTES,
    MAX_LABEL_CHARS, MOST_PASSKEYS, Passkey, PasskeyError, RemoveError, RenewError, add_passkey, ask_passkey,
    begin_passkey, confirm_second_factor, enrol_second_factor, list_passkeys, offers_passkeys, remove_passkey,
    remove_second_factor, renew_recovery_codes, reset_second_factor, second_factor_of,
};
pub use session::{Client, Session, list_sessions};
pub use set_password::{SetPasswordError, set_password};
pub use set_role::{SetRoleError, set_role};
pub use sign_in::{Admission, SignIn, SignInError, ask_passkey_again, sign_in, sign_in_second};
pub use sign_up::{SignUp, SignUpError, sign_up};
pub use store::{
    FormerName, count_admins, editors_of, find_address, find_last_deleted, former_names_of, has_lookalike,
    has_password, is_staff_anywhere, is_staff_within, list_renamed, lock_account, names_of, set_told,
    subscriber_exists,
};
pub use token::{LinkError, Purpose, peek_token};
