//! The browser, by Web Push: sealed for each of somebody's browsers, signed by a key that never leaves KMS.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    digest::{SHA256, digest},
    rand,
};
use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{MessageType, SigningAlgorithmSpec},
};
use aws_smithy_http_client::{
    Connector,
    tls::{Provider as Tls, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::body::SdkBody;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::future::{join_all, try_join_all};
use kernel::{Error, Origin, Result};
use lambda::{BoxFuture, FromShell, InitError, Shell, unavailable};
use serde_json::json;

use super::{OutgoingMessage, PreparedSend, Provider, ProviderOutcome, endpoint::Endpoint, outcome_of_connector_error};
use crate::{
    domain::{
        channel::Channel,
        reason,
        web_push::{self, Keys, PLAINTEXT_BYTES_MAX},
    },
    store::{NotificationStore, Subscription},
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// For how long a push service keeps what a browser does not fetch: a day.
const PUSH_TTL_S: &str = "86400";
/// Whose endpoints are believed, where the stack does not say.
const DEFAULT_PUSH_HOSTS: &str =
    "fcm.googleapis.com,updates.push.services.mozilla.com,notify.windows.com,web.push.apple.com";

/// The push services that this stack believes in, by host.
pub(crate) fn push_hosts(shell: &Shell) -> Vec<String> {
    let hosts = shell.env_or("PUSH_HOSTS", DEFAULT_PUSH_HOSTS);
    hosts.split(',').map(|host| host.trim().to_ascii_lowercase()).filter(|host| !host.is_empty()).collect()
}

/// Who we are to push services (RFC 8292, "VAPID").
#[derive(Debug, Clone)]
pub(crate) struct Vapid {
    client: Client,
    key_id: String,
}

impl FromShell for Vapid {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), key_id: shell.env("VAPID_KEY")? })
    }
}

impl Vapid {
    /// The public key, as browsers want it when they subscribe: base64url.
    pub(crate) async fn public_key(&self) -> Result<String> {
        let answer = self.client.get_public_key().key_id(&self.key_id).send().await;
        let answer = answer.map_err(|error| unavailable("GetPublicKey", error))?;
        let spki = answer.public_key.map(Blob::into_inner).unwrap_or_default();
        let point = web_push::public_point(&spki).ok_or_else(|| Error::internal("VAPID_KEY is no key of P-256"))?;
        Ok(URL_SAFE_NO_PAD.encode(point))
    }

    /// What goes into the header `Authorization` for this push service.
    async fn authorization(&self, service: &str, subject: &str, public_key: &str, now_s: i64) -> Result<String> {
        let text = web_push::vapid_signing_input(service, subject, now_s);
        let signed = self
            .client
            .sign()
            .key_id(&self.key_id)
            .message_type(MessageType::Digest)
            .message(Blob::new(digest(&SHA256, text.as_bytes()).as_ref()))
            .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
            .send()
            .await
            .map_err(|error| unavailable("Sign", error))?;
        let der = signed.signature.map(Blob::into_inner).unwrap_or_default();
        let signature = web_push::raw_signature(&der).ok_or_else(|| Error::internal("Sign: no signature of P-256"))?;
        Ok(format!("vapid t={text}.{}, k={public_key}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[derive(Clone)]
pub struct Push {
    store: NotificationStore,
    vapid: Vapid,
    subject: String,
    hosts: Vec<String>,
    /// Made for the first letter: reading the machine's roots would be most of a start.
    https: Arc<OnceLock<Connector>>,
    http: Arc<Connector>,
}

struct SealedPush {
    browser: Subscription,
    endpoint: Endpoint,
    authorization: String,
    sealed: Vec<u8>,
}

impl FromShell for Push {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            store: NotificationStore::from_shell(shell)?,
            vapid: Vapid::from_shell(shell)?,
            subject: shell.env_or("PUSH_SUBJECT", ""),
            hosts: push_hosts(shell),
            https: Arc::default(),
            http: Arc::new(Connector::builder().build_http()),
        })
    }
}

impl Push {
    async fn letter(
        &self,
        browser: Subscription,
        text: &[u8],
        public_key: &str,
        origin: &Origin,
    ) -> Result<SealedPush> {
        let keys =
            Keys::of(&browser.p256dh, &browser.auth).map_err(|name| Error::internal(format!("stored {name}")))?;
        let endpoint = Endpoint::parse(&browser.endpoint, &self.hosts).map_err(Error::internal)?;
        let authorization =
            self.vapid.authorization(&endpoint.origin, &self.subject, public_key, origin.at.as_second()).await?;
        let one_time = PrivateKey::generate(&ECDH_P256).map_err(Error::internal)?;
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(Error::internal)?;
        let sealed =
            web_push::seal(text, &keys, &one_time, &salt).ok_or_else(|| Error::internal("cannot be sealed"))?;
        Ok(SealedPush { browser, endpoint, authorization, sealed })
    }

