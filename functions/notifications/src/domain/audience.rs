//! The groups of people that hear of things together.

use std::fmt::Display;

use kernel::EmployeeId;
use serde::{Deserialize, Serialize};

pub const ALL: &str = "all";

pub fn role_group(role: impl Display) -> String {
    format!("role:{role}")
}

/// What is kept of somebody to find them as one of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub employee_id: EmployeeId,
    /// Their groups; none for those who may not sign in.
    pub groups: Vec<String>,
    /// Their telephone, for text messages. Never in an event or a log line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// The version of the person that says so; an older one changes nothing.
    pub as_of: u64,
}
