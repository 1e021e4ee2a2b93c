//! `GET /api/v1/employees`

use serde_json::json;
use testkit::TestResponse;

use crate::employees::{EmployeesFixture, path, values_of};

const PATH: &str = "/api/v1/employees";

async fn list(fixture: &EmployeesFixture, query: &str) -> TestResponse {
    let app = app!(fixture.world, EMPLOYEES_LIST);
    let answer = fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer
}

#[tokio::test]
async fn filters_and_their_combinations_find_matching_employees() {
    let fixture = EmployeesFixture::open().await;
    let sales = fixture.create_department("Sales", None).await;
    let (dev, lead) = (fixture.create_job_role("Developer").await, fixture.create_job_role("Lead").await);
    let boss = fixture.create_employee("Ben", "Boss", json!({"job_role_id": lead})).await;
    let boss_id = boss["id"].as_str().unwrap();
    fixture.create_employee("Änne", "Müller", json!({"job_role_id": dev, "manager_id": boss_id})).await;
    let cem = fixture.create_employee("Cem", "Mulligan", json!({"job_role_id": dev, "department_id": sales})).await;
    fixture.create_employee("Dora", "Zorn", json!({"department_id": sales, "manager_id": boss_id})).await;
    let gone = fixture.create_employee("Gus", "Gone", json!({"job_role_id": dev, "manager_id": boss_id})).await;
    fixture.terminate(&gone).await;
    assert_eq!(fixture.set_status(&cem, "on_leave").await.status, 200);
    let eng = fixture.engineering.clone();

    for (query, expected) in [
        (String::new(), vec!["Boss", "Müller", "Mulligan", "Zorn"]),
        ("name=MUL".into(), vec!["Müller", "Mulligan"]),
        ("name=m%C3%BCller%20a".into(), vec!["Müller"]),
        ("name=nobody".into(), vec![]),
        ("status=active".into(), vec!["Boss", "Müller", "Zorn"]),
        ("status=on_leave".into(), vec!["Mulligan"]),
        ("status=terminated".into(), vec!["Gone"]),
        (format!("department={eng}"), vec!["Boss", "Müller"]),
        (format!("department={sales}&status=active"), vec!["Zorn"]),
        (format!("department={sales}&name=mul"), vec!["Mulligan"]),
        (format!("department={sales}&job_role={dev}"), vec!["Mulligan"]),
        (format!("department={eng}&status=terminated"), vec!["Gone"]),
        (format!("manager={boss_id}"), vec!["Müller", "Zorn"]),
        (format!("manager={boss_id}&department={sales}"), vec!["Zorn"]),
        (format!("manager={boss_id}&job_role={dev}"), vec!["Müller"]),
        (format!("manager={boss_id}&department={eng}&job_role={dev}&status=active&name=mu"), vec!["Müller"]),
        (format!("job_role={dev}"), vec!["Müller", "Mulligan"]),
        (format!("job_role={dev}&status=on_leave"), vec!["Mulligan"]),
        (format!("job_role={dev}&status=terminated"), vec!["Gone"]),
        (format!("job_role={lead}&name=b"), vec!["Boss"]),
    ] {
        assert_eq!(values_of(&list(&fixture, &query).await, "last_name"), expected, "{query}");
    }
}

#[tokio::test]
async fn list_hides_salaries_and_restricts_phones() {
    let fixture = EmployeesFixture::open().await;
    fixture.create_employee("John", "Doe", json!({"salary": {"amount_minor": 4711, "currency": "EUR"}})).await;
    let app = app!(fixture.world, EMPLOYEES_LIST);
    for (caller, phone) in [(fixture.hr(), true), (fixture.admin(), true), (&fixture.world.people.auditor, false)] {
        let answer = fixture.get(&app, PATH).signed_in_as(caller).await;
        assert_eq!(values_of(&answer, "last_name"), ["Doe"]);
        assert!(!answer.body.to_string().contains("4711") && !answer.body.to_string().contains("salary"));
        assert_eq!(!values_of(&answer, "phone").is_empty(), phone, "{}", caller.first_name);
        assert_eq!(values_of(&answer, "department"), ["Engineering"]);
    }
}

