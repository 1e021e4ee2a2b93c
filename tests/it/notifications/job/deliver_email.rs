//! `notifications-job-deliver-email`: once, whatever happens; with a provider that may be down, silent or unwilling.

use jiff::{SignedDuration, civil::time};
use notifications::{
    domain::{
        channel::Channel,
        delivery::{DeliveryId, Status},
        notification_type,
        preference::Preferences,
        quiet::QuietHours,
    },
    job::{deliver_email::build, due},
};
use serde_json::json;
use testkit::{World, origin, world, world_with};

use crate::notifications::delivery_fixture::{
    delivery, event, keep, nobody, notification, outcome, posted, queued, run, standing, store, work,
};

const MAIL: &str = "SES.SendRawEmail";

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// What would be published of deliveries: type and status.
async fn announced(world: &World) -> Vec<String> {
    world.published_types("NOTIFICATIONS_TABLE").await
}

#[tokio::test]
async fn a_mail_goes_out_whole_and_marked_as_what_it_is() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    assert_eq!(work(&world, build, &[ticket]).await, 0);
    let [mail] = world.cloud.mails().try_into().unwrap();
    assert_eq!((mail.from.as_str(), &*mail.to), ("no-reply@hr.example", &["erin.doe@example.com".to_owned()][..]));
    for (name, value) in [
        ("Subject", "Your leave is approved: Grüße 1"),
        ("From", "\"Muster\" <no-reply@hr.example>"),
        ("To", "\"Erin Doe\" <erin.doe@example.com>"),
        ("Auto-Submitted", "auto-generated"),
        ("List-Unsubscribe", "<https://hr.example/settings/notifications>"),
        ("Content-Language", "en"),
        ("X-Muster-Notification", &ticket.notification_id.to_string()),
        ("Date", "Mon, 10 Jun 2024 10:30:45 +0000"),
    ] {
        assert_eq!(mail.header(name), value, "{name}");
    }
    assert_eq!(mail.part("text/plain").trim(), "Hello Erin,\n\nyour leave is approved.");
    assert_eq!(mail.part("text/html").trim(), "<p>Hello Erin, your <b>leave</b> is approved.</p>");
    let delivery = standing(&world, &ticket).await;
    assert_eq!((delivery.status, delivery.attempts, delivery.sent_at), (Status::Sent, 1, Some(world.now())));
    assert_eq!(announced(&world).await, ["notification.sent"]);
    let item =
        world.list_items("NOTIFICATIONS_TABLE").await.into_iter().find(|item| store::stamp_of(item).is_some()).unwrap();
    assert!(!format!("{item:?}").contains("example.com"), "no address is stored or published");
    assert!(item.contains_key("expires_at"));
}

#[tokio::test]
async fn twenty_workers_with_the_same_message_send_one_mail() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    let all = (0..20).map(|_| work(&world, build, std::slice::from_ref(&ticket)));
    assert_eq!(futures::future::join_all(all).await, vec![0; 20]);
    assert_eq!(world.cloud.mails().len(), 1);
    assert_eq!(work(&world, build, &[ticket, ticket]).await, 0, "and later ones none");
    assert_eq!(world.cloud.mails().len(), 1);
    assert_eq!(announced(&world).await, ["notification.sent"]);
}

#[tokio::test]
async fn a_provider_that_is_down_parks_what_goes_out_once_when_it_is_up() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    world.cloud.fail_calls("SES");
    assert_eq!(work(&world, build, &[ticket]).await, 0);
    let parked = standing(&world, &ticket).await;
    assert_eq!((parked.status, parked.attempts), (Status::Parked, 1));
    assert_eq!((parked.reason.as_deref(), parked.error.as_deref()), (Some("provider_unavailable"), Some("HTTP 500")));
    let pause = parked.due_at.unwrap().duration_since(world.now()).as_secs();
    assert!((1..=30).contains(&pause), "{pause}");
    assert_eq!(queued(&world), [("email".to_owned(), ticket.notification_id, pause + 1)], "it comes by itself");

    world.cloud.recover();
    assert_eq!(work(&world, build, &[ticket]).await, 0, "too early");
    assert_eq!(outcome(&world, &ticket).await, (Status::Parked, "provider_unavailable".to_owned()));
    world.clock.advance(minutes(1));
    let all = (0..5).map(|_| work(&world, build, std::slice::from_ref(&ticket)));
    futures::future::join_all(all).await;
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
    assert_eq!(world.cloud.mails().len(), 1);
    assert_eq!(standing(&world, &ticket).await.attempts, 2);
    assert_eq!(standing(&world, &ticket).await.error, None);
}

