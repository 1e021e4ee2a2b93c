//! The operations of notifications.

use access as table;
use serde_json::{Value, json};

use super::{
    super::{people::id_of, yard::Crew},
    Tour,
};

/// The keys of a browser, from RFC 8291, appendix A.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

pub(super) async fn tour(tour: &mut Tour<'_>, crew: &Crew) {
    messages(tour, crew).await;
    inbox(tour, crew).await;
    templates(tour, crew).await;
    let (by, id) = (Some(&crew.employee), crew.employee.id.to_string());
    tour.ask(&table::NOTIFICATION_PREFERENCES_GET, &[&id], by, None).await;
    let wanted = json!({
        "language": "de",
        "channels": {"leave.request_approved": {"email": false}},
        "quiet_hours": {"from": "22:00", "to": "06:00"},
    });
    tour.ask(&table::NOTIFICATION_PREFERENCES_UPDATE, &[&id], by, Some(wanted)).await;
    let browser = json!({
        "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/tour",
        "keys": {"p256dh": P256DH, "auth": AUTH},
    });
    let subscription = tour.ask(&table::NOTIFICATION_SUBSCRIPTIONS_CREATE, &[], by, Some(browser)).await;
    tour.ask(&table::NOTIFICATION_SUBSCRIPTIONS_LIST, &[], by, None).await;
    tour.ask(&table::NOTIFICATION_SUBSCRIPTIONS_DELETE, &[id_of(&subscription)], by, None).await;
}

/// A message as the seed sends it, to one person.
fn message(crew: &Crew) -> Value {
    json!({
        "recipient_type": "user",
        "recipient_id": crew.employee.id,
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

async fn messages(tour: &mut Tour<'_>, crew: &Crew) {
    let by = Some(&crew.hr);
    tour.ask(&table::NOTIFICATIONS_SEND, &[], by, Some(message(crew))).await;
    let subject = format!("The tour {}", tour.cloud.unique());
    let mail = json!({"to": [crew.employee.id], "subject": subject, "text": "It works."});
    tour.ask(&table::NOTIFICATIONS_EMAIL, &[], by, Some(mail)).await;
    tour.cloud.the_mail(&crew.employee, &subject).await;
    let everybody = json!({
        "audience": {"department": crew.employee.department},
        "template": "message",
        "context": {"title": subject, "text": "It works for everybody."},
    });
    let bulk = tour.ask(&table::NOTIFICATIONS_BULK_CREATE, &[], by, Some(everybody)).await;
    tour.ask(&table::NOTIFICATIONS_BULK_GET, &[id_of(&bulk)], by, None).await;
}

async fn inbox(tour: &mut Tour<'_>, crew: &Crew) {
    let (by, id) = (Some(&crew.employee), crew.employee.id.to_string());
    let told = tour.cloud.told(&crew.employee, "leave.request_created", "leave_456").await;
    tour.ask(&table::NOTIFICATIONS_LIST, &[&id, "?limit=2"], by, None).await;
    tour.ask(&table::NOTIFICATIONS_TRACE_GET, &[id_of(&told)], by, None).await;
    let event = format!("?event_id={}", told["event_id"].as_str().expect("an event"));
    tour.ask(&table::NOTIFICATIONS_TRACE_LIST, &[&event], by, None).await;
    let unread = tour.ask(&table::NOTIFICATIONS_UNREAD, &[&id, "?limit=100"], by, None).await;
    assert!(unread.to_string().contains(id_of(&told)), "{unread:#}");
    let read = tour.ask(&table::NOTIFICATIONS_MARK_READ, &[id_of(&told)], by, None).await;
    assert!(read["read_at"].is_string(), "{read:#}");
    let unread = tour.ask(&table::NOTIFICATIONS_UNREAD, &[&id, "?limit=100"], by, None).await;
    assert!(!unread.to_string().contains(id_of(&told)), "{unread:#}");
}

async fn templates(tour: &mut Tour<'_>, crew: &Crew) {
    let by = Some(&crew.hr);
    tour.ask(&table::NOTIFICATION_TEMPLATES_LIST, &[], by, None).await;
    tour.ask(&table::NOTIFICATION_TEMPLATES_GET, &["attendance_late"], by, None).await;
    let own =
        json!({"language": "en", "title": "{{ subject_name }} is late", "text": "Late by {{ late_minutes }} minutes."});
    tour.ask(&table::NOTIFICATION_TEMPLATES_UPDATE, &["attendance_late"], by, Some(own)).await;
    tour.ask(&table::NOTIFICATION_TEMPLATES_PREVIEW, &["attendance_late"], by, Some(json!({"language": "en"}))).await;
}
