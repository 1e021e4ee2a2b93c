//! `audit-on-event`: records each event once.

use serde_json::json;

use crate::audit::{AuditFixture, another_id, audit_id, ids};

#[tokio::test]
async fn event_becomes_one_record_in_a_manifest() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    let app = app!(fixture.world, AUDIT_LOGS_GET);
    let record =
        fixture.world.get(&app, format!("/api/v1/audit-logs/{id}")).signed_in_as(&fixture.world.people.hr).await;
    assert_eq!(record.status, 200, "{}", record.body);
    assert_eq!(record.body["user_id"], json!(fixture.world.people.hr.id));
    assert_eq!(record.body["old_values"]["first_name"], "Jon");
    assert_eq!(record.body["new_values"]["salary"]["amount_minor"], 7_500_000);
    assert_eq!(record.body["recorded_by"], "system:audit-on-event");
    assert_eq!((fixture.count_items("LOG#").await, fixture.count_items("HOUR#2024-06-10T10").await), (1, 1));
}

#[tokio::test]
async fn repeated_and_reordered_events_leave_records_unchanged() {
    let fixture = AuditFixture::open().await;
    let (a, b) = (fixture.event("employee.created", "emp_1"), fixture.event("employee.updated", "emp_1"));
    fixture.deliver(&[a.clone(), b.clone()]).await.unwrap();
    let before: Vec<_> =
        fixture.world.list_items("AUDIT_TABLE").await.into_iter().filter(|item| item.contains_key("record")).collect();
    fixture.advance_minutes(3);
    fixture.deliver(&[b.clone(), a.clone(), b]).await.unwrap();
    let after: Vec<_> =
        fixture.world.list_items("AUDIT_TABLE").await.into_iter().filter(|item| item.contains_key("record")).collect();
    assert_eq!(after, before);
}

#[tokio::test]
async fn invalid_message_fails_alone_and_unknown_event_is_recorded() {
    let fixture = AuditFixture::open().await;
    let mut unknown = fixture.event("employee.teleported", "emp_1");
    unknown["service"] = json!("teleport-service");
    let known = fixture.event("employee.updated", "emp_1");
    let body = |event: &serde_json::Value| json!({"detail": event}).to_string();
    let bodies = ["not JSON".to_owned(), body(&known), r#"{"detail":{}}"#.to_owned(), body(&unknown)];
    assert_eq!(fixture.deliver_raw(&bodies).await, Ok(vec!["m0".to_owned(), "m2".to_owned()]));
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let page = fixture
        .world
        .get(&app, "/api/v1/audit-logs?log_type=critical_event")
        .signed_in_as(&fixture.world.people.auditor)
        .await;
    assert_eq!(ids(&page.body), [audit_id(&unknown).to_string()]);
    assert_eq!(page.body["items"][0]["action"], "employee.teleported");
    assert_eq!(fixture.deliver_raw(&bodies[..1]).await, Err("all 1 messages failed".to_owned()));
}

#[tokio::test]
async fn messages_are_redelivered_after_a_table_failure() {
    let fixture = AuditFixture::open().await;
    let event = fixture.event("employee.updated", "emp_1");
    let table = fixture.world.table_name("AUDIT_TABLE");
    fixture.world.dynamo.client.delete_table().table_name(&table).send().await.unwrap();
    assert!(fixture.deliver(std::slice::from_ref(&event)).await.is_err());
}

#[tokio::test]
async fn redelivered_batch_is_sealed_in_the_later_hour() {
    let fixture = AuditFixture::open().await;
    let event = fixture.event("employee.updated", "emp_1");
    fixture.deliver(std::slice::from_ref(&event)).await.unwrap();
    // The first delivery failed before it stored its manifest.
    let items = fixture.world.list_items("AUDIT_TABLE").await;
    let manifest =
        items.into_iter().find(|item| store::string_attribute(item, "pk").unwrap().starts_with("HOUR#")).unwrap();
    let key = ["pk", "sk"].map(|name| (name.to_owned(), manifest[name].clone()));
    let delete = fixture.world.dynamo.client.delete_item().table_name(fixture.world.table_name("AUDIT_TABLE"));
    delete.set_key(Some(key.into())).send().await.unwrap();

    fixture.advance_minutes(60);
    fixture.deliver(std::slice::from_ref(&event)).await.unwrap();
    fixture.advance_minutes(60);
    fixture.run_seal_job().await;
    let proof = app!(fixture.world, AUDIT_LOGS_PROOF);
    let path = format!("/api/v1/audit-logs/{}/proof", audit_id(&event));
    let answer = fixture.world.get(&proof, path).signed_in_as(&fixture.world.people.auditor).await;
    assert_eq!((answer.status.as_u16(), answer.body["hour"].as_str()), (200, Some("2024-06-10T11")), "{}", answer.body);
}

#[tokio::test]
async fn punch_event_takes_one_write_unit_per_item_and_index() {
    let fixture = AuditFixture::open().await;
    let punch = |kind: &str, at: &str| {
        json!({
            "id": format!("punch_{}", another_id(&fixture).uuid().simple()), "kind": kind, "at": at, "local": "2024-06-10T09:00:05",
            "zone": "Europe/Berlin", "offset": "+02:00", "location": "Headquarters", "device": "Mobile", "source": "live",
            "received_at": at, "by": fixture.world.people.employee.id,
        })
    };
    let before = json!({
        "id": "att_018fff71d000745d98be2c2a3f311b99", "employee_id": fixture.world.people.employee.id, "date": "2024-06-10",
        "check_in_time": "2024-06-10T07:00:05.123Z", "location": "Headquarters", "open_since": "2024-06-10T07:00:05.123Z",
        "punches": [punch("check_in", "2024-06-10T07:00:05.123Z")], "state": "in",
        "created_at": "2024-06-10T07:00:05.123Z", "updated_at": "2024-06-10T07:00:05.123Z",
    });
    let mut after = before.clone();
    after["punches"] = json!([before["punches"][0], punch("check_out", "2024-06-10T15:30:41.009Z")]);
    after["check_out_time"] = json!("2024-06-10T15:30:41.009Z");
    let mut event = fixture.event("attendance.checked_out", "att_018fff71d000745d98be2c2a3f311b99");
    for (name, value) in [
        ("entity_type", json!("Attendance")),
        ("service", json!("attendance-management-service")),
        ("user_agent", json!("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0")),
        ("request_id", json!("4f6b3c1e-98d2-4f0c-ae51-6c1d7e0b93aa")),
        ("old_values", before),
        ("new_values", after),
    ] {
        event[name] = value;
    }
    fixture.world.calls.measure_capacity();
    fixture.world.calls.clear();
    fixture.deliver(std::slice::from_ref(&event)).await.unwrap();
    let written: Vec<_> =
        fixture.world.calls.recorded().into_iter().map(|call| (call.operation, call.half_units)).collect();
    assert_eq!(
        written,
        [("PutItem".to_owned(), 8), ("PutItem".to_owned(), 2)],
        "the record with three indexes, and its manifest"
    );
}

#[tokio::test]
async fn batch_of_ten_shares_a_manifest_of_one_write_unit() {
    let fixture = AuditFixture::open().await;
    let events: Vec<_> = (0..10).map(|number| fixture.event("employee.updated", &format!("emp_{number}"))).collect();
    fixture.world.calls.measure_capacity();
    fixture.world.calls.clear();
    fixture.deliver(&events).await.unwrap();
    let calls = fixture.world.calls.recorded();
    assert_eq!((calls.len(), calls.last().map(|call| call.half_units)), (11, Some(2)));
}
