//! `POST /api/v1/audit-logs`.

use serde_json::{Value, json};

use crate::audit::{AuditFixture, posted};

const PATH: &str = "/api/v1/audit-logs";

#[tokio::test]
async fn an_outside_system_records_what_it_did_and_by_whom_it_was_written_down() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_CREATE);
    let admin = &trail.world.people.admin;
    let answer = trail.world.post(&app, PATH, posted()).signed_in_as(admin).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("{PATH}/{id}"));
    assert_eq!((&answer.body["user_id"], &answer.body["recorded_by"]), (&json!("payroll-clerk"), &json!(admin.id)));
    assert_eq!(answer.body["description"], "Pay run exported");
    assert_eq!(answer.body["new_values"], json!({"rows": 12, "rate": "1.5"}), "no floating point is kept");
    assert_eq!(answer.body["ip_address"], "192.0.2.10");
    assert_eq!((trail.count("LOG#").await, trail.count("HOUR#").await), (1, 1));

    let get = app!(trail.world, AUDIT_LOGS_GET);
    let read = trail.world.get(&get, format!("{PATH}/{id}")).signed_in_as(admin).await;
    assert_eq!(read.body, answer.body);
}

#[tokio::test]
async fn the_example_of_the_seed_is_accepted() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_CREATE);
    let body = json!({
        "user_id": "emp_123", "action": "created", "log_type": "leave_request_created", "entity_type": "LeaveRequest",
        "entity_id": "leave_456", "service_name": "leave-management-service", "status": "success",
        "new_values": {"leave_type": "Annual", "start_date": "2024-01-15", "end_date": "2024-01-20", "status": "pending"},
        "old_values": null, "request_id": "req_abc123", "ip_address": "192.168.1.100", "user_agent": "Mozilla/5.0...",
        "timestamp": "2024-01-10T10:30:45Z",
    });
    let answer = trail.world.post(&app, PATH, body).signed_in_as(&trail.world.people.admin).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.body["description"], "Leave request created");
    assert_eq!(answer.body["timestamp"], "2024-01-10T10:30:45Z");
}

#[tokio::test]
async fn the_same_key_records_once_and_another_body_under_it_is_refused() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_CREATE);
    let post = |body: Value| {
        trail.world.post(&app, PATH, body).signed_in_as(&trail.world.people.admin).header("idempotency-key", "k1")
    };
    let first = post(posted()).await;
    let again = post(posted()).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
    let mut other = posted();
    other["action"] = json!("deleted");
    let refused = post(other).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (422, "idempotency_key_reused"));
    assert_eq!((trail.count("LOG#").await, trail.count("HOUR#").await), (1, 1));
}

#[tokio::test]
async fn bad_input_is_refused_with_its_place_and_nothing_is_stored() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_CREATE);
    let with = |name: &str, value: Value| {
        let mut body = posted();
        body[name] = value;
        body
    };
    let before = trail.world.snapshot().await;
    for (body, status, pointer) in [
        (with("log_type", json!("nonsense")), 400, "/log_type"),
        (with("old_values", json!("text")), 400, "/old_values"),
        (with("color", json!("red")), 400, "/color"),
        (with("user_id", json!(7)), 400, "/user_id"),
        (with("timestamp", json!("yesterday")), 400, "/timestamp"),
        (with("user_id", json!("")), 422, "/user_id"),
        (with("description", json!("x".repeat(1001))), 422, "/description"),
        (with("timestamp", json!("2024-06-10T10:36:00Z")), 422, "/timestamp"),
        (with("timestamp", json!("2020-01-01T00:00:00Z")), 422, "/timestamp"),
    ] {
        let answer = trail.world.post(&app, PATH, body.clone()).signed_in_as(&trail.world.people.admin).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body}: {}", answer.body);
    }
    let mut not_its_type = posted();
    not_its_type["service_name"] = json!("auth-service");
    not_its_type["log_type"] = json!("leave_request_created");
    let answer = trail.world.post(&app, PATH, not_its_type).signed_in_as(&trail.world.people.admin).await;
    assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/log_type"]));
    assert_eq!(trail.world.snapshot().await, before);
}

#[tokio::test]
async fn only_an_administrator_records() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_CREATE);
    let people = &trail.world.people;
    assert_eq!(trail.world.post(&app, PATH, posted()).await.status, 401);
    for person in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        assert_eq!(trail.world.post(&app, PATH, posted()).signed_in_as(person).await.status, 403);
    }
    assert_eq!(trail.count("LOG#").await, 0);
}
