//! Access roles and sets of them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use utoipa::ToSchema;

/// Access role. Every person has the role `employee`; the other roles come in addition.
///
/// - `employee`: reads and changes own data
/// - `manager`: reads and decides for own reports, direct and indirect
/// - `hr`: maintains the records, pay, leave and attendance of all employees, and the policies
/// - `admin`: sets access roles; maintains employee records, departments, sites and templates; has no access to pay
/// - `auditor`: reads the records of all employees except restricted fields; changes nothing
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(as = AccessRole, rename_all = "snake_case")]
pub enum Role {
    /// Reads and changes own data.
    Employee,
    /// Reads and decides for own reports, direct and indirect.
    Manager,
    /// Maintains the records, pay, leave and attendance of all employees, and the policies.
    Hr,
    /// Sets access roles; maintains employee records, departments, sites and templates; has no access to pay.
    Admin,
    /// Reads the records of all employees except restricted fields; changes nothing.
    Auditor,
}

/// Parse error of a role name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRole;

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The access role must be one of `employee`, `manager`, `hr`, `admin` and `auditor`.")
    }
}

impl std::error::Error for UnknownRole {}

impl Role {
    /// All roles, in their fixed order.
    pub const ALL: [Self; 5] = [Self::Employee, Self::Manager, Self::Hr, Self::Admin, Self::Auditor];

    /// Name of the role in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Manager => "manager",
            Self::Hr => "hr",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    const NAMES: &[&str] = &[
        Self::Employee.as_str(),
        Self::Manager.as_str(),
        Self::Hr.as_str(),
        Self::Admin.as_str(),
        Self::Auditor.as_str(),
    ];

    /// Bit of the role in [`Roles`].
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        name.parse::<Self>().map_err(|UnknownRole| de::Error::unknown_variant(&name, Self::NAMES))
    }
}

/// Set of the access roles of one person; in JSON a list of names in fixed order.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// Whether the set contains the role.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Set with one more role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// Roles of the set, in their fixed order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Roles {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Role>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_a_sorted_set() {
        let roles: Roles = serde_json::from_str(r#"["hr","employee","hr"]"#).unwrap();
        assert_eq!(serde_json::to_string(&roles).unwrap(), r#"["employee","hr"]"#);
        assert!(roles.has(Role::Hr) && !roles.has(Role::Admin));
        assert!(serde_json::from_str::<Roles>(r#"["root"]"#).is_err());
    }
}
