//! Every route, in one list.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::address::{TrustedProxies, over_https_alone, with_client_address};
use super::{api, error, headers, health, openapi, pages, session, webhooks};
use crate::app::App;

/// The API: what the OpenAPI document is made from.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(api::sessions::sign_in, api::sessions::list))
        .routes(routes!(api::sessions::exchange))
        .routes(routes!(api::sessions::sign_out))
        .routes(routes!(api::sessions::end))
        .routes(routes!(api::sessions::reauthenticate))
        .routes(routes!(api::staff::get, api::staff::enrol, api::staff::remove))
        .routes(routes!(api::staff::confirm))
        .routes(routes!(api::passkeys::list, api::passkeys::add))
        .routes(routes!(api::passkeys::begin))
        .routes(routes!(api::passkeys::remove))
        .routes(routes!(api::staff::renew))
        .routes(routes!(api::staff::sessions))
        .routes(routes!(api::staff::end_session))
        .routes(routes!(api::approvals::list))
        .routes(routes!(api::approvals::approve))
        .routes(routes!(api::approvals::refuse))
        .routes(routes!(api::accounts::sign_up))
        .routes(routes!(api::accounts::confirm))
        .routes(routes!(api::accounts::ask_reset, api::accounts::reset))
        .routes(routes!(api::accounts::set_role))
        .routes(routes!(api::accounts::change_password))
        .routes(routes!(api::accounts::ask_change_email))
        .routes(routes!(api::accounts::change_email))
        .routes(routes!(api::me::me))
        .routes(routes!(api::me::own_comments))
        .routes(routes!(api::me::statements))
        .routes(routes!(api::me::choose_mail))
        .routes(routes!(api::reports::mine))
        .routes(routes!(api::titles::house_rules))
        .routes(routes!(api::stories::by_key, api::stories::put))
        .routes(routes!(api::stories::set_thread))
        .routes(routes!(api::comments::thread, api::comments::submit))
        .routes(routes!(api::comments::mine))
        .routes(routes!(api::comments::get, api::comments::edit, api::comments::withdraw))
        .routes(routes!(api::comments::replies))
        .routes(routes!(api::comments::recommend, api::comments::unrecommend))
        .routes(routes!(api::reports::submit))
        .routes(routes!(api::moderation::queue))
        .routes(routes!(api::moderation::decide))
        .routes(routes!(api::moderation::subscriber))
        .routes(routes!(api::bans::make))
        .routes(routes!(api::bans::list))
        .routes(routes!(api::bans::lift))
        .routes(routes!(api::moderation::undo))
        .routes(routes!(api::bans::ladder))
        .routes(routes!(api::bans::bulk))
        .routes(routes!(api::bans::undo_bulk))
        .routes(routes!(api::warnings::warn))
        .routes(routes!(api::warnings::acknowledge))
        .routes(routes!(api::rulebook::get, api::rulebook::put))
        .routes(routes!(api::rulebook::check))
        .routes(routes!(api::rule_status::get))
        .routes(routes!(api::rulebook::list_versions))
        .routes(routes!(api::rulebook::get_version))
        .routes(routes!(api::rulebook::diff))
        .routes(routes!(api::rulebook::revert))
        .routes(routes!(api::backtests::list, api::backtests::request))
        .routes(routes!(api::backtests::get, api::backtests::cancel))
        .routes(routes!(api::sweeps::list, api::sweeps::sweep))
        .routes(routes!(api::sweeps::count))
        .routes(routes!(api::sweeps::undo))
        .routes(routes!(api::subscriptions::set, api::subscriptions::revoke))
        .routes(routes!(api::billing::waiting))
        .routes(routes!(api::persons::delete))
        .routes(routes!(api::persons::rename))
        .routes(routes!(api::persons::remove_name))
        .routes(routes!(api::persons::join))
        .routes(routes!(api::persons::separate))
        .routes(routes!(api::persons::undo))
}

/// The whole site.
pub fn router(app: App) -> Router {
    let (routes, document) = api().split_for_parts();
    let is_https = app.settings.public_url().is_https();
    let proxies = TrustedProxies::new(app.settings.server.trusted_proxies.iter());
    let site = routes
        .merge(openapi::route(openapi::finished(document)))
        .merge(health::routes())
        .merge(webhooks::routes())
        .merge(pages::routes());
    // What is refused, and what is not in the list, is told in the form that its reader understands.
    let told = error::with_fallbacks(site)
        .layer(from_fn(session::tell_withheld))
        .layer(from_fn_with_state(app.clone(), pages::as_pages))
        .with_state(app);
    let told = if is_https { over_https_alone(told) } else { told };
    headers::secured(with_client_address(told, proxies), is_https)
}

/// The OpenAPI document of the API.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    openapi::finished(api().split_for_parts().1)
}
