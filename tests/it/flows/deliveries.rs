//! Duplicated and reordered deliveries of queues and streams do not change the audit trail.

use access::Role;
use events::{Event, EventType, Fact, Stamp};
use jiff::SignedDuration;
use kernel::EventId;
use muster::scenario::{client::Person, unique};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome, id_of};

#[tokio::test]
async fn duplicated_and_shuffled_messages_change_nothing() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let entity = format!("widget-{}", unique());
    let messages: Vec<_> = (1..=12).map(|version| message(&event(&cloud, &entity, version))).collect();

    for batch in shuffled(&messages).chunks(6) {
        deliver(&cloud, batch).await;
    }
    let first = cloud.audit_records(&hr, &entity).await?;
    let versions: Vec<_> = first.iter().filter_map(|record| record["version"].as_u64()).collect();
    assert_eq!(versions, (1..=12).rev().collect::<Vec<_>>(), "the trail must hold each event once, newest first");

    let twice_in_one_batch = [messages[3].clone(), messages[3].clone(), messages[0].clone(), messages[3].clone()];
    deliver(&cloud, &twice_in_one_batch).await;
    let backwards: Vec<_> = messages.iter().rev().cloned().collect();
    for batch in backwards.chunks(5) {
        deliver(&cloud, batch).await;
    }
    assert_eq!(cloud.audit_records(&hr, &entity).await?, first, "duplicates must not change the trail");
    Ok(())
}

#[tokio::test]
async fn duplicated_and_shuffled_stream_records_change_nothing() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let person = cloud.create_employee(&hr).await?;
    let path = format!("/api/v1/employees/{}", id_of(&person));
    for number in 1..=4 {
        cloud.put(&path, json!({"role": format!("Engineer {number}")})).by(&hr).expect(200).await?;
    }
    expect_title(&cloud, &hr, &person, "Engineer 4").await?;
    let before = cloud.audit_records(&hr, id_of(&person)).await?;
    assert_eq!(before.len(), 5, "{before:#?}");

    let pk = directory::person_key(id_of(&person).parse().unwrap()).pk;
    let records = cloud.stream_records(cloud.output("EmployeesTable"), &pk).await;
    assert_eq!(records.len(), 5, "each write must have one stream record");
    let duplicated: Vec<_> = records.iter().chain(&shuffled(&records)).cloned().collect();
    for batch in [records.clone(), duplicated, shuffled(&records)] {
        let answer = cloud.invoke("relay-on-stream", &json!({ "Records": batch })).await;
        assert_eq!((answer.error, &answer.payload["batchItemFailures"]), (None, &json!([])));
    }

    // This change is recorded after the duplicates, so they would be visible by then.
    cloud.put(&path, json!({"role": "Engineer 5"})).by(&hr).expect(200).await?;
    expect_title(&cloud, &hr, &person, "Engineer 5").await?;
    let after = cloud.audit_records(&hr, id_of(&person)).await?;
    assert_eq!(after.len(), 6, "{after:#?}");
    assert_eq!(after[1..], before[..], "duplicates must not change the trail");
    Ok(())
}

async fn expect_title(cloud: &Cloud, hr: &Person, person: &Value, title: &str) -> Outcome {
    let matches = |record: &Value| record["new_values"]["job_title"] == title;
    cloud.expect_matching_audit_record(hr, id_of(person), "updated", matches).await?;
    Ok(())
}

/// The messages in an order other than the original and its reverse.
fn shuffled(all: &[Value]) -> Vec<Value> {
    let step = if all.len().is_multiple_of(5) { 3 } else { 5 };
    (0..all.len()).map(|at| all[(at * step + 2) % all.len()].clone()).collect()
}

fn event(cloud: &Cloud, entity: &str, version: u64) -> Event {
    let mut origin = cloud.origin();
    origin.at = origin.at.saturating_sub(SignedDuration::from_secs(60 - i64::try_from(version).unwrap())).unwrap();
    let fact = Fact::new(EventType::EmployeeUpdated, "Widget", entity);
    Event {
        stamp: Stamp::new(EventId::new(cloud.new_uuid()), fact, &origin),
        service: EventType::EmployeeUpdated.service().to_string(),
        version,
        old_values: Some(json!({"number": version - 1})),
        new_values: Some(json!({"number": version})),
        republished: false,
    }
}

/// Message of an event as EventBridge puts it on a queue.
fn message(event: &Event) -> Value {
    json!({
        "version": "0",
        "id": event.stamp.id.uuid(),
        "detail-type": event.stamp.event,
        "source": events::BUS_SOURCE,
        "account": "000000000000",
        "time": event.stamp.at,
        "region": "us-east-1",
        "resources": [],
        "detail": event,
    })
}

async fn deliver(cloud: &Cloud, messages: &[Value]) {
    let record = |(number, body): (usize, &Value)| {
        json!({
            "messageId": format!("message-{number}"),
            "receiptHandle": format!("handle-{number}"),
            "body": body.to_string(),
            "attributes": {},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:audit",
            "awsRegion": "us-east-1",
        })
    };
    let records: Vec<_> = messages.iter().enumerate().map(record).collect();
    let answer = cloud.invoke("audit-on-event", &json!({ "Records": records })).await;
    assert_eq!((answer.error, &answer.payload["batchItemFailures"]), (None, &json!([])), "{}", answer.payload);
}
