//! `GET /api/v1/shift-assignments/{assignment_id}`

use crate::attendance::{
    fixture::AttendanceFixture,
    roster_fixture::{ASSIGNMENTS, path_of},
};

#[tokio::test]
async fn assignee_managers_and_hr_read_an_assignment() {
    let fixture = AttendanceFixture::new().await;
    let (_, assigned) = fixture.assign_employee_to_early("2024-06-17").await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_GET);
    let people = &fixture.world.people;
    for reader in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        let answer = fixture.get(&app, path_of(ASSIGNMENTS, &assigned)).signed_in_as(reader).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &assigned), "{}", reader.first_name);
    }
    let nothing = format!("{ASSIGNMENTS}/shift_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
    let none = fixture.refused(fixture.get(&app, nothing).signed_in_as(&people.outsider), 404, "not_found", &[]).await;
    for reader in [&people.outsider, &people.other_manager, &people.admin] {
        let ask = fixture.get(&app, path_of(ASSIGNMENTS, &assigned)).signed_in_as(reader);
        let answer = fixture.refused(ask, 404, "not_found", &[]).await;
        assert_eq!(answer.body["detail"], none.body["detail"], "the answer does not reveal the assignment");
    }
}
