//! `POST /api/v1/compliance/validate`

use directory::{EmploymentStatus, Person};
use jiff::civil::date;
use kernel::{Actor, Minutes};
use policy::leave::{Account, EntryKind, LedgerEntry, account_key};
use serde_json::{Value, json};
use store::Write;
use testkit::origin;

use crate::compliance::{ComplianceFixture, leave_policy, with};

const PATH: &str = "/api/v1/compliance/validate";

/// Fixture with a leave policy without entitlement, so that the balance is the posted grant.
async fn fixture() -> ComplianceFixture {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([{"name": "Holiday", "from": "2024-07-17"}])).await;
    let rules = json!({
        "leave_type": "annual", "entitlement_days": 0, "notice_days": 7, "run_days_max": 10,
        "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "half_day"}, "approval": [{"by": "manager"}],
    });
    fixture.create_policy(leave_policy(json!({"rules": rules, "warn_only": ["notice_too_short"]}))).await;
    fixture
}

/// Posts a grant of days to an employee's account.
async fn grant(fixture: &ComplianceFixture, person: &Person, days: i64) {
    let entry = LedgerEntry {
        id: "grant#1".to_owned(),
        kind: EntryKind::Grant,
        leave_type: "annual".to_owned(),
        on: date(2024, 1, 1),
        minutes: Minutes(days * 480),
        days: Vec::new(),
        expires_on: None,
        leave_id: None,
        policy: None,
        rule: "manual".to_owned(),
        inputs: json!({}),
        posted_at: fixture.now(),
        posted_by: Actor::Unknown,
    };
    let account = Account::from_ledger("annual", [&entry]);
    let table = fixture.world.shell.table("LEAVE_TABLE").unwrap();
    table.commit(&origin(), Write::create(account_key(person.id, "annual"), &account)).await.unwrap();
}

/// Leave request of one week with these fields changed.
fn leave_input(person: &Person, fields: Value) -> Value {
    with(
        json!({
            "policy": "leave_request", "employee_id": person.id, "leave_type": "Annual",
            "start_date": "2024-07-15", "end_date": "2024-07-20",
        }),
        fields,
    )
}

