//! The shape of the access table: operation x role x scope.

use crate::{Role, Roles};

/// How far a right reaches. A person may hold several; they add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// What is one's own.
    Own,
    /// What belongs to those who report to one, directly or through others.
    Reports,
    /// What belongs to those in one's department.
    Department,
    /// Everybody's.
    All,
}

/// What a person is to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The caller.
    Oneself,
    /// Reports to the caller, directly or through others.
    Report,
    /// In the caller's department.
    Colleague,
    /// None of these.
    Other,
}

/// The scopes that one caller holds for one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grant {
    own: bool,
    reports: bool,
    department: bool,
    all: bool,
}

impl Grant {
    /// The same with one more scope.
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

    /// Whether the caller may do this at all, to somebody.
    pub const fn allows_any(self) -> bool {
        self.own || self.reports || self.department || self.all
    }

    /// Whether the grant has this very scope, or reaches everybody.
    pub const fn includes(self, scope: Scope) -> bool {
        match scope {
            Scope::Own => self.own || self.all,
            Scope::Reports => self.reports || self.all,
            Scope::Department => self.department || self.all,
            Scope::All => self.all,
        }
    }

    /// Whether the grant reaches a person who is this to the caller.
    pub const fn covers(self, relation: Relation) -> bool {
        match relation {
            Relation::Oneself => self.own || self.all,
            Relation::Report => self.reports || self.all,
            Relation::Colleague => self.department || self.all,
            Relation::Other => self.all,
        }
    }
}

/// The HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts; honours `Idempotency-Key`.
    Post,
    /// Replaces or decides; honours `If-Match`.
    Put,
    /// Ends.
    Delete,
}

impl Method {
    /// As it is written in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessRule {
    /// Anybody, without a token. The list of these may only shrink.
    Public,
    /// Those with one of these roles, within that scope.
    Granted(&'static [(Role, Scope)]),
}

/// When a caller is admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionTiming {
    /// Before the handler runs.
    BeforeHandler,
    /// By the handler, beside its own reads, in one round trip.
    InHandler,
}

/// One row of the access table: one endpoint, one Lambda.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// Named after its route, resource first: `employees-get`.
    pub name: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path with parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: AccessRule,
    /// When they are admitted.
    pub admission: AdmissionTiming,
}

impl Operation {
    /// The scopes that somebody with these roles holds here.
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
    fn scopes_add_up_and_do_not_imply_each_other() {
        let manager = Grant::default().with(Scope::Reports);
        assert!(manager.covers(Relation::Report));
        assert!(!manager.covers(Relation::Oneself), "to act on oneself takes the scope `own`");
        assert!(manager.with(Scope::Own).covers(Relation::Oneself));
        assert!(Grant::default().with(Scope::All).covers(Relation::Other));
        assert!(!Grant::default().allows_any());
    }
}
