//! Collapsing: many notifications of one type to one person become one that counts the rest.

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, EventId, NotificationId};
use uuid::Uuid;

use super::{notification, notification_type::NotificationType, routing::RecipientRole};

/// Length of the windows in which notifications of one type to one person are counted.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Most notifications of one type to one person in one window that are shown individually; further ones collapse.
pub const INDIVIDUAL_MAX: u32 = 20;
/// Most notifications of one window that are counted; the count stops there.
pub const COUNTED_MAX: u32 = 1000;

/// Start of the window of an event. It depends on the event's time only, so that a redelivered message is in the same window.
pub fn collapse_window_start(at: Timestamp) -> Timestamp {
    let length = WINDOW.as_secs();
    Timestamp::from_second(at.as_second().div_euclid(length).saturating_mul(length)).unwrap_or(at)
}

/// Id of the notification that stands for the rest of the window that begins at `window_start`.
pub fn collapsed_notification_id(
    window_start: Timestamp,
    recipient: EmployeeId,
    notification_type: NotificationType,
) -> NotificationId {
    // An event id that contains only the time of the window.
    let milliseconds = u128::try_from(window_start.as_millisecond()).unwrap_or_default();
    let window = EventId::new(Uuid::from_u128(milliseconds << 80));
    notification::derived_notification_id(window, recipient, &format!("{notification_type} storm"))
}

/// Number of collapsed notifications when the window has `rank` notifications; 0 while they are shown individually.
pub const fn collapsed_count(rank: u32) -> u32 {
    rank.saturating_sub(INDIVIDUAL_MAX)
}

/// Whether notifications of this type may collapse. Mandatory ones never do, nor do confirmations of a person's own actions,
/// whose number the person controls.
pub fn may_collapse(notification_type: NotificationType, role: RecipientRole, own_action: bool) -> bool {
    !(notification_type.is_mandatory() || own_action && role == RecipientRole::Subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_last_ten_minutes_and_count_from_twenty() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for (event, start) in [
            ("2024-06-10T10:00:00Z", "2024-06-10T10:00:00Z"),
            ("2024-06-10T10:09:59.999Z", "2024-06-10T10:00:00Z"),
            ("2024-06-10T10:10:00Z", "2024-06-10T10:10:00Z"),
        ] {
            assert_eq!(collapse_window_start(at(event)), at(start));
        }
        for (rank, expected) in [(1, 0), (20, 0), (21, 1), (500, 480)] {
            assert_eq!(collapsed_count(rank), expected);
        }
    }

    #[test]
    fn mandatory_notifications_and_own_actions_never_collapse() {
        for (notification_type, role, own_action, expected) in [
            (NotificationType::AttendanceCheckedIn, RecipientRole::Subject, true, false),
            (NotificationType::AttendanceCheckedIn, RecipientRole::Subject, false, true),
            (NotificationType::Message, RecipientRole::Named, true, true),
            (NotificationType::CompliancePolicyUpdated, RecipientRole::Hr, false, true),
            (NotificationType::PasswordReset, RecipientRole::Subject, false, false),
        ] {
            let may = may_collapse(notification_type, role, own_action);
            assert_eq!(may, expected, "{notification_type} {role:?} {own_action}");
        }
    }

    #[test]
    fn collapsed_id_is_unique_per_window_person_and_type() {
        let person = |number| EmployeeId::new(Uuid::from_u128(number));
        let window: Timestamp = "2024-06-10T10:00:00Z".parse().unwrap();
        let id = collapsed_notification_id(window, person(1), NotificationType::EmployeeCreated);
        assert_eq!(id, collapsed_notification_id(window, person(1), NotificationType::EmployeeCreated));
        assert_ne!(id, collapsed_notification_id(window, person(2), NotificationType::EmployeeCreated));
        assert_ne!(id, collapsed_notification_id(window, person(1), NotificationType::EmployeeUpdated));
        assert_ne!(
            id,
            collapsed_notification_id(
                window.saturating_add(WINDOW).unwrap(),
                person(1),
                NotificationType::EmployeeCreated
            )
        );
    }
}
