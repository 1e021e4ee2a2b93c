//! Configuration of AWS clients: one HTTP client, credentials and region from the environment, without probing.
//!
//! The trust store contains only Amazon's root certificates, or those of the file in `AWS_CA_BUNDLE`.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::{error::display::DisplayErrorContext, retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, app_name::AppName, region::Region};

use crate::{Environment, InitError};

/// Root certificates of Amazon Trust Services, which all AWS endpoints use. Parsing the bundle of the machine would take three
/// quarters of the start-up time, and would trust more issuers.
const AMAZON_ROOTS: &[u8] = include_bytes!("../roots/amazon.pem");

/// First line of a certificate in PEM.
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);

/// Configuration of all AWS clients of a function.
pub(crate) fn aws_config(env: &Environment) -> Result<SdkConfig, InitError> {
    let trust = TrustStore::empty().with_pem_certificate(root_certificates(env)?);
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|error| InitError(format!("the trust store cannot be read: {error}")))?;
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(tls).build_https();
    let credentials = Credentials::new(
        env.required("AWS_ACCESS_KEY_ID")?,
        env.required("AWS_SECRET_ACCESS_KEY")?,
        env.optional("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(scale_timeout(env, ATTEMPT_TIMEOUT))
        .operation_timeout(scale_timeout(env, OPERATION_TIMEOUT))
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
        .region(Region::new(env.required("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3));
    config.set_endpoint_url(env.optional("AWS_ENDPOINT_URL"));
    config.set_app_name(AppName::new("muster").ok());
    Ok(config.build())
}

/// Trusted root certificates in PEM: the file in `AWS_CA_BUNDLE`, as in every AWS SDK, or else Amazon's roots.
fn root_certificates(env: &Environment) -> Result<Vec<u8>, InitError> {
    let Some(file) = env.optional("AWS_CA_BUNDLE") else { return Ok(AMAZON_ROOTS.to_vec()) };
    let pem = std::fs::read(&file).map_err(|error| InitError(format!("AWS_CA_BUNDLE, {file}: {error}")))?;
    match pem.windows(BEGIN.len()).any(|window| window == BEGIN) {
        true => Ok(pem),
        false => Err(InitError(format!("AWS_CA_BUNDLE, {file}: the file contains no certificate"))),
    }
}

/// 503 for a failed call to AWS; its cause is the log detail.
pub fn aws_call_error<E, R>(call: &'static str, error: SdkError<E, R>) -> kernel::Error
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    kernel::Error::unavailable(format!("{call}: {}", DisplayErrorContext(error)))
}

/// Timeout multiplied by `AWS_TIMEOUT_FACTOR` (1 to 60, default 1), for emulated clouds that answer slower than AWS.
fn scale_timeout(env: &Environment, timeout: Duration) -> Duration {
    let factor = env.optional("AWS_TIMEOUT_FACTOR").and_then(|text| text.parse().ok()).unwrap_or(1_u32);
    timeout.saturating_mul(factor.clamp(1, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str) -> Environment {
        let given = [
            ("AWS_CA_BUNDLE", file),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        given.into_iter().collect()
    }

    #[test]
    fn ca_bundle_replaces_amazons_roots() {
        assert_eq!(root_certificates(&with("")), Ok(AMAZON_ROOTS.to_vec()));
        let one = concat!(env!("CARGO_MANIFEST_DIR"), "/roots/amazon.pem");
        assert_eq!(root_certificates(&with(one)), Ok(AMAZON_ROOTS.to_vec()));
        assert!(aws_config(&with(one)).is_ok());
    }

    #[test]
    fn unusable_ca_bundle_fails_the_init_by_name() {
        for file in ["/nowhere/bundle.pem", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
            let error = aws_config(&with(file)).unwrap_err().to_string();
            assert!(error.contains("AWS_CA_BUNDLE") && error.contains(file), "{error}");
        }
    }
}
