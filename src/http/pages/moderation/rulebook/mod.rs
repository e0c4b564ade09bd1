//! The editors' desk: what a title is judged by, written, checked, compared, put back, tried and run over the past.
//!
//! Moderators read all of it and editors act. Nothing is checked here: the use cases of [`crate::rulebook`] refuse, and
//! whatever was typed comes back with the refusal.

mod backtest_view;
mod backtests;
mod edit;
mod head;
mod show;
mod sweeps;
mod versions;

pub(in crate::http::pages) use backtests::{
    act as act_on_backtest, ask as ask_backtest, list as backtests, show as backtest,
};
pub(in crate::http::pages) use edit::{edit, form as edit_form};
pub(in crate::http::pages) use show::{first, show};
pub(in crate::http::pages) use sweeps::{act as sweep, show as sweeps, undo as undo_sweep};
pub(in crate::http::pages) use versions::{diff, list as versions, restore, show as version};
