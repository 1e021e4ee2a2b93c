//! What a notification can be about: the seed's `notification_type`, and a few of our own.

use events::{EventType, NotificationType};

use super::builtin_templates;

pub const PASSWORD_RESET: &str = "user.password_reset_requested";
/// What the seed has no type for, of attendance: a day with an odd punch, a punch in no window, and corrections.
const ATTENDANCE: [&str; 5] = [
    "attendance.incomplete",
    "attendance.outside_window",
    "attendance.correction_requested",
    "attendance.correction",
    "attendance.correction_rejected",
];
pub const MESSAGE: &str = "notification.message";
pub const DIGEST: &str = "notification.digest";

pub fn of(event: EventType) -> &'static str {
    event.notification().map_or_else(|| event.as_str(), NotificationType::as_str)
}

/// Whether this is a type that people may have wishes about.
pub fn is_known(topic: &str) -> bool {
    let ours = topic == MESSAGE || ATTENDANCE.contains(&topic);
    ours || NotificationType::ALL.iter().any(|known| known.as_str() == topic)
}

/// Whether it goes out whatever anybody prefers: what somebody's security hangs on.
pub fn is_mandatory(topic: &str) -> bool {
    topic == PASSWORD_RESET
}

/// Whether it goes out in quiet hours, and by itself.
pub fn is_urgent(topic: &str) -> bool {
    is_mandatory(topic) || topic == NotificationType::AuditCriticalEvent.as_str()
}

/// The template that a type has where none is named.
pub fn default_template(topic: &str) -> &'static str {
    builtin_templates::name(&topic.replace('.', "_")).unwrap_or("message")
}
