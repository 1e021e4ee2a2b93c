//! Messages beside leave: to a whole site, and the link that sets a forgotten password.

use std::time::Duration;

use muster::scenario::{eventually, unique};
use serde_json::json;

use super::cloud::{Cloud, Outcome, id_of};

/// Through the bus, a queue in pages, and each one's inbox.
const TOLD_ALL_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_message_to_a_site_reaches_everybody_there_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let site = format!("site-{}", unique());
    let hr = cloud.someone(access::Role::Hr).await?;
    let mut people = Vec::new();
    for _ in 0..3 {
        let person = cloud.someone_at(&site, access::Role::Employee, None).await?;
        cloud.is_audience(&person, &format!("site:{site}")).await?;
        people.push(person);
    }
    let elsewhere = cloud.someone(access::Role::Employee).await?;
    let words = format!("The lift is out of order {}", unique());
    let body = json!({
        "audience": {"site": site},
        "template": "message",
        "context": {"title": words, "text": "Please take the stairs."},
    });
    let key = format!("bulk-{}", unique());
    let bulk = cloud.post("/api/v1/notifications/bulk", body.clone()).by(&hr).once(&key).send().await?;
    assert!(matches!(bulk.status, 201 | 202), "{}: {}", bulk.status, bulk.body);
    let again = cloud.post("/api/v1/notifications/bulk", body).by(&hr).once(&key).send().await?;
    assert_eq!(again.body, bulk.body, "asked again");

    let path = format!("/api/v1/notifications/bulk/{}", id_of(&bulk.body));
    let look = async || {
        let progress = cloud.get(&path).by(&hr).expect(200).await?;
        Ok((progress["done"] == 3 && progress["total"] == 3).then_some(()))
    };
    eventually("everybody was told", TOLD_ALL_WITHIN, look).await?;
    for person in &people {
        cloud.notified(person, "notification.message", &words).await?;
    }
    assert_eq!(cloud.inbox(&elsewhere, "notification.message", &words).await?.len(), 0, "nobody elsewhere");
    Ok(())
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_the_link_in_the_mail() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let person = cloud.someone(access::Role::Employee).await?;
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
    let again =
        cloud.post("/api/v1/auth/password/reset", json!({"token": token, "new_password": password})).send().await?;
    assert!((400..500).contains(&again.status), "a link works once: {}", again.body);
    Ok(())
}
