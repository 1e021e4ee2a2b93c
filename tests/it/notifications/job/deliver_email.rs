//! `notifications-job-deliver-email`

use jiff::{SignedDuration, civil::time};
use notifications::{
    domain::{
        builtin_templates::TemplateName,
        channel::Channel,
        delivery::{DeliveryId, DeliveryStatus},
        notification_type::NotificationType,
        preference::Preferences,
        quiet::QuietHours,
        reasons::DeliveryReason,
    },
    job::{deliver_email::build, due},
};
use serde_json::json;
use testkit::{World, origin, world, world_with};

use crate::notifications::delivery_fixture::{
    create_delivery, delivery, event, get_delivery, notification, run_job, run_worker, status_and_reason, store,
    store_notification, take_queued, unknown_id,
};

const MAIL: &str = "SES.SendRawEmail";

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

async fn published(world: &World) -> Vec<String> {
    world.published_types("NOTIFICATIONS_TABLE").await
}

#[tokio::test]
async fn mail_has_all_headers_and_both_parts() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
    let [mail] = world.cloud.mails().try_into().unwrap();
    assert_eq!((mail.from.as_str(), &*mail.to), ("no-reply@hr.example", &["erin.doe@example.com".to_owned()][..]));
    for (name, value) in [
        ("Subject", "Your leave is approved: Grüße 1"),
        ("From", "\"Muster\" <no-reply@hr.example>"),
        ("To", "\"Erin Doe\" <erin.doe@example.com>"),
        ("Auto-Submitted", "auto-generated"),
        ("List-Unsubscribe", "<https://hr.example/settings/notifications>"),
        ("Content-Language", "en"),
        ("X-Muster-Notification", &delivery_id.notification_id.to_string()),
        ("Date", "Mon, 10 Jun 2024 10:30:45 +0000"),
    ] {
        assert_eq!(mail.header(name), value, "{name}");
    }
    assert_eq!(mail.part("text/plain").trim(), "Hello Erin,\n\nyour leave is approved.");
    assert_eq!(mail.part("text/html").trim(), "<p>Hello Erin, your <b>leave</b> is approved.</p>");
    let delivery = get_delivery(&world, &delivery_id).await;
    assert_eq!((delivery.status, delivery.attempts, delivery.sent_at), (DeliveryStatus::Sent, 1, Some(world.now())));
    assert_eq!(published(&world).await, ["notification.sent"]);
    let item =
        world.list_items("NOTIFICATIONS_TABLE").await.into_iter().find(|item| store::stamp_of(item).is_some()).unwrap();
    assert!(!format!("{item:?}").contains("example.com"), "no address is stored or published");
    assert!(item.contains_key("expires_at"));
}

#[tokio::test]
async fn twenty_workers_with_one_message_send_one_mail() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    let all = (0..20).map(|_| run_worker(&world, build, std::slice::from_ref(&delivery_id)));
    assert_eq!(futures::future::join_all(all).await, vec![0; 20]);
    assert_eq!(world.cloud.mails().len(), 1);
    assert_eq!(run_worker(&world, build, &[delivery_id, delivery_id]).await, 0, "later messages send nothing");
    assert_eq!(world.cloud.mails().len(), 1);
    assert_eq!(published(&world).await, ["notification.sent"]);
}

#[tokio::test]
async fn unavailable_provider_parks_delivery_until_it_is_sent_once() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    world.cloud.fail_calls("SES");
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
    let parked = get_delivery(&world, &delivery_id).await;
    assert_eq!((parked.status, parked.attempts), (DeliveryStatus::Parked, 1));
    assert_eq!((parked.reason, parked.error.as_deref()), (Some(DeliveryReason::ProviderUnavailable), Some("HTTP 500")));
    let pause = parked.due_at.unwrap().duration_since(world.now()).as_secs();
    assert!((1..=30).contains(&pause), "{pause}");
    assert_eq!(
        take_queued(&world),
        [("email".to_owned(), delivery_id.notification_id, pause + 1)],
        "the delivery is queued with a delay"
    );

    world.cloud.recover();
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0, "a delivery that is not due is skipped");
    assert_eq!(
        status_and_reason(&world, &delivery_id).await,
        (DeliveryStatus::Parked, "provider_unavailable".to_owned())
    );
    world.clock.advance(minutes(1));
    let all = (0..5).map(|_| run_worker(&world, build, std::slice::from_ref(&delivery_id)));
    futures::future::join_all(all).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
    assert_eq!(world.cloud.mails().len(), 1);
    assert_eq!(get_delivery(&world, &delivery_id).await.attempts, 2);
    assert_eq!(get_delivery(&world, &delivery_id).await.error, None);
}

