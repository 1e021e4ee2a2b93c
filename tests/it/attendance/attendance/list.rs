//! `GET /api/v1/attendance`

use std::collections::BTreeMap;

use directory::{EmploymentStatus, Person};
use policy::{Half, Portion};
use serde_json::{Value, json};

use crate::attendance::{
    fixture::AttendanceFixture,
    nightly_run_fixture::leave,
    settled_days_fixture::{ATTENDANCE, pages},
};

impl AttendanceFixture {
    /// Listed names with their status.
    async fn team_statuses(&self, by: &Person, query: &str) -> BTreeMap<String, String> {
        let app = app!(self.world, ATTENDANCE_LIST);
        let items = pages(self, &app, by, &format!("{ATTENDANCE}?{query}")).await;
        let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
        items.iter().map(|item| (text(item, "name"), text(item, "status"))).collect()
    }
}

fn statuses(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect()
}

#[tokio::test]
async fn manager_sees_present_late_and_absent_reports() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let today = "2024-06-10";
    fixture.check_in_and_out(&people.employee, today, &["2024-06-10T07:00:00Z"]).await;
    let gone = fixture.add_employee(60, "Gone").await;
    fixture.check_in_and_out(&gone, today, &["2024-06-10T07:00:00Z", "2024-06-10T09:00:00Z"]).await;
    fixture.add_employee(61, "Missing").await;
    let away = fixture.add_employee(62, "Away").await;
    fixture.add_leave(&away, today, leave(Portion::Full, 480)).await;
    let later = fixture.add_employee(63, "Later").await;
    fixture.assign_shifts(&later, 1, today, &["late"]).await;
    let free = fixture.add_employee(64, "Free").await;
    fixture.assign_shifts(&free, 2, today, &[]).await;
    let half = fixture.add_employee(66, "Half").await;
    fixture.add_leave(&half, today, leave(Portion::Half(Half::Am), 240)).await;
    let span = fixture.add_employee(67, "Doctor").await;
    let until = |hour| Portion::Hours(jiff::civil::time(9, 0, 0, 0), jiff::civil::time(hour, 0, 0, 0));
    fixture.add_leave(&span, today, leave(until(12), 180)).await;
    let absent = fixture.add_employee(65, "Longer").await;
    fixture.update_person(Person { status: EmploymentStatus::OnLeave, ..absent }).await;
    let expected = statuses(&[
        ("Erin Doe", "checked_in"),
        ("Gone Doe", "checked_out"),
        ("Missing Doe", "late_expected"),
        ("Away Doe", "leave"),
        ("Later Doe", "expected"),
        ("Free Doe", "rest_day"),
        ("Longer Doe", "leave"),
        ("Half Doe", "expected"),
        ("Doctor Doe", "late_expected"),
        ("Mara Lead", "late_expected"),
    ]);
    assert_eq!(fixture.team_statuses(&people.manager, "").await, expected);
    assert_eq!(
        fixture.team_statuses(&people.manager, "status=late_expected&limit=2").await,
        statuses(&[("Doctor Doe", "late_expected"), ("Missing Doe", "late_expected"), ("Mara Lead", "late_expected")])
    );
    assert_eq!(fixture.team_statuses(&people.employee, "").await, statuses(&[("Erin Doe", "checked_in")]));
    let yesterday = fixture.team_statuses(&people.manager, "date=2024-06-09").await;
    assert!(yesterday.values().all(|status| ["rest_day", "leave"].contains(&status.as_str())), "{yesterday:?}");
}

