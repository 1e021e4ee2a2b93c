//! Outcome of a day with its leave by type: the figures that reports sum.

use std::collections::BTreeMap;

use kernel::Minutes;
use policy::attendance::{DayLeave, DayOutcome};
use serde::{Deserialize, Serialize};

/// Minutes of leave by code of the leave type.
pub type LeaveByType = BTreeMap<String, Minutes>;

/// Outcome of a day and its leave by type; without an outcome, the day is not settled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledFigures {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<DayOutcome>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub leave_by_type: LeaveByType,
}

/// Minutes of the active leave of a day by type; returned leave is left out. A type can have 0 minutes.
pub fn leave_by_type_of(leaves: &[DayLeave]) -> LeaveByType {
    leaves.iter().filter(|leave| leave.active).fold(LeaveByType::new(), |mut sums, leave| {
        let taken = sums.entry(leave.leave_type.clone()).or_default();
        *taken = *taken + leave.minutes;
        sums
    })
}
