//! `POST /api/v1/leave-balances/{employee_id}/preview-terms`

use std::collections::BTreeSet;

use directory::Person;
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::leave::LeaveFixture;

const TYPES: [&str; 5] = ["annual", "casual", "sick", "vacation", "sabbatical"];

/// Fixture with `vacation`: 30 days posted monthly, by FTE, and in Lisbon 24 days posted quarterly. `sabbatical` exists in
/// Lisbon only.
async fn office() -> LeaveFixture {
    let office = LeaveFixture::open().await;
    for code in ["vacation", "sabbatical"] {
        office.put_leave_type(code, code).await;
    }
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 30, "prorate_by_fte": true,
        "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
        "carry_over": {"cap_days": 5, "expires_after_months": 3},
    });
    office.put_policy(10, rules).await;
    let app = app!(office.world, COMPLIANCE_POLICIES_CREATE);
    for (code, days) in [("vacation", 24), ("sabbatical", 10)] {
        let body = json!({
            "name": code, "effective_from": "2024-01-01", "kind": "leave", "scope": {"sites": ["lisbon"]},
            "rules": {
                "leave_type": code, "entitlement_days": days, "approval": [],
                "accrual": {"schedule": "quarterly", "posted_at": "start", "round_to": "minute"},
            },
        });
        let answer = office.world.post(&app, "/api/v1/compliance/policies", body).signed_in_as(office.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    // Cached policies expire.
    office.world.clock.advance(jiff::SignedDuration::from_secs(61));
    office
}

/// Person hired on a day, with two weeks of vacation booked in the autumn and all due entries posted.
async fn hired(office: &LeaveFixture, hire_date: &str) -> Person {
    let person = office.hire(60, "Ines", hire_date).await;
    assert_eq!(office.post_due(&[&person]).await, Vec::<String>::new());
    let body = json!({"leave_type": "vacation", "start_date": "2024-10-07", "end_date": "2024-10-18"});
    let asked = office.request_leave(&person, body).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    assert_eq!(office.approve(office.manager(), &asked.body).await.status, 200);
    person
}

impl LeaveFixture {
    async fn preview_terms(&self, by: &Person, of: &Person, body: Value) -> TestResponse {
        let app = app!(self.world, LEAVE_BALANCES_PREVIEW_TERMS);
        let path = format!("/api/v1/leave-balances/{}/preview-terms", of.id);
        self.world.post(&app, path, body).signed_in_as(by).await
    }

    /// Asserts that a preview writes nothing and shows exactly what the change then posts. `change` is the body of the
    /// change at the path of the employee with this ending.
    async fn assert_preview_is_what_is_posted(
        &self,
        person: &Person,
        draft: Value,
        (ending, change): (&str, Value),
    ) -> Value {
        let before = self.snapshot().await;
        let preview = self.preview_terms(self.hr(), person, draft).await;
        assert_eq!(preview.status, 200, "{}", preview.body);
        assert!(before == self.snapshot().await, "a preview writes nothing");
        let mut known = Vec::new();
        for code in TYPES {
            known.push(self.posted_entries(person, code).await);
        }
        let path = format!("/api/v1/employees/{}{ending}", person.id);
        let app = if ending.is_empty() {
            app!(self.world, EMPLOYEES_UPDATE)
        } else {
            app!(self.world, EMPLOYEES_STATUS_UPDATE)
        };
        let answer = self.world.put(&app, path, change).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.world.clock.advance(jiff::SignedDuration::from_secs(10));
        assert_eq!(self.post_due(&[person]).await, Vec::<String>::new());
        let as_of = preview.body["as_of"].as_str().unwrap().to_owned();
        let shown: BTreeSet<_> = types(&preview.body).map(|one| one["leave_type"].as_str().unwrap()).collect();
        for (code, known) in TYPES.into_iter().zip(known) {
            let mut posted = self.posted_entries(person, code).await;
            posted.retain(|entry| !known.contains(entry));
            if !shown.contains(code) {
                assert!(posted.is_empty(), "{code}: {posted:?}");
                continue;
            }
            let effect = effect(&preview.body, code);
            let mut entries: Vec<_> = effect["entries"].as_array().unwrap().iter().map(entry).collect();
            entries.sort();
            posted.sort();
            assert_eq!(entries, posted, "{code}: {effect:#}");
            let sum: i64 = posted.iter().map(|(_, _, minutes)| minutes).sum();
            assert_eq!(effect["posted"]["minutes"], json!(sum), "{code}");
            for one in effect["changes"].as_array().unwrap().iter().chain([&effect["balance"]]) {
                let balance = self.balance_minutes(person, code, one["on"].as_str().unwrap()).await;
                assert_eq!(one["after"]["minutes"], json!(balance), "{code}: {one}");
            }
            assert_eq!(effect["balance"]["on"], json!(as_of));
            self.assert_explanation_adds_up(person, code, &[&as_of]).await;
        }
        preview.body
    }
}

fn types(preview: &Value) -> impl Iterator<Item = &Value> {
    preview["leave_types"].as_array().unwrap().iter()
}

fn effect<'a>(preview: &'a Value, code: &str) -> &'a Value {
    types(preview).find(|one| one["leave_type"] == code).unwrap()
}

