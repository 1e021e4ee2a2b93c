//! What the platform would give a function: its environment, and its own sample event with a good token.

use std::{fs, net::SocketAddr, path::Path};

use access::{Operation, Scope};
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
    "SEALS_BUCKET",
    "ARCHIVE_BUCKET",
    "EXPORTS_BUCKET",
    "RETENTION_DAYS",
    "SETTLE_QUEUE",
];

/// The environment of a function on the platform, with the database of this world.
pub(crate) fn environment(world: &World, function: &str, runtime_api: SocketAddr) -> Vec<(String, String)> {
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
        ("AWS_ENDPOINT_URL", world.dynamo.endpoint.as_str()),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("_HANDLER", "bootstrap"),
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("LOG_LEVEL", "info"),
    ];
    let tables = table_shapes().into_iter().map(|shape| shape.variable());
    let named = VARIABLES.iter().map(|name| (*name).to_owned()).chain(tables);
    let own = named.map(|name| (name.clone(), world.shell.env_or(&name, "bench")));
    fixed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).chain(own).collect()
}

/// `events/<function>.json`.
pub(crate) fn sample(function: &str) -> Result<Value> {
    let file = Path::new("events").join(function).with_extension("json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// The sample of an operation, asked by somebody who may, about somebody who is there.
pub(crate) fn event(world: &World, operation: &Operation) -> Result<Value> {
    let everybody = world.people.all().into_iter().find(|person| operation.grant(person.roles).has(Scope::All));
    event_by(world, operation, everybody.unwrap_or(&world.people.employee))
}

/// The same, asked by this person.
pub(crate) fn event_by(world: &World, operation: &Operation, who: &Person) -> Result<Value> {
    let mut event = sample(operation.name)?;
    let mut path = operation.path.to_owned();
    for name in parameters(operation.path) {
        if matches!(name, "employee_id" | "user_id") {
            set(&mut event, &["pathParameters", name], json!(world.people.employee.id));
        }
        let value = event.pointer(&format!("/pathParameters/{name}")).and_then(Value::as_str).unwrap_or("unknown");
        path = path.replace(&format!("{{{name}}}"), value);
    }
    set(&mut event, &["rawPath"], json!(path));
    set(&mut event, &["requestContext", "http", "path"], json!(path));
    set(&mut event, &["requestContext", "stage"], json!("$default"));
    set(&mut event, &["headers", "authorization"], json!(format!("Bearer {}", token(who))));
    Ok(event)
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

fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

fn token(who: &Person) -> String {
    sign_token(&claims(who.id, who.roles, who.role_version, SystemClock.now()))
}
