//! Changes of access roles.

use access::{Role, Roles};
use kernel::{Code, EmployeeId, Error, Result};

use crate::messages;

/// Requested roles plus `employee`, the access roles to store.
///
/// At least one administrator always remains: administrators cannot remove their own role, and the write requires that
/// the caller still is one.
///
/// # Errors
/// 409 `own_admin_right` for administrators who would remove their own role `admin`.
pub fn resolve_access_roles(requested: Roles, subject: EmployeeId, caller: EmployeeId) -> Result<Roles> {
    if caller == subject && !requested.has(Role::Admin) {
        return Err(Error::new(Code::OwnAdminRight, messages::own_admin_role()).with_field(
            "/roles",
            "own_admin_right",
            messages::admin_role_needed(),
        ));
    }
    Ok(requested.with(Role::Employee))
}

#[cfg(test)]
mod tests {
    use kernel::ErrorKind;

    use super::*;

    fn id(n: u128) -> EmployeeId {
        EmployeeId::new(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn role_employee_is_always_added() {
        let roles = resolve_access_roles(Roles::default().with(Role::Hr), id(1), id(2)).unwrap();
        assert!(roles.has(Role::Employee) && roles.has(Role::Hr));
    }

    #[test]
    fn administrators_cannot_remove_their_own_admin_role() {
        let refusal = resolve_access_roles(Roles::default().with(Role::Hr), id(1), id(1)).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "own_admin_right"));
        assert!(resolve_access_roles(Roles::default().with(Role::Admin), id(1), id(1)).is_ok());
        assert!(resolve_access_roles(Roles::default(), id(1), id(2)).is_ok());
    }
}
