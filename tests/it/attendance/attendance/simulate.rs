//! `POST /api/v1/attendance/simulate`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::attendance::{
    fixture::{AttendanceFixture, attendance_rules},
    roster_fixture::with,
    settled_days_fixture::ATTENDANCE,
};

impl AttendanceFixture {
    /// Simulates the rules with these changes over the settled week; asserts that nothing is written.
    async fn simulate(&self, rules: Value, fields: Value) -> TestResponse {
        let app = app!(self.world, ATTENDANCE_SIMULATE);
        let body = json!({"from": "2024-06-03", "to": "2024-06-09", "rules": with(attendance_rules(), rules)});
        let before = self.world.snapshot().await;
        self.world.calls.clear();
        let answer =
            self.world.post(&app, format!("{ATTENDANCE}/simulate"), with(body, fields)).signed_in_as(self.hr()).await;
        assert!(self.world.calls.recorded().iter().all(testkit::Call::is_read), "a simulation writes nothing");
        assert!(before == self.world.snapshot().await);
        answer
    }
}

#[tokio::test]
async fn current_rules_change_nothing() {
    let fixture = AttendanceFixture::new().await;
    fixture.settle_week(&fixture.employee().clone()).await;
    let answer = fixture.simulate(json!({}), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let same = json!({
        "days": 7, "days_changed": 0, "status_changed": 0, "worked_minutes": 0, "late_minutes": 0, "overtime_minutes": 0,
    });
    assert_eq!((&answer.body["items"], &answer.body["totals"]), (&json!([]), &same));
    assert_eq!((&answer.body["unknown_shifts"], &answer.body["next_cursor"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn simulation_lists_changed_days_and_employees() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    let answer = fixture.simulate(json!({"grace_in_minutes": 15}), json!({"employee_ids": [erin.id]})).await;
    let result =
        |late: i64| json!({"status": "present", "worked_minutes": 468, "late_minutes": late, "overtime_minutes": 0});
    let tuesday = json!({"employee_id": erin.id, "date": "2024-06-04", "old": result(12), "new": result(0)});
    assert_eq!(answer.body["items"], json!([tuesday]), "{:#}", answer.body);
    assert_eq!(answer.body["totals"]["late_minutes"], -12);

    let shorter = json!([{"code": "day", "from": "09:00:00", "to": "16:30:00", "break_minutes": 30}]);
    let answer = fixture.simulate(json!({"shifts": shorter}), json!({"department": erin.department_id})).await;
    let wednesday = answer.body["items"].as_array().unwrap().iter().find(|item| item["date"] == "2024-06-05").unwrap();
    let overtime = (&wednesday["old"]["overtime_minutes"], &wednesday["new"]["overtime_minutes"]);
    assert_eq!(overtime, (&json!(120), &json!(180)), "{:#}", answer.body);
    assert_eq!(answer.body["people"][0]["employee_id"], json!(erin.id));
    assert_eq!(answer.body["people"][0]["overtime_minutes"], answer.body["totals"]["overtime_minutes"]);
}

#[tokio::test]
async fn simulation_reports_shifts_missing_from_the_draft() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.assign_shifts(&erin, 1, "2024-06-03", &["early"]).await;
    fixture.settle_week(&erin).await;
    let only_day = json!([{"code": "day", "from": "09:00:00", "to": "17:30:00", "break_minutes": 30}]);
    let answer = fixture.simulate(json!({"shifts": only_day}), json!({"site": "berlin"})).await;
    assert_eq!(answer.body["unknown_shifts"], json!([{"code": "early", "days": 1}]), "{:#}", answer.body);
}

#[tokio::test]
async fn simulation_pages_through_all_employees() {
    let fixture = AttendanceFixture::new().await;
    let mut people = Vec::new();
    for number in 60..65 {
        let person = fixture.add_employee(number, &format!("P{number}")).await;
        fixture.settle_week(&person).await;
        people.push(person.id.to_string());
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let answer = fixture.simulate(json!({}), json!({"limit": 5, "cursor": cursor})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        seen.extend(
            answer.body["people"].as_array().unwrap().iter().map(|one| one["employee_id"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        cursor = answer.body["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    seen.sort();
    people.sort();
    assert_eq!((seen, pages), (people, 3), "of 12 employees, those with recorded days are listed");
}

#[tokio::test]
async fn invalid_drafts_and_selections_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, ATTENDANCE_SIMULATE);
    let path = format!("{ATTENDANCE}/simulate");
    let good = json!({"from": "2024-06-03", "to": "2024-06-09", "rules": attendance_rules(), "employee_ids": [people.employee.id]});
    let unknown = kernel::EmployeeId::new(crate::attendance::fixture::uuid(0xdead));
    for (fields, status, problem, pointer) in [
        (json!({"to": "2024-06-02"}), 422, "invalid", "/to"),
        (json!({"to": "2024-08-04"}), 422, "invalid", "/to"),
        (json!({"from": "1800-01-01"}), 422, "invalid", "/from"),
        (json!({"limit": 0}), 400, "malformed", "/limit"),
        (json!({"employee_ids": []}), 422, "invalid", "/employee_ids"),
        (json!({"employee_ids": [people.employee.id, unknown]}), 422, "invalid", "/employee_ids/1"),
        (json!({"department": people.employee.department_id}), 422, "invalid", "/department"),
        (json!({"site": "berlin"}), 422, "invalid", "/site"),
        (json!({"site": "Not a slug"}), 422, "invalid", "/site"),
        (json!({"cursor": "forged"}), 400, "invalid_cursor", "/cursor"),
        (
            json!({"rules": with(attendance_rules(), json!({"grace_in_minutes": -1}))}),
            422,
            "invalid",
            "/rules/grace_in_minutes",
        ),
        (
            json!({"rules": with(attendance_rules(), json!({"default_shift": "noon"}))}),
            422,
            "invalid",
            "/rules/default_shift",
        ),
        (json!({"rules": with(attendance_rules(), json!({"shifts": []}))}), 422, "invalid", "/rules/shifts"),
        (json!({"rules": with(attendance_rules(), json!({"sandwich": 1}))}), 400, "malformed", "/rules/sandwich"),
    ] {
        let ask = fixture.post(&app, &path, with(good.clone(), fields.clone())).signed_in_as(&people.hr);
        let answer = ask.await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (status, problem), "{fields}: {}", answer.body);
        assert!(answer.pointers().contains(&pointer), "{fields}: {}", answer.body);
    }
    for by in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        fixture.refused(fixture.post(&app, &path, good.clone()).signed_in_as(by), 403, "forbidden", &[]).await;
    }
}