#[tokio::test]
async fn five_failures_open_the_breaker_and_then_one_feels_its_way() {
    let world = world().await;
    let mut tickets = Vec::new();
    for number in 0..8 {
        tickets.push(posted(&world, number, Channel::Email).await);
    }
    world.cloud.fail_calls("SES");
    work(&world, build, &tickets).await;
    assert_eq!(world.cloud.calls().iter().filter(|call| *call == MAIL).count(), 5, "nobody asks a sixth time");
    for ticket in &tickets[5..] {
        let delivery = standing(&world, ticket).await;
        assert_eq!((delivery.status, delivery.reason.as_deref()), (Status::Parked, Some("breaker_open")));
        assert_eq!(delivery.attempts, 0, "not asking is no try");
    }
    let summary = run(&world, due::build).await;
    assert_eq!(summary["breakers"], json!({"email": "open", "sms": "closed", "push": "closed"}));

    world.clock.advance(minutes(7));
    let before = world.cloud.calls().len();
    let all = tickets.iter().map(|ticket| work(&world, build, std::slice::from_ref(ticket)));
    futures::future::join_all(all).await;
    assert_eq!(world.cloud.calls()[before..].iter().filter(|call| *call == MAIL).count(), 1, "one feels its way");

    world.cloud.recover();
    world.clock.advance(minutes(7));
    for _ in 0..3 {
        work(&world, build, &tickets).await;
        world.clock.advance(minutes(7));
    }
    let mut told: Vec<_> = world.cloud.mails().iter().map(|mail| mail.header("X-Muster-Notification")).collect();
    told.sort();
    let mut all: Vec<_> = tickets.iter().map(|ticket| ticket.notification_id.to_string()).collect();
    all.sort();
    assert_eq!(told, all, "each one once");
    assert_eq!(run(&world, due::build).await["breakers"]["email"], "closed");
}

#[tokio::test]
async fn whoever_has_not_been_reached_for_a_day_is_given_up() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    world.cloud.fail_calls("SES");
    let mut rounds = 0;
    while outcome(&world, &ticket).await.0 != Status::Failed {
        work(&world, build, &[ticket]).await;
        world.clock.advance(minutes(61));
        rounds += 1;
        assert!(rounds < 40, "it ends");
    }
    let failed = standing(&world, &ticket).await;
    assert_eq!(failed.reason.as_deref(), Some("provider_unavailable"));
    assert!(failed.attempts >= 8 && rounds >= 24, "{} tries in {rounds} hours", failed.attempts);
    assert_eq!(announced(&world).await, ["notification.failed"]);
}

#[tokio::test]
async fn an_address_that_is_refused_fails_at_once_and_does_not_count_against_the_provider() {
    let world = world().await;
    for number in 0..6 {
        let ticket = posted(&world, number, Channel::Email).await;
        let refusal = json!({"code": "MessageRejected", "message": "Address is on the suppression list"});
        world.cloud.answer_next(MAIL, 400, refusal);
        assert_eq!(work(&world, build, &[ticket]).await, 0);
        let failed = standing(&world, &ticket).await;
        assert_eq!((failed.status, failed.reason.as_deref()), (Status::Failed, Some("rejected")));
        assert_eq!(failed.error.as_deref(), Some("MessageRejected"), "the code, no address");
    }
    assert_eq!(run(&world, due::build).await["breakers"]["email"], "closed");
    assert_eq!(announced(&world).await, ["notification.failed"; 6]);
}

