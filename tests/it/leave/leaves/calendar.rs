//! `GET /api/v1/leaves/calendar`

use directory::Person;
use events::EventType;
use kernel::EmployeeId;
use serde_json::{Value, json};

use ::leave::store::{LeaveStore, members::Member};
use lambda::FromShell;
use testkit::origin;
use uuid::Uuid;

use crate::leave::{LeaveFixture, balance_fixture::event};

const PATH: &str = "/api/v1/leaves/calendar";

impl LeaveFixture {
    async fn absences(&self, by: &Person, query: &str) -> Vec<Value> {
        let app = app!(self.world, LEAVES_CALENDAR);
        let answer =
            self.world.get(&app, format!("{PATH}?from=2024-06-10&to=2024-08-31{query}")).signed_in_as(by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["items"].as_array().unwrap().clone()
    }

    /// Stores all people of the world as members of the leave service.
    async fn store_all_members(&self) {
        for person in self.world.people.all() {
            self.consume_events(vec![event(EventType::EmployeeCreated, 1, person)]).await;
        }
    }
}

#[tokio::test]
async fn colleagues_see_dates_but_no_leave_type_or_pending_request() {
    let office = LeaveFixture::open().await;
    office.store_all_members().await;
    let people = office.world.people.clone();
    let taken = office.request_annual_leave(&people.employee, "2024-07-01", "2024-07-05").await;
    assert_eq!(office.approve(&people.manager, &taken).await.status, 200);
    let pending = office.request_annual_leave(&people.employee, "2024-08-01", "2024-08-01").await;
    let rejected = office.request_annual_leave(&people.employee, "2024-08-05", "2024-08-06").await;
    assert_eq!(office.reject(&people.manager, &rejected).await.status, 200);

    let colleague = office.add_person(61, "Cora", Some(people.admin.id)).await;
    let seen = office.absences(&colleague, "").await;
    let plain = json!({
        "employee_id": people.employee.id, "name": "Erin Doe", "from": "2024-07-01", "to": "2024-07-05", "portion": "full",
    });
    assert_eq!(seen, std::slice::from_ref(&plain));
    let known = |leave: &Value, from: &str, to: &str, status: &str| {
        crate::leave::with(
            plain.clone(),
            json!({
                "leave_id": leave["id"], "leave_type": "annual", "from": from, "to": to, "status": status,
            }),
        )
    };
    let all =
        [known(&taken, "2024-07-01", "2024-07-05", "approved"), known(&pending, "2024-08-01", "2024-08-01", "pending")];
    for by in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        assert_eq!(office.absences(by, "").await, all, "{}", by.first_name);
    }
    assert_eq!(office.absences(&people.admin, "").await, [plain], "an administrator sees what a colleague sees");
}

#[tokio::test]
async fn calendar_cuts_absences_at_the_cancellation_and_the_span() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    let leave = office.request_annual_leave(person, "2024-06-10", "2024-06-28").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    office.set_date("2024-06-19");
    assert_eq!(office.cancel(person, &leave).await.status, 200);
    let app = app!(office.world, LEAVES_CALENDAR);
    let answer = office.get(&app, format!("{PATH}?from=2024-06-12&to=2024-06-30")).signed_in_as(office.hr()).await;
    let item = &answer.body["items"][0];
    assert_eq!(
        (&item["from"], &item["to"], &item["status"]),
        (&json!("2024-06-12"), &json!("2024-06-19"), &json!("approved")),
        "the work of 19 June had begun"
    );
    let half = json!({"leave_type": "annual", "start_date": "2024-06-24", "end_date": "2024-06-24", "half": "pm"});
    let half = office.request_leave(person, half).await;
    assert_eq!(half.status, 201, "{}", half.body);
    let seen = office.absences(person, "").await;
    assert_eq!(seen[1]["portion"], json!({"half": "pm"}));
}

