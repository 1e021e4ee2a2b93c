//! `GET /api/v1/leaves`

use directory::Person;
use serde_json::{Value, json};

use crate::leave::{LEAVES, LeaveFixture};

/// Items of a list, as `<given name> <first day>`.
async fn listed(office: &LeaveFixture, by: &Person, filter: &str) -> Vec<String> {
    let app = app!(office.world, LEAVES_LIST);
    let answer = office.get(&app, format!("{LEAVES}?{filter}")).signed_in_as(by).await;
    assert_eq!(answer.status, 200, "{filter}: {}", answer.body);
    let people = office.world.people.all();
    let name = |item: &Value| {
        let person = people.iter().find(|person| json!(person.id) == item["employee_id"]).unwrap();
        format!("{} {}", person.first_name, item["start_date"].as_str().unwrap())
    };
    answer.body["items"].as_array().unwrap().iter().map(name).collect()
}

/// Absences of Erin in July (approved) and August (pending), of Mara in July, and of Femi, in another department, in July.
async fn summer() -> LeaveFixture {
    let office = LeaveFixture::open().await;
    let people = &office.world.people;
    let july = office.request_annual_leave(&people.employee, "2024-07-15", "2024-07-26").await;
    office.approve(&people.manager, &july).await;
    office.request_annual_leave(&people.employee, "2024-08-05", "2024-08-09").await;
    office.request_annual_leave(&people.manager, "2024-07-17", "2024-07-17").await;
    office.request_annual_leave(&people.outsider, "2024-07-18", "2024-07-19").await;
    office
}

#[tokio::test]
async fn list_is_limited_to_the_scope_of_the_caller() {
    let office = summer().await;
    let people = &office.world.people;
    let erin = ["Erin 2024-08-05", "Erin 2024-07-15"];
    assert_eq!(listed(&office, &people.employee, "").await, erin);
    assert_eq!(listed(&office, &people.manager, "").await, erin, "her reports");
    let own = format!("employee_id={}", people.manager.id);
    assert_eq!(listed(&office, &people.manager, &own).await, ["Mara 2024-07-17"]);
    let all = ["Erin 2024-08-05", "Femi 2024-07-18", "Mara 2024-07-17", "Erin 2024-07-15"];
    assert_eq!(listed(&office, &people.hr, "").await, all);
    assert_eq!(listed(&office, &people.auditor, "").await, all);
    assert_eq!(listed(&office, &people.other_manager, "").await, ["Femi 2024-07-18"]);
    let app = app!(office.world, LEAVES_LIST);
    for caller in [&people.employee, &people.manager] {
        let ask = office.get(&app, format!("{LEAVES}?employee_id={}", people.outsider.id)).signed_in_as(caller);
        office.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn all_filters_of_a_list_must_hold() {
    let office = summer().await;
    let people = &office.world.people;
    let department = people.employee.department_id;
    let erin = people.employee.id;
    for (filter, expected) in [
        ("status=pending".to_owned(), vec!["Erin 2024-08-05", "Femi 2024-07-18", "Mara 2024-07-17"]),
        ("status=approved".to_owned(), vec!["Erin 2024-07-15"]),
        ("date=2024-07-17".to_owned(), vec!["Mara 2024-07-17", "Erin 2024-07-15"]),
        ("date=2024-07-17&status=approved".to_owned(), vec!["Erin 2024-07-15"]),
        ("from=2024-07-20".to_owned(), vec!["Erin 2024-08-05", "Erin 2024-07-15"]),
        ("to=2024-07-17".to_owned(), vec!["Mara 2024-07-17", "Erin 2024-07-15"]),
        ("from=2024-07-18&to=2024-07-31".to_owned(), vec!["Femi 2024-07-18", "Erin 2024-07-15"]),
        (format!("department={department}"), vec!["Erin 2024-08-05", "Mara 2024-07-17", "Erin 2024-07-15"]),
        (format!("department={department}&date=2024-08-06"), vec!["Erin 2024-08-05"]),
        (format!("employee_id={erin}&date=2024-07-26"), vec!["Erin 2024-07-15"]),
        (format!("employee_id={erin}&date=2024-07-27"), vec![]),
        (format!("employee_id={erin}&department={department}&status=pending"), vec!["Erin 2024-08-05"]),
    ] {
        assert_eq!(listed(&office, &people.hr, &filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn auditors_see_absences_without_reasons() {
    let office = LeaveFixture::open().await;
    let body =
        json!({"leave_type": "sick", "start_date": "2024-06-10", "end_date": "2024-06-10", "reason": "Migraine"});
    office.request_leave(office.employee(), body).await;
    let app = app!(office.world, LEAVES_LIST);
    for (reader, sees) in [(office.hr(), true), (office.manager(), true), (&office.world.people.auditor, false)] {
        let answer = office.get(&app, LEAVES).signed_in_as(reader).await;
        assert_eq!(answer.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(answer.body.to_string().contains("Migraine"), sees, "{}", reader.first_name);
    }
}

#[tokio::test]
async fn invalid_queries_are_refused() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_LIST);
    for (filter, status, problem, pointer) in [
        ("date=2024-07-01&from=2024-07-01", 422, "invalid", "query:date"),
        ("from=2024-07-02&to=2024-07-01", 422, "invalid", "query:to"),
        ("date=2024-13-01", 400, "malformed", "query:date"),
        ("status=lost", 400, "malformed", "query:status"),
        ("employee_id=me", 400, "malformed", "query:employee_id"),
        ("limit=0", 400, "malformed", "query:limit"),
        ("cursor=abc", 400, "invalid_cursor", "query:cursor"),
    ] {
        let ask = office.get(&app, format!("{LEAVES}?{filter}")).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
}
