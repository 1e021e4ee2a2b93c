//! Attendance run: its scope, progress and counts.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, DepartmentId, EmployeeId, RequestId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run_result::RunCounts;
use super::settlement_page::{EmployeeDays, SettlementPage};

/// Days of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunScope {
    /// Days whose window closed in an interval.
    Nightly {
        /// Start of the interval, exclusive.
        after: Timestamp,
        /// End of the interval, inclusive. It is also the cutoff of the run.
        by: Timestamp,
        /// Department to whose employees the run is restricted; absent for all.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        department_id: Option<DepartmentId>,
    },
    /// Days of a period, derived again.
    Replay {
        /// First day.
        from: Date,
        /// Last day, included.
        to: Date,
        /// Employee to whom the run is restricted; absent for all.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        employee_id: Option<EmployeeId>,
        /// Department to whose employees the run is restricted; absent for all.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        department_id: Option<DepartmentId>,
        /// Whether the run only reports differences and writes no day.
        dry_run: bool,
    },
}

/// Progress state of an attendance run.
///
/// - `requested`: no page was dispatched yet
/// - `running`: pages are being dispatched or derived
/// - `closed`: all pages are complete
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttendanceRunState)]
pub enum RunState {
    /// No page was dispatched yet.
    Requested,
    /// Pages are being dispatched or derived.
    Running,
    /// All pages are complete.
    Closed,
}

/// The item `RUNS`, `<run id>`: a run with its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    #[serde(flatten)]
    pub scope: RunScope,
    pub requested_by: Actor,
    /// Request that started the run.
    pub request_id: RequestId,
    /// Number of dispatched pages.
    pub pages: u32,
    /// Pages that are not complete, by [`run_page_name`].
    pub open: BTreeMap<String, bool>,
    /// Counts of the complete pages.
    pub counts: RunCounts,
    pub created_at: Timestamp,
    /// Time at which the last page was dispatched.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dispatched_at: Option<Timestamp>,
    /// Time at which the run was closed, once its last page was complete.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_at: Option<Timestamp>,
}

/// The item `RUN#<id>`, `PAGE#<n>`: the days of one settlement message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// Page number, from 1.
    pub number: u32,
    /// Days by employee, in the order in which people are streamed.
    pub days: Vec<EmployeeDays>,
}

/// The item `DISPATCH`, `CLOCK`: progress of the nightly runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchWatermark {
    /// Start of the first interval. Windows that closed earlier are never dispatched.
    pub since: Timestamp,
    /// End of the last dispatched interval.
    pub through: Timestamp,
    /// Interval of the run that is being dispatched; absent between two runs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<NightlyInterval>,
}

/// Interval of a nightly run that is being dispatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightlyInterval {
    pub id: RunId,
    /// Start of the interval in which the windows closed, exclusive.
    pub after: Timestamp,
    /// End of the interval in which the windows closed, inclusive.
    pub by: Timestamp,
}

impl RunScope {
    /// Whether the run is of all employees, not restricted to one or to a department.
    pub const fn is_of_everybody(&self) -> bool {
        match self {
            Self::Nightly { department_id, .. } => department_id.is_none(),
            Self::Replay { employee_id, department_id, .. } => employee_id.is_none() && department_id.is_none(),
        }
    }
}

/// Name of a page among the open pages of its run, such as `p000001`.
pub fn run_page_name(number: u32) -> String {
    format!("p{number:06}")
}

/// Number of a page by its [`run_page_name`]; `None` for other names.
pub fn run_page_number(name: &str) -> Option<u32> {
    name.strip_prefix('p')?.parse().ok()
}

impl Run {
    pub fn new(id: RunId, scope: RunScope, origin: &kernel::Origin) -> Self {
        Self {
            id,
            scope,
            requested_by: origin.actor.clone(),
            request_id: origin.request_id.clone(),
            pages: 0,
            open: BTreeMap::new(),
            counts: RunCounts::default(),
            created_at: origin.at,
            dispatched_at: None,
            closed_at: None,
        }
    }

    pub fn state(&self) -> RunState {
        match (self.closed_at, self.pages, self.dispatched_at) {
            (Some(_), _, _) => RunState::Closed,
            (None, 0, None) => RunState::Requested,
            (None, _, _) => RunState::Running,
        }
    }

    /// Whether all pages are dispatched and complete, and the run is not closed yet.
    pub fn is_closable(&self) -> bool {
        self.dispatched_at.is_some() && self.open.is_empty() && self.closed_at.is_none()
    }

    /// Instant after which no window may close; days whose window closes later are skipped.
    pub const fn cutoff(&self) -> Timestamp {
        match self.scope {
            RunScope::Nightly { by, .. } => by,
            RunScope::Replay { .. } => self.created_at,
        }
    }

    /// Whether the run derives the days of a requested period again.
    pub const fn is_replay(&self) -> bool {
        match self.scope {
            RunScope::Nightly { .. } => false,
            RunScope::Replay { .. } => true,
        }
    }

    /// Whether the run is a dry run, which writes no day.
    pub const fn is_dry_run(&self) -> bool {
        match self.scope {
            RunScope::Nightly { .. } => false,
            RunScope::Replay { dry_run, .. } => dry_run,
        }
    }

    /// Queue message of a page. Days that were never settled are settled, too.
    pub fn settlement_page(&self, page: &RunPage) -> SettlementPage {
        SettlementPage {
            run: Some(self.id),
            page: Some(page.number),
            days: page.days.clone(),
            only_settled: false,
            at: Some(self.cutoff()),
            request_id: self.request_id.clone(),
        }
    }
}
