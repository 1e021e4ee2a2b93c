//! The access table: every endpoint of Muster and who may call it.

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
        $($(#[$doc])* pub const $const: Operation = Operation {
            name: $name,
            method: $method,
            path: $path,
            access: $access,
            admission: operations!(@admission $($admission)?),
        };)*

        /// Every row of the table.
        pub const OPERATIONS: &[&Operation] = &[$(&$const,)*];
    };
    (@admission) => { AdmissionTiming::BeforeHandler };
    (@admission $admission:ident) => { AdmissionTiming::$admission };
}

operations! {
    /// Signs in.
    AUTH_LOGIN = "auth-login", Post "/api/v1/auth/login", Public;
    /// Exchanges a refresh token for its successor.
    AUTH_REFRESH = "auth-refresh", Post "/api/v1/auth/refresh", Public;
    /// Ends the session of the token.
    AUTH_LOGOUT = "auth-logout", Post "/api/v1/auth/logout", Granted(&[(Employee, Own)]);
    /// Who the token stands for.
    AUTH_ME = "auth-me", Get "/api/v1/auth/me", Granted(&[(Employee, Own)]);
    /// Own sessions.
    AUTH_SESSIONS_LIST = "auth-sessions-list", Get "/api/v1/auth/sessions", Granted(&[(Employee, Own)]);
    /// Ends one of one's own sessions.
    AUTH_SESSIONS_DELETE = "auth-sessions-delete", Delete "/api/v1/auth/sessions/{session_id}", Granted(&[(Employee, Own)]);
    /// Changes one's own password.
    AUTH_PASSWORD_UPDATE = "auth-password-update", Put "/api/v1/auth/password", Granted(&[(Employee, Own)]);
    /// Asks for a way to set a forgotten password.
    AUTH_PASSWORD_FORGOT = "auth-password-forgot", Post "/api/v1/auth/password/forgot", Public;
    /// Sets a forgotten password.
    AUTH_PASSWORD_RESET = "auth-password-reset", Post "/api/v1/auth/password/reset", Public;
    /// The public keys that tokens are verified with.
    WELL_KNOWN_JWKS = "well-known-jwks", Get "/.well-known/jwks.json", Public;
    /// Where everything about identity is found.
    WELL_KNOWN_OPENID_CONFIGURATION = "well-known-openid-configuration", Get "/.well-known/openid-configuration", Public;

    /// Lists people.
    EMPLOYEES_LIST = "employees-list", Get "/api/v1/employees",
        Granted(&[(Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Adds a person.
    EMPLOYEES_CREATE = "employees-create", Post "/api/v1/employees", Granted(&[(Hr, All), (Admin, All)]);
    /// Reads a person.
    EMPLOYEES_GET = "employees-get", Get "/api/v1/employees/{employee_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Changes a person's record.
    EMPLOYEES_UPDATE = "employees-update", Put "/api/v1/employees/{employee_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Terminates a person's employment; history stays.
    EMPLOYEES_DELETE = "employees-delete", Delete "/api/v1/employees/{employee_id}", Granted(&[(Hr, All)]);
    /// Whether somebody works here.
    EMPLOYEES_VERIFY = "employees-verify", Get "/api/v1/employees/{employee_id}/verify",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Moves a person to another status.
    EMPLOYEES_STATUS_UPDATE = "employees-status-update", Put "/api/v1/employees/{employee_id}/status", Granted(&[(Hr, All)]);
    /// Reads a person's pay and its history.
    EMPLOYEES_COMPENSATION_GET = "employees-compensation-get", Get "/api/v1/employees/{employee_id}/compensation",
        Granted(&[(Employee, Own), (Hr, All)]);
    /// Sets a person's pay from a date on.
    EMPLOYEES_COMPENSATION_UPDATE = "employees-compensation-update", Put "/api/v1/employees/{employee_id}/compensation",
        Granted(&[(Hr, All)]);
    /// Who reports to a person.
    EMPLOYEES_REPORTS = "employees-reports", Get "/api/v1/employees/{employee_id}/reports",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// The tree of people below somebody.
    EMPLOYEES_ORG_CHART = "employees-org-chart", Get "/api/v1/employees/org-chart", Granted(&[(Employee, All)]);
    /// Sets a person's access roles.
    EMPLOYEES_ROLES_UPDATE = "employees-roles-update", Put "/api/v1/employees/{employee_id}/roles", Granted(&[(Admin, All)]);

    /// Lists departments.
    DEPARTMENTS_LIST = "departments-list", Get "/api/v1/departments", Granted(&[(Employee, All)]);
    /// Adds a department.
    DEPARTMENTS_CREATE = "departments-create", Post "/api/v1/departments", Granted(&[(Hr, All), (Admin, All)]);
    /// Reads a department.
    DEPARTMENTS_GET = "departments-get", Get "/api/v1/departments/{department_id}", Granted(&[(Employee, All)]);
    /// Changes a department.
    DEPARTMENTS_UPDATE = "departments-update", Put "/api/v1/departments/{department_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Removes an empty department.
    DEPARTMENTS_DELETE = "departments-delete", Delete "/api/v1/departments/{department_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Lists job roles.
    JOB_ROLES_LIST = "job-roles-list", Get "/api/v1/job-roles", Granted(&[(Employee, All)]);
    /// Adds a job role.
    JOB_ROLES_CREATE = "job-roles-create", Post "/api/v1/job-roles", Granted(&[(Hr, All), (Admin, All)]);
    /// Reads a job role.
    JOB_ROLES_GET = "job-roles-get", Get "/api/v1/job-roles/{job_role_id}", Granted(&[(Employee, All)]);
    /// Changes a job role.
    JOB_ROLES_UPDATE = "job-roles-update", Put "/api/v1/job-roles/{job_role_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// Removes a job role that nobody holds.
    JOB_ROLES_DELETE = "job-roles-delete", Delete "/api/v1/job-roles/{job_role_id}", Granted(&[(Hr, All), (Admin, All)]);

    /// Records what another system did.
    AUDIT_LOGS_CREATE = "audit-logs-create", Post "/api/v1/audit-logs", Granted(&[(Admin, All)]);
    /// Searches the audit trail.
    AUDIT_LOGS_LIST = "audit-logs-list", Get "/api/v1/audit-logs", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Reads one record.
    AUDIT_LOGS_GET = "audit-logs-get", Get "/api/v1/audit-logs/{audit_id}", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// What one person did.
    AUDIT_LOGS_USER_LIST = "audit-logs-user-list", Get "/api/v1/audit-logs/user/{user_id}",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Everything of one type.
    AUDIT_LOGS_TYPE_LIST = "audit-logs-type-list", Get "/api/v1/audit-logs/type/{log_type}",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Exports records as a file.
    AUDIT_LOGS_EXPORT = "audit-logs-export", Get "/api/v1/audit-logs/export",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Proves that a record is part of a sealed hour.
    AUDIT_LOGS_PROOF = "audit-logs-proof", Get "/api/v1/audit-logs/{audit_id}/proof",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);

    /// Lists policies: what counts, from when, for whom.
    COMPLIANCE_POLICIES_LIST = "compliance-policies-list", Get "/api/v1/compliance/policies", Granted(&[(Employee, All)]);
    /// Adds a policy.
    COMPLIANCE_POLICIES_CREATE = "compliance-policies-create", Post "/api/v1/compliance/policies", Granted(&[(Hr, All)]);
    /// Reads a policy with its versions.
    COMPLIANCE_POLICIES_GET = "compliance-policies-get", Get "/api/v1/compliance/policies/{policy_id}", Granted(&[(Employee, All)]);
    /// Makes a new version of a policy.
    COMPLIANCE_POLICIES_UPDATE = "compliance-policies-update", Put "/api/v1/compliance/policies/{policy_id}", Granted(&[(Hr, All)]);
    /// What the policies say to something that is planned or happened.
    COMPLIANCE_VALIDATE = "compliance-validate", Post "/api/v1/compliance/validate",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All)]);
    /// Lists violations.
    COMPLIANCE_VIOLATIONS_LIST = "compliance-violations-list", Get "/api/v1/compliance/violations",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Says that somebody has seen a violation and what came of it.
    COMPLIANCE_VIOLATIONS_ACKNOWLEDGE = "compliance-violations-acknowledge",
        Post "/api/v1/compliance/violations/{violation_id}/acknowledge", Granted(&[(Manager, Reports), (Hr, All)]);
    /// Lists trainings.
    COMPLIANCE_TRAINING_LIST = "compliance-training-list", Get "/api/v1/compliance/training",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Assigns a training.
    COMPLIANCE_TRAINING_CREATE = "compliance-training-create", Post "/api/v1/compliance/training", Granted(&[(Hr, All)]);
    /// Says that a training was done.
    COMPLIANCE_TRAINING_COMPLETE = "compliance-training-complete", Post "/api/v1/compliance/training/{training_id}/complete",
        Granted(&[(Employee, Own), (Hr, All)]);
    /// Lists the business calendars of all sites.
    COMPLIANCE_CALENDARS_LIST = "compliance-calendars-list", Get "/api/v1/compliance/calendars", Granted(&[(Employee, All)]);
    /// Reads a site's calendar, and its days for a year.
    COMPLIANCE_CALENDARS_GET = "compliance-calendars-get", Get "/api/v1/compliance/calendars/{site}", Granted(&[(Employee, All)]);
    /// Makes a new version of a site's calendar.
    COMPLIANCE_CALENDARS_UPDATE = "compliance-calendars-update", Put "/api/v1/compliance/calendars/{site}", Granted(&[(Hr, All)]);
    /// Takes holidays from an iCalendar file.
    COMPLIANCE_CALENDARS_IMPORT = "compliance-calendars-import", Post "/api/v1/compliance/calendars/{site}/import", Granted(&[(Hr, All)]);

    /// Lists requests for leave.
    LEAVES_LIST = "leaves-list", Get "/api/v1/leaves",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Asks for leave.
    LEAVES_CREATE = "leaves-create", Post "/api/v1/leaves", Granted(&[(Employee, Own), (Hr, All)]), InHandler;
    /// What a request would count, cost and violate, and who would decide.
    LEAVES_PREVIEW = "leaves-preview", Post "/api/v1/leaves/preview", Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Reads a request, or with an employee's id their history.
    LEAVES_GET = "leaves-get", Get "/api/v1/leaves/{id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Approves a step of a request. Delegates act with the scope of whom they stand for.
    LEAVES_APPROVE = "leaves-approve", Put "/api/v1/leaves/{leave_id}/approve", Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Rejects a request.
    LEAVES_REJECT = "leaves-reject", Put "/api/v1/leaves/{leave_id}/reject", Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Takes a request back.
    LEAVES_CANCEL = "leaves-cancel", Post "/api/v1/leaves/{leave_id}/cancel", Granted(&[(Employee, Own), (Hr, All)]);
    /// The balance that a request draws on.
    LEAVES_BALANCE = "leaves-balance", Get "/api/v1/leaves/{leave_id}/balance",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Who is away when.
    LEAVES_CALENDAR = "leaves-calendar", Get "/api/v1/leaves/calendar", Granted(&[(Employee, Department), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Corrects a balance, with a reason.
    LEAVES_ADJUSTMENTS_CREATE = "leaves-adjustments-create", Post "/api/v1/leaves/adjustments", Granted(&[(Hr, All)]);
    /// Pays leave out.
    LEAVES_ENCASHMENTS_CREATE = "leaves-encashments-create", Post "/api/v1/leaves/encashments", Granted(&[(Hr, All)]);
    /// Credits compensatory leave, with an expiry of its own.
    LEAVES_CREDITS_CREATE = "leaves-credits-create", Post "/api/v1/leaves/credits", Granted(&[(Manager, Reports), (Hr, All)]);
    /// Counts booked leave again after a calendar has changed.
    LEAVES_RECOUNT = "leaves-recount", Post "/api/v1/leaves/recount", Granted(&[(Hr, All)]);
    /// What a draft policy would have done to recorded requests.
    LEAVES_SIMULATE = "leaves-simulate", Post "/api/v1/leaves/simulate", Granted(&[(Hr, All)]);
    /// Reads the balances of somebody, as of any date.
    LEAVE_BALANCES_GET = "leave-balances-get", Get "/api/v1/leave-balances/{employee_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Why a balance is what it is, entry by entry.
    LEAVE_BALANCES_EXPLAIN = "leave-balances-explain", Get "/api/v1/leave-balances/{employee_id}/explain",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Lists leave types.
    LEAVE_TYPES_LIST = "leave-types-list", Get "/api/v1/leave-types", Granted(&[(Employee, All)]);
    /// Adds a leave type.
    LEAVE_TYPES_CREATE = "leave-types-create", Post "/api/v1/leave-types", Granted(&[(Hr, All)]);
    /// Reads a leave type.
    LEAVE_TYPES_GET = "leave-types-get", Get "/api/v1/leave-types/{leave_type}", Granted(&[(Employee, All)]);
    /// Changes a leave type.
    LEAVE_TYPES_UPDATE = "leave-types-update", Put "/api/v1/leave-types/{leave_type}", Granted(&[(Hr, All)]);
    /// Removes a leave type: nobody can ask for it any more.
    LEAVE_TYPES_DELETE = "leave-types-delete", Delete "/api/v1/leave-types/{leave_type}", Granted(&[(Hr, All)]);
    /// Lists delegations.
    LEAVE_DELEGATIONS_LIST = "leave-delegations-list", Get "/api/v1/leave-delegations", Granted(&[(Employee, Own), (Hr, All)]);
    /// Lets somebody decide in one's place.
    LEAVE_DELEGATIONS_CREATE = "leave-delegations-create", Post "/api/v1/leave-delegations", Granted(&[(Manager, Own), (Hr, All)]);
    /// Reads a delegation.
    LEAVE_DELEGATIONS_GET = "leave-delegations-get", Get "/api/v1/leave-delegations/{delegation_id}", Granted(&[(Employee, Own), (Hr, All)]);
    /// Changes a delegation.
    LEAVE_DELEGATIONS_UPDATE = "leave-delegations-update", Put "/api/v1/leave-delegations/{delegation_id}", Granted(&[(Manager, Own), (Hr, All)]);
    /// Ends a delegation.
    LEAVE_DELEGATIONS_DELETE = "leave-delegations-delete", Delete "/api/v1/leave-delegations/{delegation_id}", Granted(&[(Manager, Own), (Hr, All)]);
    /// Lists one's own calendar links.
    LEAVE_FEEDS_LIST = "leave-feeds-list", Get "/api/v1/leave-feeds", Granted(&[(Employee, Own)]);
    /// Makes a secret link to a calendar.
    LEAVE_FEEDS_CREATE = "leave-feeds-create", Post "/api/v1/leave-feeds", Granted(&[(Employee, Own)]);
    /// Revokes a calendar link.
    LEAVE_FEEDS_DELETE = "leave-feeds-delete", Delete "/api/v1/leave-feeds/{feed_id}", Granted(&[(Employee, Own)]);
    /// The calendar behind a secret link, as calendar programs read it: they cannot sign in, the link is the secret.
    LEAVE_FEEDS_CALENDAR = "leave-feeds-calendar", Get "/api/v1/leave-feeds/{token}/calendar.ics", Public;

    /// Comes to work.
    ATTENDANCE_CHECK_IN = "attendance-check-in", Post "/api/v1/attendance/check-in", Granted(&[(Employee, Own)]), InHandler;
    /// Leaves work.
    ATTENDANCE_CHECK_OUT = "attendance-check-out", Post "/api/v1/attendance/check-out", Granted(&[(Employee, Own)]), InHandler;
    /// Begins a break.
    ATTENDANCE_BREAK_START = "attendance-break-start", Post "/api/v1/attendance/break-start", Granted(&[(Employee, Own)]), InHandler;
    /// Ends a break.
    ATTENDANCE_BREAK_END = "attendance-break-end", Post "/api/v1/attendance/break-end", Granted(&[(Employee, Own)]), InHandler;
    /// Hands in punches that a device kept while it was offline.
    ATTENDANCE_PUNCHES_CREATE = "attendance-punches-create", Post "/api/v1/attendance/punches", Granted(&[(Employee, Own)]);
    /// Takes in the punches of a device as CSV, or says what would become of each row.
    ATTENDANCE_IMPORT = "attendance-import", Post "/api/v1/attendance/import", Granted(&[(Hr, All)]);
    /// Adds punches in somebody's place.
    ATTENDANCE_MANUAL_ENTRY = "attendance-manual-entry", Post "/api/v1/attendance/manual-entry", Granted(&[(Manager, Reports), (Hr, All)]);
    /// A day of everybody whom the caller may see: who is in, late, away, missing.
    ATTENDANCE_LIST = "attendance-list", Get "/api/v1/attendance",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// A person's days.
    ATTENDANCE_GET = "attendance-get", Get "/api/v1/attendance/{employee_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// One day of a person with its punches, and how its figures came about.
    ATTENDANCE_DAYS_GET = "attendance-days-get", Get "/api/v1/attendance/{employee_id}/days/{date}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// A person's month in sums.
    ATTENDANCE_MONTHLY = "attendance-monthly", Get "/api/v1/attendance/{employee_id}/monthly",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// When a person was late.
    ATTENDANCE_LATE_ARRIVALS = "attendance-late-arrivals", Get "/api/v1/attendance/{employee_id}/late-arrivals",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// A person's overtime.
    ATTENDANCE_OVERTIME = "attendance-overtime", Get "/api/v1/attendance/{employee_id}/overtime",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// How much of a month a department was absent.
    ATTENDANCE_ABSENTEEISM = "attendance-absenteeism", Get "/api/v1/attendance/absenteeism",
        Granted(&[(Manager, Department), (Hr, All), (Auditor, All)]);
    /// A department's month as CSV.
    ATTENDANCE_EXPORT = "attendance-export", Get "/api/v1/attendance/export", Granted(&[(Hr, All), (Auditor, All)]);
    /// Derives a range of days again.
    ATTENDANCE_PROCESS = "attendance-process", Post "/api/v1/attendance/process", Granted(&[(Hr, All)]);
    /// Lists runs over days.
    ATTENDANCE_RUNS_LIST = "attendance-runs-list", Get "/api/v1/attendance/runs", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// How far a run is, and what it changed and why.
    ATTENDANCE_RUNS_GET = "attendance-runs-get", Get "/api/v1/attendance/runs/{run_id}", Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// What a draft of an attendance policy would have made of recorded days.
    ATTENDANCE_SIMULATE = "attendance-simulate", Post "/api/v1/attendance/simulate", Granted(&[(Hr, All)]);
    /// Lists corrections.
    ATTENDANCE_CORRECTIONS_LIST = "attendance-corrections-list", Get "/api/v1/attendance-corrections",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Asks for a correction of a day.
    ATTENDANCE_CORRECTIONS_CREATE = "attendance-corrections-create", Post "/api/v1/attendance-corrections",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All)]);
    /// Reads a correction.
    ATTENDANCE_CORRECTIONS_GET = "attendance-corrections-get", Get "/api/v1/attendance-corrections/{correction_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Approves a correction: the day's punches change, the originals stay.
    ATTENDANCE_CORRECTIONS_APPROVE = "attendance-corrections-approve", Put "/api/v1/attendance-corrections/{correction_id}/approve",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Rejects a correction.
    ATTENDANCE_CORRECTIONS_REJECT = "attendance-corrections-reject", Put "/api/v1/attendance-corrections/{correction_id}/reject",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Lists rosters.
    ROSTERS_LIST = "rosters-list", Get "/api/v1/rosters", Granted(&[(Employee, All)]);
    /// Adds a roster.
    ROSTERS_CREATE = "rosters-create", Post "/api/v1/rosters", Granted(&[(Hr, All)]);
    /// Reads a roster.
    ROSTERS_GET = "rosters-get", Get "/api/v1/rosters/{roster_id}", Granted(&[(Employee, All)]);
    /// Renames a roster, or changes one that nobody works yet.
    ROSTERS_UPDATE = "rosters-update", Put "/api/v1/rosters/{roster_id}", Granted(&[(Hr, All)]);
    /// Removes a roster that nobody works.
    ROSTERS_DELETE = "rosters-delete", Delete "/api/v1/rosters/{roster_id}", Granted(&[(Hr, All)]);
    /// Lists who works which roster or shifts.
    SHIFT_ASSIGNMENTS_LIST = "shift-assignments-list", Get "/api/v1/shift-assignments",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Puts somebody on a roster, or on shifts for some days.
    SHIFT_ASSIGNMENTS_CREATE = "shift-assignments-create", Post "/api/v1/shift-assignments", Granted(&[(Manager, Reports), (Hr, All)]);
    /// Reads an assignment.
    SHIFT_ASSIGNMENTS_GET = "shift-assignments-get", Get "/api/v1/shift-assignments/{assignment_id}",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Auditor, All)]);
    /// Changes an assignment.
    SHIFT_ASSIGNMENTS_UPDATE = "shift-assignments-update", Put "/api/v1/shift-assignments/{assignment_id}",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Takes an assignment back.
    SHIFT_ASSIGNMENTS_DELETE = "shift-assignments-delete", Delete "/api/v1/shift-assignments/{assignment_id}",
        Granted(&[(Manager, Reports), (Hr, All)]);
    /// Lists sites with their fences.
    SITES_LIST = "sites-list", Get "/api/v1/sites", Granted(&[(Employee, All)]);
    /// Reads a site.
    SITES_GET = "sites-get", Get "/api/v1/sites/{site}", Granted(&[(Employee, All)]);
    /// Adds a site or changes its fences.
    SITES_UPDATE = "sites-update", Put "/api/v1/sites/{site}", Granted(&[(Hr, All), (Admin, All)]);
    /// Removes a site's fences.
    SITES_DELETE = "sites-delete", Delete "/api/v1/sites/{site}", Granted(&[(Hr, All), (Admin, All)]);

    /// Notifies somebody.
    NOTIFICATIONS_SEND = "notifications-send", Post "/api/v1/notifications/send", Granted(&[(Hr, All), (Admin, All)]);
    /// Sends somebody an e-mail.
    NOTIFICATIONS_EMAIL = "notifications-email", Post "/api/v1/notifications/email", Granted(&[(Hr, All), (Admin, All)]);
    /// Notifies a department, a site or everybody.
    NOTIFICATIONS_BULK_CREATE = "notifications-bulk-create", Post "/api/v1/notifications/bulk", Granted(&[(Hr, All), (Admin, All)]);
    /// How far a message to many has come.
    NOTIFICATIONS_BULK_GET = "notifications-bulk-get", Get "/api/v1/notifications/bulk/{bulk_id}", Granted(&[(Hr, All), (Admin, All)]);
    /// An inbox.
    NOTIFICATIONS_LIST = "notifications-list", Get "/api/v1/notifications/{user_id}", Granted(&[(Employee, Own)]);
    /// What is unread in an inbox.
    NOTIFICATIONS_UNREAD = "notifications-unread", Get "/api/v1/notifications/{user_id}/unread", Granted(&[(Employee, Own)]);
    /// Marks a notification as read.
    NOTIFICATIONS_MARK_READ = "notifications-mark-read", Put "/api/v1/notifications/{notification_id}/mark-read", Granted(&[(Employee, Own)]);
    /// Why a notification came, and what became of it.
    NOTIFICATIONS_TRACE_GET = "notifications-trace-get", Get "/api/v1/notifications/{notification_id}/trace",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All)]);
    /// Why an event did or did not notify somebody.
    NOTIFICATIONS_TRACE_LIST = "notifications-trace-list", Get "/api/v1/notifications/trace",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All)]);
    /// Lists templates.
    NOTIFICATION_TEMPLATES_LIST = "notification-templates-list", Get "/api/v1/notification-templates", Granted(&[(Hr, All), (Admin, All)]);
    /// Reads a template with its versions.
    NOTIFICATION_TEMPLATES_GET = "notification-templates-get", Get "/api/v1/notification-templates/{template}", Granted(&[(Hr, All), (Admin, All)]);
    /// Makes a new version of a template.
    NOTIFICATION_TEMPLATES_UPDATE = "notification-templates-update", Put "/api/v1/notification-templates/{template}", Granted(&[(Hr, All), (Admin, All)]);
    /// Shows what a template would say.
    NOTIFICATION_TEMPLATES_PREVIEW = "notification-templates-preview", Post "/api/v1/notification-templates/{template}/preview",
        Granted(&[(Hr, All), (Admin, All)]);
    /// Reads somebody's preferences.
    NOTIFICATION_PREFERENCES_GET = "notification-preferences-get", Get "/api/v1/notification-preferences/{user_id}", Granted(&[(Employee, Own)]);
    /// Changes somebody's preferences.
    NOTIFICATION_PREFERENCES_UPDATE = "notification-preferences-update", Put "/api/v1/notification-preferences/{user_id}", Granted(&[(Employee, Own)]);
    /// Lists one's browsers, and the key that a browser subscribes with.
    NOTIFICATION_SUBSCRIPTIONS_LIST = "notification-subscriptions-list", Get "/api/v1/notification-subscriptions", Granted(&[(Employee, Own)]);
    /// Registers a browser for push messages.
    NOTIFICATION_SUBSCRIPTIONS_CREATE = "notification-subscriptions-create", Post "/api/v1/notification-subscriptions", Granted(&[(Employee, Own)]);
    /// Ends push messages to a browser.
    NOTIFICATION_SUBSCRIPTIONS_DELETE = "notification-subscriptions-delete", Delete "/api/v1/notification-subscriptions/{subscription_id}",
        Granted(&[(Employee, Own)]);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_routes_are_unique() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        let routes: BTreeSet<_> = OPERATIONS.iter().map(|operation| (operation.method, operation.path)).collect();
        assert_eq!((names.len(), routes.len()), (OPERATIONS.len(), OPERATIONS.len()));
    }

    #[test]
    fn the_list_of_open_endpoints_may_only_shrink() {
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
    fn an_auditor_changes_nothing() {
        for row in OPERATIONS.iter().filter(|row| row.method != Get) {
            if let Granted(grants) = row.access {
                assert!(grants.iter().all(|(role, _)| *role != Auditor), "{}", row.name);
            }
        }
    }
}
