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
    async fn away(&self, by: &Person, query: &str) -> Vec<Value> {
        let app = app!(self.world, LEAVES_CALENDAR);
        let answer =
            self.world.get(&app, format!("{PATH}?from=2024-06-10&to=2024-08-31{query}")).signed_in_as(by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["items"].as_array().unwrap().clone()
    }

    /// Everybody of the world as members of the leave service.
    async fn knows_everybody(&self) {
        for person in self.world.people.all() {
            self.hears(vec![event(EventType::EmployeeCreated, 1, person)]).await;
        }
    }
}

#[tokio::test]
async fn colleagues_see_that_somebody_is_away_and_nothing_else() {
    let office = LeaveFixture::open().await;
    office.knows_everybody().await;
    let people = office.world.people.clone();
    let taken = office.leave(&people.employee, "2024-07-01", "2024-07-05").await;
    assert_eq!(office.approves(&people.manager, &taken).await.status, 200);
    let waits = office.leave(&people.employee, "2024-08-01", "2024-08-01").await;
    let rejected = office.leave(&people.employee, "2024-08-05", "2024-08-06").await;
    assert_eq!(office.rejects(&people.manager, &rejected).await.status, 200);

    let colleague = office.person(61, "Cora", Some(people.admin.id)).await;
    let seen = office.away(&colleague, "").await;
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
        [known(&taken, "2024-07-01", "2024-07-05", "approved"), known(&waits, "2024-08-01", "2024-08-01", "pending")];
    for by in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        assert_eq!(office.away(by, "").await, all, "{}", by.first_name);
    }
    assert_eq!(office.away(&people.admin, "").await, [plain], "an administrator is a colleague");
}

#[tokio::test]
async fn a_leave_that_was_cut_short_is_shown_as_far_as_it_went_and_days_are_cut_to_the_span() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    let leave = office.leave(person, "2024-06-10", "2024-06-28").await;
    assert_eq!(office.approves(office.manager(), &leave).await.status, 200);
    office.on("2024-06-19");
    assert_eq!(office.cancels(person, &leave).await.status, 200);
    let app = app!(office.world, LEAVES_CALENDAR);
    let answer = office.get(&app, format!("{PATH}?from=2024-06-12&to=2024-06-30")).signed_in_as(office.hr()).await;
    let item = &answer.body["items"][0];
    assert_eq!(
        (&item["from"], &item["to"], &item["status"]),
        (&json!("2024-06-12"), &json!("2024-06-18"), &json!("approved"))
    );
    let half = json!({"leave_type": "annual", "start_date": "2024-06-24", "end_date": "2024-06-24", "half": "pm"});
    let half = office.asks(person, half).await;
    assert_eq!(half.status, 201, "{}", half.body);
    let seen = office.away(person, "").await;
    assert_eq!(seen[1]["portion"], json!({"half": "pm"}));
}

#[tokio::test]
async fn managers_see_their_people_wherever_they_are_and_no_others_there() {
    let office = LeaveFixture::open().await;
    office.knows_everybody().await;
    let people = office.world.people.clone();
    let far = Person {
        department_id: people.outsider.department_id,
        ..office.person(62, "Fara", Some(people.employee.id)).await
    };
    office.world.add_people(&[&far]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    office.hears(vec![event(EventType::EmployeeCreated, 1, &far)]).await;
    let theirs = office.leave(&far, "2024-07-01", "2024-07-02").await;
    let foreign = office.leave(&people.outsider, "2024-07-03", "2024-07-04").await;
    assert_eq!(office.approves(&people.other_manager, &foreign).await.status, 200);

    let ids = |items: &[Value]| items.iter().map(|item| item["leave_id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&office.away(&people.manager, "").await), [theirs["id"].clone()], "through their report");
    let there = format!("&department={}", people.outsider.department_id);
    assert_eq!(ids(&office.away(&people.manager, &there).await), [theirs["id"].clone()], "and nobody else's there");
    assert_eq!(office.away(&people.hr, &there).await.len(), 2);
    assert_eq!(
        office.away(&people.other_manager, "").await.len(),
        1,
        "the one who is not theirs and waits is not shown"
    );
    let app = app!(office.world, LEAVES_CALENDAR);
    for by in [&people.employee, &people.admin] {
        let ask = office.get(&app, format!("{PATH}?department={}", people.outsider.department_id)).signed_in_as(by);
        office.refused(ask, 404, "not_found", &[]).await;
    }
}

/// Stores members who report to a manager, numbered from 1 to `last`.
async fn stores_members(office: &LeaveFixture, manager: EmployeeId, last: u128) {
    let records = LeaveStore::from_shell(&office.world.shell).unwrap();
    for number in 1..=last {
        let id = EmployeeId::new(Uuid::from_u128(0x018c_0000_0000_7000_9000_0000_0000_0000 | number));
        let person = Person { id, manager_id: Some(manager), ..office.employee().clone() };
        records.upsert_member(&origin(), &Member::of(&person, 1)).await.unwrap();
    }
}

#[tokio::test]
async fn people_below_a_manager_are_never_cut_off_silently() {
    let office = LeaveFixture::open().await;
    let manager = office.manager();
    // Sorts after everybody else and is far below them all: reached by a walk that leaves nobody out.
    let last = Person {
        department_id: office.world.people.outsider.department_id,
        id: EmployeeId::new(Uuid::from_u128(0x018f_ffff_ffff_7fff_bfff_ffff_ffff_ffff)),
        ..office.person(63, "Lara", Some(manager.id)).await
    };
    office.world.add_people(&[&last]).await;
    stores_members(&office, manager.id, 999).await;
    office.hears(vec![event(EventType::EmployeeCreated, 1, &last)]).await;
    let theirs = office.leave(&last, "2024-07-01", "2024-07-02").await;
    let seen = office.away(manager, "").await;
    assert_eq!((seen.len(), &seen[0]["leave_id"]), (1, &theirs["id"]), "the thousandth is seen");

    let app = app!(office.world, LEAVES_CALENDAR);
    let own = format!("{PATH}?department={}", manager.department_id);
    let partial = || async {
        let (all, own) = (office.get(&app, PATH).signed_in_as(manager), office.get(&app, &own).signed_in_as(manager));
        [all.await.body["partial"].clone(), own.await.body["partial"].clone()]
    };
    assert_eq!(partial().await, [false, false]);

    stores_members(&office, manager.id, 1_000).await;
    assert_eq!(partial().await, [true, true]);
}

#[tokio::test]
async fn a_span_has_an_end_and_is_not_too_long() {
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
