//! `GET /api/v1/attendance/{employee_id}`

use ::attendance::domain::day::Day;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{AttendanceFixture, date},
    settled_days_fixture::{column, pages, path},
};

#[tokio::test]
async fn history_is_listed_newest_first_with_all_fields() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    fixture.check_in_and_out(&erin, "2024-06-10", &["2024-06-10T06:58:00Z"]).await;
    let app = app!(fixture.world, ATTENDANCE_GET);
    let answer = fixture.get(&app, path(erin.id, "")).signed_in_as(&erin).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let statuses = ["checked_in", "rest_day", "present", "half_leave", "absent", "present", "present", "present"];
    assert_eq!(column(&answer, "status"), statuses, "{:#}", answer.body);
    let today = &answer.body["items"][0];
    assert_eq!(
        (&today["settled"], &today["check_out_time"], &today["worked_minutes"]),
        (&json!(false), &Value::Null, &json!(0))
    );
    let tuesday = answer.body["items"][6].as_object().unwrap();
    let expected = json!({
        "id": ::attendance::domain::day::day_id(erin.id, date("2024-06-04")), "employee_id": erin.id, "date": "2024-06-04",
        "check_in_time": "2024-06-04T07:12:00Z", "check_in_location": null, "check_in_device": null,
        "check_out_time": "2024-06-04T15:30:00Z", "check_out_location": null, "check_out_device": null,
        "worked_hours": 7.8, "worked_minutes": 468, "status": "present", "notes": null, "settled": true,
        "expected_minutes": 480, "late_minutes": 12, "early_minutes": 0, "break_minutes": 30,
        "deducted_break_minutes": 30, "overtime_minutes": 0,
        "leaves": [], "violations": tuesday["violations"],
        "created_at": tuesday["created_at"], "updated_at": tuesday["updated_at"],
    });
    assert_eq!(&json!(tuesday), &expected);
}

#[tokio::test]
async fn history_pages_stay_within_the_period() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    let app = app!(fixture.world, ATTENDANCE_GET);
    let all = pages(&fixture, &app, &erin, &path(erin.id, "?from=2024-06-04&to=2024-06-08&limit=2")).await;
    let dates: Vec<_> = all.iter().map(|item| item["date"].as_str().unwrap().to_owned()).collect();
    assert_eq!(dates, ["2024-06-08", "2024-06-07", "2024-06-06", "2024-06-05", "2024-06-04"]);
    let long_ago = fixture.get(&app, path(erin.id, "?to=2024-05-31")).signed_in_as(&erin).await;
    assert_eq!(long_ago.body, json!({"items": []}));
}

#[tokio::test]
async fn history_cost_does_not_depend_on_age() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    for month in 1..=5 {
        for day in 1..=28 {
            let date = date(&format!("2024-{month:02}-{day:02}"));
            fixture.store_day(&Day::new(erin.id, date, testkit::test_start())).await;
        }
    }
    let app = app!(fixture.world, ATTENDANCE_GET);
    fixture.world.calls.measure_capacity();
    let mut costs = Vec::new();
    for period in ["from=2024-01-01&to=2024-01-10", "from=2024-05-01&to=2024-05-10"] {
        fixture.get(&app, path(erin.id, &format!("?{period}"))).signed_in_as(&erin).await;
        fixture.world.calls.clear();
        fixture.get(&app, path(erin.id, &format!("?{period}"))).signed_in_as(&erin).await;
        let queries: Vec<_> = fixture
            .world
            .calls
            .recorded()
            .into_iter()
            .filter(|call| call.operation == "Query")
            .map(|call| call.half_units)
            .collect();
        costs.push(queries);
    }
    assert_eq!(costs[0], costs[1]);
    assert_eq!(costs[0].len(), 1, "a list is one query");
}

#[tokio::test]
async fn employees_outside_the_scope_are_404() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    fixture.settle_week(&people.employee).await;
    let app = app!(fixture.world, ATTENDANCE_GET);
    for by in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        let answer = fixture.get(&app, path(people.employee.id, "")).signed_in_as(by).await;
        assert_eq!((answer.status.as_u16(), column(&answer, "date").len()), (200, 7), "{}", by.first_name);
    }
    for by in [&people.outsider, &people.other_manager] {
        let ask = fixture.get(&app, path(people.employee.id, "")).signed_in_as(by);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
    let ask = fixture.get(&app, path(people.employee.id, "")).signed_in_as(&people.admin);
    fixture.refused(ask, 404, "not_found", &[]).await;
}

#[tokio::test]
async fn invalid_periods_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ATTENDANCE_GET);
    for (query, status, problem, pointer) in [
        ("from=2024-06-02&to=2024-06-01", 422, "invalid_range", "query:to"),
        ("from=2023-01-01&to=2024-06-01", 422, "too_long", "query:to"),
        ("from=1800-01-01", 422, "invalid", "query:from"),
        ("from=yesterday", 400, "malformed", "query:from"),
        ("limit=101", 400, "malformed", "query:limit"),
        ("cursor=forged", 400, "invalid_cursor", "query:cursor"),
        ("day=1", 400, "malformed", "query:day"),
    ] {
        let ask = fixture.get(&app, path(fixture.employee().id, &format!("?{query}"))).signed_in_as(fixture.employee());
        let answer = ask.await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{query}: {}", answer.body);
        let code = answer.body["errors"][0]["code"].as_str().unwrap_or_default().to_owned();
        assert!(answer.problem() == problem || code == problem, "{query}: {}", answer.body);
    }
}
