//! Environment variables and events of a function: those of the platform, and the sample event with a valid token.

use std::{fs, net::SocketAddr, path::Path};

use directory::Person;
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};
use testkit::{World, claims, sign_token, table_shapes};

use crate::Result;

/// Variables that the templates give to functions, other than table names.
const VARIABLES: &str = "\
    STAGE ISSUER AUDIENCE SIGNING_KEY NEXT_SIGNING_KEY MAC_KEY SEAL_KEY VAPID_KEY SEALS_BUCKET ARCHIVE_BUCKET \
    EXPORTS_BUCKET RECORDS_BUCKET RETENTION_DAYS BUS_NAME SETTLE_QUEUE ACCRUALS_QUEUE EMAIL_QUEUE_URL SMS_QUEUE_URL \
    PUSH_QUEUE_URL BULK_QUEUE_URL ESCALATION_GROUP ESCALATION_JOB ESCALATION_ROLE ESCALATION_DLQ MAIL_FROM \
    WEB_ORIGIN SMS_ENABLED PUSH_SUBJECT PUSH_HOSTS";

/// Values of the variables in a world; `bench` if the world has none.
pub(crate) fn world_variables(world: &World) -> Vec<(String, String)> {
    let tables = table_shapes().into_iter().map(|shape| shape.environment_variable());
    let named = VARIABLES.split(' ').map(str::to_owned).chain(tables);
    named.map(|name| (name.clone(), world.shell.env_or(&name, "bench"))).collect()
}

/// Environment of a function as on the platform, with the variables of its world.
pub(crate) fn function_environment(
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

/// Sample event `events/<function>.json`.
pub(crate) fn sample_event(function: &str) -> Result<Value> {
    let file = Path::new("events").join(function).with_extension("json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// Event of a function.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    json: Value,
    caller: Option<Person>,
}

impl Event {
    /// Event without a caller.
    pub(crate) const fn raw(json: Value) -> Self {
        Self { json, caller: None }
    }

    /// Sample event of an endpoint with this path, query and optional body.
    pub(crate) fn request(operation: &str, path: &str, body: Option<&Value>, caller: Option<&Person>) -> Result<Self> {
        let mut json = sample_event(operation)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        set_member(&mut json, &["rawPath"], json!(path));
        set_member(&mut json, &["requestContext", "http", "path"], json!(path));
        set_member(&mut json, &["requestContext", "stage"], json!("$default"));
        if !query.is_empty() {
            set_member(&mut json, &["rawQueryString"], json!(query));
        }
        if let Some(body) = body {
            set_member(&mut json, &["body"], json!(body.to_string()));
        }
        Ok(Self { json, caller: caller.cloned() })
    }

    /// Event with a currently valid token.
    pub(crate) fn with_current_token(&self) -> Value {
        let mut event = self.json.clone();
        if let Some(who) = &self.caller {
            let token = sign_token(&claims(who.id, who.roles, who.role_version, SystemClock.now()));
            set_member(&mut event, &["headers", "authorization"], json!(format!("Bearer {token}")));
        }
        event
    }
}

/// Sets a nested member, creating objects on the path.
fn set_member(at: &mut Value, names: &[&str], value: Value) {
    match (names, at.as_object_mut()) {
        ([], _) => *at = value,
        ([name, rest @ ..], Some(members)) => {
            set_member(members.entry(*name).or_insert_with(|| json!({})), rest, value);
        }
        (_, None) => {
            *at = json!({});
            set_member(at, names, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_members_are_set() {
        let mut event = json!({"headers": {"host": "localhost"}, "body": null});
        set_member(&mut event, &["headers", "authorization"], json!("Bearer x"));
        set_member(&mut event, &["body", "name"], json!("Ada"));
        set_member(&mut event, &["requestContext", "http", "path"], json!("/"));
        let expected = json!({
            "headers": {"host": "localhost", "authorization": "Bearer x"},
            "body": {"name": "Ada"},
            "requestContext": {"http": {"path": "/"}},
        });
        assert_eq!(event, expected);
    }
}
