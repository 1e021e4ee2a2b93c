//! `GET /api/v1/attendance/{employee_id}/monthly`

use directory::Person;
use jiff::civil::date;
use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    settled_days_fixture::{column, path},
};

#[tokio::test]
async fn month_totals_sum_its_settled_days() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    fixture.check_in_and_out(&erin, "2024-06-10", &["2024-06-10T06:58:00Z"]).await;
    let app = app!(fixture.world, ATTENDANCE_MONTHLY);
    let answer = fixture.get(&app, path(erin.id, "/monthly?month=2024-06")).signed_in_as(&erin).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let days = json!({
        "settled": 7, "present": 4, "incomplete": 0, "absent": 1, "leave": 0, "half_leave": 1, "holiday": 0, "rest_day": 1,
    });
    assert_eq!((&answer.body["month"], &answer.body["days"]), (&json!("2024-06"), &days), "{:#}", answer.body);
    let half = answer.body["items"][4]["worked_minutes"].as_i64().unwrap();
    assert_eq!(
        column(&answer, "worked_minutes"),
        [json!(480), json!(468), json!(600), json!(0), json!(half), json!(180), json!(0), json!(null)]
    );
    let worked = 480 + 468 + 600 + half + 180;
    assert_eq!(answer.body["worked_minutes"], worked);
    assert_eq!(answer.body["expected_minutes"], 4 * 480 + 240);
    assert_eq!(answer.body["late"], json!({"times": 1, "minutes": 12}));
    assert_eq!(answer.body["early"], json!({"times": 0, "minutes": 0}));
    assert_eq!(answer.body["absent"], json!({"times": 1, "minutes": 480}));
    let tiers = json!([{"rate_bp": 12_500, "minutes": 120}, {"rate_bp": 15_000, "minutes": 180}]);
    assert_eq!(answer.body["overtime"], json!({"minutes": 300, "not_counted_minutes": 0, "tiers": tiers}));
    assert_eq!((&answer.body["leave_minutes"], &answer.body["leave_by_type"]), (&json!(240), &json!({"annual": 240})));
    assert_eq!(answer.body["not_settled"], json!(["2024-06-01", "2024-06-02", "2024-06-10"]), "days up to today");
    let default = fixture.get(&app, path(erin.id, "/monthly")).signed_in_as(&erin).await;
    assert_eq!(default.body, answer.body, "default: the current month");
}

#[tokio::test]
async fn days_outside_employment_are_not_listed_as_unsettled() {
    let fixture = AttendanceFixture::new().await;
    let like = fixture.employee().clone();
    let person = fixture.add_employee(60, "Ines").await;
    let person = Person { hire_date: date(2024, 6, 6), termination_date: Some(date(2024, 6, 8)), ..person };
    let person = fixture.update_person(person).await;
    let app = app!(fixture.world, ATTENDANCE_MONTHLY);
    let answer = fixture.get(&app, path(person.id, "/monthly?month=2024-06")).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.body["not_settled"], json!(["2024-06-06", "2024-06-07", "2024-06-08"]));
    let future = fixture.get(&app, path(like.id, "/monthly?month=2024-07")).signed_in_as(&like).await;
    assert_eq!((&future.body["not_settled"], &future.body["items"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn unrelated_employees_and_invalid_months_are_rejected() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, ATTENDANCE_MONTHLY);
    for by in [&people.outsider, &people.other_manager, &people.admin] {
        fixture
            .refused(fixture.get(&app, path(people.employee.id, "/monthly")).signed_in_as(by), 404, "not_found", &[])
            .await;
    }
    for month in ["2024", "2024-13", "2024-06-01", "June"] {
        let ask = fixture
            .get(&app, path(people.employee.id, &format!("/monthly?month={month}")))
            .signed_in_as(&people.employee);
        fixture.refused(ask, 400, "malformed", &["query:month"]).await;
    }
}
