//! `POST /api/v1/employees`

use futures::future::join_all;
use serde_json::json;
use store::string_attribute;

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/employees";

#[tokio::test]
async fn hr_hires_somebody_with_pay() {
    let office = EmployeesFixture::open().await;
    let body = office.new_person(json!({
        "employee_code": "dev-7", "email": "John.Doe@Example.com", "time_zone": "europe/berlin",
        "salary": {"amount_minor": 7_500_000, "currency": "EUR"},
    }));
    let answer = office.post(&office.create, PATH, body).signed_in_as(office.hr()).await;

    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(answer.header("location"), format!("{PATH}/{}", crate::employees::id(&answer)));
    for (field, expected) in [
        ("employee_code", json!("DEV-7")),
        ("email", json!("john.doe@example.com")),
        ("phone", json!("555-0123")),
        ("department", json!("Engineering")),
        ("role", json!("Engineer")),
        ("status", json!("active")),
        ("employment_type", json!("full_time")),
        ("day_minutes", json!(480)),
        ("fte_bp", json!(10_000)),
        ("time_zone", json!("Europe/Berlin")),
        ("roles", json!(["employee"])),
        ("salary", json!({"amount_minor": 7_500_000, "currency": "EUR"})),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    let announced = office.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(announced, ["department.created", "employee.created", "employee.compensation_changed"]);
}

#[tokio::test]
async fn the_record_that_all_services_read_never_holds_pay() {
    let office = EmployeesFixture::open().await;
    office.hire("Ann", "Paid", json!({"salary": {"amount_minor": 1, "currency": "EUR"}})).await;
    for item in office.world.list_items("EMPLOYEES_TABLE").await {
        let pay = item.contains_key("salary") || item.contains_key("history");
        assert_eq!(
            pay,
            string_attribute(&item, "pk").unwrap().starts_with("PAY#"),
            "{:?}",
            string_attribute(&item, "pk")
        );
    }
}

#[tokio::test]
async fn whatever_breaks_a_rule_is_refused_with_its_place_and_stores_nothing() {
    let office = EmployeesFixture::open().await;
    let ghost = "018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (fields, status, problem, pointer) in [
        (json!({"nickname": "J"}), 400, "malformed", "/nickname"),
        (json!({"first_name": null}), 400, "malformed", "/first_name"),
        (json!({"first_name": 7}), 400, "malformed", "/first_name"),
        (json!({"department_id": "Engineering"}), 400, "malformed", "/department_id"),
        (json!({"employment_type": "slave"}), 400, "malformed", "/employment_type"),
        (json!({"hire_date": "2024-02-30"}), 400, "malformed", "/hire_date"),
        (json!({"salary": {"amount_minor": 1.5, "currency": "EUR"}}), 400, "malformed", "/salary/amount_minor"),
        (json!({"salary": {"amount_minor": 1, "currency": "Euro"}}), 400, "malformed", "/salary/currency"),
        (json!({"salary": 75_000}), 400, "malformed", "/salary"),
        (json!({"status": "terminated"}), 400, "malformed", "/status"),
        (json!({"roles": ["admin"]}), 400, "malformed", "/roles"),
        (json!({"first_name": "  "}), 422, "invalid", "/first_name"),
        (json!({"last_name": "x".repeat(101)}), 422, "invalid", "/last_name"),
        (json!({"last_name": "a\u{7}"}), 422, "invalid", "/last_name"),
        (json!({"email": "john.doe"}), 422, "invalid", "/email"),
        (json!({"phone": "call me"}), 422, "invalid", "/phone"),
        (json!({"employee_code": "a b"}), 422, "invalid", "/employee_code"),
        (json!({"site": "Berlin Mitte"}), 422, "invalid", "/site"),
        (json!({"fte_bp": 10_001}), 422, "invalid", "/fte_bp"),
        (json!({"day_minutes": 0}), 422, "invalid", "/day_minutes"),
        (json!({"time_zone": "Europe/Atlantis"}), 422, "invalid", "/time_zone"),
        (json!({"hire_date": "1899-12-31"}), 422, "invalid", "/hire_date"),
        (json!({"hire_date": "2030-01-01"}), 422, "invalid", "/hire_date"),
        (json!({"salary": {"amount_minor": 0, "currency": "EUR"}}), 422, "invalid", "/salary/amount_minor"),
        (json!({"role": null}), 422, "invalid", "/role"),
        (json!({"department_id": format!("dep_{ghost}")}), 422, "invalid", "/department_id"),
        (json!({"manager_id": format!("emp_{ghost}")}), 422, "invalid", "/manager_id"),
        (json!({"job_role_id": format!("job_{ghost}")}), 422, "invalid", "/job_role_id"),
        (json!({"job_role_id": format!("job_{ghost}"), "role": null}), 422, "invalid", "/job_role_id"),
        (json!({"employee_code": office.world.people.employee.employee_code}), 409, "code_taken", "/employee_code"),
        (json!({"email": office.world.people.employee.email.to_uppercase()}), 409, "email_taken", "/email"),
    ] {
        let body = office.new_person(fields);
        let ask = office.post(&office.create, PATH, body).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let office = EmployeesFixture::open().await;
    let ask = || office.world.ask(&office.create, axum::http::Method::POST, PATH).signed_in_as(office.hr());
    office.refused(ask().text("{}"), 415, "unsupported_media_type", &[]).await;
    office.refused(ask().header("content-type", "application/json").text("nonsense"), 400, "malformed", &[""]).await;
    let huge = format!("{{\"first_name\":\"{}\"}}", "x".repeat(70_000));
    office.refused(ask().header("content-type", "application/json").text(&huge), 413, "too_large", &[]).await;
}

#[tokio::test]
async fn who_may_not_read_pay_may_not_set_it() {
    let office = EmployeesFixture::open().await;
    let paid = office.new_person(json!({"salary": {"amount_minor": 1, "currency": "EUR"}}));
    let ask = office.post(&office.create, PATH, paid).signed_in_as(office.admin());
    office.refused(ask, 403, "forbidden", &["/salary"]).await;

    let unpaid = office.new_person(json!({}));
    let answer = office.post(&office.create, PATH, unpaid).signed_in_as(office.admin()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn only_hr_and_administrators_hire() {
    let office = EmployeesFixture::open().await;
    for person in [&office.world.people.employee, &office.world.people.manager, &office.world.people.auditor] {
        let ask = office.post(&office.create, PATH, office.new_person(json!({}))).signed_in_as(person);
        office.refused(ask, 403, "forbidden", &[]).await;
    }
    let ask = office.post(&office.create, PATH, office.new_person(json!({})));
    office.refused(ask, 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn of_a_hundred_hirings_with_one_email_exactly_one_succeeds() {
    let office = EmployeesFixture::open().await;
    let hirings = (0..100).map(|n| {
        let body = office.new_person(json!({"first_name": format!("John{n}")}));
        let ask = office.post(&office.create, PATH, body).signed_in_as(office.hr());
        async move { ask.await }
    });
    let answers = join_all(hirings).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.status, 409, "{}", refused.body);
    }
    let announced = office.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "employee.created").count(), 1);
}

#[tokio::test]
async fn a_retry_with_the_same_key_gets_the_first_answer_and_hires_nobody() {
    let office = EmployeesFixture::open().await;
    let ask = |body| office.post(&office.create, PATH, body).signed_in_as(office.hr()).header("idempotency-key", "k1");
    let first = ask(office.new_person(json!({}))).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let before = office.snapshot().await;

    let again = ask(office.new_person(json!({}))).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    assert!(before == office.snapshot().await);

    let other = ask(office.new_person(json!({"email": "other@example.com"})));
    office.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn ten_parallel_retries_with_one_key_hire_one_person() {
    let office = EmployeesFixture::open().await;
    let retries = (0..10).map(|_| {
        let ask = office.post(&office.create, PATH, office.new_person(json!({}))).signed_in_as(office.hr());
        let ask = ask.header("idempotency-key", "k1");
        async move { ask.await }
    });
    let answers = join_all(retries).await;
    let ids: std::collections::BTreeSet<_> =
        answers.iter().filter(|answer| answer.status == 201).map(crate::employees::id).collect();
    assert_eq!(ids.len(), 1, "everybody who got an answer got the same one");
    let announced = office.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "employee.created").count(), 1);
}