fn entry(shown: &Value) -> (String, jiff::civil::Date, i64) {
    assert!(shown["why"].as_str().unwrap().len() > 8 && shown["inputs"].is_object(), "{shown}");
    let id = shown["entry_id"].as_str().unwrap().to_owned();
    (id, shown["on"].as_str().unwrap().parse().unwrap(), shown["amount"]["minutes"].as_i64().unwrap())
}

/// Days of the difference of a leave type and the minutes before and after.
fn changes(preview: &Value, code: &str) -> Vec<(String, i64, i64)> {
    let changes = effect(preview, code)["changes"].as_array().unwrap();
    let minutes = |one: &Value, which: &str| one[which]["minutes"].as_i64().unwrap();
    let shown = |one: &Value| (one["on"].as_str().unwrap().to_owned(), minutes(one, "before"), minutes(one, "after"));
    changes.iter().map(shown).collect()
}

#[tokio::test]
async fn preview_of_a_shorter_standard_day_is_what_is_posted() {
    let office = office().await;
    let person = hired(&office, "2024-01-01").await;
    let body = json!({"effective_from": "2024-05-01", "day_minutes": 360});
    let preview = office.assert_preview_is_what_is_posted(&person, body.clone(), ("", body)).await;
    let rules: BTreeSet<_> = effect(&preview, "vacation")["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains("day_length"), "{rules:?}");
    let (on, before, after) = changes(&preview, "vacation").remove(0);
    assert_eq!((on.as_str(), after * 4), ("2024-05-01", before * 3 + 1200), "the instalment of May is not converted");
}

#[tokio::test]
async fn preview_of_another_fte_is_what_is_posted() {
    let office = office().await;
    let person = hired(&office, "2024-01-01").await;
    let body = json!({"effective_from": "2024-04-16", "fte_bp": 5000});
    let preview = office.assert_preview_is_what_is_posted(&person, body.clone(), ("", body)).await;
    let expected = [("2024-04-01", 4_800, 4_500), ("2024-05-01", 6_000, 5_100), ("2024-06-01", 7_200, 5_700)];
    let shown = changes(&preview, "vacation");
    assert_eq!(shown[..3], expected.map(|(on, before, after)| (on.to_owned(), before, after)));
    assert_eq!(shown.last().unwrap().0, "2024-12-01", "the later instalments are smaller, too");
    assert!(changes(&preview, "annual").is_empty(), "annual leave is not prorated");
}

#[tokio::test]
async fn preview_of_a_moved_hire_date_is_what_is_posted() {
    let office = office().await;
    let person = hired(&office, "2024-02-15").await;
    let body = json!({"hire_date": "2024-05-01", "as_of": "2025-06-30"});
    let change = json!({"hire_date": "2024-05-01"});
    let preview = office.assert_preview_is_what_is_posted(&person, body, ("", change)).await;
    assert_eq!(preview["as_of"], json!("2025-06-30"));
    assert_eq!(changes(&preview, "vacation")[0], ("2024-02-15".to_owned(), 620, 0));
    assert!(effect(&preview, "annual")["posted"]["minutes"].as_i64().unwrap() < 0, "the yearly grant is corrected");
}

#[tokio::test]
async fn preview_of_a_move_between_sites_with_other_schedules_is_what_is_posted() {
    let office = office().await;
    let person = hired(&office, "2024-01-01").await;
    let body = json!({"effective_from": "2024-04-01", "site": "lisbon", "time_zone": "Europe/Lisbon"});
    let preview = office.assert_preview_is_what_is_posted(&person, body.clone(), ("", body)).await;
    assert!(!changes(&preview, "vacation").is_empty());
    let sabbatical = effect(&preview, "sabbatical");
    assert_eq!(sabbatical["posted"]["minutes"], json!(1_200), "the second quarter in Lisbon: {sabbatical:#}");
    assert_eq!(sabbatical["balance"]["before"]["minutes"], json!(0));
}

#[tokio::test]
async fn preview_of_a_last_day_returns_later_leave_as_it_is_returned() {
    let office = office().await;
    let person = hired(&office, "2024-01-01").await;
    let draft = json!({"termination_date": "2024-10-11", "as_of": "2024-12-31"});
    let change = json!({"status": "terminated", "termination_date": "2024-10-11"});
    let preview = office.assert_preview_is_what_is_posted(&person, draft, ("/status", change)).await;
    let entries = effect(&preview, "vacation")["entries"].as_array().unwrap();
    let returned: Vec<_> = entries.iter().filter(|one| one["leave_id"].is_string()).collect();
    assert_eq!(returned.len(), 1, "{entries:?}");
    assert_eq!((&returned[0]["kind"], &returned[0]["amount"]["days"]), (&json!("release"), &json!(5.0)));
}

#[tokio::test]
async fn change_in_the_future_posts_nothing_today_and_differs_from_its_day() {
    let office = office().await;
    let person = hired(&office, "2024-01-01").await;
    let body = json!({"effective_from": "2024-09-01", "day_minutes": 360, "work_pattern": null});
    let preview = office.assert_preview_is_what_is_posted(&person, body.clone(), ("", body)).await;
    assert!(types(&preview).all(|one| one["entries"] == json!([])), "{preview}");
    assert_eq!(changes(&preview, "vacation")[0].0, "2024-09-01");
    let expected = effect(&preview, "vacation")["balance"]["after"]["minutes"].as_i64().unwrap();
    office.set_date("2024-12-31");
    office.post_due(&[&person]).await;
    let posted = office.ledger(&person, "vacation").await.iter().map(|entry| entry.minutes.0).sum::<i64>();
    assert_eq!(posted, expected, "the entries are posted when they are due");
}

#[tokio::test]
async fn only_hr_previews_terms_and_a_wrong_change_is_refused_as_when_it_is_made() {
    let office = office().await;
    let person = hired(&office, "2024-01-01").await;
    let app = app!(office.world, LEAVE_BALANCES_PREVIEW_TERMS);
    let path = format!("/api/v1/leave-balances/{}/preview-terms", person.id);
    for (body, status, problem, pointer) in [
        (json!({"manager_id": null}), 400, "malformed", "/manager_id"),
        (json!({"fte_bp": null}), 400, "malformed", "/fte_bp"),
        (json!({"fte_bp": 10_001}), 422, "invalid", "/fte_bp"),
        (json!({"day_minutes": 0}), 422, "invalid", "/day_minutes"),
        (json!({"time_zone": "Mars/Base"}), 422, "invalid", "/time_zone"),
        (json!({"effective_from": "2024-07-01"}), 422, "invalid", "/effective_from"),
        (json!({"effective_from": "2023-12-31", "fte_bp": 5000}), 422, "invalid", "/effective_from"),
        (json!({"hire_date": "2040-01-01"}), 422, "invalid", "/hire_date"),
        (json!({"hire_date": "2024-07-02", "termination_date": "2024-07-01"}), 422, "invalid", "/termination_date"),
        (json!({"termination_date": "2025-06-12"}), 422, "invalid", "/termination_date"),
        (json!({"work_pattern": {"starts_on": "2024-06-03", "cycle": []}}), 422, "invalid", "/work_pattern/cycle"),
        (json!({"as_of": "2027-06-11"}), 422, "invalid", "/as_of"),
    ] {
        let ask = office.post(&app, &path, body).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
    let people = office.world.people.clone();
    for by in [&person, &people.manager, &people.auditor, &people.admin] {
        office.refused(office.post(&app, &path, json!({"fte_bp": 5000})).signed_in_as(by), 403, "forbidden", &[]).await;
    }
    let gone = Person {
        status: directory::EmploymentStatus::Terminated,
        termination_date: Some(jiff::civil::date(2024, 6, 1)),
        ..person.clone()
    };
    office.world.add_people(&[&gone]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let ask = office.post(&app, &path, json!({"fte_bp": 5000})).signed_in_as(office.hr());
    office.refused(ask, 409, "terminated", &[]).await;
}
