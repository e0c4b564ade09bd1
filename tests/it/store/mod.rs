//! Every store function on both engines, through the use cases that call it.

mod billing;
mod billing_money;
mod change_email;
mod credentials;
mod crowd;
mod deletion;
mod persons;
mod roles;
mod sessions;
mod sign_in;
mod sign_up;
mod subscriptions;
