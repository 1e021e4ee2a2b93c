//! `GET /api/v1/leave-balances/{employee_id}`

use serde_json::{Value, json};

use crate::leave::{LeaveFixture, with};

#[tokio::test]
async fn employee_without_requests_has_the_entitlements_of_the_policies() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let app = app!(office.world, LEAVE_BALANCES_GET);
    let answer = office.get(&app, format!("/api/v1/leave-balances/{}", person.id)).signed_in_as(&person).await;
    assert_eq!((answer.status.as_u16(), &answer.body["as_of"]), (200, &json!("2024-06-10")), "{}", answer.body);
    let balances = answer.body["balances"].as_array().unwrap();
    let types: Vec<_> = balances.iter().map(|balance| balance["leave_type"].as_str().unwrap()).collect();
    assert_eq!(types, ["annual", "casual", "sick"]);
    let none = json!({"minutes": 0, "days": 0.0});
    let whole = json!({"minutes": 14_400, "days": 30.0});
    let annual = json!({
        "leave_type": "annual", "unlimited": false, "year_from": "2024-01-01", "year_to": "2024-12-31", "balance": whole,
        "available": whole, "accrued": whole, "taken": none, "booked": none, "held": none, "ending": [],
    });
    assert_eq!(balances[0], annual);
    let sick = json!({"leave_type": "sick", "unlimited": true, "balance": none, "accrued": none});
    assert_eq!(balances[2], [with(annual, sick), json!({"available": null})].into_iter().fold(json!({}), merged));
}

fn merged(mut all: Value, more: Value) -> Value {
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

#[tokio::test]
async fn balance_separates_taken_booked_and_held_leave() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let days = |n: i64| json!({"minutes": n * 480, "days": n});
    let same = |found: &Value, n: i64| found["minutes"] == days(n)["minutes"];
    let leave = office.request_annual_leave(&person, "2024-06-11", "2024-06-12").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    office.request_annual_leave(&person, "2024-07-01", "2024-07-03").await;
    for (as_of, balance, available, taken, booked, held) in [
        ("2024-06-10", 30, 25, 0, 2, 3),
        ("2024-06-11", 29, 25, 1, 1, 3),
        ("2024-06-12", 28, 25, 2, 0, 3),
        ("2024-07-02", 26, 25, 2, 0, 3),
        ("2024-12-31", 25, 25, 2, 0, 3),
    ] {
        let found = office.read_balance(&person, &person, "annual", as_of).await;
        for (field, wanted) in
            [("balance", balance), ("available", available), ("taken", taken), ("booked", booked), ("held", held)]
        {
            assert!(same(&found[field], wanted), "{as_of} {field}: {found}");
        }
    }
    let next_year = office.read_balance(&person, &person, "annual", "2025-01-01").await;
    assert!(
        same(&next_year["balance"], 55) && same(&next_year["accrued"], 30) && same(&next_year["taken"], 0),
        "{next_year}"
    );
}

#[tokio::test]
async fn balance_lists_leave_that_will_expire() {
    let office = LeaveFixture::open().await;
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 20, "carry_over": {"cap_days": 5, "expires_after_months": 3},
    });
    office.put_policy(10, rules).await;
    office.put_leave_type("vacation", "Vacation").await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.set_date("2025-02-03");
    let found = office.read_balance(&person, &person, "vacation", "2025-02-03").await;
    assert_eq!(found["balance"]["minutes"], json!(25 * 480));
    let lot = json!([{"last_day": "2025-03-31", "amount": {"minutes": 2400, "days": 5.0}}]);
    assert_eq!(found["ending"], lot);
    let body = json!({"leave_type": "vacation", "start_date": "2025-03-03", "end_date": "2025-03-04"});
    assert_eq!(office.request_leave(&person, body).await.status, 201);
    let found = office.read_balance(&person, &person, "vacation", "2025-02-03").await;
    assert_eq!(found["ending"][0]["amount"]["minutes"], json!(3 * 480), "two of the five days are requested");
    assert_eq!(office.balance_minutes(&person, "vacation", "2025-04-01").await, 20 * 480);
    office
        .assert_explanation_adds_up(
            &person,
            "vacation",
            &["2024-12-31", "2025-01-01", "2025-03-04", "2025-03-31", "2025-04-01"],
        )
        .await;
}

#[tokio::test]
async fn balance_of_folded_history_is_rebuilt_from_the_ledger() {
    let office = LeaveFixture::open().await;
    office.put_leave_type("old", "Old").await;
    office.put_policy_since(10, "2020-01-01", json!({"leave_type": "old", "entitlement_days": 30})).await;
    let person = office.hire(60, "Ines", "2020-01-01").await;
    let days = ["2020-06-30", "2021-01-01", "2022-12-31", "2023-01-01", "2024-06-10", "2025-01-01"];
    let mut before = Vec::new();
    for day in days {
        before.push(office.balance_minutes(&person, "old", day).await);
    }
    assert_eq!(before, [30, 60, 90, 120, 150, 180].map(|days| days * 480));
    assert_eq!(office.post_due(&[&person]).await, Vec::<String>::new());
    let account = office.account(&person, "old").await;
    assert_eq!(account.closed_before, Some(jiff::civil::date(2023, 1, 1)));
    for (day, minutes) in days.into_iter().zip(before) {
        assert_eq!(office.balance_minutes(&person, "old", day).await, minutes, "{day}");
    }
    office.assert_explanation_adds_up(&person, "old", &days).await;
}

#[tokio::test]
async fn balance_is_visible_only_within_the_scope() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_BALANCES_GET);
    let people = office.world.people.clone();
    let path = |id: &str| format!("/api/v1/leave-balances/{id}");
    let of = path(&people.employee.id.to_string());
    for by in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        assert_eq!(office.get(&app, &of).signed_in_as(by).await.status, 200, "{}", by.first_name);
    }
    for by in [&people.other_manager, &people.outsider] {
        office.refused(office.get(&app, &of).signed_in_as(by), 404, "not_found", &[]).await;
    }
    office.refused(office.get(&app, &of).signed_in_as(&people.admin), 404, "not_found", &[]).await;
    let nobody = path("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
    office.refused(office.get(&app, nobody).signed_in_as(&people.hr), 404, "not_found", &[]).await;
    for (query, status, pointer) in [
        ("as_of=2027-06-11", 422, "query:as_of"),
        ("as_of=2024-02-30", 400, "query:as_of"),
        ("as_of=1800-01-01", 422, "query:as_of"),
        ("leave_type=sabbatical", 422, "query:leave_type"),
        ("leave_type=", 422, "query:leave_type"),
        ("what=1", 400, "query:what"),
    ] {
        let problem = if status == 400 { "malformed" } else { "invalid" };
        let ask = office.get(&app, format!("{of}?{query}")).signed_in_as(&people.hr);
        office.refused(ask, status, problem, &[pointer]).await;
    }
}