#[tokio::test]
async fn managers_see_their_reports_in_other_departments_only() {
    let office = LeaveFixture::open().await;
    office.store_all_members().await;
    let people = office.world.people.clone();
    let far = Person {
        department_id: people.outsider.department_id,
        ..office.add_person(62, "Fara", Some(people.employee.id)).await
    };
    office.world.add_people(&[&far]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    office.consume_events(vec![event(EventType::EmployeeCreated, 1, &far)]).await;
    let theirs = office.request_annual_leave(&far, "2024-07-01", "2024-07-02").await;
    let foreign = office.request_annual_leave(&people.outsider, "2024-07-03", "2024-07-04").await;
    assert_eq!(office.approve(&people.other_manager, &foreign).await.status, 200);

    let ids = |items: &[Value]| items.iter().map(|item| item["leave_id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&office.absences(&people.manager, "").await), [theirs["id"].clone()], "an indirect report");
    let there = format!("&department={}", people.outsider.department_id);
    assert_eq!(
        ids(&office.absences(&people.manager, &there).await),
        [theirs["id"].clone()],
        "only the report in that department"
    );
    assert_eq!(office.absences(&people.hr, &there).await.len(), 2);
    assert_eq!(office.absences(&people.other_manager, "").await.len(), 1, "pending requests of other teams are hidden");
    let app = app!(office.world, LEAVES_CALENDAR);
    for by in [&people.employee, &people.admin] {
        let ask = office.get(&app, format!("{PATH}?department={}", people.outsider.department_id)).signed_in_as(by);
        office.refused(ask, 404, "not_found", &[]).await;
    }
}

/// Stores reports of a manager, numbered from 1 to `last`.
async fn store_reports(office: &LeaveFixture, manager: EmployeeId, last: u128) {
    let store = LeaveStore::from_shell(&office.world.shell).unwrap();
    for number in 1..=last {
        let id = EmployeeId::new(Uuid::from_u128(0x018c_0000_0000_7000_9000_0000_0000_0000 | number));
        let person = Person { id, manager_id: Some(manager), ..office.employee().clone() };
        store.upsert_member(&origin(), &Member::of(&person, 1)).await.unwrap();
    }
}

#[tokio::test]
async fn calendar_is_marked_partial_above_a_thousand_reports() {
    let office = LeaveFixture::open().await;
    let manager = office.manager();
    // The last id in the index, so that a truncated read would miss it.
    let last = Person {
        department_id: office.world.people.outsider.department_id,
        id: EmployeeId::new(Uuid::from_u128(0x018f_ffff_ffff_7fff_bfff_ffff_ffff_ffff)),
        ..office.add_person(63, "Lara", Some(manager.id)).await
    };
    office.world.add_people(&[&last]).await;
    store_reports(&office, manager.id, 999).await;
    office.consume_events(vec![event(EventType::EmployeeCreated, 1, &last)]).await;
    let theirs = office.request_annual_leave(&last, "2024-07-01", "2024-07-02").await;
    let seen = office.absences(manager, "").await;
    assert_eq!((seen.len(), &seen[0]["leave_id"]), (1, &theirs["id"]), "the thousandth report is visible");

    let app = app!(office.world, LEAVES_CALENDAR);
    let own = format!("{PATH}?department={}", manager.department_id);
    let partial = || async {
        let (all, own) = (office.get(&app, PATH).signed_in_as(manager), office.get(&app, &own).signed_in_as(manager));
        [all.await.body["partial"].clone(), own.await.body["partial"].clone()]
    };
    assert_eq!(partial().await, [false, false]);

    store_reports(&office, manager.id, 1_000).await;
    assert_eq!(partial().await, [true, true]);
}

#[tokio::test]
async fn invalid_spans_are_refused() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CALENDAR);
    for (query, status, pointer) in [
        ("from=2024-06-10&to=2024-06-09", 422, "query:to"),
        ("from=2024-06-10&to=2024-09-10", 422, "query:to"),
        ("from=2024-06-31", 400, "query:from"),
        ("department=dep_1", 400, "query:department"),
        ("what=1", 400, "query:what"),
    ] {
        let problem = if status == 400 { "malformed" } else { "invalid" };
        let ask = office.get(&app, format!("{PATH}?{query}")).signed_in_as(office.employee());
        office.refused(ask, status, problem, &[pointer]).await;
    }
    let answer = office.get(&app, PATH).signed_in_as(office.employee()).await;
    assert_eq!((&answer.body["from"], &answer.body["to"]), (&json!("2024-06-10"), &json!("2024-07-10")));
}
