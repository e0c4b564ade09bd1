//! What providers say of themselves, and their public keys: fetched when they are needed, and kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::http::{HttpClient, HttpError};
use crate::kernel::{Clock, Timestamp};

/// How long a document is good without asking again.
const KEPT_FOR: Duration = Duration::from_secs(3_600);
/// How often at most a key that is not there, or a provider that does not answer, makes us ask: whoever sends made-up tokens
/// must not choose how often.
const ASKED_EVERY: Duration = Duration::from_secs(60);

/// Documents by where they are.
pub struct ProviderKeys {
    client: HttpClient,
    clock: Arc<dyn Clock>,
    known: std::sync::Mutex<HashMap<Url, Arc<Mutex<Kept>>>>,
}

impl std::fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderKeys")
    }
}

/// The latest document that was had, and when it was last asked for.
#[derive(Debug, Default)]
struct Kept {
    document: Option<Arc<Value>>,
    asked_at: Option<Timestamp>,
}

impl ProviderKeys {
    /// None yet.
    #[must_use]
    pub fn new(client: HttpClient, clock: Arc<dyn Clock>) -> Self {
        Self { client, clock, known: std::sync::Mutex::default() }
    }

    /// The client that they are fetched with.
    #[must_use]
    pub const fn client(&self) -> &HttpClient {
        &self.client
    }

    /// The JSON document at `url`, good for an hour.
    ///
    /// # Errors
    /// When it was never had and cannot be.
    pub async fn metadata(&self, url: &Url) -> Result<Arc<Value>, HttpError> {
        self.document(url, |_| true).await
    }

    /// The keys at `url`; asked for anew when they are an hour old, or when none of them has the id `wanted`, but for that
    /// only once a minute. Keys that were had stay good while their provider does not answer.
    ///
    /// # Errors
    /// When they were never had and cannot be.
    pub async fn get(&self, url: &Url, wanted: Option<&str>) -> Result<JwkSet, HttpError> {
        let is_there = |document: &Value| wanted.is_none_or(|id| keys_in(document).find(id).is_some());
        Ok(keys_in(&*self.document(url, is_there).await?))
    }

    async fn document(&self, url: &Url, is_enough: impl Fn(&Value) -> bool) -> Result<Arc<Value>, HttpError> {
        let kept = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(url.clone()).or_default())
        };
        // One asks at a time, and only those wait for it who want the same.
        let mut kept = kept.lock().await;
        let now = self.clock.now();
        let age = kept.asked_at.map(|at| at.until(now));
        let is_fresh =
            |age: Duration| age < ASKED_EVERY || (age < KEPT_FOR && kept.document.as_deref().is_some_and(&is_enough));
        if !age.is_some_and(is_fresh) {
            kept.asked_at = Some(now);
            let fetched = self.client.get(url, None).await.and_then(|body| {
                serde_json::from_slice::<Value>(&body).map_err(|_| HttpError::Failed("no JSON".to_owned()))
            });
            match fetched {
                Ok(document) => kept.document = Some(Arc::new(document)),
                Err(error) => tracing::warn!(%error, "a provider does not answer; what it said before stays good"),
            }
        }
        kept.document.clone().ok_or_else(|| HttpError::Failed("the provider has not answered".to_owned()))
    }
}

/// The keys in a set of them that we can read: one that we cannot spoils none of the others.
fn keys_in(document: &Value) -> JwkSet {
    let keys = document.get("keys").and_then(Value::as_array).into_iter().flatten();
    JwkSet { keys: keys.filter_map(|key| serde_json::from_value(key.clone()).ok()).collect() }
}
