//! `PUT /api/v1/leave-types/{leave_type}`

use serde_json::{Value, json};

use crate::leave::{LeaveFixture, TYPES};

#[tokio::test]
async fn renamed_type_is_found_by_all_its_names() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_UPDATE);
    let changes = json!({"names": {"de": "Urlaub"}, "color": "#2e7d32"});
    let ask = |etag: &str| {
        let ask = office.world.put(&app, format!("{TYPES}/annual"), changes.clone()).signed_in_as(office.hr());
        ask.header("if-match", etag)
    };
    office.refused(ask("\"4\""), 412, "stale", &[]).await;
    let answer = ask("\"1\"").await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["name"], &answer.body["color"]), (&json!("Annual"), &json!("#2e7d32")));
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.type_updated");
    let body = json!({"leave_type": "URLAUB", "start_date": "2024-07-15", "end_date": "2024-07-15"});
    assert_eq!(office.request_leave(office.employee(), body).await.body["leave_type"], json!("annual"));
    let cleared =
        office.world.put(&app, format!("{TYPES}/annual"), json!({"color": null})).signed_in_as(office.hr()).await;
    assert_eq!((cleared.body.get("color"), cleared.header("etag")), (None, "\"3\""), "{}", cleared.body);
    let same = office.world.put(&app, format!("{TYPES}/annual"), json!({"paid": true})).signed_in_as(office.hr()).await;
    assert_eq!(same.header("etag"), "\"3\"", "an identical update keeps the version");
}

#[tokio::test]
async fn invalid_changes_are_refused() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_UPDATE);
    let ask = |code: &str, body: Value| office.world.put(&app, format!("{TYPES}/{code}"), body);
    office
        .refused(ask("annual", json!({"code": "other"})).signed_in_as(office.hr()), 400, "malformed", &["/code"])
        .await;
    office.refused(ask("annual", json!({"name": null})).signed_in_as(office.hr()), 400, "malformed", &["/name"]).await;
    office.refused(ask("annual", json!({"name": " "})).signed_in_as(office.hr()), 422, "invalid", &["/name"]).await;
    office.refused(ask("unpaid", json!({"name": "X"})).signed_in_as(office.hr()), 404, "not_found", &[]).await;
    office.refused(ask("annual", json!({"name": "X"})).signed_in_as(office.manager()), 403, "forbidden", &[]).await;
}
