//! Every page, in one list.

use axum::Router;
use axum::routing::{get, post};

use super::{account, act, assets, comment, home, me, moderation, oidc, report, second_factor, sign_in, story};
use crate::app::App;

/// The pages, their style and script.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/titles/{title}", get(home::title))
        .route("/titles/{title}/house-rules", get(home::house_rules))
        .route("/stories/{story}", get(story::story).post(story::submit))
        .route("/comments/{comment}", get(comment::comment))
        .route("/comments/{comment}/replies", get(comment::replies))
        .route("/comments/{comment}/reply", get(act::reply_form).post(act::reply))
        .route("/comments/{comment}/edit", get(act::edit_form).post(act::edit))
        .route("/comments/{comment}/withdraw", get(act::withdraw_form).post(act::withdraw))
        .route("/comments/{comment}/recommend", post(act::recommend))
        .route("/comments/{comment}/report", get(report::report_form).post(report::report))
        .route("/sign-in", get(sign_in::sign_in_form).post(sign_in::sign_in))
        .route("/sign-in/oidc", get(oidc::begin))
        .route("/sign-in/oidc/callback", get(oidc::callback))
        .route("/sign-in/oidc/backchannel-logout", post(oidc::log_out))
        .route("/sign-in/code", post(sign_in::sign_in_code))
        .route("/prove", get(second_factor::ask_to_prove).post(second_factor::prove))
        .route("/me/second-factor", get(second_factor::show).post(second_factor::act))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/sign-up", get(account::sign_up_form).post(account::sign_up))
        .route("/confirm", get(account::confirm_form).post(account::confirm))
        .route("/confirm-change", get(account::change_form).post(account::change))
        .route("/password/forgot", get(account::forgot_form).post(account::forgot))
        .route("/password/reset", get(account::reset_form).post(account::reset))
        .route("/me", get(me::me))
        .route("/me/email", post(me::address))
        .route("/me/password", post(me::password))
        .route("/me/name", post(me::name))
        .route("/me/delete", post(me::delete))
        .route("/me/mail", post(me::mail))
        .route("/me/warnings/{warning}/acknowledge", post(me::acknowledge))
        .route("/me/sessions/{session}/end", post(me::end_session))
        .merge(desk())
        .merge(assets::routes())
}

/// The moderators' desk.
fn desk() -> Router<App> {
    Router::new()
        .route("/stories/{story}/thread", get(moderation::thread).post(moderation::set_thread))
        .route("/moderation/queue", get(moderation::queue))
        .route("/moderation/comments/{comment}", get(moderation::card).post(moderation::decide))
        .route("/moderation/subscribers/{subscriber}", get(moderation::subscriber).post(moderation::ban))
        .route("/moderation/subscribers/{subscriber}/person", post(moderation::reorder))
        .route("/moderation/subscribers/{subscriber}/warnings", post(moderation::warn))
        .route("/moderation/decisions/{decision}/undo", post(moderation::undo))
        .route("/moderation/approvals", get(moderation::approvals))
        .route("/moderation/approvals/{approval}", post(moderation::decide_approval))
        .merge(rulebook())
        .route("/moderation/bans", get(moderation::bans))
        .route("/moderation/bans/{ban}/lift", get(moderation::ask_to_lift).post(moderation::lift))
}

/// What titles are judged by.
fn rulebook() -> Router<App> {
    use moderation::rulebook;
    Router::new()
        .route("/moderation/rules", get(rulebook::first))
        .route("/moderation/titles/{title}/backtests", get(rulebook::backtests).post(rulebook::ask_backtest))
        .route(
            "/moderation/titles/{title}/backtests/{backtest}",
            get(rulebook::backtest).post(rulebook::act_on_backtest),
        )
        .route("/moderation/titles/{title}/sweeps", get(rulebook::sweeps).post(rulebook::sweep))
        .route("/moderation/titles/{title}/sweeps/{sweep}/undo", post(rulebook::undo_sweep))
        .route("/moderation/titles/{title}/{document}", get(rulebook::show))
        .route("/moderation/titles/{title}/{document}/edit", get(rulebook::edit_form).post(rulebook::edit))
        .route("/moderation/titles/{title}/{document}/versions", get(rulebook::versions))
        .route(
            "/moderation/titles/{title}/{document}/versions/{version}",
            get(rulebook::version).post(rulebook::restore),
        )
        .route("/moderation/titles/{title}/{document}/diff", get(rulebook::diff))
}
