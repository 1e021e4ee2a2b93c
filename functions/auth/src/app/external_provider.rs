//! HTTPS client for the keys (JWKS) of the external identity provider, limited to 3 seconds and 256 KiB.

use std::{sync::Arc, time::Duration};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use lambda::InitError;
use serde::Deserialize;

use super::accepted_keys::ExternalKey;

/// Limit of one call, from the name lookup to the last byte.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Largest key set, in bytes.
const BYTES_MAX: usize = 256 * 1024;

/// Client of one JWKS URL.
#[derive(Clone)]
pub(crate) struct ExternalProvider {
    url: String,
    connector: Arc<Connector>,
}

/// Key set of the provider. Invalid entries are skipped one by one.
#[derive(Deserialize)]
struct KeySetDocument {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct KeyEntry {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl ExternalProvider {
    /// Client that trusts the root certificates of the machine, not only those of Amazon.
    ///
    /// # Errors
    /// A URL that is neither HTTPS nor plain HTTP to this machine.
    pub(crate) fn new(url: String) -> Result<Self, InitError> {
        let builder = Connector::builder();
        let is_local = ["http://127.0.0.1", "http://localhost"]
            .iter()
            .any(|host| url.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':'])));
        let connector = if url.starts_with("https://") {
            builder.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
        } else if is_local {
            builder.build_http()
        } else {
            return Err(InitError("JWKS_URL must begin with https://".to_owned()));
        };
        Ok(Self { url, connector: Arc::new(connector) })
    }

    /// Published keys of the provider, not yet checked. Entries that cannot be read are left out.
    ///
    /// # Errors
    /// Cause of the failure, for the log.
    pub(crate) async fn fetch_keys(&self) -> Result<Vec<ExternalKey>, String> {
        let body = tokio::time::timeout(TIMEOUT, self.fetch_body())
            .await
            .map_err(|_| "the provider timed out".to_owned())??;
        let document: KeySetDocument =
            serde_json::from_slice(&body).map_err(|error| format!("the answer is not a key set: {error}"))?;
        let entries = document.keys.into_iter().filter_map(|entry| serde_json::from_value::<KeyEntry>(entry).ok());
        Ok(entries.map(ExternalKey::from).collect())
    }

    async fn fetch_body(&self) -> Result<Vec<u8>, String> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(self.url.as_str()).map_err(|error| error.to_string())?;
        request.headers_mut().insert("accept", "application/json");
        let response = self.connector.call(request).await.map_err(|error| format!("{error:?}"))?;
        if response.status().as_u16() != 200 {
            return Err(format!("the provider answered {}", response.status().as_u16()));
        }
        let mut stream = ByteStream::new(response.into_body());
        let mut body = Vec::new();
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk.map_err(|error| error.to_string())?);
            if body.len() > BYTES_MAX {
                return Err(format!("the answer has more than {BYTES_MAX} bytes"));
            }
        }
        Ok(body)
    }
}

impl From<KeyEntry> for ExternalKey {
    fn from(entry: KeyEntry) -> Self {
        Self { kty: entry.kty, kid: entry.kid, alg: entry.alg, usage: entry.usage, n: entry.n, e: entry.e }
    }
}