#[tokio::test]
async fn five_failures_open_the_breaker_and_one_delivery_probes() {
    let world = world().await;
    let mut delivery_ids = Vec::new();
    for number in 0..8 {
        delivery_ids.push(create_delivery(&world, number, Channel::Email).await);
    }
    world.cloud.fail_calls("SES");
    run_worker(&world, build, &delivery_ids).await;
    assert_eq!(world.cloud.calls().iter().filter(|call| *call == MAIL).count(), 5, "the sixth delivery makes no call");
    for delivery_id in &delivery_ids[5..] {
        let delivery = get_delivery(&world, delivery_id).await;
        assert_eq!((delivery.status, delivery.reason), (DeliveryStatus::Parked, Some(DeliveryReason::BreakerOpen)));
        assert_eq!(delivery.attempts, 0, "a parked delivery counts no attempt");
    }
    let summary = run_job(&world, due::build).await;
    assert_eq!(summary["breakers"], json!({"email": "open", "sms": "closed", "push": "closed"}));

    world.clock.advance(minutes(7));
    let before = world.cloud.calls().len();
    let all = delivery_ids.iter().map(|delivery_id| run_worker(&world, build, std::slice::from_ref(delivery_id)));
    futures::future::join_all(all).await;
    assert_eq!(world.cloud.calls()[before..].iter().filter(|call| *call == MAIL).count(), 1, "one delivery probes");

    world.cloud.recover();
    world.clock.advance(minutes(7));
    for _ in 0..3 {
        run_worker(&world, build, &delivery_ids).await;
        world.clock.advance(minutes(7));
    }
    let mut mailed: Vec<_> = world.cloud.mails().iter().map(|mail| mail.header("X-Muster-Notification")).collect();
    mailed.sort();
    let mut all: Vec<_> = delivery_ids.iter().map(|delivery_id| delivery_id.notification_id.to_string()).collect();
    all.sort();
    assert_eq!(mailed, all, "every mail is sent once");
    assert_eq!(run_job(&world, due::build).await["breakers"]["email"], "closed");
}

#[tokio::test]
async fn delivery_fails_after_a_day_of_attempts() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    world.cloud.fail_calls("SES");
    let mut rounds = 0;
    while status_and_reason(&world, &delivery_id).await.0 != DeliveryStatus::Failed {
        run_worker(&world, build, &[delivery_id]).await;
        world.clock.advance(minutes(61));
        rounds += 1;
        assert!(rounds < 40, "the attempts end");
    }
    let failed = get_delivery(&world, &delivery_id).await;
    assert_eq!(failed.reason, Some(DeliveryReason::ProviderUnavailable));
    assert!(failed.attempts >= 8 && rounds >= 24, "{} attempts in {rounds} hours", failed.attempts);
    assert_eq!(published(&world).await, ["notification.failed"]);
}

#[tokio::test]
async fn refused_address_fails_at_once_and_keeps_the_breaker_closed() {
    let world = world().await;
    for number in 0..6 {
        let delivery_id = create_delivery(&world, number, Channel::Email).await;
        let refusal = json!({"code": "MessageRejected", "message": "Address is on the suppression list"});
        world.cloud.answer_next(MAIL, 400, refusal);
        assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
        let failed = get_delivery(&world, &delivery_id).await;
        assert_eq!((failed.status, failed.reason), (DeliveryStatus::Failed, Some(DeliveryReason::Rejected)));
        assert_eq!(failed.error.as_deref(), Some("MessageRejected"), "the error is the code, without an address");
    }
    assert_eq!(run_job(&world, due::build).await["breakers"]["email"], "closed");
    assert_eq!(published(&world).await, ["notification.failed"; 6]);
}