#[tokio::test]
async fn a_manager_must_be_active() {
    let office = EmployeesFixture::open().await;
    let manager = office.hire("Mona", "Away", json!({})).await;
    assert_eq!(office.set_status(&manager, "on_leave").await.status, 200);
    let body = office.new_person(json!({"manager_id": manager["id"]}));
    let ask = office.post(&office.create, PATH, body).signed_in_as(office.hr());
    office.refused(ask, 422, "invalid", &["/manager_id"]).await;
}

#[tokio::test]
async fn the_title_comes_from_the_job_role_unless_given() {
    let office = EmployeesFixture::open().await;
    let role = office.job_role("Staff Engineer").await;
    let plain = office.hire("Ann", "One", json!({"role": null, "job_role_id": role})).await;
    assert_eq!((&plain["role"], &plain["job_role_id"]), (&json!("Staff Engineer"), &json!(role)));
    let named = office.hire("Bob", "Two", json!({"role": "Guru", "job_role_id": role})).await;
    assert_eq!(named["role"], "Guru");
    assert!(named["employee_code"].as_str().unwrap().starts_with("E-"), "a code is made up");
}

#[tokio::test]
async fn an_address_is_free_again_once_its_owner_has_left() {
    let office = EmployeesFixture::open().await;
    let first = office.hire("John", "Doe", json!({"email": "john@example.com"})).await;
    office.terminate(&first).await;
    let second = office.hire("John", "Doe", json!({"email": "john@example.com"})).await;
    assert_ne!(first["id"], second["id"]);
    let found = office.world.shell.directory.find_by_login("john@example.com").await.unwrap();
    assert_eq!(found.map(|id| id.to_string()).as_deref(), second["id"].as_str());
}
