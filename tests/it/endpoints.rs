//! Every endpoint, by its row of the access table: what the generated tests drive.

use access::{OPERATIONS, Operation};
use axum::Router;
use lambda::{InitError, Shell};

/// Builds the router of one endpoint.
pub(crate) type Build = fn(&Shell) -> Result<Router, InitError>;

macro_rules! endpoints {
    ($($service:ident { $($row:ident $module:ident,)* })*) => {
        /// Each operation with its router.
        pub(crate) const ENDPOINTS: &[(&Operation, Build)] =
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
        AUTH_PASSWORD_CHANGE auth_password_change,
        AUTH_PASSWORD_FORGOT auth_password_forgot,
        AUTH_PASSWORD_RESET auth_password_reset,
        AUTH_JWKS auth_jwks,
        AUTH_OPENID_CONFIGURATION auth_openid_configuration,
    }
    employees {
        EMPLOYEES_LIST employees_list,
        EMPLOYEES_CREATE employees_create,
        EMPLOYEES_GET employees_get,
        EMPLOYEES_UPDATE employees_update,
        EMPLOYEES_DELETE employees_delete,
        EMPLOYEES_VERIFY employees_verify,
        EMPLOYEES_STATUS employees_status,
        EMPLOYEES_COMPENSATION_GET employees_compensation_get,
        EMPLOYEES_COMPENSATION_SET employees_compensation_set,
        EMPLOYEES_REPORTS employees_reports,
        EMPLOYEES_ORG_CHART employees_org_chart,
        EMPLOYEES_ROLES employees_roles,
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
    audit {
        AUDIT_LOGS_CREATE audit_logs_create,
        AUDIT_LOGS_LIST audit_logs_list,
        AUDIT_LOGS_GET audit_logs_get,
        AUDIT_LOGS_USER audit_logs_user,
        AUDIT_LOGS_TYPE audit_logs_type,
        AUDIT_LOGS_EXPORT audit_logs_export,
        AUDIT_LOGS_PROOF audit_logs_proof,
    }
}

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
