//! Which groups somebody belongs to, as the events of people tell it.

use access::{Role, Roles};
use directory::Status;
use events::Event;
use kernel::{DepartmentId, EmployeeId};
use serde::{Deserialize, Serialize};

/// The group of everybody who belongs to the organisation.
pub const ALL: &str = "all";

/// The group of those with an access role.
pub fn of_role(role: Role) -> String {
    format!("role:{role}")
}

/// What is kept of somebody to find them as one of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub employee_id: EmployeeId,
    /// Their groups; none for those who may not sign in.
    pub groups: Vec<String>,
    /// Their telephone, for text messages. Never in an event or a log line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// The version of the person that says so; an older one changes nothing.
    pub as_of: u64,
}

#[derive(Deserialize)]
struct Record {
    status: Status,
    department_id: DepartmentId,
    site: String,
    roles: Roles,
    phone: Option<String>,
}

impl Member {
    /// What an event says of its person; nothing when it has no record of them.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn of(event: &Event) -> Result<Option<Self>, String> {
        let Some(values) = &event.new_values else { return Ok(None) };
        let employee_id = event.stamp.entity_id.parse().map_err(|error| format!("entity_id: {error}"))?;
        let record: Record = serde_json::from_value(values.clone()).map_err(|error| format!("new_values: {error}"))?;
        let mut groups = Vec::new();
        if record.status.may_sign_in() {
            groups.push(ALL.to_owned());
            groups.push(format!("department:{}", record.department_id));
            groups.push(format!("site:{}", record.site));
            groups.extend(record.roles.iter().filter(|role| *role != Role::Employee).map(of_role));
        }
        let phone = record.phone.filter(|_| record.status.may_sign_in());
        Ok(Some(Self { employee_id, groups, phone, as_of: event.version }))
    }
}
