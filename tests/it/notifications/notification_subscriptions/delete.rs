//! `DELETE /api/v1/notification-subscriptions/{subscription_id}`

use testkit::{World, world};

use super::create::browser;

const PATH: &str = "/api/v1/notification-subscriptions";

async fn registered(world: &World) -> String {
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_CREATE);
    let answer = world.post(&app, PATH, browser(1)).signed_in_as(&world.people.employee).await;
    format!("{PATH}/{}", answer.body["id"].as_str().unwrap())
}

#[tokio::test]
async fn ended_browser_can_be_registered_again() {
    let world = world().await;
    let path = registered(&world).await;
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_DELETE);
    assert_eq!(world.delete(&app, &path).signed_in_as(&world.people.employee).await.status, 204);
    let announced = world.published_types("NOTIFICATIONS_TABLE").await;
    assert_eq!(announced, ["notification.subscription_deleted"]);
    let before = world.snapshot().await;
    let again = world.delete(&app, &path).signed_in_as(&world.people.employee).await;
    assert_eq!((again.status.as_u16(), again.problem()), (404, "not_found"));
    assert_eq!(world.snapshot().await, before);
    assert_eq!(registered(&world).await, path, "a browser has one subscription");
    assert_eq!(world.delete(&app, &path).signed_in_as(&world.people.employee).await.status, 204);
}

#[tokio::test]
async fn subscription_of_another_person_is_not_found() {
    let world = world().await;
    let path = registered(&world).await;
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_DELETE);
    let before = world.snapshot().await;
    for person in [&world.people.outsider, &world.people.manager, &world.people.hr, &world.people.admin] {
        assert_eq!(world.delete(&app, &path).signed_in_as(person).await.status, 404);
    }
    assert_eq!(world.delete(&app, &path).await.status, 401);
    let stale = world.delete(&app, &path).signed_in_as(&world.people.employee).header("if-match", "\"9\"").await;
    assert_eq!(stale.status, 412);
    assert_eq!(world.snapshot().await, before);
}
