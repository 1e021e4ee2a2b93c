//! `GET /api/v1/attendance/{employee_id}/late-arrivals`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    nightly_run_fixture::days,
    settled_days_fixture::{column, pages, path},
};

#[tokio::test]
async fn late_arrivals_are_newest_first_with_totals_of_all_pages() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    fixture.check_in_and_out(&erin, "2024-05-27", &["2024-05-27T07:20:00Z", "2024-05-27T15:30:00Z"]).await;
    fixture.check_in_and_out(&erin, "2024-05-28", &["2024-05-28T07:05:00Z", "2024-05-28T15:30:00Z"]).await;
    fixture.settle_days(vec![days(&erin, "2024-05-27", "2024-05-28")], "2024-06-10T04:00:00Z").await;
    let app = app!(fixture.world, ATTENDANCE_LATE_ARRIVALS);
    let answer =
        fixture.get(&app, path(erin.id, "/late-arrivals?from=2024-05-01&to=2024-06-10")).signed_in_as(&erin).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(column(&answer, "date"), ["2024-06-04", "2024-05-27"], "five minutes of grace: {:#}", answer.body);
    assert_eq!(column(&answer, "late_minutes"), [12, 20]);
    assert_eq!(answer.body["totals"], json!({"times": 2, "minutes": 32}));
    assert_eq!(answer.body["items"][0]["shift_began_at"], "2024-06-04T07:00:00Z");
    let paged =
        pages(&fixture, &app, &erin, &path(erin.id, "/late-arrivals?from=2024-05-01&to=2024-06-10&limit=1")).await;
    assert_eq!(json!(paged), answer.body["items"]);
    let first = fixture
        .get(&app, path(erin.id, "/late-arrivals?from=2024-05-01&to=2024-06-10&limit=1"))
        .signed_in_as(&erin)
        .await;
    assert_eq!(first.body["totals"], answer.body["totals"]);
}

#[tokio::test]
async fn late_arrivals_of_unrelated_employees_are_404() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    fixture.settle_week(&people.employee).await;
    let app = app!(fixture.world, ATTENDANCE_LATE_ARRIVALS);
    for by in [&people.manager, &people.hr, &people.auditor] {
        let answer = fixture.get(&app, path(people.employee.id, "/late-arrivals")).signed_in_as(by).await;
        assert_eq!(answer.body["totals"]["times"], 1, "{}", by.first_name);
    }
    for by in [&people.outsider, &people.other_manager, &people.admin] {
        fixture
            .refused(
                fixture.get(&app, path(people.employee.id, "/late-arrivals")).signed_in_as(by),
                404,
                "not_found",
                &[],
            )
            .await;
    }
}
