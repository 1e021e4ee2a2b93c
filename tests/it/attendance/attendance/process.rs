//! `POST /api/v1/attendance/process`

use axum::http::Method;
use serde_json::json;

use crate::attendance::fixture::AttendanceFixture;

fn path(query: &str) -> String {
    format!("/api/v1/attendance/process?{query}")
}

#[tokio::test]
async fn requested_run_is_one_write_and_one_event() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let person = fixture.employee().id;
    fixture.world.calls.clear();
    let query = format!("from=2024-06-03&to=2024-06-09&employee_id={person}&dry_run=true");
    let answer = fixture.world.request(&app, Method::POST, path(&query)).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/v1/attendance/runs/{id}"));
    let expected = json!({
        "id": id, "kind": "replay", "state": "requested", "from": "2024-06-03", "to": "2024-06-09", "employee_id": person,
        "dry_run": true, "requested_by": fixture.hr().id, "pages": 0, "pages_open": 0, "created_at": fixture.now(),
        "counts": {"examined": 0, "changed": 0, "late": 0, "absent": 0, "incomplete": 0, "outside_window": 0},
    });
    assert_eq!(answer.body, expected);
    let writes = fixture.world.calls.recorded().into_iter().filter(|call| !call.is_read()).count();
    assert_eq!(writes, 1);
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await, ["attendance.run_requested"]);
}

#[tokio::test]
async fn repeated_key_creates_one_run() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let ask = |query: &str| {
        fixture
            .world
            .request(&app, Method::POST, path(query))
            .signed_in_as(fixture.hr())
            .header("idempotency-key", "k1")
    };
    let first = ask("from=2024-06-03&to=2024-06-09").await;
    assert_eq!(first.status, 202, "{}", first.body);
    let second = ask("from=2024-06-03&to=2024-06-09").await;
    assert_eq!((second.status.as_u16(), &second.body), (202, &first.body));
    assert_eq!((second.header("idempotent-replayed"), second.header("location")), ("true", first.header("location")));
    fixture
        .refused(ask("from=2024-06-03&to=2024-06-08"), 422, "idempotency_key_reused", &["header:Idempotency-Key"])
        .await;
}

#[tokio::test]
async fn invalid_periods_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let (person, department) = (fixture.employee().id, testkit::department());
    let both = format!("from=2024-06-03&to=2024-06-04&employee_id={person}&department={department}");
    for (query, code, pointer) in [
        ("from=2024-06-09&to=2024-06-08", "invalid_range", "query:to"),
        ("from=2024-04-09&to=2024-06-10", "too_long", "query:to"),
        ("from=2024-06-09&to=2024-06-11", "in_the_future", "query:to"),
        ("from=2023-06-09&to=2023-06-11", "too_old", "query:from"),
        (both.as_str(), "one_scope", "query:department"),
    ] {
        let ask = fixture.world.request(&app, Method::POST, path(query)).signed_in_as(fixture.hr());
        let answer = fixture.refused(ask, 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{}", answer.body);
    }
    for (query, pointer) in [
        ("to=2024-06-08", "query:from"),
        ("from=2024-06-08&to=soon", "query:to"),
        ("from=2024-06-08&to=2024-06-08&dry_run=perhaps", "query:dry_run"),
        ("from=2024-06-08&to=2024-06-08&who=me", "query:who"),
    ] {
        fixture
            .refused(
                fixture.world.request(&app, Method::POST, path(query)).signed_in_as(fixture.hr()),
                400,
                "malformed",
                &[pointer],
            )
            .await;
    }
    let unknown = "from=2024-06-03&to=2024-06-04&employee_id=emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    fixture
        .refused(
            fixture.world.request(&app, Method::POST, path(unknown)).signed_in_as(fixture.hr()),
            404,
            "not_found",
            &[],
        )
        .await;
}
