//! `PUT /api/v1/leave-credits/{credit_id}/reject`

use serde_json::json;

use crate::leave::{
    LeaveFixture,
    credit_fixture::{SATURDAY, credit_path, rest_day},
};

#[tokio::test]
async fn rejection_keeps_the_reason_and_posts_nothing() {
    let office = LeaveFixture::with_credits("propose").await;
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240)]).await;
    let answer = office.reject_credit(office.manager(), &person, SATURDAY).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let shown = ["status", "rejected_reason", "rejected_by", "open_minutes"].map(|name| answer.body[name].clone());
    assert_eq!(shown, [json!("rejected"), json!("It was paid"), json!(office.manager().id), json!(0)]);
    assert_eq!(office.ledger(&person, "compensatory").await, []);
    assert_eq!(office.credit_events().await, ["leave.credit_rejected"]);
    office.settle(vec![rest_day(&person, SATURDAY, 4, 180)]).await;
    assert_eq!(office.credit(&person, SATURDAY).await["status"], json!("rejected"), "less than what was rejected");
    office.settle(vec![rest_day(&person, SATURDAY, 5, 300)]).await;
    let credit = office.credit(&person, SATURDAY).await;
    assert_eq!((&credit["status"], &credit["open_minutes"]), (&json!("pending"), &json!(90)), "the difference");
}

#[tokio::test]
async fn granted_credit_has_nothing_to_reject() {
    let office = LeaveFixture::with_credits("grant").await;
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240)]).await;
    let app = app!(office.world, LEAVE_CREDITS_REJECT);
    let ask =
        |body| office.world.put(&app, credit_path(&person, SATURDAY, "/reject"), body).signed_in_as(office.manager());
    office.refused(ask(json!({"reason": "No"})), 409, "already_decided", &[]).await;
    office.refused(ask(json!({"reason": " "})), 422, "invalid", &["/reason"]).await;
}
