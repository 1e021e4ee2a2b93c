//! `GET /api/v1/attendance/{employee_id}/overtime`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    settled_days_fixture::{column, pages, path},
};

#[tokio::test]
async fn overtime_is_listed_by_day_and_rate() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    let app = app!(fixture.world, ATTENDANCE_OVERTIME);
    let answer = fixture.get(&app, path(erin.id, "/overtime")).signed_in_as(&erin).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(column(&answer, "date"), ["2024-06-08", "2024-06-05"], "{:#}", answer.body);
    assert_eq!(column(&answer, "overtime_minutes"), [180, 120]);
    assert_eq!(column(&answer, "kind"), ["rest", "work"]);
    let tiers = json!([{"rate_bp": 12_500, "minutes": 120}, {"rate_bp": 15_000, "minutes": 180}]);
    let totals = json!({"days": 2, "minutes": 300, "not_counted_minutes": 0, "tiers": tiers});
    assert_eq!(answer.body["totals"], totals);
    let pieces = answer.body["items"][1]["pieces"].as_array().unwrap();
    assert!(pieces.iter().all(|piece| piece["overtime"] == true), "{pieces:#?}");
    let paged = pages(&fixture, &app, &erin, &path(erin.id, "/overtime?limit=1")).await;
    assert_eq!(json!(paged), answer.body["items"]);
}

#[tokio::test]
async fn overtime_of_unrelated_employees_is_404() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    fixture.settle_week(&people.employee).await;
    let app = app!(fixture.world, ATTENDANCE_OVERTIME);
    for by in [&people.manager, &people.hr, &people.auditor] {
        let answer = fixture.get(&app, path(people.employee.id, "/overtime")).signed_in_as(by).await;
        assert_eq!(answer.body["totals"]["days"], 2, "{}", by.first_name);
    }
    for by in [&people.outsider, &people.other_manager, &people.admin] {
        fixture
            .refused(fixture.get(&app, path(people.employee.id, "/overtime")).signed_in_as(by), 404, "not_found", &[])
            .await;
    }
}
