//! What must stay secret: keys, passwords, tokens, and the hashes that stand in for them.
//!
//! Passwords are kept as argon2id, tokens as SHA-256, addresses that outlive their account as keyed hashes. Nothing
//! here prints a secret: every type that holds one shows itself as `***`. Who may do what is decided elsewhere.

mod csrf;
mod keys;
mod passwords;
mod policy;
mod tokens;

pub use keys::{KeyedHash, Keys, KeysError};
pub use passwords::{Passwords, PasswordsError, Verified};
pub use policy::{MAX_PASSWORD_CHARS, Policy, Refusal};
pub use tokens::{NotAToken, Token, TokenHash};