fn codes(body: &Value) -> Vec<&str> {
    body["violations"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn leave_is_checked_by_balance_calendar_and_policy() {
    let fixture = fixture().await;
    let employee = fixture.world.people.employee.clone();
    grant(&fixture, &employee, 5).await;
    let app = app!(fixture.world, COMPLIANCE_VALIDATE);
    let before = fixture.snapshot().await;
    for (fields, valid, required, violations) in [
        // The default request is Monday to Saturday; Wednesday is a holiday.
        (json!({}), true, 4.0, vec![]),
        (json!({"end_date": "2024-07-22"}), true, 5.0, vec![]),
        (json!({"end_date": "2024-07-23"}), false, 6.0, vec!["insufficient_balance"]),
        (json!({"end_date": "2024-07-15", "half": "am"}), true, 0.5, vec![]),
        (json!({"start_date": "2024-06-13", "end_date": "2024-06-13"}), true, 1.0, vec!["notice_too_short"]),
        (json!({"start_date": "2024-07-17", "end_date": "2024-07-17"}), false, 0.0, vec!["nothing_to_take"]),
    ] {
        let answer = fixture.post(&app, PATH, leave_input(&employee, fields.clone())).signed_in_as(&employee).await;
        assert_eq!(answer.status, 200, "{fields}: {}", answer.body);
        assert_eq!(answer.body["valid"], json!(valid), "{fields}: {}", answer.body);
        assert_eq!((&answer.body["balance"], &answer.body["balance_minutes"]), (&json!(5.0), &json!(2400)), "{fields}");
        assert_eq!(answer.body["required"], json!(required), "{fields}: {}", answer.body);
        assert_eq!(codes(&answer.body), violations, "{fields}: {}", answer.body);
    }
    assert!(before == fixture.snapshot().await, "the check writes nothing");
}

#[tokio::test]
async fn leave_type_is_found_by_code_or_policy_name() {
    let fixture = fixture().await;
    let employee = fixture.world.people.employee.clone();
    grant(&fixture, &employee, 5).await;
    let rules = json!({
        "leave_type": "sick", "approval": [], "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "day"},
    });
    let elsewhere = json!({"name": "Sick leave", "rules": rules, "scope": {"sites": ["pune"]}});
    fixture.create_policy(leave_policy(elsewhere)).await;
    let app = app!(fixture.world, COMPLIANCE_VALIDATE);
    let ask = |name: &str| {
        fixture.post(&app, PATH, leave_input(&employee, json!({"leave_type": name}))).signed_in_as(&employee)
    };
    for name in ["annual", " ANNUAL ", "Annual Leave"] {
        assert_eq!(ask(name).await.body["balance"], json!(5.0), "{name}");
    }
    for (name, code) in [("sick", "no_policy"), ("Sick leave", "unknown_leave_type"), ("nap", "unknown_leave_type")] {
        let refused = fixture.refused(ask(name), 422, "invalid", &["/leave_type"]).await;
        assert_eq!(refused.body["errors"][0]["code"], json!(code), "{name}");
    }
}

#[tokio::test]
async fn work_is_checked_in_hours_or_minutes() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let rules = json!({"daily_max_minutes": 600, "weekly_max_minutes": 2880, "daily_rest_minutes": 660, "weekly_rest_minutes": 1440});
    fixture.create_policy(leave_policy(json!({"name": "EU", "kind": "working_time", "rules": rules}))).await;
    let app = app!(fixture.world, COMPLIANCE_VALIDATE);
    let body = json!({"policy": "attendance_validation", "employee_id": employee.id, "attendance_date": "2024-06-07"});
    for (fields, violations) in [
        (json!({"worked_hours": 8.5}), vec![]),
        (json!({"worked_hours": 10}), vec![]),
        (json!({"worked_hours": 10.02}), vec!["daily_maximum"]),
        (json!({"worked_minutes": 601}), vec!["daily_maximum"]),
        (json!({"worked_minutes": 480, "week_minutes": 2881}), vec!["weekly_maximum"]),
        (json!({"worked_minutes": 480, "rest_minutes": 659}), vec!["daily_rest"]),
        (json!({"worked_minutes": 480, "since_rest_minutes": 7_981}), vec!["weekly_rest"]),
    ] {
        let answer = fixture.post(&app, PATH, with(body.clone(), fields.clone())).signed_in_as(&employee).await;
        assert_eq!(answer.status, 200, "{fields}: {}", answer.body);
        assert_eq!(codes(&answer.body), violations, "{fields}");
        assert_eq!(
            (&answer.body["valid"], &answer.body["balance"]),
            (&json!(violations.is_empty()), &json!(null)),
            "{fields}"
        );
    }
}

#[tokio::test]
async fn invalid_inputs_are_refused_with_a_pointer() {
    let fixture = fixture().await;
    let employee = fixture.world.people.employee.clone();
    let app = app!(fixture.world, COMPLIANCE_VALIDATE);
    let work = || json!({"policy": "attendance_validation", "leave_type": null, "start_date": null, "end_date": null});
    let work = |fields: Value| with(work(), fields);
    for (fields, status, pointer) in [
        (json!({"policy": "overtime"}), 400, "/policy"),
        (json!({"reason": "x"}), 400, "/reason"),
        (json!({"start_date": null}), 400, "/start_date"),
        (json!({"leave_type": null}), 400, "/leave_type"),
        (json!({"start_date": "2024-02-30"}), 400, "/start_date"),
        (json!({"worked_hours": 8}), 400, "/worked_hours"),
        (json!({"end_date": "2024-07-14"}), 422, "/end_date"),
        (json!({"end_date": "2025-07-16"}), 422, "/end_date"),
        (json!({"half": "am"}), 422, "/half"),
        (json!({"from": "10:00"}), 422, "/to"),
        (json!({"end_date": "2024-07-15", "from": "12:00", "to": "10:00"}), 422, "/to"),
        (json!({"leave_type": "nap"}), 422, "/leave_type"),
        (json!({"start_date": "2023-07-15", "end_date": "2023-07-15"}), 422, "/leave_type"),
    ] {
        let ask = fixture.post(&app, PATH, leave_input(&employee, fields)).signed_in_as(&employee);
        let problem = if status == 400 { "malformed" } else { "invalid" };
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
    for (fields, status, pointer) in [
        (work(json!({})), 400, "/attendance_date"),
        (work(json!({"attendance_date": "2024-06-07"})), 422, "/worked_hours"),
        (work(json!({"attendance_date": "2024-06-07", "worked_hours": 8.123})), 400, "/worked_hours"),
        (work(json!({"attendance_date": "2024-06-07", "worked_hours": 8, "half": "am"})), 400, "/half"),
        (work(json!({"attendance_date": "2024-06-07", "worked_minutes": -1})), 422, "/worked_minutes"),
        (
            work(json!({"attendance_date": "2024-06-07", "worked_hours": 8, "worked_minutes": 480})),
            422,
            "/worked_minutes",
        ),
    ] {
        let ask = fixture.post(&app, PATH, leave_input(&employee, fields)).signed_in_as(&employee);
        let problem = if status == 400 { "malformed" } else { "invalid" };
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn unknown_and_invisible_employees_both_return_404() {
    let fixture = fixture().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, COMPLIANCE_VALIDATE);
    let ghost = json!({"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"});
    for caller in [&people.employee, &people.manager] {
        let ask = |fields: Value| fixture.post(&app, PATH, leave_input(&people.outsider, fields)).signed_in_as(caller);
        let foreign = fixture.refused(ask(json!({})), 404, "not_found", &[]).await;
        let unknown = fixture.refused(ask(ghost.clone()), 404, "not_found", &[]).await;
        assert_eq!(foreign.body["detail"], unknown.body["detail"]);
    }
    for caller in [&people.manager, fixture.hr(), &people.admin] {
        let ask = fixture.post(&app, PATH, leave_input(&people.employee, json!({}))).signed_in_as(caller);
        assert_eq!(ask.await.status, 200);
    }
    let ask = fixture.post(&app, PATH, leave_input(&people.employee, json!({}))).signed_in_as(&people.auditor);
    // An auditor may only check their own leave, as any employee.
    fixture.refused(ask, 404, "not_found", &[]).await;
    let away = Person { status: EmploymentStatus::Suspended, site: "nowhere".to_owned(), ..people.employee.clone() };
    fixture.world.add_people(&[&away]).await;
    fixture.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let ask = fixture.post(&app, PATH, leave_input(&away, json!({}))).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/employee_id"]).await;
    let elsewhere = Person { status: EmploymentStatus::Active, ..away };
    fixture.world.add_people(&[&elsewhere]).await;
    fixture.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let ask = fixture.post(&app, PATH, leave_input(&elsewhere, json!({}))).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/employee_id"]).await;
}
