//! `POST /api/v1/attendance/process`

use axum::http::Method;
use serde_json::json;

use crate::attendance::fixture::Plant;

fn path(query: &str) -> String {
    format!("/api/v1/attendance/process?{query}")
}

#[tokio::test]
async fn a_run_is_stored_in_one_write_and_told() {
    let plant = Plant::open().await;
    let app = app!(plant.world, ATTENDANCE_PROCESS);
    let person = plant.employee().id;
    plant.world.calls.clear();
    let query = format!("from=2024-06-03&to=2024-06-09&employee_id={person}&dry_run=true");
    let answer = plant.world.ask(&app, Method::POST, path(&query)).signed_in_as(plant.hr()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/v1/attendance/runs/{id}"));
    let expected = json!({
        "id": id, "kind": "replay", "state": "requested", "from": "2024-06-03", "to": "2024-06-09", "employee_id": person,
        "dry_run": true, "requested_by": plant.hr().id, "pages": 0, "pages_open": 0, "created_at": plant.now(),
        "counts": {"looked_at": 0, "changed": 0, "late": 0, "absent": 0, "incomplete": 0, "outside_window": 0},
    });
    assert_eq!(answer.body, expected);
    let writes = plant.world.calls.recorded().into_iter().filter(|call| !call.is_read()).count();
    assert_eq!(writes, 1);
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await, ["attendance.run_requested"]);
}

#[tokio::test]
async fn the_same_key_begins_one_run() {
    let plant = Plant::open().await;
    let app = app!(plant.world, ATTENDANCE_PROCESS);
    let ask = |query: &str| {
        plant.world.ask(&app, Method::POST, path(query)).signed_in_as(plant.hr()).header("idempotency-key", "k1")
    };
    let first = ask("from=2024-06-03&to=2024-06-09").await;
    assert_eq!(first.status, 202, "{}", first.body);
    let second = ask("from=2024-06-03&to=2024-06-09").await;
    assert_eq!((second.status.as_u16(), &second.body), (202, &first.body));
    assert_eq!((second.header("idempotent-replayed"), second.header("location")), ("true", first.header("location")));
    plant
        .refused(ask("from=2024-06-03&to=2024-06-08"), 422, "idempotency_key_reused", &["header:Idempotency-Key"])
        .await;
}

#[tokio::test]
async fn a_period_that_cannot_be_is_refused_where_it_is_wrong() {
    let plant = Plant::open().await;
    let app = app!(plant.world, ATTENDANCE_PROCESS);
    let (person, department) = (plant.employee().id, testkit::department());
    let both = format!("from=2024-06-03&to=2024-06-04&employee_id={person}&department={department}");
    for (query, code, pointer) in [
        ("from=2024-06-09&to=2024-06-08", "invalid_range", "query:to"),
        ("from=2024-04-09&to=2024-06-10", "too_long", "query:to"),
        ("from=2024-06-09&to=2024-06-11", "in_the_future", "query:to"),
        ("from=2023-06-09&to=2023-06-11", "too_old", "query:from"),
        (both.as_str(), "one_scope", "query:department"),
    ] {
        let ask = plant.world.ask(&app, Method::POST, path(query)).signed_in_as(plant.hr());
        let answer = plant.refused(ask, 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{}", answer.body);
    }
    for (query, pointer) in [
        ("to=2024-06-08", "query:from"),
        ("from=2024-06-08&to=soon", "query:to"),
        ("from=2024-06-08&to=2024-06-08&dry_run=perhaps", "query:dry_run"),
        ("from=2024-06-08&to=2024-06-08&who=me", "query:who"),
    ] {
        plant
            .refused(
                plant.world.ask(&app, Method::POST, path(query)).signed_in_as(plant.hr()),
                400,
                "malformed",
                &[pointer],
            )
            .await;
    }
    let unknown = "from=2024-06-03&to=2024-06-04&employee_id=emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    plant
        .refused(plant.world.ask(&app, Method::POST, path(unknown)).signed_in_as(plant.hr()), 404, "not_found", &[])
        .await;
}
