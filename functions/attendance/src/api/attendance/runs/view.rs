//! API representation of attendance runs.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, DepartmentId, EmployeeId, RunId};
use policy::attendance::ChangedInput;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    run::{Run, RunScope, RunState},
    run_result::{DayDifference, DayResult, RunCounts},
};

/// Kind of an attendance run.
///
/// - `nightly`: settles the days whose shift window has closed; one run per hour
/// - `replay`: derives the days of a requested period again
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceRunKind {
    /// Settles the days whose shift window has closed.
    Nightly,
    /// Derives the days of a requested period again.
    Replay,
}

/// Number of days that a run has processed so far, by result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceRunCounts {
    /// Number of days that were derived.
    pub examined: u32,
    /// Number of days whose result is new or has changed.
    pub changed: u32,
    /// Number of days that were announced as late for the first time.
    pub late: u32,
    /// Number of days that were announced as absent for the first time.
    pub absent: u32,
    /// Number of days that were announced as incomplete for the first time.
    pub incomplete: u32,
    /// Number of days that were announced for a punch outside every shift window for the first time.
    pub outside_window: u32,
}

impl From<RunCounts> for AttendanceRunCounts {
    fn from(counts: RunCounts) -> Self {
        let RunCounts { examined, changed, late, absent, incomplete, outside_window } = counts;
        Self { examined, changed, late, absent, incomplete, outside_window }
    }
}

/// Input that makes a run derive a day differently.
///
/// - `punches`: punches were added, corrected or voided
/// - `shifts`: the planned shifts changed
/// - `leave`: leave was added or returned
/// - `policy`: a different policy version applies
/// - `calendar`: a different version of the calendar applies
/// - `employment`: the standard day, site, time zone, department or long-term leave changed
/// - `day_before`: the totals of the days before changed: work and overtime of the week, the last check-out or the last
///   weekly rest
/// - `first_derivation`: the day was not settled before
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceReason {
    /// Punches were added, corrected or voided.
    Punches,
    /// The planned shifts changed.
    Shifts,
    /// Leave was added or returned.
    Leave,
    /// A different policy version applies.
    Policy,
    /// A different version of the calendar applies.
    Calendar,
    /// The standard day, site, time zone, department or long-term leave changed.
    Employment,
    /// The totals of the days before changed: work and overtime of the week, the last check-out or the last weekly rest.
    DayBefore,
    /// The day was not settled before.
    FirstDerivation,
}

impl From<ChangedInput> for DifferenceReason {
    fn from(input: ChangedInput) -> Self {
        match input {
            ChangedInput::Punches => Self::Punches,
            ChangedInput::Shifts => Self::Shifts,
            ChangedInput::Leave => Self::Leave,
            ChangedInput::Policy => Self::Policy,
            ChangedInput::Calendar => Self::Calendar,
            ChangedInput::Employment => Self::Employment,
            ChangedInput::DayBefore => Self::DayBefore,
            ChangedInput::FirstDerivation => Self::FirstDerivation,
        }
    }
}

/// Day that a run derived differently, or would in a dry run. Days that a nightly run settled for the first time are not
/// listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceDifference {
    /// Id of the employee of the day.
    pub employee_id: EmployeeId,
    /// Date of the attendance day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Result of the day before the run; absent when the day was not settled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<DayResult>,
    /// Result of the day by the run.
    pub new: DayResult,
    /// Inputs that differ from the last derivation.
    pub why: Vec<DifferenceReason>,
}

impl From<DayDifference> for AttendanceDifference {
    fn from(difference: DayDifference) -> Self {
        let DayDifference { employee_id, date, old, new, why } = difference;
        Self { employee_id, date, old, new, why: why.into_iter().map(DifferenceReason::from).collect() }
    }
}

/// Progress of an attendance run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceRunView {
    /// Id of the run.
    pub id: RunId,
    /// Kind of the run: nightly or replay.
    pub kind: AttendanceRunKind,
    /// Progress state of the run.
    pub state: RunState,
    /// Start of the interval in which the shift windows closed, exclusive; only for `nightly`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_after: Option<Timestamp>,
    /// End of the interval in which the shift windows closed, inclusive; only for `nightly`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_by: Option<Timestamp>,
    /// First day of the period; only for `replay`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day of the period; only for `replay`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Employee to whom the run is restricted; absent for all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    /// Department to whose employees the run is restricted; absent for all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    /// Whether the run only reports differences and writes no day.
    pub dry_run: bool,
    /// Actor who started the run.
    pub requested_by: Actor,
    /// Number of pages that were dispatched so far; a page has up to 500 employees.
    pub pages: u32,
    /// Number of dispatched pages that are not complete yet.
    pub pages_open: u32,
    /// Number of days in the complete pages, by result.
    pub counts: AttendanceRunCounts,
    /// Time at which the run was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time at which the last page was dispatched; absent until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub dispatched_at: Option<Timestamp>,
    /// Time at which the run was closed, once its last page was complete; absent until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
}

impl From<&Run> for AttendanceRunView {
    fn from(run: &Run) -> Self {
        let (kind, closed_after, closed_by, from, to, employee_id, department_id) = match run.scope {
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
            dry_run: run.is_dry_run(),
            requested_by: run.requested_by.clone(),
            pages: run.pages,
            pages_open: u32::try_from(run.open.len()).unwrap_or(u32::MAX),
            counts: run.counts.into(),
            created_at: run.created_at,
            dispatched_at: run.dispatched_at,
            closed_at: run.closed_at,
        }
    }
}
