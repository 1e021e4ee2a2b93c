//! `POST /api/v1/leaves/preview`

use serde_json::json;

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/preview";

#[tokio::test]
async fn preview_shows_cost_and_approvers_and_writes_nothing() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_PREVIEW);
    let before = office.snapshot().await;
    let body = json!({"leave_type": "Annual", "start_date": "2024-07-15", "end_date": "2024-07-21"});
    let answer = office.post(&app, PATH, body).signed_in_as(office.employee()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (field, value) in [
        ("valid", json!(true)),
        ("leave_type", json!("annual")),
        ("duration_days", json!(5.0)),
        ("balance", json!({"minutes": 14_400, "days": 30.0})),
        ("required", json!({"minutes": 2400, "days": 5.0})),
        ("lowest", json!({"minutes": 12_000, "days": 25.0})),
        ("violations", json!([])),
        ("overlap", json!(null)),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    assert_eq!(answer.body["approval"]["waits_for"]["employee_ids"], json!([office.manager().id]));
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn preview_shows_violations_and_overlaps() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_PREVIEW);
    let leave = office.request_annual_leave(office.employee(), "2024-06-11", "2024-06-11").await;
    let body = json!({"leave_type": "casual", "start_date": "2024-06-11", "end_date": "2024-06-20"});
    let answer = office.post(&app, PATH, body).signed_in_as(office.employee()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["valid"]), (200, &json!(false)), "{}", answer.body);
    assert_eq!(answer.body["overlap"], json!({"leave_id": leave["id"], "date": "2024-06-11"}));
    let codes: Vec<_> =
        answer.body["violations"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    for code in ["insufficient_balance", "notice_too_short", "run_too_long"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[tokio::test]
async fn managers_preview_requests_of_their_reports_only() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_PREVIEW);
    let body =
        |id| json!({"employee_id": id, "leave_type": "annual", "start_date": "2024-07-15", "end_date": "2024-07-15"});
    let people = &office.world.people;
    let answer = office.post(&app, PATH, body(people.employee.id)).signed_in_as(&people.manager).await;
    assert_eq!((answer.status.as_u16(), &answer.body["employee_id"]), (200, &json!(people.employee.id)));
    let ask = office.post(&app, PATH, body(people.outsider.id)).signed_in_as(&people.manager);
    office.refused(ask, 404, "not_found", &[]).await;
}

/// Minutes of a preview by Erin.
async fn previewed_minutes(office: &LeaveFixture, body: serde_json::Value) -> serde_json::Value {
    let app = app!(office.world, LEAVES_PREVIEW);
    let answer =
        office.post(&app, PATH, with(json!({"leave_type": "annual"}), body)).signed_in_as(office.employee()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["duration"]["minutes"].clone()
}

#[tokio::test]
async fn leave_of_a_rostered_person_counts_shifts_and_not_the_week_of_the_site() {
    let office = LeaveFixture::open().await;
    office.put_shifts().await;
    let plans: [(&str, &[&str]); 4] =
        [("2024-07-20", &["day"]), ("2024-07-21", &["night"]), ("2024-07-22", &[]), ("2024-07-23", &[])];
    office.assign_shifts(office.employee(), &plans).await;
    let days = json!({"start_date": "2024-07-20", "end_date": "2024-07-23"});
    assert_eq!(previewed_minutes(&office, days.clone()).await, 960, "two shifts on the weekend, two days off");
    let hours =
        |from: &str, to: &str| json!({"start_date": "2024-07-21", "end_date": "2024-07-21", "from": from, "to": to});
    for (from, to, minutes) in
        [("22:00", "23:00", 60), ("10:00", "11:00", 0), ("23:00", "00:00", 60), ("22:00", "02:00", 240)]
    {
        assert_eq!(previewed_minutes(&office, hours(from, to)).await, minutes, "{from} to {to}");
    }
    let leave = office.request_annual_leave(office.employee(), "2024-07-20", "2024-07-23").await;
    assert_eq!(leave["duration_days"], 2.0);
    let app = app!(office.world, LEAVES_PREVIEW);
    let typo = json!({"leave_type": "annual", "start_date": "2024-07-17", "end_date": "2024-07-17", "from": "14:00", "to": "09:00"});
    let ask = office.post(&app, PATH, typo).signed_in_as(office.employee());
    office.refused(ask, 422, "invalid", &["/to"]).await;
}
