//! `POST /api/v1/audit-logs`.

use serde_json::{Value, json};

use crate::audit::{AuditFixture, posted};

const PATH: &str = "/api/v1/audit-logs";

#[tokio::test]
async fn external_action_is_recorded_with_its_recorder() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_CREATE);
    let admin = &fixture.world.people.admin;
    let answer = fixture.world.post(&app, PATH, posted()).signed_in_as(admin).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("{PATH}/{id}"));
    assert_eq!((&answer.body["user_id"], &answer.body["recorded_by"]), (&json!("payroll-clerk"), &json!(admin.id)));
    assert_eq!(answer.body["description"], "Pay run exported");
    assert_eq!(answer.body["new_values"], json!({"rows": 12, "rate": "1.5"}), "other numbers are stored as text");
    assert_eq!(answer.body["ip_address"], "192.0.2.10");
    assert_eq!((fixture.count_items("LOG#").await, fixture.count_items("HOUR#").await), (1, 1));

    let get = app!(fixture.world, AUDIT_LOGS_GET);
    let read = fixture.world.get(&get, format!("{PATH}/{id}")).signed_in_as(admin).await;
    assert_eq!(read.body, answer.body);
}

#[tokio::test]
async fn documented_example_is_accepted() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_CREATE);
    let body = json!({
        "user_id": "emp_123", "action": "created", "log_type": "leave_request_created", "entity_type": "LeaveRequest",
        "entity_id": "leave_456", "service_name": "leave-management-service", "status": "success",
        "new_values": {"leave_type": "Annual", "start_date": "2024-01-15", "end_date": "2024-01-20", "status": "pending"},
        "old_values": null, "request_id": "req_abc123", "ip_address": "192.168.1.100", "user_agent": "Mozilla/5.0...",
        "timestamp": "2024-01-10T10:30:45Z",
    });
    let answer = fixture.world.post(&app, PATH, body).signed_in_as(&fixture.world.people.admin).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.body["description"], "Leave request created");
    assert_eq!(answer.body["timestamp"], "2024-01-10T10:30:45Z");
}

#[tokio::test]
async fn idempotency_key_records_once_and_refuses_a_different_body() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_CREATE);
    let post = |body: Value| {
        fixture.world.post(&app, PATH, body).signed_in_as(&fixture.world.people.admin).header("idempotency-key", "k1")
    };
    let first = post(posted()).await;
    let again = post(posted()).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
    let mut other = posted();
    other["action"] = json!("deleted");
    let refused = post(other).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (422, "idempotency_key_reused"));
    assert_eq!((fixture.count_items("LOG#").await, fixture.count_items("HOUR#").await), (1, 1));
}

#[tokio::test]
async fn invalid_records_are_refused_with_a_pointer() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_CREATE);
    let with = |name: &str, value: Value| {
        let mut body = posted();
        body[name] = value;
        body
    };
    let before = fixture.world.snapshot().await;
    let deep = (0..16).fold(json!(1), |inner, _| json!([inner]));
    for (body, status, pointer) in [
        (with("log_type", json!("nonsense")), 400, "/log_type"),
        (with("old_values", json!("text")), 400, "/old_values"),
        (with("color", json!("red")), 400, "/color"),
        (with("user_id", json!(7)), 400, "/user_id"),
        (with("timestamp", json!("yesterday")), 400, "/timestamp"),
        (with("user_id", json!("")), 422, "/user_id"),
        (with("description", json!("x".repeat(1001))), 422, "/description"),
        (with("new_values", json!({"x": deep})), 422, "/new_values"),
        (with("timestamp", json!("2024-06-10T10:36:00Z")), 422, "/timestamp"),
        (with("timestamp", json!("2020-01-01T00:00:00Z")), 422, "/timestamp"),
    ] {
        let answer = fixture.world.post(&app, PATH, body.clone()).signed_in_as(&fixture.world.people.admin).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body}: {}", answer.body);
    }
    let mut foreign_log_type = posted();
    foreign_log_type["service_name"] = json!("auth-service");
    foreign_log_type["log_type"] = json!("leave_request_created");
    let answer = fixture.world.post(&app, PATH, foreign_log_type).signed_in_as(&fixture.world.people.admin).await;
    assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/log_type"]));
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn only_administrators_create_records() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_CREATE);
    let people = &fixture.world.people;
    assert_eq!(fixture.world.post(&app, PATH, posted()).await.status, 401);
    for person in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        assert_eq!(fixture.world.post(&app, PATH, posted()).signed_in_as(person).await.status, 403);
    }
    assert_eq!(fixture.count_items("LOG#").await, 0);
}
