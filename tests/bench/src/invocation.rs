//! What the platform would give a function: its environment, and its own sample event with a good token.

use std::{fs, net::SocketAddr, path::Path};

use directory::Person;
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};
use testkit::{World, claims, sign_token, table_shapes};

use crate::Result;

/// What `template.yaml` gives to some function, beside the tables' names.
const VARIABLES: &[&str] = &[
    "STAGE",
    "ISSUER",
    "AUDIENCE",
    "SIGNING_KEY",
    "NEXT_SIGNING_KEY",
    "MAC_KEY",
    "SEAL_KEY",
    "VAPID_KEY",
    "SEALS_BUCKET",
    "ARCHIVE_BUCKET",
    "EXPORTS_BUCKET",
    "RETENTION_DAYS",
    "BUS_NAME",
    "SETTLE_QUEUE",
    "ACCRUALS_QUEUE",
    "EMAIL_QUEUE_URL",
    "SMS_QUEUE_URL",
    "PUSH_QUEUE_URL",
    "BULK_QUEUE_URL",
    "ESCALATION_GROUP",
    "ESCALATION_JOB",
    "ESCALATION_ROLE",
    "ESCALATION_DLQ",
    "MAIL_FROM",
    "WEB_ORIGIN",
    "SMS_ENABLED",
    "PUSH_SUBJECT",
    "PUSH_HOSTS",
];

/// The variables that a world gives to its functions.
pub(crate) fn variables(world: &World) -> Vec<(String, String)> {
    let tables = table_shapes().into_iter().map(|shape| shape.variable());
    let named = VARIABLES.iter().map(|name| (*name).to_owned()).chain(tables);
    named.map(|name| (name.clone(), world.shell.env_or(&name, "bench"))).collect()
}

/// The environment of a function on the platform, with what its world gives it.
pub(crate) fn environment(
    variables: &[(String, String)],
    function: &str,
    runtime_api: SocketAddr,
) -> Vec<(String, String)> {
    let address = runtime_api.to_string();
    let fixed = [
        ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_SESSION_TOKEN", "test"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("_HANDLER", "bootstrap"),
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("LOG_LEVEL", "info"),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fixed.iter().map(owned).chain(variables.iter().cloned()).collect()
}

/// `events/<function>.json`.
pub(crate) fn sample(function: &str) -> Result<Value> {
    let file = Path::new("events").join(function).with_extension("json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// What a function is given.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    json: Value,
    /// Who asks; nobody where nobody is asked who they are.
    by: Option<Person>,
}

impl Event {
    /// An event that comes as it is.
    pub(crate) fn as_it_is(json: Value) -> Self {
        Self { json, by: None }
    }

    /// The sample of an endpoint with this path and query, and another body where there is one.
    pub(crate) fn asked(operation: &str, path: &str, body: Option<&Value>, by: Option<&Person>) -> Result<Self> {
        let mut json = sample(operation)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        set(&mut json, &["rawPath"], json!(path));
        set(&mut json, &["requestContext", "http", "path"], json!(path));
        set(&mut json, &["requestContext", "stage"], json!("$default"));
        if !query.is_empty() {
            set(&mut json, &["rawQueryString"], json!(query));
        }
        if let Some(body) = body {
            set(&mut json, &["body"], json!(body.to_string()));
        }
        Ok(Self { json, by: by.cloned() })
    }

    /// The event with a token that is good now.
    pub(crate) fn now(&self) -> Value {
        let mut event = self.json.clone();
        if let Some(who) = &self.by {
            let token = sign_token(&claims(who.id, who.roles, who.role_version, SystemClock.now()));
            set(&mut event, &["headers", "authorization"], json!(format!("Bearer {token}")));
        }
        event
    }
}

/// Puts a value where the names lead, making objects on the way.
fn set(at: &mut Value, names: &[&str], value: Value) {
    match (names, at.as_object_mut()) {
        ([], _) => *at = value,
        ([name, rest @ ..], Some(members)) => {
            set(members.entry(*name).or_insert_with(|| json!({})), rest, value);
        }
        (_, None) => {
            *at = json!({});
            set(at, names, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_where_the_names_lead() {
        let mut event = json!({"headers": {"host": "localhost"}, "body": null});
        set(&mut event, &["headers", "authorization"], json!("Bearer x"));
        set(&mut event, &["body", "name"], json!("Ada"));
        set(&mut event, &["requestContext", "http", "path"], json!("/"));
        let expected = json!({
            "headers": {"host": "localhost", "authorization": "Bearer x"},
            "body": {"name": "Ada"},
            "requestContext": {"http": {"path": "/"}},
        });
        assert_eq!(event, expected);
    }
}
