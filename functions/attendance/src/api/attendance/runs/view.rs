//! How runs are shown.

use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    run::{Run, RunScope, RunState},
    run_result::Counts,
};

/// What a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceRunKind {
    /// The days whose windows have closed.
    Nightly,
    /// Days of a period again, since somebody asked.
    Replay,
}

/// A run over days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceRunView {
    /// Id.
    pub id: RunId,
    /// What it is.
    pub kind: AttendanceRunKind,
    /// How far it has come.
    pub state: RunState,
    /// Of a nightly run: days whose window closed after this...
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_after: Option<Timestamp>,
    /// ...and by this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_by: Option<Timestamp>,
    /// Of a replay: the first day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Of a replay: the last day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Of this person only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    /// Of this department only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    /// Whether it only says what would differ.
    pub dry_run: bool,
    /// Who asked for it: a person, or the function whose schedule did.
    pub requested_by: String,
    /// Pages made so far; a page is up to 500 people.
    pub pages: u32,
    /// Those of them that are not done.
    pub pages_open: u32,
    /// What came of those that are done.
    pub counts: Counts,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When its last page was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub dispatched_at: Option<Timestamp>,
    /// When its last page was done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
}

impl From<&Run> for AttendanceRunView {
    fn from(run: &Run) -> Self {
        let (kind, closed_after, closed_by, from, to, employee_id, department_id) = match run.takes {
            RunScope::Nightly { after, by, department_id } => {
                (AttendanceRunKind::Nightly, Some(after), Some(by), None, None, None, department_id)
            }
            RunScope::Replay { from, to, employee_id, department_id, .. } => {
                (AttendanceRunKind::Replay, None, None, Some(from), Some(to), employee_id, department_id)
            }
        };
        Self {
            id: run.id,
            kind,
            state: run.state(),
            closed_after,
            closed_by,
            from,
            to,
            employee_id,
            department_id,
            dry_run: run.is_dry(),
            requested_by: run.requested_by.to_string(),
            pages: run.pages,
            pages_open: u32::try_from(run.open.len()).unwrap_or(u32::MAX),
            counts: run.counts,
            created_at: run.created_at,
            dispatched_at: run.dispatched_at,
            closed_at: run.closed_at,
        }
    }
}
