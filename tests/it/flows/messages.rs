//! Bulk messages to a site, and password resets by mail.

use std::time::Duration;

use muster::scenario::{eventually, unique};
use serde_json::json;

use super::cloud::{Cloud, Outcome, id_of};

/// Time limit of a bulk message, from the request to every inbox.
const BULK_TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn bulk_message_reaches_each_employee_of_a_site_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let site = format!("site-{}", unique());
    let hr = cloud.new_person(access::Role::Hr).await?;
    let mut people = Vec::new();
    for _ in 0..3 {
        let person = cloud.new_person_at(&site, access::Role::Employee, None).await?;
        cloud.wait_until_in_group(&person, &format!("site:{site}")).await?;
        people.push(person);
    }
    let elsewhere = cloud.new_person(access::Role::Employee).await?;
    let title = format!("The lift is out of order {}", unique());
    let body = json!({
        "audience": {"site": site},
        "template": "message",
        "context": {"title": title, "text": "Please take the stairs."},
    });
    let key = format!("bulk-{}", unique());
    let bulk = cloud.post("/api/v1/notifications/bulk", body.clone()).by(&hr).idempotency_key(&key).send().await?;
    assert!(matches!(bulk.status, 201 | 202), "{}: {}", bulk.status, bulk.body);
    let repeated = cloud.post("/api/v1/notifications/bulk", body).by(&hr).idempotency_key(&key).send().await?;
    assert_eq!(repeated.body, bulk.body, "the same idempotency key must get the same response");

    let path = format!("/api/v1/notifications/bulk/{}", id_of(&bulk.body));
    let look = async || {
        let progress = cloud.get(&path).by(&hr).expect(200).await?;
        Ok((progress["done"] == 3 && progress["total"] == 3).then_some(()))
    };
    eventually("all three employees are notified", BULK_TIMEOUT, look).await?;
    for person in &people {
        cloud.expect_notification(person, "notification.message", &title).await?;
    }
    let other = cloud.notifications_about(&elsewhere, "notification.message", &title).await?;
    assert_eq!(other.len(), 0, "employees of other sites must not be notified");
    Ok(())
}

#[tokio::test]
async fn reset_token_in_the_mail_sets_a_new_password_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let person = cloud.new_person(access::Role::Employee).await?;
    let forgot = cloud.post("/api/v1/auth/password/forgot", json!({"login": person.email})).send().await?;
    assert!((200..300).contains(&forgot.status), "{}", forgot.body);
    let mail = cloud.expect_mail(&person, "rst_").await?;
    let text = mail["text"].as_str().expect("text");
    let token = text.split_whitespace().find(|word| word.starts_with("rst_")).expect("a token");
    let password = "eleven quiet violins and an otter";
    let reset =
        cloud.post("/api/v1/auth/password/reset", json!({"token": token, "new_password": password})).send().await?;
    assert!((200..300).contains(&reset.status), "{}", reset.body);
    cloud.post("/api/v1/auth/login", json!({"login": person.email, "password": password})).expect(200).await?;
    let repeated =
        cloud.post("/api/v1/auth/password/reset", json!({"token": token, "new_password": password})).send().await?;
    assert!((400..500).contains(&repeated.status), "a reset token must work once: {}", repeated.body);
    Ok(())
}