#[tokio::test]
async fn unverified_sender_parks_the_mail() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    let message = "Email address is not verified. The following identities failed the check: no-reply@hr.example";
    world.cloud.answer_next(MAIL, 400, json!({"code": "MessageRejected", "message": message}));
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(
        status_and_reason(&world, &delivery_id).await,
        (DeliveryStatus::Parked, "provider_unavailable".to_owned())
    );
    world.clock.advance(minutes(1));
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
}

#[tokio::test]
async fn unanswered_call_is_not_repeated() {
    use aws_sdk_sqs::config::timeout::TimeoutConfig;
    let mut world = world().await;
    let quick = TimeoutConfig::builder().operation_timeout(std::time::Duration::from_millis(200)).build();
    world.shell.aws = world.shell.aws.to_builder().timeout_config(quick).build();
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    world.cloud.drop_responses("SES");
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
    let failed = get_delivery(&world, &delivery_id).await;
    assert_eq!((failed.status, failed.reason), (DeliveryStatus::Failed, Some(DeliveryReason::OutcomeUnknown)));
    assert_eq!(failed.error.as_deref(), Some("timeout"));
    world.cloud.recover();
    world.clock.advance(minutes(60));
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(world.cloud.mails().len(), 1, "the mail is sent at most once");
    assert_eq!(published(&world).await, ["notification.failed"]);
}

#[tokio::test]
async fn expired_claim_fails_with_unknown_outcome() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    let stored = store(&world).get_delivery(&delivery_id).await.unwrap();
    store(&world)
        .update_delivery_if_unchanged(&origin(), &stored.delivery.claimed(world.now()), stored.version)
        .await
        .unwrap()
        .unwrap();
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sending, "the claim is still valid");
    world.clock.advance(minutes(3));
    assert_eq!(run_job(&world, due::build).await["queued"], 1);
    assert_eq!(take_queued(&world), [("email".to_owned(), delivery_id.notification_id, 0)]);
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await, (DeliveryStatus::Failed, "outcome_unknown".to_owned()));
    assert!(world.cloud.mails().is_empty());
}

