//! Work for `attendance-job-settle`: days to derive, as its queue carries them.

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, RequestId, RunId};
use serde::{Deserialize, Serialize};

/// Number of people that one message names, so that what is read for them fits into memory.
pub const PEOPLE_PER_PAGE: usize = 500;

/// Days of one person, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmployeeDays {
    pub employee_id: EmployeeId,
    pub from: Date,
    pub to: Date,
}

impl EmployeeDays {
    pub fn length(&self) -> i64 {
        (self.to.duration_since(self.from).as_hours() / 24).saturating_add(1)
    }
}

/// A piece of work for `attendance-job-settle`. It may come twice, late, or in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementPage {
    /// The run that it is a page of; none when a change asks for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<RunId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u32>,
    /// Which days of whom.
    pub days: Vec<EmployeeDays>,
    /// Leaves days alone that were not settled yet: those come with their own night.
    #[serde(default)]
    #[serde(rename = "settled_only")]
    pub only_settled: bool,
    /// The clock of the run: days whose window closes later are left alone. The worker's own when not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Timestamp>,
    /// Follows whatever caused it.
    pub request_id: RequestId,
}

impl SettlementPage {
    /// Settled days of somebody that something has changed for.
    pub fn rederive(request_id: RequestId, days: Vec<EmployeeDays>) -> Self {
        Self { run: None, page: None, days, only_settled: true, at: None, request_id }
    }
}
