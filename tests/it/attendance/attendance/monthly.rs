//! `GET /api/v1/attendance/{employee_id}/monthly`

use directory::Person;
use jiff::civil::date;
use serde_json::json;

use crate::attendance::{
    fixture::Plant,
    settled_days_fixture::{column, path},
};

#[tokio::test]
async fn a_month_sums_its_settled_days_up() {
    let plant = Plant::open().await;
    let erin = plant.employee().clone();
    plant.week(&erin).await;
    plant.clocks(&erin, "2024-06-10", &["2024-06-10T06:58:00Z"]).await;
    let app = app!(plant.world, ATTENDANCE_MONTHLY);
    let answer = plant.get(&app, path(erin.id, "/monthly?month=2024-06")).signed_in_as(&erin).await;
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
    assert_eq!(answer.body["not_settled"], json!(["2024-06-01", "2024-06-02", "2024-06-10"]), "up to today");
    let default = plant.get(&app, path(erin.id, "/monthly")).signed_in_as(&erin).await;
    assert_eq!(default.body, answer.body, "the month of today");
}

#[tokio::test]
async fn days_outside_of_the_employment_are_not_missing() {
    let plant = Plant::open().await;
    let like = plant.employee().clone();
    let person = plant.person(60, "Ines").await;
    let person = Person { hire_date: date(2024, 6, 6), termination_date: Some(date(2024, 6, 8)), ..person };
    let person = plant.moved(person).await;
    let app = app!(plant.world, ATTENDANCE_MONTHLY);
    let answer = plant.get(&app, path(person.id, "/monthly?month=2024-06")).signed_in_as(plant.hr()).await;
    assert_eq!(answer.body["not_settled"], json!(["2024-06-06", "2024-06-07", "2024-06-08"]));
    let future = plant.get(&app, path(like.id, "/monthly?month=2024-07")).signed_in_as(&like).await;
    assert_eq!((&future.body["not_settled"], &future.body["items"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn months_of_others_and_what_is_no_month_are_refused() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let app = app!(plant.world, ATTENDANCE_MONTHLY);
    for by in [&people.outsider, &people.other_manager, &people.admin] {
        plant
            .refused(plant.get(&app, path(people.employee.id, "/monthly")).signed_in_as(by), 404, "not_found", &[])
            .await;
    }
    for month in ["2024", "2024-13", "2024-06-01", "June"] {
        let ask = plant
            .get(&app, path(people.employee.id, &format!("/monthly?month={month}")))
            .signed_in_as(&people.employee);
        plant.refused(ask, 400, "malformed", &["query:month"]).await;
    }
}
