//! `GET /api/v1/leaves/{leave_id}/balance`

use serde_json::json;

use crate::leave::{LeaveFixture, path};

#[tokio::test]
async fn request_shows_the_balance_that_it_uses() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_BALANCE);
    let first = office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-05").await;
    office.approve(office.manager(), &first).await;
    let second = office.request_annual_leave(office.employee(), "2024-08-05", "2024-08-06").await;
    let answer = office.get(&app, path(&second, "/balance")).signed_in_as(office.employee()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (field, value) in [
        ("leave_type", json!("annual")),
        ("as_of", json!("2024-08-05")),
        ("unlimited", json!(false)),
        // 30 days less five taken days and the first of two held days.
        ("balance", json!({"minutes": 11_520, "days": 24.0})),
        ("available", json!({"minutes": 11_040, "days": 23.0})),
        ("held", json!({"minutes": 960, "days": 2.0})),
        ("taken", json!({"minutes": 2400, "days": 5.0})),
        ("required", json!({"minutes": 960, "days": 2.0})),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    let ask = office.get(&app, path(&second, "/balance")).signed_in_as(&office.world.people.outsider);
    office.refused(ask, 404, "not_found", &[]).await;
}

#[tokio::test]
async fn leave_type_without_limit_is_marked_unlimited() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_BALANCE);
    let body = json!({"leave_type": "sick", "start_date": "2024-06-10", "end_date": "2024-06-11"});
    let leave = office.request_leave(office.employee(), body).await.body;
    let answer = office.get(&app, path(&leave, "/balance")).signed_in_as(office.manager()).await;
    assert_eq!(
        (&answer.body["unlimited"], &answer.body["taken"]["minutes"]),
        (&json!(true), &json!(480)),
        "{}",
        answer.body
    );
}
