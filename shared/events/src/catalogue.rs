//! List of all events: detail-type on the bus, service, audit log type and notification type.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Parse error: a name that the catalogue does not contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName(pub String);

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not in the catalogue", self.0)
    }
}

impl std::error::Error for UnknownName {}

macro_rules! names {
    ($schema:literal: $doc:literal; $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* #[doc = concat!("`", $text, "`")] $variant,)*
        }

        impl $name {
            /// All values, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Name in JSON and on the bus.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(UnknownName(text.to_owned())) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <Cow<'de, str>>::deserialize(deserializer)?;
                name.parse::<Self>().map_err(|UnknownName(name)| de::Error::unknown_variant(&name, &[$($text),*]))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($doc))
                    .enum_values(Some(Self::ALL.iter().map(|name| name.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($schema)
            }
        }
    };
}

names! {
    "Service": "Service of Muster, named as in the audit trail.";
    Service {
        Auth = "auth-service",
        Employees = "employee-management-service",
        Compliance = "compliance-service",
        Leave = "leave-management-service",
        Attendance = "attendance-management-service",
        Notifications = "notification-service",
        Audit = "audit-service",
        Tickets = "ticket-service",
        Chat = "communication-service",
        Files = "file-service",
    }
}

names! {
    "AuditLogType": "Type under which an audit record is filed.";
    LogType {
        LeaveRequestCreated = "leave_request_created",
        LeaveRequestApproved = "leave_request_approved",
        LeaveRequestRejected = "leave_request_rejected",
        LeaveRequestCancelled = "leave_request_cancelled",
        EmployeeCreated = "employee_created",
        EmployeeUpdated = "employee_updated",
        EmployeeDeleted = "employee_deleted",
        EmployeeStatusChanged = "employee_status_changed",
        AttendanceCheckIn = "attendance_check_in",
        AttendanceCheckOut = "attendance_check_out",
        AttendanceManualEntry = "attendance_manual_entry",
        AttendanceCorrection = "attendance_correction",
        CompliancePolicyCreated = "compliance_policy_created",
        CompliancePolicyUpdated = "compliance_policy_updated",
        ComplianceViolationDetected = "compliance_violation_detected",
        NotificationSent = "notification_sent",
        NotificationFailed = "notification_failed",
        UserLogin = "user_login",
        UserLogout = "user_logout",
        DataExport = "data_export",
        AttendanceProcessed = "attendance_processed",
        AttendanceException = "attendance_exception",
        ComplianceTrainingDue = "compliance_training_due",
        UserCredentialsChanged = "user_credentials_changed",
        UserAccessChanged = "user_access_changed",
        OrganisationChanged = "organisation_changed",
        LeaveRequestMoved = "leave_request_moved",
        LeaveRequestAdvanced = "leave_request_advanced",
        LeaveBalanceChanged = "leave_balance_changed",
        LeaveRecountChanged = "leave_recount_changed",
        LeaveSettingsChanged = "leave_settings_changed",
        ComplianceCalendarChanged = "compliance_calendar_changed",
        ComplianceTrainingChanged = "compliance_training_changed",
        NotificationRequested = "notification_requested",
        NotificationSettingsChanged = "notification_settings_changed",
        AttendanceBreak = "attendance_break",
        AttendancePunchesReceived = "attendance_punches_received",
        AttendanceSettingsChanged = "attendance_settings_changed",
        AttendanceRunRequested = "attendance_run_requested",
        RecordsArchived = "records_archived",
        PayrollPeriodClosed = "payroll_period_closed",
        CriticalEvent = "critical_event",
    }
}

names! {
    "NotificationType": "Type of a notification; people set their preferences by type.";
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
        CompliancePolicyUpdated = "compliance.policy_updated",
        ComplianceViolationDetected = "compliance.violation_detected",
        ComplianceTrainingDue = "compliance.training_due",
        AuditCriticalEvent = "audit.critical_event",
    }
}

names! {
    "AuditOutcome": "Result of an audited action.";
    Outcome {
        Success = "success",
        Failure = "failure",
    }
}

