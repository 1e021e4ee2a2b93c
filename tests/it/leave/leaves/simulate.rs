//! `POST /api/v1/leaves/simulate`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/simulate";

/// Draft of the annual leave policy with these rules changed.
fn draft(rules: Value) -> Value {
    let like = json!({
        "leave_type": "annual", "entitlement_days": 30, "unit": "hour", "approval": [{"by": "manager"}],
        "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "minute"},
    });
    json!({"name": "Annual leave, as it might be", "effective_from": "2025-01-01", "rules": with(like, rules)})
}

impl LeaveFixture {
    async fn simulate(&self, fields: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_SIMULATE);
        let before = self.world.snapshot().await;
        let answer = self.world.post(&app, PATH, with(json!({"months": 12}), fields)).signed_in_as(self.hr()).await;
        assert!(before == self.world.snapshot().await, "a simulation writes nothing");
        answer
    }
}

/// Employee with a short, a long and a rejected request.
async fn with_requests() -> (LeaveFixture, directory::Person) {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let short = office.request_annual_leave(&person, "2024-06-12", "2024-06-12").await;
    assert_eq!(office.approve(office.manager(), &short).await.status, 200);
    office.world.clock.advance(jiff::SignedDuration::from_secs(60));
    office.request_annual_leave(&person, "2024-07-12", "2024-07-15").await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(60));
    let rejected = office.request_annual_leave(&person, "2024-09-02", "2024-09-06").await;
    assert_eq!(office.reject(office.manager(), &rejected).await.status, 200);
    (office, person)
}

#[tokio::test]
async fn draft_evaluates_each_request_as_of_its_creation() {
    let (office, person) = with_requests().await;
    office.set_date("2024-08-01");
    let of = json!([person.id]);
    let same = office.simulate(json!({"draft": draft(json!({})), "employee_ids": of})).await;
    assert_eq!(same.status, 200, "{}", same.body);
    let totals =
        json!({"people": 1, "requests": 3, "refused_by_draft": 0, "durations_changed": 0, "change_minutes": 0});
    assert_eq!((&same.body["leave_type"], &same.body["totals"]), (&json!("annual"), &totals), "{:#}", same.body);
    let balance = &same.body["balances"][0];
    assert_eq!(
        (&balance["actual_balance"], &balance["draft_balance"]["minutes"]),
        (&balance["draft_balance"], &json!(27 * 480))
    );

    let stricter = draft(json!({"notice_days": 14, "sandwich": "inside"}));
    let answer = office.simulate(json!({"draft": stricter, "employee_ids": of})).await;
    let items = answer.body["items"].as_array().unwrap();
    let of_item = |at: usize, field: &str| items[at][field].clone();
    assert_eq!(of_item(0, "allowed_by_draft"), json!(false), "only two days of notice: {:#}", items[0]);
    assert_eq!(of_item(0, "draft_violations")[0]["code"], json!("notice_too_short"));
    assert_eq!((of_item(0, "recorded_violations"), of_item(0, "change")["minutes"].clone()), (json!([]), json!(480)));
    let counted = (of_item(1, "recorded_duration")["minutes"].clone(), of_item(1, "draft_duration")["minutes"].clone());
    assert_eq!(counted, (json!(960), json!(1920)), "the draft counts the weekend inside");
    assert_eq!((of_item(1, "allowed_by_draft"), of_item(1, "change")["minutes"].clone()), (json!(true), json!(-960)));
    assert_eq!(of_item(2, "change")["minutes"], json!(0), "a rejected request takes no leave in both cases");
    let totals =
        json!({"people": 1, "requests": 3, "refused_by_draft": 1, "durations_changed": 1, "change_minutes": -480});
    assert_eq!(answer.body["totals"], totals);
}

#[tokio::test]
async fn draft_with_less_entitlement_rejects_requests() {
    let (office, person) = with_requests().await;
    let fewer = draft(json!({"entitlement_days": 2}));
    let answer = office.simulate(json!({"draft": fewer, "department": person.department_id})).await;
    // The department has no stored members yet.
    assert_eq!((answer.status.as_u16(), &answer.body["items"]), (200, &json!([])), "{}", answer.body);
    office
        .consume_events(vec![crate::leave::balance_fixture::event(events::EventType::EmployeeCreated, 1, &person)])
        .await;
    let answer = office
        .simulate(json!({"draft": draft(json!({"entitlement_days": 2})), "department": person.department_id}))
        .await;
    let items = answer.body["items"].as_array().unwrap();
    let admitted: Vec<_> = items.iter().map(|item| item["allowed_by_draft"].as_bool().unwrap()).collect();
    assert_eq!(admitted, [true, false, false], "one of two days is left for a request of two: {:#}", answer.body);
    assert_eq!(items[1]["draft_violations"][0]["code"], json!("insufficient_balance"));
    let balance = &answer.body["balances"][0];
    let minutes = (balance["actual_balance"]["minutes"].clone(), balance["draft_balance"]["minutes"].clone());
    assert_eq!(minutes, (json!(30 * 480), json!(2 * 480)), "as of today, before the first day of leave");
}

