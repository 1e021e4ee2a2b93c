//! Calendar feeds: secret URLs that calendar programs subscribe to.

use jiff::Timestamp;
use kernel::{DepartmentId, EmployeeId, FeedId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Absences that a calendar feed shows.
///
/// - `own`: absences of the owner
/// - `team`: absences of the employees who report to the owner, directly or indirectly
/// - `department`: absences of one department
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedScope {
    /// Absences of the owner.
    Own,
    /// Absences of the employees who report to the owner, directly or indirectly.
    Team,
    /// Absences of one department.
    Department,
}

/// Calendar feed. It shows the absences that its owner may see on the day it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    pub id: FeedId,
    /// Owner of the feed.
    pub employee_id: EmployeeId,
    pub scope: FeedScope,
    /// Department that the feed shows; only for [`FeedScope::Department`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked_at: Option<Timestamp>,
}
