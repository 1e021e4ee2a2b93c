//! The cloud under test, as its environment names it.

use std::{
    future::{Future, IntoFuture},
    path::Path,
    pin::Pin,
    time::{Duration, Instant},
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use lambda::Environment;
use muster::{
    cloud,
    scenario::{Limits, Mailbox, Scenario},
};
use serde_json::Value;

/// Outcome of a flow, or of a part of it.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Never exists: `?` on an error fails the test where it stands.
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

/// The stack under test, with the clients of its cloud.
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
    /// The cloud that `MUSTER_OUTPUTS` and the AWS variables name; none unless `MUSTER_E2E` is set.
    pub(crate) fn from_env() -> Option<Self> {
        let env = Environment::of_process();
        if env.optional("MUSTER_E2E").is_none() {
            eprintln!("skipped: `make e2e` runs this against a local cloud");
            return None;
        }
        let required = |name| env.required(name).unwrap();
        let (endpoint, region) = (required("AWS_ENDPOINT_URL"), required("AWS_REGION"));
        let (id, secret) = (required("AWS_ACCESS_KEY_ID"), required("AWS_SECRET_ACCESS_KEY"));
        let credentials = Credentials::new(id, secret, env.optional("AWS_SESSION_TOKEN"), None, "environment");
        let config = config(&endpoint, &region, credentials.clone());
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        Some(Self {
            dynamo: aws_sdk_dynamodb::Client::new(&cloud.aws),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&config),
            kms: aws_sdk_kms::Client::new(&config),
            outputs: outputs(Path::new(&required("MUSTER_OUTPUTS"))),
            endpoint,
            region,
            credentials,
            config,
        })
    }

    /// The same cloud with the outputs of another stack.
    pub(crate) fn with_outputs(self, file: &Path) -> Self {
        Self { outputs: outputs(file), ..self }
    }

    /// An output of the stack.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.cloud.output(name).unwrap()
    }

    /// The physical name of an operation's function.
    pub(crate) fn function(&self, operation: &str) -> &str {
        self.cloud.outputs["Functions"][operation].as_str().unwrap_or_else(|| panic!("no function {operation}"))
    }

    /// Every operation that is deployed.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.cloud.outputs["Functions"].as_object().unwrap().keys().cloned().collect()
    }

    /// DynamoDB with somebody's credentials.
    pub(crate) fn dynamo_as(&self, credentials: Credentials) -> aws_sdk_dynamodb::Client {
        let credentials = SharedCredentialsProvider::new(credentials);
        aws_sdk_dynamodb::Client::new(&self.cloud.aws.to_builder().credentials_provider(credentials).build())
    }
}

fn outputs(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).expect("the outputs of a deployed stack");
    serde_json::from_str(&text).expect("JSON")
}

fn config(endpoint: &str, region: &str, credentials: Credentials) -> SdkConfig {
    testkit::sdk_config(endpoint)
        .to_builder()
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// What the API answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body as JSON; a text where it is none; null where there is none.
    pub(crate) body: Value,
    label: String,
}

impl Answer {
    /// Insists on a status; answers the body.
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.label, self.body);
        self.body
    }

    /// The end of the problem's type: `not_found`.
    pub(crate) fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default()
    }
}

/// A request being put together; awaiting it sends it.
pub(crate) struct Call<'a> {
    cloud: &'a Cloud,
    method: &'static str,
    path: String,
    token: Option<String>,
    key: Option<String>,
    body: Option<Value>,
    label: String,
}

impl Call<'_> {
    /// With this access token.
    pub(crate) fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// With this idempotency key.
    pub(crate) fn once(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    async fn send(mut self) -> Answer {
        self.label = format!("{} {}", self.method, self.path);
        let uri = format!("{}{}", self.cloud.output("ApiUrl"), self.path);
        let mut request = Request::builder().method(self.method).uri(uri).header("user-agent", "muster-flows");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        if self.body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = self.body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let reply = send(request.body(Full::new(body)).unwrap()).await;
        let body = match serde_json::from_slice(&reply.bytes) {
            Ok(value) => value,
            Err(_) if reply.bytes.is_empty() => Value::Null,
            Err(_) => Value::String(String::from_utf8_lossy(&reply.bytes).into_owned()),
        };
        Answer { status: reply.status, body, label: self.label }
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Looks until there is something; answers it and how long it took.
///
/// # Panics
/// When there is nothing within the time.
pub(crate) async fn eventually<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> (T, Duration) {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return (found, began.elapsed());
        }
        assert!(began.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
