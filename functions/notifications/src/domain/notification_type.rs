//! Notification types and their properties.

use events::EventType;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    builtin_templates::TemplateName,
    names::{choice_schema, names},
};

names! {
    /// Type of a notification: the event that it is about. Preferences are set by type.
    NotificationType {
        LeaveRequestCreated = "leave.request_created",
        LeaveRequestApproved = "leave.request_approved",
        LeaveRequestRejected = "leave.request_rejected",
        LeaveRequestCancelled = "leave.request_cancelled",
        EmployeeCreated = "employee.created",
        EmployeeUpdated = "employee.updated",
        EmployeeDeleted = "employee.deleted",
        EmployeeStatusChanged = "employee.status_changed",
        AttendanceCheckedIn = "attendance.checked_in",
        AttendanceCheckedOut = "attendance.checked_out",
        AttendanceLate = "attendance.late",
        AttendanceAbsent = "attendance.absent",
        AttendanceIncomplete = "attendance.incomplete",
        AttendanceOutsideWindow = "attendance.outside_window",
        AttendanceCorrectionRequested = "attendance.correction_requested",
        AttendanceCorrection = "attendance.correction",
        AttendanceCorrectionRejected = "attendance.correction_rejected",
        CompliancePolicyUpdated = "compliance.policy_updated",
        ComplianceViolationDetected = "compliance.violation_detected",
        ComplianceTrainingDue = "compliance.training_due",
        AuditCriticalEvent = "audit.critical_event",
        Message = "notification.message",
        Digest = "notification.digest",
        PasswordReset = "user.password_reset_requested",
    }
}

impl NotificationType {
    /// Notification type of an event type; none for events that notify nobody.
    pub fn for_event(event: EventType) -> Option<Self> {
        event.notification_type().map_or_else(|| event.as_str(), events::NotificationType::as_str).parse().ok()
    }

    /// Whether people may set preferences for the type, and HR may send messages of it.
    pub const fn is_selectable(self) -> bool {
        !matches!(self, Self::Digest | Self::PasswordReset)
    }

    /// Type with this name that a client may choose; none for unknown types and those of the system.
    pub fn parse_selectable(name: &str) -> Option<Self> {
        name.parse().ok().filter(|kind: &Self| kind.is_selectable())
    }

    /// Whether it is sent regardless of preferences and quiet hours, because the recipient's security depends on it.
    pub const fn is_mandatory(self) -> bool {
        matches!(self, Self::PasswordReset)
    }

    /// Whether it is sent during quiet hours and never in a digest.
    pub const fn is_urgent(self) -> bool {
        self.is_mandatory() || matches!(self, Self::AuditCriticalEvent)
    }

    /// Template of a message of this type that names no template.
    pub fn default_template(self) -> TemplateName {
        self.as_str().replace('.', "_").parse().unwrap_or(TemplateName::Message)
    }
}

/// Schema of [`NotificationType::parse_selectable`] types.
#[derive(Debug)]
pub struct SelectableNotificationType;

impl PartialSchema for SelectableNotificationType {
    fn schema() -> RefOr<Schema> {
        let selectable = NotificationType::ALL.iter().filter(|kind| kind.is_selectable());
        choice_schema(
            "Notification type that preferences and messages may name: every type but those of the system.",
            selectable.map(|kind| kind.as_str()),
        )
    }
}

impl ToSchema for SelectableNotificationType {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_event_catalogue_is_selectable() {
        for kind in events::NotificationType::ALL {
            assert!(NotificationType::parse_selectable(kind.as_str()).is_some(), "{kind}");
        }
        for name in ["notification.digest", "user.password_reset_requested", "leave.teleported"] {
            assert_eq!(NotificationType::parse_selectable(name), None, "{name}");
        }
    }

    #[test]
    fn default_template_is_named_after_the_type() {
        assert_eq!(NotificationType::AttendanceCheckedIn.default_template(), TemplateName::AttendanceCheckedIn);
        assert_eq!(NotificationType::Message.default_template(), TemplateName::Message);
    }
}
