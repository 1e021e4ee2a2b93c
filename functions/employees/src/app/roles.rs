//! Changes of access roles.

use access::{Role, Roles};
use kernel::{Code, EmployeeId, Error, Result};

use crate::messages;

/// Access roles to store: the requested ones and the role `employee`. Checks that administrators keep their own role
/// `admin`.
///
/// The caller is an administrator. As nobody can remove this role from themselves, at least one administrator always
/// remains.
///
/// # Errors
/// 409 `own_admin_right` if the caller is the employee and `admin` is not requested.
pub fn access_roles_keeping_own_admin(requested: Roles, employee: EmployeeId, caller: EmployeeId) -> Result<Roles> {
    if caller == employee && !requested.has(Role::Admin) {
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
        let roles = access_roles_keeping_own_admin(Roles::default().with(Role::Hr), id(1), id(2)).unwrap();
        assert!(roles.has(Role::Employee) && roles.has(Role::Hr));
    }

    #[test]
    fn administrators_cannot_remove_their_own_admin_role() {
        let refusal = access_roles_keeping_own_admin(Roles::default().with(Role::Hr), id(1), id(1)).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "own_admin_right"));
        assert!(access_roles_keeping_own_admin(Roles::default().with(Role::Admin), id(1), id(1)).is_ok());
        assert!(access_roles_keeping_own_admin(Roles::default(), id(1), id(2)).is_ok());
    }
}