#[tokio::test]
async fn a_sender_who_is_not_verified_is_our_mistake_and_costs_no_mail() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    let message = "Email address is not verified. The following identities failed the check: no-reply@hr.example";
    world.cloud.answer_next(MAIL, 400, json!({"code": "MessageRejected", "message": message}));
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await, (Status::Parked, "provider_unavailable".to_owned()));
    world.clock.advance(minutes(1));
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
}

#[tokio::test]
async fn a_provider_that_took_it_and_never_answered_is_not_asked_again() {
    use aws_sdk_sqs::config::timeout::TimeoutConfig;
    let mut world = world().await;
    let quick = TimeoutConfig::builder().operation_timeout(std::time::Duration::from_millis(200)).build();
    world.shell.aws = world.shell.aws.to_builder().timeout_config(quick).build();
    let ticket = posted(&world, 1, Channel::Email).await;
    world.cloud.drop_responses("SES");
    assert_eq!(work(&world, build, &[ticket]).await, 0);
    let failed = standing(&world, &ticket).await;
    assert_eq!((failed.status, failed.reason.as_deref()), (Status::Failed, Some("outcome_unknown")));
    assert_eq!(failed.error.as_deref(), Some("timeout"));
    world.cloud.recover();
    world.clock.advance(minutes(60));
    work(&world, build, &[ticket]).await;
    assert_eq!(world.cloud.mails().len(), 1, "at most once");
    assert_eq!(announced(&world).await, ["notification.failed"]);
}

#[tokio::test]
async fn a_worker_that_died_behind_its_claim_leaves_an_unknown_outcome() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    let found = store(&world).get_delivery(&ticket).await.unwrap();
    store(&world)
        .update_delivery(&origin(), &found.delivery.claimed(world.now()), found.version)
        .await
        .unwrap()
        .unwrap();
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sending, "the claim holds for a while");
    world.clock.advance(minutes(3));
    assert_eq!(run(&world, due::build).await["queued"], 1);
    assert_eq!(queued(&world), [("email".to_owned(), ticket.notification_id, 0)]);
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await, (Status::Failed, "outcome_unknown".to_owned()));
    assert!(world.cloud.mails().is_empty());
}