#[tokio::test]
async fn list_is_limited_to_the_callers_scope() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let indirect = fixture.add_employee(60, "Below").await;
    fixture.update_person(Person { manager_id: Some(people.employee.id), ..indirect }).await;
    let everybody = fixture.team_statuses(&people.hr, "limit=2").await;
    assert_eq!(everybody.len(), 8, "{everybody:?}");
    assert_eq!(fixture.team_statuses(&people.auditor, "").await, everybody);
    let names = |team: BTreeMap<String, String>| team.into_keys().collect::<Vec<_>>();
    assert_eq!(
        names(fixture.team_statuses(&people.manager, "limit=1").await),
        ["Below Doe", "Erin Doe", "Mara Lead"],
        "indirect reports included"
    );
    let direct = format!("manager={}", people.employee.id);
    assert_eq!(names(fixture.team_statuses(&people.manager, &direct).await), ["Below Doe"]);
    let own = format!("manager={}", people.manager.id);
    assert_eq!(names(fixture.team_statuses(&people.manager, &own).await), ["Erin Doe"]);
    let other = format!("department={}", people.outsider.department_id);
    assert_eq!(names(fixture.team_statuses(&people.hr, &other).await), ["Femi Doe", "Otto Lead"]);
    let department = format!("department={}", people.employee.department_id);
    assert_eq!(
        names(fixture.team_statuses(&people.manager, &department).await),
        ["Below Doe", "Erin Doe", "Mara Lead"]
    );

    let app = app!(fixture.world, ATTENDANCE_LIST);
    for (by, query) in [
        (&people.manager, other.clone()),
        (&people.employee, other),
        (&people.manager, format!("manager={}", people.other_manager.id)),
        (&people.employee, direct),
        (&people.hr, format!("manager={}", kernel::EmployeeId::new(crate::attendance::fixture::uuid(0xdead)))),
    ] {
        let ask = fixture.get(&app, format!("{ATTENDANCE}?{query}")).signed_in_as(by);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn people_not_employed_on_the_day_are_not_listed() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let joiner = fixture.add_employee(60, "Joiner").await;
    fixture.update_person(Person { hire_date: jiff::civil::date(2024, 6, 11), ..joiner }).await;
    let leaver = fixture.add_employee(61, "Leaver").await;
    fixture
        .update_person(Person {
            status: EmploymentStatus::Terminated,
            termination_date: Some(jiff::civil::date(2024, 6, 7)),
            ..leaver
        })
        .await;
    let suspended = fixture.add_employee(62, "Barred").await;
    fixture.update_person(Person { status: EmploymentStatus::Suspended, ..suspended }).await;
    let names = |team: BTreeMap<String, String>| team.into_keys().collect::<Vec<_>>();
    let all = fixture.team_statuses(&people.hr, "").await;
    assert_eq!(all.len(), 7, "{all:?}");
    assert!(names(fixture.team_statuses(&people.hr, "date=2024-06-11").await).contains(&"Joiner Doe".to_owned()));
    assert!(names(fixture.team_statuses(&people.hr, "date=2024-06-07").await).contains(&"Leaver Doe".to_owned()));
}

#[tokio::test]
async fn auditors_read_figures_of_settled_days() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    fixture.settle_week(&people.employee).await;
    let app = app!(fixture.world, ATTENDANCE_LIST);
    let answer =
        fixture.get(&app, format!("{ATTENDANCE}?date=2024-06-04&status=present")).signed_in_as(&people.auditor).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let item = &answer.body["items"][0];
    assert_eq!(
        (&item["employee_id"], &item["status"]),
        (&json!(people.employee.id), &json!("present")),
        "{:#}",
        answer.body
    );
    assert_eq!((&item["day"]["late_minutes"], &item["day"]["worked_minutes"]), (&json!(12), &json!(468)));
    assert_eq!(item["shifts"][0]["code"], "day");
}

#[tokio::test]
async fn page_cost_does_not_grow_with_history() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, ATTENDANCE_LIST);
    let count = async |fixture: &AttendanceFixture| {
        fixture.get(&app, ATTENDANCE).signed_in_as(&people.manager).await;
        fixture.world.calls.clear();
        fixture.get(&app, ATTENDANCE).signed_in_as(&people.manager).await;
        fixture.world.calls.recorded().len()
    };
    let before = count(&fixture).await;
    fixture.settle_week(&people.employee).await;
    assert_eq!(count(&fixture).await, before);
    assert!(before <= 6, "{before} calls");
}

#[tokio::test]
async fn holiday_has_no_late_employees() {
    let fixture = AttendanceFixture::new().await;
    fixture.put_calendar("berlin", &["2024-06-10"]).await;
    let team = fixture.team_statuses(&fixture.employee().clone(), "").await;
    assert_eq!(team, statuses(&[("Erin Doe", "holiday")]));
}

#[tokio::test]
async fn default_date_follows_each_employees_site() {
    let fixture = AttendanceFixture::new().await;
    let hr = fixture.hr().clone();
    let far = fixture.add_employee(60, "Far").await;
    fixture.update_person(Person { site: "pune".to_owned(), time_zone: "Asia/Kolkata".to_owned(), ..far }).await;
    fixture.set_time("2024-06-10T20:00:00Z");
    let app = app!(fixture.world, ATTENDANCE_LIST);
    let items = pages(&fixture, &app, &hr, ATTENDANCE).await;
    let date = |name: &str| items.iter().find(|item| item["name"] == name).unwrap()["date"].clone();
    assert_eq!((date("Far Doe"), date("Erin Doe")), (json!("2024-06-11"), json!("2024-06-10")));
}
