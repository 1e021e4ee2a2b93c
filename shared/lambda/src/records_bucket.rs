//! S3 bucket of records whose retention has ended.

use std::time::Duration;

use aws_sdk_s3::{
    Client,
    config::timeout::TimeoutConfig,
    error::{DisplayErrorContext, SdkError},
    primitives::ByteStream,
};
use kernel::{Error, Result};

use crate::{InitError, Shell};

/// Timeout of one attempt of an S3 call, long enough for 8 MiB.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// Timeout of an S3 call with its retries.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(25);

/// Client of S3 with the timeouts of a Lambda function.
pub fn s3_client(shell: &Shell) -> Client {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    // The local cloud has no host name per bucket.
    let config = aws_sdk_s3::config::Builder::from(&shell.aws)
        .timeout_config(timeouts)
        .force_path_style(shell.aws.endpoint_url().is_some())
        .build();
    Client::from_conf(config)
}

/// Error 503 for a failed call of S3, whatever its cause. `call` is the name of the operation, for the log.
pub fn s3_error<E, R>(call: &'static str, error: &SdkError<E, R>) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    Error::unavailable(format!("{call}: {}", DisplayErrorContext(error)))
}

/// Bucket of archived records. The services delete none of its objects.
#[derive(Debug, Clone)]
pub struct RecordsBucket {
    client: Client,
    name: String,
}

impl RecordsBucket {
    /// Bucket of the environment variable `RECORDS_BUCKET`.
    ///
    /// # Errors
    /// If the variable is missing.
    pub fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: s3_client(shell), name: shell.env("RECORDS_BUCKET")? })
    }

    /// Writes an object. An existing one with the key is replaced.
    ///
    /// # Errors
    /// 503 if S3 does not respond.
    pub async fn put_object(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<()> {
        let put = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        put.body(ByteStream::from(bytes)).send().await.map_err(|error| s3_error("PutObject", &error))?;
        Ok(())
    }
}
