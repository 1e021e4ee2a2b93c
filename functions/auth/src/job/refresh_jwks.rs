//! `auth-job-refresh-jwks`: publishes the keys that tokens are verified with: ours from KMS, current and next, and those of
//! the outside identity provider. A provider that is down, slow or answers nonsense stops nobody: its last good keys stay.

use std::{sync::Arc, time::Duration};

use access::{KeySet, PublishedKey};
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Error, IdGenerator, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    breaker::{Breaker, BreakerState},
    keys::PublishedKeys,
    metrics::{self, Unit},
};
use serde_json::{Value, json};

use crate::{
    app::{
        accepted_keys::{self as keys, IssuerAudience},
        external_provider::Outside,
        kms,
    },
    domain::der,
    store::AuthStore,
};

lambda::job!("auth-job-refresh-jwks", run, Job);

/// How often the provider is asked in one run.
const TRIES_MAX: u32 = 3;
/// The first pause is drawn from 0 to this, each further one from twice as much.
const PAUSE_BASE_MS: u64 = 200;

#[derive(Clone)]
struct Job {
    store: AuthStore,
    kms: aws_sdk_kms::Client,
    key_ids: [String; 2],
    ours: IssuerAudience,
    outside: Option<(Outside, IssuerAudience)>,
    mint: Arc<dyn IdGenerator>,
}

/// What came of asking the outside provider.
struct ExternalFetch {
    keys: Vec<PublishedKey>,
    breaker: Breaker,
    failures: i64,
    how: &'static str,
}

impl FromShell for Job {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let ours = IssuerAudience { iss: shell.env("ISSUER")?, aud: shell.env("AUDIENCE")? };
        Ok(Self {
            store: AuthStore::from_shell(shell)?,
            kms: aws_sdk_kms::Client::new(&shell.aws),
            key_ids: [shell.env("SIGNING_KEY")?, shell.env("NEXT_SIGNING_KEY")?],
            outside: external_provider(shell, &ours)?,
            ours,
            mint: Arc::clone(&shell.ids),
        })
    }
}

async fn run(job: Job, origin: Origin, _: Value) -> Result<Value> {
    let (standing, breaker, ours) =
        tokio::try_join!(job.store.get_published_keys(), job.store.breaker(), job.our_keys())?;
    let before = standing.as_ref().map(|(published, _)| published.set.clone()).unwrap_or_default();
    let asked = job.fetch_external_keys(&origin, breaker, &before).await;
    if asked.breaker != breaker {
        job.store.update_breaker(&origin, &asked.breaker).await?;
    }
    let outside = asked.keys.len();
    let set = keys::merge_keys(ours, asked.keys);
    let changed = standing.is_none() || set != before;
    if changed {
        let cursor_key = match &standing {
            Some((published, _)) => published.cursor_key.clone(),
            None => new_cursor_key()?,
        };
        let over = standing.as_ref().map(|(_, version)| *version);
        job.store.update_published_keys(&origin, &PublishedKeys { set: set.clone(), cursor_key }, over).await?;
    }
    let state = asked.breaker.state(origin.at);
    let closed = i64::from(state != BreakerState::Closed);
    metrics::emit(
        FUNCTION,
        origin.at,
        &[("jwks_failures", Unit::Count, asked.failures), ("jwks_breaker_open", Unit::Count, closed)],
    );
    Ok(json!({
        "changed": changed,
        "ours": set.keys.iter().filter(|key| key.internal).count(),
        "outside": outside,
        "outside_keys": asked.how,
        "failures": asked.failures,
        "breaker": state.as_str(),
    }))
}

impl Job {
    async fn our_keys(&self) -> Result<Vec<PublishedKey>> {
        let [current, next] = &self.key_ids;
        let (first, second) = tokio::try_join!(kms::public_key(&self.kms, current), kms::public_key(&self.kms, next))?;
        [(current, first), (next, second)]
            .into_iter()
            .map(|(id, spki)| {
                let key = der::rsa_public_key(&spki).map_err(|_| Error::internal(format!("{id} is no RSA key")))?;
                Ok(keys::own_key(id, &key, &self.ours))
            })
            .collect()
    }

    /// Asks the provider as often as the breaker lets; the last good keys otherwise.
    async fn fetch_external_keys(&self, origin: &Origin, before: Breaker, set: &KeySet) -> ExternalFetch {
        let Some((outside, parties)) = &self.outside else {
            return ExternalFetch { keys: Vec::new(), breaker: Breaker::default(), failures: 0, how: "none" };
        };
        let tries = match before.state(origin.at) {
            BreakerState::Closed => TRIES_MAX,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 0,
        };
        let mut breaker = before;
        let mut failures = 0;
        for try_number in 0..tries {
            let why = match outside.fetch_keys().await.map(|candidates| keys::accept_external_keys(candidates, parties))
            {
                Ok(keys) if keys.is_empty() => "no usable key".to_owned(),
                Ok(keys) => return ExternalFetch { keys, breaker: Breaker::after_success(), failures, how: "fresh" },
                Err(why) => why,
            };
            failures += 1;
            breaker = breaker.after_failure(origin.at);
            tracing::warn!(status = "failed", "identity provider: {why}");
            if breaker.state(origin.at) == BreakerState::Open {
                break;
            }
            if try_number + 1 < tries {
                self.back_off(origin, try_number).await;
            }
        }
        ExternalFetch { keys: keys::previous_external_keys(set, parties), breaker, failures, how: "kept" }
    }

    /// Waits between 0 and the doubled base: full jitter.
    async fn back_off(&self, origin: &Origin, tries: u32) {
        let ceiling = PAUSE_BASE_MS << tries.min(4);
        let random = u64::try_from(self.mint.uuid(origin.at).as_u128() & 0xffff_ffff).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(random % (ceiling + 1))).await;
    }
}

/// The provider, if one is configured: then wholly.
fn external_provider(
    shell: &Shell,
    ours: &IssuerAudience,
) -> std::result::Result<Option<(Outside, IssuerAudience)>, InitError> {
    let url = shell.env_or("JWKS_URL", "");
    if url.is_empty() {
        return Ok(None);
    }
    let parties = IssuerAudience { iss: shell.env("EXTERNAL_ISSUER")?, aud: shell.env("EXTERNAL_AUDIENCE")? };
    if parties.iss == ours.iss {
        return Err(InitError("EXTERNAL_ISSUER must not be our own ISSUER".to_owned()));
    }
    Ok(Some((Outside::new(url)?, parties)))
}

fn new_cursor_key() -> Result<String> {
    let mut key = [0_u8; 32];
    rand::fill(&mut key).map_err(Error::internal)?;
    Ok(STANDARD.encode(key))
}
