//! A cloud and one stack in it: clients from the environment, names of resources from the stack's outputs.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_types::retry::RetryConfig;
use aws_types::{SdkConfig, region::Region};
use clap::Args;
use jiff::Timestamp;
use kernel::{Actor, Origin, RequestId};
use lambda::{Environment, Shell, SystemClock, UuidV7Generator};
use serde_json::{Map, Value};
use store::Table;

/// What every request of the command says that it comes from.
pub const USER_AGENT: &str = concat!("muster/", env!("CARGO_PKG_VERSION"));

/// Where the stack's resources are named.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Stack {
    /// JSON file with the stack's outputs: `{"ApiUrl": "..."}`, or what `aws cloudformation describe-stacks` prints.
    /// Without it, the file that MUSTER_OUTPUTS names.
    #[arg(long, value_name = "FILE")]
    outputs: Option<PathBuf>,
}

impl Stack {
    pub(crate) fn load(&self) -> Result<Cloud, String> {
        Cloud::load(self.outputs.as_deref())
    }
}

/// A cloud and one stack in it.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Configuration of any AWS client.
    pub aws: SdkConfig,
    /// Outputs of the stack.
    pub outputs: Map<String, Value>,
}

impl Cloud {
    /// Reads the environment and the file of outputs; without one, the file that `MUSTER_OUTPUTS` names.
    pub fn load(outputs: Option<&Path>) -> Result<Self, String> {
        let env = Environment::from_process();
        let named = outputs.map(Path::to_owned).or_else(|| env.optional("MUSTER_OUTPUTS").map(PathBuf::from));
        let file = named.ok_or("Name the stack's outputs: `--outputs FILE`, or MUSTER_OUTPUTS.")?;
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self { aws: config(&env)?, outputs: parse_outputs(&json) })
    }

    /// One output of the stack.
    pub fn output(&self, name: &str) -> Result<&str, String> {
        let value = self.outputs.get(name).and_then(Value::as_str);
        value.ok_or_else(|| format!("The stack's outputs have no `{name}`."))
    }

    /// The table that an output names.
    pub fn table(&self, output: &str) -> Result<Table, String> {
        let client = aws_sdk_dynamodb::Client::new(&self.aws);
        Ok(Table::new(client, self.output(output)?, Arc::new(UuidV7Generator)))
    }

    /// What the services' own code needs, as their functions have it: variables by the outputs of the stack.
    pub fn shell(&self, variables: &[(&str, &str)]) -> Result<Shell, String> {
        let value = |(name, output): &(&str, &str)| Ok(((*name).to_owned(), self.output(output)?.to_owned()));
        let environment = variables.iter().map(value).collect::<Result<Environment, String>>()?;
        let shell = Shell::new(environment, self.aws.clone(), Arc::new(SystemClock), Arc::new(UuidV7Generator));
        shell.map_err(|error| format!("{error}."))
    }

    /// Whether this is an emulator on this very machine.
    pub(crate) fn is_local(&self) -> bool {
        self.aws.endpoint_url().is_some_and(is_local)
    }
}

/// Origin of what a command writes.
pub(crate) fn origin(actor: &str, at: Timestamp) -> Origin {
    Origin {
        actor: Actor::System(actor.to_owned()),
        at,
        request_id: RequestId::sanitised(&format!("{actor}_{}", at.as_millisecond())),
        ip_address: None,
        user_agent: Some(USER_AGENT.to_owned()),
    }
}

fn config(env: &Environment) -> Result<SdkConfig, String> {
    let needed = |name: &str| env.required(name).map_err(|error| format!("{error}."));
    let credentials = Credentials::new(
        needed("AWS_ACCESS_KEY_ID")?,
        needed("AWS_SECRET_ACCESS_KEY")?,
        env.optional("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let region = env.optional("AWS_REGION").or_else(|| env.optional("AWS_DEFAULT_REGION"));
    let mut config = SdkConfig::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::v2026_01_12())
        .region(Region::new(region.ok_or("the environment variable AWS_REGION is missing.")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_max_attempts(5));
    config.set_endpoint_url(env.optional("AWS_ENDPOINT_URL"));
    Ok(config.build())
}

/// Error text of a service's own code, with the internal half: only the operator reads it.
pub(crate) fn service_error(command: &str, error: &kernel::Error) -> String {
    let fields: String = error.fields().iter().map(|field| format!(" {}: {}.", field.pointer, field.detail)).collect();
    format!("{command}: {error}{fields} {}", error.log_detail().unwrap_or_default())
}

/// Whether a URL is one of this machine.
pub(crate) fn is_local(url: &str) -> bool {
    let host = host(authority(url));
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Host and port of a URL.
pub(crate) fn authority(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default()
}

/// The host alone.
pub(crate) fn host(authority: &str) -> &str {
    authority.split(':').next().unwrap_or_default()
}

/// Error text of AWS: code and message, or the chain of causes where there was no answer.
pub(crate) fn sdk_error<E, R>(what: &str, error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match error.code() {
        Some(code) => format!("{what}: {code}: {}", error.message().unwrap_or_default()),
        None => format!("{what}: {}", DisplayErrorContext(error)),
    }
}

/// Outputs as name and value, from either form.
fn parse_outputs(json: &Value) -> Map<String, Value> {
    let listed = json
        .pointer("/Stacks/0/Outputs")
        .or_else(|| json.get("Outputs"))
        .or(Some(json))
        .and_then(Value::as_array)
        .map(|outputs| outputs.iter().filter_map(pair).collect());
    listed.or_else(|| json.as_object().cloned()).unwrap_or_default()
}

fn pair(output: &Value) -> Option<(String, Value)> {
    Some((output.get("OutputKey")?.as_str()?.to_owned(), output.get("OutputValue")?.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn outputs_are_read_in_either_form() {
        let described = json!({"Stacks": [{"Outputs": [{"OutputKey": "ApiUrl", "OutputValue": "https://x"}]}]});
        for form in [json!({"ApiUrl": "https://x"}), described] {
            assert_eq!(parse_outputs(&form).get("ApiUrl"), Some(&json!("https://x")));
        }
    }
}
