//! Groups of people that are notified together.

use std::fmt::Display;

use kernel::EmployeeId;
use serde::{Deserialize, Serialize};

/// Name of the group of all people who may sign in.
pub const ALL: &str = "all";

/// Name of the group of people with an access role, such as `role:hr`.
pub fn role_group_name(role: impl Display) -> String {
    format!("role:{role}")
}

/// Groups and telephone number of a person, from the events of `employees`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub employee_id: EmployeeId,
    /// Groups of the person; empty if the person may not sign in.
    pub groups: Vec<String>,
    /// Telephone number for text messages; `None` without one, and for a person who may not sign in. Never published or logged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// Version of the person's record; events with an older version are ignored.
    pub as_of: u64,
}
