//! `GET /api/v1/attendance/absenteeism`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    nightly_run_fixture::days,
    settled_days_fixture::{ATTENDANCE, column},
};

#[tokio::test]
async fn department_month_is_summed_by_day_and_person() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    fixture.settle_week(&people.employee).await;
    fixture.settle_days(vec![days(&people.admin, "2024-06-03", "2024-06-04")], "2024-06-10T04:00:00Z").await;
    let app = app!(fixture.world, ATTENDANCE_ABSENTEEISM);
    let department = people.employee.department_id;
    let path = format!("{ATTENDANCE}/absenteeism?month=2024-06&department={department}");
    let answer = fixture.get(&app, &path).signed_in_as(&people.hr).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let totals = &answer.body["totals"];
    assert_eq!(
        (&answer.body["people"], &totals["days"]["settled"], &totals["days"]["absent"]),
        (&json!(2), &json!(9), &json!(3))
    );
    assert_eq!(totals["expected_minutes"], 4 * 480 + 240 + 2 * 480);
    assert_eq!(totals["absent"], json!({"times": 3, "minutes": 3 * 480}));
    assert_eq!(
        (&totals["absence_rate_bp"], &totals["absence_and_leave_rate_bp"]),
        (&json!(4_615), &json!(5_000)),
        "{totals:#}"
    );
    assert_eq!(
        column(&answer, "employee_id"),
        [json!(people.admin.id), json!(people.employee.id)],
        "highest absence first"
    );
    assert_eq!(column(&answer, "absence_rate_bp"), [10_000, 2_222]);
    let dates: Vec<_> =
        answer.body["days"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap()).collect();
    assert_eq!((dates.len(), dates[0], dates[6]), (7, "2024-06-03", "2024-06-09"));
    assert_eq!(answer.body["days"][0]["absence_rate_bp"], 5_000);
    assert_eq!(answer.body["days"][6]["absence_rate_bp"], json!(null), "nothing was expected");

    let managed = fixture.get(&app, format!("{ATTENDANCE}/absenteeism")).signed_in_as(&people.manager).await;
    assert_eq!(managed.body["totals"], answer.body["totals"], "defaults: own department, current month");
    assert_eq!(column(&managed, "employee_id"), [json!(people.employee.id)], "own reports only");
}

#[tokio::test]
async fn managers_read_only_their_own_department() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, ATTENDANCE_ABSENTEEISM);
    let path = format!("{ATTENDANCE}/absenteeism?month=2024-06&department={}", people.employee.department_id);
    fixture.refused(fixture.get(&app, &path).signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    for by in [&people.employee, &people.admin] {
        fixture.refused(fixture.get(&app, &path).signed_in_as(by), 403, "forbidden", &[]).await;
    }
    let bad = format!("{ATTENDANCE}/absenteeism?month=2024-6");
    fixture.refused(fixture.get(&app, bad).signed_in_as(&people.hr), 400, "malformed", &["query:month"]).await;
}