macro_rules! catalogue {
    ($($variant:ident = $text:literal, $service:ident, $log:ident $(/ $outcome:ident)?, $action:literal $(, $notify:ident)?;)*) => {
        names! {
            "EventType": "Type of a domain event: its detail-type on the bus.";
            EventType { $($variant = $text,)* }
        }

        impl EventType {
            /// Service that publishes the event.
            pub const fn service(self) -> Service {
                match self { $(Self::$variant => Service::$service,)* }
            }

            /// Log type of the event's audit record.
            pub const fn log_type(self) -> LogType {
                match self { $(Self::$variant => LogType::$log,)* }
            }

            /// Action of the event's audit record: `created`, `approved`, `check_in`.
            pub const fn action(self) -> &'static str {
                match self { $(Self::$variant => $action,)* }
            }

            /// Outcome of the event's audit record: `Failure` for a failed login, a reused token, a failed delivery
            /// and a critical event.
            pub const fn outcome(self) -> Outcome {
                match self { $(Self::$variant => catalogue!(@outcome $($outcome)?),)* }
            }

            /// Documented notification type under which the event notifies people, which may have the name of another event;
            /// `None` if the event notifies nobody, or under its own name.
            pub const fn notification_type(self) -> Option<NotificationType> {
                match self { $(Self::$variant => catalogue!(@notify $($notify)?),)* }
            }
        }
    };
    (@outcome) => { Outcome::Success };
    (@outcome $outcome:ident) => { Outcome::$outcome };
    (@notify) => { None };
    (@notify $notify:ident) => { Some(NotificationType::$notify) };
}

