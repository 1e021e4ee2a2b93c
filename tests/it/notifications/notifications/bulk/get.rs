//! `GET /api/v1/notifications/bulk/{bulk_id}`

use serde_json::json;

use super::create::send;
use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn only_senders_read_the_progress() {
    let fixture = NotificationsFixture::new().await;
    let id = text(&send(&fixture, json!({"all": true})).await.body, "id").to_owned();
    let path = format!("/api/v1/notifications/bulk/{id}");
    let progress = fixture.get(&path, fixture.hr()).await;
    assert_eq!(
        (progress.status.as_u16(), &progress.body["total"], &progress.body["done"]),
        (200, &json!(0), &json!(0))
    );
    assert_eq!(fixture.get(&path, fixture.employee()).await.status, 403);
    let unknown = "/api/v1/notifications/bulk/bulk_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    assert_eq!(fixture.get(unknown, fixture.hr()).await.status, 404);
}