#[tokio::test]
async fn what_cannot_be_prepared_is_neither_claimed_nor_lost() {
    let world = world().await;
    let mut late = notification(&world, 1, &[Channel::Email]);
    late.rendered_at_send = true;
    late.template = "password_reset".to_owned();
    late.notification_type = notification_type::PASSWORD_RESET.to_owned();
    late.context = json!({"reset_id": "reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "recipient": {"first_name": "Erin"}});
    keep(&world, &late, &[delivery(&late, Channel::Email)]).await;
    let ticket = DeliveryId { notification_id: late.id, channel: Channel::Email };
    world.kms.fail_calls("TrentService");
    assert_eq!(work(&world, build, &[ticket]).await, 1, "the message comes again");
    assert_eq!((outcome(&world, &ticket).await.0, standing(&world, &ticket).await.attempts), (Status::Queued, 0));
    world.kms.recover();
    assert_eq!(work(&world, build, &[ticket]).await, 0);
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
    let mail = &world.cloud.mails()[0];
    assert_eq!(mail.header("Subject"), "Choose a new password");
    let text = mail.part("text/plain");
    let token = text.split_whitespace().find(|word| word.starts_with("rst_")).unwrap();
    assert!(text.contains(&format!("https://hr.example/reset-password#token={token}")));
    assert!(!format!("{:?}", world.list_items("NOTIFICATIONS_TABLE").await).contains(token), "never stored");

    let mut over = late.clone();
    over.event_id = event(world.now(), 2);
    over.id = nobody();
    keep(&world, &over, &[delivery(&over, Channel::Email)]).await;
    world.clock.advance(minutes(31));
    let ticket = DeliveryId { notification_id: over.id, channel: Channel::Email };
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await, (Status::Failed, "expired".to_owned()), "the link has ended");
}

#[tokio::test]
async fn quiet_hours_that_begin_on_the_way_hold_a_mail_back_unless_it_is_urgent() {
    let world = world().await;
    let quiet = QuietHours { from: time(12, 0, 0, 0), to: time(14, 0, 0, 0) };
    let wants = Preferences { quiet_hours: Some(quiet), ..Preferences::initial() };
    store(&world).update_preferences(&origin(), world.people.employee.id, &wants, 0).await.unwrap();
    let ticket = posted(&world, 1, Channel::Email).await;
    let mut urgent = notification(&world, 2, &[Channel::Email]);
    urgent.notification_type = "audit.critical_event".to_owned();
    keep(&world, &urgent, &[delivery(&urgent, Channel::Email)]).await;
    work(&world, build, &[ticket, DeliveryId { notification_id: urgent.id, ..ticket }]).await;
    assert_eq!(world.cloud.mails().len(), 1);
    let parked = standing(&world, &ticket).await;
    assert_eq!((parked.status, parked.reason.as_deref()), (Status::Parked, Some("quiet_hours")));
    assert_eq!(parked.due_at, Some("2024-06-10T12:00:00Z".parse().unwrap()), "14 o'clock in Berlin");
    world.clock.set("2024-06-10T12:00:00Z".parse().unwrap());
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
}

#[tokio::test]
async fn a_stack_without_a_sender_says_so_in_the_trace() {
    let world = world_with(&[("MAIL_FROM", "")]).await;
    let ticket = posted(&world, 1, Channel::Email).await;
    assert_eq!(work(&world, build, &[ticket]).await, 0);
    assert_eq!(outcome(&world, &ticket).await, (Status::Suppressed, "not_configured".to_owned()));
    assert_eq!(announced(&world).await, [""; 0]);
    assert!(build(&world_with(&[("MAIL_FROM", "nobody")]).await.shell).is_err());
}

#[tokio::test]
async fn a_message_about_nothing_or_in_the_wrong_queue_ends_with_the_dead_letters() {
    let world = world().await;
    let sms = posted(&world, 1, Channel::Sms).await;
    let before = world.snapshot().await;
    let nothing = DeliveryId { notification_id: nobody(), channel: Channel::Email };
    assert_eq!(work(&world, build, &[nothing, sms]).await, 2);
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn the_mail_to_choose_a_new_password_carries_a_token_that_auth_accepts() {
    let world = world().await;
    let forgot = world.app(&access::AUTH_PASSWORD_FORGOT, auth::api::auth::password::forgot::router);
    let asked = world.post(&forgot, "/api/v1/auth/password/forgot", json!({"login": "erin.doe@example.com"})).await;
    assert_eq!(asked.status, 202);
    let consumer = ::notifications::on::event::build(&world.shell).unwrap();
    let entries = stage::relay_stream(&world, "AUTH_TABLE").await;
    stage::deliver(&consumer, &entries).await;
    let [(queue, notification_id, 0)] = &queued(&world)[..] else { panic!("one message") };
    assert_eq!(queue, "email");
    work(&world, build, &[DeliveryId { notification_id: *notification_id, channel: Channel::Email }]).await;

    let [mail] = world.cloud.mails().try_into().unwrap();
    assert_eq!(mail.to, ["erin.doe@example.com"]);
    let text = mail.part("text/plain");
    let token = text.split_whitespace().find(|word| word.starts_with("rst_")).unwrap();
    let published = format!("{:?}", (world.cloud.events(), world.list_items("NOTIFICATIONS_TABLE").await));
    assert!(!published.contains(token), "the token is in the mail and nowhere else");

    let reset = world.app(&access::AUTH_PASSWORD_RESET, auth::api::auth::password::reset::router);
    let body = json!({"token": token, "new_password": "a quite long sentence of mine"});
    let chosen = world.post(&reset, "/api/v1/auth/password/reset", body.clone()).await;
    assert_eq!(chosen.status, 204, "{:?}", chosen.body);
    assert_eq!(world.post(&reset, "/api/v1/auth/password/reset", body).await.status, 422, "once");
}
