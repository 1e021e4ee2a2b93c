//! `GET /api/v1/employees`

use serde_json::json;
use testkit::Answer;

use crate::employees::{EmployeesFixture, all, path};

const PATH: &str = "/api/v1/employees";

async fn listed(office: &EmployeesFixture, query: &str) -> Answer {
    let app = app!(office.world, EMPLOYEES_LIST);
    let answer = office.get(&app, format!("{PATH}?{query}")).signed_in_as(office.hr()).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer
}

#[tokio::test]
async fn every_filter_and_every_pair_of_filters_finds_its_people() {
    let office = EmployeesFixture::open().await;
    let sales = office.department("Sales", None).await;
    let (dev, lead) = (office.job_role("Developer").await, office.job_role("Lead").await);
    let boss = office.hire("Ben", "Boss", json!({"job_role_id": lead})).await;
    let boss_id = boss["id"].as_str().unwrap();
    office.hire("Änne", "Müller", json!({"job_role_id": dev, "manager_id": boss_id})).await;
    let cem = office.hire("Cem", "Mulligan", json!({"job_role_id": dev, "department_id": sales})).await;
    office.hire("Dora", "Zorn", json!({"department_id": sales, "manager_id": boss_id})).await;
    let gone = office.hire("Gus", "Gone", json!({"job_role_id": dev, "manager_id": boss_id})).await;
    office.terminate(&gone).await;
    assert_eq!(office.set_status(&cem, "on_leave").await.status, 200);
    let eng = office.engineering.clone();

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
        assert_eq!(all(&listed(&office, &query).await, "last_name"), expected, "{query}");
    }
}

#[tokio::test]
async fn a_list_never_shows_pay_and_telephones_only_to_those_who_may() {
    let office = EmployeesFixture::open().await;
    office.hire("John", "Doe", json!({"salary": {"amount_minor": 4711, "currency": "EUR"}})).await;
    let app = app!(office.world, EMPLOYEES_LIST);
    for (caller, phone) in [(office.hr(), true), (office.admin(), true), (&office.world.people.auditor, false)] {
        let answer = office.get(&app, PATH).signed_in_as(caller).await;
        assert_eq!(all(&answer, "last_name"), ["Doe"]);
        assert!(!answer.body.to_string().contains("4711") && !answer.body.to_string().contains("salary"));
        assert_eq!(!all(&answer, "phone").is_empty(), phone, "{}", caller.first_name);
        assert_eq!(all(&answer, "department"), ["Engineering"]);
    }
}

#[tokio::test]
async fn a_manager_sees_those_who_report_to_them_directly_and_nobody_else() {
    let office = EmployeesFixture::open().await;
    let manager = &office.world.people.manager;
    let direct = office.hire("Dirk", "Direct", json!({"manager_id": manager.id})).await;
    office.hire("Ines", "Indirect", json!({"manager_id": direct["id"]})).await;
    office.hire("Otto", "Other", json!({})).await;
    let app = app!(office.world, EMPLOYEES_LIST);
    let answer = office.get(&app, PATH).signed_in_as(manager).await;
    assert_eq!(all(&answer, "last_name"), ["Direct"]);
    assert_eq!(all(&answer, "phone").len(), 1, "a manager may call them");
    for other in [&direct["id"], &json!(office.world.people.other_manager.id)] {
        let ask = office.get(&app, format!("{PATH}?manager={}", other.as_str().unwrap())).signed_in_as(manager);
        office.refused(ask, 404, "not_found", &[]).await;
    }
    let employee = office.get(&app, PATH).signed_in_as(&office.world.people.employee).await;
    assert_eq!(employee.status, 403);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_double() {
    let office = EmployeesFixture::open().await;
    for n in 0..7 {
        office.hire("Ann", &format!("Name{n}"), json!({})).await;
    }
    let (mut found, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = listed(&office, &format!("limit=3{cursor}")).await;
        found.extend(all(&page, "last_name").into_iter().map(str::to_owned));
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
async fn a_cursor_serves_only_its_caller_and_its_question() {
    let office = EmployeesFixture::open().await;
    for n in 0..3 {
        office.hire("Ann", &format!("Name{n}"), json!({})).await;
    }
    let page = listed(&office, "limit=1").await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let app = app!(office.world, EMPLOYEES_LIST);
    for (caller, query) in [
        (office.admin(), format!("limit=1&cursor={cursor}")),
        (office.hr(), format!("limit=1&status=active&cursor={cursor}")),
        (office.hr(), "cursor=broken".to_owned()),
        (office.hr(), format!("cursor={}", "A".repeat(3000))),
    ] {
        let ask = office.get(&app, format!("{PATH}?{query}")).signed_in_as(caller);
        office.refused(ask, 400, "invalid_cursor", &["query:cursor"]).await;
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_read_is_refused() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_LIST);
    for (query, status, pointer) in [
        ("colour=red", 400, "query:colour"),
        ("limit=0", 400, "query:limit"),
        ("limit=101", 400, "query:limit"),
        ("status=gone", 400, "query:status"),
        ("manager=me", 400, "query:manager"),
    ] {
        let answer = office.get(&app, format!("{PATH}?{query}")).signed_in_as(office.hr()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{query}: {}", answer.body);
    }
    let long = office.get(&app, format!("{PATH}?name={}", "x".repeat(101))).signed_in_as(office.hr()).await;
    assert_eq!((long.status.as_u16(), long.pointers()), (422, vec!["query:name"]));
}

#[tokio::test]
async fn a_changed_record_moves_to_its_new_place_in_every_list() {
    let office = EmployeesFixture::open().await;
    let sales = office.department("Sales", None).await;
    let person = office.hire("Ann", "Old", json!({})).await;
    let update = app!(office.world, EMPLOYEES_UPDATE);
    let body = json!({"last_name": "New", "department_id": sales});
    assert_eq!(office.world.put(&update, path(&person, ""), body).signed_in_as(office.hr()).await.status, 200);
    assert_eq!(all(&listed(&office, "name=old").await, "id").len(), 0);
    assert_eq!(all(&listed(&office, "name=new").await, "department"), ["Sales"]);
    assert_eq!(all(&listed(&office, &format!("department={}", office.engineering)).await, "id").len(), 0);
}
