//! Access roles: what an administrator may make of them.

use access::{Role, Roles};
use kernel::{Code, EmployeeId, Error, Result};

/// The roles that a person gets: those wanted, and `employee` in any case.
///
/// # Errors
/// 409 `own_admin_right` when an administrator would lock themselves out. Together with the condition that the one who
/// acts is still an administrator when the change is stored, at least one always remains.
pub fn resolve_access_roles(wanted: Roles, person: EmployeeId, by: EmployeeId) -> Result<Roles> {
    if by == person && !wanted.has(Role::Admin) {
        return Err(Error::new(Code::OwnAdminRight, "Another administrator must take this right from you.")
            .with_field("/roles", "own_admin_right", "must keep `admin`"));
    }
    Ok(wanted.with(Role::Employee))
}

#[cfg(test)]
mod tests {
    use kernel::ErrorKind;

    use super::*;

    fn id(n: u128) -> EmployeeId {
        EmployeeId::new(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn everybody_stays_an_employee() {
        let roles = resolve_access_roles(Roles::default().with(Role::Hr), id(1), id(2)).unwrap();
        assert!(roles.has(Role::Employee) && roles.has(Role::Hr));
    }

    #[test]
    fn nobody_takes_the_admin_right_from_themselves() {
        let refusal = resolve_access_roles(Roles::default().with(Role::Hr), id(1), id(1)).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "own_admin_right"));
        assert!(resolve_access_roles(Roles::default().with(Role::Admin), id(1), id(1)).is_ok());
        assert!(resolve_access_roles(Roles::default(), id(1), id(2)).is_ok());
    }
}
