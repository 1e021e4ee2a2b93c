//! The access table: every endpoint of Muster and who may call it.

use crate::{
    Access::{Granted, Public},
    Method::{Delete, Get, Post, Put},
    Operation,
    Role::{Admin, Auditor, Employee, Hr, Manager},
    Scope::{All, Own, Reports},
};

macro_rules! operations {
    ($($(#[$doc:meta])* $const:ident = $name:literal, $method:ident $path:literal, $access:expr;)*) => {
        $($(#[$doc])* pub const $const: Operation =
            Operation { name: $name, method: $method, path: $path, access: $access };)*

        /// Every row of the table.
        pub const OPERATIONS: &[&Operation] = &[$(&$const,)*];
    };
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
    AUTH_PASSWORD_CHANGE = "auth-password-change", Put "/api/v1/auth/password", Granted(&[(Employee, Own)]);
    /// Asks for a way to set a forgotten password.
    AUTH_PASSWORD_FORGOT = "auth-password-forgot", Post "/api/v1/auth/password/forgot", Public;
    /// Sets a forgotten password.
    AUTH_PASSWORD_RESET = "auth-password-reset", Post "/api/v1/auth/password/reset", Public;
    /// The public keys that tokens are verified with.
    AUTH_JWKS = "auth-jwks", Get "/.well-known/jwks.json", Public;
    /// Where everything about identity is found.
    AUTH_OPENID_CONFIGURATION = "auth-openid-configuration", Get "/.well-known/openid-configuration", Public;

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
    EMPLOYEES_STATUS = "employees-status", Put "/api/v1/employees/{employee_id}/status", Granted(&[(Hr, All)]);
    /// Reads a person's pay and its history.
    EMPLOYEES_COMPENSATION_GET = "employees-compensation-get", Get "/api/v1/employees/{employee_id}/compensation",
        Granted(&[(Employee, Own), (Hr, All)]);
    /// Sets a person's pay from a date on.
    EMPLOYEES_COMPENSATION_SET = "employees-compensation-set", Put "/api/v1/employees/{employee_id}/compensation",
        Granted(&[(Hr, All)]);
    /// Who reports to a person.
    EMPLOYEES_REPORTS = "employees-reports", Get "/api/v1/employees/{employee_id}/reports",
        Granted(&[(Employee, Own), (Manager, Reports), (Hr, All), (Admin, All), (Auditor, All)]);
    /// The tree of people below somebody.
    EMPLOYEES_ORG_CHART = "employees-org-chart", Get "/api/v1/employees/org-chart", Granted(&[(Employee, All)]);
    /// Sets a person's access roles.
    EMPLOYEES_ROLES = "employees-roles", Put "/api/v1/employees/{employee_id}/roles", Granted(&[(Admin, All)]);

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
    AUDIT_LOGS_USER = "audit-logs-user", Get "/api/v1/audit-logs/user/{user_id}",
        Granted(&[(Employee, Own), (Hr, All), (Admin, All), (Auditor, All)]);
    /// Everything of one type.
    AUDIT_LOGS_TYPE = "audit-logs-type", Get "/api/v1/audit-logs/type/{log_type}",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Exports records as a file.
    AUDIT_LOGS_EXPORT = "audit-logs-export", Get "/api/v1/audit-logs/export",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
    /// Proves that a record is part of a sealed hour.
    AUDIT_LOGS_PROOF = "audit-logs-proof", Get "/api/v1/audit-logs/{audit_id}/proof",
        Granted(&[(Hr, All), (Admin, All), (Auditor, All)]);
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
            "auth-jwks",
            "auth-openid-configuration",
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
