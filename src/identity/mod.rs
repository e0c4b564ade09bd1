//! The newspaper's own login: whoever it vouches for gets an account, links and entitlement in one transaction.
//!
//! A person is known by (issuer, subject) and by nothing else: an address never joins two accounts. A token is checked
//! whole, then exchanged for a session of ours, and never seen again. What it says of the subscription goes the way of
//! everything that billing tells.
//!
//! INVARIANT: no token makes anybody staff, whatever it claims.

mod claims;
mod exchange;
mod forget;
mod jwt;
mod logout;
mod oidc;
mod provider;
mod store;
mod strict;

pub use claims::{Claims, EntitlementClaim};
pub use exchange::{ExchangeError, exchange};
pub use forget::forget_tokens;
pub use jwt::Refused;
pub use logout::log_out;
pub use oidc::{Begun, CALLBACK, Returned, begin, finish, provider_of};
pub use provider::Unanswered;