#[tokio::test]
async fn manager_lists_only_direct_reports() {
    let fixture = EmployeesFixture::open().await;
    let manager = &fixture.world.people.manager;
    let direct = fixture.create_employee("Dirk", "Direct", json!({"manager_id": manager.id})).await;
    fixture.create_employee("Ines", "Indirect", json!({"manager_id": direct["id"]})).await;
    fixture.create_employee("Otto", "Other", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_LIST);
    let answer = fixture.get(&app, PATH).signed_in_as(manager).await;
    assert_eq!(values_of(&answer, "last_name"), ["Direct"]);
    assert_eq!(values_of(&answer, "phone").len(), 1, "a manager may read the phone");
    for other in [&direct["id"], &json!(fixture.world.people.other_manager.id)] {
        let ask = fixture.get(&app, format!("{PATH}?manager={}", other.as_str().unwrap())).signed_in_as(manager);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
    let employee = fixture.get(&app, PATH).signed_in_as(&fixture.world.people.employee).await;
    assert_eq!(employee.status, 403);
}

#[tokio::test]
async fn pages_have_no_gaps_and_no_duplicates() {
    let fixture = EmployeesFixture::open().await;
    for n in 0..7 {
        fixture.create_employee("Ann", &format!("Name{n}"), json!({})).await;
    }
    let (mut found, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = list(&fixture, &format!("limit=3{cursor}")).await;
        found.extend(values_of(&page, "last_name").into_iter().map(str::to_owned));
        pages += 1;
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<_> = (0..7).map(|n| format!("Name{n}")).collect();
    assert_eq!((found, pages), (expected, 3));
}

#[tokio::test]
async fn cursor_is_bound_to_caller_and_filter() {
    let fixture = EmployeesFixture::open().await;
    for n in 0..3 {
        fixture.create_employee("Ann", &format!("Name{n}"), json!({})).await;
    }
    let page = list(&fixture, "limit=1").await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let app = app!(fixture.world, EMPLOYEES_LIST);
    for (caller, query) in [
        (fixture.admin(), format!("limit=1&cursor={cursor}")),
        (fixture.hr(), format!("limit=1&status=active&cursor={cursor}")),
        (fixture.hr(), "cursor=broken".to_owned()),
        (fixture.hr(), format!("cursor={}", "A".repeat(3000))),
    ] {
        let ask = fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(caller);
        fixture.refused(ask, 400, "invalid_cursor", &["query:cursor"]).await;
    }
}

#[tokio::test]
async fn invalid_queries_are_rejected_with_their_pointer() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_LIST);
    for (query, status, pointer) in [
        ("colour=red", 400, "query:colour"),
        ("limit=0", 400, "query:limit"),
        ("limit=101", 400, "query:limit"),
        ("status=gone", 400, "query:status"),
        ("manager=me", 400, "query:manager"),
    ] {
        let answer = fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(fixture.hr()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{query}: {}", answer.body);
    }
    let long = fixture.get(&app, format!("{PATH}?name={}", "x".repeat(101))).signed_in_as(fixture.hr()).await;
    assert_eq!((long.status.as_u16(), long.pointers()), (422, vec!["query:name"]));
}

#[tokio::test]
async fn changed_employee_moves_in_every_list() {
    let fixture = EmployeesFixture::open().await;
    let sales = fixture.create_department("Sales", None).await;
    let person = fixture.create_employee("Ann", "Old", json!({})).await;
    let update = app!(fixture.world, EMPLOYEES_UPDATE);
    let body = json!({"last_name": "New", "department_id": sales});
    assert_eq!(fixture.world.put(&update, path(&person, ""), body).signed_in_as(fixture.hr()).await.status, 200);
    assert_eq!(values_of(&list(&fixture, "name=old").await, "id").len(), 0);
    assert_eq!(values_of(&list(&fixture, "name=new").await, "department"), ["Sales"]);
    assert_eq!(values_of(&list(&fixture, &format!("department={}", fixture.engineering)).await, "id").len(), 0);
}
