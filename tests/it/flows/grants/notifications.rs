//! The operations of notifications.

use access as table;
use muster::scenario::unique;
use serde_json::{Value, json};

use super::{
    super::{cloud::id_of, flow_people::FlowPeople},
    OperationCoverage,
};

/// The keys of a browser, from RFC 8291, appendix A.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

pub(super) async fn call_all(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    messages(calls, people).await;
    inbox(calls, people).await;
    templates(calls, people).await;
    let (by, id) = (Some(&people.employee), people.employee.id.to_string());
    calls.ask(&table::NOTIFICATION_PREFERENCES_GET, &[&id], by, None).await;
    let wanted = json!({
        "language": "de",
        "channels": {"leave.request_approved": {"email": false}},
        "quiet_hours": {"from": "22:00", "to": "06:00"},
    });
    calls.ask(&table::NOTIFICATION_PREFERENCES_UPDATE, &[&id], by, Some(wanted)).await;
    let browser = json!({
        "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/tour",
        "keys": {"p256dh": P256DH, "auth": AUTH},
    });
    let subscription = calls.ask(&table::NOTIFICATION_SUBSCRIPTIONS_CREATE, &[], by, Some(browser)).await;
    calls.ask(&table::NOTIFICATION_SUBSCRIPTIONS_LIST, &[], by, None).await;
    calls.ask(&table::NOTIFICATION_SUBSCRIPTIONS_DELETE, &[id_of(&subscription)], by, None).await;
}

/// A message as the seed sends it, to one person.
fn message(people: &FlowPeople) -> Value {
    json!({
        "recipient_type": "user",
        "recipient_id": people.employee.id,
        "notification_type": "leave.request_created",
        "template": "leave_request_approval_needed",
        "context": {
            "employee_name": "John Doe",
            "leave_type": "Annual Leave",
            "start_date": "2024-01-15",
            "end_date": "2024-01-20",
            "leave_request_id": "leave_456",
        },
    })
}

async fn messages(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.hr);
    calls.ask(&table::NOTIFICATIONS_SEND, &[], by, Some(message(people))).await;
    let subject = format!("The tour {}", unique());
    let mail = json!({"to": [people.employee.id], "subject": subject, "text": "It works."});
    calls.ask(&table::NOTIFICATIONS_EMAIL, &[], by, Some(mail)).await;
    calls.cloud.expect_mail(&people.employee, &subject).await.unwrap();
    let everybody = json!({
        "audience": {"department": people.employee.department},
        "template": "message",
        "context": {"title": subject, "text": "It works for everybody."},
    });
    let bulk = calls.ask(&table::NOTIFICATIONS_BULK_CREATE, &[], by, Some(everybody)).await;
    calls.ask(&table::NOTIFICATIONS_BULK_GET, &[id_of(&bulk)], by, None).await;
}

async fn inbox(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let (by, id) = (Some(&people.employee), people.employee.id.to_string());
    let told = calls.cloud.notified(&people.employee, "leave.request_created", "leave_456").await.unwrap();
    calls.ask(&table::NOTIFICATIONS_LIST, &[&id, "?limit=2"], by, None).await;
    calls.ask(&table::NOTIFICATIONS_TRACE_GET, &[id_of(&told)], by, None).await;
    let event = format!("?event_id={}", told["event_id"].as_str().expect("an event"));
    calls.ask(&table::NOTIFICATIONS_TRACE_LIST, &[&event], by, None).await;
    let unread = calls.ask(&table::NOTIFICATIONS_UNREAD, &[&id, "?limit=100"], by, None).await;
    assert!(unread.to_string().contains(id_of(&told)), "{unread:#}");
    let read = calls.ask(&table::NOTIFICATIONS_MARK_READ, &[id_of(&told)], by, None).await;
    assert!(read["read_at"].is_string(), "{read:#}");
    let unread = calls.ask(&table::NOTIFICATIONS_UNREAD, &[&id, "?limit=100"], by, None).await;
    assert!(!unread.to_string().contains(id_of(&told)), "{unread:#}");
}

async fn templates(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.hr);
    calls.ask(&table::NOTIFICATION_TEMPLATES_LIST, &[], by, None).await;
    calls.ask(&table::NOTIFICATION_TEMPLATES_GET, &["attendance_late"], by, None).await;
    let own =
        json!({"language": "en", "title": "{{ subject_name }} is late", "text": "Late by {{ late_minutes }} minutes."});
    calls.ask(&table::NOTIFICATION_TEMPLATES_UPDATE, &["attendance_late"], by, Some(own)).await;
    calls.ask(&table::NOTIFICATION_TEMPLATES_PREVIEW, &["attendance_late"], by, Some(json!({"language": "en"}))).await;
}