    /// Sends one letter. A browser that is no more is remembered as such.
    async fn post(&self, letter: SealedPush, origin: &Origin) -> ProviderOutcome {
        let status = match tokio::time::timeout(TIMEOUT, self.status(&letter)).await {
            Ok(Ok(status)) => status,
            Ok(Err(outcome)) => return outcome,
            Err(_) => return ProviderOutcome::Unknown("timeout".to_owned()),
        };
        let said = format!("HTTP {status}");
        match status {
            200..=299 => ProviderOutcome::Accepted,
            404 | 410 => {
                self.end_subscription(&letter.browser, origin).await;
                ProviderOutcome::Rejected(said)
            }
            429 | 500.. => ProviderOutcome::Unavailable(said),
            _ => ProviderOutcome::Rejected(said),
        }
    }

    /// The status of the answer; nobody reads more of it.
    async fn status(&self, letter: &SealedPush) -> std::result::Result<u16, ProviderOutcome> {
        let mut request = HttpRequest::new(SdkBody::from(letter.sealed.clone()));
        let unsendable = |_| ProviderOutcome::Rejected("unsendable".to_owned());
        request.set_method("POST").map_err(|_| ProviderOutcome::Rejected("unsendable".to_owned()))?;
        request.set_uri(letter.endpoint.url.as_str()).map_err(unsendable)?;
        let length = letter.sealed.len().to_string();
        for (name, value) in [
            ("content-encoding", "aes128gcm"),
            ("content-type", "application/octet-stream"),
            ("content-length", &length),
            ("ttl", PUSH_TTL_S),
            ("urgency", "normal"),
            ("authorization", &letter.authorization),
        ] {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        let with_tls = || Connector::builder().tls_provider(Tls::Rustls(CryptoMode::AwsLc)).build();
        let connector = match letter.endpoint.url.starts_with("https://") {
            true => self.https.get_or_init(with_tls),
            false => &self.http,
        };
        let answer = connector.call(request).await.map_err(|error| outcome_of_connector_error(&error))?;
        Ok(answer.status().as_u16())
    }

    async fn end_subscription(&self, browser: &Subscription, origin: &Origin) {
        let ended = match self.store.subscription(browser.id).await {
            // Registered again in the meantime: that is another promise.
            Ok((Some(standing), version)) if standing == *browser => {
                self.store.end_subscription(origin, browser, version).await.map(drop)
            }
            other => other.map(drop),
        };
        if let Err(error) = ended {
            tracing::warn!(status = "failed", "{} not ended: {}", browser.id, error.log_detail().unwrap_or_default());
        }
    }
}

/// One browser that took the message is enough; a doubt about one is a doubt about all.
fn combined_outcome(outcomes: Vec<ProviderOutcome>) -> ProviderOutcome {
    let rank = |outcome: &ProviderOutcome| match outcome {
        ProviderOutcome::Accepted => 0,
        ProviderOutcome::Unknown(_) => 1,
        ProviderOutcome::Unavailable(_) => 2,
        ProviderOutcome::Rejected(_) => 3,
    };
    outcomes.into_iter().min_by_key(rank).unwrap_or_else(|| ProviderOutcome::Rejected("nobody".to_owned()))
}

/// What the browser shows: the title, the beginning of the text, and which notification it is.
fn payload(parcel: &OutgoingMessage) -> Vec<u8> {
    let notification = &parcel.notification;
    let with = |length: usize| {
        let body: String = parcel.words.text.chars().take(length).collect();
        json!({"id": notification.id, "type": notification.notification_type, "title": parcel.words.title, "body": body})
            .to_string()
            .into_bytes()
    };
    // JSON escapes and long characters count: halved until it fits.
    let lengths = [1_000, 500, 250, 0];
    lengths.into_iter().map(with).find(|text| text.len() <= PLAINTEXT_BYTES_MAX).unwrap_or_default()
}

impl Provider for Push {
    fn channel(&self) -> Channel {
        Channel::Push
    }

    fn configured(&self) -> bool {
        !self.subject.is_empty()
    }

    fn prepare(&self, parcel: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>> {
        Box::pin(async move {
            let browsers = self.store.subscriptions(parcel.person.id).await?;
            if browsers.is_empty() {
                return Ok(PreparedSend::NoAddress(reason::NO_ADDRESS));
            }
            let (text, public_key) = (payload(&parcel), self.vapid.public_key().await?);
            let sealing = browsers.into_iter().map(|browser| self.letter(browser, &text, &public_key, &parcel.origin));
            let letters = try_join_all(sealing).await?;
            let (own, origin) = (self.clone(), parcel.origin);
            Ok(PreparedSend::Call(Box::pin(async move {
                combined_outcome(join_all(letters.into_iter().map(|letter| own.post(letter, &origin))).await)
            })))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_browser_that_took_it_is_enough_and_a_doubt_is_never_tried_again() {
        let (rejected, unavailable, unknown) = (
            || ProviderOutcome::Rejected("HTTP 410".to_owned()),
            || ProviderOutcome::Unavailable("HTTP 503".to_owned()),
            || ProviderOutcome::Unknown("timeout".to_owned()),
        );
        assert_eq!(
            combined_outcome(vec![rejected(), unavailable(), ProviderOutcome::Accepted]),
            ProviderOutcome::Accepted
        );
        assert_eq!(combined_outcome(vec![rejected(), unavailable(), unknown()]), unknown());
        assert_eq!(combined_outcome(vec![rejected(), unavailable()]), unavailable());
        assert_eq!(combined_outcome(vec![rejected()]), rejected());
    }
}
