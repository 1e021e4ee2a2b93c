//! Types of the access table: operation x role x scope.

use crate::{Role, Roles};

/// People whom a grant covers. Several scopes add up; none implies another, except that `All` covers every person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Own data of the caller.
    Own,
    /// Data of direct and indirect reports, without the caller's own.
    Reports,
    /// Data of the caller's department. Of single people, it covers only those who are neither the caller nor a report.
    Department,
    /// Data of all employees.
    All,
}

/// Relation of a person to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The person is the caller.
    Oneself,
    /// The person reports to the caller, directly or indirectly.
    Report,
    /// The person works in the caller's department and does not report to the caller.
    Colleague,
    /// The person has no other relation to the caller.
    Other,
}

/// Scopes that a caller holds for one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grant {
    own: bool,
    reports: bool,
    department: bool,
    all: bool,
}

impl Grant {
    /// Grant with this scope in addition.
    #[must_use]
    pub const fn with(mut self, scope: Scope) -> Self {
        match scope {
            Scope::Own => self.own = true,
            Scope::Reports => self.reports = true,
            Scope::Department => self.department = true,
            Scope::All => self.all = true,
        }
        self
    }

    /// Whether the caller may call the operation for at least some people.
    pub const fn allows_any(self) -> bool {
        self.own || self.reports || self.department || self.all
    }

    /// Whether the grant has this scope, or the scope `All`.
    pub const fn includes(self, scope: Scope) -> bool {
        match scope {
            Scope::Own => self.own || self.all,
            Scope::Reports => self.reports || self.all,
            Scope::Department => self.department || self.all,
            Scope::All => self.all,
        }
    }

    /// Whether the grant covers a person with this relation to the caller.
    pub const fn covers(self, relation: Relation) -> bool {
        match relation {
            Relation::Oneself => self.own || self.all,
            Relation::Report => self.reports || self.all,
            Relation::Colleague => self.department || self.all,
            Relation::Other => self.all,
        }
    }
}

/// HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Reads without side effects.
    Get,
    /// Creates an object or performs an action; nearly all honour `Idempotency-Key`.
    Post,
    /// Updates or decides; nearly all honour `If-Match`.
    Put,
    /// Deletes, ends or revokes; most honour `If-Match`.
    Delete,
}

impl Method {
    /// Name of the method in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Callers of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessRule {
    /// Open to everyone, without a token. A test keeps the list of these operations from growing.
    Public,
    /// Open to these roles, each within its scope.
    Granted(&'static [(Role, Scope)]),
}

/// Time at which the caller's record is read and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionTiming {
    /// Before the handler runs.
    BeforeHandler,
    /// By the handler, in parallel with its own reads, which saves a round trip.
    InHandler,
}

/// Row of the access table: one endpoint, served by one Lambda function.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// Name of the operation, resource first: `employees-get`.
    pub name: &'static str,
    /// HTTP method of the route.
    pub method: Method,
    /// Path of the route, with parameters in braces.
    pub path: &'static str,
    /// Callers of the operation: everyone, or roles with their scopes.
    pub access: AccessRule,
    /// Time at which the caller is admitted: before the handler, or by it.
    pub admission: AdmissionTiming,
}

impl Operation {
    /// Scopes that a caller with these roles holds for the operation; none for a public operation.
    pub fn grant(&self, roles: Roles) -> Grant {
        match self.access {
            AccessRule::Public => Grant::default(),
            AccessRule::Granted(rows) => rows
                .iter()
                .filter(|(role, _)| roles.has(*role))
                .fold(Grant::default(), |grant, (_, scope)| grant.with(*scope)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_add_up_without_implying_each_other() {
        let manager = Grant::default().with(Scope::Reports);
        assert!(manager.covers(Relation::Report));
        assert!(!manager.covers(Relation::Oneself), "acting on oneself needs the scope `own`");
        assert!(manager.with(Scope::Own).covers(Relation::Oneself));
        assert!(Grant::default().with(Scope::All).covers(Relation::Other));
        assert!(!Grant::default().allows_any());
    }
}