#[tokio::test]
async fn simulation_pages_through_all_members() {
    let office = LeaveFixture::open().await;
    let mut people = Vec::new();
    for number in 0..7_u64 {
        let person = office.hire(100 + u128::from(number), &format!("Person{number}"), "2024-01-01").await;
        office
            .consume_events(vec![crate::leave::balance_fixture::event(events::EventType::EmployeeCreated, 1, &person)])
            .await;
        office.request_annual_leave(&person, "2024-07-01", "2024-07-02").await;
        people.push(person);
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let page = office.simulate(json!({"draft": draft(json!({})), "limit": 3, "cursor": cursor})).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body["totals"]["people"].as_u64().unwrap() <= 3);
        seen.extend(
            page.body["items"].as_array().unwrap().iter().map(|item| item["employee_id"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        cursor = page.body["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    seen.sort();
    let mut all: Vec<_> = people.iter().map(|person| person.id.to_string()).collect();
    all.sort();
    assert_eq!((seen, pages), (all, 3));
}

#[tokio::test]
async fn invalid_drafts_are_refused_with_pointers() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_SIMULATE);
    let good = json!({"draft": draft(json!({})), "months": 12, "employee_ids": [office.employee().id]});
    for (fields, status, problem, pointer) in [
        (json!({"months": 0}), 422, "invalid", "/months"),
        (json!({"months": 25}), 422, "invalid", "/months"),
        (json!({"employee_ids": []}), 422, "invalid", "/employee_ids"),
        (json!({"department": office.employee().department_id}), 422, "invalid", "/department"),
        (json!({"cursor": "forged"}), 400, "invalid_cursor", "/cursor"),
        (json!({"draft": draft(json!({"entitlement_days": 400}))}), 400, "malformed", "/draft/rules/entitlement_days"),
        (
            json!({"draft": draft(json!({"period_start": {"month": 13}}))}),
            422,
            "invalid",
            "/draft/rules/period_start/month",
        ),
        (json!({"draft": with(draft(json!({})), json!({"kind": "training"}))}), 422, "invalid", "/draft/kind"),
        (json!({"draft": with(draft(json!({})), json!({"name": ""}))}), 422, "invalid", "/draft/name"),
        (
            json!({"draft": with(draft(json!({})), json!({"effective_from": "0001-01-01"}))}),
            422,
            "invalid",
            "/draft/effective_from",
        ),
    ] {
        let ask = office.post(&app, PATH, with(good.clone(), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
    for by in [office.employee(), office.manager(), &office.world.people.auditor] {
        office.refused(office.post(&app, PATH, good.clone()).signed_in_as(by), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn interrupted_days_are_not_taken_again() {
    let office = LeaveFixture::with_counted_weekends().await;
    let person = office.employee();
    let leave = office.request_earned_leave(person, "2024-07-15", "2024-07-26").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let ill = json!({"leave_type": "illness", "start_date": "2024-07-17", "end_date": "2024-07-18"});
    assert_eq!(office.request_leave(person, ill).await.status, 201);
    let rules = json!({"leave_type": "earned", "sandwich": "inside"});
    let answer = office.simulate(json!({"draft": draft(rules), "employee_ids": [person.id]})).await;
    let item = &answer.body["items"][0];
    assert_eq!(item["draft_duration"], item["recorded_duration"], "{item:#}");
    assert_eq!((&item["change"]["minutes"], &answer.body["totals"]["durations_changed"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn draft_counts_adjoining_requests_in_the_order_in_which_they_were_made() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    office.request_annual_leave(person, "2024-07-15", "2024-07-15").await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(60));
    office.request_annual_leave(person, "2024-07-12", "2024-07-12").await;
    let answer =
        office.simulate(json!({"draft": draft(json!({"sandwich": "inside"})), "employee_ids": [person.id]})).await;
    let items = answer.body["items"].as_array().unwrap();
    let drafted: Vec<_> = items.iter().map(|item| item["draft_duration"]["days"].clone()).collect();
    assert_eq!(drafted, [json!(1.0), json!(3.0)], "{:#}", answer.body);
}
