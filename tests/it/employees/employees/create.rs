//! `POST /api/v1/employees`

use futures::future::join_all;
use serde_json::json;
use store::string_attribute;

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/employees";

#[tokio::test]
async fn hr_creates_an_employee_with_salary() {
    let fixture = EmployeesFixture::open().await;
    let body = fixture.new_employee(json!({
        "employee_code": "dev-7", "email": "John.Doe@Example.com", "time_zone": "europe/berlin",
        "salary": {"amount_minor": 7_500_000, "currency": "EUR"},
    }));
    let answer = fixture.post(&fixture.create, PATH, body).signed_in_as(fixture.hr()).await;

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
    let published = fixture.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(published, ["department.created", "employee.created", "employee.compensation_changed"]);
}

#[tokio::test]
async fn shared_record_never_contains_compensation() {
    let fixture = EmployeesFixture::open().await;
    fixture.create_employee("Ann", "Paid", json!({"salary": {"amount_minor": 1, "currency": "EUR"}})).await;
    for item in fixture.world.list_items("EMPLOYEES_TABLE").await {
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
async fn invalid_fields_are_rejected_with_their_pointer() {
    let fixture = EmployeesFixture::open().await;
    let ghost = "018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (fields, status, problem, pointer) in [
        (json!({"nickname": "J"}), 400, "malformed", "/nickname"),
        (json!({"first_name": null}), 400, "malformed", "/first_name"),
        (json!({"first_name": 7}), 400, "malformed", "/first_name"),
        (json!({"department_id": "Engineering"}), 400, "malformed", "/department_id"),
        (json!({"employment_type": "casual"}), 400, "malformed", "/employment_type"),
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
        (json!({"employee_code": fixture.world.people.employee.employee_code}), 409, "code_taken", "/employee_code"),
        (json!({"email": fixture.world.people.employee.email.to_uppercase()}), 409, "email_taken", "/email"),
    ] {
        let body = fixture.new_employee(fields);
        let ask = fixture.post(&fixture.create, PATH, body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn body_other_than_json_is_rejected() {
    let fixture = EmployeesFixture::open().await;
    let ask = || fixture.world.request(&fixture.create, axum::http::Method::POST, PATH).signed_in_as(fixture.hr());
    fixture.refused(ask().text("{}"), 415, "unsupported_media_type", &[]).await;
    fixture.refused(ask().header("content-type", "application/json").text("nonsense"), 400, "malformed", &[""]).await;
    let huge = format!("{{\"first_name\":\"{}\"}}", "x".repeat(70_000));
    fixture.refused(ask().header("content-type", "application/json").text(&huge), 413, "too_large", &[]).await;
}

#[tokio::test]
async fn salary_needs_the_right_to_read_compensation() {
    let fixture = EmployeesFixture::open().await;
    let paid = fixture.new_employee(json!({"salary": {"amount_minor": 1, "currency": "EUR"}}));
    let ask = fixture.post(&fixture.create, PATH, paid).signed_in_as(fixture.admin());
    fixture.refused(ask, 403, "forbidden", &["/salary"]).await;

    let unpaid = fixture.new_employee(json!({}));
    let answer = fixture.post(&fixture.create, PATH, unpaid).signed_in_as(fixture.admin()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn only_hr_and_administrators_create_employees() {
    let fixture = EmployeesFixture::open().await;
    for person in [&fixture.world.people.employee, &fixture.world.people.manager, &fixture.world.people.auditor] {
        let ask = fixture.post(&fixture.create, PATH, fixture.new_employee(json!({}))).signed_in_as(person);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
    let ask = fixture.post(&fixture.create, PATH, fixture.new_employee(json!({})));
    fixture.refused(ask, 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn hundred_concurrent_creates_with_one_email_create_one_employee() {
    let fixture = EmployeesFixture::open().await;
    let requests = (0..100).map(|n| {
        let body = fixture.new_employee(json!({"first_name": format!("John{n}")}));
        let ask = fixture.post(&fixture.create, PATH, body).signed_in_as(fixture.hr());
        async move { ask.await }
    });
    let answers = join_all(requests).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.status, 409, "{}", refused.body);
    }
    let published = fixture.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(published.iter().filter(|event| *event == "employee.created").count(), 1);
}

#[tokio::test]
async fn retry_returns_the_first_answer_and_creates_no_employee() {
    let fixture = EmployeesFixture::open().await;
    let ask =
        |body| fixture.post(&fixture.create, PATH, body).signed_in_as(fixture.hr()).header("idempotency-key", "k1");
    let first = ask(fixture.new_employee(json!({}))).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let before = fixture.snapshot().await;

    let again = ask(fixture.new_employee(json!({}))).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    assert!(before == fixture.snapshot().await);

    let other = ask(fixture.new_employee(json!({"email": "other@example.com"})));
    fixture.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn ten_parallel_retries_create_one_employee() {
    let fixture = EmployeesFixture::open().await;
    let retries = (0..10).map(|_| {
        let ask = fixture.post(&fixture.create, PATH, fixture.new_employee(json!({}))).signed_in_as(fixture.hr());
        let ask = ask.header("idempotency-key", "k1");
        async move { ask.await }
    });
    let answers = join_all(retries).await;
    let ids: std::collections::BTreeSet<_> =
        answers.iter().filter(|answer| answer.status == 201).map(crate::employees::id).collect();
    assert_eq!(ids.len(), 1, "all successful retries return the same employee");
    let published = fixture.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(published.iter().filter(|event| *event == "employee.created").count(), 1);
}

#[tokio::test]
async fn manager_must_be_active() {
    let fixture = EmployeesFixture::open().await;
    let manager = fixture.create_employee("Mona", "Away", json!({})).await;
    assert_eq!(fixture.set_status(&manager, "on_leave").await.status, 200);
    let body = fixture.new_employee(json!({"manager_id": manager["id"]}));
    let ask = fixture.post(&fixture.create, PATH, body).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/manager_id"]).await;
}

#[tokio::test]
async fn job_title_defaults_to_the_job_role_title() {
    let fixture = EmployeesFixture::open().await;
    let role = fixture.create_job_role("Staff Engineer").await;
    let plain = fixture.create_employee("Ann", "One", json!({"role": null, "job_role_id": role})).await;
    assert_eq!((&plain["role"], &plain["job_role_id"]), (&json!("Staff Engineer"), &json!(role)));
    let named = fixture.create_employee("Bob", "Two", json!({"role": "Architect", "job_role_id": role})).await;
    assert_eq!(named["role"], "Architect");
    assert!(named["employee_code"].as_str().unwrap().starts_with("E-"), "a code is generated");
}

#[tokio::test]
async fn email_of_a_terminated_employee_can_be_reused() {
    let fixture = EmployeesFixture::open().await;
    let first = fixture.create_employee("John", "Doe", json!({"email": "john@example.com"})).await;
    fixture.terminate(&first).await;
    let second = fixture.create_employee("John", "Doe", json!({"email": "john@example.com"})).await;
    assert_ne!(first["id"], second["id"]);
    let found = fixture.world.shell.directory.find_by_login("john@example.com").await.unwrap();
    assert_eq!(found.map(|id| id.to_string()).as_deref(), second["id"].as_str());
}

#[tokio::test]
async fn person_who_returns_gets_a_new_record_with_earlier_service() {
    let fixture = EmployeesFixture::open().await;
    let former = fixture.create_employee("John", "Doe", json!({"email": "john@example.com"})).await;
    fixture.terminate(&former).await;
    let fields = json!({"email": "john@example.com", "hire_date": "2024-07-01", "earlier_service_from": "2020-01-15"});
    let record = fixture.create_employee("John", "Doe", fields).await;
    assert_ne!(record["id"], former["id"]);
    assert_eq!((&record["hire_date"], &record["earlier_service_from"]), (&json!("2024-07-01"), &json!("2020-01-15")));
    let person = fixture.load_person(&record).await;
    assert_eq!(person.service_from().to_string(), "2020-01-15");
    let body = fixture.new_employee(json!({"earlier_service_from": "2020-01-15"}));
    let ask = fixture.post(&fixture.create, PATH, body).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/earlier_service_from"]).await;
}

#[tokio::test]
async fn part_timer_is_created_with_their_own_work_pattern() {
    let fixture = EmployeesFixture::open().await;
    let (work, off) = (json!({"minutes": 480}), json!({"minutes": 0}));
    let week = json!({"starts_on": "2024-06-03", "cycle": [work, work, work, off, off, off, off]});
    let record = fixture.create_employee("Pat", "Time", json!({"fte_bp": 6000, "work_pattern": week})).await;
    assert_eq!((&record["work_pattern"], &record["terms"]), (&week, &json!([])));
    assert_eq!(fixture.load_person(&record).await.work_pattern.unwrap().cycle.len(), 7);
    let idle = json!({"starts_on": "2024-06-03", "cycle": [off]});
    let ask = fixture.post(&fixture.create, PATH, fixture.new_employee(json!({"work_pattern": idle})));
    fixture.refused(ask.signed_in_as(fixture.hr()), 422, "invalid", &["/work_pattern/cycle"]).await;
}
