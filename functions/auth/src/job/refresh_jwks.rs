//! `auth-job-refresh-jwks`: publishes the keys that verify tokens: the own ones from KMS, current and next, and those of the
//! external identity provider. If the provider fails, its last good keys stay.

use std::{sync::Arc, time::Duration};

use access::{KeySet, PublishedKey};
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Error, IdGenerator, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    breaker::{Breaker, BreakerState},
    metrics::{self, Unit},
    published_keys::PublishedKeys,
};
use serde_json::{Value, json};

use crate::{
    app::{
        accepted_keys::{self, IssuerAudience},
        external_provider::ExternalProvider,
        kms,
    },
    domain::der,
    store::AuthStore,
};

lambda::job!("auth-job-refresh-jwks", run, JwksJob);

/// Attempts to fetch the keys of the external provider in one run, if the breaker is closed.
const ATTEMPTS_MAX: u32 = 3;
/// Longest first pause between attempts, in milliseconds. It doubles with each attempt.
const BACKOFF_BASE_MS: u64 = 200;

#[derive(Clone)]
struct JwksJob {
    store: AuthStore,
    kms: aws_sdk_kms::Client,
    key_ids: [String; 2],
    own: IssuerAudience,
    external: Option<(ExternalProvider, IssuerAudience)>,
    ids: Arc<dyn IdGenerator>,
}

/// Keys of the external provider, fetched now or kept, with the breaker after the attempts.
struct ExternalFetch {
    keys: Vec<PublishedKey>,
    breaker: Breaker,
    /// Number of failed attempts in this run.
    failures: i64,
    /// `fresh` for fetched keys, `kept` for those of an earlier run, `none` without a provider.
    source: &'static str,
}

impl FromShell for JwksJob {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let own = IssuerAudience { iss: shell.env("ISSUER")?, aud: shell.env("AUDIENCE")? };
        Ok(Self {
            store: AuthStore::from_shell(shell)?,
            kms: aws_sdk_kms::Client::new(&shell.aws),
            key_ids: [shell.env("SIGNING_KEY")?, shell.env("NEXT_SIGNING_KEY")?],
            external: configured_provider(shell, &own)?,
            own,
            ids: Arc::clone(&shell.ids),
        })
    }
}

async fn run(job: JwksJob, origin: Origin, _: Value) -> Result<Value> {
    let (published, breaker, own_keys) =
        tokio::try_join!(job.store.find_published_keys(), job.store.get_breaker_or_closed(), job.fetch_own_keys())?;
    let before = published.as_ref().map(|(keys, _)| keys.set.clone()).unwrap_or_default();
    let fetched = job.fetch_external_keys(&origin, breaker, &before).await;
    if fetched.breaker != breaker {
        job.store.put_breaker(&origin, &fetched.breaker).await?;
    }
    let external = fetched.keys.len();
    let set = accepted_keys::merge_keys(own_keys, fetched.keys);
    let changed = published.is_none() || set != before;
    if changed {
        let cursor_key = match &published {
            Some((keys, _)) => keys.cursor_key.clone(),
            None => random_cursor_key()?,
        };
        let version = published.as_ref().map(|(_, version)| *version);
        job.store
            .put_published_keys_if_unchanged(&origin, &PublishedKeys { set: set.clone(), cursor_key }, version)
            .await?;
    }
    let state = fetched.breaker.state(origin.at);
    let not_closed = i64::from(state != BreakerState::Closed);
    metrics::emit(
        FUNCTION,
        origin.at,
        &[("jwks_failures", Unit::Count, fetched.failures), ("jwks_breaker_open", Unit::Count, not_closed)],
    );
    Ok(json!({
        "changed": changed,
        "ours": set.keys.iter().filter(|key| key.internal).count(),
        "outside": external,
        "outside_keys": fetched.source,
        "failures": fetched.failures,
        "breaker": state.as_str(),
    }))
}

impl JwksJob {
    async fn fetch_own_keys(&self) -> Result<Vec<PublishedKey>> {
        let [current, next] = &self.key_ids;
        let (first, second) =
            tokio::try_join!(kms::fetch_public_key(&self.kms, current), kms::fetch_public_key(&self.kms, next))?;
        [(current, first), (next, second)]
            .into_iter()
            .map(|(id, spki)| {
                let key = der::parse_rsa_public_key(&spki)
                    .map_err(|_| Error::internal(format!("the key {id} is not an RSA key")))?;
                Ok(accepted_keys::own_published_key(id, &key, &self.own))
            })
            .collect()
    }

    /// Fetches the keys of the external provider, in as many attempts as the breaker allows. If all fail, the keys of
    /// `published` are kept; without a provider there are none.
    async fn fetch_external_keys(&self, origin: &Origin, before: Breaker, published: &KeySet) -> ExternalFetch {
        let Some((provider, tokens)) = &self.external else {
            return ExternalFetch { keys: Vec::new(), breaker: Breaker::default(), failures: 0, source: "none" };
        };
        let attempts = match before.state(origin.at) {
            BreakerState::Closed => ATTEMPTS_MAX,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 0,
        };
        let mut breaker = before;
        let mut failures = 0;
        for attempt in 0..attempts {
            let cause = match provider.fetch_keys().await.map(|keys| accepted_keys::accept_external_keys(keys, tokens))
            {
                Ok(keys) if keys.is_empty() => "the key set has no usable key".to_owned(),
                Ok(keys) => {
                    return ExternalFetch { keys, breaker: Breaker::after_success(), failures, source: "fresh" };
                }
                Err(cause) => cause,
            };
            failures += 1;
            breaker = breaker.after_failure(origin.at);
            tracing::warn!(status = "failed", "the keys of the identity provider were not fetched: {cause}");
            if breaker.state(origin.at) == BreakerState::Open {
                break;
            }
            if attempt + 1 < attempts {
                self.back_off(origin, attempt).await;
            }
        }
        ExternalFetch {
            keys: accepted_keys::previous_external_keys(published, tokens),
            breaker,
            failures,
            source: "kept",
        }
    }

    /// Waits a random time of at most the base, doubled for each earlier attempt: full jitter.
    async fn back_off(&self, origin: &Origin, attempt: u32) {
        let ceiling = BACKOFF_BASE_MS << attempt.min(4);
        let random = u64::try_from(self.ids.uuid(origin.at).as_u128() & 0xffff_ffff).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(random % (ceiling + 1))).await;
    }
}

/// External provider of the environment with the issuer and audience of its tokens; `None` without `JWKS_URL`.
///
/// # Errors
/// An external issuer that is also the own one, or a URL without HTTPS.
fn configured_provider(
    shell: &Shell,
    own: &IssuerAudience,
) -> std::result::Result<Option<(ExternalProvider, IssuerAudience)>, InitError> {
    let url = shell.env_or("JWKS_URL", "");
    if url.is_empty() {
        return Ok(None);
    }
    let tokens = IssuerAudience { iss: shell.env("EXTERNAL_ISSUER")?, aud: shell.env("EXTERNAL_AUDIENCE")? };
    if tokens.iss == own.iss {
        return Err(InitError("EXTERNAL_ISSUER must differ from ISSUER".to_owned()));
    }
    Ok(Some((ExternalProvider::new(url)?, tokens)))
}

fn random_cursor_key() -> Result<String> {
    let mut key = [0_u8; 32];
    rand::fill(&mut key).map_err(Error::internal)?;
    Ok(STANDARD.encode(key))
}
