//! Tests of the store against a real DynamoDB engine: commits, transactions, idempotency, pages and stamps.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod commit;
mod idempotency;
mod pages;
mod stamps;
mod transact;

use std::sync::Arc;

use events::{EventType, Fact};
use store::{Key, Table};
use testkit::TestDynamo;

/// New table with one index, `by_kind`.
async fn table() -> (TestDynamo, Table) {
    let dynamo = testkit::dynamo().await;
    dynamo.create_table("things", &["by_kind"]).await;
    let table = Table::new(dynamo.client.clone(), "things", testkit::TestIds::new());
    (dynamo, table)
}

/// Table whose database returns scripted answers.
fn scripted(cloud: &testkit::StubCloud) -> Table {
    Table::new(aws_sdk_dynamodb::Client::new(&cloud.config()), "things", testkit::TestIds::new() as Arc<_>)
}

fn key(name: &str) -> Key {
    Key::new(format!("THING#{name}"), "THING")
}

fn created(name: &str) -> Fact {
    Fact::new(EventType::DepartmentCreated, "Thing", name)
}

fn updated(name: &str) -> Fact {
    Fact::new(EventType::DepartmentUpdated, "Thing", name)
}

/// All items of the table.
#[expect(clippy::disallowed_methods, reason = "a test compares all items")]
async fn stored(dynamo: &TestDynamo) -> Vec<store::Item> {
    dynamo.client.scan().table_name("things").send().await.unwrap().items.unwrap_or_default()
}
