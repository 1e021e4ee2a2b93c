//! `GET /api/v1/attendance`

use std::collections::BTreeMap;

use directory::{EmploymentStatus, Person};
use policy::{Half, Portion};
use serde_json::{Value, json};

use crate::attendance::{
    fixture::Plant,
    nightly_run_fixture::leave,
    settled_days_fixture::{ATTENDANCE, pages},
};

impl Plant {
    /// Who is shown with which status.
    async fn team(&self, by: &Person, query: &str) -> BTreeMap<String, String> {
        let app = app!(self.world, ATTENDANCE_LIST);
        let items = pages(self, &app, by, &format!("{ATTENDANCE}?{query}")).await;
        let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
        items.iter().map(|item| (text(item, "name"), text(item, "status"))).collect()
    }
}

fn entries(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect()
}

#[tokio::test]
async fn a_manager_sees_who_is_in_late_away_and_missing() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let today = "2024-06-10";
    plant.clocks(&people.employee, today, &["2024-06-10T07:00:00Z"]).await;
    let gone = plant.person(60, "Gone").await;
    plant.clocks(&gone, today, &["2024-06-10T07:00:00Z", "2024-06-10T09:00:00Z"]).await;
    plant.person(61, "Missing").await;
    let away = plant.person(62, "Away").await;
    plant.has_leave(&away, today, leave(Portion::Full, 480)).await;
    let later = plant.person(63, "Later").await;
    plant.shifts(&later, 1, today, &["late"]).await;
    let free = plant.person(64, "Free").await;
    plant.shifts(&free, 2, today, &[]).await;
    let half = plant.person(66, "Half").await;
    plant.has_leave(&half, today, leave(Portion::Half(Half::Am), 240)).await;
    let span = plant.person(67, "Doctor").await;
    let until = |hour| Portion::Hours(jiff::civil::time(9, 0, 0, 0), jiff::civil::time(hour, 0, 0, 0));
    plant.has_leave(&span, today, leave(until(12), 180)).await;
    let absent = plant.person(65, "Longer").await;
    plant.moved(Person { status: EmploymentStatus::OnLeave, ..absent }).await;
    let expected = entries(&[
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
    assert_eq!(plant.team(&people.manager, "").await, expected);
    assert_eq!(
        plant.team(&people.manager, "status=late_expected&limit=2").await,
        entries(&[("Doctor Doe", "late_expected"), ("Missing Doe", "late_expected"), ("Mara Lead", "late_expected")])
    );
    assert_eq!(plant.team(&people.employee, "").await, entries(&[("Erin Doe", "checked_in")]));
    let yesterday = plant.team(&people.manager, "date=2024-06-09").await;
    assert!(yesterday.values().all(|status| ["rest_day", "leave"].contains(&status.as_str())), "{yesterday:?}");
}

#[tokio::test]
async fn everybody_sees_what_their_roles_reach_page_by_page() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let below = plant.person(60, "Below").await;
    plant.moved(Person { manager_id: Some(people.employee.id), ..below }).await;
    let everybody = plant.team(&people.hr, "limit=2").await;
    assert_eq!(everybody.len(), 8, "{everybody:?}");
    assert_eq!(plant.team(&people.auditor, "").await, everybody);
    let names = |team: BTreeMap<String, String>| team.into_keys().collect::<Vec<_>>();
    assert_eq!(
        names(plant.team(&people.manager, "limit=1").await),
        ["Below Doe", "Erin Doe", "Mara Lead"],
        "through others, too"
    );
    let direct = format!("manager={}", people.employee.id);
    assert_eq!(names(plant.team(&people.manager, &direct).await), ["Below Doe"]);
    let own = format!("manager={}", people.manager.id);
    assert_eq!(names(plant.team(&people.manager, &own).await), ["Erin Doe"]);
    let other = format!("department={}", people.outsider.department_id);
    assert_eq!(names(plant.team(&people.hr, &other).await), ["Femi Doe", "Otto Lead"]);
    let department = format!("department={}", people.employee.department_id);
    assert_eq!(names(plant.team(&people.manager, &department).await), ["Below Doe", "Erin Doe", "Mara Lead"]);

    let app = app!(plant.world, ATTENDANCE_LIST);
    for (by, query) in [
        (&people.manager, other.clone()),
        (&people.employee, other),
        (&people.manager, format!("manager={}", people.other_manager.id)),
        (&people.employee, direct),
        (&people.hr, format!("manager={}", kernel::EmployeeId::new(crate::attendance::fixture::uuid(0xdead)))),
    ] {
        let ask = plant.get(&app, format!("{ATTENDANCE}?{query}")).signed_in_as(by);
        plant.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn who_is_not_there_on_the_day_is_not_shown() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let joiner = plant.person(60, "Joiner").await;
    plant.moved(Person { hire_date: jiff::civil::date(2024, 6, 11), ..joiner }).await;
    let leaver = plant.person(61, "Leaver").await;
    plant
        .moved(Person {
            status: EmploymentStatus::Terminated,
            termination_date: Some(jiff::civil::date(2024, 6, 7)),
            ..leaver
        })
        .await;
    let barred = plant.person(62, "Barred").await;
    plant.moved(Person { status: EmploymentStatus::Suspended, ..barred }).await;
    let names = |team: BTreeMap<String, String>| team.into_keys().collect::<Vec<_>>();
    let all = plant.team(&people.hr, "").await;
    assert_eq!(all.len(), 7, "{all:?}");
    assert!(names(plant.team(&people.hr, "date=2024-06-11").await).contains(&"Joiner Doe".to_owned()));
    assert!(names(plant.team(&people.hr, "date=2024-06-07").await).contains(&"Leaver Doe".to_owned()));
}

#[tokio::test]
async fn a_settled_day_carries_its_figures_and_no_private_word_for_auditors() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    plant.week(&people.employee).await;
    let app = app!(plant.world, ATTENDANCE_LIST);
    let answer =
        plant.get(&app, format!("{ATTENDANCE}?date=2024-06-04&status=present")).signed_in_as(&people.auditor).await;
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
async fn a_page_costs_the_same_however_much_history_there_is() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let app = app!(plant.world, ATTENDANCE_LIST);
    let count = async |plant: &Plant| {
        plant.get(&app, ATTENDANCE).signed_in_as(&people.manager).await;
        plant.world.calls.clear();
        plant.get(&app, ATTENDANCE).signed_in_as(&people.manager).await;
        plant.world.calls.recorded().len()
    };
    let before = count(&plant).await;
    plant.week(&people.employee).await;
    assert_eq!(count(&plant).await, before);
    assert!(before <= 6, "{before} calls");
}

#[tokio::test]
async fn on_a_holiday_nobody_is_late() {
    let plant = Plant::open().await;
    plant.calendar("berlin", &["2024-06-10"]).await;
    let team = plant.team(&plant.employee().clone(), "").await;
    assert_eq!(team, entries(&[("Erin Doe", "holiday")]));
}

#[tokio::test]
async fn the_day_of_each_is_that_of_their_site() {
    let plant = Plant::open().await;
    let hr = plant.hr().clone();
    let far = plant.person(60, "Far").await;
    plant.moved(Person { site: "pune".to_owned(), time_zone: "Asia/Kolkata".to_owned(), ..far }).await;
    plant.at("2024-06-10T20:00:00Z");
    let app = app!(plant.world, ATTENDANCE_LIST);
    let items = pages(&plant, &app, &hr, ATTENDANCE).await;
    let date = |name: &str| items.iter().find(|item| item["name"] == name).unwrap()["date"].clone();
    assert_eq!((date("Far Doe"), date("Erin Doe")), (json!("2024-06-11"), json!("2024-06-10")));
}
