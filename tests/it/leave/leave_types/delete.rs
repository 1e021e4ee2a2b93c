//! `DELETE /api/v1/leave-types/{leave_type}`

use serde_json::json;

use crate::leave::{LEAVES, LeaveFixture, TYPES};

#[tokio::test]
async fn leave_type_granted_by_a_policy_cannot_be_deleted() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_DELETE);
    let ask = |by| office.delete(&app, format!("{TYPES}/annual")).signed_in_as(by);
    let answer = office.refused(ask(office.hr()), 409, "in_use", &[]).await;
    assert_eq!(answer.body["current"]["policies"].as_array().unwrap().len(), 1);
    office.refused(ask(office.employee()), 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn deleted_type_cannot_be_requested_and_its_code_is_free() {
    let office = LeaveFixture::open().await;
    office.put_leave_type("unpaid", "Unpaid").await;
    let app = app!(office.world, LEAVE_TYPES_DELETE);
    let get = app!(office.world, LEAVE_TYPES_GET);
    let unpaid = format!("{TYPES}/unpaid");
    let ask = office.delete(&app, &unpaid).signed_in_as(office.hr()).header("if-match", "\"9\"");
    office.refused(ask, 412, "stale", &[]).await;
    assert_eq!(office.delete(&app, &unpaid).signed_in_as(office.hr()).await.status, 204);
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.type_deleted");
    office.refused(office.delete(&app, &unpaid).signed_in_as(office.hr()), 404, "not_found", &[]).await;
    office.refused(office.get(&get, &unpaid).signed_in_as(office.hr()), 404, "not_found", &[]).await;
    let create = app!(office.world, LEAVES_CREATE);
    let body = json!({"leave_type": "unpaid", "start_date": "2024-07-15", "end_date": "2024-07-15"});
    let ask = office.post(&create, LEAVES, body).signed_in_as(office.employee());
    office.refused(ask, 422, "invalid", &["/leave_type"]).await;
    office.put_leave_type("unpaid", "Unpaid leave").await;
    let read = office.get(&get, &unpaid).signed_in_as(office.hr()).await;
    assert_eq!((&read.body["name"], read.header("etag")), (&json!("Unpaid leave"), "\"3\""), "{}", read.body);
}
