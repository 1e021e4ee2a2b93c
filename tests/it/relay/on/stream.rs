//! `relay-on-stream`: publishes each stored change once and in order.

use std::collections::BTreeSet;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_sdk_dynamodb::types::AttributeValue;
use events::{EventType, Fact};
use proptest::prelude::*;
use serde_json::{Value, json};
use store::{Key, Write};
use testkit::{World, origin, world};

const TABLE: &str = "EMPLOYEES_TABLE";

fn department_key(name: &str) -> Key {
    Key::new(format!("DEP#{name}"), "DEP")
}

fn fact(event: EventType, name: &str) -> Fact {
    Fact::new(event, "Department", name)
}

async fn create(world: &World, name: &str) {
    let body = json!({"name": name, "_secret": "SECRET"});
    let write = Write::create(department_key(name), &body).publishes(fact(EventType::DepartmentCreated, name));
    world.shell.table(TABLE).unwrap().commit(&origin(), write).await.unwrap();
}

async fn rename(world: &World, name: &str, to: &str) {
    let write =
        Write::update(department_key(name)).set("name", &to).publishes(fact(EventType::DepartmentUpdated, name));
    world.shell.table(TABLE).unwrap().commit(&origin(), write).await.unwrap();
}

/// Stream records of the departments that the test has written.
async fn records(world: &World) -> Vec<EventRecord> {
    let all = world.stream(TABLE).await;
    all.into_iter().filter(|record| format!("{:?}", record.change.keys).contains("DEP#")).collect()
}

async fn relay(world: &World, records: Vec<EventRecord>) -> Option<String> {
    relay::on::stream::build(&world.shell).unwrap()(records).await
}

fn details(world: &World) -> Vec<Value> {
    world.cloud.events().into_iter().map(|entry| entry["Detail"].clone()).collect()
}