catalogue! {
    // Variant = detail-type, service, log type [/ outcome], action [, notification];
    UserLogin = "user.login", Auth, UserLogin, "login";
    UserLoginFailed = "user.login_failed", Auth, UserLogin / Failure, "login";
    UserLogout = "user.logout", Auth, UserLogout, "logout";
    UserSessionRevoked = "user.session_revoked", Auth, UserLogout, "session_revoked";
    UserTokenReused = "user.token_reused", Auth, UserLogout / Failure, "token_reused";
    UserPasswordChanged = "user.password_changed", Auth, UserCredentialsChanged, "password_changed";
    UserPasswordResetRequested = "user.password_reset_requested", Auth, UserCredentialsChanged, "password_reset_requested";
    UserAccessGranted = "user.access_granted", Auth, UserAccessChanged, "access_granted";

    EmployeeCreated = "employee.created", Employees, EmployeeCreated, "created", EmployeeCreated;
    EmployeeUpdated = "employee.updated", Employees, EmployeeUpdated, "updated", EmployeeUpdated;
    EmployeeDeleted = "employee.deleted", Employees, EmployeeDeleted, "deleted", EmployeeDeleted;
    EmployeeStatusChanged = "employee.status_changed", Employees, EmployeeStatusChanged, "status_changed", EmployeeStatusChanged;
    EmployeeRolesChanged = "employee.roles_changed", Employees, UserAccessChanged, "roles_changed", EmployeeUpdated;
    EmployeeCompensationChanged = "employee.compensation_changed", Employees, EmployeeUpdated, "changed", EmployeeUpdated;
    DepartmentCreated = "department.created", Employees, OrganisationChanged, "created";
    DepartmentUpdated = "department.updated", Employees, OrganisationChanged, "updated";
    DepartmentDeleted = "department.deleted", Employees, OrganisationChanged, "deleted";
    JobRoleCreated = "job_role.created", Employees, OrganisationChanged, "created";
    JobRoleUpdated = "job_role.updated", Employees, OrganisationChanged, "updated";
    JobRoleDeleted = "job_role.deleted", Employees, OrganisationChanged, "deleted";

    LeaveRequestCreated = "leave.request_created", Leave, LeaveRequestCreated, "created", LeaveRequestCreated;
    LeaveRequestApproved = "leave.request_approved", Leave, LeaveRequestApproved, "approved", LeaveRequestApproved;
    LeaveRequestRejected = "leave.request_rejected", Leave, LeaveRequestRejected, "rejected", LeaveRequestRejected;
    LeaveRequestCancelled = "leave.request_cancelled", Leave, LeaveRequestCancelled, "cancelled", LeaveRequestCancelled;

    LeaveRequestMoved = "leave.request_moved", Leave, LeaveRequestMoved, "moved", LeaveRequestApproved;
    LeaveRequestAdvanced = "leave.request_advanced", Leave, LeaveRequestAdvanced, "advanced", LeaveRequestCreated;
    LeaveRequestEscalated = "leave.request_escalated", Leave, LeaveRequestAdvanced, "escalated", LeaveRequestCreated;
    LeaveBalanceChanged = "leave.balance_changed", Leave, LeaveBalanceChanged, "changed";
    LeaveRecountRequested = "leave.recount_requested", Leave, LeaveRecountChanged, "recount_requested";
    LeaveRecountAdvanced = "leave.recount_advanced", Leave, LeaveRecountChanged, "recount_advanced";
    LeaveRecountFinished = "leave.recount_finished", Leave, LeaveRecountChanged, "recount_finished";
    LeaveCreditProposed = "leave.credit_proposed", Leave, LeaveBalanceChanged, "credit_proposed", LeaveRequestCreated;
    LeaveCreditChanged = "leave.credit_changed", Leave, LeaveBalanceChanged, "credit_changed";
    LeaveCreditApproved = "leave.credit_approved", Leave, LeaveBalanceChanged, "credit_approved", LeaveRequestApproved;
    LeaveCreditRejected = "leave.credit_rejected", Leave, LeaveBalanceChanged, "credit_rejected", LeaveRequestRejected;
    LeaveTypeCreated = "leave.type_created", Leave, LeaveSettingsChanged, "created";
    LeaveTypeUpdated = "leave.type_updated", Leave, LeaveSettingsChanged, "updated";
    LeaveTypeDeleted = "leave.type_deleted", Leave, LeaveSettingsChanged, "deleted";
    LeaveDelegationCreated = "leave.delegation_created", Leave, UserAccessChanged, "delegation_created";
    LeaveDelegationUpdated = "leave.delegation_updated", Leave, UserAccessChanged, "delegation_updated";
    LeaveDelegationDeleted = "leave.delegation_deleted", Leave, UserAccessChanged, "delegation_deleted";
    LeaveFeedCreated = "leave.feed_created", Leave, UserAccessChanged, "feed_created";
    LeaveFeedDeleted = "leave.feed_deleted", Leave, UserAccessChanged, "feed_deleted";
    LeaveRequestsArchived = "leave.requests_archived", Leave, RecordsArchived, "archived";

    AttendanceCheckedIn = "attendance.checked_in", Attendance, AttendanceCheckIn, "check_in", AttendanceCheckedIn;
    AttendanceCheckedOut = "attendance.checked_out", Attendance, AttendanceCheckOut, "check_out", AttendanceCheckedOut;
    AttendanceLate = "attendance.late", Attendance, AttendanceException, "late", AttendanceLate;
    AttendanceAbsent = "attendance.absent", Attendance, AttendanceException, "absent", AttendanceAbsent;
    AttendanceIncomplete = "attendance.incomplete", Attendance, AttendanceException, "incomplete";
    AttendanceProcessed = "attendance.processed", Attendance, AttendanceProcessed, "processed";
    AttendanceManualEntry = "attendance.manual_entry", Attendance, AttendanceManualEntry, "manual_entry";
    AttendanceCorrection = "attendance.correction", Attendance, AttendanceCorrection, "correction";
    AttendanceCorrectionRequested = "attendance.correction_requested", Attendance, AttendanceCorrection, "requested";
    AttendanceCorrectionRejected = "attendance.correction_rejected", Attendance, AttendanceCorrection, "rejected";
    AttendanceBreakStarted = "attendance.break_started", Attendance, AttendanceBreak, "break_start";
    AttendanceBreakEnded = "attendance.break_ended", Attendance, AttendanceBreak, "break_end";
    AttendancePunchesReceived = "attendance.punches_received", Attendance, AttendancePunchesReceived, "punches_received";
    AttendanceOutsideWindow = "attendance.outside_window", Attendance, AttendanceException, "outside_window";
    AttendanceRosterCreated = "attendance.roster_created", Attendance, AttendanceSettingsChanged, "roster_created";
    AttendanceRosterUpdated = "attendance.roster_updated", Attendance, AttendanceSettingsChanged, "roster_updated";
    AttendanceRosterDeleted = "attendance.roster_deleted", Attendance, AttendanceSettingsChanged, "roster_deleted";
    AttendanceShiftAssigned = "attendance.shift_assigned", Attendance, AttendanceSettingsChanged, "shift_assigned";
    AttendanceShiftReassigned = "attendance.shift_reassigned", Attendance, AttendanceSettingsChanged, "shift_reassigned";
    AttendanceShiftUnassigned = "attendance.shift_unassigned", Attendance, AttendanceSettingsChanged, "shift_unassigned";
    AttendanceSiteUpdated = "attendance.site_updated", Attendance, AttendanceSettingsChanged, "site_updated";
    AttendanceSiteDeleted = "attendance.site_deleted", Attendance, AttendanceSettingsChanged, "site_deleted";
    AttendanceRunRequested = "attendance.run_requested", Attendance, AttendanceRunRequested, "run_requested";
    AttendanceExported = "attendance.exported", Attendance, DataExport, "exported";
    AttendanceArchived = "attendance.archived", Attendance, RecordsArchived, "archived";
    AttendancePayrollPeriodClosed = "attendance.payroll_period_closed", Attendance, PayrollPeriodClosed, "payroll_period_closed";

    CompliancePolicyCreated = "compliance.policy_created", Compliance, CompliancePolicyCreated, "created";
    CompliancePolicyUpdated = "compliance.policy_updated", Compliance, CompliancePolicyUpdated, "updated", CompliancePolicyUpdated;
    ComplianceViolationDetected = "compliance.violation_detected", Compliance, ComplianceViolationDetected, "detected", ComplianceViolationDetected;
    ComplianceViolationAcknowledged = "compliance.violation_acknowledged", Compliance, ComplianceViolationDetected, "acknowledged";
    ComplianceCalendarUpdated = "compliance.calendar_updated", Compliance, ComplianceCalendarChanged, "updated";
    ComplianceTrainingAssigned = "compliance.training_assigned", Compliance, ComplianceTrainingChanged, "assigned";
    ComplianceTrainingCompleted = "compliance.training_completed", Compliance, ComplianceTrainingChanged, "completed";
    ComplianceTrainingDue = "compliance.training_due", Compliance, ComplianceTrainingDue, "due", ComplianceTrainingDue;

    NotificationRequested = "notification.requested", Notifications, NotificationRequested, "requested";
    NotificationBulkRequested = "notification.bulk_requested", Notifications, NotificationRequested, "bulk_requested";
    NotificationTemplateUpdated = "notification.template_updated", Notifications, NotificationSettingsChanged, "template_updated";
    NotificationPreferencesChanged = "notification.preferences_changed", Notifications, NotificationSettingsChanged, "preferences_changed";
    NotificationSubscriptionCreated = "notification.subscription_created", Notifications, NotificationSettingsChanged, "subscription_created";
    NotificationSubscriptionDeleted = "notification.subscription_deleted", Notifications, NotificationSettingsChanged, "subscription_deleted";
    NotificationSent = "notification.sent", Notifications, NotificationSent, "sent";
    NotificationFailed = "notification.failed", Notifications, NotificationFailed / Failure, "failed";

    AuditCriticalEvent = "audit.critical_event", Audit, CriticalEvent / Failure, "critical_event", AuditCriticalEvent;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Notification and log types that clients rely on (`docs/api.md`).
    const REFERENCE_NOTIFICATION_TYPES: &str = "leave.request_created leave.request_approved leave.request_rejected \
        leave.request_cancelled employee.created employee.updated employee.deleted employee.status_changed \
        attendance.checked_in attendance.checked_out attendance.late attendance.absent compliance.policy_updated \
        compliance.violation_detected compliance.training_due audit.critical_event";
    const REFERENCE_LOG_TYPES: &str = "leave_request_created leave_request_approved leave_request_rejected \
        leave_request_cancelled employee_created employee_updated employee_deleted employee_status_changed \
        attendance_check_in attendance_check_out attendance_manual_entry attendance_correction \
        compliance_policy_created compliance_policy_updated compliance_violation_detected notification_sent \
        notification_failed user_login user_logout data_export";

    #[test]
    fn each_documented_notification_type_has_an_event() {
        for name in REFERENCE_NOTIFICATION_TYPES.split_whitespace() {
            let event: EventType = name.parse().unwrap();
            assert_eq!(event.notification_type().map(NotificationType::as_str), Some(name));
        }
        assert_eq!(NotificationType::ALL.len(), REFERENCE_NOTIFICATION_TYPES.split_whitespace().count());
    }

    #[test]
    fn each_documented_log_type_is_recorded() {
        let filled: BTreeSet<_> = EventType::ALL.iter().map(|event| event.log_type()).collect();
        for name in REFERENCE_LOG_TYPES.split_whitespace() {
            let log_type: LogType = name.parse().unwrap();
            assert!(filled.contains(&log_type) || log_type == LogType::DataExport, "{name}");
        }
    }

    #[test]
    fn catalogue_matches_the_reviewed_table() {
        let table: String = EventType::ALL
            .iter()
            .map(|event| {
                let notification = event.notification_type().map_or("-", NotificationType::as_str);
                format!("{event} | {} | {} | {notification}\n", event.log_type(), event.outcome())
            })
            .collect();
        assert_eq!(table, include_str!("catalogue.txt"), "catalogue.txt holds the reviewed table");
    }

    #[test]
    fn event_names_are_unique_and_round_trip() {
        let names: BTreeSet<_> = EventType::ALL.iter().map(|event| event.as_str()).collect();
        assert_eq!(names.len(), EventType::ALL.len());
        for event in EventType::ALL {
            assert_eq!(event.as_str().parse::<EventType>(), Ok(*event));
        }
        assert_eq!("leave.requested".parse::<EventType>(), Err(UnknownName("leave.requested".into())));
    }
}