#[tokio::test]
async fn failed_preparation_neither_claims_nor_loses_the_delivery() {
    let world = world().await;
    let mut reset = notification(&world, 1, &[Channel::Email]);
    reset.rendered_at_send = true;
    reset.template = TemplateName::PasswordReset;
    reset.notification_type = NotificationType::PasswordReset;
    reset.context = json!({"reset_id": "reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "recipient": {"first_name": "Erin"}});
    store_notification(&world, &reset, &[delivery(&reset, Channel::Email)]).await;
    let delivery_id = DeliveryId { notification_id: reset.id, channel: Channel::Email };
    world.cloud.fail_calls("TrentService");
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 1, "the message is retried");
    assert_eq!(
        (status_and_reason(&world, &delivery_id).await.0, get_delivery(&world, &delivery_id).await.attempts),
        (DeliveryStatus::Queued, 0)
    );
    world.cloud.recover();
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
    let mail = &world.cloud.mails()[0];
    assert_eq!(mail.header("Subject"), "Choose a new password");
    let text = mail.part("text/plain");
    let token = text.split_whitespace().find(|word| word.starts_with("rst_")).unwrap();
    assert!(text.contains(&format!("https://hr.example/reset-password#token={token}")));
    assert!(
        !format!("{:?}", world.list_items("NOTIFICATIONS_TABLE").await).contains(token),
        "the token is never stored"
    );

    let mut expired = reset.clone();
    expired.event_id = event(world.now(), 2);
    expired.id = unknown_id();
    store_notification(&world, &expired, &[delivery(&expired, Channel::Email)]).await;
    world.clock.advance(minutes(31));
    let delivery_id = DeliveryId { notification_id: expired.id, channel: Channel::Email };
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(
        status_and_reason(&world, &delivery_id).await,
        (DeliveryStatus::Failed, "expired".to_owned()),
        "the link has expired"
    );
}

#[tokio::test]
async fn quiet_hours_park_a_queued_mail_unless_urgent() {
    let world = world().await;
    let quiet = QuietHours { from: time(12, 0, 0, 0), to: time(14, 0, 0, 0) };
    let preferences = Preferences { quiet_hours: Some(quiet), ..Preferences::initial() };
    store(&world).save_preferences(&origin(), world.people.employee.id, &preferences, 0).await.unwrap();
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    let mut urgent = notification(&world, 2, &[Channel::Email]);
    urgent.notification_type = NotificationType::AuditCriticalEvent;
    store_notification(&world, &urgent, &[delivery(&urgent, Channel::Email)]).await;
    run_worker(&world, build, &[delivery_id, DeliveryId { notification_id: urgent.id, ..delivery_id }]).await;
    assert_eq!(world.cloud.mails().len(), 1);
    let parked = get_delivery(&world, &delivery_id).await;
    assert_eq!((parked.status, parked.reason), (DeliveryStatus::Parked, Some(DeliveryReason::QuietHours)));
    assert_eq!(parked.due_at, Some("2024-06-10T12:00:00Z".parse().unwrap()), "14:00 in Berlin");
    world.clock.set("2024-06-10T12:00:00Z".parse().unwrap());
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
}

#[tokio::test]
async fn stack_without_sender_suppresses_mail_as_not_configured() {
    let world = world_with(&[("MAIL_FROM", "")]).await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
    assert_eq!(
        status_and_reason(&world, &delivery_id).await,
        (DeliveryStatus::Suppressed, "not_configured".to_owned())
    );
    assert_eq!(published(&world).await, [""; 0]);
    assert!(build(&world_with(&[("MAIL_FROM", "nobody")]).await.shell).is_err());
}

#[tokio::test]
async fn message_without_delivery_or_in_wrong_queue_fails() {
    let world = world().await;
    let sms = create_delivery(&world, 1, Channel::Sms).await;
    let before = world.snapshot().await;
    let unknown = DeliveryId { notification_id: unknown_id(), channel: Channel::Email };
    assert_eq!(run_worker(&world, build, &[unknown, sms]).await, 2);
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn reset_mail_has_a_token_that_auth_accepts() {
    let world = world().await;
    let forgot = app!(world, AUTH_PASSWORD_FORGOT);
    let asked = world.post(&forgot, "/api/v1/auth/password/forgot", json!({"login": "erin.doe@example.com"})).await;
    assert_eq!(asked.status, 202);
    let consumer = ::notifications::on::event::build(&world.shell).unwrap();
    let entries = fixtures::relay_stream(&world, "AUTH_TABLE").await;
    fixtures::deliver(&consumer, &entries).await;
    let [(queue, notification_id, 0)] = &take_queued(&world)[..] else { panic!("one message") };
    assert_eq!(queue, "email");
    run_worker(&world, build, &[DeliveryId { notification_id: *notification_id, channel: Channel::Email }]).await;

    let [mail] = world.cloud.mails().try_into().unwrap();
    assert_eq!(mail.to, ["erin.doe@example.com"]);
    let text = mail.part("text/plain");
    let token = text.split_whitespace().find(|word| word.starts_with("rst_")).unwrap();
    let published = format!("{:?}", (world.cloud.events(), world.list_items("NOTIFICATIONS_TABLE").await));
    assert!(!published.contains(token), "the token is in the mail only");

    let reset = app!(world, AUTH_PASSWORD_RESET);
    let body = json!({"token": token, "new_password": "a quite long sentence of mine"});
    let chosen = world.post(&reset, "/api/v1/auth/password/reset", body.clone()).await;
    assert_eq!(chosen.status, 204, "{:?}", chosen.body);
    assert_eq!(world.post(&reset, "/api/v1/auth/password/reset", body).await.status, 422, "a token is valid once");
}
