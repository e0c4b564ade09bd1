//! A provider ends what its login opened.

use super::claims::{check_parties, seconds, text};
use super::exchange::ExchangeError;
use super::jwt::{Refused, parts_of};
use super::{provider, store};
use crate::accounts::{self, LinkKey};
use crate::app::App;
use crate::kernel::Actor;
use crate::secrets::KeyedHash;

/// How old a word of a provider's may be, in seconds.
const MAX_AGE: i64 = 300;

/// What stands for a session at a provider's.
pub(super) fn session_hash(app: &App, issuer: &str, session: &str) -> KeyedHash {
    app.keys.keyed_hash("identity.session", format!("{issuer}\0{session}").as_bytes())
}

/// Ends the sessions that `token` speaks of: those of one session at the provider's, or all of one person. Answers how many.
///
/// # Errors
/// When the token is not believed, or was used before.
///
/// # Source
/// OpenID Connect Back-Channel Logout 1.0, 2.6.
pub async fn log_out(app: &App, token: &str) -> Result<u64, ExchangeError> {
    let parts = parts_of(token, "logout+jwt")?;
    let issuer = text(&parts.claims, "iss")?.ok_or(Refused("no issuer"))?;
    let provider = app.settings.identity.oidc.iter().find(|known| known.issuer == issuer);
    let provider = provider.ok_or(Refused("no issuer of ours"))?;
    let keys = provider::keys_of(app, provider, parts.key_id.as_deref()).await?;
    parts.check_public(&keys)?;
    let claims = &parts.claims;
    check_parties(claims, &provider.issuer, &provider.client_id)?;
    let now = app.now().as_millis().div_euclid(1_000);
    let issued = seconds(claims, "iat")?.ok_or(Refused("no time of issue"))?;
    let is_over = seconds(claims, "exp")?.is_some_and(|expires| expires <= now - 60);
    if now.abs_diff(issued) > MAX_AGE.unsigned_abs() || is_over {
        return Err(Refused("of another time").into());
    }
    let is_logout = claims
        .get("events")
        .and_then(|events| events.get("http://schemas.openid.net/event/backchannel-logout"))
        .is_some_and(serde_json::Value::is_object);
    if !is_logout || claims.contains_key("nonce") {
        return Err(Refused("no word of logging out").into());
    }
    let id = text(claims, "jti")?.ok_or(Refused("no id"))?;
    let (subject, session) = (text(claims, "sub")?, text(claims, "sid")?);
    if subject.is_none() && session.is_none() {
        return Err(Refused("of nobody").into());
    }
    let mut work = app.write(Actor::Job("logout")).await?;
    let used = app.keys.keyed_hash("token.id", format!("{issuer}\0logout\0{id}").as_bytes());
    let until = work.now.plus(std::time::Duration::from_secs(3_600));
    if !store::use_token(&mut work.tx, used.as_bytes(), until).await? {
        return Err(Refused("used before").into());
    }
    let mut count = 0;
    if let Some(session) = session {
        let hash = session_hash(app, &issuer, &session);
        for (session, account) in store::list_sessions(&mut work.tx, hash.as_bytes()).await? {
            count += u64::from(accounts::end_session_of(&mut work, account, session).await?);
        }
    } else if let Some(subject) = subject {
        let key = LinkKey::identity(&app.keys, &issuer, &subject);
        for key in accounts::claim_key(&mut work, &key).await? {
            if let Some(known) = store::find_account(&mut work.tx, key).await? {
                count += accounts::end_all_sessions_of(&mut work, known.account).await?;
            }
        }
    }
    work.commit().await?;
    Ok(count)
}
