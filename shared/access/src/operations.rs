//! The access table: every operation of the API with its route, roles and scopes.
//!
//! A new endpoint begins with a row here: name, method, path and grants. Conformance tests then report what is missing: the
//! handler, the template resource or the OpenAPI description.

use crate::{
    AccessRule::{Granted, Public},
    AdmissionTiming,
    Method::{Delete, Get, Post, Put},
    Operation,
    Role::{Admin, Auditor, Employee, Hr, Manager},
    Scope::{All, Department, Own, Reports},
};

macro_rules! operations {
    ($($(#[$doc:meta])* $const:ident = $name:literal, $method:ident $path:literal, $access:expr $(, $admission:ident)?;)*) => {
        $(
        #[doc = concat!("Operation `", $name, "`: ", stringify!($method), " `", $path, "`.\n\n")]
        $(#[$doc])*
        pub const $const: Operation = Operation {
            name: $name,
            method: $method,
            path: $path,
            access: $access,
            admission: operations!(@admission $($admission)?),
        };)*

        /// All operations, in the order of the table.
        pub const OPERATIONS: &[&Operation] = &[$(&$const,)*];
    };
    (@admission) => { AdmissionTiming::BeforeHandler };
    (@admission $admission:ident) => { AdmissionTiming::$admission };
}

operations! {
    /// Sign in with login name and password.
    AUTH_LOGIN = "auth-login", Post "/api/v1/auth/login", Public;
    /// Exchange a refresh token for a new pair of tokens.
    AUTH_REFRESH = "auth-refresh", Post "/api/v1/auth/refresh", Public;
    /// End the session of the token.
    AUTH_LOGOUT = "auth-logout", Post "/api/v1/auth/logout", Granted(&[(Employee, Own)]);
    /// Get the signed-in person with roles and scopes.
    AUTH_ME = "auth-me", Get "/api/v1/auth/me", Granted(&[(Employee, Own)]);
    AUTH_SESSIONS_LIST = "auth-sessions-list", Get "/api/v1/auth/sessions", Granted(&[(Employee, Own)]);
    /// End an own session.
    AUTH_SESSIONS_DELETE = "auth-sessions-delete", Delete "/api/v1/auth/sessions/{session_id}", Granted(&[(Employee, Own)]);
    /// Change one's own password.
    AUTH_PASSWORD_UPDATE = "auth-password-update", Put "/api/v1/auth/password", Granted(&[(Employee, Own)]);
    /// Request a mail to reset a forgotten password.
    AUTH_PASSWORD_FORGOT = "auth-password-forgot", Post "/api/v1/auth/password/forgot", Public;
    /// Set a new password with the token of the reset mail.
    AUTH_PASSWORD_RESET = "auth-password-reset", Post "/api/v1/auth/password/reset", Public;
    /// Get the public keys that verify tokens.
    WELL_KNOWN_JWKS = "well-known-jwks", Get "/.well-known/jwks.json", Public;
    /// Get the OpenID configuration.
    WELL_KNOWN_OPENID_CONFIGURATION = "well-known-openid-configuration", Get "/.well-known/openid-configuration", Public;

    EMPLOYEES_LIST = "employees-list", Get "/api/v1/employees",
        Granted(&[(Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    EMPLOYEES_CREATE = "employees-create", Post "/api/v1/employees", Granted(&[(Hr, All), (Admin, All)]);
    EMPLOYEES_GET = "employees-get", Get "/api/v1/employees/{employee_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Update an employee's record.
    EMPLOYEES_UPDATE = "employees-update", Put "/api/v1/employees/{employee_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Terminate an employment; its history is kept.
    EMPLOYEES_DELETE = "employees-delete", Delete "/api/v1/employees/{employee_id}", Granted(&[(Hr, All)]);
    /// Verify that a person is employed.
    EMPLOYEES_VERIFY = "employees-verify", Get "/api/v1/employees/{employee_id}/verify",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Change an employee's status.
    EMPLOYEES_STATUS_UPDATE = "employees-status-update", Put "/api/v1/employees/{employee_id}/status", Granted(&[(Hr, All)]);
    /// Get an employee's compensation and its history.
    EMPLOYEES_COMPENSATION_GET = "employees-compensation-get", Get "/api/v1/employees/{employee_id}/compensation",
        Granted(&[(Employee, Own), (Hr, All)]);
    /// Set an employee's compensation from a date on.
    EMPLOYEES_COMPENSATION_UPDATE = "employees-compensation-update", Put "/api/v1/employees/{employee_id}/compensation",
        Granted(&[(Hr, All)]);
    /// List the direct reports of an employee.
    EMPLOYEES_REPORTS = "employees-reports", Get "/api/v1/employees/{employee_id}/reports",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Get the org chart below an employee, or that of everybody.
    EMPLOYEES_ORG_CHART = "employees-org-chart", Get "/api/v1/employees/org-chart", Granted(&[(Employee, All)]);
    /// Set an employee's access roles.
    EMPLOYEES_ROLES_UPDATE = "employees-roles-update", Put "/api/v1/employees/{employee_id}/roles", Granted(&[(Admin, All)]);

    DEPARTMENTS_LIST = "departments-list", Get "/api/v1/departments", Granted(&[(Employee, All)]);
    DEPARTMENTS_CREATE = "departments-create", Post "/api/v1/departments", Granted(&[(Hr, All), (Admin, All)]);
    DEPARTMENTS_GET = "departments-get", Get "/api/v1/departments/{department_id}", Granted(&[(Employee, All)]);
    DEPARTMENTS_UPDATE = "departments-update", Put "/api/v1/departments/{department_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Delete an empty department.
    DEPARTMENTS_DELETE = "departments-delete", Delete "/api/v1/departments/{department_id}", Granted(&[(Hr, All), (Admin, All)]);
    JOB_ROLES_LIST = "job-roles-list", Get "/api/v1/job-roles", Granted(&[(Employee, All)]);
    /// Create a job role.
    JOB_ROLES_CREATE = "job-roles-create", Post "/api/v1/job-roles", Granted(&[(Hr, All), (Admin, All)]);
    /// Get a job role.
    JOB_ROLES_GET = "job-roles-get", Get "/api/v1/job-roles/{job_role_id}", Granted(&[(Employee, All)]);
    /// Update a job role.
    JOB_ROLES_UPDATE = "job-roles-update", Put "/api/v1/job-roles/{job_role_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Delete an unused job role.
    JOB_ROLES_DELETE = "job-roles-delete", Delete "/api/v1/job-roles/{job_role_id}", Granted(&[(Hr, All), (Admin, All)]);

    /// Create an audit record for an action in another system.
    AUDIT_LOGS_CREATE = "audit-logs-create", Post "/api/v1/audit-logs", Granted(&[(Admin, All)]);
    /// Search the audit trail.
    AUDIT_LOGS_LIST = "audit-logs-list", Get "/api/v1/audit-logs", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Get an audit record.
    AUDIT_LOGS_GET = "audit-logs-get", Get "/api/v1/audit-logs/{audit_id}", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// List the audit records of one person's actions.
    AUDIT_LOGS_USER_LIST = "audit-logs-user-list", Get "/api/v1/audit-logs/user/{user_id}",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All), (Auditor, All)]);
    /// List the audit records of one type.
    AUDIT_LOGS_TYPE_LIST = "audit-logs-type-list", Get "/api/v1/audit-logs/type/{log_type}",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Export audit records as a file.
    AUDIT_LOGS_EXPORT = "audit-logs-export", Get "/api/v1/audit-logs/export",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Get the proof that a record is part of a sealed hour.
    AUDIT_LOGS_PROOF = "audit-logs-proof", Get "/api/v1/audit-logs/{audit_id}/proof",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);

    COMPLIANCE_POLICIES_LIST = "compliance-policies-list", Get "/api/v1/compliance/policies", Granted(&[(Employee, All)]);
    COMPLIANCE_POLICIES_CREATE = "compliance-policies-create", Post "/api/v1/compliance/policies", Granted(&[(Hr, All)]);
    /// Get a policy with its versions.
    COMPLIANCE_POLICIES_GET = "compliance-policies-get", Get "/api/v1/compliance/policies/{policy_id}", Granted(&[(Employee, All)]);
    /// Create a new version of a policy.
    COMPLIANCE_POLICIES_UPDATE = "compliance-policies-update", Put "/api/v1/compliance/policies/{policy_id}", Granted(&[(Hr, All)]);
    /// Validate a leave request or a worked day against the policies.
    COMPLIANCE_VALIDATE = "compliance-validate", Post "/api/v1/compliance/validate",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All)]);
    COMPLIANCE_VIOLATIONS_LIST = "compliance-violations-list", Get "/api/v1/compliance/violations",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Acknowledge a policy violation.
    COMPLIANCE_VIOLATIONS_ACKNOWLEDGE = "compliance-violations-acknowledge",
        Post "/api/v1/compliance/violations/{violation_id}/acknowledge", Granted(&[(Manager, Reports), (Hr, All)]);
    COMPLIANCE_TRAINING_LIST = "compliance-training-list", Get "/api/v1/compliance/training",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Assign a training to employees.
    COMPLIANCE_TRAINING_CREATE = "compliance-training-create", Post "/api/v1/compliance/training", Granted(&[(Hr, All)]);
    COMPLIANCE_TRAINING_COMPLETE = "compliance-training-complete", Post "/api/v1/compliance/training/{training_id}/complete",
        Granted(&[(Employee, Own), (Hr, All)]);
    /// List the business calendars of all sites.
    COMPLIANCE_CALENDARS_LIST = "compliance-calendars-list", Get "/api/v1/compliance/calendars", Granted(&[(Employee, All)]);
    /// Get a site's calendar, and its days for a year.
    COMPLIANCE_CALENDARS_GET = "compliance-calendars-get", Get "/api/v1/compliance/calendars/{site}", Granted(&[(Employee, All)]);
    /// Create a new version of a site's calendar.
    COMPLIANCE_CALENDARS_UPDATE = "compliance-calendars-update", Put "/api/v1/compliance/calendars/{site}", Granted(&[(Hr, All)]);
    /// Import holidays from an iCalendar file.
    COMPLIANCE_CALENDARS_IMPORT = "compliance-calendars-import", Post "/api/v1/compliance/calendars/{site}/import", Granted(&[(Hr, All)]);

    LEAVES_LIST = "leaves-list", Get "/api/v1/leaves",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    LEAVES_CREATE = "leaves-create", Post "/api/v1/leaves", Granted(&[(Employee, Own), (Hr, All)]), InHandler;
    /// Preview a leave request: duration, balance, violations and approvers.
    LEAVES_PREVIEW = "leaves-preview", Post "/api/v1/leaves/preview", Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Get a leave request or, with an employee's id, the leave requests of that employee.
    LEAVES_GET = "leaves-get", Get "/api/v1/leaves/{id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Approve the current step of a leave request. A delegate acts with the scope of the delegator.
    LEAVES_APPROVE = "leaves-approve", Put "/api/v1/leaves/{leave_id}/approve", Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Reject a leave request.
    LEAVES_REJECT = "leaves-reject", Put "/api/v1/leaves/{leave_id}/reject", Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Cancel a leave request.
    LEAVES_CANCEL = "leaves-cancel", Post "/api/v1/leaves/{leave_id}/cancel", Granted(&[(Employee, Own), (Hr, All)]);
    /// Not one's own leave.
    LEAVES_MOVE = "leaves-move", Post "/api/v1/leaves/{leave_id}/move", Granted(&[(Hr, All)]);
    /// Get the balance that a leave request draws on.
    LEAVES_BALANCE = "leaves-balance", Get "/api/v1/leaves/{leave_id}/balance",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Get the leave calendar of a team or department.
    LEAVES_CALENDAR = "leaves-calendar", Get "/api/v1/leaves/calendar", Granted(&[(Employee, Department), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Adjust a leave balance, with a reason.
    LEAVES_ADJUSTMENTS_CREATE = "leaves-adjustments-create", Post "/api/v1/leaves/adjustments", Granted(&[(Hr, All)]);
    LEAVES_ENCASHMENTS_CREATE = "leaves-encashments-create", Post "/api/v1/leaves/encashments", Granted(&[(Hr, All)]);
    /// Credit compensatory leave, with its own expiry.
    LEAVES_CREDITS_CREATE = "leaves-credits-create", Post "/api/v1/leaves/credits", Granted(&[(Manager, Reports), (Hr, All)]);
    /// Preview a recount of booked leave.
    LEAVES_RECOUNTS_PREVIEW = "leaves-recounts-preview", Post "/api/v1/leaves/recounts/preview", Granted(&[(Hr, All)]);
    /// Recount booked leave after a change of a calendar or of shift plans.
    LEAVES_RECOUNTS_CREATE = "leaves-recounts-create", Post "/api/v1/leaves/recounts", Granted(&[(Hr, All)]);
    /// Get the progress of a recount.
    LEAVES_RECOUNTS_GET = "leaves-recounts-get", Get "/api/v1/leaves/recounts/{recount_id}", Granted(&[(Hr, All), (Auditor, All)]);
    /// Simulate a draft leave policy on recorded requests.
    LEAVES_SIMULATE = "leaves-simulate", Post "/api/v1/leaves/simulate", Granted(&[(Hr, All)]);
    /// Get the leave balances of an employee as of a date.
    LEAVE_BALANCES_GET = "leave-balances-get", Get "/api/v1/leave-balances/{employee_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Explain a leave balance entry by entry.
    LEAVE_BALANCES_EXPLAIN = "leave-balances-explain", Get "/api/v1/leave-balances/{employee_id}/explain",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Preview what a change of terms would do to the leave balances.
    LEAVE_BALANCES_PREVIEW_TERMS = "leave-balances-preview-terms", Post "/api/v1/leave-balances/{employee_id}/preview-terms",
        Granted(&[(Hr, All)]);
    LEAVE_CREDITS_LIST = "leave-credits-list", Get "/api/v1/leave-credits",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Get the compensatory credit for the work of a day off.
    LEAVE_CREDITS_GET = "leave-credits-get", Get "/api/v1/leave-credits/{credit_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Approve a proposed compensatory credit.
    LEAVE_CREDITS_APPROVE = "leave-credits-approve", Put "/api/v1/leave-credits/{credit_id}/approve",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Reject a proposed compensatory credit.
    LEAVE_CREDITS_REJECT = "leave-credits-reject", Put "/api/v1/leave-credits/{credit_id}/reject",
        Granted(&[(Manager, Reports), (Hr, All)]);
    LEAVE_TYPES_LIST = "leave-types-list", Get "/api/v1/leave-types", Granted(&[(Employee, All)]);
    /// Create a leave type.
    LEAVE_TYPES_CREATE = "leave-types-create", Post "/api/v1/leave-types", Granted(&[(Hr, All)]);
    /// Get a leave type.
    LEAVE_TYPES_GET = "leave-types-get", Get "/api/v1/leave-types/{leave_type}", Granted(&[(Employee, All)]);
    /// Update a leave type.
    LEAVE_TYPES_UPDATE = "leave-types-update", Put "/api/v1/leave-types/{leave_type}", Granted(&[(Hr, All)]);
    /// Delete a leave type, so that it can no longer be requested.
    LEAVE_TYPES_DELETE = "leave-types-delete", Delete "/api/v1/leave-types/{leave_type}", Granted(&[(Hr, All)]);
    LEAVE_DELEGATIONS_LIST = "leave-delegations-list", Get "/api/v1/leave-delegations", Granted(&[(Employee, Own), (Hr, All)]);
    /// Create a delegation of approvals.
    LEAVE_DELEGATIONS_CREATE = "leave-delegations-create", Post "/api/v1/leave-delegations", Granted(&[(Employee, Own), (Hr, All)]);
    LEAVE_DELEGATIONS_GET = "leave-delegations-get", Get "/api/v1/leave-delegations/{delegation_id}", Granted(&[(Employee, Own), (Hr, All)]);
    LEAVE_DELEGATIONS_UPDATE = "leave-delegations-update", Put "/api/v1/leave-delegations/{delegation_id}", Granted(&[(Employee, Own), (Hr, All)]);
    LEAVE_DELEGATIONS_DELETE = "leave-delegations-delete", Delete "/api/v1/leave-delegations/{delegation_id}", Granted(&[(Employee, Own), (Hr, All)]);
    /// List own calendar feeds.
    LEAVE_FEEDS_LIST = "leave-feeds-list", Get "/api/v1/leave-feeds", Granted(&[(Employee, Own)]);
    /// Create a calendar feed with a secret link.
    LEAVE_FEEDS_CREATE = "leave-feeds-create", Post "/api/v1/leave-feeds", Granted(&[(Employee, Own)]);
    /// Revoke a calendar feed.
    LEAVE_FEEDS_DELETE = "leave-feeds-delete", Delete "/api/v1/leave-feeds/{feed_id}", Granted(&[(Employee, Own)]);
    /// Get the calendar of a feed. Public, because calendar programs cannot sign in; the link is the secret.
    LEAVE_FEEDS_CALENDAR = "leave-feeds-calendar", Get "/api/v1/leave-feeds/{token}/calendar.ics", Public;

    ATTENDANCE_CHECK_IN = "attendance-check-in", Post "/api/v1/attendance/check-in", Granted(&[(Employee, Own)]), InHandler;
    ATTENDANCE_CHECK_OUT = "attendance-check-out", Post "/api/v1/attendance/check-out", Granted(&[(Employee, Own)]), InHandler;
    ATTENDANCE_BREAK_START = "attendance-break-start", Post "/api/v1/attendance/break-start", Granted(&[(Employee, Own)]), InHandler;
    ATTENDANCE_BREAK_END = "attendance-break-end", Post "/api/v1/attendance/break-end", Granted(&[(Employee, Own)]), InHandler;
    /// Submit punches that a device recorded offline.
    ATTENDANCE_PUNCHES_CREATE = "attendance-punches-create", Post "/api/v1/attendance/punches", Granted(&[(Employee, Own)]);
    /// Import punches of a device from CSV, or check them in a dry run.
    ATTENDANCE_IMPORT = "attendance-import", Post "/api/v1/attendance/import", Granted(&[(Hr, All)]);
    /// Enter punches for an employee.
    ATTENDANCE_MANUAL_ENTRY = "attendance-manual-entry", Post "/api/v1/attendance/manual-entry", Granted(&[(Manager, Reports), (Hr, All)]);
    /// List the attendance of one day for all employees in scope.
    ATTENDANCE_LIST = "attendance-list", Get "/api/v1/attendance",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// List the attendance days of an employee.
    ATTENDANCE_GET = "attendance-get", Get "/api/v1/attendance/{employee_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Get an attendance day with its punches and the explanation of its figures.
    ATTENDANCE_DAYS_GET = "attendance-days-get", Get "/api/v1/attendance/{employee_id}/days/{date}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Get an employee's monthly attendance totals.
    ATTENDANCE_MONTHLY = "attendance-monthly", Get "/api/v1/attendance/{employee_id}/monthly",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// List an employee's late arrivals.
    ATTENDANCE_LATE_ARRIVALS = "attendance-late-arrivals", Get "/api/v1/attendance/{employee_id}/late-arrivals",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// List an employee's overtime.
    ATTENDANCE_OVERTIME = "attendance-overtime", Get "/api/v1/attendance/{employee_id}/overtime",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Get a department's absenteeism for a month.
    ATTENDANCE_ABSENTEEISM = "attendance-absenteeism", Get "/api/v1/attendance/absenteeism",
        Granted(&[(Manager, Department), (Hr, All), (Auditor, All)]);
    /// Export a department's month as CSV.
    ATTENDANCE_EXPORT = "attendance-export", Get "/api/v1/attendance/export", Granted(&[(Hr, All), (Auditor, All)]);
    /// Reprocess a range of attendance days.
    ATTENDANCE_PROCESS = "attendance-process", Post "/api/v1/attendance/process", Granted(&[(Hr, All)]);
    ATTENDANCE_RUNS_LIST = "attendance-runs-list", Get "/api/v1/attendance/runs", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Get the progress of an attendance run and its differences.
    ATTENDANCE_RUNS_GET = "attendance-runs-get", Get "/api/v1/attendance/runs/{run_id}", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Simulate a draft attendance policy on recorded days.
    ATTENDANCE_SIMULATE = "attendance-simulate", Post "/api/v1/attendance/simulate", Granted(&[(Hr, All)]);
    ATTENDANCE_CORRECTIONS_LIST = "attendance-corrections-list", Get "/api/v1/attendance-corrections",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Request a correction of an attendance day.
    ATTENDANCE_CORRECTIONS_CREATE = "attendance-corrections-create", Post "/api/v1/attendance-corrections",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Get an attendance correction.
    ATTENDANCE_CORRECTIONS_GET = "attendance-corrections-get", Get "/api/v1/attendance-corrections/{correction_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Approve a correction; the original punches are kept as void.
    ATTENDANCE_CORRECTIONS_APPROVE = "attendance-corrections-approve", Put "/api/v1/attendance-corrections/{correction_id}/approve",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Reject an attendance correction.
    ATTENDANCE_CORRECTIONS_REJECT = "attendance-corrections-reject", Put "/api/v1/attendance-corrections/{correction_id}/reject",
        Granted(&[(Manager, Reports), (Hr, All)]);
    ROSTERS_LIST = "rosters-list", Get "/api/v1/rosters", Granted(&[(Employee, All)]);
    ROSTERS_CREATE = "rosters-create", Post "/api/v1/rosters", Granted(&[(Hr, All)]);
    ROSTERS_GET = "rosters-get", Get "/api/v1/rosters/{roster_id}", Granted(&[(Employee, All)]);
    /// Rename a roster, or change one that was never assigned.
    ROSTERS_UPDATE = "rosters-update", Put "/api/v1/rosters/{roster_id}", Granted(&[(Hr, All)]);
    /// Delete a roster that has no current or future assignments.
    ROSTERS_DELETE = "rosters-delete", Delete "/api/v1/rosters/{roster_id}", Granted(&[(Hr, All)]);
    SHIFT_ASSIGNMENTS_LIST = "shift-assignments-list", Get "/api/v1/shift-assignments",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Assign a roster or shifts to an employee.
    SHIFT_ASSIGNMENTS_CREATE = "shift-assignments-create", Post "/api/v1/shift-assignments", Granted(&[(Manager, Reports), (Hr, All)]);
    /// Get a shift assignment.
    SHIFT_ASSIGNMENTS_GET = "shift-assignments-get", Get "/api/v1/shift-assignments/{assignment_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Update a shift assignment.
    SHIFT_ASSIGNMENTS_UPDATE = "shift-assignments-update", Put "/api/v1/shift-assignments/{assignment_id}",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Delete a shift assignment.
    SHIFT_ASSIGNMENTS_DELETE = "shift-assignments-delete", Delete "/api/v1/shift-assignments/{assignment_id}",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// List sites with their fences.
    SITES_LIST = "sites-list", Get "/api/v1/sites", Granted(&[(Employee, All)]);
    SITES_GET = "sites-get", Get "/api/v1/sites/{site}", Granted(&[(Employee, All)]);
    /// Create a site or update its fences.
    SITES_UPDATE = "sites-update", Put "/api/v1/sites/{site}", Granted(&[(Hr, All), (Admin, All)]);
    /// Delete the settings and fences of a site; employees may still work there.
    SITES_DELETE = "sites-delete", Delete "/api/v1/sites/{site}", Granted(&[(Hr, All), (Admin, All)]);
    /// Get the closed payroll periods of a site.
    PAYROLL_PERIODS_GET = "payroll-periods-get", Get "/api/v1/payroll-periods/{site}", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Close the payroll period of a month at a site.
    PAYROLL_PERIODS_CLOSE = "payroll-periods-close", Post "/api/v1/payroll-periods/{site}/{month}/close", Granted(&[(Hr, All)]);
    /// List the differences that are posted in a payroll period.
    PAYROLL_PERIODS_DIFFERENCES_LIST = "payroll-periods-differences-list", Get "/api/v1/payroll-periods/{site}/{month}/differences",
        Granted(&[(Hr, All), (Auditor, All)]);
    /// Export the differences of a payroll period as CSV.
    PAYROLL_PERIODS_DIFFERENCES_EXPORT = "payroll-periods-differences-export", Get "/api/v1/payroll-periods/{site}/{month}/differences/export",
        Granted(&[(Hr, All), (Auditor, All)]);

    /// Send a notification to one person.
    NOTIFICATIONS_SEND = "notifications-send", Post "/api/v1/notifications/send", Granted(&[(Hr, All), (Admin, All)]);
    /// Send an e-mail to one person.
    NOTIFICATIONS_EMAIL = "notifications-email", Post "/api/v1/notifications/email", Granted(&[(Hr, All), (Admin, All)]);
    /// Notify a department, a site or all employees.
    NOTIFICATIONS_BULK_CREATE = "notifications-bulk-create", Post "/api/v1/notifications/bulk", Granted(&[(Hr, All), (Admin, All)]);
    /// Get the progress of a bulk message.
    NOTIFICATIONS_BULK_GET = "notifications-bulk-get", Get "/api/v1/notifications/bulk/{bulk_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// List the notifications in an inbox.
    NOTIFICATIONS_LIST = "notifications-list", Get "/api/v1/notifications/{user_id}", Granted(&[(Employee, Own)]);
    /// List the unread notifications in an inbox.
    NOTIFICATIONS_UNREAD = "notifications-unread", Get "/api/v1/notifications/{user_id}/unread", Granted(&[(Employee, Own)]);
    /// Mark a notification as read.
    NOTIFICATIONS_MARK_READ = "notifications-mark-read", Put "/api/v1/notifications/{notification_id}/mark-read", Granted(&[(Employee, Own)]);
    /// Get the trace of a notification: its reason and deliveries.
    NOTIFICATIONS_TRACE_GET = "notifications-trace-get", Get "/api/v1/notifications/{notification_id}/trace",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All)]);
    /// List why an event did or did not notify a person.
    NOTIFICATIONS_TRACE_LIST = "notifications-trace-list", Get "/api/v1/notifications/trace",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All)]);
    NOTIFICATION_TEMPLATES_LIST = "notification-templates-list", Get "/api/v1/notification-templates", Granted(&[(Hr, All), (Admin, All)]);
    /// Get a template with its versions.
    NOTIFICATION_TEMPLATES_GET = "notification-templates-get", Get "/api/v1/notification-templates/{template}", Granted(&[(Hr, All), (Admin, All)]);
    /// Create a new version of a template.
    NOTIFICATION_TEMPLATES_UPDATE = "notification-templates-update", Put "/api/v1/notification-templates/{template}", Granted(&[(Hr, All), (Admin, All)]);
    NOTIFICATION_TEMPLATES_PREVIEW = "notification-templates-preview", Post "/api/v1/notification-templates/{template}/preview",
        Granted(&[(Hr, All), (Admin, All)]);
    NOTIFICATION_PREFERENCES_GET = "notification-preferences-get", Get "/api/v1/notification-preferences/{user_id}", Granted(&[(Employee, Own)]);
    NOTIFICATION_PREFERENCES_UPDATE = "notification-preferences-update", Put "/api/v1/notification-preferences/{user_id}", Granted(&[(Employee, Own)]);
    /// List own push subscriptions, with the key that a browser subscribes with.
    NOTIFICATION_SUBSCRIPTIONS_LIST = "notification-subscriptions-list", Get "/api/v1/notification-subscriptions", Granted(&[(Employee, Own)]);
    /// Create a push subscription for a browser.
    NOTIFICATION_SUBSCRIPTIONS_CREATE = "notification-subscriptions-create", Post "/api/v1/notification-subscriptions", Granted(&[(Employee, Own)]);
    /// Delete a push subscription.
    NOTIFICATION_SUBSCRIPTIONS_DELETE = "notification-subscriptions-delete", Delete "/api/v1/notification-subscriptions/{subscription_id}",
        Granted(&[(Employee, Own)]);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operation_names_and_routes_are_unique() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        let routes: BTreeSet<_> = OPERATIONS.iter().map(|operation| (operation.method, operation.path)).collect();
        assert_eq!((names.len(), routes.len()), (OPERATIONS.len(), OPERATIONS.len()));
    }

    #[test]
    fn public_operations_are_exactly_the_known_ones() {
        let open: Vec<_> = OPERATIONS.iter().filter(|row| row.access == Public).map(|row| row.name).collect();
        let known = [
            "auth-login",
            "auth-refresh",
            "auth-password-forgot",
            "auth-password-reset",
            "well-known-jwks",
            "well-known-openid-configuration",
            "leave-feeds-calendar", // calendar programs cannot sign in; the link is the secret
        ];
        assert_eq!(open, known);
    }

    #[test]
    fn auditor_has_no_grant_to_change_anything() {
        for row in OPERATIONS.iter().filter(|row| row.method != Get) {
            if let Granted(grants) = row.access {
                assert!(grants.iter().all(|(role, _)| *role != Auditor), "{}", row.name);
            }
        }
    }
}
