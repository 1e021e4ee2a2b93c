//! Messages for `attendance-job-settle`.

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, RequestId, RunId};
use serde::{Deserialize, Serialize};

/// Maximum people in one message, so that their days fit into memory.
pub const PEOPLE_PER_PAGE: usize = 500;

/// Days of one employee, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmployeeDays {
    pub employee_id: EmployeeId,
    pub from: Date,
    pub to: Date,
}

impl EmployeeDays {
    pub fn day_count(&self) -> i64 {
        (self.to.duration_since(self.from).as_hours() / 24).saturating_add(1)
    }
}

/// Days to settle. A message may be delivered twice, late or in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementPage {
    /// Run of the page; `None` if the page was queued because of a changed input.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<RunId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u32>,
    pub days: Vec<EmployeeDays>,
    /// Whether days that were never settled are skipped; the nightly run settles them.
    #[serde(default)]
    #[serde(rename = "settled_only")]
    pub only_settled: bool,
    /// Cutoff of the run: days whose window closes later are skipped. Default: the worker's clock.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Timestamp>,
    /// Request that caused the page.
    pub request_id: RequestId,
}

impl SettlementPage {
    /// Page that derives days again, because an input has changed. It belongs to no run, and skips days that were never settled.
    pub fn rederive(request_id: RequestId, days: Vec<EmployeeDays>) -> Self {
        Self { run: None, page: None, days, only_settled: true, at: None, request_id }
    }
}
