//! Storms: when too much of one type comes at once for one person, the rest becomes one notification.

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, EventId, NotificationId};
use uuid::Uuid;

use super::{notification, notification_type, routing::RecipientRole};

pub const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// So many of one type for one person in one window come one by one.
pub const INDIVIDUAL_MAX: u32 = 20;
/// So many of one window are counted exactly; a window with more has more important worries.
pub const COUNTED_MAX: u32 = 1000;

/// When the window of an event began. By the event's own time, so that a late delivery falls into the same one.
pub fn window(at: Timestamp) -> Timestamp {
    let length = WINDOW.as_secs();
    Timestamp::from_second(at.as_second().div_euclid(length).saturating_mul(length)).unwrap_or(at)
}

/// The id of the notification that stands for the rest of a window.
pub fn collapsed_id(window: Timestamp, recipient: EmployeeId, notification_type: &str) -> NotificationId {
    // An id with the time of the window and nothing else.
    let milliseconds = u128::try_from(window.as_millisecond()).unwrap_or_default();
    let window = EventId::new(Uuid::from_u128(milliseconds << 80));
    notification::notification_id(window, recipient, &format!("{notification_type} storm"))
}

/// For how many more the notification of the window stands, once this many have come; 0 while they come one by one.
pub const fn collapsed_count(rank: u32) -> u32 {
    rank.saturating_sub(INDIVIDUAL_MAX)
}

/// Whether many of this type become one at all. What somebody's security hangs on never does; nor does what somebody is told
/// as `role` of what they did to their own record: they cause no more of it than they do.
pub fn may_collapse(notification_type: &str, role: RecipientRole, own_act: bool) -> bool {
    !(notification_type::is_mandatory(notification_type) || own_act && role == RecipientRole::Subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_windows_and_ranks() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for (event, begin) in [
            ("2024-06-10T10:00:00Z", "2024-06-10T10:00:00Z"),
            ("2024-06-10T10:09:59.999Z", "2024-06-10T10:00:00Z"),
            ("2024-06-10T10:10:00Z", "2024-06-10T10:10:00Z"),
        ] {
            assert_eq!(window(at(event)), at(begin));
        }
        for (rank, expected) in [(1, 0), (20, 0), (21, 1), (500, 480)] {
            assert_eq!(collapsed_count(rank), expected);
        }
    }

    #[test]
    fn the_table_of_what_may_become_one() {
        for (topic, role, own_act, expected) in [
            ("attendance.checked_in", RecipientRole::Subject, true, false),
            ("attendance.checked_in", RecipientRole::Subject, false, true),
            ("notification.message", RecipientRole::Named, true, true),
            ("compliance.policy_updated", RecipientRole::Hr, false, true),
            (notification_type::PASSWORD_RESET, RecipientRole::Subject, false, false),
        ] {
            assert_eq!(may_collapse(topic, role, own_act), expected, "{topic} {role:?} {own_act}");
        }
    }

    #[test]
    fn a_window_has_one_id_per_person_and_type() {
        let person = |number| EmployeeId::new(Uuid::from_u128(number));
        let window: Timestamp = "2024-06-10T10:00:00Z".parse().unwrap();
        let id = collapsed_id(window, person(1), "employee.created");
        assert_eq!(id, collapsed_id(window, person(1), "employee.created"));
        assert_ne!(id, collapsed_id(window, person(2), "employee.created"));
        assert_ne!(id, collapsed_id(window, person(1), "employee.updated"));
        assert_ne!(id, collapsed_id(window.saturating_add(WINDOW).unwrap(), person(1), "employee.created"));
    }
}
