//! Web Push: messages encrypted for each browser of the recipient, with a token signed by a KMS key.

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
use lambda::{BoxFuture, FromShell, InitError, Shell, aws_call_error};
use serde_json::json;

use super::{OutgoingMessage, PreparedSend, Provider, ProviderOutcome, endpoint::Endpoint, outcome_of_connector_error};
use crate::{
    domain::{
        channel::Channel,
        reasons::DeliveryReason,
        web_push::{self, Keys, PLAINTEXT_BYTES_MAX},
    },
    store::{NotificationStore, Subscription},
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// Lifetime of an undelivered message at the push service, in seconds: one day.
const PUSH_TTL_S: &str = "86400";
/// Allowed push services, unless the stack configures them.
const DEFAULT_PUSH_HOSTS: &str =
    "fcm.googleapis.com,updates.push.services.mozilla.com,notify.windows.com,web.push.apple.com";

/// Allowed push services of this stack, by host.
pub(crate) fn push_hosts(shell: &Shell) -> Vec<String> {
    let hosts = shell.env_or("PUSH_HOSTS", DEFAULT_PUSH_HOSTS);
    hosts.split(',').map(|host| host.trim().to_ascii_lowercase()).filter(|host| !host.is_empty()).collect()
}

/// Identification of the sender towards push services (RFC 8292, VAPID).
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
    /// Public key in base64url, with which browsers subscribe.
    pub(crate) async fn public_key(&self) -> Result<String> {
        let answer = self.client.get_public_key().key_id(&self.key_id).send().await;
        let answer = answer.map_err(|error| aws_call_error("GetPublicKey", error))?;
        let spki = answer.public_key.map(Blob::into_inner).unwrap_or_default();
        let point = web_push::point_from_spki(&spki).ok_or_else(|| Error::internal("VAPID_KEY must be a P-256 key"))?;
        Ok(URL_SAFE_NO_PAD.encode(point))
    }

    /// Value of the header `Authorization` for a push service.
    async fn authorization_header(&self, service: &str, subject: &str, public_key: &str, now_s: i64) -> Result<String> {
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
            .map_err(|error| aws_call_error("Sign", error))?;
        let der = signed.signature.map(Blob::into_inner).unwrap_or_default();
        let signature = web_push::raw_signature_from_der(&der)
            .ok_or_else(|| Error::internal("KMS Sign returned no P-256 signature"))?;
        Ok(format!("vapid t={text}.{}, k={public_key}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[derive(Clone)]
pub struct Push {
    store: NotificationStore,
    vapid: Vapid,
    subject: String,
    hosts: Vec<String>,
    /// Created for the first message, because loading the root certificates would dominate the start.
    https: Arc<OnceLock<Connector>>,
    http: Arc<Connector>,
}

/// Encrypted message for one browser.
struct SealedPush {
    browser: Subscription,
    endpoint: Endpoint,
    authorization: String,
    body: Vec<u8>,
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
    /// Encrypts a text for one browser and signs the request to its push service.
    async fn encrypt_for_browser(
        &self,
        browser: Subscription,
        text: &[u8],
        public_key: &str,
        origin: &Origin,
    ) -> Result<SealedPush> {
        let keys = Keys::decode(&browser.p256dh, &browser.auth)
            .map_err(|name| Error::internal(format!("the stored key {name} is invalid")))?;
        let endpoint = Endpoint::parse(&browser.endpoint, &self.hosts).map_err(Error::internal)?;
        let authorization =
            self.vapid.authorization_header(&endpoint.origin, &self.subject, public_key, origin.at.as_second()).await?;
        let one_time = PrivateKey::generate(&ECDH_P256).map_err(Error::internal)?;
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(Error::internal)?;
        let body = web_push::encrypt(text, &keys, &one_time, &salt)
            .ok_or_else(|| Error::internal("the push message cannot be encrypted"))?;
        Ok(SealedPush { browser, endpoint, authorization, body })
    }

    /// Sends a message to one browser. The subscription ends if the push service reports it as gone (404 or 410).
    async fn send_to_browser(&self, message: SealedPush, origin: &Origin) -> ProviderOutcome {
        let status = match tokio::time::timeout(TIMEOUT, self.send_request(&message)).await {
            Ok(Ok(status)) => status,
            Ok(Err(outcome)) => return outcome,
            Err(_) => return ProviderOutcome::Unknown("timeout".to_owned()),
        };
        let code = format!("HTTP {status}");
        match status {
            200..=299 => ProviderOutcome::Accepted,
            404 | 410 => {
                self.end_gone_subscription(&message.browser, origin).await;
                ProviderOutcome::Rejected(code)
            }
            429 | 500.. => ProviderOutcome::Unavailable(code),
            _ => ProviderOutcome::Rejected(code),
        }
    }

    /// Sends the request and returns the HTTP status of the answer, whose body is not read.
    async fn send_request(&self, message: &SealedPush) -> std::result::Result<u16, ProviderOutcome> {
        let mut request = HttpRequest::new(SdkBody::from(message.body.clone()));
        let unsendable = |_| ProviderOutcome::Rejected("unsendable".to_owned());
        request.set_method("POST").map_err(|_| ProviderOutcome::Rejected("unsendable".to_owned()))?;
        request.set_uri(message.endpoint.url.as_str()).map_err(unsendable)?;
        let length = message.body.len().to_string();
        for (name, value) in [
            ("content-encoding", "aes128gcm"),
            ("content-type", "application/octet-stream"),
            ("content-length", &length),
            ("ttl", PUSH_TTL_S),
            ("urgency", "normal"),
            ("authorization", &message.authorization),
        ] {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        let with_tls = || Connector::builder().tls_provider(Tls::Rustls(CryptoMode::AwsLc)).build();
        let connector = match message.endpoint.url.starts_with("https://") {
            true => self.https.get_or_init(with_tls),
            false => &self.http,
        };
        let answer = connector.call(request).await.map_err(|error| outcome_of_connector_error(&error))?;
        Ok(answer.status().as_u16())
    }

    /// Ends a subscription, unless it has been registered again since. An error is only logged.
    async fn end_gone_subscription(&self, browser: &Subscription, origin: &Origin) {
        let ended = match self.store.find_subscription(browser.id).await {
            // A subscription that was registered again in the meantime is kept.
            Ok((Some(current), version)) if current == *browser => {
                self.store.end_subscription(origin, browser, version).await.map(drop)
            }
            other => other.map(drop),
        };
        if let Err(error) = ended {
            tracing::warn!(
                status = "failed",
                "the subscription {} was not ended: {}",
                browser.id,
                error.log_detail().unwrap_or_default()
            );
        }
    }
}

/// Outcome over all browsers of a recipient: the first of accepted, unknown, unavailable and rejected that a browser has;
/// rejected without browsers.
fn combined_outcome(outcomes: Vec<ProviderOutcome>) -> ProviderOutcome {
    let rank = |outcome: &ProviderOutcome| match outcome {
        ProviderOutcome::Accepted => 0,
        ProviderOutcome::Unknown(_) => 1,
        ProviderOutcome::Unavailable(_) => 2,
        ProviderOutcome::Rejected(_) => 3,
    };
    outcomes.into_iter().min_by_key(rank).unwrap_or_else(|| ProviderOutcome::Rejected("no browser".to_owned()))
}

/// Content that the browser shows, as JSON: title, start of the text, id and type of the notification.
fn push_payload(message: &OutgoingMessage) -> Vec<u8> {
    let notification = &message.notification;
    let with_length = |length: usize| {
        let body: String = message.rendered.text.chars().take(length).collect();
        json!({"id": notification.id, "type": notification.notification_type, "title": message.rendered.title, "body": body})
            .to_string()
            .into_bytes()
    };
    // The length in bytes depends on JSON escapes and multi-byte characters, so the text is halved until it fits.
    let lengths = [1_000, 500, 250, 0];
    lengths.into_iter().map(with_length).find(|text| text.len() <= PLAINTEXT_BYTES_MAX).unwrap_or_default()
}

impl Provider for Push {
    fn channel(&self) -> Channel {
        Channel::Push
    }

    fn is_configured(&self) -> bool {
        !self.subject.is_empty()
    }

    fn prepare(&self, message: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>> {
        Box::pin(async move {
            let browsers = self.store.list_subscriptions(message.person.id).await?;
            if browsers.is_empty() {
                return Ok(PreparedSend::Impossible(DeliveryReason::NoAddress));
            }
            let (text, public_key) = (push_payload(&message), self.vapid.public_key().await?);
            let sealed = browsers
                .into_iter()
                .map(|browser| self.encrypt_for_browser(browser, &text, &public_key, &message.origin));
            let sealed = try_join_all(sealed).await?;
            let (own, origin) = (self.clone(), message.origin);
            Ok(PreparedSend::Call(Box::pin(async move {
                combined_outcome(
                    join_all(sealed.into_iter().map(|message| own.send_to_browser(message, &origin))).await,
                )
            })))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_accepting_browser_is_enough_and_unknown_is_not_retried() {
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
