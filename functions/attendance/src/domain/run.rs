//! A run over days: which days it takes, how far it has come, what came of it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, DepartmentId, EmployeeId, RequestId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run_result::Counts;
use super::settlement_work::{EmployeeDays, SettlementPage};

/// Which days a run takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunScope {
    /// Everybody's days whose window closed after one instant and not after another.
    Nightly {
        after: Timestamp,
        /// ...and by this one, which is the run's clock.
        by: Timestamp,
        /// Of one department only.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        department_id: Option<DepartmentId>,
    },
    /// The days of a period again.
    Replay {
        from: Date,
        to: Date,
        /// Of one person only.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        employee_id: Option<EmployeeId>,
        /// Of one department only.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        department_id: Option<DepartmentId>,
        /// Only says what would differ.
        dry_run: bool,
    },
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttendanceRunState)]
pub enum RunState {
    /// Nothing has begun yet.
    Requested,
    /// Pages are made or derived.
    Running,
    /// Every page is done.
    Closed,
}

/// The item `RUNS`, `<run id>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    #[serde(flatten)]
    pub takes: RunScope,
    pub requested_by: Actor,
    /// The request that did.
    pub request_id: RequestId,
    /// How many pages were made.
    pub pages: u32,
    /// The pages that are not done, by [`page_name`].
    pub open: BTreeMap<String, bool>,
    /// What came of the pages that are done.
    pub counts: Counts,
    pub created_at: Timestamp,
    /// When its last page had been made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dispatched_at: Option<Timestamp>,
    /// When its last page was done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_at: Option<Timestamp>,
}

/// The item `RUN#<id>`, `PAGE#<n>`: days that are one message's work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// Its number, from 1.
    pub number: u32,
    /// Which days of whom, in the order in which people are found.
    pub days: Vec<EmployeeDays>,
}

/// The item `DISPATCH`, `CLOCK`: how far the nightly runs have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchWatermark {
    /// Windows that closed before were never looked for: the service was not there yet.
    pub since: Timestamp,
    /// Windows that closed by then are on their way or done.
    pub through: Timestamp,
    /// The run that is being made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<NightlyInterval>,
}

/// A nightly run that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightlyInterval {
    pub id: RunId,
    /// It takes windows that closed after this...
    pub after: Timestamp,
    pub by: Timestamp,
}

impl RunScope {
    /// Whether it is about everybody.
    pub const fn is_of_everybody(&self) -> bool {
        match self {
            Self::Nightly { department_id, .. } => department_id.is_none(),
            Self::Replay { employee_id, department_id, .. } => employee_id.is_none() && department_id.is_none(),
        }
    }
}

/// The name of a page among the open ones.
pub fn page_name(number: u32) -> String {
    format!("p{number:06}")
}

/// The number of a page from its name.
pub fn page_number(name: &str) -> Option<u32> {
    name.strip_prefix('p')?.parse().ok()
}

impl Run {
    /// A run that nothing came of yet.
    pub fn new(id: RunId, takes: RunScope, origin: &kernel::Origin) -> Self {
        Self {
            id,
            takes,
            requested_by: origin.actor.clone(),
            request_id: origin.request_id.clone(),
            pages: 0,
            open: BTreeMap::new(),
            counts: Counts::default(),
            created_at: origin.at,
            dispatched_at: None,
            closed_at: None,
        }
    }

    /// How far it has come.
    pub fn state(&self) -> RunState {
        match (self.closed_at, self.pages, self.dispatched_at) {
            (Some(_), _, _) => RunState::Closed,
            (None, 0, None) => RunState::Requested,
            (None, _, _) => RunState::Running,
        }
    }

    /// Whether everything is done and only the closing is left.
    pub fn is_done(&self) -> bool {
        self.dispatched_at.is_some() && self.open.is_empty() && self.closed_at.is_none()
    }

    /// The run's clock: windows that close later are left alone.
    pub const fn cutoff(&self) -> Timestamp {
        match self.takes {
            RunScope::Nightly { by, .. } => by,
            RunScope::Replay { .. } => self.created_at,
        }
    }

    /// Whether somebody asked for days again.
    pub const fn is_replay(&self) -> bool {
        match self.takes {
            RunScope::Nightly { .. } => false,
            RunScope::Replay { .. } => true,
        }
    }

    /// Whether it writes nothing.
    pub const fn is_dry(&self) -> bool {
        match self.takes {
            RunScope::Nightly { .. } => false,
            RunScope::Replay { dry_run, .. } => dry_run,
        }
    }

    /// What the worker is sent for a page.
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
