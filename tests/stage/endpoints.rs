//! Every endpoint, by its row of the access table: what the generated tests drive.

use access::Operation;
use axum::Router;
use lambda::{InitError, Shell};

/// Builds the router of one endpoint.
pub type Build = fn(&Shell) -> Result<Router, InitError>;

macro_rules! endpoints {
    ($($service:ident { $($row:ident $module:ident,)* })*) => {
        /// Each operation with its router.
        pub const ENDPOINTS: &[(&Operation, Build)] =
            &[$($((&access::$row, $service::api::$module::router),)*)*];
    };
}

endpoints! {
    auth {
        AUTH_LOGIN auth_login,
        AUTH_REFRESH auth_refresh,
        AUTH_LOGOUT auth_logout,
        AUTH_ME auth_me,
        AUTH_SESSIONS_LIST auth_sessions_list,
        AUTH_SESSIONS_DELETE auth_sessions_delete,
        AUTH_PASSWORD_UPDATE auth_password_update,
        AUTH_PASSWORD_FORGOT auth_password_forgot,
        AUTH_PASSWORD_RESET auth_password_reset,
        WELL_KNOWN_JWKS well_known_jwks,
        WELL_KNOWN_OPENID_CONFIGURATION well_known_openid_configuration,
    }
    employees {
        EMPLOYEES_LIST employees_list,
        EMPLOYEES_CREATE employees_create,
        EMPLOYEES_GET employees_get,
        EMPLOYEES_UPDATE employees_update,
        EMPLOYEES_DELETE employees_delete,
        EMPLOYEES_VERIFY employees_verify,
        EMPLOYEES_STATUS_UPDATE employees_status_update,
        EMPLOYEES_COMPENSATION_GET employees_compensation_get,
        EMPLOYEES_COMPENSATION_UPDATE employees_compensation_update,
        EMPLOYEES_REPORTS employees_reports,
        EMPLOYEES_ORG_CHART employees_org_chart,
        EMPLOYEES_ROLES_UPDATE employees_roles_update,
        DEPARTMENTS_LIST departments_list,
        DEPARTMENTS_CREATE departments_create,
        DEPARTMENTS_GET departments_get,
        DEPARTMENTS_UPDATE departments_update,
        DEPARTMENTS_DELETE departments_delete,
        JOB_ROLES_LIST job_roles_list,
        JOB_ROLES_CREATE job_roles_create,
        JOB_ROLES_GET job_roles_get,
        JOB_ROLES_UPDATE job_roles_update,
        JOB_ROLES_DELETE job_roles_delete,
    }
    leave {
        LEAVES_LIST leaves_list,
        LEAVES_CREATE leaves_create,
        LEAVES_PREVIEW leaves_preview,
        LEAVES_GET leaves_get,
        LEAVES_APPROVE leaves_approve,
        LEAVES_REJECT leaves_reject,
        LEAVES_CANCEL leaves_cancel,
        LEAVES_BALANCE leaves_balance,
        LEAVE_TYPES_LIST leave_types_list,
        LEAVE_TYPES_CREATE leave_types_create,
        LEAVE_TYPES_GET leave_types_get,
        LEAVE_TYPES_UPDATE leave_types_update,
        LEAVE_TYPES_DELETE leave_types_delete,
        LEAVE_DELEGATIONS_LIST leave_delegations_list,
        LEAVE_DELEGATIONS_CREATE leave_delegations_create,
        LEAVE_DELEGATIONS_GET leave_delegations_get,
        LEAVE_DELEGATIONS_UPDATE leave_delegations_update,
        LEAVE_DELEGATIONS_DELETE leave_delegations_delete,
        LEAVES_CALENDAR leaves_calendar,
        LEAVES_ADJUSTMENTS_CREATE leaves_adjustments_create,
        LEAVES_ENCASHMENTS_CREATE leaves_encashments_create,
        LEAVES_CREDITS_CREATE leaves_credits_create,
        LEAVES_RECOUNT leaves_recount,
        LEAVES_SIMULATE leaves_simulate,
        LEAVE_BALANCES_GET leave_balances_get,
        LEAVE_BALANCES_EXPLAIN leave_balances_explain,
        LEAVE_FEEDS_LIST leave_feeds_list,
        LEAVE_FEEDS_CREATE leave_feeds_create,
        LEAVE_FEEDS_DELETE leave_feeds_delete,
        LEAVE_FEEDS_CALENDAR leave_feeds_calendar,
    }
    compliance {
        COMPLIANCE_POLICIES_LIST compliance_policies_list,
        COMPLIANCE_POLICIES_CREATE compliance_policies_create,
        COMPLIANCE_POLICIES_GET compliance_policies_get,
        COMPLIANCE_POLICIES_UPDATE compliance_policies_update,
        COMPLIANCE_VALIDATE compliance_validate,
        COMPLIANCE_VIOLATIONS_LIST compliance_violations_list,
        COMPLIANCE_VIOLATIONS_ACKNOWLEDGE compliance_violations_acknowledge,
        COMPLIANCE_TRAINING_LIST compliance_training_list,
        COMPLIANCE_TRAINING_CREATE compliance_training_create,
        COMPLIANCE_TRAINING_COMPLETE compliance_training_complete,
        COMPLIANCE_CALENDARS_LIST compliance_calendars_list,
        COMPLIANCE_CALENDARS_GET compliance_calendars_get,
        COMPLIANCE_CALENDARS_UPDATE compliance_calendars_update,
        COMPLIANCE_CALENDARS_IMPORT compliance_calendars_import,
    }
    attendance {
        ATTENDANCE_CHECK_IN attendance_check_in,
        ATTENDANCE_CHECK_OUT attendance_check_out,
        ATTENDANCE_BREAK_START attendance_break_start,
        ATTENDANCE_BREAK_END attendance_break_end,
        ATTENDANCE_PUNCHES_CREATE attendance_punches_create,
        ATTENDANCE_IMPORT attendance_import,
        ATTENDANCE_MANUAL_ENTRY attendance_manual_entry,
        ATTENDANCE_LIST attendance_list,
        ATTENDANCE_GET attendance_get,
        ATTENDANCE_DAYS_GET attendance_days_get,
        ATTENDANCE_MONTHLY attendance_monthly,
        ATTENDANCE_LATE_ARRIVALS attendance_late_arrivals,
        ATTENDANCE_OVERTIME attendance_overtime,
        ATTENDANCE_ABSENTEEISM attendance_absenteeism,
        ATTENDANCE_EXPORT attendance_export,
        ATTENDANCE_PROCESS attendance_process,
        ATTENDANCE_RUNS_LIST attendance_runs_list,
        ATTENDANCE_RUNS_GET attendance_runs_get,
        ATTENDANCE_SIMULATE attendance_simulate,
        ATTENDANCE_CORRECTIONS_LIST attendance_corrections_list,
        ATTENDANCE_CORRECTIONS_CREATE attendance_corrections_create,
        ATTENDANCE_CORRECTIONS_GET attendance_corrections_get,
        ATTENDANCE_CORRECTIONS_APPROVE attendance_corrections_approve,
        ATTENDANCE_CORRECTIONS_REJECT attendance_corrections_reject,
        ROSTERS_LIST rosters_list,
        ROSTERS_CREATE rosters_create,
        ROSTERS_GET rosters_get,
        ROSTERS_UPDATE rosters_update,
        ROSTERS_DELETE rosters_delete,
        SHIFT_ASSIGNMENTS_LIST shift_assignments_list,
        SHIFT_ASSIGNMENTS_CREATE shift_assignments_create,
        SHIFT_ASSIGNMENTS_GET shift_assignments_get,
        SHIFT_ASSIGNMENTS_UPDATE shift_assignments_update,
        SHIFT_ASSIGNMENTS_DELETE shift_assignments_delete,
        SITES_LIST sites_list,
        SITES_GET sites_get,
        SITES_UPDATE sites_update,
        SITES_DELETE sites_delete,
    }
    notifications {
        NOTIFICATIONS_SEND notifications_send,
        NOTIFICATIONS_EMAIL notifications_email,
        NOTIFICATIONS_BULK_CREATE notifications_bulk_create,
        NOTIFICATIONS_BULK_GET notifications_bulk_get,
        NOTIFICATIONS_LIST notifications_list,
        NOTIFICATIONS_UNREAD notifications_unread,
        NOTIFICATIONS_MARK_READ notifications_mark_read,
        NOTIFICATIONS_TRACE_GET notifications_trace_get,
        NOTIFICATIONS_TRACE_LIST notifications_trace_list,
        NOTIFICATION_TEMPLATES_LIST notification_templates_list,
        NOTIFICATION_TEMPLATES_GET notification_templates_get,
        NOTIFICATION_TEMPLATES_UPDATE notification_templates_update,
        NOTIFICATION_TEMPLATES_PREVIEW notification_templates_preview,
        NOTIFICATION_PREFERENCES_GET notification_preferences_get,
        NOTIFICATION_PREFERENCES_UPDATE notification_preferences_update,
        NOTIFICATION_SUBSCRIPTIONS_LIST notification_subscriptions_list,
        NOTIFICATION_SUBSCRIPTIONS_CREATE notification_subscriptions_create,
        NOTIFICATION_SUBSCRIPTIONS_DELETE notification_subscriptions_delete,
    }
    audit {
        AUDIT_LOGS_CREATE audit_logs_create,
        AUDIT_LOGS_LIST audit_logs_list,
        AUDIT_LOGS_GET audit_logs_get,
        AUDIT_LOGS_USER_LIST audit_logs_user_list,
        AUDIT_LOGS_TYPE_LIST audit_logs_type_list,
        AUDIT_LOGS_EXPORT audit_logs_export,
        AUDIT_LOGS_PROOF audit_logs_proof,
    }
}

#[cfg(test)]
mod tests {
    use access::OPERATIONS;

    use super::*;

    #[test]
    fn the_list_of_endpoints_is_the_access_table() {
        let names = |rows: &mut dyn Iterator<Item = &'static str>| {
            let mut names: Vec<_> = rows.collect();
            names.sort_unstable();
            names
        };
        assert_eq!(
            names(&mut ENDPOINTS.iter().map(|(row, _)| row.name)),
            names(&mut OPERATIONS.iter().map(|row| row.name)),
            "add the new operation to ENDPOINTS, so that no test for all endpoints misses it",
        );
    }
}
