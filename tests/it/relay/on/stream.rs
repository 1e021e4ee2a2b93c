//! `relay-on-stream`: what is stored is what is published, once each, in order, and nothing else.

use std::collections::BTreeSet;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_sdk_dynamodb::types::AttributeValue;
use events::{EventType, Fact};
use proptest::prelude::*;
use serde_json::{Value, json};
use store::{Key, Write};
use testkit::{World, origin, world};

const TABLE: &str = "EMPLOYEES_TABLE";

fn thing(name: &str) -> Key {
    Key::new(format!("DEP#{name}"), "DEP")
}

fn fact(event: EventType, name: &str) -> Fact {
    Fact::new(event, "Department", name)
}

async fn create(world: &World, name: &str) {
    let body = json!({"name": name, "_secret": "SECRET"});
    let write = Write::create(thing(name), &body).publishes(fact(EventType::DepartmentCreated, name));
    world.shell.table(TABLE).unwrap().commit(&origin(), write).await.unwrap();
}

async fn rename(world: &World, name: &str, to: &str) {
    let write = Write::update(thing(name)).set("name", &to).publishes(fact(EventType::DepartmentUpdated, name));
    world.shell.table(TABLE).unwrap().commit(&origin(), write).await.unwrap();
}

/// The records that are not the world's own people.
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
async fn a_write_becomes_one_event_with_the_values_that_the_database_saw() {
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
async fn a_transaction_and_technical_items_announce_one_event() {
    let world = world().await;
    let table = world.shell.table(TABLE).unwrap();
    let writes = vec![
        Write::create(thing("a"), &json!({})).publishes(fact(EventType::DepartmentCreated, "a")),
        Write::create(thing("b"), &json!({})).joins_lead_event(),
    ];
    let once = store::IdempotencyKey { scope: "DEP#".to_owned(), fingerprint: "x".to_owned() };
    table.commit_idempotent(&origin(), writes, Some(&once), &json!({})).await.unwrap();
    relay(&world, records(&world).await).await;
    assert_eq!(types(&world), ["department.created"]);
}

#[tokio::test]
async fn a_hand_on_the_table_is_announced_as_such() {
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
async fn an_entry_that_the_bus_refuses_for_a_moment_is_sent_again_and_order_is_kept() {
    let world = world().await;
    create(&world, "x").await;
    rename(&world, "x", "y").await;
    rename(&world, "x", "z").await;
    world.cloud.refuse_entries(1);
    assert_eq!(relay(&world, records(&world).await).await, None);
    let versions: Vec<_> = details(&world).iter().map(|detail| detail["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[tokio::test]
async fn the_first_record_that_cannot_be_published_is_reported_and_a_retry_loses_nothing() {
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
async fn a_bus_that_refuses_one_entry_for_good_stops_the_batch_at_its_record() {
    let world = world().await;
    create(&world, "a").await;
    rename(&world, "a", "b").await;
    let records = records(&world).await;
    // The first event passes in a call of its own; the second, of the same item, is refused in every try.
    let answer = json!({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]});
    world.cloud.answer_next("AWSEvents.PutEvents", 200, json!({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}));
    for _ in 0..3 {
        world.cloud.answer_next("AWSEvents.PutEvents", 200, answer.clone());
    }
    assert_eq!(relay(&world, records.clone()).await, records[1].change.sequence_number);
}

#[tokio::test]
async fn the_sample_invocation_is_understood() {
    let world = world().await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/relay-on-stream.json");
    let sample: StreamEvent = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(relay(&world, sample.records).await, None);
    assert_eq!(types(&world), ["employee.created", "audit.critical_event"]);
}

/// The ids that consumers end up with.
fn ids(world: &World) -> BTreeSet<String> {
    details(world).iter().map(|detail| detail["id"].as_str().unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn duplicated_and_shuffled_deliveries_change_nothing(seed in any::<u64>()) {
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
