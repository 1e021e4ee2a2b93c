//! Updates of a nested stack: the root template with one service, deployed as a separate stack.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use access::{OPERATIONS, Operation};
use aws_sdk_dynamodb::types::AttributeValue;
use fixtures::{read, root};
use lambda::Environment;
use muster::scenario::unique;
use serde_json::json;
use store::Item;
use tempfile::TempDir;

use super::cloud::Cloud;

/// Template of the service, which has endpoints only and therefore runs no background work.
const SERVICE: &str = "functions/employees/template.yaml";
/// Endpoint that is added and removed, with the first line of its route in the template.
const ADDED: (&str, &str) = ("job-roles-list", "  JobRolesListRoute:\n");
/// Line of the function whose timeout changes.
const CHANGED: &str = "      CodeUri: ../../target/lambda/employees-verify/bootstrap.zip\n";

#[tokio::test]
async fn stack_updates_keep_data_address_and_routes() {
    let Some(cloud) = Cloud::from_env() else { return };
    let stack = Stack::new();
    stack.deploy(&cloud, &with_timeout(11, &without_route(&read(SERVICE))));
    let cloud = Cloud::with_outputs(&stack.outputs());
    let address = cloud.output("ApiUrl").to_owned();
    store_item(&cloud).await;
    check(&cloud, 11, false).await;

    for (seconds, service) in [(12, read(SERVICE)), (13, without_route(&read(SERVICE)))] {
        stack.deploy(&cloud, &with_timeout(seconds, &service));
        let cloud = Cloud::with_outputs(&stack.outputs());
        assert_eq!(cloud.output("ApiUrl"), address);
        check(&cloud, seconds, seconds == 12).await;
    }
    cloud.delete_stack(&stack.name).await;
}

/// Stack with the directory that it is deployed from.
struct Stack {
    name: String,
    directory: TempDir,
}

impl Stack {
    /// Writes the root template and links the built functions to the path in the service's template.
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join(SERVICE).parent().unwrap()).unwrap();
        fs::write(directory.path().join("template.yaml"), root_with_service()).unwrap();
        std::os::unix::fs::symlink(root().join("target"), directory.path().join("target")).unwrap();
        Self { name: format!("stacks-{}", unique()), directory }
    }

    fn outputs(&self) -> PathBuf {
        self.directory.path().join("outputs.json")
    }

    fn deploy(&self, cloud: &Cloud, service: &str) {
        let path = |name: &str| self.directory.path().join(name);
        fs::write(path(SERVICE), service).unwrap();
        let command = Environment::from_process().required("MUSTER_DEPLOY").unwrap();
        let text = |path: &Path| path.display().to_string();
        let command = format!(
            "{command} --endpoint {} --stack {name} --template {} --outputs {} --set MailIdentity={name}.example",
            cloud.cloud.aws.endpoint_url().expect("a local cloud"),
            text(&path("template.yaml")),
            text(&self.outputs()),
            name = self.name,
        );
        let output = Command::new("sh").args(["-c", &command]).output().expect("the deployment");
        let printed = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&printed));
    }
}

/// The root template without the other services.
fn root_with_service() -> String {
    let root = read("template.yaml");
    let (state, rest) = root.split_once("  # ---- services ----\n").unwrap();
    let (stacks, outputs) = rest.split_once("\nOutputs:\n").unwrap();
    let stack = stacks.split("\n\n").find(|stack| stack.contains(SERVICE)).unwrap();
    let own = outputs.lines().filter(|line| !line.contains(".Outputs.")).collect::<Vec<_>>().join("\n");
    format!("{state}{stack}\n\nOutputs:\n{own}\n")
}

fn without_route(service: &str) -> String {
    let (before, rest) = service.split_once(ADDED.1).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    format!("{before}\n{after}")
}

fn with_timeout(seconds: u32, service: &str) -> String {
    assert!(service.contains(CHANGED));
    service.replace(CHANGED, &format!("{CHANGED}      Timeout: {seconds}\n"))
}

fn item() -> Item {
    ["pk", "sk"].map(|name| (name.to_owned(), AttributeValue::S("STACKS".to_owned()))).into()
}

async fn store_item(cloud: &Cloud) {
    let table = cloud.output("EmployeesTable");
    cloud.dynamo.put_item().table_name(table).set_item(Some(item())).send().await.unwrap();
}

/// Checks data, timeout and routes: each endpoint requires a token, and the gateway knows no other route.
async fn check(cloud: &Cloud, seconds: u32, added: bool) {
    let table = cloud.output("EmployeesTable");
    let found = cloud.dynamo.get_item().table_name(table).set_key(Some(item())).send().await.unwrap();
    assert_eq!(found.item, Some(item()), "the stored item must survive the update");
    assert_eq!(cloud.configuration_of("employees-verify").await["Timeout"], seconds);
    let mut wrong = Vec::new();
    for row in deployed(cloud) {
        let answer = cloud.api.call(row.method.as_str(), row.path.replace(['{', '}'], ""), None).send().await.unwrap();
        let unknown = answer.status == 404 && answer.body == json!({"message": "Not Found"});
        let expected = if row.name == ADDED.0 && !added { unknown } else { answer.status == 401 };
        if !expected {
            wrong.push(format!("{}: {} {}", row.name, answer.status, answer.body));
        }
    }
    assert!(wrong.is_empty(), "with timeout {seconds}:\n{}", wrong.join("\n"));
}

/// Deployed endpoints of the service.
fn deployed(cloud: &Cloud) -> Vec<&'static Operation> {
    let functions = cloud.operations();
    OPERATIONS.iter().copied().filter(|row| functions.iter().any(|name| name == row.name)).collect()
}
