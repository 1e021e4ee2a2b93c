//! `GET /api/v1/leave-credits`

use directory::Person;
use serde_json::{Value, json};

use crate::leave::{
    LeaveFixture,
    credit_fixture::{CREDITS, SATURDAY, rest_day},
};

const SUNDAY: &str = "2024-06-09";

/// Days of the listed credits.
async fn list(office: &LeaveFixture, by: &Person, query: &str) -> Vec<Value> {
    let app = app!(office.world, LEAVE_CREDITS_LIST);
    let answer = office.get(&app, format!("{CREDITS}{query}")).signed_in_as(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().iter().map(|item| item["date"].clone()).collect()
}

/// Fixture with a rejected Saturday and a pending Sunday of the employee, and a pending Saturday of the outsider.
async fn three_credits() -> LeaveFixture {
    let office = LeaveFixture::with_credits("propose").await;
    let people = office.world.people.clone();
    office
        .settle(vec![
            rest_day(&people.employee, SATURDAY, 3, 240),
            rest_day(&people.employee, SUNDAY, 3, 240),
            rest_day(&people.outsider, SATURDAY, 3, 240),
        ])
        .await;
    assert_eq!(office.reject_credit(&people.manager, &people.employee, SATURDAY).await.status, 200);
    office
}

#[tokio::test]
async fn list_is_limited_to_the_callers_scope_and_filtered_by_status() {
    let office = three_credits().await;
    let people = office.world.people.clone();
    assert_eq!(list(&office, &people.employee, "").await, [SUNDAY, SATURDAY].map(Value::from));
    assert_eq!(list(&office, &people.employee, "?status=rejected").await, [json!(SATURDAY)]);
    assert_eq!(list(&office, &people.manager, "").await, [json!(SUNDAY)]);
    assert_eq!(list(&office, &people.manager, "?status=rejected").await, [json!(SATURDAY)]);
    assert_eq!(list(&office, &people.other_manager, "").await, [json!(SATURDAY)]);
    for by in [&people.hr, &people.auditor] {
        assert_eq!(list(&office, by, "").await, [SUNDAY, SATURDAY].map(Value::from));
        let of = format!("?employee_id={}&status=rejected", people.employee.id);
        assert_eq!(list(&office, by, &of).await, [json!(SATURDAY)]);
    }
    let app = app!(office.world, LEAVE_CREDITS_LIST);
    let of = format!("{CREDITS}?employee_id={}", people.employee.id);
    for by in [&people.outsider, &people.other_manager] {
        office.refused(office.get(&app, of.clone()).signed_in_as(by), 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn pages_continue_and_the_cursor_is_bound_to_its_filter() {
    let office = LeaveFixture::with_credits("propose").await;
    let employee = office.employee().clone();
    let days = ["2024-05-04", "2024-05-05", "2024-05-11", "2024-05-12", "2024-05-18"];
    office.settle(days.iter().map(|day| rest_day(&employee, day, 3, 240)).collect()).await;
    let app = app!(office.world, LEAVE_CREDITS_LIST);
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = office.get(&app, format!("{CREDITS}{query}")).signed_in_as(office.hr()).await.body;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["date"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
        let other = office.get(&app, format!("{CREDITS}?status=rejected&cursor={cursor}")).signed_in_as(office.hr());
        office.refused(other, 400, "invalid_cursor", &["query:cursor"]).await;
    }
    assert_eq!(seen, days.iter().rev().map(|day| json!(day)).collect::<Vec<_>>());
}
