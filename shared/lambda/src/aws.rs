//! AWS clients: one HTTP client with a trust store of Amazon's roots only, credentials and region without probing.

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

/// Amazon Trust Services' roots: all that AWS endpoints chain to. Parsing the machine's whole bundle would be three
/// quarters of the start-up, and trusts more.
const AMAZON_ROOTS: &[u8] = include_bytes!("../roots/amazon.pem");

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) fn config(env: &Environment) -> Result<SdkConfig, InitError> {
    let trust = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
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
        .operation_attempt_timeout(scaled(env, ATTEMPT_TIMEOUT))
        .operation_timeout(scaled(env, OPERATION_TIMEOUT))
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

/// 503 for a call to AWS that did not come about; what it said goes to the log only.
pub fn failed<E, R>(call: &'static str, error: SdkError<E, R>) -> kernel::Error
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    kernel::Error::unavailable(format!("{call}: {}", DisplayErrorContext(error)))
}

/// An emulated cloud answers slower than AWS: `AWS_TIMEOUT_FACTOR` stretches the timeouts; absent on AWS.
fn scaled(env: &Environment, timeout: Duration) -> Duration {
    let factor = env.optional("AWS_TIMEOUT_FACTOR").and_then(|text| text.parse().ok()).unwrap_or(1_u32);
    timeout.saturating_mul(factor.clamp(1, 60))
}
