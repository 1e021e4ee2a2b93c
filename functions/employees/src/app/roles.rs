//! Access roles: what an administrator may make of them.

use access::{Role, Roles};
use kernel::{EmployeeId, Error, Result};

/// The roles that a person gets: those wanted, and `employee` in any case.
///
/// # Errors
/// 409 `own_admin_right` when an administrator would lock themselves out. Together with the condition that the one who
/// acts is still an administrator when the change is stored, at least one always remains.
pub fn assign(wanted: Roles, person: EmployeeId, by: EmployeeId) -> Result<Roles> {
    if by == person && !wanted.has(Role::Admin) {
        return Err(Error::conflict("own_admin_right", "Another administrator must take this right from you.").field(
            "/roles",
            "own_admin_right",
            "must keep `admin`",
        ));
    }
    Ok(wanted.with(Role::Employee))
}

#[cfg(test)]
mod tests {
    use kernel::Kind;

    use super::*;

    fn id(n: u128) -> EmployeeId {
        EmployeeId::new(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn everybody_stays_an_employee() {
        let roles = assign(Roles::default().with(Role::Hr), id(1), id(2)).unwrap();
        assert!(roles.has(Role::Employee) && roles.has(Role::Hr));
    }

    #[test]
    fn nobody_takes_the_admin_right_from_themselves() {
        let refusal = assign(Roles::default().with(Role::Hr), id(1), id(1)).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (Kind::Conflict, "own_admin_right"));
        assert!(assign(Roles::default().with(Role::Admin), id(1), id(1)).is_ok());
        assert!(assign(Roles::default(), id(1), id(2)).is_ok());
    }
}
