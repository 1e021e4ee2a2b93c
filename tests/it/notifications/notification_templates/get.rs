//! `GET /api/v1/notification-templates/{template}`

use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn what_ships_is_version_0_and_there_are_no_others() {
    let room = NotificationsFixture::open().await;
    let app = app!(room.world, NOTIFICATION_TEMPLATES_GET);
    let path = "/api/v1/notification-templates/leave_request_confirmation";
    let answer = room.world.get(&app, path).signed_in_as(room.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"0\""), "{}", answer.body);
    assert_eq!(answer.body["title"], "Leave request submitted");
    assert_eq!(answer.body["versions"].as_array().unwrap().len(), 1);
    let german = room.world.get(&app, format!("{path}?language=de")).signed_in_as(room.hr()).await;
    assert_eq!((&german.body["language"], &german.body["title"]), (&json!("de"), &json!("Urlaubsantrag eingereicht")));
    let unknown = room.world.get(&app, "/api/v1/notification-templates/nothing").signed_in_as(room.hr()).await;
    assert_eq!(unknown.status, 404);
}