fn types(world: &World) -> Vec<String> {
    details(world).iter().map(|detail| detail["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn write_becomes_one_event_with_the_stored_values() {
    let world = world().await;
    create(&world, "x").await;
    rename(&world, "x", "y").await;
    assert_eq!(relay(&world, records(&world).await).await, None);

    let entries = world.cloud.events();
    assert_eq!(types(&world), ["department.created", "department.updated"]);
    let entry = &entries[1];
    assert_eq!((&entry["Source"], &entry["DetailType"]), (&json!("muster"), &json!("department.updated")));
    assert_eq!(entry["EventBusName"], "muster");
    assert_eq!(entry["Resources"], json!(["muster-test-employees/Department/x"]));
    let detail = &entry["Detail"];
    assert_eq!((&detail["old_values"], &detail["new_values"]), (&json!({"name": "x"}), &json!({"name": "y"})));
    assert_eq!((&detail["version"], &detail["service"]), (&json!(2), &json!("employee-management-service")));
    assert_eq!(detail["actor"], "system:test");
    assert!(!Value::from(entries).to_string().contains("SECRET"));
}

#[tokio::test]
async fn transaction_publishes_one_event() {
    let world = world().await;
    let table = world.shell.table(TABLE).unwrap();
    let writes = vec![
        Write::create(department_key("a"), &json!({})).publishes(fact(EventType::DepartmentCreated, "a")),
        Write::create(department_key("b"), &json!({})).joins_lead_event(),
    ];
    let idempotency_key = store::IdempotencyKey { scope: "DEP#".to_owned(), fingerprint: "x".to_owned() };
    table.commit_idempotent(&origin(), writes, Some(&idempotency_key), &json!({})).await.unwrap();
    relay(&world, records(&world).await).await;
    assert_eq!(types(&world), ["department.created"]);
}

#[tokio::test]
async fn out_of_band_change_becomes_a_critical_event() {
    let world = world().await;
    create(&world, "x").await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let edit = world.dynamo.client.update_item().table_name(world.table_name(TABLE));
    edit.key("pk", text("DEP#x"))
        .key("sk", text("DEP"))
        .update_expression("SET #name = :name")
        .expression_attribute_names("#name", "name")
        .expression_attribute_values(":name", text("forged"))
        .send()
        .await
        .unwrap();
    let delete = world.dynamo.client.delete_item().table_name(world.table_name(TABLE));
    delete.key("pk", text("DEP#x")).key("sk", text("DEP")).send().await.unwrap();

    assert_eq!(relay(&world, records(&world).await).await, None);
    assert_eq!(types(&world), ["department.created", "audit.critical_event", "audit.critical_event"]);
    let details = details(&world);
    assert_eq!(details[1]["data"]["reason"], "out_of_band_change");
    assert_eq!(details[1]["data"]["changed"], json!(["name"]));
    assert_eq!(
        (&details[1]["old_values"], &details[1]["new_values"]),
        (&json!({"name": "x"}), &json!({"name": "forged"}))
    );
    assert_eq!((&details[1]["actor"], &details[2]["data"]["operation"]), (&json!("unknown"), &json!("REMOVE")));
    assert_eq!(details[2]["new_values"], Value::Null);
}

#[tokio::test]
async fn temporarily_rejected_entries_are_retried_in_order() {
    let world = world().await;
    create(&world, "x").await;
    rename(&world, "x", "y").await;
    rename(&world, "x", "z").await;
    world.cloud.refuse_next_events(1);
    assert_eq!(relay(&world, records(&world).await).await, None);
    let versions: Vec<_> = details(&world).iter().map(|detail| detail["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[tokio::test]
async fn first_unpublished_record_is_reported_and_retry_is_complete() {
    let world = world().await;
    for name in ["a", "b", "c"] {
        create(&world, name).await;
    }
    let records = records(&world).await;
    world.cloud.fail_calls("AWSEvents");
    let first = records[0].change.sequence_number.clone();
    assert_eq!(relay(&world, records.clone()).await, first);
    assert!(world.cloud.events().is_empty());

    world.cloud.recover();
    assert_eq!(relay(&world, records).await, None);
    assert_eq!(types(&world).len(), 3);
}

#[tokio::test]
async fn permanently_rejected_entry_ends_the_batch_at_its_record() {
    let world = world().await;
    create(&world, "a").await;
    rename(&world, "a", "b").await;
    let records = records(&world).await;
    // The first event is accepted in its own call. The second, of the same item, is rejected in every attempt.
    let answer = json!({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]});
    world.cloud.answer_next("AWSEvents.PutEvents", 200, json!({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}));
    for _ in 0..3 {
        world.cloud.answer_next("AWSEvents.PutEvents", 200, answer.clone());
    }
    assert_eq!(relay(&world, records.clone()).await, records[1].change.sequence_number);
}

#[tokio::test]
async fn sample_invocation_publishes_its_events() {
    let world = world().await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/relay-on-stream.json");
    let sample: StreamEvent = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(relay(&world, sample.records).await, None);
    assert_eq!(types(&world), ["employee.created", "audit.critical_event"]);
}

/// Ids of the published events; consumers process each id once.
fn ids(world: &World) -> BTreeSet<String> {
    details(world).iter().map(|detail| detail["id"].as_str().unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn duplicated_and_shuffled_records_publish_the_same_events(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world().await;
            for name in ["a", "b", "c"] {
                create(&world, name).await;
                rename(&world, name, "renamed").await;
            }
            let records = records(&world).await;
            relay(&world, records.clone()).await;
            let expected = ids(&world);
            assert_eq!(expected.len(), 6);
            let mut shuffled: Vec<_> = records.iter().chain(&records).cloned().collect();
            let length = shuffled.len() as u64;
            for at in 0..shuffled.len() {
                shuffled.swap(at, (seed.rotate_left(at as u32) % length) as usize);
            }
            for part in shuffled.chunks(5) {
                relay(&world, part.to_vec()).await;
            }
            assert_eq!(ids(&world), expected);
        });
    }
}
