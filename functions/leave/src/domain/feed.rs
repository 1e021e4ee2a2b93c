//! Links to calendars.

use jiff::Timestamp;
use kernel::{DepartmentId, EmployeeId, FeedId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose absences a link shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedScope {
    /// The owner's own.
    Own,
    /// Those of the people who report to the owner.
    Team,
    /// Those of a department.
    Department,
}

/// A calendar link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    pub id: FeedId,
    /// Whose it is: it shows what they may see on the day it is read.
    pub employee_id: EmployeeId,
    /// Whose absences it shows.
    pub scope: FeedScope,
    /// Which department's, for [`Shows::Department`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked_at: Option<Timestamp>,
}
