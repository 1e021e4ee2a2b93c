//! Calls of the notifications operations.

use access as table;
use muster::scenario::unique;
use serde_json::{Value, json};

use super::{
    super::{cloud::id_of, flow_people::FlowPeople},
    OperationCoverage,
};

/// Keys of a browser subscription, from RFC 8291, appendix A.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

pub(super) async fn call_all(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    messages(calls, people).await;
    inbox(calls, people).await;
    templates(calls, people).await;
    let (by, id) = (Some(&people.employee), people.employee.id.to_string());
    calls.call(&table::NOTIFICATION_PREFERENCES_GET, &[&id], by, None).await;
    let preferences = json!({
        "language": "de",
        "channels": {"leave.request_approved": {"email": false}},
        "quiet_hours": {"from": "22:00", "to": "06:00"},
    });
    calls.call(&table::NOTIFICATION_PREFERENCES_UPDATE, &[&id], by, Some(preferences)).await;
    let browser = json!({
        "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/tour",
        "keys": {"p256dh": P256DH, "auth": AUTH},
    });
    let subscription = calls.call(&table::NOTIFICATION_SUBSCRIPTIONS_CREATE, &[], by, Some(browser)).await;
    calls.call(&table::NOTIFICATION_SUBSCRIPTIONS_LIST, &[], by, None).await;
    calls.call(&table::NOTIFICATION_SUBSCRIPTIONS_DELETE, &[id_of(&subscription)], by, None).await;
}

/// Direct message to the employee.
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
    calls.call(&table::NOTIFICATIONS_SEND, &[], by, Some(message(people))).await;
    let subject = format!("The tour {}", unique());
    let mail = json!({"to": [people.employee.id], "subject": subject, "text": "It works."});
    calls.call(&table::NOTIFICATIONS_EMAIL, &[], by, Some(mail)).await;
    calls.cloud.expect_mail(&people.employee, &subject).await.unwrap();
    let bulk_message = json!({
        "audience": {"department": people.employee.department},
        "template": "message",
        "context": {"title": subject, "text": "It works for all of you."},
    });
    let bulk = calls.call(&table::NOTIFICATIONS_BULK_CREATE, &[], by, Some(bulk_message)).await;
    calls.call(&table::NOTIFICATIONS_BULK_GET, &[id_of(&bulk)], by, None).await;
}

async fn inbox(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let (by, id) = (Some(&people.employee), people.employee.id.to_string());
    let notification =
        calls.cloud.expect_notification(&people.employee, "leave.request_created", "leave_456").await.unwrap();
    calls.call(&table::NOTIFICATIONS_LIST, &[&id, "?limit=2"], by, None).await;
    calls.call(&table::NOTIFICATIONS_TRACE_GET, &[id_of(&notification)], by, None).await;
    let event = format!("?event_id={}", notification["event_id"].as_str().expect("an event"));
    calls.call(&table::NOTIFICATIONS_TRACE_LIST, &[&event], by, None).await;
    let unread = calls.call(&table::NOTIFICATIONS_UNREAD, &[&id, "?limit=100"], by, None).await;
    assert!(unread.to_string().contains(id_of(&notification)), "{unread:#}");
    let read = calls.call(&table::NOTIFICATIONS_MARK_READ, &[id_of(&notification)], by, None).await;
    assert!(read["read_at"].is_string(), "{read:#}");
    let unread = calls.call(&table::NOTIFICATIONS_UNREAD, &[&id, "?limit=100"], by, None).await;
    assert!(!unread.to_string().contains(id_of(&notification)), "{unread:#}");
}

async fn templates(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.hr);
    calls.call(&table::NOTIFICATION_TEMPLATES_LIST, &[], by, None).await;
    calls.call(&table::NOTIFICATION_TEMPLATES_GET, &["attendance_late"], by, None).await;
    let own =
        json!({"language": "en", "title": "{{ subject_name }} is late", "text": "Late by {{ late_minutes }} minutes."});
    calls.call(&table::NOTIFICATION_TEMPLATES_UPDATE, &["attendance_late"], by, Some(own)).await;
    calls.call(&table::NOTIFICATION_TEMPLATES_PREVIEW, &["attendance_late"], by, Some(json!({"language": "en"}))).await;
}
