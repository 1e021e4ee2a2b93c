//! The cloud under test, selected by environment variables.

use std::{fmt, ops::Deref, path::Path};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use lambda::Environment;
use muster::{
    cloud,
    scenario::{Limits, Mailbox, Scenario},
};
use serde_json::Value;

/// Result of a flow or of a part of it.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Error type without values: `?` on an error panics at its own line.
#[derive(Debug)]
pub(crate) enum Failure {}

impl<E: fmt::Display> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Self {
        panic!("{error}")
    }
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        match failure {}
    }
}

/// Stack under test with clients of its cloud.
pub(crate) struct Cloud {
    scenario: Scenario,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) kms: aws_sdk_kms::Client,
}

impl Deref for Cloud {
    type Target = Scenario;

    fn deref(&self) -> &Scenario {
        &self.scenario
    }
}

impl Cloud {
    /// Cloud of `MUSTER_OUTPUTS` and the AWS variables, or `None` unless `MUSTER_E2E` is set.
    pub(crate) fn from_env() -> Option<Self> {
        let env = Environment::from_process();
        if env.optional("MUSTER_E2E").is_none() {
            eprintln!("skipped: this test needs a running cloud; use `make e2e`");
            return None;
        }
        Some(Self::of(cloud::Cloud::load(None).unwrap()))
    }

    /// Stack of the same cloud whose outputs are in this file.
    pub(crate) fn with_outputs(file: &Path) -> Self {
        Self::of(cloud::Cloud::load(Some(file)).unwrap())
    }

    fn of(cloud: cloud::Cloud) -> Self {
        let s3 = aws_sdk_s3::config::Builder::from(&cloud.aws).force_path_style(true).build();
        let mailbox = Mailbox::new(Environment::from_process().required("MUSTER_MAILBOX").unwrap());
        Self {
            dynamo: aws_sdk_dynamodb::Client::new(&cloud.aws),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&cloud.aws),
            kms: aws_sdk_kms::Client::new(&cloud.aws),
            scenario: Scenario::new(cloud, Limits::PROMISED, Some(mailbox)).unwrap(),
        }
    }

    /// Value of a stack output.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.cloud.output(name).unwrap()
    }

    /// Physical name of an operation's function.
    pub(crate) fn function(&self, operation: &str) -> &str {
        self.cloud.outputs["Functions"][operation].as_str().unwrap_or_else(|| panic!("no function {operation}"))
    }

    /// Names of all deployed operations.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.cloud.outputs["Functions"].as_object().unwrap().keys().cloned().collect()
    }

    /// DynamoDB client with these credentials.
    pub(crate) fn dynamo_as(&self, credentials: Credentials) -> aws_sdk_dynamodb::Client {
        let credentials = SharedCredentialsProvider::new(credentials);
        aws_sdk_dynamodb::Client::new(&self.cloud.aws.to_builder().credentials_provider(credentials).build())
    }
}

/// Id of a JSON object; panics if it has none.
pub(crate) fn id_of(record: &Value) -> &str {
    record["id"].as_str().unwrap_or_else(|| panic!("no id in {record}"))
}
