//! A cloud and one stack in it: AWS clients from the environment, resource names from the stack's outputs.

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

/// User agent of every request that a command sends.
pub const USER_AGENT: &str = concat!("muster/", env!("CARGO_PKG_VERSION"));

/// Arguments that select the stack.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Stack {
    /// JSON file with the stack's outputs [default: the file named by MUSTER_OUTPUTS].
    ///
    /// Either an object such as `{"ApiUrl": "..."}` or the output of `aws cloudformation describe-stacks`.
    #[arg(long, value_name = "FILE")]
    outputs: Option<PathBuf>,
}

impl Stack {
    /// Reads the outputs file that the arguments select.
    pub(crate) fn load_cloud(&self) -> Result<Cloud, String> {
        Cloud::load(self.outputs.as_deref())
    }
}

/// AWS configuration and the outputs of one stack.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Configuration shared by all AWS clients.
    pub aws: SdkConfig,
    /// Outputs of the stack by name.
    pub outputs: Map<String, Value>,
}

impl Cloud {
    /// Reads the environment and the outputs file, by default the one that `MUSTER_OUTPUTS` names.
    pub fn load(outputs: Option<&Path>) -> Result<Self, String> {
        let env = Environment::from_process();
        let path = outputs.map(Path::to_owned).or_else(|| env.optional("MUSTER_OUTPUTS").map(PathBuf::from));
        let file = path.ok_or("The outputs of the stack are missing. Use `--outputs FILE` or set MUSTER_OUTPUTS.")?;
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self { aws: aws_config(&env)?, outputs: parse_outputs(&json) })
    }

    /// Value of one stack output. Fails if it is missing or no text.
    pub fn output(&self, name: &str) -> Result<&str, String> {
        let value = self.outputs.get(name).and_then(Value::as_str);
        value.ok_or_else(|| format!("The stack has no output `{name}`. Deploy the current template."))
    }

    /// Client of the table whose name is in this stack output.
    pub fn table(&self, output: &str) -> Result<Table, String> {
        let client = aws_sdk_dynamodb::Client::new(&self.aws);
        Ok(Table::new(client, self.output(output)?, Arc::new(UuidV7Generator)))
    }

    /// Shell for the services' own code. Each pair of `variables` is an environment variable and the stack output that
    /// holds its value.
    pub fn shell(&self, variables: &[(&str, &str)]) -> Result<Shell, String> {
        let value = |(name, output): &(&str, &str)| Ok(((*name).to_owned(), self.output(output)?.to_owned()));
        let environment = variables.iter().map(value).collect::<Result<Environment, String>>()?;
        let shell = Shell::new(environment, self.aws.clone(), Arc::new(SystemClock), Arc::new(UuidV7Generator));
        shell.map_err(|error| format!("{error}."))
    }

    /// Whether the endpoint is an emulator on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.aws.endpoint_url().is_some_and(is_local_url)
    }
}

/// Origin of a command's writes by a system actor. The request id is derived from the actor and the time.
pub(crate) fn system_origin(actor: &str, at: Timestamp) -> Origin {
    Origin {
        actor: Actor::System(actor.to_owned()),
        at,
        request_id: RequestId::sanitised(&format!("{actor}_{}", at.as_millisecond())),
        ip_address: None,
        user_agent: Some(USER_AGENT.to_owned()),
    }
}

/// AWS configuration with the credentials, region and endpoint of the environment.
fn aws_config(env: &Environment) -> Result<SdkConfig, String> {
    let required = |name: &str| env.required(name).map_err(|error| format!("{error}."));
    let credentials = Credentials::new(
        required("AWS_ACCESS_KEY_ID")?,
        required("AWS_SECRET_ACCESS_KEY")?,
        env.optional("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let region = env.optional("AWS_REGION").or_else(|| env.optional("AWS_DEFAULT_REGION"));
    let mut config = SdkConfig::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::v2026_01_12())
        .region(Region::new(region.ok_or("The environment variable AWS_REGION is missing.")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_max_attempts(5));
    config.set_endpoint_url(env.optional("AWS_ENDPOINT_URL"));
    Ok(config.build())
}

/// Error text of a service's own code, including the internal detail, because only the operator reads it.
pub(crate) fn service_error(command: &str, error: &kernel::Error) -> String {
    let fields: String = error.fields().iter().map(|field| format!(" {}: {}.", field.pointer, field.detail)).collect();
    format!("{command}: {error}{fields} {}", error.log_detail().unwrap_or_default())
}

/// Whether a URL points to this machine: `localhost`, a name under it, or an address `127.*`.
pub(crate) fn is_local_url(url: &str) -> bool {
    let host = host(authority(url));
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Host and port of a URL; empty if the URL has no scheme.
pub(crate) fn authority(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default()
}

/// Host of an authority, without the port.
pub(crate) fn host(authority: &str) -> &str {
    authority.split(':').next().unwrap_or_default()
}

/// Error text of an AWS call: code and message, or the chain of causes if there was no response.
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

/// Outputs by name, from an object or from the output of `describe-stacks`; empty for other JSON.
fn parse_outputs(json: &Value) -> Map<String, Value> {
    let listed = json
        .pointer("/Stacks/0/Outputs")
        .or_else(|| json.get("Outputs"))
        .or(Some(json))
        .and_then(Value::as_array)
        .map(|outputs| outputs.iter().filter_map(name_and_value).collect());
    listed.or_else(|| json.as_object().cloned()).unwrap_or_default()
}

fn name_and_value(output: &Value) -> Option<(String, Value)> {
    Some((output.get("OutputKey")?.as_str()?.to_owned(), output.get("OutputValue")?.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn outputs_parse_from_both_formats() {
        let described = json!({"Stacks": [{"Outputs": [{"OutputKey": "ApiUrl", "OutputValue": "https://x"}]}]});
        for form in [json!({"ApiUrl": "https://x"}), described] {
            assert_eq!(parse_outputs(&form).get("ApiUrl"), Some(&json!("https://x")));
        }
    }
}
