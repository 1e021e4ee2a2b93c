//! `audit-on-event`: every event once, whatever the queue does.

use serde_json::json;

use crate::audit::{AuditFixture, another_id, audit_id, ids};

#[tokio::test]
async fn an_event_becomes_one_record_and_is_listed_for_sealing() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    let app = app!(trail.world, AUDIT_LOGS_GET);
    let record = trail.world.get(&app, format!("/api/v1/audit-logs/{id}")).signed_in_as(&trail.world.people.hr).await;
    assert_eq!(record.status, 200, "{}", record.body);
    assert_eq!(record.body["user_id"], json!(trail.world.people.hr.id));
    assert_eq!(record.body["old_values"]["first_name"], "Jon");
    assert_eq!(record.body["new_values"]["salary"]["amount_minor"], 7_500_000);
    assert_eq!(record.body["recorded_by"], "system:audit-on-event");
    assert_eq!((trail.count("LOG#").await, trail.count("HOUR#2024-06-10T10").await), (1, 1));
}

#[tokio::test]
async fn a_duplicate_changes_nothing_in_whatever_order_it_comes() {
    let trail = AuditFixture::open().await;
    let (a, b) = (trail.event("employee.created", "emp_1"), trail.event("employee.updated", "emp_1"));
    trail.deliver(&[a.clone(), b.clone()]).await.unwrap();
    let before: Vec<_> =
        trail.world.list_items("AUDIT_TABLE").await.into_iter().filter(|item| item.contains_key("record")).collect();
    trail.advance_minutes(3);
    trail.deliver(&[b.clone(), a.clone(), b]).await.unwrap();
    let after: Vec<_> =
        trail.world.list_items("AUDIT_TABLE").await.into_iter().filter(|item| item.contains_key("record")).collect();
    assert_eq!(after, before);
}

#[tokio::test]
async fn what_is_no_event_fails_alone_and_an_unknown_event_is_recorded() {
    let trail = AuditFixture::open().await;
    let mut unknown = trail.event("employee.teleported", "emp_1");
    unknown["service"] = json!("teleport-service");
    let known = trail.event("employee.updated", "emp_1");
    let body = |event: &serde_json::Value| json!({"detail": event}).to_string();
    let bodies = ["not JSON".to_owned(), body(&known), r#"{"detail":{}}"#.to_owned(), body(&unknown)];
    assert_eq!(trail.deliver_raw(&bodies).await, Ok(vec!["m0".to_owned(), "m2".to_owned()]));
    let app = app!(trail.world, AUDIT_LOGS_LIST);
    let page = trail
        .world
        .get(&app, "/api/v1/audit-logs?log_type=critical_event")
        .signed_in_as(&trail.world.people.auditor)
        .await;
    assert_eq!(ids(&page.body), [audit_id(&unknown).to_string()]);
    assert_eq!(page.body["items"][0]["action"], "employee.teleported");
    assert_eq!(trail.deliver_raw(&bodies[..1]).await, Err("all 1 messages failed".to_owned()));
}

#[tokio::test]
async fn without_a_table_every_message_comes_again_and_nothing_is_lost() {
    let trail = AuditFixture::open().await;
    let event = trail.event("employee.updated", "emp_1");
    let table = trail.world.table_name("AUDIT_TABLE");
    trail.world.dynamo.client.delete_table().table_name(&table).send().await.unwrap();
    assert!(trail.deliver(std::slice::from_ref(&event)).await.is_err());
}

#[tokio::test]
async fn a_batch_that_died_before_its_manifest_is_sealed_in_the_hour_of_its_redelivery() {
    let trail = AuditFixture::open().await;
    let event = trail.event("employee.updated", "emp_1");
    trail.deliver(std::slice::from_ref(&event)).await.unwrap();
    // As if the manifest of the first delivery had never been written.
    let items = trail.world.list_items("AUDIT_TABLE").await;
    let manifest =
        items.into_iter().find(|item| store::string_attribute(item, "pk").unwrap().starts_with("HOUR#")).unwrap();
    let key = ["pk", "sk"].map(|name| (name.to_owned(), manifest[name].clone()));
    let delete = trail.world.dynamo.client.delete_item().table_name(trail.world.table_name("AUDIT_TABLE"));
    delete.set_key(Some(key.into())).send().await.unwrap();

    trail.advance_minutes(60);
    trail.deliver(std::slice::from_ref(&event)).await.unwrap();
    trail.advance_minutes(60);
    trail.seal().await;
    let proof = app!(trail.world, AUDIT_LOGS_PROOF);
    let path = format!("/api/v1/audit-logs/{}/proof", audit_id(&event));
    let answer = trail.world.get(&proof, path).signed_in_as(&trail.world.people.auditor).await;
    assert_eq!((answer.status.as_u16(), answer.body["hour"].as_str()), (200, Some("2024-06-10T11")), "{}", answer.body);
}

#[tokio::test]
async fn a_day_of_punches_is_recorded_in_one_unit_and_one_for_each_index() {
    let trail = AuditFixture::open().await;
    let punch = |kind: &str, at: &str| {
        json!({
            "id": format!("punch_{}", another_id(&trail).uuid().simple()), "kind": kind, "at": at, "local": "2024-06-10T09:00:05",
            "zone": "Europe/Berlin", "offset": "+02:00", "location": "Headquarters", "device": "Mobile", "source": "live",
            "received_at": at, "by": trail.world.people.employee.id,
        })
    };
    let before = json!({
        "id": "att_018fff71d000745d98be2c2a3f311b99", "employee_id": trail.world.people.employee.id, "date": "2024-06-10",
        "check_in_time": "2024-06-10T07:00:05.123Z", "location": "Headquarters", "open_since": "2024-06-10T07:00:05.123Z",
        "punches": [punch("check_in", "2024-06-10T07:00:05.123Z")], "state": "in",
        "created_at": "2024-06-10T07:00:05.123Z", "updated_at": "2024-06-10T07:00:05.123Z",
    });
    let mut after = before.clone();
    after["punches"] = json!([before["punches"][0], punch("check_out", "2024-06-10T15:30:41.009Z")]);
    after["check_out_time"] = json!("2024-06-10T15:30:41.009Z");
    let mut event = trail.event("attendance.checked_out", "att_018fff71d000745d98be2c2a3f311b99");
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
    trail.world.calls.measure_capacity();
    trail.world.calls.clear();
    trail.deliver(std::slice::from_ref(&event)).await.unwrap();
    let written: Vec<_> =
        trail.world.calls.recorded().into_iter().map(|call| (call.operation, call.half_units)).collect();
    assert_eq!(
        written,
        [("PutItem".to_owned(), 8), ("PutItem".to_owned(), 2)],
        "the record in three indexes; its manifest"
    );
}

#[tokio::test]
async fn a_batch_of_ten_shares_a_manifest_of_one_unit() {
    let trail = AuditFixture::open().await;
    let events: Vec<_> = (0..10).map(|number| trail.event("employee.updated", &format!("emp_{number}"))).collect();
    trail.world.calls.measure_capacity();
    trail.world.calls.clear();
    trail.deliver(&events).await.unwrap();
    let calls = trail.world.calls.recorded();
    assert_eq!((calls.len(), calls.last().map(|call| call.half_units)), (11, Some(2)));
}
