//! `GET /api/v1/leave-types/{leave_type}`

use serde_json::json;

use crate::leave::{LeaveFixture, TYPES};

#[tokio::test]
async fn every_employee_reads_a_leave_type() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_GET);
    let answer = office.get(&app, format!("{TYPES}/annual")).signed_in_as(office.employee()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
    assert_eq!((&answer.body["name"], &answer.body["paid"]), (&json!("Annual"), &json!(true)), "{}", answer.body);
    for nothing in ["unpaid", "ANNUAL", "x%20y"] {
        let ask = office.get(&app, format!("{TYPES}/{nothing}")).signed_in_as(office.employee());
        office.refused(ask, 404, "not_found", &[]).await;
    }
    office.refused(office.get(&app, format!("{TYPES}/annual")), 401, "token_missing", &[]).await;
}
