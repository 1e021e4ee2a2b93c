//! The outside identity provider's keys, over HTTPS: whatever it answers, it costs at most three seconds and a quarter of a megabyte.

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

/// One call, from the name lookup to the last byte.
const TIMEOUT: Duration = Duration::from_secs(3);
/// No set of keys is larger.
const BYTES_MAX: usize = 256 * 1024;

/// Asks one URL for keys.
#[derive(Clone)]
pub(crate) struct Outside {
    url: String,
    connector: Arc<Connector>,
}

/// The document; entries that do not read are skipped one by one.
#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Outside {
    /// Trusts the machine's own roots, not only Amazon's.
    ///
    /// # Errors
    /// For a URL that is not HTTPS; plain HTTP is for this very machine only.
    pub(crate) fn new(url: String) -> Result<Self, InitError> {
        let builder = Connector::builder();
        let local = ["http://127.0.0.1", "http://localhost"]
            .iter()
            .any(|host| url.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':'])));
        let connector = if url.starts_with("https://") {
            builder.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
        } else if local {
            builder.build_http()
        } else {
            return Err(InitError("JWKS_URL must begin with https://".to_owned()));
        };
        Ok(Self { url, connector: Arc::new(connector) })
    }

    /// The keys as they are published there.
    ///
    /// # Errors
    /// What went wrong, for the log.
    pub(crate) async fn fetch_keys(&self) -> Result<Vec<ExternalKey>, String> {
        let body = tokio::time::timeout(TIMEOUT, self.fetch()).await.map_err(|_| "timed out".to_owned())??;
        let document: Document = serde_json::from_slice(&body).map_err(|error| format!("no key set: {error}"))?;
        let entries = document.keys.into_iter().filter_map(|entry| serde_json::from_value::<Entry>(entry).ok());
        Ok(entries.map(ExternalKey::from).collect())
    }

    async fn fetch(&self) -> Result<Vec<u8>, String> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(self.url.as_str()).map_err(|error| error.to_string())?;
        request.headers_mut().insert("accept", "application/json");
        let response = self.connector.call(request).await.map_err(|error| format!("{error:?}"))?;
        if response.status().as_u16() != 200 {
            return Err(format!("answered {}", response.status().as_u16()));
        }
        let mut stream = ByteStream::new(response.into_body());
        let mut body = Vec::new();
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk.map_err(|error| error.to_string())?);
            if body.len() > BYTES_MAX {
                return Err(format!("more than {BYTES_MAX} bytes"));
            }
        }
        Ok(body)
    }
}

impl From<Entry> for ExternalKey {
    fn from(entry: Entry) -> Self {
        Self { kty: entry.kty, kid: entry.kid, alg: entry.alg, usage: entry.usage, n: entry.n, e: entry.e }
    }
}
